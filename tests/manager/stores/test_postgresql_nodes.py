"""Several Call Managers of a cluster keep one call log: each sees all calls, and one of them acts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace

import pytest

from offhook.call import Call, CallState, Cause, Party
from offhook.manager.stores.postgresql.calllog import PostgresCallLog
from offhook.manager.stores.postgresql.server import Server
from tests.manager.stores.sites import PostgresSite

STARTED = 1_767_225_600.0
UP = Call(
    "c1",
    "4000",
    CallState.CONNECTED,
    Party("Kim", "4000"),
    Party("Lee", "4001"),
    started=STARTED,
    connected=STARTED + 5,
)
OVER = replace(UP, state=CallState.ON_HOOK, cause=Cause.NORMAL, ended=STARTED + 60)


class Nodes:
    """Call logs on one database; `acts` is the node that acts."""

    def __init__(self, server: Server, stack: ExitStack) -> None:
        self._server, self._stack = server, stack
        self.acts = "north"

    def log(self, node: str) -> PostgresCallLog:
        log = PostgresCallLog(self._server, node=node, acts=lambda _terminal: self.acts == node)
        return self._stack.enter_context(closing(log))


@pytest.fixture
def nodes(server: Server) -> Iterator[Nodes]:
    with ExitStack() as stack:
        yield Nodes(server, stack)


def told(call: Call, *logs: PostgresCallLog) -> None:
    """Each node sees the call, and has written what it writes of it."""
    for log in logs:
        log.record(call)
        log.flush()


def test_a_call_stands_there_once_and_each_node_reads_it(nodes: Nodes) -> None:
    north, south = nodes.log("north"), nodes.log("south")
    told(UP, north, south)
    told(OVER, south, north)
    for log in (north, south):
        assert [(call.id, call.cause) for call in log.query()] == [("c1", Cause.NORMAL)]


def test_a_node_that_starts_closes_no_call_of_another_one(nodes: Nodes) -> None:
    north = nodes.log("north")
    south = nodes.log("south")
    told(UP, north, south)
    again = nodes.log("south")
    assert again.orphans == 0
    assert [call.state for call in again.query()] == [CallState.CONNECTED]


def test_a_call_that_was_taken_over_is_not_closed_when_the_node_that_had_it_comes_back(nodes: Nodes) -> None:
    north, south = nodes.log("north"), nodes.log("south")
    told(UP, north, south)
    nodes.acts = "south"
    told(replace(UP, revision=UP.revision + 1), south)
    assert nodes.log("north").orphans == 0


def test_what_a_node_had_that_nobody_has_taken_over_is_closed_when_it_comes_back(nodes: Nodes) -> None:
    told(UP, nodes.log("north"))
    again = nodes.log("north")
    assert again.orphans == 1
    assert [call.cause for call in again.query()] == [Cause.FAILURE]


def test_the_end_of_a_call_is_written_by_the_others_when_its_node_dies_before_it_does(nodes: Nodes) -> None:
    north, south = nodes.log("north"), nodes.log("south")
    told(UP, north)
    told(OVER, south)
    assert [(call.id, call.ended) for call in north.query()] == [("c1", OVER.ended)]


def test_what_is_written_after_the_turn_is_over_is_left_to_the_next_node(nodes: Nodes) -> None:
    north, south = nodes.log("north"), nodes.log("south")
    told(UP, north)
    nodes.acts = "south"
    told(OVER, south)
    told(UP, north)
    assert [call.state for call in north.query()] == [CallState.ON_HOOK]


def test_a_login_at_one_node_is_good_at_the_other_and_so_is_its_end(server: Server) -> None:
    site = PostgresSite(server)
    north, south = site.users(), site.users()
    north.add("kim", "secret", terminals=["4000"])
    token = north.issue_token("kim", 60)
    kim = south.verify_token(token)
    assert kim is not None
    assert kim.name == "kim"
    south.log_out("kim")
    assert north.verify_token(token) is None

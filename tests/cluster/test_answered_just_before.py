"""A call that was answered in the very moment before its owner dies is the next owner's, which can end it.

Two nodes with the embedded switch, real NATS and phones.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from offhook.call import Call, CallState, Dial, Drop, live
from offhook.switch.b2bua.calltexts import TextCalls
from offhook.switch.base import CallChanged, SwitchEvent
from tests.cluster.embeddedpair import Node, Pair
from tests.cluster.natsserver import NatsServer
from tests.waiting import until

pytestmark = [pytest.mark.peer, pytest.mark.timeout(60)]


@pytest.fixture
async def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pair]:
    monkeypatch.setattr(TextCalls, "holds_s", 60.0)  # a busy machine may take longer than calls wait
    server = NatsServer(tmp_path)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(server.stop)
        await server.start()
        yield Pair(server, stack)


def dies_as_soon_as_it_tells_that_somebody_has_answered(node: Node) -> asyncio.Event:
    """From then on it sends and writes nothing any more; the event is set then."""
    dead = asyncio.Event()

    def look(event: SwitchEvent) -> None:
        if isinstance(event, CallChanged) and event.call.state is CallState.CONNECTED:
            node.without_lease = True
            dead.set()

    node.switch.subscribe(look)
    return dead


def up_at(node: Node) -> list[Call]:
    """The calls of 4000 that are up there."""
    found = {event.call.id: event.call for event in node.events if isinstance(event, CallChanged)}
    return [
        call
        for call in found.values()
        if live(call) and call.terminal == "4000" and call.state is CallState.CONNECTED
    ]


async def is_ended_by_the_next_owner(pair: Pair, here: Node, there: Node) -> None:
    await here.crash()
    await until(lambda: there.acts)
    await until(lambda: up_at(there))
    assert pair.talking == 2
    await there.switch.perform(Drop(up_at(there)[0].id))
    await until(lambda: not pair.talking)
    await pair.nothing_is_kept()


async def test_a_call_from_a_program(pair: Pair) -> None:
    here, there = await pair.nodes()
    dead = dies_as_soon_as_it_tells_that_somebody_has_answered(here)
    call = await here.switch.perform(Dial("4000", "4001"))
    await dead.wait()
    await is_ended_by_the_next_owner(pair, here, there)
    assert there.calls(call.id)


async def test_a_call_that_was_dialled_at_the_phone(pair: Pair) -> None:
    here, there = await pair.nodes()
    dead = dies_as_soon_as_it_tells_that_somebody_has_answered(here)
    await pair.phones[0].call("4001")
    await dead.wait()
    await is_ended_by_the_next_owner(pair, here, there)

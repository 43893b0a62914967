"""One session serves the terminals of a whole site."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from offhook.call import CallState, Cause, Terminal
from offhook.errors import CallError, Refusal
from offhook.manager.principal import Principal
from offhook.sscp.client import SscpClient
from offhook.sscp.messages import MAX_MESSAGE, MAX_WATCH, Reply, Watch, encode
from offhook.sscp.session import Session
from tests.sscp.helpers import Heard, Site, a_client, a_site, a_socket
from tests.sscp.playedserver import a_played_server, cut_sessions

COUNT = 1200
"""More than one command may name."""

MANY = [Terminal(str(20_000 + number), f"Phone {number}") for number in range(COUNT)]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr("tests.sscp.helpers.TERMINALS", MANY)
    return [terminal.id for terminal in MANY]


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many terminals each `watch` named that the server was asked."""
    counts: list[int] = []
    carry_out = Session._watch

    def counting(self: Session, principal: Principal, command: Watch) -> Reply:
        counts.append(len(command.terminals) or 1)
        return carry_out(self, principal, command)

    monkeypatch.setattr(Session, "_watch", counting)
    return counts


@asynccontextmanager
async def everything_watched(folder: Path, names: list[str]) -> AsyncIterator[tuple[Site, SscpClient, Heard]]:
    async with a_site(folder) as site, a_client(site.url, "root", "toor") as (client, heard):
        await asyncio.gather(*(client.watch(name) for name in names))
        yield site, client, heard


async def test_every_terminal_is_told_of_and_few_commands_ask_for_it(
    tmp_path: Path, names: list[str], watched: list[int]
) -> None:
    async with everything_watched(tmp_path, names) as (site, _, heard):
        for name in names:
            site.switch.ring_in(name, "4001")
        await heard.until(lambda: len(heard.calls) == COUNT)
    assert sorted(call.terminal for call in heard.calls) == names
    assert (sum(watched), max(watched)) == (COUNT, MAX_WATCH)
    assert len(watched) < 6


async def test_after_a_break_all_are_watched_again(
    tmp_path: Path, names: list[str], watched: list[int]
) -> None:
    async with everything_watched(tmp_path, names) as (site, client, heard):
        first = site.switch.ring_in(names[0], "4001")
        last = site.switch.ring_in(names[-1], "4001")
        await heard.until(lambda: len(heard.calls) == 2)
        heard.calls.clear()
        watched.clear()
        cut_sessions(site.server)
        site.switch.go(first.id, CallState.CONNECTED)
        site.switch.go(last.id, CallState.ON_HOOK, Cause.NO_ANSWER)
        await heard.until(lambda: len(heard.calls) == 2)
        await client.calls(names[0])
    assert sorted(watched) == [COUNT % MAX_WATCH, MAX_WATCH, MAX_WATCH]
    assert {(call.id, call.state) for call in heard.calls} == {
        (first.id, CallState.CONNECTED),
        (last.id, CallState.ON_HOOK),
    }


async def test_a_watch_that_is_refused_does_not_touch_those_beside_it(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site.url) as (client, heard):
        good, other, unknown = await asyncio.gather(
            *(client.watch(name) for name in ("4000", "4001", "9999")), return_exceptions=True
        )
        site.switch.ring_in("4000", "4002")
        await heard.until(lambda: len(heard.calls) == 1)
    assert good == []
    assert isinstance(other, CallError) and other.refusal is Refusal.NOT_ALLOWED
    assert isinstance(unknown, CallError)


async def test_the_reply_tells_what_is_watched_and_what_is_refused(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_socket(site.url) as raw:
        await raw.log_in()
        call = site.switch.ring_in("4000", "4002")
        reply = await raw.ask({"type": "watch", "id": 1, "terminals": ["4000", "4001", "*"]})
    assert [one["id"] for one in reply["terminals"]] == ["4000"]
    assert [(one["terminal"], one["seq"], one["calls"][0]["id"]) for one in reply["snapshots"]] == [
        ("4000", 1, call.id)
    ]
    assert [(one["terminal"], one["code"]) for one in reply["refused"]] == [
        ("4001", "not-allowed"),
        ("*", "not-allowed"),
    ]


@pytest.mark.parametrize("members", [{}, {"terminal": "4000", "terminals": ["4000"]}, {"terminals": []}])
async def test_a_watch_names_one_terminal_or_several(tmp_path: Path, members: dict[str, object]) -> None:
    async with a_site(tmp_path) as site, a_socket(site.url) as raw:
        await raw.log_in()
        reply = await raw.ask({"type": "watch", "id": 1, **members})
        assert reply["error"]["code"] == "bad-request"


async def test_the_login_tells_what_the_server_knows(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_socket(site.url) as raw:
        reply = await raw.ask({"type": "login", "id": 0, "user": "kim", "password": "secret"})
    assert reply["features"] == [
        "watch-many",
        "withdraw",
        "paging",
        "call-control",
        "watched",
        "missed",
        "begin-once",
        "trunks",
        "phones",
        "phone-changes",
        "nodes",
    ]


async def test_a_server_that_knows_no_watch_of_several_is_asked_one_by_one() -> None:
    async with a_played_server() as (server, url), a_client(url) as (client, _):
        await asyncio.gather(client.watch("4000"), client.watch("4001"), client.watch("4002"))
    watches = [command for command in server.asked if isinstance(command, Watch)]
    assert [(one.terminal, one.terminals) for one in watches] == [("4000", []), ("4001", []), ("4002", [])]


async def test_terminals_that_were_taken_and_given_back_are_watched_again(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site.url) as (client, heard):
        await client.watch("4000")
        for terminals in (["4001"], ["4000"]):
            site.users.set_terminals("kim", terminals)
            links = len(heard.links)
            cut_sessions(site.server)
            await heard.until(lambda links=links: len(heard.links) == links + 2)  # type: ignore[misc]
        await client.calls()
        site.switch.ring_in("4000", "4002")
        await heard.until(lambda: heard.states == ["RING_BACK"])


def test_as_many_terminals_as_may_be_named_fit_into_a_message() -> None:
    assert len(encode(Watch(2**53 - 1, terminals=["x" * 64] * MAX_WATCH))) < MAX_MESSAGE

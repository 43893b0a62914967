"""What a client does when the session breaks, and what it then tells."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest

from offhook.call import Call, CallState, Cause, Command, Dial, Drop, Party, Terminal, Unpark
from offhook.errors import CallError, Refusal
from offhook.manager.principal import Principal
from offhook.sscp.client import Credentials, SscpClient
from offhook.sscp.connection import call_event
from offhook.sscp.messages import (
    PAGE,
    PAGING,
    Calls,
    Snapshot,
)
from tests.sscp.helpers import Site, a_client, a_site
from tests.sscp.playedserver import CALL, a_played_server, cut_sessions
from tests.waiting import ONE_STEP_S

ROOT = Path(__file__).parents[2]


async def test_a_client_that_is_not_connected_says_so_at_once() -> None:
    client = SscpClient("ws://127.0.0.1:9", Credentials("kim", "secret"))
    for request in (
        client.perform(Dial("4000", "4001")),
        client.perform(Drop("c1")),
        client.watch("4000"),
        client.calls(),
    ):
        with pytest.raises(CallError) as caught:
            await request
        assert caught.value.refusal is Refusal.UNAVAILABLE


async def test_a_broken_session_is_taken_up_again_with_its_watches(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site.url) as (client, heard):
        await client.watch("4000")
        cut_sessions(site.server)
        await heard.until(lambda: heard.links == [True, False, True])
        site.switch.ring_in("4000", "4001")
        await heard.until(lambda: heard.states == ["RING_BACK"])


async def test_what_happened_meanwhile_is_told_afterwards(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site.url) as (client, heard):
        await client.watch("4000")
        first = site.switch.ring_in("4000", "4001")
        second = site.switch.ring_in("4000", "4002")
        await heard.until(lambda: len(heard.calls) == 2)
        heard.calls.clear()
        cut_sessions(site.server)
        site.switch.go(first.id, CallState.CONNECTED)
        site.switch.go(second.id, CallState.ON_HOOK, Cause.NO_ANSWER)
        await heard.until(lambda: len(heard.calls) == 2)
    told = {call.id: call for call in heard.calls}
    assert told[first.id].state is CallState.CONNECTED
    assert (told[second.id].state, told[second.id].cause) == (CallState.ON_HOOK, Cause.NO_ANSWER)


async def test_a_restarted_call_manager_has_the_call_on_hook_as_a_failure(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        port = site.server.port
        call = site.switch.ring_in("4000", "4001")
        async with a_client(site.url) as (client, heard):
            await client.watch("4000")
            await site.server.stop()
            await heard.until(lambda: heard.links == [True, False])
            site.log.close()
            async with a_site(tmp_path, port) as restarted:
                assert restarted.log.orphans == 1
                await heard.until(lambda: bool(heard.calls))
    assert [(one.id, one.state, one.cause) for one in heard.calls] == [
        (call.id, CallState.ON_HOOK, Cause.FAILURE)
    ]


async def test_a_call_that_was_dialled_and_never_heard_of_again_is_ended_too(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site.url, "root", "toor") as (client, heard):
        await client.watch("*")
        call = await client.perform(Dial("4000", "4001"))
        cut_sessions(site.server)
        site.switch.go(call.id, CallState.ON_HOOK, Cause.BUSY)
        await heard.until(lambda: bool(heard.calls))
    assert [(one.id, one.cause) for one in heard.calls] == [(call.id, Cause.BUSY)]


async def test_a_terminal_that_was_taken_from_the_user_loses_its_calls(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site.url) as (client, heard):
        site.switch.ring_in("4000", "4001")
        await client.watch("4000")
        site.users.set_terminals("kim", ["4001"])
        cut_sessions(site.server)
        await heard.until(lambda: bool(heard.calls))
        assert (heard.calls[-1].state, heard.calls[-1].cause) == (CallState.ON_HOOK, Cause.FAILURE)


async def test_a_password_is_asked_for_only_once(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site.url) as (_, heard):
        verified: list[str] = []
        verify = site.users.verify

        def counting(name: str, password: str) -> object:
            verified.append(name)
            return verify(name, password)

        site.users.verify = counting  # type: ignore[method-assign,assignment]
        cut_sessions(site.server)
        await heard.until(lambda: heard.links == [True, False, True])
    assert verified == []


async def test_a_kept_token_that_was_revoked_gives_way_to_the_password(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site.url) as (_, heard):
        site.users.set_password("kim", "secret")
        cut_sessions(site.server)
        await heard.until(lambda: heard.links == [True, False, True])


async def test_a_wrong_password_is_told_clearly(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with a_site(tmp_path) as site, a_client(site.url, "kim", "wrong", wait=False) as (client, heard):
        with pytest.raises(CallError) as caught:
            await client.connected_once(ONE_STEP_S)
        assert caught.value.refusal is Refusal.NOT_AUTHENTICATED
        assert client.problem is not None and "wrong user or password" in client.problem
        assert not client.connected
        assert heard.links == []
    assert "the login was refused" in caplog.text
    assert "wrong'" not in caplog.text


async def test_a_call_manager_that_comes_later_is_found(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        port, url = site.server.port, site.url
    async with a_client(url, wait=False) as (client, heard):
        with pytest.raises(CallError) as caught:
            await client.connected_once(0.05)
        assert caught.value.refusal is Refusal.UNAVAILABLE
        async with a_site(tmp_path, port):
            await client.connected_once(ONE_STEP_S)
            assert heard.links == [True]


SERVING = """
import asyncio, sys
from pathlib import Path
from tests.sscp.helpers import a_site

async def serve() -> None:
    async with a_site(Path(sys.argv[1])) as site:
        print(site.server.port, flush=True)
        await asyncio.Event().wait()

asyncio.run(serve())
"""


async def test_a_killed_call_manager_is_unavailable_at_once_and_its_calls_are_told_as_failed(
    tmp_path: Path,
) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVING, str(tmp_path), stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    assert process.stdout is not None
    port = int(await process.stdout.readline())
    async with a_client(f"ws://127.0.0.1:{port}") as (client, heard):
        await client.watch("4000")
        call = await client.perform(Dial("4000", "4001"))
        await client.history()
        process.kill()
        await process.wait()
        await heard.until(lambda: heard.links == [True, False])
        with pytest.raises(CallError) as caught:
            await client.perform(Dial("4000", "4001"))
        assert caught.value.refusal is Refusal.UNAVAILABLE
        assert heard.calls == []
        async with a_site(tmp_path, port) as restarted:
            assert restarted.log.orphans == 1
            await heard.until(lambda: bool(heard.calls))
    assert [(one.id, one.state, one.cause) for one in heard.calls] == [
        (call.id, CallState.ON_HOOK, Cause.FAILURE)
    ]


async def fail_a_dial(site: Site, client: SscpClient, *, taken_on: bool) -> None:
    """A dial whose session breaks under it: after the switch took it on, or before."""
    dial = site.switch.dial

    def cut(terminal: str, address: str) -> Call:
        site.switch.dial = dial  # type: ignore[method-assign]
        cut_sessions(site.server)
        if not taken_on:
            raise CallError(Refusal.UNAVAILABLE, "nothing was begun")
        return dial(terminal, address)

    site.switch.dial = cut  # type: ignore[method-assign]
    with pytest.raises(CallError) as caught:
        await client.perform(Dial("4000", "4001"))
    assert caught.value.refusal is Refusal.UNAVAILABLE


async def test_a_call_whose_dial_broke_with_the_session_is_cleared_and_never_told(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site.url) as (client, heard):
        await client.watch("4000")
        await fail_a_dial(site, client, taken_on=True)
        (ghost,) = site.switch.calls
        await heard.until(lambda: heard.links == [True, False, True])
        assert await client.calls("4000") == []
        assert site.switch.dropped == [ghost]
        await client.perform(Dial("4000", "4002"))
    assert [call.id for call in heard.calls if call.id == ghost] == []


async def test_an_unpark_whose_reply_never_came_is_taken_back(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site.url) as (client, heard):
        site.switch.do_anything()
        await client.watch("4000")
        take = site.switch.does[Unpark]

        def cut(command: Unpark) -> object:
            call = take(command)
            cut_sessions(site.server)
            return call

        site.switch.does[Unpark] = cut
        with pytest.raises(CallError) as caught:
            await client.perform(Unpark("4000", "701"))
        assert caught.value.refusal is Refusal.UNAVAILABLE
        await heard.until(lambda: heard.links == [True, False, True])
        assert await client.calls("4000") == []
        assert len(site.switch.dropped) == 1


async def test_a_call_dialled_by_hand_to_the_number_of_a_failed_dial_goes_on(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site.url) as (client, heard):
        await client.watch("4000")
        await fail_a_dial(site, client, taken_on=False)
        by_hand = site.switch.dial("4000", "4001")
        site.switch.go(by_hand.id, CallState.CONNECTED)
        await heard.until(lambda: heard.links == [True, False, True])
        await heard.until(lambda: heard.states == ["CONNECTED"])
        assert [call.id for call in await client.calls("4000")] == [by_hand.id]
    assert site.switch.dropped == []


async def test_a_failed_dial_is_taken_back_in_the_next_session_that_answers(tmp_path: Path) -> None:
    """Not only in the next one: that may break as well."""
    async with a_site(tmp_path) as site, a_client(site.url) as (client, heard):
        perform = site.manager.perform

        async def cut(principal: Principal, command: Command[Any]) -> Any:
            site.manager.perform = perform  # type: ignore[method-assign]
            cut_sessions(site.server)
            return []

        await fail_a_dial(site, client, taken_on=True)
        site.manager.perform = cut  # type: ignore[method-assign]
        await heard.until(lambda: heard.links.count(True) == 3)
        await client.calls()
    assert len(site.switch.dropped) == 1


async def test_a_server_that_knows_no_dial_ids_is_asked_to_clear_nothing() -> None:
    async with a_played_server() as (server, url), a_client(url) as (client, heard):
        dialling = asyncio.ensure_future(client.perform(Dial("4000", "4001")))
        await server.dialled.wait()
        assert server.connection is not None
        server.connection.transport.abort()
        with pytest.raises(CallError):
            await dialling
        await heard.until(lambda: heard.links == [True, False, True])
        assert [call.id for call in await client.watch("4000")] == [CALL.id]
    assert [type(command).__name__ for command in server.asked] == ["Login", "Perform", "Login", "Watch"]


async def test_a_gap_in_the_numbers_has_the_calls_asked_for() -> None:
    async with a_played_server() as (server, url), a_client(url) as (client, heard):
        await client.watch("4000")
        other = Call("c2", "4000", CallState.CONNECTED, Party(), Party(), started=2.0)
        server.snapshot = Snapshot("4000", 5, [CALL, other])
        assert server.connection is not None
        await server.connection.send(call_event(4, CALL).decode())
        await heard.until(lambda: bool(heard.calls))
    assert any(isinstance(command, Calls) and command.terminal == "4000" for command in server.asked)
    assert heard.calls == [other]


async def test_a_dial_under_way_fails_as_the_session_breaks() -> None:
    async with a_played_server() as (server, url), a_client(url) as (client, heard):
        dialling = asyncio.ensure_future(client.perform(Dial("4000", "4001")))
        await server.dialled.wait()
        assert server.connection is not None
        server.connection.transport.abort()
        with pytest.raises(CallError) as caught:
            await dialling
        assert caught.value.refusal is Refusal.UNAVAILABLE
        await heard.until(lambda: False in heard.links)


async def test_a_server_that_does_not_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offhook.sscp.channel.REPLY_LIMIT_S", 0.05)
    async with a_played_server() as (_, url), a_client(url) as (client, heard):
        with pytest.raises(CallError) as caught:
            await client.perform(Dial("4000", "4001"))
        assert caught.value.refusal is Refusal.UNAVAILABLE
        await heard.until(lambda: heard.links == [True, False, True])


@pytest.mark.parametrize("always", ["the same", "others"])
async def test_a_list_of_terminals_that_never_ends_is_an_error(
    monkeypatch: pytest.MonkeyPatch, always: str
) -> None:
    monkeypatch.setattr("offhook.sscp.asking.MAX_TERMINALS", 3 * PAGE)
    async with a_played_server() as (server, url):
        server.features = [PAGING]
        server.pages = lambda page: [
            Terminal(f"{0 if always == 'the same' else page}-{one}") for one in range(PAGE)
        ]
        async with a_client(url) as (client, _):
            with pytest.raises(CallError, match="has no end"):
                await client.terminals()


async def test_a_terminal_that_comes_on_two_pages_is_there_once() -> None:
    async with a_played_server() as (server, url):
        server.features = [PAGING]
        server.pages = lambda page: [Terminal(f"{one}") for one in range(PAGE if page == 1 else 1)]
        async with a_client(url) as (client, _):
            assert len(await client.terminals()) == PAGE


async def test_a_server_that_talks_nonsense_is_left(caplog: pytest.LogCaptureFixture) -> None:
    async with a_played_server() as (server, url), a_client(url) as (_, heard):
        assert server.connection is not None
        await server.connection.send("nonsense")
        await heard.until(lambda: heard.links == [True, False, True])
    assert "not JSON" in caplog.text


async def test_too_many_commands_at_once_are_refused_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offhook.sscp.channel.MAX_ASKED", 1)
    async with a_played_server() as (_, url), a_client(url) as (client, _heard):
        first = asyncio.ensure_future(client.perform(Dial("4000", "4001")))
        await asyncio.sleep(0)
        with pytest.raises(CallError) as caught:
            await client.perform(Dial("4000", "4002"))
        assert caught.value.refusal is Refusal.OVERLOADED
        first.cancel()


async def test_a_dial_that_nobody_waits_for_any_more_is_told_as_an_event(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site.url) as (client, heard):
        await client.watch("4000")
        dialling = asyncio.ensure_future(client.perform(Dial("4000", "4001")))
        await asyncio.sleep(0)
        dialling.cancel()
        await heard.until(lambda: heard.states == ["OFF_HOOK"])

"""Client and server over a real WebSocket: what a session is for."""

import asyncio
from pathlib import Path

import pytest

from offhook.call import CAN_DIAL, NOTHING, CallState, Cause, Dial, Drop, Terminal
from offhook.errors import CallError, Refusal
from offhook.manager.localtoken import FILE_NAME, write_token
from offhook.sscp.client import Credentials, SscpClient
from tests.sscp.helpers import a_client, a_site, a_socket
from tests.waiting import ONE_STEP_S, until


async def test_dial_reaches_the_switch_and_returns_the_call(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site.url) as (client, _):
        call = await client.perform(Dial("4000", "4001"))
    assert site.switch.dialled == [("4000", "4001")]
    assert (call.state, call.caller.name, call.callee.name) == (CallState.OFF_HOOK, "Kim", "Lee Min-ho")


async def test_a_watcher_hears_every_state(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site.url) as (client, heard):
        assert await client.watch("4000") == []
        call = await client.perform(Dial("4000", "4001"))
        site.switch.go(call.id, CallState.PROCEED)
        site.switch.go(call.id, CallState.RING_BACK)
        site.switch.go(call.id, CallState.CONNECTED)
        await client.perform(Drop(call.id))
        await heard.until(lambda: len(heard.calls) == 4)
    assert heard.states == ["PROCEED", "RING_BACK", "CONNECTED", "ON_HOOK"]
    assert heard.calls[-1].cause is Cause.DROPPED


async def test_another_watcher_hears_the_beginning_too(tmp_path: Path) -> None:
    async with (
        a_site(tmp_path) as site,
        a_client(site.url) as (kim, _),
        a_client(site.url, "root", "toor") as (root, heard),
    ):
        await root.watch("*")
        await kim.perform(Dial("4000", "4001"))
        await heard.until(lambda: len(heard.calls) == 1)
    assert heard.states == ["OFF_HOOK"]


async def test_a_refusal_keeps_its_code(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site.url) as (client, _):
        with pytest.raises(CallError) as caught:
            await client.perform(Dial("4001", "4000"))
    assert caught.value.refusal is Refusal.NOT_ALLOWED


async def test_dial_returns_before_the_calls_next_state_is_told(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site.url) as (client, heard):
        site.switch.rings_while_dialling = True
        await client.watch("4000")
        call = await client.perform(Dial("4000", "4001"))
        assert (call.state, heard.calls) == (CallState.OFF_HOOK, [])
        await heard.until(lambda: heard.states == ["PROCEED"])


async def test_the_reply_to_a_dial_is_on_the_wire_before_its_calls_first_event(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_socket(site.url) as raw:
        site.switch.rings_while_dialling = True
        await raw.log_in()
        await raw.ask({"type": "watch", "id": 1, "terminal": "4000"})
        reply = await raw.ask({"type": "dial", "id": 2, "terminal": "4000", "address": "4001"})
        events = [await raw.next(), await raw.next()]
    assert (reply["type"], reply["id"], reply["call"]["state"]) == ("reply", 2, "OffHookState")
    assert [(event["seq"], event["call"]["state"]) for event in events] == [
        (1, "OffHookState"),
        (2, "ProceedState"),
    ]


async def test_the_reply_to_a_drop_is_on_the_wire_before_the_calls_end(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_socket(site.url) as raw:
        await raw.log_in()
        call = site.switch.ring_in("4000", "4002")
        watched = await raw.ask({"type": "watch", "id": 1, "terminal": "4000"})
        reply = await raw.ask({"type": "drop", "id": 2, "call": call.id})
        event = await raw.next()
    assert watched["snapshots"][0]["seq"] == 1
    assert reply == {"type": "reply", "id": 2}
    assert (event["seq"], event["call"]["cause"]) == (2, "dropped")


async def test_watch_returns_the_live_calls_and_tells_the_terminal(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site.url) as (client, heard):
        call = site.switch.ring_in("4000", "4001")
        site.switch.serve("4000", True)
        (watched,) = await client.watch("4000")
        site.switch.serve("4000", False)
        await heard.until(lambda: len(heard.terminals) == 2)
    assert (watched.id, watched.caller.name) == (call.id, "Lee Min-ho")
    assert heard.terminals == [
        Terminal("4000", "Kim", True, features=CAN_DIAL, capabilities=NOTHING),
        Terminal("4000", "Kim", False, features=NOTHING, capabilities=NOTHING),
    ]


async def test_nothing_is_told_after_unwatch(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site.url) as (client, heard):
        call = site.switch.ring_in("4000", "4001")
        await client.watch("4000")
        await client.unwatch("4000")
        site.switch.go(call.id, CallState.CONNECTED)
        assert [one.state for one in await client.calls("4000")] == [CallState.CONNECTED]
    assert heard.calls == []


async def test_a_terminal_watched_again_is_told_of_again(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site.url) as (client, heard):
        call = site.switch.ring_in("4000", "4001")
        await client.watch("4000")
        await client.unwatch("4000")
        assert len(await client.watch("4000")) == 1
        site.switch.go(call.id, CallState.CONNECTED)
        await heard.until(lambda: heard.states == ["CONNECTED"])


async def test_calls_terminals_and_history_are_of_ones_own(tmp_path: Path) -> None:
    async with (
        a_site(tmp_path) as site,
        a_client(site.url) as (kim, _),
        a_client(site.url, "root", "toor") as (root, _),
    ):
        mine = await root.perform(Dial("4000", "0301234"))
        other = await root.perform(Dial("4001", "0301234"))
        assert [call.id for call in await kim.calls()] == [mine.id]
        assert {call.id for call in await root.calls()} == {mine.id, other.id}
        assert [terminal.id for terminal in await kim.terminals()] == ["4000"]
        assert len(await root.terminals()) == 3
        assert [call.id for call in await kim.history()] == [mine.id]
        assert len(await root.history()) == 2
        assert len(await root.history("4001", limit=1)) == 1
        assert await root.history(before=1.0) == []


@pytest.mark.parametrize("terminal", ["4001", "*", "9999"])
async def test_another_users_terminals_are_not_watched(tmp_path: Path, terminal: str) -> None:
    async with a_site(tmp_path) as site, a_client(site.url) as (client, heard):
        with pytest.raises(CallError) as caught:
            await client.watch(terminal)
        site.switch.ring_in("4001", "4002")
        await client.calls()
    assert caught.value.refusal is Refusal.NOT_ALLOWED
    assert heard.calls == []


async def test_another_users_call_is_not_dropped(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site.url) as (client, _):
        call = site.switch.ring_in("4001", "4002")
        with pytest.raises(CallError) as caught:
            await client.perform(Drop(call.id))
    assert caught.value.refusal is Refusal.NO_SUCH_CALL


async def test_a_callback_that_fails_does_not_end_the_session(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("a bug in a window")

    async with a_site(tmp_path) as site:
        client = SscpClient(site.url, Credentials("kim", "secret"), on_link=fail)
        await client.start()
        await client.connected_once(ONE_STEP_S)
        assert await client.calls() == []
        await client.stop()
    assert "a bug in a window" in caplog.text


async def test_a_local_program_logs_in_by_the_token_file(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        write_token(tmp_path / FILE_NAME, site.users.local_token)
        client = SscpClient(site.url, Credentials(token_file=tmp_path / FILE_NAME))
        await client.start()
        await client.connected_once(ONE_STEP_S)
        assert len(await client.terminals()) == 3
        await client.stop()


async def test_the_reply_to_a_slow_dial_comes_before_its_events_and_holds_up_no_other_terminal(
    tmp_path: Path,
) -> None:
    async with a_site(tmp_path) as site, a_socket(site.url) as raw:
        await raw.log_in("root", "toor")
        await raw.ask({"type": "watch", "id": 1, "terminal": "*"})
        site.switch.slow_reply = asyncio.Event()
        await raw.connection.send('{"type":"dial","id":2,"terminal":"4000","address":"4001"}')
        await until(lambda: site.switch.calls)
        await asyncio.sleep(0)
        (call_id,) = site.switch.calls
        site.switch.go(call_id, CallState.PROCEED)
        site.switch.ring_in("4001", "4000")
        assert (await raw.next())["call"]["terminal"] == "4001"
        site.switch.slow_reply.set()
        told = [await raw.next() for _ in range(3)]
    assert [one["type"] for one in told] == ["reply", "call", "call"]
    assert [one["call"]["state"] for one in told[1:]] == ["OffHookState", "ProceedState"]


async def test_the_server_stops_though_a_switch_never_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.sscp.server.COMMAND_LIMIT_S", 0.05)
    async with a_site(tmp_path) as site:
        site.switch.gate = asyncio.Event()
        async with a_client(site.url) as (client, _):
            dialling = asyncio.ensure_future(client.perform(Dial("4000", "4001")))
            await until(lambda: site.manager._news.beginning("4000"))
            await site.server.stop()
            with pytest.raises(CallError) as caught:
                await dialling
        assert caught.value.refusal is Refusal.UNAVAILABLE
        assert not site.manager._news.beginning("4000")


async def test_commands_that_wait_for_phones_are_bounded_for_each_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.sscp.server.MAX_UNDER_WAY", 2)
    async with a_site(tmp_path) as site, a_socket(site.url) as raw, a_socket(site.url) as other:
        site.switch.do_anything()
        call = site.switch.ring_in("4000", "4001")
        await raw.log_in()
        await other.log_in()
        slow_reply = site.switch.slow_reply = asyncio.Event()
        for number, socket in enumerate((raw, other), 1):
            await socket.connection.send(f'{{"type":"answer","id":{number},"call":"{call.id}"}}')
        await until(lambda: len(site.switch.done) == 2)
        refused = await raw.ask({"type": "answer", "id": 3, "call": call.id})
        assert (refused["id"], refused["error"]["code"]) == (3, "overloaded")
        slow_reply.set()
        assert ((await raw.next())["id"], (await other.next())["id"]) == (1, 2)
        assert "error" not in await raw.ask({"type": "answer", "id": 4, "call": call.id})


async def test_a_command_that_outlives_its_session_is_carried_out_and_harms_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with a_site(tmp_path) as site, a_client(site.url, "root", "toor") as (client, heard):
        site.switch.do_anything()
        await client.watch("*")
        call = site.switch.ring_in("4000", "4001")
        gate = site.switch.gate = asyncio.Event()
        async with a_socket(site.url) as raw:
            await raw.log_in()
            await raw.ask({"type": "watch", "id": 1, "terminal": "4000"})
            await raw.connection.send(f'{{"type":"hold","id":2,"call":"{call.id}"}}')
            await until(lambda: site.server._under_way["kim"])
        await until(lambda: len(site.server._connections) == 1)
        gate.set()
        await heard.until(lambda: any(one.held for one in heard.calls))
        await until(lambda: not site.server._under_way["kim"])
    assert "Traceback" not in caplog.text

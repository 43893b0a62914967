"""The server of TSP sessions over real sockets: Login, ends, start and stop."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from offhook.call import CallState
from offhook.config import Listen, TspSettings
from offhook.errors import CallError, ConfigError, Refusal
from offhook.tsp import server as server_module
from offhook.tsp import session as session_module
from offhook.tsp.auditrecord import AuditRecord
from offhook.tsp.loginthrottle import MAX_BAD_LOGINS, MAX_TURNS
from offhook.tsp.server import TspServer
from tests.tsp.helpers import PlayedBackend, a_call, info, peer_of, reset, serving, session, state
from tests.waiting import until

GUARDED = {"token": "se%cret", "require_token": True}
GOOD, BAD = "Action%Login%4000%se\uff05cret", "Action%Login%4000%guess"


def open_at(host: str, port: int = 0) -> TspSettings:
    return TspSettings(Listen(host, port), require_token=False)


async def test_login_answers_with_the_version_and_tells_the_live_calls() -> None:
    backend = PlayedBackend()
    backend.tell(a_call("c9", CallState.CONNECTED))
    async with session(backend, **GUARDED) as peer:
        await peer.say(GOOD)
        await peer.hears("Response%Success%2", state("c9", "ConnectedState"), info("c9", "ConnectedState"))


async def test_where_a_token_is_required_nothing_happens_without_a_good_login() -> None:
    backend = PlayedBackend()
    backend.tell(a_call("c9"))
    async with session(backend, **GUARDED) as peer:
        await peer.say("Action%Dial%4001", "Action%Drop", BAD, "Action%Dial%4001")
        await peer.hears(*["Response%Fail"] * 4)
        backend.advance("c9", CallState.CONNECTED)
        await peer.hears_nothing_more()
    assert backend.asked == []


async def test_reasons_and_causes_come_after_a_good_login_only() -> None:
    backend = PlayedBackend(refuse=CallError(Refusal.TERMINAL_BUSY, "hang up first"))
    async with session(backend) as peer:
        await peer.say("Action%Dial%4001", "Action%Login%4000%", "Action%Dial%4001", "?", "Action%Login%4000")
        await peer.hears("Response%Fail", "Response%Success%2", "Response%Fail%terminal-busy")
        await peer.hears("Response%Fail%bad-request", "Response%Success%2")
        backend.tell(a_call("c1"))
        backend.advance("c1", CallState.ON_HOOK)
        await peer.hears(state("c1", "OffHookState"), info("c1", "OffHookState"))
        await peer.hears(state("c1", "OnHookState", cause="normal"))


async def test_login_that_names_no_terminal_gets_the_default_one() -> None:
    backend = PlayedBackend(default="4007")
    async with session(backend, **GUARDED) as peer:
        await peer.say("Action%Login%%se\uff05cret", "Action%Dial%4001")
        await peer.hears("Response%Success%2", "Response%Success")
    assert backend.asked == [("dial", "4007", "4001")]


async def test_login_for_a_terminal_that_may_not_be_used_fails() -> None:
    backend = PlayedBackend(usable=frozenset({"4000"}))
    async with session(backend, **GUARDED) as peer:
        await peer.say("Action%Login%4001%se\uff05cret", "Action%Dial%4001")
        await peer.hears("Response%Fail", "Response%Fail")


async def test_without_any_terminal_actions_fail() -> None:
    backend = PlayedBackend(default=None)
    async with session(backend) as peer:
        await peer.say("Action%Dial%4001", "Action%Login%", "Action%Login%4001")
        await peer.hears("Response%Fail", "Response%Fail", "Response%Success%2")


async def test_five_bad_logins_end_the_connection(caplog: pytest.LogCaptureFixture) -> None:
    async with session(PlayedBackend(), **GUARDED) as peer:
        await peer.say(*[BAD] * MAX_BAD_LOGINS, GOOD)
        await peer.hears(*["Response%Fail"] * MAX_BAD_LOGINS)
        assert await peer.ends() == b""
    assert "guess" not in caplog.text


async def test_after_five_bad_logins_others_from_there_wait_and_those_from_elsewhere_do_not() -> None:
    async with serving(PlayedBackend(), **GUARDED, login_delay_s=3600) as server:
        async with peer_of(server) as guesser:
            await guesser.say(*[BAD] * MAX_BAD_LOGINS)
            await guesser.ends()
        async with peer_of(server) as waiting, peer_of(server, local_addr=("127.0.0.2", 0)) as other:
            await waiting.say(GOOD)
            await other.say(GOOD)
            await other.hears("Response%Success%2")
            await until(lambda: server.sessions == 2)
            assert not waiting.reader._buffer  # type: ignore[attr-defined]


async def test_a_login_that_waited_is_answered_in_order() -> None:
    async with serving(PlayedBackend(), **GUARDED, login_delay_s=0.01) as server:
        async with peer_of(server) as guesser:
            await guesser.say(*[BAD] * MAX_BAD_LOGINS)
            await guesser.ends()
        async with peer_of(server) as peer:
            await peer.say(GOOD, "Action%Dial%4001")
            await peer.hears("Response%Success%2", "Response%Success")


async def test_logins_beyond_those_that_may_wait_are_refused() -> None:
    async with serving(PlayedBackend(), **GUARDED, login_delay_s=3600) as server:
        async with peer_of(server) as guesser:
            await guesser.say(*[BAD] * MAX_BAD_LOGINS)
            await guesser.ends()
        waiting = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(MAX_TURNS)]
        for _, writer in waiting:
            writer.write(GOOD.encode() + b"\r\n\r\n")
        async with peer_of(server) as one_more:
            await until(lambda: server.sessions == MAX_TURNS + 1)
            await one_more.say(GOOD)
            await one_more.hears("Response%Fail")
            assert await one_more.ends() == b""
        for _, writer in waiting:
            writer.close()
            await writer.wait_closed()


async def test_a_backend_that_fails_in_no_foreseen_way_is_a_fail(caplog: pytest.LogCaptureFixture) -> None:
    async with session(PlayedBackend(refuse=ZeroDivisionError("oops"))) as peer:
        await peer.say("Action%Dial%4001", "Action%Drop")
        await peer.hears("Response%Fail", "Response%Fail")
    assert "oops" in caplog.text


async def test_a_peer_that_has_said_all_still_gets_its_responses() -> None:
    backend = PlayedBackend(gate=asyncio.Event())
    async with session(backend) as peer:
        await peer.say("Action%Dial%4001", "Action%Drop")
        peer.writer.write_eof()
        await until(lambda: bool(backend.asked))
        assert backend.gate is not None
        backend.gate.set()
        assert await peer.ends() == b"Response%Success\r\n\r\n" * 2


async def test_what_a_peer_asked_before_it_left_is_done_and_does_no_harm() -> None:
    backend = PlayedBackend(gate=asyncio.Event())
    async with serving(backend) as server:
        async with peer_of(server) as peer:
            await peer.say("Action%Dial%4001", "Action%Drop")
            await until(lambda: bool(backend.asked))
        assert backend.gate is not None
        backend.gate.set()
        await until(lambda: server.sessions == 0)
    assert backend.asked == [("dial", "4000", "4001"), ("drop", "4000", "")]
    assert backend.watchers == 0


async def test_a_peer_that_breaks_off_during_a_dial_does_no_harm() -> None:
    backend = PlayedBackend(gate=asyncio.Event())
    async with serving(backend) as server:
        async with peer_of(server) as peer:
            await peer.say("Action%Dial%4001", "Action%Drop")
            await until(lambda: bool(backend.asked))
            reset(peer)
            await until(lambda: server.sessions == 0)
        assert backend.gate is not None
        backend.gate.set()
        async with peer_of(server) as peer:
            await peer.say("Action%Drop%4001")
            await peer.hears("Response%Success")
    assert backend.asked == [
        ("dial", "4000", "4001"),
        ("drop", "4000", "c1"),  # which failed for the peer, and is taken back
        ("drop", "4000", "4001"),
    ]
    assert backend.watchers == 0


@asynccontextmanager
async def broken_off_while_dialling(backend: PlayedBackend) -> AsyncIterator[TspServer]:
    """A server whose only peer has left without a word while its Dial was under way, which goes on now."""
    backend.gate = asyncio.Event()
    async with serving(backend) as server:
        async with peer_of(server) as peer:
            await peer.say("Action%Dial%4001")
            await until(lambda: bool(backend.asked))
            reset(peer)
            await until(lambda: server.sessions == 0)
        backend.gate.set()
        yield server


async def test_a_dial_whose_session_is_gone_is_taken_back_while_the_own_phone_rings() -> None:
    records: list[AuditRecord] = []
    backend = PlayedBackend()
    backend.before_reply = lambda: backend.tell(a_call("c1", CallState.OFF_HOOK))
    async with serving(backend, on_audit=records.append) as server, peer_of(server) as peer:
        backend.gate = asyncio.Event()
        await peer.say("Action%Dial%4001")
        await until(lambda: bool(backend.asked))
        server.set_token("a new one, which ends the session")
        await until(lambda: server.sessions == 0)
        backend.gate.set()
        await until(lambda: len(records) == 2)
    assert backend.asked == [("dial", "4000", "4001"), ("drop", "4000", "c1")]
    assert [(one.event, one.result) for one in records] == [("dial", "ok"), ("drop", "ok")]


@pytest.mark.parametrize("state", [CallState.PROCEED, CallState.RING_BACK, CallState.CONNECTED])
async def test_whoever_has_lifted_the_phone_meanwhile_is_not_hung_up(state: CallState) -> None:
    backend = PlayedBackend()
    backend.before_reply = lambda: backend.tell(a_call("c1", state))
    async with broken_off_while_dialling(backend):
        await until(lambda: "c1" in backend.calls)
    assert backend.asked == [("dial", "4000", "4001")]


async def test_a_dial_that_cannot_be_taken_back_does_no_harm(caplog: pytest.LogCaptureFixture) -> None:
    backend = PlayedBackend()

    def lost() -> None:
        if len(backend.asked) > 1:
            backend.refuse = CallError(Refusal.UNAVAILABLE, "the Call Manager is away; dial again")

    backend.before_reply = lost
    with caplog.at_level("INFO"):
        async with broken_off_while_dialling(backend):
            await until(lambda: len(backend.asked) == 2)
    assert "call c1 cannot be taken back: unavailable" in caplog.text


@pytest.mark.parametrize("state", list(CallState)[:-1])
@pytest.mark.parametrize("end", ["closed", "broken", "server"])
async def test_no_call_ends_with_the_session_that_made_it(state: CallState, end: str) -> None:
    backend = PlayedBackend()
    async with serving(backend) as server, peer_of(server) as peer:
        await peer.say("Action%Dial%4001")
        await peer.hears("Response%Success")
        backend.tell(a_call("c1", state))
        if end == "broken":
            reset(peer)
        elif end == "server":
            await server.stop()
        else:
            await peer.close()
        await until(lambda: server.sessions == 0)
    assert backend.asked == [("dial", "4000", "4001")]


async def test_two_sessions_of_one_terminal_hear_the_same_calls() -> None:
    backend = PlayedBackend()
    async with serving(backend) as server, peer_of(server) as one, peer_of(server) as other:
        await until(lambda: backend.watchers == 2)
        await one.say("Action%Dial%4001")
        await one.hears("Response%Success")
        backend.tell(a_call("c1"))
        await one.hears(state("c1", "OffHookState"))
        await other.hears(state("c1", "OffHookState"), info("c1", "OffHookState"))


async def test_stop_lets_a_pending_action_get_its_response() -> None:
    backend = PlayedBackend(gate=asyncio.Event())
    async with serving(backend) as server, peer_of(server) as peer, peer_of(server) as idle:
        await peer.say("Action%Dial%4001", "Action%Dial%4002")
        await until(lambda: bool(backend.asked))
        stopping = asyncio.create_task(server.stop())
        assert await idle.ends() == b""
        assert backend.gate is not None
        backend.gate.set()
        await stopping
        assert await peer.ends() == b"Response%Success\r\n\r\n"
    assert backend.asked == [("dial", "4000", "4001")]


async def test_stop_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "DRAIN_S", 0.05)
    backend = PlayedBackend(gate=asyncio.Event())
    async with serving(backend) as server, peer_of(server) as peer:
        await peer.say("Action%Dial%4001")
        await until(lambda: bool(backend.asked))
        await server.stop()
        assert await peer.ends() == b""
        assert server.sessions == 0


async def test_stop_does_not_wait_for_a_peer_that_does_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "DRAIN_S", 0.05)
    monkeypatch.setattr(session_module, "MAX_UNSENT", 10_000_000)
    backend = PlayedBackend()
    async with serving(backend) as server:
        with socket.create_connection(("127.0.0.1", server.port)):
            await until(lambda: backend.watchers == 1)
            for number in range(3000):
                backend.tell(a_call("c1", name=f"{number:x<3000}"))
            await server.stop()
            assert server.sessions == 0


async def test_a_call_that_fits_into_no_message_is_not_told(caplog: pytest.LogCaptureFixture) -> None:
    backend = PlayedBackend()
    async with session(backend) as peer:
        await until(lambda: backend.watchers == 1)
        backend.tell(a_call("c1", callee="4" * 5000))
        await peer.hears_nothing_more()
    assert "call c1 cannot be told" in caplog.text


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
@pytest.mark.parametrize(("files", "sessions"), [(300, 29), (100_000, 500)])
async def test_sessions_are_limited_to_what_the_system_allows(
    files: int, sessions: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    import resource

    monkeypatch.setattr(resource, "getrlimit", lambda _: (files, files))
    async with serving(PlayedBackend(), max_sessions=500) as server:
        assert server._max_sessions == sessions


async def test_stop_before_start_and_twice_does_nothing() -> None:
    server = TspServer(PlayedBackend(), open_at("127.0.0.1"), token=None)
    await server.stop()
    assert server.port == 0
    await server.start()
    assert server.port != 0
    await server.stop()
    await server.stop()


async def test_a_port_in_use_is_one_clear_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        server = TspServer(PlayedBackend(), open_at("127.0.0.1", port), token=None)
        with pytest.raises(
            ConfigError, match=f"tsp.listen: port {port} is what this Offhook listens on already"
        ):
            await server.start()


@pytest.mark.parametrize("host", ["0.0.0.0", "", "192.0.2.1", "messenger.example", "::"])
def test_a_token_is_required_unless_on_loopback(host: str) -> None:
    with pytest.raises(ConfigError, match=r"tsp\.require_token: false"):
        TspServer(PlayedBackend(), open_at(host), token="secret")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_on_loopback_it_may_be_told_not_to(host: str) -> None:
    TspServer(PlayedBackend(), open_at(host), token=None)


@pytest.mark.parametrize("token", [None, ""])
def test_a_required_token_has_to_be_there(token: str | None) -> None:
    with pytest.raises(ConfigError, match="there is no token"):
        TspServer(PlayedBackend(), TspSettings(Listen("127.0.0.1", 0)), token=token)

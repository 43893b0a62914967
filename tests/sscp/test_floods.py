"""Who sends without a pause gets a share; the others do not notice."""

import asyncio
import socket
import ssl
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import trustme
from websockets.exceptions import ConnectionClosed
from websockets.frames import Opcode

from offhook.call import NOTHING, Terminal
from offhook.errors import CallError, Refusal
from offhook.manager.principal import Principal
from offhook.manager.service import CallManager
from offhook.sscp.client import Credentials, SscpClient
from offhook.sscp.server import SscpServer
from tests.sscp.helpers import Raw, a_client, a_site, a_socket, a_tls_server
from tests.waiting import ONE_STEP_S, until

EMPTY_PING = bytes([0x80 | Opcode.PING, 0x80, 0, 0, 0, 0])
EMPTY_PONG = bytes([0x80 | Opcode.PONG, 0x80, 0, 0, 0, 0])
EMPTY_TEXT = bytes([0x80 | Opcode.TEXT, 0x80, 0, 0, 0, 0])
"""The smallest frames that a client can send, masked with zeros (RFC 6455 §5.2)."""

BURST = 100
FRAMES = 20_000


@pytest.fixture
def slow_strangers(monkeypatch: pytest.MonkeyPatch) -> None:
    """No room comes back while a test lasts."""
    monkeypatch.setattr("offhook.sscp.server.STRANGER_BURST", float(BURST))
    monkeypatch.setattr("offhook.sscp.server.STRANGER_RATE", 1e-6)


def frames_at(site_server: SscpServer) -> list[int]:
    """How many frames each connection's WebSocket was given."""
    counts: list[int] = []
    for wire in site_server._open:
        process = wire.process_event

        def counting(event: object, at: int = len(counts), process: object = process) -> None:
            counts[at] += 1
            process(event)  # type: ignore[operator]

        counts.append(0)
        wire.process_event = counting  # type: ignore[method-assign]
    return counts


@pytest.mark.parametrize("frame", [EMPTY_PING, EMPTY_PONG, EMPTY_TEXT])
async def test_frames_above_a_strangers_rate_are_not_looked_at(
    tmp_path: Path, slow_strangers: None, frame: bytes
) -> None:
    async with a_site(tmp_path) as site, a_socket(site.url) as stranger:
        counts = frames_at(site.server)
        stranger.connection.transport.write(frame * FRAMES)
        async with a_client(site.url) as (client, _):
            for _ in range(20):
                assert await client.calls() == []
        assert 0 < counts[0] < 2 * BURST
        stranger.connection.transport.abort()


async def test_bytes_above_a_strangers_rate_are_not_looked_at(tmp_path: Path, slow_strangers: None) -> None:
    """One frame that never ends, in many small fragments or in one large one."""
    async with a_site(tmp_path) as site, a_socket(site.url) as stranger:
        (wire,) = site.server._open
        fragment = bytes([Opcode.CONT, 0xFE, 0x04, 0, 0, 0, 0, 0]) + bytes(1024)
        stranger.connection.transport.write(bytes([Opcode.TEXT, 0x80, 0, 0, 0, 0]) + fragment * 2000)
        async with a_client(site.url) as (client, _):
            for _ in range(20):
                assert await client.calls() == []
        assert len(wire._unread) < 1024 * 1024
        assert wire.limits[0].wait(asyncio.get_running_loop().time()) > 0
        stranger.connection.transport.abort()


async def test_strangers_of_one_host_share_their_rate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.sscp.server.HOST_BURST", float(BURST))
    monkeypatch.setattr("offhook.sscp.server.HOST_RATE", 1e-6)
    async with a_site(tmp_path) as site, a_client(site.url) as (client, _), AsyncExitStack() as stack:
        strangers = [await stack.enter_async_context(a_socket(site.url)) for _ in range(5)]
        counts = frames_at(site.server)
        for stranger in strangers:
            stranger.connection.transport.write(EMPTY_PING * 1000)
        for _ in range(20):
            assert await client.calls() == []
        assert 0 < sum(counts) < 3 * BURST
        for stranger in strangers:
            stranger.connection.transport.abort()


async def test_a_users_flood_is_paced_and_nothing_of_it_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.sscp.server.USER_BURST", 50.0)
    monkeypatch.setattr("offhook.sscp.server.USER_RATE", 2000.0)
    async with a_site(tmp_path) as site, a_socket(site.url) as kim, a_socket(site.url) as lee:
        await kim.log_in()
        await lee.log_in("lee")
        for number in range(500):
            await kim.connection.send(f'{{"type":"calls","id":{number}}}')
        for number in range(20):
            assert (await lee.ask({"type": "terminals", "id": number}))["id"] == number
        assert [(await kim.next())["id"] for _ in range(500)] == list(range(500))


async def test_what_others_ask_is_answered_before_a_flood_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.manager.turns.SLICE_S", 1e-9)
    async with a_site(tmp_path) as site, a_socket(site.url) as greedy, a_socket(site.url) as lee:
        await greedy.log_in()
        await lee.log_in("lee")
        answered: list[str] = []

        async def read() -> None:
            for _ in range(2000):
                await greedy.next()
                answered.append("greedy")

        reading = asyncio.create_task(read())
        greedy.connection.transport.write(text_frame(b'{"type":"calls","id":1,"terminal":"4000"}') * 2000)
        await until(lambda: bool(answered))
        await lee.ask({"type": "dial", "id": 1, "terminal": "4001", "address": "4000"})
        assert len(answered) < 2000
        await reading
    assert site.switch.dialled == [("4001", "4000")]


def text_frame(data: bytes) -> bytes:
    """A short text frame, masked with zeros."""
    return bytes([0x80 | Opcode.TEXT, 0x80 | len(data), 0, 0, 0, 0]) + data


async def test_who_does_not_read_the_answers_is_not_read_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """10,000 answers of 200 KB would be two gigabytes of memory."""
    many = [Terminal(str(20_000 + number), "x" * 900) for number in range(200)]
    monkeypatch.setattr("tests.sscp.helpers.TERMINALS", many)
    async with a_site(tmp_path) as site, a_socket(site.url) as deaf:
        await deaf.log_in("root", "toor")
        deaf.connection.transport.pause_reading()
        deaf.connection.transport.write(text_frame(b'{"type":"terminals","id":1}') * 10_000)
        (wire,) = site.server._open
        await until(lambda: wire.paused)
        async with a_client(site.url, "root", "toor") as (client, _):
            for _ in range(20):
                await client.calls()
        assert wire.transport.get_write_buffer_size() < 1024 * 1024
        assert len(wire._unread) < 1024 * 1024
        deaf.connection.transport.resume_reading()
        for _ in range(100):
            assert len((await deaf.next())["terminals"]) == 200
        deaf.connection.transport.abort()


async def test_pongs_that_nobody_reads_do_not_pile_up(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_socket(site.url) as deaf:
        await deaf.log_in("root", "toor")
        (wire,) = site.server._open
        wire.pause_writing()  # as its transport does once the client is so far behind
        counts = frames_at(site.server)
        deaf.connection.transport.write(EMPTY_PING * FRAMES)
        async with a_client(site.url) as (client, _):
            for _ in range(20):
                assert await client.calls() == []
        assert counts[0] == 0
        wire.resume_writing()
        await until(lambda: counts[0] > 0)
        deaf.connection.transport.abort()


async def test_a_list_is_encoded_once_for_all_and_anew_when_a_terminal_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Principal] = []
    terminals = CallManager.terminals

    def counting(self: CallManager, principal: Principal, *, watched: bool = False) -> list[Terminal]:
        made.append(principal)
        return terminals(self, principal, watched=watched)

    monkeypatch.setattr(CallManager, "terminals", counting)
    async with a_site(tmp_path) as site, a_socket(site.url) as one, a_socket(site.url) as other:
        for raw in (one, other):
            await raw.log_in("root", "toor")
            for number in range(3):
                reply = await raw.ask({"type": "terminals", "id": number})
                assert (reply["id"], len(reply["terminals"])) == (number, 3)
        assert len(made) == 1
        site.switch.serve("4000", True)
        reply = await one.ask({"type": "terminals", "id": 9})
    assert [terminal["in_service"] for terminal in reply["terminals"]] == [True, False, False]


async def test_terminals_come_page_by_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = [Terminal(str(90_000 - number), features=NOTHING, capabilities=NOTHING) for number in range(25)]
    monkeypatch.setattr("tests.sscp.helpers.TERMINALS", many)
    monkeypatch.setattr("offhook.sscp.asking.PAGE", 10)
    async with (
        a_site(tmp_path) as site,
        a_socket(site.url) as raw,
        a_client(site.url, "root", "toor") as (client, _),
    ):
        assert await client.terminals() == many
        await raw.log_in("root", "toor")
        page = await raw.ask({"type": "terminals", "id": 1, "after": "89980", "limit": 3})
        assert [one["id"] for one in page["terminals"]] == ["89979", "89978", "89977"]
        gone = await raw.ask({"type": "terminals", "id": 2, "after": "4000", "limit": 3})
        assert gone["terminals"] == []
        for limit in (0, 10_001):
            assert (await raw.ask({"type": "terminals", "id": 3, "limit": limit}))["error"]["code"] == (
                "bad-request"
            )


async def test_one_users_sessions_leave_room_for_the_administrator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.sscp.sessions.MAX_OF_USER", 5)
    async with a_site(tmp_path) as site, AsyncExitStack() as stack:
        for _ in range(5):
            await (await stack.enter_async_context(a_socket(site.url))).log_in()
        async with a_socket(site.url) as sixth:
            reply = await sixth.ask({"type": "login", "id": 1, "user": "kim", "password": "secret"})
            assert reply["error"]["code"] == "overloaded"
            with pytest.raises(ConnectionClosed):
                await sixth.next()
        async with a_client(site.url, "root", "toor") as (client, _):
            assert await client.calls() == []


async def test_silent_connections_of_a_host_make_room_for_its_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("offhook.sscp.server.MAX_SILENT_HERE", 10)
    async with a_site(tmp_path) as site:
        silent = [await asyncio.open_connection("127.0.0.1", site.server.port) for _ in range(30)]
        async with a_client(site.url) as (client, _):
            assert await client.calls() == []
        gone = await asyncio.gather(*(reader.read() for reader, _ in silent[:20]))
        assert gone == [b""] * 20
        assert not silent[-1][0].at_eof()
        for _, writer in silent:
            writer.close()
    assert caplog.text.count("said nothing") == 1


async def test_a_host_that_connects_too_often_is_turned_away_and_others_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.common.arrivals.NEW_BURST", 5.0)
    monkeypatch.setattr("offhook.common.arrivals.NEW_RATE", 1e-6)
    async with a_site(tmp_path) as site:
        port = site.server.port
        busy = [
            await asyncio.open_connection("127.0.0.1", port, local_addr=("127.0.0.9", 0)) for _ in range(20)
        ]
        turned_away = await asyncio.gather(*(closed(reader) for reader, _ in busy[6:]))
        assert turned_away == [True] * 14
        async with a_client(site.url) as (client, _):
            assert await client.calls() == []
        for _, writer in busy:
            writer.close()


async def closed(reader: asyncio.StreamReader) -> bool:
    try:
        return await reader.read() == b""
    except ConnectionError:
        return True


async def test_who_leaves_in_the_middle_of_a_flood_of_pings_is_not_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with a_site(tmp_path) as site:
        for _ in range(20):
            async with a_socket(site.url) as raw:
                raw.connection.transport.write(EMPTY_PING * 900)
                await asyncio.sleep(0)
                raw.connection.transport.abort()
        await until(lambda: not site.server._open)
    assert caplog.records == []


async def test_small_messages_leave_at_once(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_socket(site.url):
        (wire,) = site.server._open
        accepted = wire.transport.get_extra_info("socket")
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


async def test_connections_in_the_middle_of_a_tls_handshake_count_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.sscp.server.MAX_SILENT_HERE", 5)
    authority = trustme.CA()
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    async with a_tls_server(tmp_path, authority) as server:
        silent = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(12)]
        assert await asyncio.gather(*(closed(reader) for reader, _ in silent[:7])) == [True] * 7
        client = SscpClient(f"wss://127.0.0.1:{server.port}", Credentials("kim", "secret"), tls=trusting)
        await client.start()
        await client.connected_once(ONE_STEP_S)
        assert await client.calls() == []
        await client.stop()
        for _, writer in silent:
            writer.close()
        await until(lambda: not len(server._arrivals))


async def test_what_strangers_do_again_and_again_is_one_line_of_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with a_site(tmp_path) as site:
        for _ in range(20):
            async with a_socket(site.url) as stranger:
                for number in range(4):
                    await stranger.ask({"type": "login", "id": number, "token": "guess"})
    assert caplog.text.count("login refused") == 1


async def test_a_client_that_leaves_in_the_middle_of_its_flood_leaves_nothing_behind(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        async with a_socket(site.url) as raw:
            await raw.log_in()
            raw.connection.transport.write(text_frame(b'{"type":"calls","id":1}') * 5000)
            await raw.next()
            raw.connection.transport.abort()
        await until(lambda: not (site.server._connections or site.server._open))
        async with a_client(site.url) as (client, _):
            assert await client.calls() == []
        assert len(site.server._sessions) <= 1


async def test_a_flood_of_rubbish_ends_the_session(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_socket(site.url) as raw:
        await raw.log_in()
        raw.connection.transport.write(EMPTY_TEXT * FRAMES)
        with pytest.raises(ConnectionClosed):
            await read_on(raw)


async def read_on(raw: Raw) -> None:
    while True:
        await raw.next()


async def test_a_user_with_too_many_sessions_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.sscp.sessions.MAX_OF_USER", 2)
    async with (
        a_site(tmp_path) as site,
        a_client(site.url),
        a_client(site.url),
        a_client(site.url, wait=False) as (third, _),
    ):
        while third.problem is None:
            with pytest.raises(CallError) as caught:
                await third.connected_once(0.05)
            assert caught.value.refusal is Refusal.UNAVAILABLE
        assert "sessions open" in third.problem

"""What is over is freed at once: a flood of short sessions does not wait for the garbage collector."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection
from websockets.server import ServerProtocol

from offhook.sscp.session import Session
from tests.alive import newer
from tests.sscp.helpers import Site, a_site, a_socket
from tests.waiting import until

KINDS = (ServerConnection, ServerProtocol, Session)


Found = Callable[[], list[object]]


@pytest.fixture
def of_session() -> Iterator[Found]:
    """What there is of the test's session, while nothing is collected."""
    gc.collect()
    gc.disable()
    yield newer(*KINDS)
    gc.enable()


async def freed(site: Site, of_session: Found) -> None:
    await until(lambda: not of_session(), f"{KINDS} to be freed")
    assert site.server.sessions == 0


@pytest.mark.parametrize("first", [b"", b"\x16\x03\x01\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"])
async def test_a_connection_that_becomes_no_session(tmp_path: Path, first: bytes, of_session: Found) -> None:
    async with a_site(tmp_path) as site:
        reader, writer = await asyncio.open_connection("127.0.0.1", site.server.port)
        writer.write(first)
        if first:
            await reader.read()
        else:
            await until(lambda: of_session())
        writer.close()
        await freed(site, of_session)


async def test_a_session_that_has_logged_in(tmp_path: Path, of_session: Found) -> None:
    async with a_site(tmp_path) as site:
        async with a_socket(site.url) as raw:
            await raw.log_in()
        await freed(site, of_session)


async def test_a_session_whose_login_is_refused(tmp_path: Path, of_session: Found) -> None:
    async with a_site(tmp_path) as site:
        async with a_socket(site.url) as raw:
            await raw.ask({"type": "login", "id": 1, "user": "kim", "password": "wrong"})
        await freed(site, of_session)


@pytest.mark.parametrize("frame", [b"\xff\xff\xff", b"\x81\x05hello"])
async def test_a_session_that_sends_what_is_no_frame(tmp_path: Path, frame: bytes, of_session: Found) -> None:
    async with a_site(tmp_path) as site:
        async with a_socket(site.url) as raw:
            raw.connection.transport.write(frame)
            with suppress(Exception):
                await raw.connection.recv()
        await freed(site, of_session)


async def test_a_session_that_is_cut(tmp_path: Path, of_session: Found) -> None:
    async with a_site(tmp_path) as site:
        async with a_socket(site.url) as raw:
            await raw.log_in()
            raw.connection.transport.abort()
        await freed(site, of_session)

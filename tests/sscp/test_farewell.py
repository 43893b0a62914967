"""A server that goes while others stand in sends its clients there."""

import asyncio
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode

from offhook.common.backoff import Backoff
from offhook.sscp.client import Credentials, SscpClient
from tests.sscp.helpers import Heard, a_client, a_site, a_socket
from tests.waiting import ONE_STEP_S, until


async def test_a_client_goes_to_the_other_one_and_does_not_come_back(tmp_path: Path) -> None:
    (tmp_path / "south").mkdir()
    async with (
        a_site(tmp_path) as north,
        a_client(north.url) as (_first, _heard),
        a_site(tmp_path / "south") as south,
    ):
        heard = Heard()
        client = SscpClient(
            f"{north.url}, {south.url}",
            Credentials("kim", "secret"),
            on_link=heard.on_link,
            backoff=Backoff(lambda: 0.0),
        )
        await client.start()
        try:
            await client.connected_once(ONE_STEP_S)
            used, other = (north, south) if client.place == north.url else (south, north)
            await used.server.send_away(asyncio.Event())
            await heard.until(lambda: heard.links == [True, False, True])
            assert client.place == other.url
            await until(lambda: used.server.sessions == 0)
        finally:
            await client.stop()


async def test_who_comes_meanwhile_is_told_to_take_another_one(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        await site.server.send_away(asyncio.Event())
        client = SscpClient(site.url, Credentials("kim", "secret"), backoff=Backoff(lambda: 0.0))
        await client.start()
        try:
            await until(lambda: client.problem is not None)
        finally:
            await client.stop()
        assert not client.connected
        assert "no room" in (client.problem or "")


@pytest.mark.parametrize("at_once", [False, True])
async def test_all_sessions_are_closed_as_for_a_restart(tmp_path: Path, at_once: bool) -> None:
    async with a_site(tmp_path) as site, a_socket(site.url) as raw, a_socket(site.url) as other:
        await raw.log_in()
        now = asyncio.Event()
        if at_once:
            now.set()
        going = asyncio.create_task(site.server.send_away(now))
        for one in (raw, other):
            with pytest.raises(ConnectionClosed) as closed:
                await one.next()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == CloseCode.SERVICE_RESTART
        await going

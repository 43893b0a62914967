"""A client that knows several Call Managers."""

import ssl
from collections.abc import Sequence
from pathlib import Path

import pytest
import trustme
from websockets.frames import CloseCode

from offhook.call import Dial
from offhook.common.backoff import Backoff
from offhook.common.dnssrv import Srv
from offhook.errors import CallError, Refusal
from offhook.sscp.client import Credentials, SscpClient
from tests.peers.program import free_port
from tests.sscp.helpers import Heard, a_client, a_site, a_tls_server
from tests.sscp.playedserver import a_played_server, cut_sessions
from tests.waiting import ONE_STEP_S, until


def nobody_there() -> str:
    """An address at which nothing listens."""
    return f"ws://127.0.0.1:{free_port()}"


async def test_one_that_does_not_answer_is_passed_over(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(f"{nobody_there()}, {site.url}") as (client, _heard):
        assert client.connected
        assert client.place == site.url


async def test_when_it_is_lost_the_next_one_is_used_and_watches_go_on(tmp_path: Path) -> None:
    (tmp_path / "north").mkdir()
    (tmp_path / "south").mkdir()
    async with (
        a_site(tmp_path / "north") as north,
        a_site(tmp_path / "south") as south,
        a_client(f"{north.url}, {south.url}") as (client, heard),
    ):
        await client.watch("4000")
        used, other = (north, south) if client.place == north.url else (south, north)
        cut_sessions(used.server)
        await heard.until(lambda: heard.links == [True, False, True])
        assert client.place == other.url
        other.switch.ring_in("4000", "4001")
        await heard.until(lambda: heard.states == ["RING_BACK"])
        assert (await client.perform(Dial("4000", "4002"))).terminal == "4000"


async def test_one_that_is_full_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    async with a_site(tmp_path / "full") as full, a_site(tmp_path) as site:
        full.server._max_strangers = 0
        async with a_client(f"{full.url}, {site.url}") as (client, _heard):
            assert client.place == site.url


async def test_one_that_sends_its_clients_away_is_not_tried_again_at_once() -> None:
    async with a_played_server() as (first, first_url), a_played_server() as (second, second_url):
        heard = Heard()
        client = SscpClient(
            f"{first_url}, {second_url}",
            Credentials("kim", "secret"),
            on_link=heard.on_link,
            backoff=Backoff(lambda: 0.0),
        )
        await client.start()
        try:
            await client.connected_once(ONE_STEP_S)
            used, other = (first, second) if client.place == first_url else (second, first)
            logins = len(used.asked)
            assert used.connection is not None
            await used.connection.close(CloseCode.SERVICE_RESTART)
            await heard.until(lambda: heard.links == [True, False, True])
            assert (len(used.asked), len(other.asked)) == (logins, 1)
        finally:
            await client.stop()


async def test_it_is_said_that_none_of_them_can_be_reached() -> None:
    places = f"{nobody_there()}, {nobody_there()}"
    client = SscpClient(places, Credentials("kim", "secret"), backoff=Backoff(lambda: 0.0))
    await client.start()
    try:
        with pytest.raises(CallError, match=places) as caught:
            await client.connected_once(0.1)
    finally:
        await client.stop()
    assert caught.value.refusal is Refusal.UNAVAILABLE


async def test_a_domain_in_dns_leads_to_a_call_manager_with_a_certificate_of_its_own_name(
    tmp_path: Path,
) -> None:
    authority = trustme.CA()
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    asked = list[str]()
    async with a_tls_server(tmp_path, authority, "localhost") as server:

        async def records(name: str) -> Sequence[Srv]:
            asked.append(name)
            return [Srv(10, 0, server.port, "localhost"), Srv(0, 0, server.port, "manager.attacker.example")]

        client = SscpClient(
            "wss+srv://localhost",
            Credentials("kim", "secret"),
            tls=lambda _url: trusting,
            backoff=Backoff(lambda: 0.0),
            ask_srv=records,
        )
        await client.start()
        try:
            await client.connected_once(ONE_STEP_S)
            assert client.place == f"wss://localhost:{server.port}"
            assert await client.calls() == []
        finally:
            await client.stop()
    assert asked == ["_sscp._tcp.localhost"]


async def test_a_domain_that_dns_does_not_know_is_said_to_be_so() -> None:
    async def records(_name: str) -> Sequence[Srv]:
        return []

    client = SscpClient(
        "wss+srv://site.example", Credentials(), backoff=Backoff(lambda: 0.0), ask_srv=records
    )
    await client.start()
    try:
        await until(lambda: client.problem is not None)
    finally:
        await client.stop()
    assert "_sscp._tcp.site.example" in (client.problem or "")


async def test_each_client_is_told_over_how_long_to_spread(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site.url) as (client, _heard):
        assert client._login.spread_s == pytest.approx(site.manager.size / 1000)

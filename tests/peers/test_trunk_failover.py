"""A provider with two servers, both real Asterisks that the DNS names, of which one dies; and one by TLS."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import trustme

from offhook.call import CallState, Cause
from offhook.common.dnssrv import Srv
from offhook.demo.phone import Stage
from offhook.switch.embedded import EmbeddedSwitch
from offhook.switch.trunk.trunk import Trunk
from tests.peers.dnsmasq import asked
from tests.peers.trunkpeers import AsteriskProvider, trunk_to
from tests.switch.site import ANSWERS, RINGS, Site
from tests.switch.trunksite import FRIEND, KIMS, OTHER, a_site_with
from tests.waiting import until

pytestmark = [pytest.mark.peer, pytest.mark.timeout(60)]  # Asterisks are started anew

DIALLED, THE_OTHER = "08912345678", "08912345679"
SILENT_S = 3.0
"""An Asterisk that has just started, on a busy machine, needs more than a second for its first answer."""
SERVICE = "_sip._udp.provider.example"


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[AsteriskProvider, AsteriskProvider]]:
    with AsteriskProvider() as first, AsteriskProvider() as second:
        assert isinstance(first, AsteriskProvider)
        assert isinstance(second, AsteriskProvider)
        yield first, second


@pytest.fixture
def both(
    servers: tuple[AsteriskProvider, AsteriskProvider],
) -> Iterator[tuple[AsteriskProvider, AsteriskProvider]]:
    """Both run; a test may kill the first."""
    yield servers
    servers[0].kill()
    servers[0].start()


def trunk_of(site: Site) -> Trunk:
    assert isinstance(site.switch, EmbeddedSwitch)
    (trunk,) = site.switch.trunks.all
    return trunk


def port_of(site: Site) -> int:
    """Of the server that is used now."""
    server = trunk_of(site).servers.current
    return 0 if server is None else server.address.port


async def by_name(**more: Any) -> Site:
    """A site whose provider is a name of the DNS."""
    trunk = trunk_to(("provider.example", 0), servers=("provider.example",), silent_s=SILENT_S)
    return await a_site_with(replace(trunk, **{"probe_s": 0.3, **more}), wait=False)


def is_registered_at(site: Site, server: AsteriskProvider) -> bool:
    registration = trunk_of(site).registration
    there = registration._server is not None and registration._server.address.port == server.sip[1]
    return there and registration.registered and not registration._asking


def services(both: tuple[AsteriskProvider, AsteriskProvider]) -> list[tuple[str, Srv]]:
    first, second = both
    return [
        (SERVICE, Srv(20, 0, second.sip[1], "localhost")),
        (SERVICE, Srv(10, 0, first.sip[1], "localhost")),
    ]


async def close(site: Site) -> None:
    await site.hang_up()
    await site.switch.stop()


async def test_calls_go_and_come_by_the_second_server_while_the_first_is_away(
    both: tuple[AsteriskProvider, AsteriskProvider], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = both
    async with asked(tmp_path, monkeypatch, *services(both)):
        site = await by_name()
        await until(lambda: trunk_of(site).usable)
        await site.phone("4000", ANSWERS)
        assert port_of(site) == first.sip[1]
        await asyncio.to_thread(first.kill)
        await until(lambda: port_of(site) == second.sip[1] and trunk_of(site).usable)
        async with second.person(FRIEND, ANSWERS) as friend:
            call_id = site.dial("4000", DIALLED)
            await site.until(call_id, CallState.CONNECTED)
            site.drop(call_id)
            await site.empty()
            await until(lambda: is_registered_at(site, second))
            call = await friend.call(KIMS)
            await until(lambda: call.stage is Stage.UP)
            friend.hang_up(call)
            await site.empty()
        await asyncio.to_thread(first.start)
        await until(lambda: port_of(site) == first.sip[1] and is_registered_at(site, first))
        async with first.person(OTHER, ANSWERS):
            await site.until(site.dial("4000", THE_OTHER), CallState.CONNECTED)
            await close(site)


async def test_a_call_that_is_made_just_when_the_server_dies_goes_by_the_other(
    both: tuple[AsteriskProvider, AsteriskProvider], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = both
    async with asked(tmp_path, monkeypatch, *services(both)):
        site = await by_name(probe_s=60.0)  # nobody has noticed yet
        await until(lambda: trunk_of(site).usable)
        await site.phone("4000")
        async with second.person(FRIEND, ANSWERS):
            await asyncio.to_thread(first.kill)
            await site.until(site.dial("4000", DIALLED), CallState.CONNECTED)
            await close(site)


async def test_a_call_at_a_server_that_has_died_is_ended_by_hand_and_the_next_goes_by_the_other(
    both: tuple[AsteriskProvider, AsteriskProvider], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = both
    async with asked(tmp_path, monkeypatch, *services(both)):
        site = await by_name()
        await until(lambda: trunk_of(site).usable)
        await site.phone("4000")
        await site.phone("4001")
        async with first.person(FRIEND, ANSWERS), first.person(OTHER, RINGS), second.person(FRIEND, ANSWERS):
            talks = site.dial("4000", DIALLED)
            await site.until(talks, CallState.CONNECTED)
            rings = site.dial("4001", THE_OTHER)
            await site.until(rings, CallState.RING_BACK)
            await asyncio.to_thread(first.kill)
            await until(lambda: port_of(site) == second.sip[1])
            assert site.now(talks).state is CallState.CONNECTED  # the phones may still hear each other
            for call_id in (talks, rings):
                site.drop(call_id)
                assert await site.cause(call_id) is Cause.DROPPED
            await until(lambda: trunk_of(site).usable)
            await site.until(site.dial("4000", DIALLED), CallState.CONNECTED)
            await close(site)


async def test_a_provider_by_tls_is_the_one_that_its_authority_names(tmp_path: Path) -> None:
    authority, another = trustme.CA(), trustme.CA()
    made = authority.issue_cert("127.0.0.1")
    certificate = b"".join(one.bytes() for one in (made.private_key_pem, *made.cert_chain_pems))
    right, wrong = tmp_path / "right.pem", tmp_path / "wrong.pem"
    authority.cert_pem.write_to_path(str(right))
    another.cert_pem.write_to_path(str(wrong))
    with AsteriskProvider(certificate=certificate) as provider:
        assert isinstance(provider, AsteriskProvider)
        site = await a_site_with(trunk_to(provider.sip_tls, transport="tls", tls_ca_file=right))
        await site.phone("4000", ANSWERS)
        async with provider.person(FRIEND, ANSWERS) as friend:
            call_id = site.dial("4000", DIALLED)
            await site.until(call_id, CallState.CONNECTED)
            site.drop(call_id)
            await site.empty()
            call = await friend.call(KIMS)
            await until(lambda: call.stage is Stage.UP)
            friend.hang_up(call)
            await site.empty()
        await close(site)
        for ca_file, host in ((wrong, "127.0.0.1"), (right, "localhost")):
            trunk = trunk_to((host, provider.sip_tls[1]), transport="tls", tls_ca_file=ca_file)
            site = await a_site_with(trunk, wait=False)
            await until(partial(is_distrusted, site))
            assert not trunk_of(site).usable
            await close(site)


def is_distrusted(site: Site) -> bool:
    return "certificate that is not trusted" in trunk_of(site).problem

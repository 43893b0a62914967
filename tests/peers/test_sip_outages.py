"""Servers of a SIP PBX that die and come back; real Kamailios and Asterisks."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import Any

import pytest

from offhook.call import CallState, Cause
from offhook.common.dnssrv import Srv
from offhook.errors import CallError, Refusal
from offhook.sip.transaction import Transport
from offhook.switch.base import CallChanged, SwitchEvent
from tests.peers.asterisk import Asterisk
from tests.peers.kamailio import Kamailio
from tests.peers.pbxsite import PbxSite, close, pbx_site
from tests.peers.program import LIMIT_S
from tests.switch.certificate import make_certificate
from tests.switch.site import ANSWERS, Site, joined

pytestmark = pytest.mark.peer

OFTEN: dict[str, Any] = {"probe_s": 0.2, "silent_s": 0.3, "ping_s": 0.3}
"""How a server that is gone is noticed soon."""


def port_in_use(site: PbxSite) -> int:
    """Of the server that is used just now, 0 for none."""
    server = site.switch.servers.current
    return server.address.port if server is not None else 0


async def service(site: PbxSite, *, up: bool) -> None:
    """Wait until there is a server, or none."""
    await site.service("4000", up)


def cut_connections(site: PbxSite) -> None:
    """Those to the PBX, at once."""
    for connection in list(site.switch._transport._connections.values()):
        connection.abort()


async def test_the_second_server_takes_over_when_the_first_is_killed(tmp_path: Path) -> None:
    with Kamailio(tmp_path / "one") as first, Kamailio(tmp_path / "two") as second:
        names = [Srv(1, 1, first.address[1], "127.0.0.1"), Srv(2, 1, second.address[1], "127.0.0.1")]

        async def ask_srv(_name: str) -> list[Srv]:
            return names

        site = await pbx_site(second.address, server="pbx.example", ask_srv=ask_srv, **OFTEN)
        callee = await Site.phone(site, "4001", ANSWERS)  # at the second one, whom nobody asks yet
        await Site.phone(site, "4000")
        assert port_in_use(site) == first.address[1]
        first.stop()
        async with asyncio.timeout(LIMIT_S):
            while port_in_use(site) != second.address[1]:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        await service(site, up=True)
        call_id = site.dial()
        await site.until(call_id, CallState.CONNECTED)
        site.drop(call_id)
        await callee.event("ended")
        await close(site)


async def test_a_call_goes_on_while_the_proxy_is_away_and_ends_through_the_next(tmp_path: Path) -> None:
    with Kamailio(tmp_path / "kamailio") as kamailio:
        site = await pbx_site(kamailio.address, **OFTEN)
        own, callee = await site.phone("4000"), await site.phone("4001", ANSWERS)
        call_id = site.dial()
        await site.until(call_id, CallState.CONNECTED)
        await joined(own, callee)
        kamailio.stop()
        await service(site, up=False)
        with pytest.raises(CallError) as caught:
            site.dial("4001", "4000")
        assert caught.value.refusal is Refusal.UNAVAILABLE
        kamailio.start()
        for phone in (own, callee):
            await phone.register()
        await service(site, up=True)
        assert site.calls_of("4000")[-1].state is CallState.CONNECTED, site.seen
        site.drop(call_id)
        await callee.event("ended")
        await close(site)


async def test_what_is_dropped_while_the_proxy_is_away_ends_at_the_phones_once_it_is_back(
    tmp_path: Path,
) -> None:
    with Kamailio(tmp_path / "kamailio") as kamailio:
        site = await pbx_site(kamailio.address, transport="tcp", **OFTEN)
        own, callee = await site.phone("4000"), await site.phone("4001", ANSWERS)
        call_id = site.dial()
        await site.until(call_id, CallState.CONNECTED)
        await site.settled(own, callee)
        kamailio.stop()
        await service(site, up=False)
        site.drop(call_id)
        async with asyncio.timeout(LIMIT_S):
            while any(method == "BYE" for _, method in site.switch.endpoint._clients):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        kamailio.start()
        await own.event("ended")
        await callee.event("ended")
        await close(site)


@pytest.mark.timeout(60)
async def test_a_call_whose_pbx_was_killed_is_over_once_it_is_back() -> None:
    with Asterisk() as asterisk:
        site = await pbx_site(asterisk.sip, **OFTEN)
        own, callee = await site.phone("4000"), await site.phone("4001", ANSWERS)
        call_id = site.dial()
        await site.until(call_id, CallState.CONNECTED)
        asterisk.kill()
        await service(site, up=False)
        asterisk.start()
        for phone in (own, callee):
            phone.calls[0].hang_up()
            await phone.register()
        assert await site.cause(call_id) is Cause.FAILURE
        await service(site, up=True)
        following = site.dial()
        await site.until(following, CallState.CONNECTED)
        site.drop(following)
        await close(site)


@pytest.mark.parametrize("transport", ["tcp", "tls"])
async def test_a_call_hears_of_its_end_over_a_connection_that_was_made_anew(
    tmp_path: Path, transport: Transport
) -> None:
    chain, key = make_certificate(tmp_path)
    with Kamailio(tmp_path / "kamailio", certificate=(chain, key)) as kamailio:
        port = kamailio.tls[1] if transport == "tls" else kamailio.address[1]
        site = await pbx_site(
            kamailio.address,
            server=f"127.0.0.1:{port}",
            transport=transport,
            tls_ca_file=chain,
            **{**OFTEN, "ping_s": 600.0},
        )
        own, callee = await site.phone("4000"), await site.phone("4001", ANSWERS)
        call_id = site.dial()
        await site.until(call_id, CallState.CONNECTED)
        await joined(own, callee)
        told = callee.reinvites
        kamailio.stop()
        await service(site, up=False)
        kamailio.start()
        for phone in (own, callee):
            await phone.register()
        while callee.reinvites == told:
            await callee.event("media")
        callee.calls[0].hang_up()
        assert await site.cause(call_id) is Cause.NORMAL
        await close(site)


async def test_a_call_whose_phones_are_just_being_joined_outlives_its_connection(tmp_path: Path) -> None:
    with Kamailio(tmp_path / "kamailio") as kamailio:
        site = await pbx_site(kamailio.address, transport="tcp", **OFTEN)
        own, callee = await site.phone("4000"), await site.phone("4001", ANSWERS)

        def cut(event: SwitchEvent) -> None:
            """Once the re-INVITE that joins them has gone out."""
            if isinstance(event, CallChanged) and event.call.state is CallState.CONNECTED:
                asyncio.get_running_loop().call_soon(cut_connections, site)

        site.switch.subscribe(cut)
        call_id = site.dial()
        while callee.reinvites == 0:  # it is told of the new connection
            await callee.event("media")
        await joined(own, callee)
        async with asyncio.timeout(LIMIT_S):
            while own.acks < own.invites + own.reinvites:  # noqa: ASYNC110 - else it would hang up after 32 s
                await asyncio.sleep(0.01)
        callee.calls[0].hang_up()
        assert await site.cause(call_id) is Cause.NORMAL
        await close(site)


async def test_a_registration_moves_with_its_connection(tmp_path: Path) -> None:
    with Kamailio(tmp_path / "kamailio") as kamailio:
        site = await pbx_site(kamailio.address, transport="tcp", register=True, **OFTEN)
        own = await site.phone("4000")
        cut_connections(site)
        await own._register(0)
        await service(site, up=False)  # where we were reached before is not taken for a phone
        await close(site)


async def test_calls_by_hand_are_told_over_a_connection_that_was_made_anew(tmp_path: Path) -> None:
    with Kamailio(tmp_path / "kamailio", dialogs=True) as kamailio:
        site = await pbx_site(kamailio.address, transport="tcp", dialog_events=True, **OFTEN)
        own = await site.phone("4000")
        await site.phone("4001", ANSWERS)
        cut_connections(site)
        call = await own.call("4001")
        seen = await site.until_seen(
            lambda call: call.terminal == "4000" and call.state is CallState.CONNECTED
        )
        call.hang_up()
        assert await site.cause(seen.id) is Cause.NORMAL
        await close(site)


async def test_a_server_that_says_nothing_at_first_is_used_once_it_does(tmp_path: Path) -> None:
    chain, key = make_certificate(tmp_path)
    kamailio = Kamailio(tmp_path / "kamailio", certificate=(chain, key))
    with socket.create_server(kamailio.tls):  # it takes connections, and no TLS handshake comes of them
        site = await pbx_site(
            kamailio.address,
            server=f"127.0.0.1:{kamailio.tls[1]}",
            transport="tls",
            tls_ca_file=chain,
            **OFTEN,
        )
    with kamailio:
        await site.phone("4000")
        await site.phone("4001", ANSWERS)
        call_id = site.dial()
        await site.until(call_id, CallState.CONNECTED)
        await close(site)

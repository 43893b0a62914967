"""A SIP PBX over TCP and TLS, and found by its domain's name; real Kamailios, an Asterisk, a name server."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import pytest

from offhook.call import CallState, Cause
from offhook.common.dnssrv import Srv, dns_srv
from tests.peers.asterisk import Asterisk
from tests.peers.dnsmasq import asked
from tests.peers.kamailio import FORWARD, Kamailio
from tests.peers.pbxsite import PbxSite, close, pbx_site
from tests.peers.program import needs_ipv6
from tests.switch.certificate import make_certificate
from tests.switch.site import ANSWERS

pytestmark = pytest.mark.peer


async def a_call_goes_through(site: PbxSite) -> None:
    """Answered, and hung up by the callee."""
    await site.phone("4000")
    callee = await site.phone("4001", ANSWERS)
    call_id = site.dial()
    await site.until(call_id, CallState.CONNECTED)
    callee.calls[0].hang_up()
    assert await site.cause(call_id) is Cause.NORMAL
    await close(site)


async def test_over_tcp(tmp_path: Path) -> None:
    with Kamailio(tmp_path / "kamailio") as kamailio:
        await a_call_goes_through(await pbx_site(kamailio.address, transport="tcp"))


async def test_over_tls(tmp_path: Path) -> None:
    chain, key = make_certificate(tmp_path)
    with Asterisk(certificate=chain.read_bytes() + key.read_bytes()) as asterisk:
        server = f"127.0.0.1:{asterisk.sip_tls[1]}"
        await a_call_goes_through(
            await pbx_site(asterisk.sip, server=server, transport="tls", tls_ca_file=chain)
        )


@needs_ipv6
async def test_over_ipv6(tmp_path: Path) -> None:
    with Kamailio(tmp_path / "kamailio", host="::1") as kamailio:
        site = await pbx_site(kamailio.address, server=f"[::1]:{kamailio.address[1]}", listen=("::1", 0))
        await a_call_goes_through(site)


async def test_through_an_outbound_proxy(tmp_path: Path) -> None:
    with (
        Kamailio(tmp_path / "registrar") as kamailio,
        Kamailio(tmp_path / "proxy", config=FORWARD) as proxy,
    ):
        site = await pbx_site(kamailio.address, outbound_proxy=proxy.server)
        own, callee = await site.phone("4000"), await site.phone("4001", ANSWERS)
        call_id = site.dial()
        await site.until(call_id, CallState.CONNECTED)
        for phone in (own, callee):
            assert phone.last_invite is not None
            assert phone.last_invite.headers.get("X-Through") == "the outbound proxy"
        callee.calls[0].hang_up()
        assert await site.cause(call_id) is Cause.NORMAL
        await close(site)


Names = Callable[..., AbstractAsyncContextManager[None]]


@pytest.fixture
def names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Names:
    """Names are asked of a name server that has these services."""

    return partial(asked, tmp_path, monkeypatch)


async def test_a_pbx_is_found_by_its_domain(tmp_path: Path, names: Names) -> None:
    with Kamailio(tmp_path / "kamailio") as kamailio:
        async with names(("_sip._udp.pbx.example", Srv(10, 5, kamailio.address[1], "localhost"))):
            await a_call_goes_through(await pbx_site(kamailio.address, server="pbx.example"))


async def test_a_name_server_gives_every_record_of_a_service(names: Names) -> None:
    records = {Srv(10, 5, 5060, "one.example"), Srv(20, 0, 5070, "two.example")}
    async with names(*(("_sip._udp.pbx.example", record) for record in records)):
        assert set(await dns_srv("_sip._udp.pbx.example")) == records


async def test_a_domain_without_services_has_none(names: Names) -> None:
    async with names():
        assert await dns_srv("_sip._udp.pbx.example") == []

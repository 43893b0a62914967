"""The embedded switch passes the contract of all drivers, with phones on UDP, TCP and TLS."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from offhook.config import EmbeddedSettings, Listen, TerminalSettings
from offhook.demo.phone import Behaviour, Phone
from offhook.sip.transaction import Timing, Transport
from offhook.switch.embedded import EmbeddedSwitch
from tests.switch.certificate import make_certificate
from tests.switch.contract import SwitchContract, a_forwarding_is_not_followed
from tests.switch.site import NAMES, PATIENCE_S, Site, patience, ringing_for
from tests.switch.transfers import TransferContract

TERMINALS = [TerminalSettings(id, name, f"secret-{id}") for id, name in NAMES.items()]


async def a_site(
    protocol: Transport = "udp",
    *,
    terminals: list[TerminalSettings] = TERMINALS,
    timing: Timing | None = None,
    **settings: object,
) -> Site:
    """The embedded switch on free ports."""
    made = EmbeddedSettings(listen=Listen("127.0.0.1", 0), **{**ringing_for(PATIENCE_S), **settings})
    switch = EmbeddedSwitch(terminals, made, timing)
    trusting = None
    if protocol == "tls":
        trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        trusting.check_hostname = False
        trusting.load_verify_locations(made.tls_certificate)

    def make_phone(terminal: str, behaviour: Behaviour | None) -> Phone:
        return Phone(
            switch.address(protocol),
            terminal,
            f"secret-{terminal}",
            protocol=protocol,
            behaviour=behaviour,
            name=NAMES[terminal],
            tls_context=trusting,
        )

    site = Site(switch, make_phone)
    await switch.start()
    return site


async def close(site: Site) -> None:
    """Once its phones have hung up, nothing may be left of any call."""
    await site.close()
    assert isinstance(site.switch, EmbeddedSwitch)
    assert site.switch.idle


class TestOverUdp(SwitchContract, TransferContract):
    @pytest.fixture
    async def site(self, request: pytest.FixtureRequest) -> AsyncIterator[Site]:
        site = await a_site(**patience(request))
        yield site
        await close(site)

    async def test_a_phone_that_forwards_does_not_decide_what_is_dialled(self, site: Site) -> None:
        await a_forwarding_is_not_followed(site)


class TestOverTcp(SwitchContract):
    @pytest.fixture
    async def site(self, request: pytest.FixtureRequest) -> AsyncIterator[Site]:
        site = await a_site("tcp", **patience(request))
        yield site
        await close(site)


class TestOverTls(SwitchContract):
    @pytest.fixture
    async def site(self, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Site]:
        certificate, key = make_certificate(tmp_path)
        where = ("127.0.0.1", 0)
        site = await a_site(
            "tls", tls_listen=where, tls_certificate=certificate, tls_key=key, **patience(request)
        )
        yield site
        await close(site)

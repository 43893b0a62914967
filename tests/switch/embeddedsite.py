"""The embedded switch with phones, on free ports."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from pathlib import Path

from offhook.config import EmbeddedSettings, GroupSettings, Listen, MediaSettings, TerminalSettings
from offhook.demo.phone import Behaviour, Phone
from offhook.sip.transaction import Timing, Transport
from offhook.switch.b2bua.call import B2buaCall
from offhook.switch.b2bua.callkeeping import CallStore
from offhook.switch.b2bua.forwardings import ForwardingStore
from offhook.switch.embedded import EmbeddedSwitch
from offhook.switch.embedded.ports import RegistrationStore
from tests.switch.certificate import make_certificate
from tests.switch.site import NAMES, PATIENCE_S, Site, ringing_for

TERMINALS = [TerminalSettings(id, name, f"secret-{id}") for id, name in NAMES.items()]


async def a_site(
    protocol: Transport = "udp",
    *,
    terminals: list[TerminalSettings] = TERMINALS,
    timing: Timing | None = None,
    registrations: RegistrationStore | None = None,
    forwardings: ForwardingStore | None = None,
    calls: CallStore | None = None,
    port: int = 0,
    groups: Sequence[GroupSettings] = (),
    media: MediaSettings | None = None,
    **settings: object,
) -> Site:
    """The embedded switch on free ports, or on this one."""
    made = EmbeddedSettings(listen=Listen("127.0.0.1", port), **{**ringing_for(PATIENCE_S), **settings})
    switch = EmbeddedSwitch(
        *(terminals, made, timing),
        registrations=registrations,
        forwardings=forwardings,
        calls=calls,
        groups=groups,
        media=media,
    )
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
    site.knows_registrations = True
    await switch.start()
    return site


async def tls_site(folder: Path) -> Site:
    """The same with phones on TLS, by a certificate that is made in this folder."""
    certificate, key = make_certificate(folder)
    where = ("127.0.0.1", 0)
    return await a_site("tls", tls_listen=where, tls_certificate=certificate, tls_key=key)


async def close(site: Site) -> None:
    """Close the site; afterwards nothing may be left of any call."""
    await site.close()
    assert isinstance(site.switch, EmbeddedSwitch)
    assert site.switch.idle


async def settled(switch: object) -> None:
    """Until nothing is under way at the phones of any call."""
    assert isinstance(switch, EmbeddedSwitch)
    calls: list[B2buaCall] = list(switch._calls.values())
    while not all(call.settled for call in calls):  # noqa: ASYNC110
        await asyncio.sleep(0.01)

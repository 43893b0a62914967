"""Crowds on a clock that jumps, by each way to a phone, and by datagrams that are lost, doubled and late.

Every call ends once, nothing is left over, and no phone is left off hook.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from offhook.sip.endpoint import Flow
from offhook.sip.transaction import Transport
from offhook.sip.transport import SipTransport
from offhook.switch.embedded import EmbeddedSwitch
from tests.long import LONG
from tests.switch.crowd import Crowd
from tests.switch.embeddedsite import a_site, close, tls_site
from tests.switch.site import NAMES, Site, ringing_for
from tests.switch.timewarp import in_no_time

PAUSES_S = (0, 0.001, 0.05, 0.3, 2)
"""How long nobody does anything else: no message comes meanwhile, some do, or all is quiet by then."""

STEPS = 120
SEEDS = range(100) if LONG else range(2)

LATE_S = 1.0
"""How late a datagram comes at most: after some that were sent later, and after its own repetition."""


@dataclass
class Lossy:
    """A network in which this share of all datagrams is lost, as many come twice, and as many late."""

    share: float
    chance: Random

    def at(self, transport: SipTransport) -> None:
        def hold(flow: Flow, data: bytes) -> bool:
            fate = self.chance.random()
            if fate < self.share:
                return True
            if fate < 2 * self.share:
                transport.pump.pass_on(flow, data)
                return False
            if fate < 3 * self.share:
                later = self.chance.random() * LATE_S
                asyncio.get_running_loop().call_later(later, transport.pump.pass_on, flow, data)
                return True
            return False

        transport.pump.hold = hold


async def history(site: Site, seed: int, lossy: Lossy | None = None) -> None:
    """People and programs do anything; in the end all is cleared."""
    crowd = Crowd(site, [await site.phone(terminal) for terminal in NAMES], Random(seed))
    switch = site.switch
    assert isinstance(switch, EmbeddedSwitch)
    transports = [switch._transport, *(phone.transport for phone in crowd.phones)]
    for transport in transports if lossy else ():
        assert lossy
        lossy.at(transport)
    for _ in range(STEPS):
        crowd.step()
        await asyncio.sleep(crowd.chance.choice(PAUSES_S))
    await crowd.go_home()
    for transport in transports:  # registrations are taken back by a network that is whole
        transport.pump.hold = None
    await close(site)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("protocol", ["udp", "tcp", "tls"])
def test_a_crowd_leaves_nothing_behind(protocol: Transport, seed: int, tmp_path: Path) -> None:
    async def all_of_it() -> None:
        site = await (tls_site(tmp_path) if protocol == "tls" else a_site(protocol, **ringing_for(20.0)))
        await history(site, seed)

    in_no_time(all_of_it())


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("share", [0.05, 0.15])
def test_a_crowd_leaves_nothing_behind_where_datagrams_get_lost(share: float, seed: int) -> None:
    async def all_of_it() -> None:
        await history(await a_site(**ringing_for(20.0)), seed, Lossy(share, Random(seed)))

    in_no_time(all_of_it())

"""Phones, programs and commands at random, over the drivers for Asterisk and for any SIP PBX."""

from __future__ import annotations

import asyncio
import random

import pytest

from tests.long import times
from tests.peers import asterisksite, pbxsite
from tests.peers.asterisk import Asterisk
from tests.peers.kamailio import Kamailio
from tests.switch.crowd import Crowd
from tests.switch.site import NAMES, Site, ringing_for

pytestmark = [pytest.mark.peer, pytest.mark.timeout(times(40, 120))]

SEEDS = range(times(1, 20))
STEPS = times(60, 300)


async def a_crowd(site: Site, seed: int) -> None:
    crowd = Crowd(site, [await site.phone(terminal) for terminal in NAMES], random.Random(seed))
    for _ in range(STEPS):
        crowd.step()
        await asyncio.sleep(crowd.chance.random() * 0.05)
    await crowd.go_home()


@pytest.mark.parametrize("seed", SEEDS)
async def test_at_asterisk_every_call_ends_once(
    seed: int, asterisk: Asterisk, caplog: pytest.LogCaptureFixture
) -> None:
    site = await asterisksite.asterisk_site(asterisk, **ringing_for(2.0))
    await a_crowd(site, seed)
    await asterisksite.close(site)
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("seed", SEEDS)
async def test_towards_kamailio_every_call_ends_once(
    seed: int, kamailio: Kamailio, caplog: pytest.LogCaptureFixture
) -> None:
    site = await pbxsite.pbx_site(kamailio.address, answers=True, **ringing_for(2.0))
    await a_crowd(site, seed)
    await pbxsite.close(site)
    assert "Traceback" not in caplog.text

"""Phones, programs and commands at random, over the embedded switch."""

from __future__ import annotations

import asyncio
import random

import pytest

from tests.long import times
from tests.switch.crowd import Crowd
from tests.switch.embeddedsite import a_site, close
from tests.switch.site import FAST, NAMES, ringing_for


@pytest.mark.parametrize("seed", range(times(3, 40)))
async def test_whatever_people_and_programs_do_every_call_ends_once(
    seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    site = await a_site(timing=FAST, **ringing_for(1.0))
    crowd = Crowd(site, [await site.phone(terminal) for terminal in NAMES], random.Random(seed))
    for _ in range(times(200, 1000)):
        crowd.step()
        await asyncio.sleep(crowd.chance.random() * 0.01)
    await crowd.go_home()
    await close(site)
    assert "Traceback" not in caplog.text

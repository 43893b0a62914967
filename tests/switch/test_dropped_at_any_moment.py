"""Whatever is just under way with a call, who drops it is rid of it at once: nothing is waited for."""

from __future__ import annotations

from asyncio import sleep
from random import Random

import pytest

from offhook.call import Call, live
from offhook.switch.embedded import EmbeddedSwitch
from tests.long import LONG
from tests.switch.crowd import Crowd
from tests.switch.embeddedsite import a_site, close
from tests.switch.site import NAMES, Site, ringing_for
from tests.switch.timewarp import in_no_time

PAUSES_S = (0, 0.001, 0.05, 0.3, 2)
"""How long nobody does anything else: no message comes meanwhile, some do, or all is quiet by then."""


SEEDS = range(200) if LONG else (16, 70, 72, 153, 164)
"""In the gate those in which a fault was found: a transfer's target outlived it, whose transferor was rung
again; and phones stayed off hook in calls between a terminal and itself, by transfers to who has the call."""


def left(site: Site) -> list[Call]:
    """Live calls that the switch does not know any more, so that nobody could drop them."""
    switch = site.switch
    assert isinstance(switch, EmbeddedSwitch)
    return [call for call in site.live() if switch.find(call.id) is None]


class Droppers(Crowd):
    def drop(self) -> None:
        if self.site.live():
            self.drop_one(self.chance.choice(self.site.live()))

    def drop_one(self, call: Call) -> None:
        self.site.drop(call.id)
        assert not live(self.site.now(call.id)), f"dropped, and lives: {self.site.now(call.id)}"


@pytest.mark.timeout(120)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_call_is_over_as_soon_as_it_is_dropped_and_in_the_end_all_phones_are_on_hook(seed: int) -> None:
    async def history() -> None:
        site = await a_site(**ringing_for(20.0))
        crowd = Droppers(site, [await site.phone(terminal) for terminal in NAMES], Random(seed))
        for _ in range(250):
            crowd.step()
            await sleep(crowd.chance.choice(PAUSES_S))
            assert not left(site)
        while site.live():
            crowd.drop_one(site.live()[0])
        await crowd.go_home()
        await close(site)

    in_no_time(history())

"""Hold, consultation and transfer by the embedded switch."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.switch import scenes
from tests.switch.contract_hold import EndToEndHoldContract
from tests.switch.embeddedsite import a_site, close
from tests.switch.scenes import four_phones
from tests.switch.site import Site


class TestEmbedded(EndToEndHoldContract):
    @pytest.fixture
    async def site(self) -> AsyncIterator[Site]:
        site = await a_site()
        yield site
        await close(site)


@pytest.mark.parametrize("scene", ["held", "consults_and_it_rings", "consults", "one_held_one_active"])
async def test_a_switch_that_stops_leaves_no_call_behind(scene: str) -> None:
    site = await a_site()
    await getattr(scenes, scene)(site, await four_phones(site))
    await site.switch.stop()
    assert not site.live()
    await site.hang_up()

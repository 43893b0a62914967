"""The driver for Asterisk passes the contract of all drivers, with a real Asterisk and real phones."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from offhook.call import CallState
from tests.peers.asterisk import Asterisk
from tests.peers.asterisksite import AsteriskSite, asterisk_site, close, idle
from tests.switch.contract import SwitchContract
from tests.switch.site import RINGS, patience

pytestmark = pytest.mark.peer


@pytest.fixture
async def site(request: pytest.FixtureRequest, asterisk: Asterisk) -> AsyncIterator[AsteriskSite]:
    site = await asterisk_site(asterisk, **patience(request))
    yield site
    await close(site)


class TestContract(SwitchContract):
    async def test_a_drop_right_behind_the_dial(self, site: AsteriskSite) -> None:  # type: ignore[override]
        """Asterisk begins the call all the same, but may take it back before it has sent the INVITE."""
        own = await site.phone("4000", RINGS)
        call_id = site.dial()
        site.drop(call_id)
        assert site.states(call_id) == [CallState.OFF_HOOK, CallState.ON_HOOK]
        await idle(site)
        while own.calls:
            await own.event("cancelled")
        assert site.asterisk.channels() == []

"""Hold, consultation and transfer by us through real PBXs."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.peers import pbxsite
from tests.peers.asterisk import Asterisk
from tests.peers.kamailio import Kamailio
from tests.switch.contract_hold import EndToEndHoldContract, HoldContract
from tests.switch.site import Site

pytestmark = pytest.mark.peer


class TestTowardsKamailio(EndToEndHoldContract):
    @pytest.fixture
    async def site(self, kamailio: Kamailio) -> AsyncIterator[Site]:
        site = await pbxsite.pbx_site(kamailio.address)
        yield site
        await pbxsite.close(site)


class TestTowardsAsterisk(HoldContract):
    @pytest.fixture
    async def site(self, asterisk: Asterisk) -> AsyncIterator[Site]:
        site = await pbxsite.pbx_site(asterisk.sip)
        yield site
        await pbxsite.close(site)

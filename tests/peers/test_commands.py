"""The drivers for Asterisk and for any SIP PBX pass the contract of commands, with real PBXs."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.peers import asterisksite, pbxsite
from tests.peers.asterisk import Asterisk
from tests.peers.kamailio import Kamailio
from tests.switch.capable import ASTERISK, PBX, PBX_THAT_ANSWERS
from tests.switch.contract_commands import CommandContract
from tests.switch.contract_races import RaceContract
from tests.switch.site import Site

pytestmark = pytest.mark.peer


class TestAsterisk(CommandContract):
    can = ASTERISK

    @pytest.fixture
    async def site(self, asterisk: Asterisk) -> AsyncIterator[Site]:
        site = await asterisksite.asterisk_site(asterisk)
        yield site
        await asterisksite.close(site)


@pytest.mark.timeout(60)  # it waits for Asterisk's own re-INVITEs, which meet ours: seconds each time
class TestPbxTowardsAsterisk(CommandContract):
    can = PBX

    @pytest.fixture
    async def site(self, asterisk: Asterisk) -> AsyncIterator[Site]:
        site = await pbxsite.pbx_site(asterisk.sip)
        yield site
        await pbxsite.close(site)


class TestPbxTowardsKamailio(CommandContract):
    can = PBX_THAT_ANSWERS

    @pytest.fixture
    async def site(self, kamailio: Kamailio) -> AsyncIterator[Site]:
        site = await pbxsite.pbx_site(kamailio.address, answers=True)
        yield site
        await pbxsite.close(site)


class TestRacesAtAsterisk(RaceContract):
    can = ASTERISK

    @pytest.fixture
    async def site(self, asterisk: Asterisk) -> AsyncIterator[Site]:
        site = await asterisksite.asterisk_site(asterisk)
        yield site
        await asterisksite.close(site)


@pytest.mark.timeout(60)  # as above
class TestRacesTowardsAsterisk(RaceContract):
    can = PBX
    in_gate = frozenset({"consults"})

    @pytest.fixture
    async def site(self, asterisk: Asterisk) -> AsyncIterator[Site]:
        site = await pbxsite.pbx_site(asterisk.sip)
        yield site
        await pbxsite.close(site)


class TestRacesTowardsKamailio(RaceContract):
    can = PBX_THAT_ANSWERS

    @pytest.fixture
    async def site(self, kamailio: Kamailio) -> AsyncIterator[Site]:
        site = await pbxsite.pbx_site(kamailio.address, answers=True)
        yield site
        await pbxsite.close(site)

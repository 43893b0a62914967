"""The driver for any SIP PBX passes the contract of all drivers towards Kamailio as registrar and proxy."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from offhook.call import CallState
from tests.peers.kamailio import Kamailio
from tests.peers.pbxsite import PbxSite, close, pbx_site
from tests.switch.contract import SwitchContract
from tests.switch.site import RINGS, Site

pytestmark = pytest.mark.peer


@pytest.fixture(scope="module")
def kamailio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kamailio]:
    with Kamailio(tmp_path_factory.mktemp("kamailio")) as running:
        yield running


class TestOverUdp(SwitchContract):
    @pytest.fixture
    async def site(self, kamailio: Kamailio) -> AsyncIterator[PbxSite]:
        site = await pbx_site(kamailio.address)
        yield site
        await close(site)

    async def test_a_drop_right_behind_the_dial(self, site: Site) -> None:
        """The INVITE is challenged, and not sent again: the phone hears nothing of it."""
        own = await site.phone("4000", RINGS)
        call_id = site.dial()
        site.switch.drop(call_id)
        assert site.states(call_id) == [CallState.OFF_HOOK, CallState.ON_HOOK]
        second = site.dial()
        await own.event("ringing")
        assert own.invites == 1
        site.switch.drop(second)
        await own.event("cancelled")

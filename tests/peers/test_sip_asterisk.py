"""The driver for any SIP PBX passes the contract of all drivers towards a real Asterisk."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from offhook.call import CallState, Cause, Direction
from tests.peers.asterisk import Asterisk
from tests.peers.pbxcontract import PbxContract
from tests.peers.pbxsite import PbxSite, close, pbx_site
from tests.switch.contract import answered
from tests.switch.site import ANSWERS, Site, patience

pytestmark = pytest.mark.peer


class TestAsterisk(PbxContract):
    @pytest.fixture
    async def site(self, request: pytest.FixtureRequest, asterisk: Asterisk) -> AsyncIterator[PbxSite]:
        site = await pbx_site(asterisk.sip, dialog_events="by_hand" in request.node.name, **patience(request))
        yield site
        await close(site)

    async def test_a_call_dialled_by_hand_shows_at_both_terminals(self, site: Site) -> None:
        """Asterisk's hints know no number that is called, and of the caller only that it is in a call."""
        caller = await site.phone("4000")
        await site.phone("4001", ANSWERS)
        await caller.call("4001")
        outbound = await site.until_seen(lambda call: call.terminal == "4000")
        inbound = await site.until_seen(
            lambda call: call.terminal == "4001" and call.state is CallState.CONNECTED
        )
        assert (outbound.direction, inbound.direction) == (Direction.OUTBOUND, Direction.INBOUND)
        assert (outbound.callee.id, inbound.caller.id) == ("", "4000")
        assert site.states(inbound.id) == [CallState.RING_BACK, CallState.CONNECTED]
        caller.calls[0].hang_up()
        assert await site.cause(outbound.id) is Cause.NORMAL
        assert await site.cause(inbound.id) is Cause.NORMAL

    async def test_the_called_person_transfers_the_call(self, site: Site) -> None:
        """The PBX does it, behind the back of the two calls: who is there now is not known."""
        _, own, callee = await answered(site)
        third = await site.phone("4002", ANSWERS)
        await site.settled(own, callee)
        await callee.calls[0].transfer("4002")
        await third.event("answered")
        callee.calls[0].hang_up()
        (call,) = site.calls_of("4000")
        assert call.state is CallState.CONNECTED
        site.drop(call.id)
        await third.event("ended")

    async def test_the_caller_transfers_the_call_and_is_out_of_it(self, site: Site) -> None:
        """As above: the call is shown until it ends, and can be dropped."""
        call_id, own, callee = await answered(site)
        third = await site.phone("4002", ANSWERS)
        await site.settled(own, callee)
        await own.calls[0].transfer("4002")
        await third.event("answered")
        own.calls[0].hang_up()
        assert site.states(call_id)[-1] is CallState.CONNECTED
        site.drop(call_id)
        await third.event("ended")
        await callee.event("ended")

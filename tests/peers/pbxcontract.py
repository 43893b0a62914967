"""The contract of all drivers for those with a PBX in between: what differs, and why."""

from __future__ import annotations

import pytest

from offhook.call import NOTHING, CallState, Cause, Redirect, Reject
from offhook.errors import CallError, Refusal
from tests.switch.contract import SwitchContract
from tests.switch.contract_incoming import Dialled, ended, rings
from tests.switch.site import RINGS, Site
from tests.waiting import until

REFUSALS = [
    (486, Cause.BUSY),
    (600, Cause.BUSY),
    (480, Cause.NO_ANSWER),
    (603, Cause.REJECTED),
    (403, Cause.REJECTED),
    (404, Cause.UNREACHABLE),
    (410, Cause.UNREACHABLE),
    (503, Cause.UNREACHABLE),
    (484, Cause.INVALID_ADDRESS),
    (488, Cause.FAILURE),
]


class PbxContract(SwitchContract):
    @pytest.mark.parametrize(("status", "cause"), [*REFUSALS, (408, Cause.UNREACHABLE)])
    async def test_the_called_phone_refuses(self, site: Site, status: int, cause: Cause) -> None:
        """408 is what a PBX says of a phone that it cannot reach."""
        await super().test_the_called_phone_refuses(site, status, cause)

    async def test_a_drop_right_behind_the_dial(self, site: Site) -> None:
        """The INVITE is challenged, and not sent again: the phone hears nothing of it."""
        own = await site.phone("4000", RINGS)
        call_id = site.dial()
        site.drop(call_id)
        assert site.states(call_id) == [CallState.OFF_HOOK, CallState.ON_HOOK]
        second = site.dial()
        await own.event("ringing")
        assert own.invites == 1
        site.drop(second)
        await own.event("cancelled")

    async def test_a_call_by_hand_that_the_caller_gives_up_was_cancelled_and_nothing_is_offered(
        self, site: Site
    ) -> None:
        """The PBX only tells of it."""
        caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
        dialled = Dialled(caller, "4001")
        call = await rings(site, "4001")
        assert (call.by_hand, site.features(call.id)) == (False, NOTHING)
        for command in (Reject(call.id), Redirect(call.id, "", "4002")):
            with pytest.raises(CallError) as caught:
                await site.perform(command)
            assert caught.value.refusal is Refusal.NOT_POSSIBLE_NOW
        await dialled.give_up()
        await ended(site, call, Cause.CANCELLED)
        assert all(one.by_hand for one in site.calls_of("4000"))
        await until(lambda: not callee.calls)

"""The switch stops: who talks goes on, for the audio flows from phone to phone; the rest is cleared."""

import asyncio

from offhook.call import CallState, Cause
from offhook.switch.b2bua.call import B2buaCall
from offhook.switch.embedded import EmbeddedSwitch
from tests.switch.embeddedsite import a_site
from tests.switch.site import ANSWERS, RINGS, ringing_for


async def settled(switch: object) -> None:
    """Until nothing is under way at the phones of any call."""
    assert isinstance(switch, EmbeddedSwitch)
    calls: list[B2buaCall] = list(switch._calls.values())
    while not all(call.settled for call in calls):  # noqa: ASYNC110
        await asyncio.sleep(0.01)


async def test_people_talk_on_when_the_switch_stops() -> None:
    site = await a_site(**ringing_for(8))
    own, callee = await site.phone("4000"), await site.phone("4001", ANSWERS)
    call_id = site.dial()
    await site.until(call_id, CallState.CONNECTED)
    await site.settled(own, callee)
    await settled(site.switch)
    await site.switch.stop()
    assert await site.cause(call_id) is Cause.FAILURE, "it is over for us"
    assert [len(phone.calls) for phone in (own, callee)] == [1, 1], "not for them"
    await site.hang_up()


async def test_a_phone_that_rings_does_not_ring_on_when_the_switch_stops() -> None:
    site = await a_site(**ringing_for(8))
    own, callee = await site.phone("4000"), await site.phone("4001", RINGS)
    call_id = site.dial()
    await site.until(call_id, CallState.RING_BACK)
    await site.switch.stop()
    assert await site.cause(call_id) is Cause.FAILURE
    assert (own.calls, callee.calls) == ([], [])
    await site.hang_up()

"""A call that is over is freed at once, and does not wait for the garbage collector."""

from __future__ import annotations

import gc

from offhook.call import CallState, Cause
from offhook.switch.b2bua.leg import Leg
from offhook.switch.embedded import EmbeddedSwitch
from offhook.switch.embedded.clicked import ClickedCall
from tests.switch.embeddedsite import a_site, close
from tests.switch.site import FAST, Site, ringing_for
from tests.waiting import until


def parts() -> set[int]:
    """The calls and legs that there are. (Compiled, they take no weak references.)"""
    return {id(one) for one in gc.get_objects() if type(one) in (ClickedCall, Leg)}


async def dialled(site: Site) -> set[int]:
    """A call that has been up and dropped; what it was made of."""
    before = parts()
    own, callee = await site.phone("4000"), await site.phone("4001")
    call_id = site.dial()
    await site.until(call_id, CallState.CONNECTED)
    await site.settled(own, callee)
    found = parts() - before
    site.drop(call_id)
    assert await site.cause(call_id) is Cause.DROPPED
    return found


async def test_a_call_and_its_legs_go_with_their_last_transaction() -> None:
    site = await a_site(timing=FAST, **ringing_for(8))
    gc.disable()
    try:
        assert isinstance(site.switch, EmbeddedSwitch)
        found, endpoint = await dialled(site), site.switch.endpoint
        assert len(found) == 3
        await until(lambda: not endpoint._clients and not endpoint._servers, "the end of all transactions")
        assert not found & parts()
    finally:
        gc.enable()
        await close(site)

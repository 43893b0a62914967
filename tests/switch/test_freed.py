"""A call that is over is freed at once, and does not wait for the garbage collector."""

from __future__ import annotations

import gc
from collections.abc import Callable
from weakref import ref

from offhook.call import CallState, Cause
from offhook.switch.embedded import EmbeddedSwitch
from tests.switch.embeddedsite import a_site, close
from tests.switch.site import FAST, Site, ringing_for
from tests.waiting import until


async def dialled(site: Site, switch: EmbeddedSwitch) -> list[Callable[[], object]]:
    """A call that has been up and dropped; what it was made of, each None once it is freed."""
    own, callee = await site.phone("4000"), await site.phone("4001")
    call_id = site.dial()
    await site.until(call_id, CallState.CONNECTED)
    await site.settled(own, callee)
    parts: list[Callable[[], object]] = [ref(switch._calls[call_id])]
    parts += [ref(leg) for leg in switch.legs.values()]
    site.drop(call_id)
    assert await site.cause(call_id) is Cause.DROPPED
    return parts


async def test_a_call_and_its_legs_go_with_their_last_transaction() -> None:
    site = await a_site(timing=FAST, **ringing_for(8))
    gc.disable()
    try:
        assert isinstance(site.switch, EmbeddedSwitch)
        parts, endpoint = await dialled(site, site.switch), site.switch.endpoint
        await until(lambda: not endpoint._clients and not endpoint._servers, "the end of all transactions")
        assert [part() for part in parts] == [None] * 3
    finally:
        gc.enable()
        await close(site)

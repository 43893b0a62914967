"""The switch stops: who talks goes on, for the audio flows from phone to phone; the rest is cleared."""

import asyncio
import threading
from collections.abc import Iterable, Sequence

import pytest

from offhook.call import CallState, Cause
from offhook.common.throttle import Place
from offhook.demo.phone import CallRejected
from offhook.errors import CallError, Refusal
from offhook.switch.embedded.ports import KeptBinding
from tests.switch.embeddedsite import a_site, settled
from tests.switch.site import ANSWERS, RINGS, ringing_for


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


class SlowStore:
    """Registrations that are not written before the test says so: so long the switch is stopping."""

    def __init__(self) -> None:
        self.may_write = threading.Event()

    def read(self) -> tuple[Sequence[KeptBinding], Sequence[Place]]:
        return [], []

    def write(self, bindings: Iterable[KeptBinding], known: Iterable[Place]) -> None:
        self.may_write.wait(30)


async def test_while_the_switch_stops_no_call_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody would clear it any more."""
    monkeypatch.setattr("offhook.switch.embedded.keeping.KEEP_EVERY_S", 1000)
    store = SlowStore()
    site = await a_site(registrations=store, **ringing_for(8))
    own, callee = await site.phone("4000"), await site.phone("4001", RINGS)
    stopping = asyncio.ensure_future(site.switch.stop())
    await asyncio.sleep(0)
    with pytest.raises(CallRejected) as caught:
        await own.call("4001")
    with pytest.raises(CallError) as refused:
        site.dial()
    store.may_write.set()
    await stopping
    assert (caught.value.status, refused.value.refusal) == (503, Refusal.UNAVAILABLE)
    assert (site.seen, callee.invites) == ([], 0)
    await site.hang_up()

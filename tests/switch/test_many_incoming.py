"""Many calls that come in, end in every way, and leave nothing behind."""

from __future__ import annotations

import asyncio
import gc
from collections import Counter
from contextlib import suppress

import pytest

from offhook.call import CallState
from offhook.demo.phone import Behaviour, CallRejected, Phone
from offhook.switch.b2bua.call import B2buaCall
from offhook.switch.b2bua.leg import Leg
from offhook.switch.embedded import EmbeddedSwitch
from offhook.switch.embedded.allowance import Allowance
from tests.alive import alive
from tests.long import times
from tests.switch.embeddedsite import a_site, close
from tests.switch.site import FAST, ringing_for
from tests.waiting import until

CALLS = times(100, 3000)
WAYS = (
    Behaviour(answer_after=0, auto_answer=False),
    Behaviour(answer_after=None, auto_answer=False),
    Behaviour(reject=486, auto_answer=False),
)


async def one_call(caller: Phone, called: Phone, number: int) -> None:
    """Answered and hung up, given up while it rings, or refused."""
    called.behaviour = WAYS[number % len(WAYS)]
    calling = asyncio.create_task(caller.call(called.user))
    if called.behaviour.answer_after is None:
        await until(lambda: called.calls or calling.done())
        assert not calling.done(), calling
        await asyncio.sleep(0.002)  # its 180 is on its way
        calling.cancel()
        with suppress(asyncio.CancelledError):
            await calling
    else:
        with suppress(CallRejected):
            (await calling).hang_up()
    await until(lambda: not called.calls and not caller.calls)


def kept() -> Counter[str]:
    """The calls and legs that anybody still has."""
    gc.collect()
    return Counter(type(one).__name__ for one in alive(B2buaCall, Leg))


@pytest.mark.timeout(times(20, 300))
async def test_nothing_is_left_of_calls_that_came_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Allowance, "take", lambda *_: True)  # more than one phone may call in so short a time
    site = await a_site(timing=FAST, **ringing_for(8))
    caller, called = await site.phone("4001"), await site.phone("4000")
    assert isinstance(site.switch, EmbeddedSwitch)
    endpoint = site.switch.endpoint
    before = kept()
    for number in range(CALLS):
        await one_call(caller, called, number)
    await until(lambda: not endpoint._clients and not endpoint._servers, "the end of all transactions")
    assert kept() == before
    ends = Counter(call.id for call in site.seen if call.state is CallState.ON_HOOK)
    assert set(ends.values()) == {1}
    assert len(site.calls_of("4000")) > CALLS // len(WAYS)  # a phone that refuses has not rung
    await close(site)

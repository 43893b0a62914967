"""Phones that are registered and do not react: the phone is told to be away, not its person to be absent."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from offhook.call import Cause
from offhook.demo.phone import Behaviour, CallRejected
from offhook.sip.endpoint import Timing
from tests.switch.embeddedsite import a_site, close
from tests.switch.site import Site, ringing_for

IMPATIENT = Timing()
"""Phones may ring for a second, their INVITE fails after 32 s: the limit comes first."""

PATIENT = Timing(t1=0.005, t2=0.1, t4=0.1, d=0.5)
"""The INVITE fails first."""


@pytest.fixture(params=[IMPATIENT, PATIENT], ids=["limit first", "time-out first"])
async def site(request: pytest.FixtureRequest) -> AsyncIterator[Site]:
    site = await a_site(timing=request.param, **ringing_for(1.0))
    yield site
    await close(site)


async def unplugged(site: Site, terminal: str) -> None:
    """A phone that was registered, and has no power any more."""
    phone = await site.phone(terminal)
    phone.registered = False
    await phone._close()


async def test_an_own_phone_without_power_is_unavailable(site: Site) -> None:
    await unplugged(site, "4000")
    callee = await site.phone("4001")
    assert await site.cause(site.dial()) is Cause.TERMINAL_UNAVAILABLE
    assert callee.invites == 0


async def test_a_called_phone_without_power_is_unreachable(site: Site) -> None:
    own = await site.phone("4000")
    await unplugged(site, "4001")
    assert await site.cause(site.dial()) is Cause.UNREACHABLE
    await own.event("ended")


async def test_a_phone_without_power_is_unreachable_when_dialled_by_hand(site: Site) -> None:
    caller = await site.phone("4000")
    await unplugged(site, "4001")
    with pytest.raises(CallRejected):
        await caller.call("4001")
    assert [call.cause for call in site.calls_of("4000")] == [Cause.UNREACHABLE]


async def test_a_phone_that_only_tries_counts_as_not_answered() -> None:
    site = await a_site(timing=Timing(trying=0.01), **ringing_for(1.0))
    await site.phone("4000")
    await site.phone("4001", Behaviour(silent=True, auto_answer=False))  # its 100 comes by itself
    assert await site.cause(site.dial()) is Cause.NO_ANSWER
    await site.close()


async def test_one_phone_of_several_without_power_does_not_hide_that_another_rang() -> None:
    site = await a_site(**ringing_for(1.0))
    await site.phone("4000")
    await unplugged(site, "4001")
    await site.phone("4001", Behaviour(answer_after=None, auto_answer=False))
    assert await site.cause(site.dial()) is Cause.NO_ANSWER
    await site.close()

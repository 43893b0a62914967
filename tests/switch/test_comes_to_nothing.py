"""A click on somebody who cannot be called: the own phone is left alone, and the call says at once why."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from offhook.call import (
    CallState,
    Cause,
    Consult,
    DoNotDisturb,
    Feature,
    Forward,
    Forwarding,
    ForwardWhen,
    Hold,
)
from offhook.demo.phone import Phone
from tests.switch.embeddedsite import a_site, close
from tests.switch.site import ANSWERS, Site
from tests.switch.trunksite import FRIEND, a_site_with, a_trunk, scripted
from tests.waiting import until


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = await a_site()
    yield site
    await close(site)


async def forward(site: Site, when: ForwardWhen, address: str) -> None:
    await site.perform(Forward("4001", (Forwarding(when, address),)))


async def left_alone(site: Site, own: Phone, cause: Cause, address: str = "4001") -> None:
    call_id = site.dial("4000", address)
    assert await site.cause(call_id) is cause
    assert (site.states(call_id), own.invites) == ([CallState.OFF_HOOK, CallState.ON_HOOK], 0)


async def test_who_does_not_want_to_be_disturbed_is_busy_at_once(site: Site) -> None:
    own, _ = await site.phone("4000"), await site.phone("4001")
    await site.perform(DoNotDisturb("4001", on=True))
    await left_alone(site, own, Cause.BUSY)


@pytest.mark.parametrize("when", [ForwardWhen.ALWAYS, ForwardWhen.NO_ANSWER])
async def test_a_phone_that_is_away_and_forwarded_is_called_where_that_leads(
    site: Site, when: ForwardWhen
) -> None:
    await site.phone("4000")
    await site.phone("4002", ANSWERS)
    await forward(site, when, "4002")
    await site.until(site.dial("4000", "4001"), CallState.CONNECTED)


async def test_who_is_not_to_be_disturbed_and_forwarded_is_called_there(site: Site) -> None:
    await site.phone("4000")
    await site.phone("4002", ANSWERS)
    await site.perform(DoNotDisturb("4001", on=True))
    await forward(site, ForwardWhen.BUSY, "4002")
    await site.until(site.dial("4000", "4001"), CallState.CONNECTED)


async def test_a_forwarding_to_a_phone_that_is_away_as_well_leads_nowhere(site: Site) -> None:
    own = await site.phone("4000")
    await forward(site, ForwardWhen.NO_ANSWER, "4002")
    await left_alone(site, own, Cause.UNREACHABLE)


async def test_a_call_on_hold_stays_as_it_is(site: Site) -> None:
    own = await site.phone("4000")
    await site.phone("4002", ANSWERS)
    first = site.dial("4000", "4002")
    await site.until(first, CallState.CONNECTED)
    await site.perform(Hold(first))
    await until(lambda: site.now(first).held)
    before = own.invites
    assert await site.cause(site.dial("4000", "4001")) is Cause.UNREACHABLE
    assert Feature.RETRIEVE in site.features(first)
    assert own.invites == before


@pytest.mark.parametrize("cause", [Cause.UNREACHABLE, Cause.BUSY])
async def test_nobody_is_put_on_hold_to_ask_somebody_who_cannot_be_called(site: Site, cause: Cause) -> None:
    own, other = await site.phone("4000"), await site.phone("4002", ANSWERS)
    if cause is Cause.BUSY:
        await site.phone("4001")
        await site.perform(DoNotDisturb("4001", on=True))
    first = site.dial("4000", "4002")
    await site.until(first, CallState.CONNECTED)
    await site.settled(own, other)
    before = own.invites, own.reinvites, other.reinvites
    question = await site.perform(Consult(first, "4000", "4001"))
    assert (question.consultation, question.related) == (True, first)
    assert await site.cause(question.id) is cause
    now = await site.comes_to(first, lambda call: not call.related)
    assert (now.state, now.held, Feature.HOLD in site.features(first)) == (CallState.CONNECTED, False, True)
    assert (own.invites, own.reinvites, other.reinvites) == before


async def test_a_forwarding_outside_is_followed_while_there_is_a_way_out() -> None:
    async with scripted(INVITE=486) as provider:
        site = await a_site_with(a_trunk(provider.address))
        own = await site.phone("4000")
        await forward(site, ForwardWhen.NO_ANSWER, FRIEND)
        assert await site.cause(site.dial("4000", "4001")) is Cause.BUSY
        assert own.invites == 1
        provider.answers["OPTIONS"] = 503
        provider.answers["INVITE"] = 503
        assert await site.cause(site.dial("4000", "4001")) is not None
        await until(lambda: not site.switch.trunk_states()[0].usable)
        rung = own.invites
        assert await site.cause(site.dial("4000", "4001")) is Cause.UNREACHABLE
        assert own.invites == rung
        await site.close()

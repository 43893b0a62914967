"""A call that is transferred rings at its target like any other one that comes in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from offhook.call import (
    Answer,
    CallState,
    Cause,
    DoNotDisturb,
    Feature,
    Forward,
    Forwarding,
    ForwardWhen,
    Reason,
    Redirect,
    Reject,
    Transfer,
)
from offhook.demo.phone import CallRejected
from offhook.errors import Refusal
from tests.switch.contract_incoming import DESK, TALKS, ended, refused, silent
from tests.switch.embeddedsite import a_site, close
from tests.switch.rtp import talk
from tests.switch.site import ANSWERS, FAST, RINGS, Site, ringing_for
from tests.switch.transferring import begin, up
from tests.waiting import until


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = await a_site(timing=FAST, **ringing_for(8))
    yield site
    await close(site)


@pytest.mark.parametrize("how", ["by hand", "by program"])
@pytest.mark.parametrize("kind", [DESK, TALKS], ids=["desk", "talks"])
async def test_a_program_answers_at_the_target(site: Site, how: str, kind: object) -> None:
    caller, transferor = await up(site)
    target = await site.phone("4002", kind)  # type: ignore[arg-type]
    call = await begin(site, transferor, how)
    assert call.reason is Reason.TRANSFERRED
    assert site.features(call.id) == {Feature.ANSWER, Feature.REJECT, Feature.REDIRECT, Feature.DROP}
    await site.perform(Answer(call.id))
    await talk(caller, target)
    await silent(transferor)
    assert not site.live("4001")


async def test_who_is_refused_by_the_target_talks_on(site: Site) -> None:
    caller, transferor = await up(site)
    target = await site.phone("4002", RINGS)
    call = await begin(site, transferor, "by hand")
    await site.perform(Reject(call.id))
    await ended(site, call, Cause.REJECTED)
    await silent(target)
    await talk(caller, transferor)


async def test_the_target_sends_the_call_on(site: Site) -> None:
    caller, transferor = await up(site)
    target, last = await site.phone("4002", RINGS), await site.phone("4003", ANSWERS)
    call = await begin(site, transferor, "by hand")
    await site.perform(Redirect(call.id, "", "4003"))
    over = await ended(site, call, Cause.FORWARDED)
    assert over.redirected_to is not None
    assert over.redirected_to.id == "4003"
    await talk(caller, last)
    (there,) = site.live("4003")
    assert (there.reason, there.caller.id) == (Reason.REDIRECTED, "4000")
    assert there.redirecting is not None
    assert there.redirecting.id == "4002"
    assert site.live("4000")[0].callee.id == "4003"
    await silent(target, transferor)


async def test_the_targets_forwarding_is_followed(site: Site) -> None:
    caller, transferor = await up(site)
    target, last = await site.phone("4002", RINGS), await site.phone("4003", ANSWERS)
    await site.perform(Forward("4002", (Forwarding(ForwardWhen.NO_ANSWER, "4003", 0.1),)))
    call = await begin(site, transferor, "by hand")
    await ended(site, call, Cause.FORWARDED)
    await talk(caller, last)
    await site.perform(Forward("4002"))
    await silent(target, transferor)


async def test_a_target_that_is_not_to_be_disturbed_is_not_reached(site: Site) -> None:
    caller, transferor = await up(site)
    target = await site.phone("4002", RINGS)
    await site.perform(DoNotDisturb("4002"))
    with pytest.raises(CallRejected):
        await transferor.calls[0].transfer("4002")
    await refused(site.perform(Transfer(site.live("4001")[0].id, "4001", "4002")), Refusal.FAILURE)
    assert target.invites == 0
    await talk(caller, transferor)


async def test_race_the_target_rejects_as_its_phone_is_answered(site: Site) -> None:
    caller, transferor = await up(site)
    target = await site.phone("4002", RINGS)
    call = await begin(site, transferor, "by hand")
    target.calls[0].answer()
    await site.perform(Reject(call.id))
    await ended(site, call, Cause.REJECTED)
    await silent(target)
    await talk(caller, transferor)


async def test_race_a_program_answers_as_the_transferee_hangs_up(site: Site) -> None:
    caller, transferor = await up(site)
    target = await site.phone("4002", DESK)
    call = await begin(site, transferor, "by program")
    answering = asyncio.ensure_future(site.perform(Answer(call.id)))
    await asyncio.sleep(0)
    caller.calls[0].hang_up()
    await asyncio.gather(answering, return_exceptions=True)
    await site.empty()
    await silent(caller, transferor, target)
    ends = [one.id for one in site.seen if one.state is CallState.ON_HOOK]
    assert len(ends) == len(set(ends))
    await until(lambda: not site.live())

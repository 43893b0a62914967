"""What each command has to have done, where it was offered: one function for each, which carries it out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from offhook.call import (
    Answer,
    Call,
    CallCommand,
    CallState,
    Cause,
    Complete,
    Conference,
    Consult,
    Direction,
    Drop,
    Dtmf,
    Feature,
    Hold,
    Park,
    Redirect,
    Reject,
    Retrieve,
    Swap,
    Transfer,
)
from offhook.demo.phone import Phone, Stage
from tests.switch.rtp import hears_not, talk
from tests.switch.scenes import Phones, ringing_call
from tests.switch.site import Site
from tests.waiting import until

TARGET = "4003"

COMMANDS: dict[Feature, Callable[[str], CallCommand[object]]] = {
    Feature.DROP: lambda call: Drop(call, "4000"),
    Feature.ANSWER: lambda call: Answer(call, "4000"),
    Feature.REJECT: lambda call: Reject(call, "4000"),
    Feature.REDIRECT: lambda call: Redirect(call, "4000", TARGET),
    Feature.HOLD: lambda call: Hold(call, "4000"),
    Feature.RETRIEVE: lambda call: Retrieve(call, "4000"),
    Feature.SWAP: lambda call: Swap(call, "4000"),
    Feature.TRANSFER: lambda call: Transfer(call, "4000", TARGET),
    Feature.CONSULT: lambda call: Consult(call, "4000", TARGET),
    Feature.COMPLETE: lambda call: Complete(call, "4000"),
    Feature.CONFERENCE: lambda call: Conference(call, "4000"),
    Feature.DTMF: lambda call: Dtmf(call, "4000", "12"),
    Feature.PARK: lambda call: Park(call, "4000"),
}
"""Each command for a call, as the tests give it."""


def party(site: Site, phones: Phones, call: str) -> Phone:
    """The phone at the other end of a call of 4000."""
    value = site.now(call)
    number = value.callee.id if value.direction is Direction.OUTBOUND else value.caller.id
    return next(phone for phone in phones.all if phone.user == number)


def other(site: Site, call: str) -> Call | None:
    """The other live call of 4000."""
    return next((one for one in site.live("4000") if one.id != call), None)


async def over(site: Site, call: str, cause: Cause) -> Call:
    """The call is over, for this reason."""
    value = await site.comes_to(call, lambda call: call.state is CallState.ON_HOOK)
    assert value.cause is cause, value
    return value


async def left(site: Site, phone: Phone) -> None:
    """Wait until the phone has as many calls as its terminal."""
    await until(lambda: len(phone.calls) == len(site.live(phone.user)), f"{phone.user}: {phone.calls}")


async def dropped(site: Site, phones: Phones, call: str) -> None:
    remaining, far = other(site, call), party(site, phones, call)
    site.drop(call)
    await over(site, call, Cause.DROPPED)
    await until(lambda: not far.calls)
    await left(site, phones.own)
    if remaining is not None:
        assert site.now(remaining.id).state is remaining.state


async def answered(site: Site, phones: Phones, call: str) -> None:
    before, far = other(site, call), party(site, phones, call)
    await site.perform(Answer(call, "4000"))
    assert site.now(call).state is CallState.CONNECTED
    await talk(phones.own, far)
    if before is not None:
        assert site.now(before.id).held
        await hears_not(party(site, phones, before.id), phones.own)
    assert len([one for one in phones.own.calls if one.stage is Stage.UP]) == 1
    await until(lambda: ringing_call(phones.own) is None)


async def rejected(site: Site, phones: Phones, call: str) -> None:
    before, far = other(site, call), party(site, phones, call)
    await site.perform(Reject(call, "4000"))
    await over(site, call, Cause.REJECTED)
    await until(lambda: not far.calls)
    await left(site, phones.own)
    if before is not None:
        await talk(phones.own, party(site, phones, before.id))


async def redirected(site: Site, phones: Phones, call: str) -> None:
    far = party(site, phones, call)
    await site.perform(Redirect(call, "4000", TARGET))
    value = await over(site, call, Cause.FORWARDED)
    assert value.redirected_to is not None
    assert value.redirected_to.id == TARGET
    await left(site, phones.own)
    await talk(far, phones.target)


async def put_on_hold(site: Site, phones: Phones, call: str) -> None:
    far = party(site, phones, call)
    await site.perform(Hold(call, "4000"))
    value = site.now(call)
    assert value.held
    assert value.state is CallState.CONNECTED
    await hears_not(far, phones.own)
    await hears_not(phones.own, far)
    assert Feature.RETRIEVE in site.features(call)
    assert Feature.HOLD not in site.features(call)


async def retrieved(site: Site, phones: Phones, call: str) -> None:
    before, far = other(site, call), party(site, phones, call)
    await site.perform(Retrieve(call, "4000"))
    assert not site.now(call).held
    if before is not None and site.now(before.id).state is CallState.CONNECTED:
        assert site.now(before.id).held
        await hears_not(party(site, phones, before.id), phones.own)
    await talk(phones.own, far)
    assert Feature.RETRIEVE not in site.features(call)


async def swapped(site: Site, phones: Phones, call: str) -> None:
    before, far = other(site, call), party(site, phones, call)
    assert before is not None
    await site.perform(Swap(call, "4000"))
    assert (site.now(call).held, site.now(before.id).held) == (False, True)
    await talk(phones.own, far)
    await hears_not(party(site, phones, before.id), phones.own)
    await site.perform(Swap(before.id, "4000"))
    assert (site.now(call).held, site.now(before.id).held) == (True, False)
    await talk(phones.own, party(site, phones, before.id))


async def transferred(site: Site, phones: Phones, call: str) -> None:
    far = party(site, phones, call)
    await site.perform(Transfer(call, "4000", TARGET))
    value = await over(site, call, Cause.TRANSFERRED)
    assert value.redirected_to is not None
    assert value.redirected_to.id == TARGET
    if far.calls[-1].direction == "sendonly":  # it has pressed hold itself, and may hold on
        await far.calls[-1].resume()
    await talk(far, phones.target)
    await left(site, phones.own)


async def consulted(site: Site, phones: Phones, call: str) -> None:
    far = party(site, phones, call)
    begun = await site.perform(Consult(call, "4000", TARGET))
    assert begun.state is CallState.OFF_HOOK
    assert (begun.terminal, begun.consultation, begun.related) == ("4000", True, call)
    first = site.now(call)
    assert (first.held, first.related, first.consultation) == (True, begun.id, False)
    await site.until(begun.id, CallState.CONNECTED)
    await talk(phones.own, phones.target)
    await hears_not(far, phones.own)


async def completed(site: Site, phones: Phones, call: str) -> None:
    asked = other(site, call)
    assert asked is not None
    one, two = party(site, phones, call), party(site, phones, asked.id)
    await site.perform(Complete(call, "4000"))
    for ended in (call, asked.id):
        await over(site, ended, Cause.TRANSFERRED)
    await left(site, phones.own)
    for phone in (one, two):
        if (call_there := ringing_call(phone)) is not None:
            call_there.answer()
    await talk(one, two)


async def conferred(site: Site, phones: Phones, call: str) -> None:
    await site.perform(Conference(call, "4000"))
    mine = site.live("4000")
    assert mine
    assert {one.conference for one in mine} != {""}
    assert len({one.conference for one in mine}) == 1


async def toned(site: Site, phones: Phones, call: str) -> None:
    before = site.now(call)
    await site.perform(Dtmf(call, "4000", "12", 60))
    assert site.now(call).state is before.state
    await talk(phones.own, party(site, phones, call))


async def parked(site: Site, phones: Phones, call: str) -> None:
    slot = await site.perform(Park(call, "4000"))
    assert slot
    await over(site, call, Cause.PARKED)
    await left(site, phones.own)


DONE: dict[Feature, Callable[[Site, Phones, str], Awaitable[None]]] = {
    Feature.DROP: dropped,
    Feature.ANSWER: answered,
    Feature.REJECT: rejected,
    Feature.REDIRECT: redirected,
    Feature.HOLD: put_on_hold,
    Feature.RETRIEVE: retrieved,
    Feature.SWAP: swapped,
    Feature.TRANSFER: transferred,
    Feature.CONSULT: consulted,
    Feature.COMPLETE: completed,
    Feature.CONFERENCE: conferred,
    Feature.DTMF: toned,
    Feature.PARK: parked,
}

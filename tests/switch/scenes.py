"""The states in which a terminal and its calls can be, each as a function that brings it about.

4000 is the terminal whose calls are commanded, 4001 and 4002 are the others, 4003 is who calls are sent to.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from offhook.call import (
    NOTHING,
    Answer,
    Call,
    CallState,
    Complete,
    Conference,
    Consult,
    Feature,
    Features,
    Hold,
)
from offhook.demo.phone import Behaviour, CallRejected, Phone, PhoneCall, Stage
from offhook.errors import CallError
from tests.switch.site import ANSWERS, RINGS, Site
from tests.waiting import until

OWN = Behaviour(answer_after=None)
"""A desk phone: it rings until somebody answers, and answers by itself where the INVITE asks for it."""


@dataclass
class Phones:
    """Four phones. `calling` are calls that are being made by hand."""

    own: Phone
    other: Phone
    second: Phone
    target: Phone
    calling: list[asyncio.Task[object]] = field(default_factory=list)

    @property
    def all(self) -> tuple[Phone, ...]:
        return self.own, self.other, self.second, self.target


async def four_phones(site: Site) -> Phones:
    """The phones of the site, idle."""
    own, other, second = [await site.phone(one, OWN) for one in ("4000", "4001", "4002")]
    return Phones(own, other, second, await site.phone("4003", ANSWERS))


async def quiet(site: Site, phones: Phones) -> None:
    """Clear everything, at the phones too; all phones have their first behaviour again."""
    for call in site.live():
        with suppress(CallError):  # it is the other side of one that has just been dropped
            site.drop(call.id)
    for task in phones.calling:
        task.cancel()
    await asyncio.gather(*phones.calling, return_exceptions=True)
    phones.calling.clear()
    await idle(phones)
    await site.empty()
    for phone in phones.all:
        phone.behaviour = ANSWERS if phone is phones.target else OWN


async def idle(phones: Phones) -> None:
    """Wait until no phone is off hook or rings."""
    await until(
        lambda: not any(phone.calls for phone in phones.all),
        f"the phones to hang up: {[phone.calls for phone in phones.all]}",
    )


# Each of these returns the id of the call that is then commanded. Where 4000 has another one, it is
# `other_of` it.


async def own_phone_rings(site: Site, phones: Phones) -> str:
    phones.own.behaviour = RINGS
    call = site.dial("4000", "4001")
    await phones.own.event("ringing")
    return call


async def calls(site: Site, phones: Phones, number: str = "4001") -> str:
    return await dialled(site, phones.own, number)


async def dialled(site: Site, phone: Phone, number: str) -> str:
    """A call by a program, which rings. The phone is lifted by hand: not every PBX passes on what asks it to
    answer by itself."""
    phone.behaviour = Behaviour()
    call = site.dial(phone.user, number)
    await site.until(call, CallState.RING_BACK)
    phone.behaviour = OWN
    return call


async def rings(site: Site, phones: Phones, caller: Phone | None = None) -> str:
    """Dialled by a program for another terminal."""
    await dialled(site, caller or phones.other, "4000")
    return (await ringing(site, phones)).id


async def rings_by_hand(site: Site, phones: Phones) -> str:
    call(phones, phones.other, "4000")
    return (await ringing(site, phones)).id


async def ringing(site: Site, phones: Phones) -> Call:
    """Wait until the phone of 4000 rings, and its call has been told."""

    def at_last(call: Call) -> bool:
        return call.rings_here and call.terminal == "4000" and site.now(call.id) is call

    call = await site.until_seen(at_last)
    await until(lambda: ringing_call(phones.own) is not None)
    return call


def ringing_call(phone: Phone) -> PhoneCall | None:
    """What rings at the phone."""
    ringing = (one for one in phone.calls if not one.outbound and one.stage is Stage.RINGING)
    return next(ringing, None)


def call(phones: Phones, caller: Phone, number: str) -> None:
    """Begin a call by hand, which may be refused, or given up."""

    async def dial() -> None:
        with suppress(CallRejected):
            await caller.call(number)

    phones.calling.append(asyncio.get_running_loop().create_task(dial()))


async def talks(site: Site, phones: Phones) -> str:
    call = await calls(site, phones)
    phones.other.calls[-1].answer()
    await settled(site, phones, call, phones.other)
    return call


async def talks_after_being_called(site: Site, phones: Phones) -> str:
    """Answered by hand at the phone."""
    call = await rings(site, phones)
    phones.own.calls[-1].answer()
    await settled(site, phones, call, phones.other)
    return call


async def settled(site: Site, phones: Phones, call: str, other: Phone) -> None:
    await site.until(call, CallState.CONNECTED)
    await site.settled(phones.own, other)


async def answered_by_program(site: Site, phones: Phones) -> str:
    call = await rings(site, phones)
    await site.perform(Answer(call, "4000"))
    await settled(site, phones, call, phones.other)
    return call


async def held(site: Site, phones: Phones) -> str:
    call = await talks(site, phones)
    await site.perform(Hold(call, "4000"))
    await site.comes_to(call, lambda call: call.held)
    return call


async def held_after_being_called(site: Site, phones: Phones) -> str:
    call = await talks_after_being_called(site, phones)
    await site.perform(Hold(call, "4000"))
    return call


async def held_by_the_other(site: Site, phones: Phones) -> str:
    call = await talks(site, phones)
    await phones.other.calls[-1].hold()
    await site.comes_to(call, lambda call: call.held_by_other)
    return call


async def consults_and_it_rings(site: Site, phones: Phones) -> str:
    """The first call."""
    call = await talks(site, phones)
    consultation = await site.perform(Consult(call, "4000", "4002"))
    await site.until(consultation.id, CallState.RING_BACK)
    return call


async def consultation_rings(site: Site, phones: Phones) -> str:
    return other_of(site, await consults_and_it_rings(site, phones))


async def consults(site: Site, phones: Phones) -> str:
    """The first call."""
    call = await consults_and_it_rings(site, phones)
    phones.second.calls[-1].answer()
    await site.until(other_of(site, call), CallState.CONNECTED)
    return call


async def consultation(site: Site, phones: Phones) -> str:
    return other_of(site, await consults(site, phones))


async def one_held_one_active(site: Site, phones: Phones) -> str:
    """The held one."""
    call = await held(site, phones)
    second = await calls(site, phones, "4002")
    phones.second.calls[-1].answer()
    await site.until(second, CallState.CONNECTED)
    return call


async def one_active_one_held(site: Site, phones: Phones) -> str:
    return other_of(site, await one_held_one_active(site, phones))


async def waits(site: Site, phones: Phones) -> str:
    """A second call rings while 4000 talks: that one."""
    await talks(site, phones)
    return await rings(site, phones, phones.second)


async def talks_while_one_waits(site: Site, phones: Phones) -> str:
    return other_of(site, await waits(site, phones))


async def in_conference(site: Site, phones: Phones) -> str:
    call = await consults(site, phones)
    await site.perform(Conference(call, "4000"))
    return call


def other_of(site: Site, call: str) -> str:
    """The other call of 4000."""
    (other,) = [one.id for one in site.live("4000") if one.id != call]
    return other


async def completed(site: Site, phones: Phones) -> None:
    """4001 and 4002 talk with each other, brought together by 4000."""
    call = await consults(site, phones)
    await site.perform(Complete(call, "4000"))


@dataclass(frozen=True)
class Scene:
    """A state. `needs` is what the switch must be capable of for it; `must` is offered there by every switch
    that is capable of it, `may` by some; nothing else is."""

    begin: Callable[[Site, Phones], Awaitable[str]]
    must: Features
    may: Features = NOTHING
    needs: Features = NOTHING


def features(names: str) -> Features:
    """The features with these names."""
    return frozenset(Feature(name) for name in names.split())


def _scene(
    begin: Callable[[Site, Phones], Awaitable[str]], must: str, may: str = "", needs: str = ""
) -> Scene:
    return Scene(begin, features(must), features(may), features(needs))


SCENES = {
    one.begin.__name__: one
    for one in (
        _scene(own_phone_rings, "drop"),
        _scene(calls, "drop"),
        _scene(rings, "drop answer reject redirect"),
        _scene(rings_by_hand, "drop answer reject redirect", needs="by-hand"),
        _scene(talks, "drop hold transfer consult dtmf park"),
        _scene(talks_after_being_called, "drop hold transfer consult dtmf park"),
        _scene(answered_by_program, "drop hold transfer consult dtmf park", needs="answer"),
        _scene(held, "drop retrieve", "transfer consult park", "hold"),
        _scene(held_after_being_called, "drop retrieve", "transfer consult park", "hold"),
        _scene(held_by_the_other, "drop", "hold transfer consult dtmf park", "hold"),
        _scene(consults_and_it_rings, "drop", "complete retrieve swap transfer", "consult"),
        _scene(consultation_rings, "drop", "complete transfer", "consult"),
        _scene(consults, "drop complete conference", "retrieve swap transfer consult park", "consult"),
        _scene(consultation, "drop complete conference dtmf", "hold transfer consult park", "consult"),
        _scene(
            one_held_one_active, "drop retrieve swap", "transfer consult park complete conference", "hold"
        ),
        _scene(
            one_active_one_held, "drop hold dtmf transfer", "consult park complete conference swap", "hold"
        ),
        _scene(waits, "drop reject redirect", "answer"),
        _scene(talks_while_one_waits, "drop hold dtmf transfer", "consult park"),
        _scene(in_conference, "drop", "hold dtmf conference transfer consult park", "conference"),
    )
}
"""The features of the call in each state, for the switches that are capable of them."""

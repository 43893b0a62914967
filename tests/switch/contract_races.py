"""Two things at the same moment, for each switch driver: both end well, and each call ends exactly once.

A driver's test class derives from `RaceContract`, has a fixture `site`, and says what its terminals are
capable of. What the driver cannot do has no test there.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import combinations_with_replacement
from random import Random, randrange
from typing import Any, ClassVar

import pytest

from offhook.call import (
    Answer,
    Call,
    CallState,
    Cause,
    Complete,
    Consult,
    Feature,
    Features,
    Hold,
    Pickup,
    Redirect,
    Reject,
    Retrieve,
    Swap,
    Transfer,
)
from offhook.demo.phone import CallRejected, Phone, Stage
from offhook.errors import CallError, Refusal
from tests.long import LONG, times
from tests.switch import scenes
from tests.switch.done import COMMANDS, TARGET, party
from tests.switch.rtp import hears_not, talk
from tests.switch.scenes import SCENES, Phones, Scene, four_phones, other_of, quiet, ringing_call
from tests.switch.site import RINGS, Site
from tests.waiting import until

REFUSALS = frozenset({Refusal.NOT_POSSIBLE_NOW, Refusal.NO_SUCH_CALL, Refusal.FAILURE})
"""How the loser of a race is told."""

MOMENTS_S = (0, 0.0005, 0.001, 0.002, 0.003, 0.005, 0.008, 0.012, 0.02)
"""How long after a command something else happens: a PBX takes some milliseconds for a step of it."""

ENDS: dict[str, Callable[[Site, Phones, str], None]] = {
    "is_dropped": lambda site, phones, call: drop(site, call),
    "is_hung_up_here": lambda site, phones, call: hang_up(phones.own),
    "is_hung_up_there": lambda site, phones, call: hang_up(party(site, phones, call)),
}
"""How a call ends at the moment of a command."""


def drop(site: Site, call: str) -> None:
    """Clear the call, if the command has not ended it already."""
    with suppress(CallError):
        site.drop(call)


def hang_up(phone: Phone) -> None:
    """Hang up, reject what rings, or give up what rings elsewhere."""
    for call in phone.calls:
        call.hang_up()


async def outcome(work: Awaitable[object]) -> CallError | None:
    """None if it is done, else the refusal, which has to be one that a race explains."""
    try:
        await work
    except CallError as error:
        assert error.refusal in REFUSALS, error
        return error
    return None


async def both(one: Awaitable[object], two: Awaitable[object]) -> list[CallError | None]:
    """Carry out both at the same moment."""
    return list(await asyncio.gather(outcome(one), outcome(two)))


async def by_hand(work: Awaitable[object]) -> None:
    """What a phone does, which may be refused."""
    with suppress(CallRejected):
        await work


def in_order(site: Site, phones: Phones) -> str:
    """What does not fit together in what is told of the calls, and what the phones have; "" if all does."""
    for phone in phones.all:
        live = site.live(phone.user)
        talking = [call for call in live if call.state is CallState.CONNECTED and not call.held]
        if len(talking) > 1 and len({call.conference or call.id for call in talking}) > 1:
            return f"{phone.user} talks in two calls at once: {talking}"
        if len(phone.calls) > len(live):
            return f"{phone.user} has {phone.calls}, and is told to have {live}"
        for call in live:
            found = strange(site, call)
            if found:
                return found
    untold = site.untold() if site.tells_all else {}
    return f"told, and possible: {untold}" if untold else ""


def strange(site: Site, call: Call) -> str:
    """What does not fit together in a live call."""
    offered = site.features(call.id)
    if (call.held and Feature.HOLD in offered) or (not call.held and Feature.RETRIEVE in offered):
        return f"{call} offers {offered}"
    if call.related:
        other = next((one for one in site.live(call.terminal) if one.id == call.related), None)
        if other is None or other.related != call.id or other.consultation == call.consultation:
            return f"{call} is related to {other}"
    return ""


async def ends_well(site: Site, phones: Phones) -> None:
    """Wait until all fits together; then everything can be cleared, and each call has ended once."""
    try:
        await until(lambda: not in_order(site, phones), "all to fit together")
    except AssertionError as error:
        raise AssertionError(in_order(site, phones)) from error
    await quiet(site, phones)
    ends = Counter(call.id for call in site.seen if call.state is CallState.ON_HOOK)
    assert ends == Counter({call.id for call in site.seen})


class RaceContract:
    can: ClassVar[Features]
    """What each of the driver's terminals is capable of."""

    in_gate: ClassVar[frozenset[str]] = frozenset(SCENES)
    """In which scenes any command meets any other one and any end; with OFFHOOK_LONG in each."""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        possible = {
            name: scene
            for name, scene in SCENES.items()
            if scene.needs <= self.can and (LONG or name in self.in_gate)
        }
        if "race_scene" in metafunc.fixturenames:
            metafunc.parametrize("race_scene", list(possible.values()), ids=list(possible))
        if "end" in metafunc.fixturenames:
            metafunc.parametrize("end", list(ENDS))

    def needs(self, *features: Feature) -> None:
        missing = sorted(feature.value for feature in features if feature not in self.can)
        if missing:
            pytest.skip(f"this switch has no {', '.join(missing)}")

    async def test_any_command_and_the_end_of_its_call(self, site: Site, race_scene: Scene, end: str) -> None:
        phones = await four_phones(site)
        call = await race_scene.begin(site, phones)
        for feature in sorted(site.features(call) - {Feature.DROP}, key=lambda feature: feature.value):
            if not site.live("4000") or site.now(call).state is CallState.ON_HOOK:
                call = await race_scene.begin(site, phones)
            command = asyncio.create_task(outcome(site.perform(COMMANDS[feature](call))))
            if LONG:
                await asyncio.sleep(0)
            ENDS[end](site, phones, call)
            await command
            await ends_well(site, phones)
        await ends_well(site, phones)

    @pytest.mark.timeout(times(60, 600))
    async def test_any_command_and_an_end_some_moments_later(self, site: Site) -> None:
        """The command is under way: its channels and dialogs are somewhere between two states."""
        seed = randrange(1000) if LONG else 1
        logging.getLogger(__name__).warning("seed %d", seed)  # shown with what fails
        phones, chance = await four_phones(site), Random(seed)
        possible = [scene for scene in SCENES.values() if scene.needs <= self.can]
        for _ in range(times(8, 300)):
            scene, later = chance.choice(possible), chance.choice(MOMENTS_S)
            call = await scene.begin(site, phones)
            offered = sorted(site.features(call) - {Feature.DROP}, key=lambda feature: feature.value)
            feature, whose = chance.choice([*offered, None]), chance.random()
            if feature is not None:
                command = asyncio.create_task(outcome(site.perform(COMMANDS[feature](call))))
                await asyncio.sleep(later)
                live = site.live()
                if whose < 0.3:
                    hang_up(phones.own)
                elif live:
                    drop(site, live[int(whose * len(live))].id)
                await command
            await ends_well(site, phones)
            await until(lambda: site.idle, f"nothing to be left of {scene}, {feature} and {later} s")

    async def test_any_two_commands(self, site: Site, race_scene: Scene) -> None:
        """In the gate each command and itself, and the next one."""
        phones = await four_phones(site)
        call = await race_scene.begin(site, phones)
        offered = sorted(site.features(call), key=lambda feature: feature.value)
        await quiet(site, phones)
        pairs: list[tuple[Feature, Feature]] = list(combinations_with_replacement(offered, 2))
        if not LONG:
            pairs = [(one, two) for one, two in pairs if abs(offered.index(one) - offered.index(two)) < 2]
        for one, two in pairs:
            call = await race_scene.begin(site, phones)
            results = await both(*(site.perform(COMMANDS[each](call)) for each in (one, two)))
            assert None in results, (one, two, results)
            await ends_well(site, phones)

    async def test_an_answer_at_the_moment_the_caller_gives_up(self, site: Site) -> None:
        self.needs(Feature.ANSWER, Feature.BY_HAND)
        phones = await four_phones(site)
        call = await scenes.rings_by_hand(site, phones)
        answer = asyncio.create_task(outcome(site.perform(Answer(call, "4000"))))
        phones.calling[-1].cancel()
        await answer
        await site.comes_to(call, lambda call: call.state is CallState.ON_HOOK)
        await ends_well(site, phones)

    async def test_two_programs_answer(self, site: Site) -> None:
        self.needs(Feature.ANSWER)
        phones = await four_phones(site)
        call = await scenes.rings(site, phones)
        results = await both(site.perform(Answer(call, "4000")), site.perform(Answer(call, "4000")))
        assert None in results
        assert [one.state for one in site.live("4000")] == [CallState.CONNECTED]
        await talk(phones.own, phones.other)
        await until(lambda: len(phones.own.calls) == 1)
        await ends_well(site, phones)

    async def test_a_program_answers_and_somebody_lifts_the_phone(self, site: Site) -> None:
        self.needs(Feature.ANSWER)
        phones = await four_phones(site)
        call = await scenes.rings(site, phones)
        answer = asyncio.create_task(outcome(site.perform(Answer(call, "4000"))))
        await asyncio.sleep(0)
        if (ringing := ringing_call(phones.own)) is not None:
            ringing.answer()
        await answer
        assert site.now(call).state is CallState.CONNECTED
        await talk(phones.own, phones.other)
        await ends_well(site, phones)

    async def test_one_program_answers_and_another_rejects(self, site: Site) -> None:
        self.needs(Feature.ANSWER, Feature.REJECT)
        phones = await four_phones(site)
        call = await scenes.rings(site, phones)
        results = await both(site.perform(Answer(call, "4000")), site.perform(Reject(call, "4000")))
        assert None in results
        await ends_well(site, phones)

    async def test_one_program_rejects_and_another_redirects(self, site: Site) -> None:
        self.needs(Feature.REJECT, Feature.REDIRECT)
        phones = await four_phones(site)
        call = await scenes.rings(site, phones)
        results = await both(site.perform(Redirect(call, "4000", TARGET)), site.perform(Reject(call, "4000")))
        assert results.count(None) == 1
        await ends_well(site, phones)

    async def test_hold_against_the_others_hold(self, site: Site) -> None:
        """Each side's re-INVITE is under way when the other's comes: 491, and again (RFC 3261 §14.1)."""
        self.needs(Feature.HOLD)
        phones = await four_phones(site)
        call = await scenes.talks(site, phones)
        theirs = asyncio.create_task(by_hand(phones.other.calls[0].hold()))
        await site.perform(Hold(call, "4000"))
        await theirs
        await site.comes_to(call, lambda call: call.held)
        await hears_not(phones.other, phones.own)
        await phones.other.calls[0].resume()
        await site.perform(Retrieve(call, "4000"))
        await talk(phones.own, phones.other)
        await ends_well(site, phones)

    async def test_the_target_hangs_up_while_it_is_joined(self, site: Site) -> None:
        self.needs(Feature.TRANSFER)
        phones = await four_phones(site)
        call = await scenes.talks(site, phones)
        transfer = asyncio.create_task(outcome(site.perform(Transfer(call, "4000", TARGET))))
        while not any(one.stage is Stage.UP for one in phones.target.calls):
            await phones.target.events.get()
        hang_up(phones.target)
        await transfer
        await ends_well(site, phones)

    async def test_the_transferred_party_hangs_up_while_the_target_rings(self, site: Site) -> None:
        self.needs(Feature.TRANSFER)
        phones = await four_phones(site)
        phones.target.behaviour = RINGS
        call = await scenes.talks(site, phones)
        await outcome(site.perform(Transfer(call, "4000", TARGET)))
        hang_up(phones.other)
        await until(lambda: not phones.target.calls and not phones.other.calls)
        await ends_well(site, phones)

    @pytest.mark.parametrize("who", ["first", "second", "own"])
    async def test_a_phone_hangs_up_while_a_consultation_is_completed(self, site: Site, who: str) -> None:
        self.needs(Feature.COMPLETE)
        phones = await four_phones(site)
        call = await scenes.consults(site, phones)
        complete = asyncio.create_task(outcome(site.perform(Complete(call, "4000"))))
        await asyncio.sleep(0)
        hang_up({"first": phones.other, "second": phones.second, "own": phones.own}[who])
        await complete
        await ends_well(site, phones)

    async def test_a_consultation_is_dropped_and_the_first_call_is_taken_back(self, site: Site) -> None:
        self.needs(Feature.CONSULT)
        phones = await four_phones(site)
        call = await scenes.consults(site, phones)
        site.drop(other_of(site, call))
        first = await site.comes_to(call, lambda call: not call.held and not call.related)
        assert first.state is CallState.CONNECTED
        await talk(phones.own, phones.other)
        await ends_well(site, phones)

    async def test_the_consulted_party_hangs_up_and_the_first_call_stays_on_hold(self, site: Site) -> None:
        self.needs(Feature.CONSULT)
        phones = await four_phones(site)
        call = await scenes.consults(site, phones)
        consultation = other_of(site, call)
        hang_up(phones.second)
        assert await site.cause(consultation) is Cause.NORMAL
        first = await site.comes_to(call, lambda call: not call.related)
        assert (first.state, first.held) == (CallState.CONNECTED, True)
        await site.perform(Retrieve(call, "4000"))
        await talk(phones.own, phones.other)
        await ends_well(site, phones)

    @pytest.mark.parametrize("how", ["dropped", "hung_up"])
    async def test_the_first_call_ends_and_the_consultation_goes_on(self, site: Site, how: str) -> None:
        self.needs(Feature.CONSULT)
        phones = await four_phones(site)
        call = await scenes.consults(site, phones)
        consultation = other_of(site, call)
        if how == "dropped":
            site.drop(call)
        else:
            hang_up(phones.other)
        await site.comes_to(call, lambda call: call.state is CallState.ON_HOOK)
        alone = await site.comes_to(consultation, lambda call: not call.related)
        assert alone.state is CallState.CONNECTED
        await talk(phones.own, phones.second)
        await ends_well(site, phones)

    async def test_one_picks_up_what_another_answers(self, site: Site) -> None:
        self.needs(Feature.PICKUP)
        phones = await four_phones(site)
        calling = await scenes.dialled(site, phones.second, "4001")
        pickup: asyncio.Task[Any] = asyncio.create_task(outcome(site.perform(Pickup("4000", "4001"))))
        await asyncio.sleep(0)
        if (ringing := ringing_call(phones.other)) is not None:
            ringing.answer()
        await pickup
        await site.comes_to(calling, lambda call: call.state is CallState.CONNECTED)
        await until(lambda: len(phones.own.calls) + len(phones.other.calls) == 1)
        await ends_well(site, phones)

    async def test_two_pick_up_the_same_call(self, site: Site) -> None:
        self.needs(Feature.PICKUP)
        phones = await four_phones(site)
        await scenes.dialled(site, phones.second, "4001")
        results = await both(site.perform(Pickup("4000", "4001")), site.perform(Pickup("4003", "4001")))
        assert None in results
        await until(lambda: len(phones.own.calls) + len(phones.target.calls) == 1)
        await ends_well(site, phones)

    async def test_two_programs_swap(self, site: Site) -> None:
        self.needs(Feature.SWAP)
        phones = await four_phones(site)
        call = await scenes.one_held_one_active(site, phones)
        other = other_of(site, call)
        results = await both(site.perform(Swap(call, "4000")), site.perform(Swap(call, "4000")))
        assert None in results
        await until(lambda: not in_order(site, phones))
        assert (site.now(call).held, site.now(other).held) == (False, True)
        await talk(phones.own, phones.other)
        await ends_well(site, phones)

    async def test_two_programs_consult(self, site: Site) -> None:
        self.needs(Feature.CONSULT)
        phones = await four_phones(site)
        call = await scenes.talks(site, phones)
        results = await both(
            site.perform(Consult(call, "4000", "4002")), site.perform(Consult(call, "4000", TARGET))
        )
        assert results.count(None) == 1
        await ends_well(site, phones)

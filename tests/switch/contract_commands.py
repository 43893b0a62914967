"""Every command in every state, for each switch driver: done if it is offered, else refused.

A driver's test class derives from `CommandContract`, has a fixture `site`, and says what its terminals are
capable of. What is offered is asked of the driver: `scenes` has what has to be, and what may be.
"""

from __future__ import annotations

from typing import ClassVar

import pytest

from offhook.call import (
    CAN_DIAL,
    CAN_DROP,
    CallState,
    Cause,
    Command,
    Complete,
    Consult,
    Dial,
    DoNotDisturb,
    Feature,
    Features,
    Forward,
    Forwarding,
    ForwardWhen,
    Park,
    Pickup,
    Reason,
    Transfer,
    Unpark,
)
from offhook.demo.phone import Behaviour
from offhook.errors import CallError, Refusal
from tests.switch import scenes
from tests.switch.done import COMMANDS, DONE, TARGET, over
from tests.switch.rtp import talk
from tests.switch.scenes import SCENES, Phones, Scene, four_phones, idle, quiet
from tests.switch.site import Site, rejects
from tests.waiting import until

FORWARDED = Forwarding(ForwardWhen.ALWAYS, TARGET)

TERMINAL_COMMANDS: dict[Feature, Command[object]] = {
    Feature.DIAL: Dial("4000", "4001"),
    Feature.PICKUP: Pickup("4000", "4001"),
    Feature.UNPARK: Unpark("4000", "701"),
    Feature.FORWARD: Forward("4000", (FORWARDED,)),
    Feature.DO_NOT_DISTURB: DoNotDisturb("4000"),
}


def counters(site: Site, phones: Phones) -> object:
    """What a command that is refused does not change."""
    return (
        len(site.seen),
        len(site.forwardings),
        [(phone.invites, phone.reinvites, phone.byes, phone.cancels) for phone in phones.all],
        [repr(phone.calls) for phone in phones.all],
    )


async def refused(site: Site, phones: Phones, command: Command[object], refusal: Refusal) -> None:
    """The command is refused so, and nothing changes."""
    before = counters(site, phones)
    with pytest.raises(CallError) as caught:
        await site.perform(command)
    assert (command.name, caught.value.refusal) == (command.name, refusal)
    assert counters(site, phones) == before


class CommandContract:
    can: ClassVar[Features]
    """What each of the driver's terminals is capable of."""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "scene" in metafunc.fixturenames:
            possible = {name: scene for name, scene in SCENES.items() if scene.needs <= self.can}
            metafunc.parametrize("scene", list(possible.values()), ids=list(possible))

    async def test_each_command_for_a_call_is_done_if_offered_and_else_refused(
        self, site: Site, scene: Scene
    ) -> None:
        phones = await four_phones(site)
        call = await scene.begin(site, phones)
        await site.all_told()
        offered = site.features(call)
        assert scene.must & self.can <= offered <= (scene.must | scene.may) & self.can
        for feature, command in COMMANDS.items():
            if feature not in offered:
                wrong = Refusal.NOT_POSSIBLE_NOW if feature in self.can else Refusal.NOT_SUPPORTED
                await refused(site, phones, command(call), wrong)
        assert site.features(call) == offered
        for feature, done in DONE.items():
            if feature in offered:
                await quiet(site, phones)
                await done(site, phones, await scene.begin(site, phones))
        await quiet(site, phones)

    async def busy_colleague(self, site: Site, phones: Phones) -> str:
        """4002 was asked, and was busy: the call with 4001, which waits. All has been told."""
        call = await scenes.talks(site, phones)
        phones.second.behaviour = rejects(486)
        asked = await site.perform(Consult(call, "4000", "4002"))
        await over(site, asked.id, Cause.BUSY)
        await site.all_told()
        return call

    async def test_after_a_colleague_who_was_busy_another_one_is_asked_at_once(self, site: Site) -> None:
        phones = await four_phones(site)
        if Feature.CONSULT not in self.can:
            return
        call = await self.busy_colleague(site, phones)
        assert Feature.CONSULT in site.features(call)
        asked = await site.perform(Consult(call, "4000", "4003"))
        await site.until(asked.id, CallState.CONNECTED)
        await site.perform(Complete(call, "4000"))
        await talk(phones.other, phones.target)
        await quiet(site, phones)

    async def test_after_a_colleague_who_was_busy_the_call_goes_to_another_one(self, site: Site) -> None:
        phones = await four_phones(site)
        if Feature.CONSULT not in self.can:
            return
        call = await self.busy_colleague(site, phones)
        assert Feature.TRANSFER in site.features(call)
        await site.perform(Transfer(call, "4000", "4003"))
        await talk(phones.other, phones.target)
        await quiet(site, phones)

    async def test_a_terminal_is_capable_of_what_its_driver_is_said_to_be(self, site: Site) -> None:
        assert site.switch.capabilities("4000") | CAN_DIAL | CAN_DROP == self.can

    async def test_a_call_that_is_over_takes_no_command(self, site: Site) -> None:
        phones = await four_phones(site)
        call = await scenes.talks(site, phones)
        await quiet(site, phones)
        assert site.features(call) == frozenset()
        for feature, command in COMMANDS.items():
            wrong = Refusal.NO_SUCH_CALL if feature in self.can else Refusal.NOT_SUPPORTED
            await refused(site, phones, command(call), wrong)

    async def test_a_terminal_without_its_phone_takes_no_command_that_needs_it(self, site: Site) -> None:
        allowed = site.switch.features("4000")
        assert not allowed & {Feature.DIAL, Feature.PICKUP, Feature.UNPARK}
        assert allowed <= self.can

    async def test_each_command_for_a_terminal_is_offered_or_refused(self, site: Site) -> None:
        phones = await four_phones(site)
        offered = site.switch.features("4000")
        assert offered <= self.can
        assert offered >= self.can & {Feature.DIAL, Feature.FORWARD, Feature.DO_NOT_DISTURB}
        for feature, command in TERMINAL_COMMANDS.items():
            if feature not in self.can:
                await refused(site, phones, command, Refusal.NOT_SUPPORTED)

    async def test_a_call_that_rings_elsewhere_is_picked_up(self, site: Site) -> None:
        phones = await four_phones(site)
        if Feature.PICKUP not in self.can:
            return
        await scenes.dialled(site, phones.second, "4001")
        await until(lambda: site.live("4001"))
        (rang,) = site.live("4001")
        assert Feature.PICKUP in site.switch.features("4000")
        begun = await site.perform(Pickup("4000", "4001"))
        assert (begun.terminal, begun.reason, begun.caller.id) == ("4000", Reason.PICKED_UP, "4002")
        await site.until(begun.id, CallState.CONNECTED)
        ended = await over(site, rang.id, Cause.ELSEWHERE)
        assert ended.redirected_to is not None
        assert ended.redirected_to.id == "4000"
        await talk(phones.own, phones.second)
        await until(lambda: not phones.other.calls)
        await quiet(site, phones)

    async def test_a_parked_call_is_taken_at_another_phone(self, site: Site) -> None:
        phones = await four_phones(site)
        if Feature.PARK not in self.can:
            return
        slot = await site.perform(Park(await scenes.talks(site, phones), "4000"))
        begun = await site.perform(Unpark("4002", slot))
        assert (begun.terminal, begun.reason) == ("4002", Reason.UNPARKED)
        await site.until(begun.id, CallState.CONNECTED)
        await talk(phones.second, phones.other)
        await quiet(site, phones)

    async def test_a_forwarded_terminal_does_not_ring(self, site: Site) -> None:
        phones = await four_phones(site)
        if Feature.FORWARD not in self.can:
            return
        await site.perform(Forward("4000", (FORWARDED,)))
        assert site.forwardings[-1].forwardings == (FORWARDED,)
        phones.other.behaviour = Behaviour()
        calling = site.dial("4001", "4000")
        await site.until(calling, CallState.CONNECTED)
        await talk(phones.other, phones.target)
        assert phones.own.invites == 0
        await quiet(site, phones)
        await site.perform(Forward("4000"))
        assert not site.forwardings[-1].forwardings
        await scenes.rings(site, phones)
        await quiet(site, phones)

    async def test_a_terminal_that_is_not_to_be_disturbed_does_not_ring(self, site: Site) -> None:
        phones = await four_phones(site)
        if Feature.DO_NOT_DISTURB not in self.can:
            return
        await site.perform(DoNotDisturb("4000"))
        assert site.forwardings[-1].do_not_disturb
        phones.other.behaviour = Behaviour()
        calling = site.dial("4001", "4000")
        await site.comes_to(calling, lambda call: call.state is CallState.ON_HOOK)
        assert phones.own.invites == 0
        await idle(phones)
        await site.perform(DoNotDisturb("4000", on=False))
        assert not site.forwardings[-1].do_not_disturb
        await scenes.rings(site, phones)
        await quiet(site, phones)

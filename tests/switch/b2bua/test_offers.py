"""Offers from both sides in any order, with any messages late or lost: hypothesis looks for the history after
which the two phones of a call do not agree, and shortens it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from offhook.switch.b2bua.direction import directed, direction_of
from offhook.switch.b2bua.sdp import same_media
from tests.long import LONG, times
from tests.switch.b2bua.offerworld import World

pytestmark = pytest.mark.timeout(times(300, 7200))

WHICH = st.integers(0, 1)
DIRECTIONS = st.sampled_from(["sendrecv", "sendonly", "inactive"])


class Offers(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World()

    @rule(which=WHICH, direction=DIRECTIONS, kind=st.sampled_from(["re-INVITE", "empty", "UPDATE"]))
    def a_phone_offers(self, which: int, direction: str, kind: str) -> None:
        phone = self.world.phones[which]
        if not phone.may_offer:
            return
        if kind == "UPDATE":
            phone.offer_by_update(direction)
        else:
            phone.reinvite(direction, empty=kind == "empty")
        self.world.goes_on()

    @rule(which=WHICH, status=st.sampled_from([200, 200, 200, 488]))
    def a_phone_answers(self, which: int, status: int) -> None:
        phone = self.world.phones[which]
        if phone.rings is not None:
            phone.answer(status)
            self.world.goes_on()

    @rule(which=WHICH)
    def a_phone_takes_its_offer_back(self, which: int) -> None:
        phone = self.world.phones[which]
        if phone.invite is not None:
            phone.take_back()
            self.world.goes_on()

    @rule(callee=st.booleans())
    def a_program_holds(self, callee: bool) -> None:
        self.world.hold(callee)

    @rule(callee=st.booleans())
    def a_program_takes_it_back(self, callee: bool) -> None:
        self.world.retrieve(callee)

    @rule(which=WHICH)
    def a_phone_is_offered_again_what_it_has(self, which: int) -> None:
        leg = self.world.legs[which]
        if leg is not None:
            self.world.switch.endpoint.now = self.world.now
            self.world.call.renew(leg)
            self.world.goes_on()

    @rule(sender=st.integers(0, 2), many=st.integers(1, 3))
    def messages_come(self, sender: int, many: int) -> None:
        endpoint = self.world.endpoints[sender]
        for _ in range(many):
            if self.world.wires[endpoint]:
                self.world.deliver(endpoint)

    @rule(sender=st.integers(0, 2))
    def a_message_overtakes_another_one(self, sender: int) -> None:
        endpoint = self.world.endpoints[sender]
        if len(self.world.wires[endpoint]) > 1:
            self.world.deliver(endpoint, 1)

    @rule(sender=st.integers(0, 2))
    def a_message_is_lost(self, sender: int) -> None:
        endpoint = self.world.endpoints[sender]
        if self.world.wires[endpoint]:
            self.world.lose(endpoint)

    @rule(seconds=st.sampled_from([0.1, 0.5, 1.0, 4.0]))
    def time_passes(self, seconds: float) -> None:
        self.world.wait(seconds)

    @precondition(lambda self: self.world.up)
    @rule(which=st.integers(0, 9))
    def a_phone_hangs_up(self, which: int) -> None:
        if which < 2:
            self.world.phones[which].hang_up()
            self.world.goes_on()

    def teardown(self) -> None:
        try:
            self.world.settle()
            self.world.check_settled()
            self.world.talk()
        finally:
            self.world.close()


Offers.TestCase.settings = settings(
    max_examples=times(150, 5000), stateful_step_count=40, deadline=None, derandomize=not LONG
)
TestBothPhonesAgreeInTheEnd = Offers.TestCase


# What it has found, each by its name


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    yield world
    world.settle()
    world.check_settled()
    world.talk()
    world.close()


def renew(world: World, which: int) -> None:
    """As after a fail-over: the phone is offered again what it has."""
    leg = world.legs[which]
    assert leg is not None
    world.call.renew(leg)
    world.goes_on()


def first_lines(world: World, sender: int) -> list[str]:
    """What is on the wire: methods, and statuses."""
    heads = (data.split(b"\r\n")[0].decode() for _, data, _ in world.wires[world.endpoints[sender]])
    return [head.split()[1 if head.startswith("SIP/2.0") else 0] for head in heads]


def test_an_offer_that_is_tried_again_says_what_the_phones_have_agreed_on_meanwhile(world: World) -> None:
    """Otherwise the phone would send its audio to where the other one does not listen any more."""
    _, callee = world.phones
    renew(world, 1)
    callee.reinvite("sendrecv", empty=True)
    world.goes_on()
    world.settle()
    assert same_media(callee.remote, world.phones[0].local)


def test_a_phone_that_has_answered_what_was_taken_back_is_told_what_holds(world: World) -> None:
    """The hold key was pressed, and pressed again at once, just when the other phone had answered."""
    caller, callee = world.phones
    caller.reinvite("sendonly")
    caller.take_back()
    world.goes_on()
    world.deliver(caller.endpoint)
    world.lose(world.switch.endpoint)
    world.settle()
    assert (direction_of(callee.remote), world.call.call.held) == ("sendrecv", False)


def test_an_update_of_a_phone_that_is_just_offered_something_has_to_wait(world: World) -> None:
    """RFC 3311 §5.2; relayed, both would have an offer open."""
    caller, _ = world.phones
    renew(world, 0)
    caller.offer_by_update("sendonly")
    world.goes_on()
    world.deliver(caller.endpoint)
    assert first_lines(world, 0)[-1] == "491"


def test_nothing_is_offered_to_a_phone_that_has_not_answered_an_update(world: World) -> None:
    """RFC 3264 §4: one offer at a time."""
    caller, _ = world.phones
    caller.offer_by_update("sendrecv")
    world.goes_on()
    world.deliver(caller.endpoint)
    renew(world, 0)
    renew(world, 1)
    assert first_lines(world, 0) == ["UPDATE"]


def test_when_a_phone_answers_with_other_media_than_before_the_other_one_is_told(world: World) -> None:
    """It has moved, and its own offer was refused because ours was open."""
    caller, callee = world.phones
    renew(world, 0)
    caller.offer_by_update("sendrecv")
    world.goes_on()
    world.settle()
    assert same_media(callee.remote, caller.local)


def test_a_phone_that_does_not_know_its_call_any_more_is_offered_nothing_more(world: World) -> None:
    caller, _ = world.phones
    caller.up = False
    world.hold(callee=False)
    renew(world, 0)
    world.deliver(world.switch.endpoint)
    world.deliver(caller.endpoint)
    assert first_lines(world, 0) == ["ACK", "BYE", "BYE"]


@pytest.mark.parametrize("by_program", [False, True])
def test_a_phone_that_holds_takes_the_call_back_by_a_reinvite_without_an_offer(
    world: World, by_program: bool
) -> None:
    """It asks for our offer, and says in its ACK that it hears again (RFC 3261 §13.2.1)."""
    caller, _ = world.phones
    if by_program:
        world.hold(callee=True)
        world.settle()
    caller.reinvite("sendonly")
    world.settle()
    leg = world.legs[0]
    assert leg is not None and leg.holds
    caller.reinvite("sendrecv", empty=True)
    world.settle()
    assert not leg.holds


@pytest.mark.parametrize("which", [0, 1])
def test_a_call_that_is_just_put_on_hold_is_not_taken_back_by_what_its_phones_had_before(
    world: World, which: int
) -> None:
    """What the phone is offered again is what it is to have once the call is on hold."""
    world.hold(callee=False)
    renew(world, which)
    world.settle()
    world.check_settled()
    assert world.call.held_for
    assert [direction_of(phone.remote) for phone in world.phones] == ["inactive", "sendonly"]


def test_after_two_holds_that_came_to_nothing_the_phones_talk_on(world: World) -> None:
    """The second one begins while a phone has not answered what the first one has offered it."""
    _, callee = world.phones
    world.hold(callee=True)
    world.deliver(world.switch.endpoint)
    callee.answer()
    world.goes_on()
    world.wait(4.0)
    world.wait(4.5)
    world.hold(callee=False)
    world.wait(4.0)
    world.wait(4.5)
    assert not world.call.held_for
    world.settle()
    assert [direction_of(phone.remote) for phone in world.phones] == ["sendrecv", "sendrecv"]


def test_a_phone_that_takes_a_call_back_just_as_the_other_one_takes_back_its_question_is_heard(
    world: World,
) -> None:
    """Asked for its offer, a phone that holds the call says that it talks again; who has asked gives up."""
    caller, callee = world.phones
    callee.offer_by_update("sendonly")
    world.settle()
    caller.reinvite("sendrecv", empty=True)
    world.goes_on()
    world.deliver(caller.endpoint)
    caller.take_back()
    world.wait(0.5)
    while "100" not in first_lines(world, 0)[:1]:
        world.deliver(world.switch.endpoint)
    world.deliver(world.switch.endpoint)
    world.settle()
    assert [direction_of(phone.remote) for phone in world.phones] == ["sendrecv", "sendrecv"]


def test_a_phone_that_holds_and_offers_to_talk_when_it_is_asked_has_taken_the_call_back(world: World) -> None:
    """The other phone asks for its offer, by a re-INVITE without one; its 2xx says that it hears again."""
    caller, callee = world.phones
    callee.reinvite("sendonly")
    world.settle()
    assert (world.call.call.held, world.call.call.held_by_other) == (False, True)
    caller.reinvite("sendrecv", empty=True)
    world.settle()
    assert [direction_of(phone.local) for phone in world.phones] == ["sendrecv", "sendrecv"]
    assert (world.call.call.held, world.call.call.held_by_other) == (False, False)


@pytest.mark.parametrize("who_asks", [0, 1])
@pytest.mark.parametrize("who_leaves", [0, 1])
def test_a_phone_whose_offer_was_not_answered_is_told_so_before_the_call_ends(
    world: World, who_asks: int, who_leaves: int
) -> None:
    """Its 2xx is acknowledged (RFC 3261 §13.2.2.4), or it would be repeated for 32 s beside the BYE."""
    asks, offers = world.phones[who_asks], world.phones[1 - who_asks]
    asks.reinvite("sendrecv", empty=True)
    world.goes_on()
    world.deliver(asks.endpoint)
    world.deliver(world.switch.endpoint)
    while offers.rings is None:
        world.deliver(world.switch.endpoint)
    offers.answer()
    world.phones[who_leaves].hang_up()
    world.settle()
    assert direction_of(offers.remote) == "inactive" or offers.offered is None


def test_a_hold_is_not_undone_by_what_a_phone_is_told_that_has_taken_its_question_back(world: World) -> None:
    """It has asked for an offer, and the other phone has made one: what it is to have now is silence."""
    caller, callee = world.phones
    callee.reinvite("sendrecv", empty=True)
    world.goes_on()
    world.deliver(callee.endpoint)
    world.lose(world.switch.endpoint)
    callee.take_back()
    world.hold(callee=True)
    world.settle()
    assert world.call.held_for
    assert [direction_of(phone.remote) for phone in world.phones] == ["sendonly", "inactive"]
    assert caller.up


def test_a_phone_that_is_offered_again_to_talk_and_does_has_taken_the_call_back(world: World) -> None:
    """The other one wants to talk by now; the phone that holds is offered that when it is looked at again."""
    callee = world.phones[1]
    callee.reinvite("sendonly")
    world.settle()
    assert world.call.call.held_by_other
    asked, held = world.legs
    assert asked is not None and held is not None
    asked.remote_sdp = directed(asked.remote_sdp, "sendrecv")
    for leg in (held, asked):
        world.call.renew(leg)
        world.goes_on()
        world.settle()
    assert direction_of(callee.local) == "sendrecv"
    assert not world.call.call.held_by_other

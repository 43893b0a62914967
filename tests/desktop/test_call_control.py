"""Calls that come in and are handled in the window, over a real Call Manager with real SIP phones."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from offhook.call import CallState, Cause, Feature, ForwardWhen
from offhook.demo.phone import Behaviour, CallRejected, Phone, PhoneCall, Stage
from offhook.desktop.card.callcard import CallCard
from offhook.desktop.contacts import Contacts
from offhook.desktop.dialbox import DialBox
from offhook.desktop.history import History
from offhook.desktop.ownphone import OwnPhone
from offhook.desktop.popups import Popups
from offhook.desktop.takecall import TakeCallDialog
from offhook.sip.endpoint import Flow, ServerTransaction
from offhook.sip.message import Request
from tests.desktop.world import ANSWERS, RINGS, World, click
from tests.waiting import until

OBEYS = Behaviour(answer_after=None, auto_answer=True)
"""A phone that rings until somebody answers at it, or for it."""


@asynccontextmanager
async def calling(caller: Phone, number: str) -> AsyncIterator["asyncio.Task[PhoneCall]"]:
    """While somebody calls the number."""
    task = asyncio.create_task(caller.call(number))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def a_card(popups: Popups) -> CallCard:
    await until(lambda: popups.shown())
    card = popups.shown()[-1].card
    await until(lambda: card.call.features)
    return card


async def test_answer_takes_the_call(world: World) -> None:
    await world.phone("4000", OBEYS)
    caller = await world.phone("4001")
    popups = Popups(world.phones)
    async with calling(caller, "4000"):
        card = await a_card(popups)
        click(card.buttons.button(Feature.ANSWER))
        await until(lambda: card.call.state is CallState.CONNECTED)
        await until(lambda: card.phrase.accessibleName() == "Connected")
        click(card.buttons.drop)
        await until(lambda: card.call.state is CallState.ON_HOOK)


async def test_decline_is_told_to_the_caller(world: World) -> None:
    await world.phone("4000", RINGS)
    caller = await world.phone("4001")
    popups = Popups(world.phones)
    async with calling(caller, "4000") as call:
        card = await a_card(popups)
        click(card.buttons.button(Feature.REJECT))
        with pytest.raises(CallRejected):
            await call
        await until(lambda: card.call.cause is Cause.REJECTED)
    assert card.phrase.text() == "Declined"
    assert world.phones.phone is not None
    assert world.phones.phone.missed == 0


async def test_redirect_sends_the_call_to_somebody_else(world: World) -> None:
    await world.phone("4000", RINGS)
    other = await world.phone("4003", ANSWERS)
    caller = await world.phone("4001")
    popups = Popups(world.phones)
    async with calling(caller, "4000") as call:
        card = await a_card(popups)
        click(card.buttons.button(Feature.REDIRECT))
        card.target.input.setText("4003")
        click(card.target.buttons[Feature.REDIRECT])
        await call
        await until(lambda: card.call.cause is Cause.FORWARDED)
    assert other.invites == 1
    assert card.phrase.text() == "Sent on to 4003"


async def test_a_missed_call_is_counted_until_somebody_looks(world: World) -> None:
    await world.phone("4000", RINGS)
    caller = await world.phone("4001")
    popups = Popups(world.phones)
    async with calling(caller, "4000"):
        card = await a_card(popups)
    await until(lambda: card.call.state is CallState.ON_HOOK)
    assert card.phrase.text() == "Missed: call back"
    await until(lambda: world.phones.phone and world.phones.phone.missed == 1)
    history = History(world.phones)
    history.show()
    history.activateWindow()
    await until(lambda: world.phones.phone and world.phones.phone.missed == 0)
    await until(lambda: history.shown.rowCount() == 1)
    history.show_missed()
    assert history.shown.index(0, 0).data() == "Missed"


async def an_answered_call(world: World) -> tuple[CallCard, Phone, Popups]:
    """4000 has called 4001, who has answered: the card, the phone of 4001, and all pop-ups."""
    await world.phone("4000")
    callee = await world.phone("4001", ANSWERS)
    popups = Popups(world.phones)
    world.stack.callback(popups.close)
    await world.phones.dial("4001")
    card = await a_card(popups)
    await until(lambda: card.call.state is CallState.CONNECTED)
    return card, callee, popups


async def test_a_call_is_put_on_hold_and_taken_back(world: World) -> None:
    card, callee, _ = await an_answered_call(world)
    click(card.buttons.button(Feature.HOLD))
    await until(lambda: card.phrase.accessibleName() == "On hold")
    await until(lambda: callee.calls[0].direction in ("recvonly", "inactive"))
    click(card.buttons.button(Feature.RETRIEVE))
    await until(lambda: card.phrase.accessibleName() == "Connected")


async def test_the_other_partys_hold_is_told(world: World) -> None:
    card, callee, _ = await an_answered_call(world)
    await callee.calls[0].hold()
    await until(lambda: card.phrase.accessibleName() == "Lee Min-ho has put you on hold")
    await callee.calls[0].resume()
    await until(lambda: card.phrase.accessibleName() == "Connected")


async def test_the_keypads_tones_reach_the_other_phone(world: World) -> None:
    card, callee, _ = await an_answered_call(world)
    told: list[str] = []
    handle = callee.endpoint.on_request

    def listen(transaction: ServerTransaction, request: Request, flow: Flow, now: float) -> None:
        if request.method == "INFO":
            told.append(request.body.decode())
        handle(transaction, request, flow, now)

    callee.endpoint.on_request = listen
    click(card.buttons.button(Feature.DTMF))
    for key in "5#":
        click(card.keypad.keys[key])
    await until(lambda: len(told) == 2)
    assert ["5" in told[0], "#" in told[1]] == [True, True]
    assert not card.message.isVisible()


async def test_a_call_is_transferred_at_once(world: World) -> None:
    card, callee, _ = await an_answered_call(world)
    target = await world.phone("4003", ANSWERS)
    click(card.buttons.button(Feature.TRANSFER))
    card.target.input.setText("4003")
    click(card.target.buttons[Feature.TRANSFER])
    await until(lambda: card.call.cause is Cause.TRANSFERRED)
    assert card.phrase.accessibleName() == "Transferred to 4003"
    await until(lambda: target.calls and target.calls[0].stage is Stage.UP)
    assert callee.calls[0].stage is Stage.UP


async def a_consultation(world: World) -> tuple[CallCard, CallCard, Phone, Phone]:
    """4000 talks with 4001, and asks 4003: both cards, and the phones of 4001 and 4003."""
    card, callee, popups = await an_answered_call(world)
    target = await world.phone("4003", ANSWERS)
    click(card.buttons.button(Feature.TRANSFER))
    card.target.input.setText("4003")
    click(card.target.buttons[Feature.CONSULT])
    await until(lambda: len(popups.shown()) == 2)
    second = popups.shown()[-1].card
    await until(lambda: second.call.state is CallState.CONNECTED)
    assert card.phrase.accessibleName() == "On hold"
    assert second.detail.text() == "Lee Min-ho waits on hold"
    return card, second, callee, target


async def test_after_asking_the_two_are_connected(world: World) -> None:
    first, second, callee, target = await a_consultation(world)
    await until(lambda: Feature.COMPLETE in second.buttons.offered())
    click(second.buttons.button(Feature.COMPLETE))
    await until(lambda: first.call.cause is Cause.TRANSFERRED)
    await until(lambda: second.call.cause is Cause.TRANSFERRED)
    assert (callee.calls[0].stage, target.calls[0].stage) == (Stage.UP, Stage.UP)


async def test_after_asking_one_goes_back_to_the_first_call(world: World) -> None:
    first, second, callee, target = await a_consultation(world)
    assert second.buttons.drop.text() == "&Back"
    click(second.buttons.drop)
    await until(lambda: first.phrase.accessibleName() == "Connected")
    await until(lambda: target.calls == [] or target.calls[0].stage is Stage.ENDED)
    assert callee.calls[0].stage is Stage.UP


async def test_two_calls_are_swapped(world: World) -> None:
    first, second, _, _ = await a_consultation(world)
    await until(lambda: Feature.SWAP in first.buttons.offered())
    click(first.buttons.button(Feature.SWAP))
    await until(lambda: first.phrase.accessibleName() == "Connected")
    assert second.phrase.accessibleName() == "On hold"


async def test_do_not_disturb_is_set_at_the_own_phone(world: World) -> None:
    await world.phone("4000", RINGS)
    own = OwnPhone(world.phones)
    own.show()
    await until(lambda: own.do_not_disturb.isVisible())
    own.do_not_disturb.trigger()
    await until(lambda: own.do_not_disturb.isChecked())
    assert own.state.text() == "Do not disturb: your phone does not ring"


async def test_calls_are_forwarded_from_the_own_phones_menu(world: World) -> None:
    await world.phone("4000", RINGS)
    other = await world.phone("4003", ANSWERS)
    caller = await world.phone("4001")
    own = OwnPhone(world.phones)
    own.show()
    await until(lambda: own.forward.isVisible())
    assert world.phones.phone is not None
    dialog = own.dialog(world.phones.phone)
    dialog.rows[ForwardWhen.ALWAYS].on.setChecked(True)
    dialog.rows[ForwardWhen.ALWAYS].to.setText("4003")
    dialog._save()
    await until(lambda: own.state.text() == "Calls go on to 4003")
    await caller.call("4000")
    assert other.invites == 1


async def test_a_call_that_rings_at_a_colleagues_phone_is_picked_up(world: World) -> None:
    await world.phone("4000")
    colleague = await world.phone("4001", RINGS)
    caller = await world.phone("4003")
    assert world.phones.phone is not None
    popups = Popups(world.phones)
    async with calling(caller, "4001") as call:
        await colleague.event("ringing")
        dialog = TakeCallDialog(world.phones, world.phones.phone, Feature.PICKUP)
        dialog.show()
        dialog.input.setText("4001")
        dialog._take()
        await until(lambda: not dialog.isVisible())
        await call
        card = await a_card(popups)
        await until(lambda: card.call.state is CallState.CONNECTED)
    assert card.who.name.text() == "4003"


async def test_a_call_that_rings_at_a_contact_is_picked_up_where_it_is_seen_to_ring(world: World) -> None:
    await world.phone("4000")
    colleague = await world.phone("4001", RINGS)
    caller = await world.phone("4003")
    popups, contacts = Popups(world.phones), Contacts(world.phones, DialBox(world.phones))
    contacts.resize(720, 560)
    contacts.show()
    contacts.search("lee min")
    await until(lambda: contacts.card.presence.text() == "Free")
    async with calling(caller, "4001") as call:
        await colleague.event("ringing")
        await until(lambda: contacts.card.presence.text() == "Ringing")
        await until(contacts.card.pick_up.isVisible)
        click(contacts.card.pick_up)
        await call
        card = await a_card(popups)
        await until(lambda: card.call.state is CallState.CONNECTED)
        await until(lambda: not contacts.card.pick_up.isVisible())
    contacts.hide()

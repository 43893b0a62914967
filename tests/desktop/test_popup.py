"""The pop-up of a call, over a real Call Manager with real SIP phones."""

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from offhook.call import CAN_DROP, NOTHING, Call, CallState, Party, changed
from offhook.demo.phone import Behaviour, Phone
from offhook.desktop.popup import CallPopup
from offhook.desktop.popups import Popups
from offhook.tsp.messages import Dial
from tests.desktop.world import ANSWERS, BUSY, RINGS, World, click
from tests.waiting import until


async def a_popup(world: World, popups: Popups) -> CallPopup:
    await until(lambda: popups.shown())
    (popup,) = popups.shown()
    return popup


async def a_dialled_call(world: World, behaviour: Behaviour) -> tuple[CallPopup, Phone, Popups]:
    """A call from 4000 to 4001, who behaves like this: its pop-up, the called phone, and all pop-ups."""
    await world.phone("4000")
    callee = await world.phone("4001", behaviour)
    popups = Popups(world.phones)
    await world.phones.dial("4001")
    return await a_popup(world, popups), callee, popups


async def test_a_dial_over_the_tsp_session_brings_up_name_and_number(world: World) -> None:
    await world.phone("4000")
    await world.phone("4001", RINGS)
    popups = Popups(world.phones)
    await (await world.tsp()).ask(Dial("4001"))
    popup = await a_popup(world, popups)
    await until(lambda: popup.card.progress.reached == 2)
    assert popup.isVisible()
    assert (popup.card.who.name.text(), popup.card.who.number.text()) == ("Lee Min-ho", "4001")
    assert popup.card.who.terminal.text() == "Kim 4000"
    assert popup.card.phrase.text() == "Ringing Lee Min-ho"


async def test_it_does_not_take_the_keyboard(world: World) -> None:
    popup, _, _ = await a_dialled_call(world, RINGS)
    assert popup.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    assert not popup.isActiveWindow()


async def test_drop_ends_the_call_at_the_phone(world: World) -> None:
    popup, callee, _ = await a_dialled_call(world, ANSWERS)
    await until(lambda: popup.call.state is CallState.CONNECTED)
    click(popup.card.buttons.drop)
    await callee.event("ended")
    await until(lambda: popup.call.state is CallState.ON_HOOK)
    assert popup.card.phrase.accessibleName() == "Call ended"
    assert not popup.card.buttons.drop.isVisible()


async def test_the_time_since_the_answer_is_shown(world: World) -> None:
    popup, _, _ = await a_dialled_call(world, ANSWERS)
    await until(lambda: popup.card.phrase.text() == "Connected 0:01")


async def test_a_busy_callee_is_told_in_words_with_redial(world: World) -> None:
    popup, callee, _ = await a_dialled_call(world, BUSY)
    await until(lambda: popup.call.state is CallState.ON_HOOK)
    assert popup.card.phrase.text() == "Lee Min-ho is busy"
    assert popup.card.progress.failed
    assert popup.card.buttons.redial.isVisible()
    click(popup.card.buttons.redial)
    await until(lambda: callee.invites == 2)


async def test_it_goes_away_by_itself_after_the_end(world: World) -> None:
    popup, _, popups = await a_dialled_call(world, BUSY)
    await until(lambda: popup.call.state is CallState.ON_HOOK)
    assert popup.card.linger.isActive()
    popup.card.linger.start(0)
    await until(lambda: not popups.shown())


async def test_it_stays_while_somebody_points_at_it(world: World) -> None:
    popup, _, _ = await a_dialled_call(world, BUSY)
    await until(lambda: popup.call.state is CallState.ON_HOOK)
    popup.card.enterEvent(None)  # type: ignore[arg-type]
    assert not popup.card.linger.isActive()


async def test_an_incoming_call_comes_up_with_the_caller(world: World) -> None:
    await world.phone("4000", RINGS)
    caller = await world.phone("4001")
    popups = Popups(world.phones)
    call = asyncio.create_task(caller.call("4000"))
    popup = await a_popup(world, popups)
    assert popup.card.who.name.text() == "Lee Min-ho"
    assert popup.card.phrase.text() == "Lee Min-ho is calling"
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)


async def test_incoming_calls_can_be_left_out(world: World) -> None:
    await world.phone("4000", ANSWERS)
    caller = await world.phone("4001")
    popups = Popups(world.phones, incoming=False)
    await caller.call("4000")
    await until(lambda: world.seen and world.seen[-1].state is CallState.CONNECTED)
    assert popups.shown() == []


async def test_every_control_has_a_name_for_screen_readers(world: World) -> None:
    popup, _, _ = await a_dialled_call(world, RINGS)
    await until(lambda: popup.card.progress.reached == 2)
    assert popup.card.progress.accessibleName() == "Call progress: Ringing …"
    for button in (popup.card.buttons.drop, popup.card.buttons.redial, popup.card.buttons.dismiss):
        assert button.text().count("&") == 1


async def test_right_to_left_it_comes_up_on_the_left(world: World, qapp: QApplication) -> None:
    await world.phone("4000")
    await world.phone("4001", RINGS)
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        popups = Popups(world.phones)
        await world.phones.dial("4001")
        popup = await a_popup(world, popups)
        await until(lambda: popup.card.progress.reached == 2)
        assert popup.x() < qapp.primaryScreen().availableGeometry().center().x()
        assert popup.card.buttons.drop.x() < popup.card.who.terminal.x()
        image = popup.card.progress.grab().toImage()
        faint = popup.palette().mid().color()
        assert image.pixelColor(image.width() // 10, image.height() // 2).name() == faint.name()
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


async def test_a_call_that_cannot_be_dropped_has_no_button_for_it(world: World) -> None:
    popups = Popups(world.phones)
    call = Call("c1", "4000", CallState.OFF_HOOK, Party("Kim", "4000"), Party("", "4001"), 1.0)
    for features, offered in ((CAN_DROP, True), (NOTHING, False), (None, True)):
        world.parts.messenger.on_call(call := changed(call, features=features))
        popup = await a_popup(world, popups)
        assert popup.card.buttons.drop.isVisible() is offered

"""The calls in the window."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from offhook.call import CallState, Cause, Drop, Feature, Party, Swap
from offhook.desktop.callstrip import MAX_SHOWN, CallStrip
from offhook.desktop.mainwindow import SIZE, MainWindow
from offhook.desktop.preferences import Preferences
from offhook.desktop.rail import Page
from tests.desktop.stage import ON_HOLD, TALKING, Stage, incoming, outgoing
from tests.desktop.world import click
from tests.waiting import until

UP = CallState.CONNECTED


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage()
    await until(lambda: stage.phones.terminals)
    yield stage
    stage.phones.close()


async def test_without_a_call_there_is_no_strip(stage: Stage) -> None:
    strip = CallStrip(stage.phones)
    assert strip.isHidden()
    stage.play(incoming())
    assert not strip.isHidden()
    stage.change("in", state=CallState.ON_HOOK, ended=2.0, cause=Cause.CANCELLED)
    (card,) = strip.cards()
    assert card.phrase.text() == "Missed: call back", "it stays until it can have been read"
    card.linger.start(0)
    await until(lambda: strip.cards() == [])
    assert strip.isHidden()


async def test_a_call_that_is_over_is_put_away_by_close(stage: Stage) -> None:
    strip = CallStrip(stage.phones)
    stage.play(incoming())
    stage.change("in", state=CallState.ON_HOOK, ended=2.0, cause=Cause.CANCELLED)
    (card,) = strip.cards()
    click(card.buttons.dismiss)
    assert strip.cards() == []


async def test_calls_that_are_over_make_room_for_a_new_one(stage: Stage) -> None:
    strip = CallStrip(stage.phones)
    for number in range(MAX_SHOWN):
        stage.play(incoming(f"c{number}"))
    stage.change("c3", state=CallState.ON_HOOK, ended=2.0, cause=Cause.CANCELLED)
    stage.play(incoming("new"))
    assert strip.of("new") is not None
    assert strip.of("c3") is None


async def test_a_call_can_be_dropped_there(stage: Stage) -> None:
    strip = CallStrip(stage.phones)
    strip.show()
    stage.play(outgoing("c", UP, TALKING))
    (card,) = strip.cards()
    click(card.buttons.drop)
    await until(lambda: stage.manager.asked)
    assert stage.manager.asked == [Drop("c", "4000")]


async def test_of_two_calls_the_held_one_is_swapped_with_the_other(stage: Stage) -> None:
    strip = CallStrip(stage.phones)
    strip.show()
    stage.play(outgoing("old", UP, ON_HOLD | {Feature.SWAP}))
    stage.change("old", held=True)
    stage.play(outgoing("new", UP, TALKING))
    card = strip.of("old")
    assert card is not None
    click(card.buttons.button(Feature.SWAP))
    await until(lambda: stage.manager.asked)
    assert stage.manager.asked == [Swap("old", "4000")]


async def test_calls_that_were_up_before_are_there(stage: Stage) -> None:
    stage.play(outgoing("c", UP, TALKING))
    assert [card.call.id for card in CallStrip(stage.phones).cards()] == ["c"]


async def test_a_flood_of_calls_does_not_fill_the_memory(stage: Stage) -> None:
    strip = CallStrip(stage.phones)
    for number in range(MAX_SHOWN + 5):
        stage.play(incoming(f"c{number}"))
    assert len(strip.cards()) == MAX_SHOWN


async def test_a_command_whose_reply_comes_after_the_end_of_the_call_does_no_harm(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    strip = CallStrip(stage.phones)
    strip.show()
    stage.play(outgoing("c", UP, TALKING))
    (card,) = strip.cards()
    stage.manager.gate.clear()
    click(card.buttons.button(Feature.HOLD))
    await until(lambda: stage.manager.asked)
    gone: list[bool] = []
    card.destroyed.connect(lambda: gone.append(True))
    stage.change("c", state=CallState.ON_HOOK, ended=2.0, cause=Cause.NORMAL)
    card.dismiss()
    del card
    await until(lambda: gone)
    stage.manager.gate.set()
    for _ in range(3):  # the reply goes on its way
        await asyncio.sleep(0)
    assert caplog.text == ""


@pytest.mark.parametrize("size", [(640, 560), (360, 640)])
async def test_a_call_and_one_that_waits_are_both_seen_whole(
    stage: Stage, preferences: Preferences, size: tuple[int, int]
) -> None:
    window = MainWindow(stage.phones, preferences, list, in_tray=True)
    window.resize(*size)
    window.show()
    stage.play(outgoing("waits", UP, ON_HOLD | {Feature.SWAP, Feature.CONFERENCE}))
    stage.change("waits", held=True)
    stage.play(incoming("talks", TALKING, Party("", "+49 371 38")))
    stage.change("talks", state=UP, connected=2.0)
    seen = window.strip.viewport()
    await until(
        lambda: all(
            card.height() >= card.sizeHint().height()
            and card.mapTo(seen, card.rect().bottomLeft()).y() < seen.height()
            for card in window.strip.cards()
        )
    )
    window.hide()


async def test_a_call_that_waits_is_low_only_beside_another_one(stage: Stage) -> None:
    strip = CallStrip(stage.phones)
    strip.show()
    stage.play(outgoing("waits", UP, ON_HOLD))
    stage.change("waits", held=True)
    waits = strip.of("waits")
    assert waits is not None and waits.who.number.isVisible(), "it is the only one"
    whole = waits.sizeHint().height()
    stage.play(outgoing("talks", UP, TALKING))
    assert waits.who.name.text() == "Lee Su-jin" and waits.phrase.text().startswith("On hold")
    assert waits.who.name.isVisible() and waits.phrase.isVisible() and not waits.who.number.isVisible()
    assert waits.sizeHint().height() < whole
    assert strip.lend("waits").who.number.isVisible(), "in a pop-up it has room"
    strip.take_back(waits)
    assert not waits.who.number.isVisible()
    stage.change("talks", state=CallState.ON_HOOK, ended=3.0, cause=Cause.NORMAL)
    assert waits.who.number.isVisible() and waits.sizeHint().height() == whole


async def test_a_call_that_is_over_is_low_beside_one_that_goes_on(stage: Stage) -> None:
    strip = CallStrip(stage.phones)
    strip.show()
    stage.play(outgoing("goes on", UP, TALKING))
    stage.play(incoming("over"))
    over = strip.of("over")
    assert over is not None and over.who.number.isVisible()
    stage.change("over", state=CallState.ON_HOOK, ended=3.0, cause=Cause.CANCELLED)
    assert over.phrase.text() == "Missed: call back" and not over.who.number.isVisible()
    assert over.phrase.isVisible() and over.buttons.redial.isVisible()


async def test_beside_the_settings_several_cards_are_low_and_one_alone_is_whole(
    stage: Stage, preferences: Preferences
) -> None:
    window = MainWindow(stage.phones, preferences, list, in_tray=True)
    window.resize(*SIZE)
    window.show()
    stage.play(outgoing("first", UP, TALKING))
    window.show_page(Page.SETTINGS)
    first = window.strip.of("first")
    assert first is not None
    assert first.who.terminal.isVisible()
    stage.play(incoming("second"))
    second = window.strip.of("second")
    assert second is not None
    await until(lambda: window.pages.height() > window.strip.height())
    assert not any(card.who.terminal.isVisible() for card in (first, second))
    assert second.buttons.button(Feature.ANSWER).isVisible()
    window.show_page(Page.CALLS)
    assert first.who.terminal.isVisible()
    window.close()

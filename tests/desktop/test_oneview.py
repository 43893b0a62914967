"""Each call is shown once: in the window while that can be seen, else in a pop-up."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from offhook.call import CallState, Cause, Feature
from offhook.desktop.mainwindow import MainWindow
from offhook.desktop.popups import Popups
from offhook.desktop.preferences import Preferences
from tests.desktop.stage import TALKING, Stage, incoming, outgoing
from tests.desktop.world import click
from tests.waiting import until

UP = CallState.CONNECTED


@dataclass
class Views:
    stage: Stage
    window: MainWindow
    popups: Popups

    def places(self, call_id: str) -> list[str]:
        """Where the call's card is seen."""
        popup, card = self.popups.of(call_id), self.window.strip.of(call_id)
        found = ["pop-up"] if popup is not None and popup.isVisible() else []
        return [*found, "window"] if card is not None and card.window() is self.window else found

    def look(self) -> None:
        """What is done several times a second."""
        self.popups.arrange()

    async def only_in(self, place: str, call_id: str = "c") -> None:
        await until(lambda: self.places(call_id) == [place])

    async def show(self) -> None:
        self.window.show()
        await until(lambda: self.window.windowHandle() and self.window.windowHandle().isExposed())


@pytest.fixture
async def views(preferences: Preferences) -> AsyncIterator[Views]:
    stage = Stage()
    await until(lambda: stage.phones.terminals)
    window = MainWindow(stage.phones, preferences, list, in_tray=True)
    popups = Popups(stage.phones, strip=window.strip)
    yield Views(stage, window, popups)
    popups.close()
    window.hide()
    window.deleteLater()
    stage.phones.close()


async def test_while_the_window_can_be_seen_there_is_no_pop_up(views: Views) -> None:
    await views.show()
    views.stage.play(incoming("c"))
    assert views.places("c") == ["window"]
    assert views.popups.shown() == []


async def test_while_the_window_is_hidden_there_is_a_pop_up(views: Views) -> None:
    views.stage.play(incoming("c"))
    assert views.places("c") == ["pop-up"]


async def test_minimising_the_window_moves_the_call_into_a_pop_up_and_back(views: Views) -> None:
    await views.show()
    views.stage.play(incoming("c"))
    views.window.showMinimized()
    await views.only_in("pop-up")
    views.window.showNormal()
    views.window.activateWindow()  # as window managers do
    await views.only_in("window")


async def test_an_open_transfer_is_kept_with_what_was_typed(views: Views) -> None:
    await views.show()
    views.stage.play(outgoing("c", UP, TALKING))
    card = views.window.strip.of("c")
    assert card is not None
    click(card.buttons.button(Feature.TRANSFER))
    QTest.keyClicks(card.target.input, "lee")
    await until(lambda: len(card.target.suggestions()) == 2)
    views.window.hide()
    await views.only_in("pop-up")
    assert card.panel is Feature.TRANSFER
    assert card.target.isVisible()
    assert card.target.input.text() == "lee"
    views.window.show()
    await views.only_in("window")
    assert card.target.isVisible()
    assert card.target.input.text() == "lee"
    assert len(card.target.suggestions()) == 2


async def test_an_open_keypad_is_kept(views: Views) -> None:
    views.stage.play(outgoing("c", UP, TALKING))
    card = views.window.strip.of("c")
    assert card is not None
    card.press(Feature.DTMF)
    QTest.keyClicks(card.keypad, "12")
    await views.show()
    await views.only_in("window")
    assert card.keypad.isVisible()
    assert card.keypad.shown.text() == "\N{BULLET}2"


async def test_keys_of_buttons_are_for_pop_ups_only(views: Views) -> None:
    views.stage.play(incoming("c"))
    card = views.window.strip.of("c")
    assert card is not None
    answer = card.buttons.button(Feature.ANSWER)
    assert answer.text() == "&Answer"
    await views.show()
    await views.only_in("window")
    assert answer.text() == "Answer"


async def test_a_pop_up_that_was_closed_does_not_come_again_until_the_window_was_seen(views: Views) -> None:
    views.stage.play(incoming("c"))
    popup = views.popups.of("c")
    assert popup is not None
    click(popup.hider)
    views.look()
    assert views.popups.shown() == []
    await views.show()
    views.look()
    assert views.places("c") == ["window"]
    views.window.hide()
    await views.only_in("pop-up")


async def test_the_order_in_the_window_is_that_of_the_calls_wherever_they_were_before(views: Views) -> None:
    for call_id in ("a", "b", "c"):
        views.stage.play(incoming(call_id))
    await views.show()
    for call_id in ("a", "b", "c"):
        await views.only_in("window", call_id)
    cards = [views.window.strip.of(call_id) for call_id in ("c", "b", "a")]
    heights = [card.y() for card in cards if card is not None]
    assert heights == sorted(heights) and len(set(heights)) == 3


async def test_an_end_in_the_pop_up_is_read_in_the_window_when_that_appears(views: Views) -> None:
    views.stage.play(incoming("c"))
    views.stage.change("c", state=CallState.ON_HOOK, ended=2.0, cause=Cause.CANCELLED)
    assert views.places("c") == ["pop-up"]
    await views.show()
    await views.only_in("window")
    card = views.window.strip.of("c")
    assert card is not None and card.phrase.text() == "Missed: call back"


async def test_a_call_that_was_over_in_the_window_gets_no_pop_up(views: Views) -> None:
    await views.show()
    views.stage.play(incoming("c"))
    views.stage.change("c", state=CallState.ON_HOOK, ended=2.0, cause=Cause.CANCELLED)
    views.window.hide()
    views.look()
    assert views.popups.shown() == []


async def test_escape_in_a_pop_up_closes_its_panel_and_then_nothing(views: Views) -> None:
    views.stage.play(outgoing("c", UP, TALKING))
    popup = views.popups.of("c")
    assert popup is not None
    popup.card.press(Feature.DTMF)
    QTest.keyClick(popup.card.keypad, Qt.Key.Key_Escape)
    assert popup.card.panel is None
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    assert views.places("c") == ["pop-up"]

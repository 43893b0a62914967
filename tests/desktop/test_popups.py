"""The stack of pop-ups: one for each call, without gaps and on top of nothing."""

from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtWidgets import QApplication

from offhook.call import CallState, Cause, Feature
from offhook.desktop import theme
from offhook.desktop.card.callcard import FAILED_LINGER_MS, LINGER_MS
from offhook.desktop.mainwindow import MainWindow
from offhook.desktop.popup import CallPopup
from offhook.desktop.popups import GAP, MAX_SHOWN, Popups
from offhook.desktop.preferences import Preferences
from offhook.desktop.theme import Appearance
from tests.desktop.stage import TALKING, Stage, incoming, outgoing
from tests.desktop.world import click
from tests.waiting import until

UP = CallState.CONNECTED


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage()
    await until(lambda: stage.phones.terminals)
    yield stage
    stage.phones.close()


@pytest.fixture
def popups(stage: Stage) -> Popups:
    return Popups(stage.phones)


def close_together(popups: Popups) -> bool:
    shown = [one for one in popups.shown() if one.isVisible()]
    return all(low.y() == high.y() + high.height() + GAP for low, high in pairwise(shown))


@pytest.mark.parametrize("appearance", [Appearance.LIGHT, Appearance.DARK])
async def test_a_name_is_as_large_in_the_corner_as_in_the_window(
    stage: Stage, preferences: Preferences, qapp: QApplication, appearance: Appearance
) -> None:
    """The card comes from the window, which is hidden."""
    theme.apply(qapp, appearance)
    try:
        window = MainWindow(stage.phones, preferences, list, in_tray=True)
        popups = Popups(stage.phones)
        stage.play(outgoing("a"))
        (popup,) = popups.shown()
        who = popup.card.who
        assert who.name.font().pointSizeF() > who.number.font().pointSizeF()
        window.hide()
    finally:
        theme.apply(qapp, Appearance.SYSTEM)


async def test_several_calls_stand_above_each_other(stage: Stage, popups: Popups) -> None:
    for call in (incoming("a"), incoming("b"), outgoing("c")):
        stage.play(call)
    assert len(popups.shown()) == 3
    assert close_together(popups)
    assert len({one.x() for one in popups.shown()}) == 1


async def test_the_gap_of_a_call_that_is_over_is_closed(stage: Stage, popups: Popups) -> None:
    for call in (incoming("a"), incoming("b"), incoming("c")):
        stage.play(call)
    stage.change("b", state=CallState.ON_HOOK, ended=2.0, cause=Cause.CANCELLED)
    gone = popups.of("b")
    assert isinstance(gone, CallPopup)
    gone.close()
    assert [one.call.id for one in popups.shown()] == ["a", "c"]
    assert close_together(popups)


async def test_one_that_was_closed_during_the_call_leaves_no_gap(stage: Stage, popups: Popups) -> None:
    for call in (incoming("a"), incoming("b")):
        stage.play(call)
    first, second = popups.shown()
    place = first.y() + first.height()
    click(first.hider)
    assert second.y() + second.height() == place
    assert [one.id for one in stage.phones.calls()] == ["a", "b"], "the call goes on"


async def test_one_that_was_dragged_elsewhere_stays_there(stage: Stage, popups: Popups) -> None:
    for call in (incoming("a"), incoming("b")):
        stage.play(call)
    first, second = popups.shown()
    place = first.y() + first.height()
    first.move(40, 40)
    stage.play(incoming("c"))
    assert (first.x(), first.y()) == (40, 40)
    assert second.y() + second.height() == place


async def test_the_others_move_when_a_panel_opens(stage: Stage, popups: Popups) -> None:
    stage.play(outgoing("a", UP, TALKING))
    stage.play(incoming("b"))
    first = popups.of("a")
    assert first is not None
    before = first.height()
    first.card.press(Feature.DTMF)
    assert first.height() > before
    assert close_together(popups)
    first.card.press(Feature.DTMF)
    assert first.height() == before
    assert close_together(popups)


async def test_more_calls_than_fit_open_no_more_pop_ups(stage: Stage, popups: Popups) -> None:
    for number in range(MAX_SHOWN + 2):
        stage.play(incoming(f"c{number}"))
    assert len(popups.shown()) == MAX_SHOWN
    assert len({(one.x(), one.y()) for one in popups.shown()}) == MAX_SHOWN


@pytest.mark.parametrize(
    ("cause", "stays"), [(Cause.CANCELLED, FAILED_LINGER_MS), (Cause.ELSEWHERE, LINGER_MS)]
)
async def test_a_missed_call_stays_longer_than_one_that_somebody_took(
    stage: Stage, popups: Popups, cause: Cause, stays: int
) -> None:
    call = stage.play(incoming("a"))
    stage.play(replace(call, state=CallState.ON_HOOK, ended=2.0, cause=cause))
    (popup,) = popups.shown()
    assert popup.card.linger.interval() == stays


async def test_a_consultation_is_told_of_in_the_card_of_the_other_call(stage: Stage, popups: Popups) -> None:
    stage.play(replace(outgoing("a", UP), held=True, related="b"))
    stage.play(replace(outgoing("b"), related="a", consultation=True))
    (_, second) = popups.shown()
    assert second.card.detail.text() == "Lee Su-jin waits on hold"
    stage.change("a", state=CallState.ON_HOOK, ended=3.0, cause=Cause.NORMAL)
    assert second.card.detail.text() == ""

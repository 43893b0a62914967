"""Missed calls are counted in window and tray until somebody looks; the history tells calls apart."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from offhook.call import Answer, Call, CallState, Cause, ClearMissed, Feature, Party, Privacy, Reason, Reject
from offhook.desktop.history import History
from offhook.desktop.historymodel import COLUMNS, Kind
from offhook.desktop.mainwindow import MainWindow
from offhook.desktop.preferences import Preferences
from offhook.desktop.rail import Page
from offhook.desktop.tray import Tray
from tests.desktop.scenes import over
from tests.desktop.stage import OWN, RINGING, Stage, incoming, outgoing
from tests.desktop.world import click
from tests.waiting import until

LEE, SU_JIN = Party("", "4001"), Party("", "4002")
UP = CallState.CONNECTED


def up(call: Call) -> Call:
    return replace(call, state=UP, connected=2.0)


PAST = [
    over(incoming("missed"), Cause.CANCELLED),
    over(incoming("elsewhere"), Cause.ELSEWHERE, redirected_to=SU_JIN),
    over(incoming("forwarded"), Cause.FORWARDED, redirected_to=SU_JIN),
    over(incoming("declined"), Cause.REJECTED),
    over(up(incoming("taken")), Cause.NORMAL, redirecting=SU_JIN, reason=Reason.FORWARDED_BUSY),
    over(up(outgoing("transferred")), Cause.TRANSFERRED, redirected_to=LEE),
    over(outgoing("busy"), Cause.BUSY),
    over(incoming("withheld", caller=Party("", "", Privacy.WITHHELD)), Cause.NO_ANSWER),
]


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage(replace(OWN, missed=2))
    stage.manager.past = PAST
    await until(lambda: stage.phones.terminals)
    yield stage
    stage.phones.close()


async def a_history(stage: Stage) -> History:
    history = History(stage.phones)
    await until(lambda: history.shown.rowCount() == len(PAST))
    return history


def shown(history: History, *columns: str) -> list[tuple[str, ...]]:
    def cell(row: int, column: str) -> str:
        return str(history.shown.index(row, COLUMNS.index(column)).data())

    return [tuple(cell(row, column) for column in columns) for row in range(history.shown.rowCount())]


async def test_what_became_of_a_call_is_told_in_words(stage: Stage) -> None:
    assert shown(await a_history(stage), "direction", "cause") == [
        ("Missed", "Hung up before the answer"),
        ("Answered elsewhere", "Answered by Lee Su-jin"),
        ("Forwarded", "Sent on to Lee Su-jin"),
        ("Incoming", "Declined"),
        ("Incoming", "Call ended; Forwarded by Lee Su-jin, who is busy"),
        ("Outgoing", "Transferred to Lee Min-ho"),
        ("Outgoing", "Busy"),
        ("Missed", "No answer"),
    ]


async def test_a_number_that_is_not_shown_is_told_so(stage: Stage) -> None:
    assert shown(await a_history(stage), "name", "number")[-1] == ("", "Number withheld")


@pytest.mark.parametrize(
    ("kind", "count"), [(Kind.ALL, 8), (Kind.MISSED, 2), (Kind.INCOMING, 6), (Kind.OUTGOING, 2)]
)
async def test_one_kind_of_calls_is_shown_alone(stage: Stage, kind: Kind, count: int) -> None:
    history = await a_history(stage)
    history.show_kind(kind)
    assert history.shown.rowCount() == count


async def test_the_word_missed_finds_missed_calls(stage: Stage) -> None:
    history = await a_history(stage)
    history.search("missed")
    assert {row[0] for row in shown(history, "direction")} == {"Missed"}


async def test_missed_calls_stand_at_the_rail_until_they_are_seen(
    stage: Stage, preferences: Preferences, qapp: QApplication
) -> None:
    window = MainWindow(stage.phones, preferences, list, in_tray=False)
    window.show()
    window.activateWindow()
    qapp.sendPostedEvents()
    button = window.rail.buttons[Page.CALLS]
    assert (button.badge, button.accessibleName()) == (2, "Calls, 2 missed calls")
    assert stage.manager.asked == [], "nobody has looked"
    click(button)
    assert window.page is Page.CALLS
    await until(lambda: stage.manager.asked)
    assert stage.manager.asked == [ClearMissed("4000")]
    stage.tell(OWN)
    assert (button.badge, button.accessibleName()) == (0, "Calls")
    window.hide()


async def test_a_call_missed_while_the_history_stands_open_counts_until_somebody_points_at_it(
    stage: Stage, qapp: QApplication
) -> None:
    stage.tell(OWN)
    history = await a_history(stage)
    history.show()
    history.activateWindow()
    qapp.sendPostedEvents()
    stage.tell(replace(OWN, missed=1))
    await asyncio.sleep(0)
    assert stage.manager.asked == []
    qapp.sendEvent(history, QEvent(QEvent.Type.Enter))
    await until(lambda: stage.manager.asked)
    assert stage.manager.asked == [ClearMissed("4000")]
    history.hide()


async def test_a_history_that_nobody_sees_leaves_missed_calls_counted(stage: Stage) -> None:
    history = await a_history(stage)
    stage.tell(replace(OWN, missed=3))
    assert not history.isVisible()
    assert stage.manager.asked == []


async def test_the_tray_counts_missed_calls(stage: Stage) -> None:
    tray = Tray(stage.phones)
    assert tray.icon.toolTip() == "Offhook: ready to call, 2 missed calls"
    tray.build_menu()
    (missed,) = [one for one in tray.menu.actions() if "issed" in one.text()]
    assert missed.text() == "&Missed calls (2)"
    wanted: list[bool] = []
    tray.missed_wanted.connect(lambda: wanted.append(True))
    missed.trigger()
    assert wanted == [True]
    before = tray.icon.icon().pixmap(32, 32).toImage()
    stage.tell(OWN)
    assert tray.icon.toolTip() == "Offhook: ready to call"
    assert tray.icon.icon().pixmap(32, 32).toImage() != before
    tray.icon.hide()


@pytest.mark.parametrize(
    ("text", "command"),
    [("Answer Lee Min-ho", Answer("in", "4000")), ("Decline Lee Min-ho", Reject("in", "4000"))],
)
async def test_a_call_that_rings_is_answered_or_declined_at_the_tray(
    stage: Stage, text: str, command: object
) -> None:
    tray = Tray(stage.phones)
    stage.play(incoming(features=RINGING | {Feature.DROP}))
    tray.build_menu()
    (action,) = [one for one in tray.menu.actions() if one.text() == text]
    action.trigger()
    await until(lambda: stage.manager.asked)
    assert stage.manager.asked == [command]
    tray.icon.hide()

"""The call history, read from the Call Manager's log."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt, QTime
from PySide6.QtGui import QGuiApplication

from offhook.call import Call, CallState, Cause, Dial, Party
from offhook.desktop import calllist
from offhook.desktop.callexport import export_csv
from offhook.desktop.history import History
from offhook.desktop.historymodel import COLUMNS, HistoryModel, Kind
from offhook.desktop.rows import LOOK, Look
from tests.desktop.scenes import over
from tests.desktop.stage import Stage, incoming, outgoing
from tests.desktop.world import ANSWERS, BUSY, World, click
from tests.waiting import until


async def a_busy_call(world: World) -> None:
    await world.phone("4000")
    await world.phone("4001", BUSY)
    await world.phones.dial("4001")
    await until(lambda: world.seen and world.seen[-1].state is CallState.ON_HOOK)


def row(history: History, number: int) -> list[str]:
    model = history.shown
    return [str(model.index(number, column).data() or "") for column in range(len(COLUMNS))]


def rows_of(file: Path) -> list[list[str]]:
    return list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))


async def test_a_past_call_is_listed_with_name_and_cause(world: World) -> None:
    await a_busy_call(world)
    history = History(world.phones)
    await until(lambda: history.shown.rowCount() == 1)
    direction, name, number, _, duration, result = row(history, 0)
    assert (direction, name, number, duration, result) == ("Outgoing", "Lee Min-ho", "4001", "", "Busy")


async def test_a_call_of_this_moment_comes_on_top_and_changes(world: World) -> None:
    await a_busy_call(world)
    history = History(world.phones)
    await until(lambda: history.shown.rowCount() == 1)
    await world.phones.dial("4002")
    await until(lambda: history.shown.rowCount() == 2 and row(history, 0)[5] == "Cannot be reached")
    assert row(history, 0)[1] == "Lee Su-jin"


async def test_the_filter_searches_every_column(world: World) -> None:
    await a_busy_call(world)
    history = History(world.phones)
    await until(lambda: history.shown.rowCount() == 1)
    history.search("nobody")
    assert history.shown.rowCount() == 0
    history.search("busy")
    assert history.shown.rowCount() == 1


async def test_return_calls_again(world: World) -> None:
    await world.phone("4000")
    callee = await world.phone("4001", ANSWERS)
    call = await world.phones.dial("4001")
    await until(lambda: world.seen and world.seen[-1].state is CallState.CONNECTED)
    await world.phones.drop(call)
    await until(lambda: world.seen[-1].state is CallState.ON_HOOK)
    history = History(world.phones)
    await until(lambda: history.rows.rowCount() == 2)
    history.list.activated.emit(history.rows.index(1))
    await until(lambda: callee.invites == 2)


async def test_the_export_writes_what_the_filter_lets_through(world: World, tmp_path: Path) -> None:
    await a_busy_call(world)
    history = History(world.phones)
    await until(lambda: history.shown.rowCount() == 1)
    file = tmp_path / "calls.csv"
    history.save(str(file))
    heading, line = rows_of(file)
    assert dict(zip(heading, line, strict=True))["cause"] == "busy"
    assert "1 call(s) written" in history.message.text()


async def test_an_export_that_cannot_be_written_is_told(world: World, tmp_path: Path) -> None:
    history = History(world.phones)
    history.save(str(tmp_path / "no" / "such" / "folder.csv"))
    assert "cannot be written" in history.message.text()


def test_a_name_that_a_table_program_would_run_is_made_harmless() -> None:
    call = Call(
        "c1",
        "4000",
        CallState.ON_HOOK,
        Party("Kim", "4000"),
        Party('=cmd|"/c calc"!A1', "+82 2 568 3848"),
        started=0.0,
        ended=1.0,
        cause=Cause.NORMAL,
    )
    _, line = csv.reader(export_csv([call]).splitlines())
    assert line[1].startswith("'=")
    assert line[2] == "+82 2 568 3848"


@pytest.mark.parametrize(
    "name",
    [
        *("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", "\n=1+1", "  =1+1", '"=1+1"', "'=1+1"),
        *("\uff1d1+1", "\uff0b1+1", "\uff0d1+1", "\uff20SUM(1)", " \uff1d1+1", "\u3000\uff1d1", "\ufeff=1"),
    ],
)
def test_formulas_are_made_harmless_however_they_are_written(name: str) -> None:
    call = Call("c1", "4000", CallState.ON_HOOK, Party("Kim", "4000"), Party(name, "4001"), 0.0, ended=1.0)
    _, line = csv.reader(io.StringIO(export_csv([call]), newline=""))
    assert line[1] == f"'{name}"


@pytest.mark.parametrize("name", ["Kim", "김철수", "a=b", "Müller - Söhne", "+82 2 568 3848", ""])
def test_other_names_are_exported_as_they_are(name: str) -> None:
    call = Call("c1", "4000", CallState.ON_HOOK, Party("Kim", "4000"), Party(name, "4001"), 0.0, ended=1.0)
    _, line = csv.reader(io.StringIO(export_csv([call]), newline=""))
    assert line[1] == name


async def test_columns_have_headings(world: World) -> None:
    history = History(world.phones)
    headings = [history.shown.headerData(column, Qt.Orientation.Horizontal) for column in range(len(COLUMNS))]
    assert headings == ["Direction", "Name", "Number", "When", "How long", "Result"]


# The list, with calls of three days.

TODAY = datetime(2026, 3, 5, 12)
NOON = TODAY.timestamp()
DAY_S = 86400.0
LEE, SU_JIN = Party("", "4001"), Party("", "4002")


def missed(call_id: str, at: float, caller: Party = LEE) -> Call:
    call = replace(incoming(call_id, caller=caller), started=at)
    return over(call, Cause.CANCELLED, ended=at + 9)


def dialled(call_id: str, at: float, callee: Party = SU_JIN) -> Call:
    call = replace(outgoing(call_id, CallState.CONNECTED, callee=callee), started=at, connected=at + 5)
    return over(call, Cause.NORMAL, ended=at + 70)


PAST = [
    dialled("a", NOON),
    missed("b", NOON - 60),
    missed("c", NOON - 120),
    missed("d", NOON - 180),
    missed("e", NOON - 240, SU_JIN),
    dialled("f", NOON - DAY_S),
    missed("g", NOON - 40 * DAY_S),
]


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage()
    stage.manager.past = PAST
    await until(lambda: stage.phones.terminals)
    yield stage
    stage.phones.close()


def at(hour: int, minute: int) -> str:
    return QLocale().toString(QTime(hour, minute), QLocale.FormatType.ShortFormat)


@pytest.fixture
async def history(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[History]:
    monkeypatch.setattr(calllist, "today", TODAY.date)
    history = History(stage.phones)
    history.resize(600, 600)
    history.show()
    await until(lambda: history.rows.rowCount() > 1)
    yield history
    history.hide()


def looks(history: History) -> list[Look]:
    return [history.rows.index(row).data(LOOK) for row in range(history.rows.rowCount())]


async def test_calls_stand_under_their_days_and_those_that_repeat_are_one_row(history: History) -> None:
    shown = [(one.title, one.heading) for one in looks(history)]
    long_ago = shown.pop(6)
    assert shown == [
        ("Today", True),
        ("Lee Su-jin", False),
        ("Lee Min-ho", False),
        ("Lee Su-jin", False),
        ("Yesterday", True),
        ("Lee Su-jin", False),
        ("Lee Min-ho", False),
    ]
    assert long_ago[1] and str((TODAY - timedelta(days=40)).year) in long_ago[0]


async def test_a_row_tells_the_way_the_number_when_and_how_long(history: History) -> None:
    one, several = looks(history)[1:3]
    assert (one.detail, one.aside) == ("Outgoing · 4002", f"{at(12, 0)} · 1:05")
    assert several.detail == f"Missed (3) · 4001 · also {at(11, 58)}, {at(11, 57)}"
    assert looks(history)[3].detail == "Missed · 4002 · Hung up before the answer"
    assert (one.attention, several.attention) == (False, True)
    read = history.rows.index(2).data(Qt.ItemDataRole.AccessibleTextRole)
    assert read.startswith("Lee Min-ho   Missed (3) · 4001")


async def test_headings_cannot_be_chosen(history: History) -> None:
    chosen = Qt.ItemFlag.ItemIsSelectable
    assert not history.rows.index(0).flags() & chosen and history.rows.index(1).flags() & chosen


async def test_one_kind_is_grouped_for_itself(history: History) -> None:
    click(history.kinds.buttons[Kind.MISSED])
    assert [one.title for one in looks(history) if not one.heading] == [
        "Lee Min-ho",
        "Lee Su-jin",
        "Lee Min-ho",
    ]


async def test_what_is_current_stays_so_as_calls_come(stage: Stage, history: History) -> None:
    history.list.setCurrentIndex(history.rows.index(2))
    stage.play(replace(incoming("new"), started=NOON + 60))
    await until(lambda: history.rows.row_of("new") > 0)
    assert history.rows.calls(history.list.currentIndex().row())[0].id == "b"


async def test_the_menu_of_a_row_calls_copies_and_shows_all_calls_with_the_person(
    stage: Stage, history: History
) -> None:
    menu = history.list.menu_of(PAST[1])
    texts = [one.text() for one in menu.actions()]
    assert texts == ["Call 4001", "Copy 4001", "All calls with Lee Min-ho", "Favourite"]
    for action in menu.actions():
        action.trigger()
    await until(lambda: stage.manager.asked)
    assert stage.manager.asked == [Dial("4000", "4001")]
    assert QGuiApplication.clipboard().text() == "4001"
    assert {one.title for one in looks(history) if not one.heading} == {"Lee Min-ho"}
    assert [one.name for one in stage.phones.kept.favourites()] == ["Lee Min-ho"]


async def test_an_empty_list_says_why_and_what_to_do(stage: Stage, history: History) -> None:
    history.search("zzz")
    assert history.empty.isVisible() and not history.list.isVisible()
    assert history.empty.text() == "No call fits zzz. Type less of it, or choose All."
    assert not history.export.isEnabled()
    stage.manager.past = []
    history.search("")
    history.model.reload()
    await until(lambda: history.rows.rowCount() == 0)
    assert history.empty.text().startswith("No calls yet.")
    click(history.kinds.buttons[Kind.MISSED])
    assert history.empty.text() == "You have missed no call."


async def test_what_is_read_as_the_list_is_read_anew_is_not_mixed_into_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer of before the connection was lost would stand where the newest calls belong."""
    asked: list[asyncio.Future[list[Call]]] = []

    async def answered(_terminal: str | None = None, **_: object) -> list[Call]:
        asked.append(asyncio.get_running_loop().create_future())
        return await asked[-1]

    monkeypatch.setattr(stage.manager, "history", answered)
    model = HistoryModel(stage.phones)
    await until(lambda: len(asked) == 1)
    model.reload()
    await until(lambda: len(asked) == 2)
    older, newer = over(incoming("a"), Cause.CANCELLED), over(outgoing("b"), Cause.BUSY)
    asked[0].set_result([older])
    asked[1].set_result([newer, older])
    await until(lambda: model.rowCount() == 2)
    assert model.calls() == [newer, older]

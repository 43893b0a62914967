"""The call history, read from the Call Manager's log."""

import csv
import io
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from offhook.call import Call, CallState, Cause, Party
from offhook.desktop.callexport import export_csv
from offhook.desktop.history import History
from offhook.desktop.historymodel import COLUMNS
from tests.desktop.world import ANSWERS, BUSY, World
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
    history.filter.setText("nobody")
    assert history.shown.rowCount() == 0
    history.filter.setText("busy")
    assert history.shown.rowCount() == 1


async def test_return_calls_again(world: World) -> None:
    await world.phone("4000")
    callee = await world.phone("4001", ANSWERS)
    call = await world.phones.dial("4001")
    await until(lambda: world.seen and world.seen[-1].state is CallState.CONNECTED)
    await world.phones.drop(call)
    await until(lambda: world.seen[-1].state is CallState.ON_HOOK)
    history = History(world.phones)
    await until(lambda: history.shown.rowCount() == 1)
    history.table.activated.emit(history.shown.index(0, 0))
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

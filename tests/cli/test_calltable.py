"""Calls as a table."""

from dataclasses import replace
from io import StringIO

import pytest

from offhook.call import Call, CallState, Cause, Direction, Party, Reason
from offhook.cli import colour
from offhook.cli.calltable import calls_table

KIM, LEE = Party("Kim", "4000"), Party("Lee", "4001")
CALL = Call("8f31c2d0aa00", "4000", CallState.CONNECTED, KIM, LEE, started=100.0, connected=104.0)
END = replace(CALL, id="77aa01beef00", terminal="4001", direction=Direction.INBOUND, started=102.0)
NOW = 130.0


def rows(*calls: Call) -> list[list[str]]:
    """The cells that have no times."""
    lines = calls_table(calls, NOW, stream=StringIO())[1:]
    cells = [[cell for cell in line.split("  ") if cell] for line in lines]
    return [[cell.strip() for cell in line if not cell.startswith("19")] for line in cells]


def test_a_call_between_two_phones_of_the_site_is_one_row() -> None:
    assert rows(CALL, END) == rows(END, CALL) == rows(CALL)


def test_each_of_several_calls_has_its_own_other_end() -> None:
    again = [replace(one, id=f"b{one.id}", started=one.started + 20) for one in (CALL, END)]
    early = [replace(one, state=CallState.ON_HOOK, cause=Cause.NORMAL, ended=110.0) for one in (CALL, END)]
    assert [row[-1] for row in rows(*again, *early)] == ["connected", "call ended"]


@pytest.mark.parametrize(
    "other",
    [
        replace(END, reason=Reason.PICKED_UP),
        replace(END, caller=Party("", "4009")),
        replace(END, started=90.0),
        replace(END, state=CallState.ON_HOOK, ended=110.0, cause=Cause.NORMAL),
        replace(END, redirected_to=Party("", "4002")),
    ],
)
def test_what_is_more_than_the_other_end_keeps_its_row(other: Call) -> None:
    assert len(rows(CALL, other)) == 2


def test_two_short_calls_one_after_the_other_are_two_rows() -> None:
    over = [replace(one, state=CallState.ON_HOOK, cause=Cause.NORMAL) for one in (CALL, END)]
    first = [replace(one, started=at, ended=100.5) for one, at in zip(over, (100.0, 100.1), strict=True)]
    second = [
        replace(one, id=f"b{one.id}", started=at, ended=101.5)
        for one, at in zip(over, (100.6, 100.8), strict=True)
    ]
    assert [row[1] for row in rows(*second, *first)] == ["4000", "4000"]


def test_ids_are_as_short_as_they_can_be_told_apart() -> None:
    assert [row[0] for row in rows(CALL)] == ["8f31c2"]
    like = replace(CALL, id="8f31c2e0aa00", started=1.0)
    assert [row[0] for row in rows(CALL, like)] == ["8f31c2d", "8f31c2e"]


def test_an_end_is_told_in_words() -> None:
    over = replace(CALL, state=CallState.ON_HOOK, ended=120.0, connected=None, cause=Cause.TERMINAL_REJECTED)
    assert rows(over)[0][-1] == "phone 4000 was not picked up"
    assert rows(replace(over, cause=Cause.NORMAL))[0][-1] == "hung up before the answer"


def test_colours_tell_who_talks_what_was_missed_and_what_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(colour, "_chosen", "always")
    over = replace(CALL, id="failed", state=CallState.ON_HOOK, ended=120.0, cause=Cause.UNREACHABLE)
    missed = replace(END, id="missed", state=CallState.ON_HOOK, connected=None, cause=Cause.CANCELLED)
    missed = replace(missed, caller=Party("", "0301234"))
    lines = calls_table([CALL, over, missed], NOW, stream=StringIO())
    assert [line[:5] for line in lines[1:]] == ["\x1b[32m", "\x1b[31m", "\x1b[33m"]

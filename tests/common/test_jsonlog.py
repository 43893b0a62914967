"""The log as JSON."""

import json
import logging
import sys
from typing import Any

import pytest

from offhook.common.jsonlog import JsonFormatter, event


def written(message: object, *arguments: object, **more: Any) -> dict[str, Any]:
    """The line of such a record, read again."""
    record = logging.makeLogRecord(
        {"name": "offhook.x", "levelname": "WARNING", "msg": message, "args": arguments, **more}
    )
    record.created = 1_700_000_000.25
    line = JsonFormatter().format(record)
    assert "\n" not in line and line.isascii()
    found = json.loads(line)
    assert isinstance(found, dict)
    return found


def test_a_line_has_when_how_grave_by_whom_and_what() -> None:
    assert written("%d calls", 3) == {
        "time": "2023-11-14T22:13:20.250Z",
        "level": "warning",
        "logger": "offhook.x",
        "message": "3 calls",
    }


@pytest.mark.parametrize(
    ("message", "arguments", "members"),
    [
        ("call %s is over", ("c1",), {"call": "c1"}),
        ("call %s: terminal %s does not answer", ("c1", "4000"), {"call": "c1", "terminal": "4000"}),
        ("%d%% of terminal %s", (7, "4000"), {"terminal": "4000"}),
        ("user %s may not dial %s from terminal %s", ("kim", "0900", "4000"), {"terminal": "4000"}),
        ("trunk %s is up; trunk %s is not", ("a", "b"), {"trunk": "a"}),
        ("call %r of terminal %s", ("c1", "4000"), {"call": "c1", "terminal": "4000"}),
        ("recall %s", ("c1",), {}),
        ("nothing", (), {}),
    ],
)
def test_the_call_and_the_terminal_that_it_is_about_are_members(
    message: str, arguments: tuple[object, ...], members: dict[str, str]
) -> None:
    found = written(message, *arguments)
    assert {name: found[name] for name in found if name in ("call", "terminal", "trunk")} == members


def test_an_event_has_members_of_its_own_and_none_that_are_not_known() -> None:
    found = written("call %s ends", "c1", **event(event="call", cause="busy", talked_s=None))
    assert (found["call"], found["event"], found["cause"]) == ("c1", "call", "busy")
    assert "talked_s" not in found


def test_what_a_stranger_sends_breaks_no_line() -> None:
    found = written("from %s", 'a\n{"level": "error"}\u2028\x1b[31m\ud800')
    assert found["message"] == 'from a\n{"level": "error"}\u2028\x1b[31m\ud800'


def test_a_mistake_has_its_traceback() -> None:
    try:
        raise KeyError("x")
    except KeyError:
        found = written("the switch failed", exc_info=sys.exc_info())
    assert "KeyError: 'x'" in found["error"]

"""Events of calls and terminals in the log."""

import json
import logging
from dataclasses import replace

import pytest

from offhook.assembly.events import EventLog
from offhook.call import Call, CallState, Terminal
from offhook.common.jsonlog import JsonFormatter
from offhook.manager.calls import NumberedCall
from tests.manager.helpers import OVER, STARTED, TALKING


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    return [json.loads(JsonFormatter().format(record)) for record in caplog.records]


def tell(log: EventLog, *calls: Call) -> None:
    for call in calls:
        log(NumberedCall(1, call))


def test_a_call_is_three_lines_with_its_id_and_its_terminal(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "offhook.assembly.events")
    ringing = replace(STARTED, state=CallState.RING_BACK)
    tell(EventLog(), STARTED, ringing, ringing, TALKING, replace(TALKING, held=True), OVER)
    found = lines(caplog)
    assert [one["message"] for one in found] == ["call c1 begins", "call c1 is answered", "call c1 ends"]
    assert {(one["event"], one["call"], one["terminal"]) for one in found} == {("call", "c1", "4000")}
    assert (found[-1]["cause"], found[-1]["talked_s"]) == ("normal", 60.0)


def test_nobodys_number_or_name_is_in_them(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "offhook.assembly.events")
    tell(EventLog(), STARTED, TALKING, OVER)
    assert not any(who in json.dumps(lines(caplog)) for who in ("4001", "Kim", "Lee"))


def test_a_terminal_is_told_of_when_it_comes_and_when_it_goes(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "offhook.assembly.events")
    log = EventLog()
    for in_service in (True, True, False):
        log(Terminal("4000", "Kim", in_service=in_service))
    found = lines(caplog)
    assert [(one["event"], one["terminal"], one["in_service"]) for one in found] == [
        ("terminal", "4000", True),
        ("terminal", "4000", False),
    ]

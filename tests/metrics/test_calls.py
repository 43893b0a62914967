"""What is counted of calls."""

from dataclasses import replace

from offhook.call import Call, CallState, Cause, Dial, Direction, Drop
from offhook.manager.calls import NumberedCall
from offhook.metrics.calls import CallMetrics
from offhook.metrics.families import text
from tests.manager.helpers import OVER, STARTED, TALKING


class Heard:
    """The metrics of what was heard, at times that the test sets."""

    def __init__(self) -> None:
        self.now = 100.0
        self.metrics = CallMetrics(lambda: self.now)

    def at(self, seconds: float, call: Call) -> None:
        self.now = 100.0 + seconds
        self.metrics.on_event(NumberedCall(1, call))

    def lines(self, name: str) -> list[str]:
        found = text(self.metrics.families()).splitlines()
        return [line.removeprefix(name) for line in found if line.startswith((f"{name}{{", f"{name} "))]


def test_a_call_is_counted_as_it_begins_and_as_it_ends_with_its_cause() -> None:
    heard = Heard()
    heard.at(0, STARTED)
    heard.at(1, replace(STARTED, state=CallState.RING_BACK))
    assert heard.lines("offhook_calls_begun_total") == ['{direction="outbound"} 1']
    assert heard.lines("offhook_calls_ended_total") == []
    heard.at(2, replace(OVER, connected=None, cause=Cause.BUSY))
    assert heard.lines("offhook_calls_begun_total") == ['{direction="outbound"} 1']
    assert heard.lines("offhook_calls_ended_total") == ['{direction="outbound",cause="busy"} 1']


def test_live_calls_are_counted_by_their_state() -> None:
    heard = Heard()
    heard.at(0, STARTED)
    heard.at(0, replace(TALKING, id="c2"))
    assert '{state="connected"} 1' in heard.lines("offhook_calls")
    assert '{state="off-hook"} 1' in heard.lines("offhook_calls")
    heard.at(1, OVER)
    heard.at(1, replace(OVER, id="c2"))
    assert {line[-2:] for line in heard.lines("offhook_calls")} == {" 0"}


def test_how_long_people_took_to_answer_and_then_talked() -> None:
    heard = Heard()
    heard.at(0, replace(STARTED, direction=Direction.INBOUND))
    heard.at(4, replace(TALKING, direction=Direction.INBOUND))
    heard.at(5, replace(TALKING, direction=Direction.INBOUND, held=True))
    heard.at(44, replace(OVER, direction=Direction.INBOUND))
    way = '{direction="inbound"}'
    assert heard.lines("offhook_call_answer_seconds_count") == [f"{way} 1"]
    assert heard.lines("offhook_call_answer_seconds_sum") == [f"{way} 4"]
    assert heard.lines("offhook_call_talk_seconds_sum") == [f"{way} 40"]


def test_a_call_that_was_up_before_this_was_started_tells_nothing_of_its_answer() -> None:
    heard = Heard()
    heard.at(0, TALKING)
    heard.at(30, OVER)
    assert heard.lines("offhook_call_answer_seconds_count") == []
    assert heard.lines("offhook_call_talk_seconds_sum") == ['{direction="outbound"} 30']


def test_a_dial_is_measured_by_itself_and_as_a_command() -> None:
    heard = Heard()
    heard.metrics.on_command(Dial("4000", "4001"), 0.0004)
    heard.metrics.on_command(Drop("c1"), 0.002)
    assert heard.lines("offhook_dial_to_invite_seconds_count") == [" 1"]
    assert heard.lines("offhook_command_seconds_count") == ['{command="dial"} 1', '{command="drop"} 1']


def test_no_number_and_no_name_is_in_it() -> None:
    heard = Heard()
    heard.at(0, STARTED)
    heard.at(1, TALKING)
    heard.metrics.on_command(Dial("4000", "4001"), 0.1)
    told = text(heard.metrics.families())
    assert not any(secret in told for secret in ("4000", "4001", "Kim", "Lee"))

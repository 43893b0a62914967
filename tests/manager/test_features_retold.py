"""What can be done with a call or at a terminal depends on the terminal's other calls, and is told anew."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from offhook.call import CAN_DIAL, CAN_DROP, NOTHING, Call, CallState, Dial, Drop, Feature, Features, Terminal
from offhook.manager.calls import NumberedCall
from offhook.manager.service import CallManager, ManagerEvent
from offhook.manager.stores.calllog import SqliteCallLog
from tests.atonce import at_once
from tests.manager.helpers import KIM, TERMINALS, FakeSwitch

SWAP = frozenset({Feature.SWAP})


@dataclass
class Bench:
    switch: FakeSwitch
    manager: CallManager
    heard: list[ManagerEvent] = field(default_factory=list)

    def of(self, call_id: str) -> list[Call]:
        return [
            event.call for event in self.heard if isinstance(event, NumberedCall) and event.call.id == call_id
        ]

    @property
    def terminals(self) -> list[Features | None]:
        return [event.features for event in self.heard if isinstance(event, Terminal)]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A switch where two calls of a terminal can be swapped, and one that has a call cannot dial."""
    log, switch = SqliteCallLog(tmp_path / "calls.sqlite"), FakeSwitch()

    def offers(terminal: str, call: Call | None) -> Features:
        own = [one for one in switch.calls.values() if one.terminal == terminal]
        if call is None:
            return NOTHING if own else CAN_DIAL
        return CAN_DROP | SWAP if len(own) > 1 else CAN_DROP

    bench = Bench(switch, CallManager(switch, TERMINALS, log))
    switch.serve("4000", True)
    switch.offers = offers
    bench.manager.subscribe(bench.heard.append)
    yield bench
    log.close()


def test_a_terminals_features_are_told_after_the_call_that_changes_them(bench: Bench) -> None:
    call = at_once(bench.manager.perform(KIM, Dial("4000", "4001")))
    assert [type(event) for event in bench.heard] == [NumberedCall, Terminal]
    bench.switch.go(call.id, CallState.CONNECTED)
    assert bench.terminals == [NOTHING]
    at_once(bench.manager.perform(KIM, Drop(call.id)))
    assert bench.terminals == [NOTHING, CAN_DIAL]


def test_a_calls_features_are_told_when_another_call_changes_them_and_are_a_newer_value(
    bench: Bench,
) -> None:
    first = at_once(bench.manager.perform(KIM, Dial("4000", "4001")))
    bench.switch.go(first.id, CallState.CONNECTED)
    second = bench.switch.ring_in("4000", "4002")
    told = bench.of(first.id)
    assert [one.features for one in told] == [CAN_DROP, CAN_DROP, CAN_DROP | SWAP]
    bench.switch.change(first.id, held=True)
    bench.switch.go(second.id, CallState.CONNECTED)
    at_once(bench.manager.perform(KIM, Drop(second.id)))
    told = bench.of(first.id)
    assert [one.revision for one in told] == list(range(len(told)))
    assert (told[-1].features, told[-1].held) == (CAN_DROP, True)


def test_the_numbers_of_a_terminals_events_have_no_gap(bench: Bench) -> None:
    at_once(bench.manager.perform(KIM, Dial("4000", "4001")))
    bench.switch.ring_in("4000", "4002")
    numbers = [event.seq for event in bench.heard if isinstance(event, NumberedCall)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert bench.manager.snapshot(KIM, "4000").seq == numbers[-1]


def test_a_late_value_of_the_switch_is_no_news_though_the_call_was_told_anew(bench: Bench) -> None:
    first = at_once(bench.manager.perform(KIM, Dial("4000", "4001")))
    connected = bench.switch.go(first.id, CallState.CONNECTED)
    bench.switch.ring_in("4000", "4002")
    heard = len(bench.heard)
    bench.switch.tell(connected)
    assert len(bench.heard) == heard

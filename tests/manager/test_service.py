from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from offhook.call import CAN_DIAL, NOTHING, Call, CallState, Cause, Complete, Dial, Drop, Party, Terminal
from offhook.errors import CallError, Refusal, UnavailableError
from offhook.manager.calls import NumberedCall
from offhook.manager.dialrules import DialRule, DialRules
from offhook.manager.service import CallManager, ManagerEvent
from offhook.manager.stores.calllog import SqliteCallLog
from tests.atonce import at_once
from tests.manager.helpers import ADMINISTRATOR, KIM, TERMINALS, FakeSwitch


@dataclass
class Bench:
    """A Call Manager and what its one listener heard."""

    switch: FakeSwitch
    manager: CallManager
    log: SqliteCallLog
    heard: list[ManagerEvent] = field(default_factory=list)

    @property
    def calls(self) -> list[Call]:
        return [event.call for event in self.heard if isinstance(event, NumberedCall)]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    log, switch = SqliteCallLog(tmp_path / "calls.sqlite", keep_days=None), FakeSwitch()
    bench = Bench(switch, CallManager(switch, TERMINALS, log), log)
    bench.manager.subscribe(bench.heard.append)
    yield bench
    log.close()


def refusal(manager: CallManager, terminal: str, address: str) -> Refusal:
    with pytest.raises(CallError) as caught:
        at_once(manager.perform(KIM, Dial(terminal, address)))
    return caught.value.refusal


def test_internal_parties_get_their_terminals_names(bench: Bench) -> None:
    call = at_once(bench.manager.perform(KIM, Dial("4000", "4001")))
    assert (call.caller, call.callee) == (Party("Kim", "4000"), Party("Lee Min-ho", "4001"))


def test_a_name_that_the_switch_knows_stays(bench: Bench) -> None:
    call = bench.switch.ring_in("4000", "4002")
    bench.switch.tell(replace(call, caller=Party("Reception", "4002")))
    assert bench.calls[-1].caller == Party("Reception", "4002")


def test_a_call_is_told_to_people_before_it_goes_into_the_log(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    bench.manager.subscribe(lambda event: order.append("told"))
    monkeypatch.setattr(bench.log, "record", lambda call: order.append("logged"))
    bench.switch.ring_in("4000", "4002")
    assert order[:2] == ["told", "logged"]


def test_a_call_of_which_another_call_manager_has_just_told_its_user_is_known_here(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Call] = []

    async def catch_up() -> None:
        made.append(bench.switch.ring_in("4000", "4002"))

    monkeypatch.setattr("tests.manager.helpers.new_call_id", lambda: "told")
    monkeypatch.setattr(bench.switch, "catch_up", catch_up)
    found = at_once(bench.manager.call(KIM, "told"))
    assert found is not None and found.state is made[0].state
    assert at_once(bench.manager.call(KIM, "told")) == found
    assert len(made) == 1  # a call that is known is not asked for
    at_once(bench.manager.perform(KIM, Drop("told")))
    monkeypatch.setattr("tests.manager.helpers.new_call_id", lambda: "next")
    at_once(bench.manager.perform(KIM, Drop("next")))
    assert bench.calls[-1].cause is Cause.DROPPED


def test_the_second_call_of_a_command_may_be_one_that_is_only_just_told(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.switch.do_anything()
    first = bench.switch.ring_in("4000", "4002")

    async def catch_up() -> None:
        bench.switch.ring_in("4000", "4001")

    monkeypatch.setattr("tests.manager.helpers.new_call_id", lambda: "told")
    monkeypatch.setattr(bench.switch, "catch_up", catch_up)
    at_once(bench.manager.perform(KIM, Complete(first.id, "", "told")))
    assert bench.switch.done[-1] == Complete(first.id, "", "told")


def test_every_change_is_told_in_order_and_numbered_by_terminal(bench: Bench) -> None:
    call = at_once(bench.manager.perform(KIM, Dial("4000", "4001")))
    bench.switch.ring_in("4002", "0301234")
    bench.switch.go(call.id, CallState.PROCEED)
    numbers = [(event.call.terminal, event.seq) for event in bench.heard if isinstance(event, NumberedCall)]
    assert numbers == [("4000", 1), ("4002", 1), ("4000", 2)]


def test_events_that_outrun_the_dial_come_after_its_beginning(bench: Bench) -> None:
    bench.switch.rings_while_dialling = True
    at_once(bench.manager.perform(KIM, Dial("4000", "4001")))
    assert [call.state for call in bench.calls] == [CallState.OFF_HOOK, CallState.PROCEED]


def test_another_users_terminal_is_refused(bench: Bench) -> None:
    assert refusal(bench.manager, "4001", "4000") is Refusal.NOT_ALLOWED
    assert bench.switch.dialled == []


def test_an_unknown_terminal_is_not_betrayed_to_those_who_may_not_use_it(bench: Bench) -> None:
    assert refusal(bench.manager, "9999", "4000") is Refusal.NOT_ALLOWED
    with pytest.raises(CallError) as caught:
        at_once(bench.manager.perform(ADMINISTRATOR, Dial("9999", "4000")))
    assert caught.value.refusal is Refusal.NO_SUCH_TERMINAL


@pytest.mark.parametrize("address", ["", " 4001", "4001>", '"', "40\r\n01", "x" * 65, "4\uff10\uff10\uff11"])
def test_what_cannot_be_dialled_is_refused(bench: Bench, address: str) -> None:
    assert refusal(bench.manager, "4000", address) is Refusal.INVALID_ADDRESS


@pytest.mark.parametrize("address", ["4001", "+82256838480", "*21#", "lee.min-ho", "lee@example.com"])
def test_digits_and_sip_users_are_dialled(bench: Bench, address: str) -> None:
    at_once(bench.manager.perform(KIM, Dial("4000", address)))
    assert bench.switch.dialled == [("4000", address)]


def test_a_terminal_that_is_dialling_is_busy(bench: Bench) -> None:
    at_once(bench.manager.perform(KIM, Dial("4000", "4001")))
    assert refusal(bench.manager, "4000", "4002") is Refusal.TERMINAL_BUSY


def test_a_terminal_in_a_conversation_may_dial_again(bench: Bench) -> None:
    call = at_once(bench.manager.perform(KIM, Dial("4000", "4001")))
    bench.switch.go(call.id, CallState.CONNECTED)
    at_once(bench.manager.perform(KIM, Dial("4000", "4002")))
    assert len(bench.switch.dialled) == 2


def test_a_terminal_that_is_being_called_may_dial(bench: Bench) -> None:
    bench.switch.ring_in("4000", "4002")
    at_once(bench.manager.perform(KIM, Dial("4000", "4001")))


def test_the_switchs_refusal_is_passed_on(bench: Bench) -> None:
    bench.switch.refusal = CallError(Refusal.TERMINAL_UNAVAILABLE, "not registered")
    assert refusal(bench.manager, "4000", "4001") is Refusal.TERMINAL_UNAVAILABLE


def test_a_switch_out_of_reach_is_unavailable(bench: Bench) -> None:
    bench.switch.refusal = UnavailableError("the PBX does not answer; try again")
    assert refusal(bench.manager, "4000", "4001") is Refusal.UNAVAILABLE


def test_a_switch_that_fails_is_a_failure_and_no_more(bench: Bench) -> None:
    bench.switch.refusal = KeyError("a bug")
    assert refusal(bench.manager, "4000", "4001") is Refusal.FAILURE
    bench.switch.refusal = None
    at_once(bench.manager.perform(KIM, Dial("4000", "4001")))


def test_a_call_is_dropped_by_its_terminals_user(bench: Bench) -> None:
    call = at_once(bench.manager.perform(KIM, Dial("4000", "4001")))
    at_once(bench.manager.perform(KIM, Drop(call.id)))
    assert (bench.calls[-1].state, bench.calls[-1].cause) == (CallState.ON_HOOK, Cause.DROPPED)


def test_another_terminals_call_looks_as_if_it_were_not_there(bench: Bench) -> None:
    call = at_once(bench.manager.perform(ADMINISTRATOR, Dial("4001", "4002")))
    with pytest.raises(CallError) as caught:
        at_once(bench.manager.perform(KIM, Drop(call.id)))
    assert caught.value.refusal is Refusal.NO_SUCH_CALL
    assert bench.switch.dropped == []


def test_the_snapshot_has_the_live_calls_and_the_last_number(bench: Bench) -> None:
    call = at_once(bench.manager.perform(KIM, Dial("4000", "4001")))
    bench.switch.go(call.id, CallState.PROCEED)
    found = bench.manager.snapshot(KIM, "4000")
    assert (found.seq, [one.state for one in found.calls]) == (2, [CallState.PROCEED])
    at_once(bench.manager.perform(KIM, Drop(call.id)))
    assert bench.manager.snapshot(KIM, "4000").calls == ()


def test_snapshots_are_of_ones_own_terminals(bench: Bench) -> None:
    at_once(bench.manager.perform(ADMINISTRATOR, Dial("4000", "4002")))
    at_once(bench.manager.perform(ADMINISTRATOR, Dial("4001", "4002")))
    assert [one.terminal for one in bench.manager.snapshots(KIM)] == ["4000"]
    assert [one.terminal for one in bench.manager.snapshots(ADMINISTRATOR)] == ["4000", "4001"]


def test_a_call_cannot_go_back_nor_come_back(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    call = at_once(bench.manager.perform(KIM, Dial("4000", "4001")))
    bench.switch.go(call.id, CallState.CONNECTED)
    bench.switch.tell(replace(call, state=CallState.RING_BACK))
    assert "contradicts itself" in caplog.text
    at_once(bench.manager.perform(KIM, Drop(call.id)))
    bench.switch.tell(call)
    assert [one.state.name for one in bench.calls] == ["OFF_HOOK", "CONNECTED", "ON_HOOK"]


def test_a_call_of_a_foreign_terminal_is_left_alone(bench: Bench) -> None:
    bench.switch.ring_in("9999", "4000")
    assert bench.calls == []


def test_a_terminal_coming_into_service_is_told_once(bench: Bench) -> None:
    bench.switch.serve("4001", True)
    bench.switch.serve("4001", True)
    bench.switch.serve("9999", True)
    assert bench.heard == [
        Terminal("4001", "Lee Min-ho", in_service=True, features=CAN_DIAL, capabilities=NOTHING)
    ]
    assert bench.manager.terminals(KIM) == [Terminal("4000", "Kim", features=NOTHING, capabilities=NOTHING)]
    assert bench.manager.terminal(ADMINISTRATOR, "4001").in_service


async def test_the_log_has_a_call_from_its_beginning_to_its_end(bench: Bench) -> None:
    call = at_once(bench.manager.perform(KIM, Dial("4000", "4001")))
    assert [one.state for one in await bench.manager.history(KIM)] == [CallState.OFF_HOOK]
    bench.switch.go(call.id, CallState.ON_HOOK, Cause.BUSY)
    (logged,) = await bench.manager.history(KIM, call_id=call.id)
    assert (logged.cause, logged.callee.name) == (Cause.BUSY, "Lee Min-ho")


async def test_history_is_of_ones_own_terminals(bench: Bench) -> None:
    other = at_once(bench.manager.perform(ADMINISTRATOR, Dial("4001", "4002")))
    assert await bench.manager.history(KIM) == []
    assert await bench.manager.history(KIM, call_id=other.id) == []
    assert len(await bench.manager.history(ADMINISTRATOR)) == 1
    with pytest.raises(CallError) as caught:
        await bench.manager.history(KIM, terminal="4001")
    assert caught.value.refusal is Refusal.NOT_ALLOWED


def test_nobody_is_told_after_unsubscribing(bench: Bench) -> None:
    heard: list[ManagerEvent] = []
    bench.manager.subscribe(heard.append)()
    bench.switch.serve("4001", True)
    assert heard == []


def test_what_is_denied_again_and_again_is_one_line_of_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    switch = FakeSwitch()
    with closing(SqliteCallLog(tmp_path / "calls.sqlite")) as log:
        manager = CallManager(switch, TERMINALS, log, rules=DialRules([DialRule(deny=("060",))]))
        for number in range(50):
            assert refusal(manager, "4000", f"060{number:07}") is Refusal.NOT_ALLOWED
    assert caplog.text.count("may not dial") == 1
    assert switch.dialled == []

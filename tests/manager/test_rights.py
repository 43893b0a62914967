"""Who may do what with whose phone: one's own, a colleague's that one may watch, and any other."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from offhook.call import (
    NOTHING,
    Answer,
    Call,
    CallState,
    Cause,
    ClearMissed,
    Command,
    Complete,
    Conference,
    Consult,
    Dial,
    DoNotDisturb,
    Drop,
    Dtmf,
    Feature,
    Forward,
    Forwarding,
    ForwardWhen,
    Hold,
    Park,
    Pickup,
    Redirect,
    Reject,
    Retrieve,
    Swap,
    Transfer,
    Unpark,
)
from offhook.errors import CallError, Refusal
from offhook.manager.audit import Event
from offhook.manager.dialrules import DialRule, DialRules
from offhook.manager.groups import Group, Groups
from offhook.manager.principal import Principal
from offhook.manager.service import CallManager, ManagerEvent
from offhook.manager.stores.calllog import SqliteCallLog
from tests.atonce import at_once
from tests.manager.helpers import ADMINISTRATOR, KIM, TERMINALS, FakeSwitch

WATCHER = replace(KIM, watches=frozenset({"4001"}))
RECEPTION = replace(KIM, watches=frozenset({"*"}))
SALES = Groups([Group("sales", frozenset({"4000", "4001"}))])


@dataclass
class Written:
    """An audit log that keeps its entries: (event, result, number)."""

    entries: list[tuple[str, str, str]] = field(default_factory=list)
    whole: list[dict[str, str]] = field(default_factory=list)

    def record(self, event: Event, result: str, *, door: str, **more: str) -> None:
        self.entries.append((event.value, result, more.get("number", "")))
        self.whole.append({"event": event.value, "door": door, "result": result, **more})


@dataclass
class Bench:
    switch: FakeSwitch
    manager: CallManager
    audit: Written
    heard: list[ManagerEvent] = field(default_factory=list)

    def do(self, principal: Principal, command: Command[Any]) -> Any:
        return at_once(self.manager.perform(principal, command))

    def refused(self, principal: Principal, command: Command[Any]) -> CallError:
        with pytest.raises(CallError) as caught:
            self.do(principal, command)
        return caught.value

    def talking(self, terminal: str) -> Call:
        """A call of the terminal that is up."""
        call: Call = self.do(ADMINISTRATOR, Dial(terminal, "4002"))
        return self.switch.go(call.id, CallState.CONNECTED)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    log, switch, audit = SqliteCallLog(tmp_path / "calls.sqlite"), FakeSwitch(), Written()
    switch.do_anything()
    switch.capable = frozenset({Feature.PICKUP})
    rules = DialRules([DialRule(deny=("060",))], outside_prefix="9")
    manager = CallManager(switch, TERMINALS, log, rules=rules, audit=audit, groups=SALES)
    bench = Bench(switch, manager, audit)
    manager.subscribe(bench.heard.append)
    yield bench
    log.close()


def with_call(call_id: str) -> list[Command[Any]]:
    return [
        Drop(call_id),
        Answer(call_id),
        Reject(call_id),
        Redirect(call_id, "", "4002"),
        Hold(call_id),
        Retrieve(call_id),
        Swap(call_id),
        Transfer(call_id, "", "4002"),
        Consult(call_id, "", "4002"),
        Complete(call_id),
        Conference(call_id),
        Dtmf(call_id, "", "1"),
        Park(call_id),
    ]


def with_terminal(terminal: str) -> list[Command[Any]]:
    return [
        Dial(terminal, "4002"),
        Pickup(terminal, "4002"),
        Unpark(terminal, "701"),
        Forward(terminal),
        DoNotDisturb(terminal),
        ClearMissed(terminal),
    ]


def test_no_command_reaches_a_colleagues_call_whether_one_may_watch_it_or_not(bench: Bench) -> None:
    call = bench.talking("4001")
    for command in with_call(call.id):
        assert bench.refused(WATCHER, command).refusal is Refusal.NOT_ALLOWED, command.name
        assert bench.refused(KIM, command).refusal is Refusal.NO_SUCH_CALL, command.name
    assert (bench.switch.done, bench.switch.dropped) == ([], [])


def test_no_command_is_for_a_colleagues_terminal(bench: Bench) -> None:
    for command in with_terminal("4001"):
        for principal in (KIM, WATCHER, RECEPTION):
            assert bench.refused(principal, command).refusal is Refusal.NOT_ALLOWED, command.name
    assert (bench.switch.done, bench.switch.dialled) == ([], [])


def test_who_may_watch_sees_the_calls_and_that_nothing_can_be_done_with_them(bench: Bench) -> None:
    bench.switch.serve("4001", True)
    call = bench.talking("4001")
    (seen,) = bench.manager.snapshot(WATCHER, "4001").calls
    (own,) = bench.manager.snapshot(ADMINISTRATOR, "4001").calls
    assert (seen.id, seen.features, own.allows(Feature.DROP)) == (call.id, NOTHING, True)
    terminal = bench.manager.terminal(WATCHER, "4001")
    assert (terminal.in_service, terminal.features) == (True, NOTHING)


def test_what_was_missed_and_where_calls_go_is_shown_to_the_terminals_user_only(bench: Bench) -> None:
    call = bench.switch.ring_in("4001", "4002")
    bench.switch.go(call.id, CallState.ON_HOOK, Cause.CANCELLED)
    assert bench.manager.terminal(ADMINISTRATOR, "4001").missed == 1
    assert bench.manager.terminal(WATCHER, "4001").missed == 0


def test_who_may_not_watch_sees_nothing(bench: Bench) -> None:
    for ask in (bench.manager.snapshot, bench.manager.terminal):
        with pytest.raises(CallError) as caught:
            ask(KIM, "4001")
        assert caught.value.refusal is Refusal.NOT_ALLOWED
    with pytest.raises(CallError) as caught:
        bench.manager.snapshot(WATCHER, "4002")
    assert caught.value.refusal is Refusal.NOT_ALLOWED


async def test_the_history_of_a_watched_terminal_stays_its_users(bench: Bench) -> None:
    call: Call = await bench.manager.perform(ADMINISTRATOR, Dial("4001", "4002"))
    with pytest.raises(CallError) as caught:
        await bench.manager.history(WATCHER, terminal="4001")
    assert caught.value.refusal is Refusal.NOT_ALLOWED
    assert await bench.manager.history(RECEPTION, call_id=call.id) == []


def test_the_list_of_ones_own_terminals_has_no_watched_ones_unless_they_are_asked_for(bench: Bench) -> None:
    def ids(principal: Principal, *, watched: bool) -> list[str]:
        return [one.id for one in bench.manager.terminals(principal, watched=watched)]

    assert (ids(WATCHER, watched=False), ids(WATCHER, watched=True)) == (["4000"], ["4000", "4001"])
    assert (ids(RECEPTION, watched=False), ids(RECEPTION, watched=True)) == (
        ["4000"],
        ["4000", "4001", "4002"],
    )


def test_a_pickup_wants_the_right_to_watch_the_phone_that_rings(bench: Bench) -> None:
    call = bench.switch.ring_in("4001", "0301234")
    assert bench.refused(KIM, Pickup("4000", "4001")).refusal is Refusal.NOT_ALLOWED
    assert bench.refused(KIM, Pickup("4000", call.id)).refusal is Refusal.NOT_ALLOWED
    assert bench.do(WATCHER, Pickup("4000", "4001")).terminal == "4000"
    assert bench.do(WATCHER, Pickup("4000", call.id)).terminal == "4000"
    assert bench.switch.done == [Pickup("4000", "4001"), Pickup("4000", call.id)]


def test_a_pickup_from_nobody_in_particular_takes_what_has_rung_longest_in_the_group(bench: Bench) -> None:
    bench.switch.ring_in("4002", "0301234")
    first = bench.switch.ring_in("4001", "0301235")
    bench.switch.ring_in("4001", "0301236")
    bench.do(SALES.admitted(KIM), Pickup("4000"))
    assert bench.switch.done == [Pickup("4000", first.id)]
    assert bench.audit.entries[-1] == ("pickup", "ok", first.id)


def test_where_nothing_rings_in_the_group_or_there_is_no_group_a_pickup_says_so(bench: Bench) -> None:
    bench.switch.ring_in("4002", "0301234")
    assert "no phone rings" in str(bench.refused(KIM, Pickup("4000")))
    assert "is in no group; name the phone" in str(bench.refused(ADMINISTRATOR, Pickup("4002")))


def test_a_telephone_system_with_groups_of_its_own_is_left_to_choose(bench: Bench) -> None:
    bench.switch.capable = frozenset({Feature.PICKUP, Feature.PICKUP_GROUP})
    bench.do(KIM, Pickup("4000"))
    assert bench.switch.done == [Pickup("4000")]


def test_a_terminal_in_a_group_is_capable_of_picking_up_from_it(bench: Bench) -> None:
    grouped, alone = (bench.manager.terminal(ADMINISTRATOR, one).capabilities for one in ("4000", "4002"))
    assert grouped == frozenset({Feature.PICKUP, Feature.PICKUP_GROUP})
    assert alone == frozenset({Feature.PICKUP})


def test_a_group_is_those_who_use_its_phones_and_those_who_are_named() -> None:
    groups = Groups(
        [
            Group("sales", frozenset({"4000", "4001"})),
            Group("reception", users=frozenset({"lee"}), watch=frozenset({"*"})),
        ]
    )
    lee = Principal("lee", administrator=False, terminals=frozenset({"4002"}))
    assert groups.admitted(KIM).watches == {"4000", "4001"}
    assert groups.admitted(lee).watches_all
    assert not groups.admitted(lee).uses_all
    stranger = Principal("max", administrator=False, terminals=frozenset({"4009"}))
    assert groups.admitted(stranger).watches == frozenset()


WRITTEN = [
    "0601234",
    "9060123",
    "0-6-01234",
    "0(60)1234",
    "%30601234",
    "%2530601234",
    "*31#0601234",
    "#31#9060123",
    "0.60~1234",
]
"""A number that the rules deny, as a gateway might read it all the same."""


@pytest.mark.parametrize("written", WRITTEN)
def test_a_denied_number_gets_no_call_by_any_way_round(bench: Bench, written: str) -> None:
    ringing, up = bench.switch.ring_in("4000", "4001"), bench.talking("4000")
    ways: list[Command[Any]] = [
        Redirect(ringing.id, "", written),
        Transfer(up.id, "", written),
        Consult(up.id, "", written),
        Forward("4000", (Forwarding(ForwardWhen.BUSY, "4001"), Forwarding(ForwardWhen.ALWAYS, written))),
    ]
    for command in ways:
        assert bench.refused(KIM, command).refusal is Refusal.NOT_ALLOWED, command.name
    assert bench.switch.done == []
    assert [result for event, result, _ in bench.audit.entries if event != "dial"] == ["not-allowed"] * 4


def test_the_audit_log_has_where_calls_are_sent_and_no_tones(bench: Bench) -> None:
    call = bench.talking("4000")
    bench.do(KIM, Dtmf(call.id, "", "4711#", 80))
    bench.do(KIM, Transfer(call.id, "", "4001"))
    bench.do(KIM, Forward("4000", (Forwarding(ForwardWhen.ALWAYS, "4001"),)))
    bench.do(KIM, Forward("4000"))
    bench.do(KIM, DoNotDisturb("4000", on=True))
    bench.do(KIM, Park(call.id, "", "702"))
    bench.do(KIM, Unpark("4000", "702"))
    assert bench.audit.entries[1:] == [
        ("dtmf", "ok", "4002"),
        ("transfer", "ok", "4001"),
        ("forward", "ok", "4001"),
        ("forward", "ok", "off"),
        ("do-not-disturb", "ok", "on"),
        ("park", "ok", "702"),
        ("unpark", "ok", "702"),
    ]
    assert "4711" not in str(bench.audit.whole)


def test_every_command_is_written_down_also_when_it_is_refused(bench: Bench) -> None:
    call = bench.talking("4001")
    bench.audit.entries.clear()
    for command in (*with_call(call.id), *with_terminal("4001")):
        bench.refused(WATCHER, command)
    names = [command.name for command in (*with_call(call.id), *with_terminal("4001"))]
    assert [event for event, _, _ in bench.audit.entries] == names
    assert {result for _, result, _ in bench.audit.entries} == {"not-allowed"}


def test_calls_are_joined_with_calls_of_the_same_terminal_only(bench: Bench) -> None:
    own, other = bench.talking("4000"), bench.talking("4001")
    for command in (Complete(own.id, "", other.id), Conference(own.id, "", other.id)):
        assert bench.refused(ADMINISTRATOR, command).refusal is Refusal.NO_SUCH_CALL
    assert bench.switch.done == []


def test_a_call_is_not_sent_to_the_phone_that_has_it(bench: Bench) -> None:
    ringing, up = bench.switch.ring_in("4000", "4001"), bench.talking("4000")
    for command in (
        Redirect(ringing.id, "", "4000"),
        Transfer(up.id, "", "4000"),
        Consult(up.id, "", "4000"),
    ):
        error = bench.refused(KIM, command)
        assert (error.refusal, "is this phone itself" in str(error)) == (Refusal.INVALID_ADDRESS, True)
    assert bench.switch.done == []

"""A dial with an id is carried out once, and can be taken back."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from offhook.call import (
    Call,
    CallState,
    Cause,
    Command,
    Consult,
    Dial,
    Direction,
    Party,
    Pickup,
    Unpark,
    Withdraw,
)
from offhook.errors import CallError, Refusal
from offhook.manager.dials import MAX_OF_USER, Dialled, Dials
from offhook.manager.principal import Principal
from offhook.manager.service import CallManager
from offhook.manager.stores.calllog import SqliteCallLog
from tests.atonce import at_once
from tests.manager.helpers import ADMINISTRATOR, KIM, TERMINALS, FakeSwitch


@contextmanager
def a_manager(folder: Path) -> Iterator[tuple[CallManager, FakeSwitch]]:
    switch = FakeSwitch()
    with closing(SqliteCallLog(folder / "calls.sqlite", keep_days=None)) as log:
        yield CallManager(switch, TERMINALS, log), switch


async def test_a_dial_said_again_begins_no_second_call(tmp_path: Path) -> None:
    with a_manager(tmp_path) as (manager, switch):
        first = at_once(manager.perform(KIM, Dial("4000", "4001", "d1")))
        switch.go(first.id, CallState.PROCEED)
        again = at_once(manager.perform(KIM, Dial("4000", "4001", "d1")))
        assert (again.id, again.state) == (first.id, CallState.PROCEED)
        switch.go(first.id, CallState.ON_HOOK, Cause.BUSY)
        assert at_once(manager.perform(KIM, Dial("4000", "4001", "d1"))).cause is Cause.BUSY
    assert switch.dialled == [("4000", "4001")]


@pytest.mark.parametrize("kind", [Consult, Pickup, Unpark], ids=lambda kind: kind.name)
async def test_so_does_every_other_command_that_begins_a_call(
    tmp_path: Path, kind: type[Command[Call]]
) -> None:
    with a_manager(tmp_path) as (manager, switch):
        switch.do_anything()
        held = at_once(manager.perform(KIM, Dial("4000", "4001")))
        switch.go(held.id, CallState.CONNECTED)
        make: dict[type[Command[Call]], Callable[[str, str], Command[Call]]] = {
            Consult: lambda what, dial_id: Consult(held.id, address=what, dial_id=dial_id),
            Pickup: lambda what, dial_id: Pickup("4000", what, dial_id),
            Unpark: lambda what, dial_id: Unpark("4000", what, dial_id),
        }
        command = make[kind]
        begun = at_once(manager.perform(ADMINISTRATOR, command("4002", "d1")))
        again = at_once(manager.perform(ADMINISTRATOR, command("4002", "d1")))
        assert (again.id, len(switch.done)) == (begun.id, 1)
        with pytest.raises(CallError) as caught:
            at_once(manager.perform(ADMINISTRATOR, command("4001", "d1")))
        assert caught.value.refusal is Refusal.BAD_REQUEST
        (cleared,) = at_once(manager.perform(ADMINISTRATOR, Withdraw(["d1"])))
        assert (cleared.id, switch.dropped) == (begun.id, [begun.id])


async def test_a_dial_that_was_refused_may_be_said_again(tmp_path: Path) -> None:
    with a_manager(tmp_path) as (manager, switch):
        switch.refusal = CallError(Refusal.TERMINAL_UNAVAILABLE, "not now")
        with pytest.raises(CallError):
            at_once(manager.perform(KIM, Dial("4000", "4001", "d1")))
        switch.refusal = None
        assert at_once(manager.perform(KIM, Dial("4000", "4001", "d1"))).state is CallState.OFF_HOOK


async def test_an_id_that_is_used_for_another_dial_is_a_bad_request(tmp_path: Path) -> None:
    with a_manager(tmp_path) as (manager, switch):
        at_once(manager.perform(KIM, Dial("4000", "4001", "d1")))
        with pytest.raises(CallError) as caught:
            at_once(manager.perform(KIM, Dial("4000", "4002", "d1")))
    assert caught.value.refusal is Refusal.BAD_REQUEST
    assert switch.dialled == [("4000", "4001")]


async def test_a_withdrawn_dial_is_cleared_and_not_carried_out_any_more(tmp_path: Path) -> None:
    with a_manager(tmp_path) as (manager, switch):
        call = at_once(manager.perform(KIM, Dial("4000", "4001", "d1")))
        (withdrawn,) = at_once(manager.perform(KIM, Withdraw(["d1"])))
        assert (withdrawn.id, switch.dropped) == (call.id, [call.id])
        assert at_once(manager.perform(KIM, Withdraw(["d1"]))) == []
        with pytest.raises(CallError):
            at_once(manager.perform(KIM, Dial("4000", "4001", "d1")))
    assert switch.dialled == [("4000", "4001")]


async def test_a_dial_that_comes_after_it_was_withdrawn_is_refused(tmp_path: Path) -> None:
    with a_manager(tmp_path) as (manager, switch):
        assert at_once(manager.perform(KIM, Withdraw(["d1"]))) == []
        with pytest.raises(CallError) as caught:
            at_once(manager.perform(KIM, Dial("4000", "4001", "d1")))
    assert caught.value.refusal is Refusal.BAD_REQUEST
    assert switch.dialled == []


async def test_other_calls_of_the_terminal_to_that_number_are_left_alone(tmp_path: Path) -> None:
    with a_manager(tmp_path) as (manager, switch):
        by_hand = Call(
            "by-hand",
            "4000",
            CallState.CONNECTED,
            Party("", "4000"),
            Party("", "4001"),
            1.0,
            Direction.OUTBOUND,
        )
        switch.calls[by_hand.id] = by_hand
        switch.tell(by_hand)
        assert at_once(manager.perform(KIM, Withdraw(["d1"]))) == []
    assert switch.dropped == []


async def test_a_call_that_people_have_long_been_speaking_in_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_manager(tmp_path) as (manager, switch):
        call = at_once(manager.perform(KIM, Dial("4000", "4001", "d1")))
        switch.go(call.id, CallState.CONNECTED)
        monkeypatch.setattr("offhook.manager.idempotency.time.time", lambda: 1001.0 + 300)
        assert at_once(manager.perform(KIM, Withdraw(["d1"]))) == []
    assert switch.dropped == []


async def test_dials_of_others_are_nobodys_business(tmp_path: Path) -> None:
    lee = Principal("lee", administrator=False, terminals=frozenset({"4000"}))
    with a_manager(tmp_path) as (manager, switch):
        at_once(manager.perform(KIM, Dial("4000", "4001", "d1")))
        for other in (lee, ADMINISTRATOR):
            assert at_once(manager.perform(other, Withdraw(["d1"]))) == []
    assert switch.dropped == []


CALL = Call("c1", "4000", CallState.OFF_HOOK, Party(), Party(), started=1.0)


def test_the_oldest_dials_of_a_user_are_forgotten_and_those_of_others_kept() -> None:
    dials = Dials()
    dials.put("lee", "d0", Dialled("4001", "4000", CALL))
    for number in range(MAX_OF_USER + 10):
        dials.put("kim", f"d{number}", Dialled("4000", "4001", replace(CALL, id=f"k{number}")))
    assert dials.get("kim", "d9") is None
    assert dials.get("kim", "d10") is not None
    assert dials.get("lee", "d0") is not None
    assert len(dials._by_call) == MAX_OF_USER + 1


def test_all_dials_together_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offhook.manager.dials.MAX_DIALS", 5)
    dials = Dials()
    for number in range(20):
        dials.put(f"u{number}", "d", Dialled("4000", "4001", None))
    assert [bool(dials.get(f"u{number}", "d")) for number in (0, 14, 15, 19)] == [False, False, True, True]
    assert len(dials._of_user) == 5

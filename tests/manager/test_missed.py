"""Missed calls: counted until somebody looks at them, also over a restart."""

from contextlib import closing
from pathlib import Path

import pytest

from offhook.call import CallState, Cause, ClearMissed, Terminal
from offhook.errors import CallError, Refusal
from offhook.manager.service import CallManager
from offhook.manager.stores.calllog import SqliteCallLog
from offhook.switch.base import MissedSeen
from tests.atonce import at_once
from tests.manager.helpers import ADMINISTRATOR, KIM, TERMINALS, FakeSwitch


def miss(switch: FakeSwitch, terminal: str, cause: Cause = Cause.CANCELLED) -> None:
    switch.go(switch.ring_in(terminal, "0301234").id, CallState.ON_HOOK, cause)


def test_missed_calls_are_counted_over_a_restart_and_until_somebody_looks(tmp_path: Path) -> None:
    with closing(SqliteCallLog(tmp_path / "calls.sqlite")) as log:
        switch = FakeSwitch()
        manager = CallManager(switch, TERMINALS, log)
        miss(switch, "4000")
        miss(switch, "4000", Cause.NO_ANSWER)
        miss(switch, "4000", Cause.ELSEWHERE)
        miss(switch, "4001")
    with closing(SqliteCallLog(tmp_path / "calls.sqlite")) as log:
        manager = CallManager(FakeSwitch(), TERMINALS, log)
        assert [one.missed for one in manager.terminals(ADMINISTRATOR)] == [2, 1, 0]
        at_once(manager.perform(KIM, ClearMissed("4000")))
    with closing(SqliteCallLog(tmp_path / "calls.sqlite")) as log:
        manager = CallManager(FakeSwitch(), TERMINALS, log)
        assert [one.missed for one in manager.terminals(ADMINISTRATOR)] == [0, 1, 0]


def test_all_who_watch_hear_that_they_were_looked_at_and_once_only(tmp_path: Path) -> None:
    with closing(SqliteCallLog(tmp_path / "calls.sqlite")) as log:
        switch = FakeSwitch()
        manager = CallManager(switch, TERMINALS, log)
        miss(switch, "4000")
        heard: list[int] = []
        manager.subscribe(lambda event: heard.append(event.missed) if isinstance(event, Terminal) else None)
        at_once(manager.perform(KIM, ClearMissed("4000")))
        at_once(manager.perform(KIM, ClearMissed("4000")))
    assert heard == [0]


def test_who_looks_at_them_at_one_call_manager_of_a_cluster_has_looked_at_all(tmp_path: Path) -> None:
    class Joined(FakeSwitch):
        def tell_seen(self, terminal: str) -> None:
            other._tell(MissedSeen(terminal))

    with closing(SqliteCallLog(tmp_path / "calls.sqlite")) as log:
        here, other = Joined(), FakeSwitch()
        managers = [CallManager(switch, TERMINALS, log) for switch in (here, other)]
        miss(here, "4000")
        miss(other, "4000")
        at_once(managers[0].perform(KIM, ClearMissed("4000")))
        for manager in managers:
            assert [one.missed for one in manager.terminals(KIM)] == [0]


def test_nobody_clears_a_colleagues_missed_calls(tmp_path: Path) -> None:
    with closing(SqliteCallLog(tmp_path / "calls.sqlite")) as log:
        switch = FakeSwitch()
        manager = CallManager(switch, TERMINALS, log)
        miss(switch, "4001")
        with pytest.raises(CallError) as caught:
            at_once(manager.perform(KIM, ClearMissed("4001")))
        assert caught.value.refusal is Refusal.NOT_ALLOWED
        assert manager.terminal(ADMINISTRATOR, "4001").missed == 1


async def test_the_history_has_missed_calls_by_themselves(tmp_path: Path) -> None:
    with closing(SqliteCallLog(tmp_path / "calls.sqlite")) as log:
        switch = FakeSwitch()
        manager = CallManager(switch, TERMINALS, log)
        for cause in (Cause.ELSEWHERE, Cause.NO_ANSWER, Cause.FORWARDED):
            miss(switch, "4000", cause)
        found = await manager.history(KIM, missed=True)
        assert [call.cause for call in found] == [Cause.NO_ANSWER]
        assert len(await manager.history(KIM)) == 3

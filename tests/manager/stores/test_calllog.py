import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from offhook.call import Call, CallState, Cause, Direction, Party, Privacy, Reason
from offhook.common.quiet import AT_ONCE, Pace
from offhook.errors import ConfigError
from offhook.manager.stores.calllog import (
    DAY_S,
    IN_ONE_STEP,
    LAST_SIGN_OF_LIFE,
    PIECE,
    PRUNE_EVERY_S,
    SqliteCallLog,
)
from offhook.manager.stores.callrows import packed, row_of
from tests.manager.helpers import OVER, STARTED, TALKING
from tests.manager.stores.earlier import CALLS_1
from tests.manager.stores.sites import Calls, Site


@pytest.fixture
def log(site: Site) -> Iterator[Calls]:
    with closing(site.calls(keep_days=None)) as log:
        yield log


@pytest.fixture
def in_a_file(tmp_path: Path) -> Iterator[SqliteCallLog]:
    with closing(SqliteCallLog(tmp_path / "calls.sqlite", keep_days=None)) as log:
        yield log


def test_what_is_recorded_can_be_asked_for_at_once(log: Calls) -> None:
    log.record(STARTED)
    assert log.query() == [STARTED]


NOW = replace(
    OVER,
    started=1_764_316_123.4567891,
    connected=1_764_316_125.0000002,
    ended=1_764_316_190.1,
    caller=Party('Lee \U0001f600 "Min-ho"\\u0001', "4001"),
    callee=Party("김\n\t\x7f", "4000"),
    redirected_to=Party("Voice\u2009mail '1'", "700"),
    external=True,
)


def test_calls_that_wait_are_written_together_and_not_in_a_step_each(in_a_file: SqliteCallLog) -> None:
    steps: list[str] = []
    calls = [replace(NOW, id=f"c{number}", ended=None) for number in range(100)]
    in_a_file._database.set_trace_callback(steps.append)
    for call in calls:
        in_a_file.record(call)
    in_a_file.flush()
    # The writer may begin meanwhile, with those that are there.
    assert 1 <= len([step for step in steps if step.startswith("INSERT INTO calls")]) < 10
    in_a_file._database.set_trace_callback(None)
    assert in_a_file.query(limit=1000) == calls[::-1]
    over = [replace(call, ended=NOW.ended) for call in calls]
    for call in over:
        in_a_file.record(call)
    in_a_file.flush()
    assert in_a_file.query(limit=1000) == over[::-1]


@pytest.mark.parametrize(
    "call",
    [
        replace(NOW, started=0.1, connected=None),
        replace(NOW, ended=1e300),
        replace(NOW, caller=Party("zero\0character", "4001")),
        replace(NOW, connected_party=Party("zero\0character", "4001")),
    ],
)
def test_what_needs_a_step_of_its_own_is_kept_as_it_is(in_a_file: SqliteCallLog, call: Call) -> None:
    other = replace(NOW, id="other")
    assert packed([row_of(other)]) is not None
    assert packed([row_of(call), row_of(other)]) is None
    in_a_file.record(call)
    in_a_file.record(other)
    in_a_file.flush()
    assert in_a_file.query(call_id=call.id) == [call]
    assert in_a_file.query(call_id="other") == [other]


def test_more_calls_than_are_written_in_one_step_are_all_kept(in_a_file: SqliteCallLog) -> None:
    for number in range(2 * IN_ONE_STEP + 1):
        in_a_file.record(replace(NOW, id=f"c{number}"))
    in_a_file.flush()
    assert len(in_a_file.query(limit=10 * IN_ONE_STEP)) == 2 * IN_ONE_STEP + 1


class Rests(Pace):
    """The event loop rests so many times."""

    def __init__(self, times: int) -> None:
        self.times = times

    def moment(self) -> bool:
        self.times -= 1
        return self.times >= 0


@pytest.mark.parametrize("times", [0, 1, 2, 100])
def test_what_is_written_while_the_event_loop_rests_and_all_that_is_left_is_kept(
    in_a_file: SqliteCallLog, times: int
) -> None:
    calls = [replace(NOW, id=f"c{number}") for number in range(5 * PIECE - 1)]
    for call in calls:
        in_a_file._pending.put(call)
    written: list[str] = []
    in_a_file._database.set_trace_callback(written.append)
    in_a_file._write_and_prune(Rests(times))
    in_a_file._database.set_trace_callback(None)
    assert sum("VALUES ('c" in one for one in written) == min(times * PIECE, len(calls))
    assert in_a_file.query(limit=1000) == calls[::-1]


def test_a_later_value_takes_the_place_of_the_earlier(log: Calls) -> None:
    for value in (STARTED, TALKING, OVER):
        log.record(value)
        log.flush()
    assert log.query() == [OVER]


def test_a_name_with_half_a_character_keeps_no_call_out_of_the_log(log: Calls) -> None:
    half = replace(OVER, id="c2", callee=Party("Ki\ud83d", "40\udcff01"))
    log.record(half)
    log.record(OVER)
    log.flush()
    assert {call.id: call.callee for call in log.query()} == {"c1": OVER.callee, "c2": Party("Ki?", "40?01")}
    assert log.query(terminals=["40\ud83d"], call_id="\ud83d") == []


def test_an_inbound_call_stays_inbound(log: Calls) -> None:
    call = replace(OVER, direction=Direction.INBOUND)
    log.record(call)
    assert log.query() == [call]


WHOLE = replace(
    OVER,
    direction=Direction.INBOUND,
    connected=None,
    caller=Party("", "", Privacy.WITHHELD),
    cause=Cause.FORWARDED,
    reason=Reason.FORWARDED_BUSY,
    connected_party=Party("Park", "4002"),
    redirecting=Party("", "", Privacy.UNAVAILABLE),
    redirected_to=Party('Voice\u2009mail "1"', "700"),
    external=True,
    by_hand=True,
)


def test_everything_that_is_known_of_a_call_is_kept(site: Site) -> None:
    for call in (WHOLE, replace(WHOLE, external=False, connected_party=None), replace(WHOLE, external=None)):
        with closing(site.calls(keep_days=None)) as log:
            log.record(call)
        with closing(site.calls(keep_days=None)) as log:
            assert log.query() == [call]


ENDS = [
    (Cause.CANCELLED, True),
    (Cause.NO_ANSWER, True),
    (Cause.BUSY, True),
    (Cause.ELSEWHERE, False),
    (Cause.FORWARDED, False),
    (Cause.REJECTED, False),
]


def test_missed_calls_are_told_from_those_that_somebody_has_dealt_with(log: Calls) -> None:
    for cause, _ in ENDS:
        log.record(replace(WHOLE, id=cause.value, cause=cause))
    log.record(replace(WHOLE, id="answered", connected=1010.0, cause=Cause.NORMAL))
    log.record(replace(OVER, id="outbound", connected=None, cause=Cause.NO_ANSWER))
    missed = {cause.value for cause, is_missed in ENDS if is_missed}
    assert {call.id for call in log.query(missed=True)} == missed  # while they wait to be written
    log.flush()
    assert {call.id for call in log.query(missed=True)} == missed
    assert log.query(missed=True, terminals=["4009"]) == []


def test_the_count_of_missed_calls_outlives_a_restart(site: Site) -> None:
    for count in (2, 3, 0):
        with closing(site.calls()) as log:
            log.keep_missed("4000", count - 1)
            log.keep_missed("4000", count)
        with closing(site.calls()) as log:
            assert log.missed() == ({"4000": count} if count else {})


def test_a_log_of_the_first_version_is_carried_forward_with_everything(tmp_path: Path) -> None:
    path = tmp_path / "calls.sqlite"
    with closing(sqlite3.connect(path)) as old:
        old.executescript(CALLS_1)
    with closing(SqliteCallLog(path, keep_days=None)) as log:
        assert log.orphans == 1
        assert log.query(call_id="c1") == [OVER]
        assert [(call.id, call.cause) for call in log.query(missed=True)] == [
            ("c4", Cause.FAILURE),
            ("c2", Cause.NO_ANSWER),
        ]
        log.record(replace(WHOLE, id="c5"))
    with closing(SqliteCallLog(path, keep_days=None)) as log:
        assert log.query(call_id="c5") == [replace(WHOLE, id="c5")]
        assert len(log.query()) == 5


def test_a_log_of_a_newer_offhook_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "calls.sqlite"
    SqliteCallLog(path).close()
    with closing(sqlite3.connect(path)) as newer:
        newer.execute("PRAGMA user_version = 3")
    with pytest.raises(ConfigError, match=r"newer Offhook \(version 3\)\. upgrade this Offhook"):
        SqliteCallLog(path)


def test_the_newest_call_comes_first(log: Calls) -> None:
    calls = [replace(OVER, id=f"c{n}", started=1000.0 + n) for n in range(5)]
    for call in calls:
        log.record(call)
    assert log.query(limit=2) == [calls[4], calls[3]]
    assert log.query(before=calls[3].started, limit=2) == [calls[2], calls[1]]


def test_calls_are_found_by_terminal_and_by_id(log: Calls) -> None:
    other = replace(OVER, id="c2", terminal="4001")
    log.record(OVER)
    log.record(other)
    assert log.query(terminals=["4001"]) == [other]
    assert log.query(terminals=[]) == []
    assert log.query(call_id="c1") == [OVER]
    assert log.query(call_id="c1", terminals=["4001"]) == []


def test_closing_writes_what_is_pending(site: Site) -> None:
    log = site.calls(keep_days=None)
    log.record(OVER)
    log.close()
    reopened = site.calls(keep_days=None)
    assert reopened.query() == [OVER]
    assert reopened.orphans == 0
    reopened.close()


DYING = """
import sys
from pathlib import Path
from offhook.call import Call, CallState, Cause, Party
from offhook.manager.stores.calllog import SqliteCallLog

log = SqliteCallLog(Path(sys.argv[1]), keep_days=None)
party = Party("Kim", "4000")
log.record(Call("over", "4000", CallState.ON_HOOK, party, party, 1000.0, ended=1005.0, cause=Cause.BUSY))
log.record(Call("live", "4000", CallState.OFF_HOOK, party, party, 1001.0))
log.record(Call("talking", "4001", CallState.CONNECTED, party, party, 1002.0, connected=1004.0))
log.flush()
print("written", flush=True)
sys.stdin.read()
"""


def test_calls_that_were_live_at_a_kill_are_closed_as_failed(tmp_path: Path) -> None:
    path = tmp_path / "calls.sqlite"
    with subprocess.Popen(
        [sys.executable, "-c", DYING, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"written\n"
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    log = SqliteCallLog(path, keep_days=None)
    calls = {call.id: call for call in log.query()}
    assert log.orphans == 2
    assert (calls["over"].cause, calls["over"].ended) == (Cause.BUSY, 1005.0)
    for call_id in ("live", "talking"):
        assert (calls[call_id].state, calls[call_id].cause) == (CallState.ON_HOOK, Cause.FAILURE)
        assert calls[call_id].ended == 1005.0, "the last sign of life of the process that died"
    log.close()


def test_the_last_sign_of_life_is_found_without_reading_the_log_of_years(in_a_file: SqliteCallLog) -> None:
    plans = [
        row[3]
        for row in in_a_file._database.execute(
            f"EXPLAIN QUERY PLAN {LAST_SIGN_OF_LIFE}", {"now": 0.0, "day": DAY_S}
        )
    ]
    assert len([one for one in plans if "calls USING" in one]) == 3, plans
    assert not [one for one in plans if one.startswith("SCAN calls") and "calls_live" not in one]


RECORDING = """
import sys
from pathlib import Path
from offhook.call import Call, CallState, Party
from offhook.manager.stores.calllog import SqliteCallLog

log = SqliteCallLog(Path(sys.argv[1]), keep_days=None)
party = Party("Kim", "4000")
log.record(Call("new", "4000", CallState.OFF_HOOK, party, party, 1000.0))
sys.stdin.read()
"""


def test_a_new_call_reaches_the_file_without_being_flushed(tmp_path: Path) -> None:
    path = tmp_path / "calls.sqlite"
    with subprocess.Popen([sys.executable, "-c", RECORDING, str(path)], stdin=subprocess.PIPE) as process:
        journal = tmp_path / "calls.sqlite-wal"
        while not journal.exists() or b"new" not in journal.read_bytes():
            assert process.poll() is None
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    log = SqliteCallLog(path, keep_days=None)
    assert [call.id for call in log.query()] == ["new"]
    log.close()


def test_others_may_read_the_log_while_it_is_written(in_a_file: SqliteCallLog, tmp_path: Path) -> None:
    in_a_file.record(OVER)
    in_a_file.flush()
    with closing(sqlite3.connect(tmp_path / "calls.sqlite", timeout=0.1)) as administrator:
        administrator.execute("BEGIN")
        assert administrator.execute("SELECT id FROM calls").fetchall() == [("c1",)]
        in_a_file.record(replace(OVER, id="c2"))
        in_a_file.flush()


def test_somebody_who_writes_by_hand_holds_up_neither_calls_nor_history(
    in_a_file: SqliteCallLog, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "calls.sqlite", isolation_level=None)) as administrator:
        administrator.execute("BEGIN IMMEDIATE")
        in_a_file.record(OVER)
        assert in_a_file.query() == [OVER]
        administrator.execute("ROLLBACK")
    in_a_file.flush()
    assert in_a_file.query() == [OVER]


class Clocks:
    """A wall clock that is set, and a steady one."""

    lived, ahead = 0.0, 0.0

    def wall(self) -> float:
        return 1000.0 + 10 * DAY_S + self.lived + self.ahead

    def steady(self) -> float:
        return self.lived


def aged(site: Site, clocks: Clocks) -> Calls:
    return site.calls(keep_days=5, clock=clocks.wall, steady=clocks.steady)


def test_old_calls_are_forgotten_and_live_ones_kept(site: Site) -> None:
    clocks = Clocks()
    log = aged(site, clocks)
    recent = replace(OVER, id="recent", started=clocks.wall() - 60, ended=clocks.wall())
    for call in (OVER, replace(STARTED, id="long"), recent):
        log.record(call)
    log.flush()
    clocks.lived = PRUNE_EVERY_S
    log.close()
    with closing(aged(site, clocks)) as log:
        assert {call.id for call in log.query()} == {"long", "recent"}


def test_a_clock_that_is_years_ahead_for_a_moment_costs_no_call(site: Site) -> None:
    clocks = Clocks()
    log = aged(site, clocks)
    log.record(replace(OVER, started=clocks.wall() - 70, ended=clocks.wall()))
    log.flush()
    clocks.lived, clocks.ahead = PRUNE_EVERY_S, 800 * DAY_S
    log._write_and_prune(AT_ONCE)
    assert len(log.query()) == 1
    log.close()


def test_a_clock_that_stays_years_ahead_costs_a_day_of_the_log_an_hour(site: Site) -> None:
    clocks = Clocks()
    log = aged(site, clocks)
    for day in range(4):
        log.record(replace(OVER, id=f"day {day}", started=1.5 * day * DAY_S, ended=1.5 * day * DAY_S + 5))
    clocks.ahead = 800 * DAY_S
    left = []
    for _ in range(4):
        log._write_and_prune(AT_ONCE)
        left.append(len(log.query()))
        clocks.lived += PRUNE_EVERY_S
    assert left == [4, 3, 2, 1]
    log.close()


def test_a_call_of_a_wrong_clock_is_no_sign_of_life_for_those_cut_off(site: Site) -> None:
    clocks = Clocks()
    log = aged(site, clocks)
    log.record(STARTED)
    log.record(TALKING)
    log.record(
        replace(OVER, id="future", started=clocks.wall() + 900 * DAY_S, ended=clocks.wall() + 901 * DAY_S)
    )
    log.close()
    log = aged(site, clocks)
    (cut_off,) = log.query(call_id="c1")
    assert (log.orphans, cut_off.ended) == (1, TALKING.connected)
    log.close()


def test_a_disk_that_refuses_loses_nothing_once_it_takes_again(in_a_file: SqliteCallLog) -> None:
    in_a_file.flush()
    in_a_file._database.execute("PRAGMA query_only = ON")
    in_a_file.record(OVER)
    with pytest.raises(sqlite3.Error):
        in_a_file.flush()
    in_a_file._database.execute("PRAGMA query_only = OFF")
    assert in_a_file.query() == [OVER]


def test_the_history_of_a_full_disk_has_what_is_written_and_what_waits(in_a_file: SqliteCallLog) -> None:
    old = [replace(OVER, id=f"old{n}", started=1000.0 + n) for n in range(3)]
    for call in (*old, TALKING):
        in_a_file.record(call)
    in_a_file.flush()
    in_a_file._database.execute("PRAGMA query_only = ON")
    new = replace(OVER, id="new", terminal="4001", started=1001.5)
    in_a_file.record(new)
    in_a_file.record(OVER)
    assert in_a_file.query() == [old[2], new, old[1], OVER, old[0]]
    assert in_a_file.query(limit=2) == [old[2], new]
    assert in_a_file.query(before=1001.5) == [old[1], OVER, old[0]]
    assert in_a_file.query(terminals=["4001"]) == [new]
    assert in_a_file.query(call_id="c1") == [OVER]
    in_a_file._database.execute("PRAGMA query_only = OFF")


def test_a_log_that_is_too_far_behind_takes_no_more(
    in_a_file: SqliteCallLog, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("offhook.manager.stores.pendingcalls.MAX_PENDING", 1)
    with in_a_file._database_lock:
        in_a_file.record(STARTED)
        in_a_file.record(replace(STARTED, id="c2"))
        in_a_file.record(OVER)
    in_a_file.flush()
    assert in_a_file.query() == [OVER]
    assert "could not be logged" in caplog.text

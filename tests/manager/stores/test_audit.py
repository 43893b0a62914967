"""What the audit log keeps."""

import errno
import json
import os
import stat
import time
from pathlib import Path

import pytest

from offhook.call import Dial, Drop
from offhook.common.quiet import AT_ONCE
from offhook.errors import CallError, ConfigError
from offhook.manager.audit import Entry, Event
from offhook.manager.dialrules import DialRule, DialRules
from offhook.manager.service import CallManager
from offhook.manager.stores import auditfiles
from offhook.manager.stores.audit import (
    A_SECOND,
    BURST,
    EVERYWHERE,
    MAX_ALIKE,
    WINDOW_S,
    FileAuditLog,
    as_line,
    read_audit,
)
from offhook.manager.stores.calllog import SqliteCallLog
from tests.atonce import at_once
from tests.manager.helpers import KIM, TERMINALS, FakeSwitch


class Clock:
    """Seconds, as the test wants them."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def a_log(folder: Path, clock: Clock, **limits: float) -> FileAuditLog:
    return FileAuditLog(folder, clock=clock, steady=clock, **limits)  # type: ignore[arg-type]


def failed(log: FileAuditLog, source: str, user: str = "kim") -> None:
    log.record(Event.LOGIN, "not-authenticated", door="sscp", user=user, source=source)


def written(folder: Path) -> list[Entry]:
    return list(read_audit(folder))


def test_an_entry_says_who_did_what_from_where_and_what_came_of_it(tmp_path: Path) -> None:
    log = FileAuditLog(tmp_path, clock=Clock())
    log.record(Event.DIAL, "ok", door="sscp", user="kim", source="10.0.0.9", terminal="4000", number="4001")
    log.close()
    assert written(tmp_path) == [
        Entry(1_000_000.0, "dial", "sscp", "kim", "10.0.0.9", "ok", terminal="4000", number="4001")
    ]


def test_a_line_has_what_an_entry_tells_and_nothing_that_is_empty() -> None:
    entry = Entry(1_764_316_123.457, "dial", "sscp", result="ok", repeated=3)
    assert as_line(entry).decode() == (
        '{"time": 1764316123.457, "event": "dial", "door": "sscp", "result": "ok", "repeated": 3}\n'
    )
    assert as_line(Entry(2.0, "drop", node="a")) == b'{"time": 2.0, "event": "drop", "node": "a"}\n'


def test_one_line_is_one_json_object_whatever_a_stranger_calls_himself(tmp_path: Path) -> None:
    log = FileAuditLog(tmp_path)
    log.record(Event.LOGIN, "not-authenticated", door="sscp", user='x\n{"event": "dial"}\u2028' + "y" * 999)
    log.close()
    (line,) = (tmp_path / "audit.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
    assert len(json.loads(line)["user"]) == 128


def test_the_file_is_its_owners_only(tmp_path: Path) -> None:
    FileAuditLog(tmp_path).close()
    assert stat.S_IMODE((tmp_path / "audit.jsonl").stat().st_mode) == 0o600


def test_a_link_in_place_of_the_file_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "audit.jsonl").symlink_to(tmp_path / "victim")
    with pytest.raises(ConfigError, match=r"audit\.jsonl"):
        FileAuditLog(tmp_path)
    assert not (tmp_path / "victim").exists()


def test_a_flood_of_failures_is_counted_and_hides_nothing_else(tmp_path: Path) -> None:
    clock = Clock()
    log = a_log(tmp_path, clock)
    for _ in range(1000):
        failed(log, "10.0.0.9")
    failed(log, "10.0.0.8")
    log.record(Event.LOGIN, "ok", door="sscp", user="kim", source="10.0.0.9")
    clock.now += WINDOW_S + 1
    failed(log, "10.0.0.9")
    log.close()
    entries = written(tmp_path)
    assert len(entries) == MAX_ALIKE + 4
    assert [entry.repeated for entry in entries if entry.repeated] == [1000 - MAX_ALIKE]
    assert [entry.source for entry in entries if entry.result == "ok"] == ["10.0.0.9"]


def test_all_addresses_of_an_ipv6_network_are_one_place(tmp_path: Path) -> None:
    log = a_log(tmp_path, Clock())
    for number in range(400):
        failed(log, f"2001:db8::{number:x}")
    log.close()
    assert len(written(tmp_path)) == MAX_ALIKE + 1
    assert sum(1 + entry.repeated for entry in written(tmp_path)) == 401


def test_failures_from_thousands_of_addresses_are_few_entries_that_say_how_many(tmp_path: Path) -> None:
    clock = Clock()
    log = a_log(tmp_path, clock)
    for second in range(30):
        for number in range(500):
            failed(log, f"10.1.{second}.{number}")
        log.record(Event.DIAL, "ok", door="sscp", user="lee", number=str(second))
        log._write_and_count(AT_ONCE)
        clock.now += 1
    log.close()
    entries = written(tmp_path)
    failures = [entry for entry in entries if entry.result != "ok"]
    assert [entry.number for entry in entries if entry.result == "ok"] == [str(one) for one in range(30)]
    assert len(failures) < BURST + 30 * A_SECOND + 5
    several = [entry for entry in failures if entry.source == EVERYWHERE]
    assert len(failures) - len(several) + sum(entry.repeated for entry in several) == 15_000


def test_a_full_file_is_put_aside_and_old_ones_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offhook.manager.stores.auditfiles.MAX_FILE", 100)
    old = tmp_path / "audit-20010101T000000-00.jsonl"
    old.write_text('{"time": 1, "event": "dial"}\n')
    os.utime(old, (1, 1))
    clock = Clock()
    clock.now = time.time()
    log = a_log(tmp_path, clock, keep_days=10_000)
    for number in range(3):
        log.record(Event.DIAL, "ok", door="sscp", user="kim", terminal="4000", number=f"400{number}")
        log.flush()
        clock.now += 1
    log.close()
    assert [entry.number for entry in written(tmp_path)] == ["", "4000", "4001", "4002"]
    later = a_log(tmp_path, clock, keep_days=1)
    clock.now += 3600
    later.record(Event.DIAL, "ok", door="sscp", number="x" * 100)
    later.close()
    assert not old.exists()


def test_a_clock_that_is_years_ahead_for_a_moment_removes_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.manager.stores.auditfiles.MAX_FILE", 100)
    wall, steady = Clock(), Clock()
    wall.now = time.time()
    log = FileAuditLog(tmp_path, keep_days=1, clock=wall, steady=steady)
    for _ in range(3):
        log.record(Event.DIAL, "ok", door="sscp", number="x" * 100)
        log.flush()
    steady.now += 3600
    wall.now += 800 * 86_400
    log.record(Event.DIAL, "ok", door="sscp", number="x" * 100)
    log.close()
    assert len(written(tmp_path)) == 4


def test_what_strangers_caused_goes_first_when_the_log_is_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.manager.stores.auditfiles.MAX_FILE", 2000)
    clock = Clock()
    log = a_log(tmp_path, clock, max_bytes=10_000)
    for number in range(40):
        log.record(Event.DIAL, "ok", door="sscp", user="root", number=str(number))
        for other in range(MAX_ALIKE):
            failed(log, f"10.0.{number}.{other}")
        log.flush()
        clock.now += 60
    log.close()
    entries = written(tmp_path)
    assert [entry.number for entry in entries if entry.result == "ok"] == [str(one) for one in range(40)]
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) < 16_000


def test_a_log_of_nothing_but_good_deeds_has_a_size_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("offhook.manager.stores.auditfiles.MAX_FILE", 200)
    log = a_log(tmp_path, Clock(), max_bytes=1000)
    for number in range(50):
        log.record(Event.DIAL, "ok", door="sscp", user="root", number=str(number))
        log.flush()
    log.close()
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) < 1500
    assert written(tmp_path)[-1].number == "49"
    assert "larger than auth.audit_mb allows" in caplog.text


def test_a_line_that_a_crash_cut_off_takes_no_other_with_it(tmp_path: Path) -> None:
    (tmp_path / "audit.jsonl").write_text('{"time": 1.0, "event": "dial"}\n{"time": 2.0, "ev')
    log = a_log(tmp_path, Clock())
    log.record(Event.DIAL, "ok", door="sscp", number="4001")
    log.close()
    assert [entry.number for entry in written(tmp_path)] == ["", "4001"]


def test_a_line_that_another_process_left_half_between_two_entries_takes_neither_with_it(
    tmp_path: Path,
) -> None:
    log = a_log(tmp_path, Clock())
    for number in ("4001", "4002"):
        log.record(Event.DIAL, "ok", door="sscp", number=number)
        log.flush()
        with (tmp_path / "audit.jsonl").open("a") as file:
            file.write('{"time": 2.0, "ev')
    log.close()
    assert [entry.number for entry in written(tmp_path)] == ["4001", "4002"]


def test_a_file_that_only_we_write_is_not_read_for_each_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = a_log(tmp_path, Clock())
    read: list[Path] = []
    torn = auditfiles._torn
    monkeypatch.setattr(auditfiles, "_torn", lambda path: bool(read.append(path)) or torn(path))  # type: ignore[func-returns-value]
    for number in ("4001", "4002", "4003"):
        log.record(Event.DIAL, "ok", door="sscp", number=number)
        log.flush()
    log.close()
    assert len(read) <= 1
    assert [entry.number for entry in written(tmp_path)] == ["4001", "4002", "4003"]


def test_a_disk_that_takes_half_of_what_is_new_leaves_no_half_line_and_loses_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = a_log(tmp_path, Clock())
    log.flush()
    write, room = os.write, 250

    def filling(descriptor: int, data: bytes) -> int:
        nonlocal room
        if room == 0 and data:
            raise OSError(errno.ENOSPC, "No space left on device")
        done = write(descriptor, data[:room])
        room -= done
        return done

    with log._file_lock:
        monkeypatch.setattr("os.write", filling)
        for number in range(5):
            log.record(Event.DIAL, "ok", door="sscp", user="kim", number=f"400{number}")
        with pytest.raises(OSError):
            log._write_pending(AT_ONCE)
        monkeypatch.undo()
        assert (tmp_path / "audit.jsonl").read_text().endswith("}\n")
    log.close()
    assert [entry.number for entry in written(tmp_path)] == [f"400{number}" for number in range(5)]


def test_a_folder_that_was_removed_is_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    log = a_log(folder, Clock())
    (folder / "audit.jsonl").unlink()
    folder.rmdir()
    log.record(Event.DIAL, "ok", door="sscp")
    log.close()
    assert (len(written(folder)), stat.S_IMODE(folder.stat().st_mode)) == (1, 0o700)


def test_a_pipe_in_place_of_a_file_neither_hangs_the_log_nor_its_reader(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "audit.jsonl")
    with pytest.raises(ConfigError, match="is a pipe"):
        a_log(tmp_path, Clock())
    assert written(tmp_path) == []


def test_lines_that_are_no_entries_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "audit.jsonl").write_text('nonsense\n[]\n{"time": 1.0, "event": "dial", "new": 1}\n{"ti')
    assert written(tmp_path) == [Entry(1.0, "dial")]


def test_dials_and_drops_are_kept_with_their_result(tmp_path: Path) -> None:
    calls = SqliteCallLog(tmp_path / "calls.sqlite", keep_days=None)
    audit = FileAuditLog(tmp_path)
    rules = DialRules([DialRule(deny=("0900",))])
    manager = CallManager(FakeSwitch(), TERMINALS, calls, rules=rules, audit=audit)
    call = at_once(manager.perform(KIM, Dial("4000", "4001")))
    at_once(manager.perform(KIM, Drop(call.id)))
    for terminal, number in (("4000", "0900123"), ("4001", "4000")):
        with pytest.raises(CallError):
            at_once(manager.perform(KIM, Dial(terminal, number)))
    audit.close()
    calls.close()
    assert [(one.event, one.user, one.terminal, one.number, one.result) for one in written(tmp_path)] == [
        ("dial", "kim", "4000", "4001", "ok"),
        ("drop", "kim", "4000", "4001", "ok"),
        ("dial", "kim", "4000", "0900123", "not-allowed"),
        ("dial", "kim", "4001", "4000", "not-allowed"),
    ]


def test_what_the_switch_refuses_to_do_with_a_call_is_kept_too(tmp_path: Path) -> None:
    calls = SqliteCallLog(tmp_path / "calls.sqlite", keep_days=None)
    audit = FileAuditLog(tmp_path)
    switch = FakeSwitch()
    manager = CallManager(switch, TERMINALS, calls, audit=audit)
    by_hand = switch.ring_in("4000", "4001")
    del switch.calls[by_hand.id]  # the switch knows nothing that it could do with it
    with pytest.raises(CallError):
        at_once(manager.perform(KIM, Drop(by_hand.id)))
    audit.close()
    calls.close()
    assert [(one.event, one.terminal, one.result) for one in written(tmp_path)] == [
        ("drop", "4000", "no-such-call")
    ]


def test_half_a_character_keeps_no_entry_out_of_the_log(tmp_path: Path) -> None:
    log = a_log(tmp_path, Clock())
    for number in ("40\ud83d", "4001"):
        log.record(Event.DIAL, "ok", door="messenger", number=number)
    log.close()
    assert [entry.number for entry in written(tmp_path)] == ["40?", "4001"]

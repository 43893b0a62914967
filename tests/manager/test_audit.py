"""What the audit log keeps."""

import json
import stat
from pathlib import Path

import pytest

from offhook.errors import CallError, ConfigError
from offhook.manager.audit import MAX_ALIKE, WINDOW_S, AuditLog, Entry, Event, read_audit
from offhook.manager.calllog import CallLog
from offhook.manager.dialrules import DialRule, DialRules
from offhook.manager.service import CallManager
from tests.manager.helpers import KIM, TERMINALS, FakeSwitch, user_store


class Clock:
    """Seconds since the epoch, as the test wants them."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def written(folder: Path) -> list[Entry]:
    return list(read_audit(folder))


def test_an_entry_says_who_did_what_from_where_and_what_came_of_it(tmp_path: Path) -> None:
    log = AuditLog(tmp_path, clock=Clock())
    log.record(Event.DIAL, "ok", door="sscp", user="kim", source="10.0.0.9", terminal="4000", number="4001")
    log.close()
    assert written(tmp_path) == [
        Entry(1_000_000.0, "dial", "sscp", "kim", "10.0.0.9", "ok", terminal="4000", number="4001")
    ]


def test_one_line_is_one_json_object_whatever_a_stranger_calls_himself(tmp_path: Path) -> None:
    log = AuditLog(tmp_path)
    log.record(Event.LOGIN, "not-authenticated", door="sscp", user='x\n{"event": "dial"}\u2028' + "y" * 999)
    log.close()
    (line,) = (tmp_path / "audit.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
    assert len(json.loads(line)["user"]) == 128


def test_the_file_is_its_owners_only(tmp_path: Path) -> None:
    AuditLog(tmp_path).close()
    assert stat.S_IMODE((tmp_path / "audit.jsonl").stat().st_mode) == 0o600


def test_a_link_in_place_of_the_file_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "audit.jsonl").symlink_to(tmp_path / "victim")
    with pytest.raises(ConfigError, match=r"audit\.jsonl"):
        AuditLog(tmp_path)
    assert not (tmp_path / "victim").exists()


def test_a_flood_of_failures_is_counted_and_hides_nothing_else(tmp_path: Path) -> None:
    clock = Clock()
    log = AuditLog(tmp_path, clock=clock)
    for _ in range(1000):
        log.record(Event.LOGIN, "not-authenticated", door="sscp", user="kim", source="10.0.0.9")
    log.record(Event.LOGIN, "not-authenticated", door="sscp", user="kim", source="10.0.0.8")
    log.record(Event.LOGIN, "ok", door="sscp", user="kim", source="10.0.0.9")
    clock.now += WINDOW_S + 1
    log.record(Event.LOGIN, "not-authenticated", door="sscp", user="kim", source="10.0.0.9")
    log.close()
    entries = written(tmp_path)
    assert len(entries) == MAX_ALIKE + 4
    assert [entry.repeated for entry in entries if entry.repeated] == [1000 - MAX_ALIKE]
    assert [entry.source for entry in entries if entry.result == "ok"] == ["10.0.0.9"]


def test_a_full_file_is_put_aside_and_old_ones_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offhook.manager.audit.MAX_FILE", 100)
    (tmp_path / "audit-20010101T000000-00.jsonl").write_text('{"time": 1, "event": "dial"}\n')
    log = AuditLog(tmp_path, keep_days=10_000)
    for number in range(3):
        log.record(Event.DIAL, "ok", door="sscp", user="kim", terminal="4000", number=f"400{number}")
        log.flush()
    log.close()
    assert [entry.number for entry in written(tmp_path)] == ["", "4000", "4001", "4002"]
    later = AuditLog(tmp_path, keep_days=1, clock=lambda: 4_000_000_000.0)
    later.record(Event.DIAL, "ok", door="sscp", number="x" * 100)
    later.close()
    assert written(tmp_path) == []


def test_lines_that_are_no_entries_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "audit.jsonl").write_text('nonsense\n[]\n{"time": 1.0, "event": "dial", "new": 1}\n{"ti')
    assert written(tmp_path) == [Entry(1.0, "dial")]


def test_dials_and_drops_are_kept_with_their_result(tmp_path: Path) -> None:
    users, calls = user_store(tmp_path), CallLog(tmp_path / "calls.sqlite", keep_days=None)
    audit = AuditLog(tmp_path)
    rules = DialRules([DialRule(deny=("0900",))])
    manager = CallManager(FakeSwitch(), TERMINALS, users, calls, rules=rules, audit=audit)
    call = manager.dial(KIM, "4000", "4001")
    manager.drop(KIM, call.id)
    for terminal, number in (("4000", "0900123"), ("4001", "4000")):
        with pytest.raises(CallError):
            manager.dial(KIM, terminal, number)
    audit.close()
    calls.close()
    users.close()
    assert [(one.event, one.user, one.terminal, one.number, one.result) for one in written(tmp_path)] == [
        ("dial", "kim", "4000", "4001", "ok"),
        ("drop", "kim", "4000", "4001", "ok"),
        ("dial", "kim", "4000", "0900123", "not-allowed"),
        ("dial", "kim", "4001", "4000", "not-allowed"),
    ]

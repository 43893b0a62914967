"""What phones call by themselves goes by the dial rules of their terminals, and is in the audit log."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from offhook.manager.dialrules import DialRule, DialRules
from offhook.manager.service import CallManager
from offhook.manager.stores.audit import FileAuditLog
from offhook.manager.stores.calllog import SqliteCallLog
from tests.manager.helpers import TERMINALS, FakeSwitch

PREMIUM = "90060900123"


@contextmanager
def a_switch(folder: Path, *rules: DialRule) -> Iterator[FakeSwitch]:
    switch = FakeSwitch()
    with (
        closing(SqliteCallLog(folder / "calls.sqlite", keep_days=None)) as log,
        closing(FileAuditLog(folder)) as audit,
    ):
        CallManager(switch, TERMINALS, log, rules=DialRules(rules, outside_prefix="9"), audit=audit)
        yield switch


def entries(folder: Path) -> list[tuple[str, str, str, str, str]]:
    lines = (folder / "audit.jsonl").read_text(encoding="utf-8").splitlines()
    read = map(json.loads, lines)
    return [(one["event"], one["door"], one["result"], one["terminal"], one["number"]) for one in read]


def test_a_phone_does_not_hand_a_call_to_a_denied_number_and_the_audit_log_names_both(
    tmp_path: Path,
) -> None:
    with a_switch(tmp_path, DialRule(deny=("90060",))) as switch:
        assert not switch.may_call("4000", PREMIUM)
    assert entries(tmp_path) == [("dial", "phone", "not-allowed", "4000", PREMIUM)]


def test_what_a_phone_may_call_outside_is_in_the_audit_log_too(tmp_path: Path) -> None:
    with a_switch(tmp_path, DialRule(deny=("90060",))) as switch:
        assert switch.may_call("4000", "9025683848")
        assert switch.may_call("4000", "4001")
    assert entries(tmp_path) == [("dial", "phone", "ok", "4000", "9025683848")]


def test_rules_for_phones_go_by_their_terminals(tmp_path: Path) -> None:
    lobby = DialRule(deny=("",), allow=("4",), terminals=frozenset({"4002"}))
    kim = DialRule(allow=("900",), users=frozenset({"kim"}))
    with a_switch(tmp_path, DialRule(deny=("900",)), kim, lobby) as switch:
        assert switch.may_call("4002", "4001")
        assert not switch.may_call("4002", "9025683848")
        assert not switch.may_call("4000", "9001")


def test_what_is_no_number_is_not_called_where_there_are_rules(tmp_path: Path) -> None:
    with a_switch(tmp_path, DialRule(deny=("90060",))) as switch:
        assert not switch.may_call("4000", "90060900@elsewhere.example")
        assert not switch.may_call("4000", "9%30060900")

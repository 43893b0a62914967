"""What administrators do stands in the audit log with what has come of it."""

import pytest

from offhook.errors import CallError, Refusal
from offhook.manager.audit import Event
from offhook.manager.principal import LOCAL
from offhook.manager.recorded import recorded


class Log:
    def __init__(self) -> None:
        self.entries: list[tuple[Event, str, str, str]] = []

    def record(
        self,
        event: Event,
        result: str,
        *,
        door: str,
        user: str = "",
        source: str = "",
        terminal: str = "",
        number: str = "",
        call: str = "",
    ) -> None:
        self.entries.append((event, result, terminal, number))


def test_what_is_done_is_written_down_with_what_became_known_meanwhile() -> None:
    log = Log()
    with recorded(log, Event.PHONE_ADD, LOCAL, number="00:11") as deed:
        deed.terminal = "4001"
    assert log.entries == [(Event.PHONE_ADD, "ok", "4001", "00:11")]


def test_a_refusal_is_written_down_with_its_reason() -> None:
    log = Log()
    with pytest.raises(CallError), recorded(log, Event.USER, LOCAL, number="kim"):
        raise CallError(Refusal.UNAVAILABLE, "the file cannot be read; try again later")
    assert log.entries == [(Event.USER, "unavailable", "", "kim")]


def test_a_fault_is_written_down_as_a_failure() -> None:
    log = Log()
    with pytest.raises(RuntimeError), recorded(log, Event.OFFICE, LOCAL, number="trunk"):
        raise RuntimeError
    assert log.entries == [(Event.OFFICE, "failure", "", "trunk")]

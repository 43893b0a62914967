"""What is done on somebody's authority stands in the audit log with what has come of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from offhook.errors import CallError, Refusal
from offhook.manager.audit import OK, Event
from offhook.manager.ports import AuditLog
from offhook.manager.principal import Principal


@dataclass(slots=True)
class Deed:
    """What is done; who does it fills in what is known later."""

    number: str
    terminal: str = ""


@contextmanager
def recorded(
    audit: AuditLog | None, event: Event, by: Principal, *, number: str, terminal: str = ""
) -> Iterator[Deed]:
    """Do it within, and write it down at the end: ok, or why it was refused (`CallError`); everything else
    that keeps it from being done is a failure. `number` and `terminal` are the entry's."""
    deed, result = Deed(number, terminal), Refusal.FAILURE.value
    try:
        yield deed
        result = OK
    except CallError as error:
        result = error.refusal.value
        raise
    finally:
        if audit is not None:
            audit.record(
                *(event, result),
                door=by.door,
                user=by.name,
                source=by.origin,
                terminal=deed.terminal,
                number=deed.number,
            )

"""Writes what somebody does into the audit log, with its result."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from offhook.errors import CallError, Refusal
from offhook.manager.audit import OK, Event
from offhook.manager.ports import AuditLog
from offhook.manager.principal import Principal


@dataclass(slots=True)
class AuditedAction:
    """The number and the terminal of the entry. They may be set during the action, when they are known."""

    number: str
    terminal: str = ""


@contextmanager
def recorded(
    audit: AuditLog | None, event: Event, by: Principal, *, number: str, terminal: str = ""
) -> Iterator[AuditedAction]:
    """A context for the action, which is in the audit log when it ends.

    The result is ok, the refusal of a `CallError`, or `failure` for every other exception.
    """
    action, result = AuditedAction(number, terminal), Refusal.FAILURE.value
    try:
        yield action
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
                terminal=action.terminal,
                number=action.number,
            )

"""Counts requests and what became of them, where the audit log hears of them."""

from offhook.manager.audit import Event
from offhook.manager.ports import AuditLog
from offhook.metrics.families import Counter

HERE = "here"
"""Stands for what has come by no protocol: from the Smart Messenger of the same process."""


def requests() -> Counter:
    """What is counted."""
    return Counter(
        "offhook_requests_total",
        "Logins and commands, by their protocol and their result: ok, or why they were refused.",
        ("request", "door", "result"),
    )


class CountingAudit:
    """An audit log that counts its entries and passes them on."""

    def __init__(self, log: AuditLog, requests: Counter) -> None:
        self._log, self._requests = log, requests

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
        """Count it, and store the entry. Never blocks, never raises."""
        self._requests.add(event.value, door or HERE, result)
        self._log.record(
            event,
            result,
            door=door,
            user=user,
            source=source,
            terminal=terminal,
            number=number,
            call=call,
        )

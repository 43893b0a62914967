"""Requests that end a call and that nobody has answered yet, as they are kept for another run of the program,
or another one: what is to be written since the last time, and what need not be kept any more.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Generic, TypeVar

from offhook.sip.tokens import new_token

KEEP_S = 3600.0
"""So long one is kept, over all owners: drivers send a BYE or CANCEL again for an hour."""

MAX_UNANSWERED = 2000
"""So many are kept: a floor whose link is down, with a call at each phone. The oldest go first."""


@dataclass(slots=True)
class Unanswered:
    """What is kept of one beside itself: `since` when it has been to end, by the endpoint's clock; `key` is
    that under which it stands, "" as long as it was never written."""

    terminal: str
    own_address: str
    trunk: str
    since: float
    key: str = ""


What = TypeVar("What")


class UnansweredRequests(Generic[What]):
    """The books of them. A subclass says how one is written, and which are over."""

    prefix: str
    """With which the keys begin."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._open: dict[What, Unanswered] = {}
        """In the order in which they began."""
        self._unwritten: set[What] = set()
        self._gone: set[str] = set()

    def encoded(self, what: What, kept: Unanswered, age_s: float) -> bytes:
        """One as it is written, so long after it began to end."""
        raise NotImplementedError

    def is_over(self, what: What) -> bool:
        """Has it been answered, of which nobody tells?"""
        return False

    def over(self, what: What) -> None:
        """It has been answered. Without effect for one that is not kept."""
        kept = self._open.pop(what, None)
        self._unwritten.discard(what)
        if kept is not None and kept.key:
            self._gone.add(kept.key)

    def collect(self) -> tuple[dict[str, bytes], set[str]]:
        """What is to be written since the last time, and what need not be kept any more."""
        now, room = self._clock(), MAX_UNANSWERED
        for what, kept in reversed(list(self._open.items())):
            room -= 1
            if room < 0 or now - kept.since >= KEEP_S or self.is_over(what):
                self.over(what)
        changed: dict[str, bytes] = {}
        for what in self._unwritten:
            kept = self._open[what]
            kept.key = kept.key or f"{self.prefix}-{new_token()}"
            changed[kept.key] = self.encoded(what, kept, now - kept.since)
        self._unwritten.clear()
        gone, self._gone = self._gone, set()
        return changed, gone

    def not_written(self, keys: Collection[str]) -> None:
        """These could not be written: they are collected again."""
        self._unwritten |= {what for what, kept in self._open.items() if kept.key in keys}

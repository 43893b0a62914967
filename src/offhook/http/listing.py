"""Lists in pages. What is listed is sorted by a time, newest first, and several may have the same one."""

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

from offhook.http.problems import bad_request

T = TypeVar("T")

MAX_ALIKE = 10_000
"""Entries with the same time that a list goes on behind."""


class Cursor:
    """Where a page ended: at this time, of which so many were on it and on the pages before."""

    def __init__(self, time: float, alike: int) -> None:
        self.time, self.alike = time, alike

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """The cursor of a request, None for the first page. Raises `ProblemError`."""
        if not text:
            return None
        time, _, alike = text.partition("_")
        try:
            found = cls(float.fromhex(time), int(alike))
        except (ValueError, OverflowError) as error:
            raise bad_request("cursor is none of ours; take the next of the page before") from error
        if not (math.isfinite(found.time) and 0 <= found.alike <= MAX_ALIKE):
            raise bad_request("cursor is none of ours; take the next of the page before")
        return found

    def __str__(self) -> str:
        return f"{self.time.hex()}_{self.alike}"


def page(
    found: Sequence[T], limit: int, cursor: Cursor | None, time_of: Callable[[T], float]
) -> tuple[Sequence[T], str | None]:
    """The page of what was `found` from the cursor's time on, and where the next one begins.

    `found` has to have one entry more than `limit` and the cursor's `alike` together, if there are so many.
    """
    rest = list(found)
    if cursor is not None:
        alike = 0
        while alike < cursor.alike and alike < len(rest) and time_of(rest[alike]) == cursor.time:
            alike += 1
        rest = rest[alike:]
    shown = rest[:limit]
    if len(rest) <= limit:
        return shown, None
    last = time_of(shown[-1])
    alike = sum(time_of(one) == last for one in shown)
    if cursor is not None and last == cursor.time:
        alike += cursor.alike
    return shown, str(Cursor(last, alike))

"""The texts of many rows, joined: a scan for a word is one search in one long string, which runs in C."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

SAMPLES = 16
SAMPLE = 4_096
"""Characters of which a sixteenth is a sample at least: a few rows."""

_LAST = "\U0010ffff"
"""Sorts behind every other character."""


class RowTexts:
    """A text for each row, in order. Each begins with a line feed or is empty, so that no find that begins
    with one, or has none, goes from one row into the next."""

    def __init__(self, texts: Iterable[str]) -> None:
        parts, self._starts, place = [], array("I", [0]), 0
        for text in texts:
            parts.append(text)
            place += len(text)
            self._starts.append(place)
        self._joined = "".join(parts)

    def of(self, row: int) -> str:
        """The text of a row."""
        return self._joined[self._starts[row] : self._starts[row + 1]]

    def has(self, row: int, part: str) -> bool:
        """Is this in the text of the row?"""
        return self._joined.find(part, self._starts[row], self._starts[row + 1]) >= 0

    def count(self, part: str) -> int:
        """How often this is in the texts."""
        return self._joined.count(part)

    def sampled(self, part: str) -> int:
        """How often this is in a sixteenth of the texts, which is taken from all over them."""
        whole = len(self._joined)
        step = max(SAMPLE, whole // SAMPLES)
        count = self._joined.count
        return sum(count(part, begin, begin + step // SAMPLES) for begin in range(0, whole, step))

    def holding(self, part: str) -> Iterator[int]:
        """The rows that have this in their text."""
        find, starts = self._joined.find, self._starts
        place = find(part)
        while place >= 0:
            row = bisect_right(starts, place) - 1
            yield row
            place = find(part, starts[row + 1])

    def beginning(self, part: str) -> range:
        """The rows whose texts begin with this, if the texts are sorted."""
        rows = range(len(self._starts) - 1)
        return range(bisect_left(rows, part, key=self.of), bisect_left(rows, part + _LAST, key=self.of))

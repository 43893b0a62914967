"""Numbers as they are compared: what is dialled for them, however they are written."""

from collections.abc import Callable

from offhook.errors import AddressError

MAX_KEPT = 20_000
"""Numbers that are remembered: those of the rows of a long list that somebody has scrolled through."""


class CanonicalNumbers:
    """Two spellings are the same number if this gives the same text for both."""

    def __init__(self, dialled: Callable[[str], str]) -> None:
        self._dialled = dialled
        self._kept: dict[str, str] = {}

    def __call__(self, number: str) -> str:
        """The number as it would be dialled; as it stands here, if it cannot be."""
        found = self._kept.get(number)
        if found is None:
            try:
                found = self._dialled(number)
            except AddressError:
                found = " ".join(number.split())
            if len(self._kept) >= MAX_KEPT:
                self._kept.clear()
            self._kept[number] = found
        return found

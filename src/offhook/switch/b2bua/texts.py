"""Where a switch keeps something of each terminal or call as a text, with others that do the same."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol


class Texts(Protocol):
    """A text for each name. Both methods block, and raise `UnavailableError`."""

    def read(self) -> Mapping[str, str]:
        """All of them."""
        ...

    def write(self, changed: Mapping[str, str], removed: Collection[str]) -> None:
        """Change these and remove those."""
        ...

"""What can be dialled at all: it has to go into headers, and onto screens."""

from __future__ import annotations

MAX_NUMBER = 256
"""Characters of an address; people dial far fewer."""


def callable_number(address: str) -> bool:
    """Without blanks and control characters, and not too long."""
    return 0 < len(address) <= MAX_NUMBER and address.isprintable() and " " not in address

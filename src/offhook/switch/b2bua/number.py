"""Numbers and names that are safe in header fields and on a phone's screen."""

from __future__ import annotations

MAX_NUMBER = 256
"""Characters of an address; people dial far fewer."""


def callable_number(address: str) -> bool:
    """Has the address no blanks and control characters, and is it short enough?"""
    return 0 < len(address) <= MAX_NUMBER and address.isprintable() and " " not in address


def printable(name: str) -> str:
    """The name on one line: a line break in it would begin another header field (RFC 3261 §7.3)."""
    return "".join(c if c.isprintable() else " " for c in name).strip()

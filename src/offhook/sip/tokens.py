"""Random tokens for branches, tags and Call-IDs (RFC 3261 §8.1.1.7, §19.3, §8.1.1.4)."""

from __future__ import annotations

from os import urandom
from typing import Final

BYTES: Final = 12
"""Random bytes of a token. Seeing one, as every peer does, must not help to guess the next: a response is
accepted because it contains the token."""

AHEAD: Final = 256
"""Tokens made from one read of the system's random numbers: a call needs
a dozen, and the read takes longest."""

_ready: Final[list[bytes]] = []


def new_token() -> str:
    """A new token: 24 characters of 0-9 a-f. May be called from any thread."""
    try:
        return _ready.pop().hex()  # `pop` is atomic
    except IndexError:
        some = urandom(BYTES * AHEAD)
        _ready.extend(some[at : at + BYTES] for at in range(BYTES, len(some), BYTES))
        return some[:BYTES].hex()

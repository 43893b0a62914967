"""Words that nobody can guess: branches, tags, Call-IDs (RFC 3261 §8.1.1.7, §19.3, §8.1.1.4)."""

from __future__ import annotations

from os import urandom

BYTES = 12
"""Random bytes of each. Who sees one, as every peer does, must learn nothing of the next: an answer is
believed for knowing it."""

AHEAD = 256
"""Words that the system is asked for at once: a call needs a dozen, and to ask takes longer than the rest."""

_ready: list[bytes] = []


def new_token() -> str:
    """24 characters of 0-9 a-f, never given out before. Threads may ask at the same time."""
    try:
        return _ready.pop().hex()  # `pop` gives nothing to two threads
    except IndexError:
        some = urandom(BYTES * AHEAD)
        _ready.extend(some[at : at + BYTES] for at in range(BYTES, len(some), BYTES))
        return some[:BYTES].hex()

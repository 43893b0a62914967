"""DTMF tones for the other party, each as an INFO with `application/dtmf-relay`.

The format is older than RFC 6086 and in no RFC of its own; phones and PBXs have agreed on it. A phone that
takes tones only in the audio (RFC 4733) cannot be reached this way: the switch has no audio.
"""

from __future__ import annotations

CONTENT_TYPE = "application/dtmf-relay"

TONE_MS = 160
"""The usual length of a tone."""

GAP_S = 0.09
"""Silence between two tones; ITU-T Q.24 has receivers that need 65 ms."""

PAUSE_S = 2.0
"""A comma."""

NOT_UNDERSTOOD = (405, 415, 489, 501)
"""Statuses of a phone that will not understand the next INFO either."""


def tone(digit: str, duration_ms: int) -> bytes:
    """The body of the INFO for one digit."""
    return f"Signal={digit}\r\nDuration={duration_ms}\r\n".encode()

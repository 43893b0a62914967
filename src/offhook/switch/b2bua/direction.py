"""The direction of the streams of a session description (RFC 3264 §5.1), by which a phone puts a call on hold
(§8.4, RFC 6337 §5.3)."""

from __future__ import annotations

import re
from typing import Literal

from offhook.switch.b2bua.sdp import divide, is_off

Direction = Literal["sendrecv", "sendonly", "recvonly", "inactive"]

_DIRECTION = re.compile(rb"^a=(sendrecv|sendonly|recvonly|inactive)[ \t]*\r?\n?", re.MULTILINE)
_NOWHERE = re.compile(rb"^c=IN IP(?:4 0\.0\.0\.0|6 ::)[ \t]*\r?$", re.MULTILINE)


def directed(description: bytes, direction: Direction) -> bytes:
    """The description with this direction for every RTP stream that is on.

    An address of 0.0.0.0 (hold as RFC 2543 §B.5 had it) stays: there is none to take its place.
    """
    head, streams = divide(description)
    if not streams:
        return description
    line = f"a={direction}\r\n".encode()
    return _DIRECTION.sub(b"", head) + b"".join(
        section if is_off(section) or not _is_rtp(section) else _ended(_DIRECTION.sub(b"", section)) + line
        for section in streams
    )


def direction_of(description: bytes) -> Direction | None:
    """The direction of the first RTP stream that is on; None where there is none."""
    head, streams = divide(description)
    for section in streams:
        if is_off(section) or not _is_rtp(section):
            continue
        found = _DIRECTION.search(section) or _DIRECTION.search(head)
        name = found[1].decode() if found is not None else "sendrecv"
        has_address = b"\nc=" in section
        nowhere = _NOWHERE.search(section if has_address else head) is not None
        if name == "sendrecv":
            return "sendonly" if nowhere else "sendrecv"
        if name == "recvonly":
            return "inactive" if nowhere else "recvonly"
        return "inactive" if name == "inactive" else "sendonly"
    return None


def as_before(described: bytes, offer: bytes, *, holds: bool) -> bytes:
    """The answer to an offer that says what the phone was told last; b"" where that does not answer it.

    It does where the streams are of the same kinds, each with a format in common. One by DTLS-SRTP is agreed
    on anew with each offer. `holds`: the phone at the other end has the call on hold, and hears nothing.
    """
    _, told = divide(described)
    _, offered = divide(offer)
    if not told or len(told) != len(offered) or b"\na=fingerprint:" in described + offer:
        return b""
    if not all(_answers(one, stream) for one, stream in zip(told, offered, strict=True)):
        return b""
    was, wanted = direction_of(described), direction_of(offer)
    sends = wanted in ("sendrecv", "recvonly") and (not holds or was in ("sendrecv", "sendonly"))
    hears = wanted in ("sendrecv", "sendonly") and not holds
    direction: Direction = "sendrecv" if hears else "sendonly"
    if not sends:
        direction = "recvonly" if hears else "inactive"
    return directed(described, direction)


def _answers(told: bytes, offered: bytes) -> bool:
    ours, theirs = told.split(b"\n", 1)[0].split(), offered.split(b"\n", 1)[0].split()
    same_kind = (ours[0::2][:2], is_off(told)) == (theirs[0::2][:2], is_off(offered))
    return same_kind and bool(set(ours[3:]) & set(theirs[3:]))


def _is_rtp(section: bytes) -> bool:
    return b"RTP/" in section.split(b"\n", 1)[0]


def _ended(section: bytes) -> bytes:
    return section if section.endswith(b"\n") else section + b"\r\n"

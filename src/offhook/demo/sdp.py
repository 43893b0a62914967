"""Session descriptions of the demo phone: one audio stream, PCMU or PCMA (RFC 4566, RFC 3264, RFC 3551)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

PAYLOADS = {0: "PCMU/8000", 8: "PCMA/8000"}
"""The static payload types that the phone supports."""

MIRRORED = {"sendrecv": "sendrecv", "sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive"}
"""The direction of an answer, by that of the offer (RFC 3264 §6.1)."""


@dataclass(frozen=True, slots=True)
class Media:
    """An audio stream of a session description.

    `streams` are the m= lines of the description, `place` is the index of this one. An answer has as many m=
    lines, with port zero for streams that the phone does not support (RFC 3264 §6).
    """

    address: tuple[str, int]
    payloads: tuple[int, ...] = (0, 8)
    direction: str = "sendrecv"
    streams: tuple[str, ...] = field(default=(), compare=False)
    place: int = field(default=0, compare=False)


def write(media: Media, session: int, version: int) -> bytes:
    """The description with CRLF lines. `version` rises with each description of a session."""
    host, port = media.address
    family = "IP6" if ":" in host else "IP4"
    lines = [
        "v=0",
        f"o=- {session} {version} IN {family} {host}",
        "s=-",
        f"c=IN {family} {host}",
        "t=0 0",
        *(_off(stream) for stream in media.streams[: media.place]),
        f"m=audio {port} RTP/AVP {' '.join(map(str, media.payloads))}",
        *(f"a=rtpmap:{payload} {PAYLOADS[payload]}" for payload in media.payloads),
        "a=ptime:20",
        f"a={media.direction}",
        *(_off(stream) for stream in media.streams[media.place + 1 :]),
    ]
    return ("\r\n".join(lines) + "\r\n").encode()


def read(body: bytes) -> Media | None:
    """The first active audio stream, with the payloads that the phone supports, if any."""
    sections: list[list[str]] = [[]]
    for line in body.decode("utf-8", "replace").splitlines():
        if line.startswith("m="):
            sections.append([])
        sections[-1].append(line.strip())
    streams = tuple(section[0] for section in sections[1:])
    found: Media | None = None
    for place, section in enumerate(sections[1:]):
        words = section[0][2:].split()
        if len(words) < 4 or words[0] != "audio" or not words[1].isdecimal():
            continue
        payloads = tuple(int(w) for w in words[3:] if w.isdecimal() and int(w) in PAYLOADS)
        host, direction = _told([*sections[0], *section])
        if host and payloads and (found is None or (int(words[1]) and not found.address[1])):
            found = Media((host, int(words[1])), payloads, direction, streams, place)
    return found


def _told(lines: list[str]) -> tuple[str, str]:
    """Address and direction: attributes of the stream override those of the session."""
    host, direction = "", "sendrecv"
    for line in lines:
        kind, _, value = line.partition("=")
        words = value.split()
        if kind == "c" and len(words) == 3:
            host = words[2]
        elif kind == "a" and value in MIRRORED:
            direction = value
    return host, direction


def _off(stream: str) -> str:
    return re.sub(r"^(m=\S+\s+)\S+", r"\g<1>0", stream)


def answer_to(offer: Media, address: tuple[str, int]) -> Media:
    """Our answer: the common codecs and the mirrored direction."""
    held = offer.address[0] in ("0.0.0.0", "::")  # the old way to hold a call (RFC 2543 §B.5)
    direction = "recvonly" if held and offer.direction == "sendrecv" else MIRRORED[offer.direction]
    return Media(address, offer.payloads, direction, offer.streams, offer.place)

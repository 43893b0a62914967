"""Session descriptions of the demo phone: one audio stream, PCMU or PCMA (RFC 4566, RFC 3264, RFC 3551)."""

from __future__ import annotations

from dataclasses import dataclass

PAYLOADS = {0: "PCMU/8000", 8: "PCMA/8000"}
"""The static payload types that the phone can do."""

MIRRORED = {"sendrecv": "sendrecv", "sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive"}
"""The direction of an answer, by that of the offer (RFC 3264 §6.1)."""


@dataclass(frozen=True, slots=True)
class Media:
    """An audio stream as somebody described it."""

    address: tuple[str, int]
    payloads: tuple[int, ...] = (0, 8)
    direction: str = "sendrecv"


def write(media: Media, session: int, version: int) -> bytes:
    """The description, CRLF lines. `version` goes up with each that is sent in a session."""
    host, port = media.address
    family = "IP6" if ":" in host else "IP4"
    lines = [
        "v=0",
        f"o=- {session} {version} IN {family} {host}",
        "s=-",
        f"c=IN {family} {host}",
        "t=0 0",
        f"m=audio {port} RTP/AVP {' '.join(map(str, media.payloads))}",
        *(f"a=rtpmap:{payload} {PAYLOADS[payload]}" for payload in media.payloads),
        "a=ptime:20",
        f"a={media.direction}",
    ]
    return ("\r\n".join(lines) + "\r\n").encode()


def read(body: bytes) -> Media | None:
    """The first audio stream, with those of its payloads that the phone can do; None when there is none."""
    host, port, direction = "", 0, "sendrecv"
    payloads: tuple[int, ...] = ()
    section = 0
    for line in body.decode("utf-8", "replace").splitlines():
        kind, _, value = line.strip().partition("=")
        words = value.split()
        if kind == "m":
            section += 1
            if section == 1 and len(words) > 3 and words[0] == "audio" and words[1].isdecimal():
                port = int(words[1])
                payloads = tuple(int(w) for w in words[3:] if w.isdecimal() and int(w) in PAYLOADS)
        elif kind == "c" and section < 2 and len(words) == 3:
            host = words[2]
        elif kind == "a" and section < 2 and value in MIRRORED:
            direction = value
    return Media((host, port), payloads, direction) if host and payloads else None


def answer_to(offer: Media, address: tuple[str, int]) -> Media:
    """Our side of it: the codecs that both know, the direction mirrored."""
    held = offer.address[0] in ("0.0.0.0", "::")  # the old way to hold (RFC 2543 §B.5)
    direction = "recvonly" if held and offer.direction == "sendrecv" else MIRRORED[offer.direction]
    return Media(address, offer.payloads, direction)

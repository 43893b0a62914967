"""The session descriptions of the demo phone: one audio stream, PCMU and PCMA (RFC 4566, RFC 3264)."""

import re

_ANSWERS = {"sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive"}


def describe(host: str, port: int, version: int, direction: str = "sendrecv") -> bytes:
    """An offer or answer for audio at `host:port`; `version` goes up with each one of a call."""
    family = "IP6" if ":" in host else "IP4"
    return (
        "v=0\r\n"
        f"o=- {port} {version} IN {family} {host}\r\n"
        "s=-\r\n"
        f"c=IN {family} {host}\r\n"
        "t=0 0\r\n"
        f"m=audio {port} RTP/AVP 0 8 101\r\n"
        "a=rtpmap:0 PCMU/8000\r\n"
        "a=rtpmap:8 PCMA/8000\r\n"
        "a=rtpmap:101 telephone-event/8000\r\n"
        f"a={direction}\r\n"
    ).encode()


def direction_of(sdp: bytes) -> str:
    """Which way the media of an offer or answer flow, as its sender sees it: `sendrecv` unless it says."""
    found = re.search(rb"^a=(sendrecv|sendonly|recvonly|inactive)\s*$", sdp, re.MULTILINE)
    return found[1].decode() if found else "sendrecv"


def answer_direction(offer: bytes, wanted: str = "sendrecv") -> str:
    """The direction of the answer to an offer, from one who would like `wanted` (RFC 3264 §6.1)."""
    offered = direction_of(offer)
    return wanted if offered == "sendrecv" else _ANSWERS[offered]


def media_address(sdp: bytes) -> tuple[str, int] | None:
    """Where the first audio stream wants its media: (host, port), None for none or a refused one."""
    port = re.search(rb"^m=audio (\d+) ", sdp, re.MULTILINE)
    host = re.search(rb"^c=IN IP[46] (\S+)", sdp, re.MULTILINE)
    if port is None or host is None or port[1] == b"0":
        return None
    return host[1].decode(), int(port[1])

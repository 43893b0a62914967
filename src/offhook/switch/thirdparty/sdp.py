"""What the switch does to session descriptions: it describes no media of its own (RFC 4566, RFC 3264)."""

from __future__ import annotations

import base64
import re
import secrets

_ORIGIN = re.compile(rb"^o=[^\r\n]*", re.MULTILINE)
_ADDRESS = re.compile(rb"^(?:c=[^\r\n]*|m=\w+ \d+)", re.MULTILINE)
_CRYPTO = re.compile(r"a=crypto:(\d+) (\S+) ")

_KEY_BYTES = {"AES_256_CM_HMAC_SHA1_80": 46, "AES_256_CM_HMAC_SHA1_32": 46}


class Origin:
    """The o= line of one leg: one session id, and a version that goes up with each change (RFC 3264 §8)."""

    def __init__(self, host: str) -> None:
        self._host = f"IP6 {host}" if ":" in host else f"IP4 {host}"
        self._id = secrets.randbits(31)
        self._version = 0
        self._last = b""

    def stamp(self, sdp: bytes) -> bytes:
        """The description with this leg's o= line; the version is kept where nothing has changed."""
        if not sdp:
            return sdp
        blank = _ORIGIN.sub(b"", sdp, count=1)
        if blank != self._last:
            self._last = blank
            self._version += 1
        line = f"o=offhook {self._id} {self._version} IN {self._host}".encode()
        return _ORIGIN.sub(line, sdp, count=1)


def black_hole(offer: bytes) -> bytes:
    """The answer that takes every stream of an offer and lets nothing flow (RFC 3725 §4.3, 3264 §8.4).

    `a=inactive` rather than the older 0.0.0.0, and port 9 (discard), so that a phone that sends all the
    same troubles nobody.
    """
    lines = offer.decode("utf-8", "replace").splitlines()
    first = next((at for at, line in enumerate(lines) if line.startswith("m=")), len(lines))
    family = "IP6 ::1" if any(line.startswith("c=IN IP6") for line in lines) else "IP4 127.0.0.1"
    out = ["v=0", f"o=- 0 0 IN {family}", "s=-", f"c=IN {family}", "t=0 0"]
    for line in lines[first:]:
        if line.startswith("m="):
            kind, _, rest = line.partition(" ")
            _, _, formats = rest.partition(" ")
            out += [f"{kind} 9 {formats}", "a=inactive"]
        elif line.startswith("a=rtpmap:") or line.startswith("a=fmtp:"):
            out.append(line)
        elif (crypto := _CRYPTO.match(line)) is not None:
            out.append(_own_crypto(crypto[1], crypto[2]))
    return ("\r\n".join(_one_crypto(out)) + "\r\n").encode()


def same_media(one: bytes, other: bytes) -> bool:
    """Do two descriptions want their media at the same addresses and ports?"""
    return _ADDRESS.findall(one) == _ADDRESS.findall(other)


def same(one: bytes, other: bytes) -> bool:
    """Do two descriptions say the same, whatever their o= lines say?"""
    return _ORIGIN.sub(b"", one, count=1) == _ORIGIN.sub(b"", other, count=1)


def _own_crypto(tag: str, suite: str) -> str:
    # An answer to SRTP must carry a key (RFC 4568 §5.1.2); no media will ever use this one.
    key = base64.b64encode(secrets.token_bytes(_KEY_BYTES.get(suite, 30))).decode()
    return f"a=crypto:{tag} {suite} inline:{key}"


def _one_crypto(lines: list[str]) -> list[str]:
    """Only the first crypto line of each stream: an answer chooses one."""
    kept: list[str] = []
    chosen = False
    for line in lines:
        if line.startswith("m="):
            chosen = False
        if line.startswith("a=crypto:"):
            if chosen:
                continue
            chosen = True
        kept.append(line)
    return kept

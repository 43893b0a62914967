"""How a call of another telephone system of the cluster is known: a code over what says who calls whom.

    Offhook-System: 1790000000 5d41402abc4b2a76...

The seconds since 1970, and HMAC-SHA-256 (RFC 2104) with the key of the telephone system that is called, which
only nodes of the cluster have. No I/O.
"""

from __future__ import annotations

import hmac
from collections import OrderedDict

from offhook.sip.message import Request

HEADER = "Offhook-System"

TAKES = "Offhook-Takes"
"""It stands in an INVITE that is to take the call which rings at the phone; its value says nothing."""

GOOD_S = 60
"""How far the clocks of two nodes may be apart."""

MAX_REMEMBERED = 20_000
"""Codes that were used, of two minutes: some 160 calls a second."""


def seal(request: Request, key: str, now: float) -> None:
    """Put the code into an INVITE that is complete otherwise. `now` is in seconds since 1970."""
    at = str(int(now))
    request.headers.set(HEADER, f"{at} {_code(request, key, at)}")


def _code(request: Request, key: str, at: str) -> str:
    headers = request.headers
    said = [request.uri, *(headers.get(name) or "" for name in ("Call-ID", "From", "Privacy")), at]
    said += headers.all(TAKES)
    text = "\0".join(said).encode(errors="surrogatepass")
    return hmac.digest(key.encode(), text, "sha256").hex()


class Seals:
    """Tells which codes are good: each once, and for about a minute."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._used: OrderedDict[str, int] = OrderedDict()

    def opens(self, request: Request, now: float) -> bool:
        """Is the INVITE one of another telephone system of the cluster, and not a repetition of one?"""
        at, _, code = (request.headers.get(HEADER) or "").partition(" ")
        if not (at.isascii() and at.isdecimal() and len(at) < 12) or abs(int(at) - now) > GOOD_S:
            return False
        if not hmac.compare_digest(code.encode(errors="replace"), _code(request, self._key, at).encode()):
            return False
        while self._used and next(iter(self._used.values())) < now - 2 * GOOD_S:
            self._used.popitem(last=False)
        if code in self._used or len(self._used) >= MAX_REMEMBERED:
            return False
        self._used[code] = int(now)
        return True

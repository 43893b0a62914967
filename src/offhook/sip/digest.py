"""Digest authentication for SIP (RFC 3261 §22, RFC 7616, RFC 8760): both sides, sans-IO.

A nonce carries its time and our signature, so that none has to be remembered when it is given out. What is
remembered, with a bound, is the nonce count of those that were used: a count that is not higher than the last
is a replay. Without qop (RFC 2069 phones) there is no count; such a nonce is good for one request only.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from offhook.sip.message import Request, Response, SipParseError, Uri, make_response

ALGORITHMS = ("MD5",)
"""What is offered unless configured otherwise.

RFC 8760 §2.4 wants ("SHA-256", "MD5"), best first, and that ought to be harmless. But baresip 1.0.0, the one
of Debian 12, gives up on any 401 with a SHA-256 challenge in it, first or second ("Register: Function not
implemented"), and it is not the only phone of its age. With MD5 alone it registers. Sites whose phones all
know SHA-256 set both, or SHA-256 alone.
"""

KNOWN_ALGORITHMS = ("SHA-256", "MD5")
"""What can be offered, best first."""

NONCE_LIFETIME_S = 300.0
"""A nonce that is older is stale: the phone gets a new one and tries again without asking anybody."""

MAX_NONCES = 50_000
"""Used nonces whose counts are remembered. Beyond it the oldest go, and count as stale from then on."""

MAX_NC = 0xFFFFFFFF

_HASHES: Mapping[str, str] = {"MD5": "md5", "SHA-256": "sha256"}
_PARAM = re.compile(r'([A-Za-z0-9_*-]+)\s*+=\s*+("(?:[^"\\]|\\.)*+"|[^\s,"]*+)\s*+(?:,\s*+|$)', re.DOTALL)
_UNQUOTED = frozenset({"algorithm", "qop", "nc", "stale"})


class Outcome(Enum):
    """What to do with a request."""

    ACCEPTED = "accepted"
    MISSING = "missing"  # no credentials for us: challenge
    STALE = "stale"  # good credentials on an old or used nonce: challenge anew with stale=true
    REFUSED = "refused"  # wrong user or password: challenge anew, or 403


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome; `user` is who the request says it is (verified only when ACCEPTED)."""

    outcome: Outcome
    user: str = ""

    @property
    def accepted(self) -> bool:
        """Is it that user?"""
        return self.outcome is Outcome.ACCEPTED


class DigestServer:
    """Challenges requests and checks their credentials. Times are seconds of one clock."""

    def __init__(
        self,
        realm: str,
        algorithms: Sequence[str] = ALGORITHMS,
        *,
        lifetime: float = NONCE_LIFETIME_S,
    ) -> None:
        """Raises `ValueError` for an algorithm that is not in `KNOWN_ALGORITHMS`, and for none."""
        if not algorithms or any(name not in _HASHES for name in algorithms):
            raise ValueError(f"digest algorithms are {', '.join(KNOWN_ALGORITHMS)}, at least one")
        self.realm, self.algorithms, self.lifetime = realm, tuple(algorithms), lifetime
        self._secret = secrets.token_bytes(32)
        self._counts: dict[str, int] = {}
        self._forgotten = -1

    def challenge(self, request: Request, now: float, *, stale: bool = False, source: str = "") -> Response:
        """The 401 with one WWW-Authenticate for each algorithm; its nonce is good for this source alone."""
        response = make_response(request, 401)
        nonce = self._nonce(now, source)
        suffix = ", stale=true" if stale else ""
        response.headers.set(
            "WWW-Authenticate",
            [
                f'Digest realm="{self.realm}", nonce="{nonce}", qop="auth", algorithm={name}{suffix}'
                for name in self.algorithms
            ],
        )
        return response

    def authenticate(
        self, request: Request, password: Callable[[str], str | None], now: float, *, source: str = ""
    ) -> Verdict:
        """Check the Authorization. `password` looks up the password of a user, None for an unknown one.

        REFUSED is said only to who was challenged at this source: nobody fails in another one's name.
        """
        params = self._credentials(request)
        if params is None:
            return Verdict(Outcome.MISSING)
        return self._check(request, params, password, now, source)

    def claimed(self, request: Request) -> str | None:
        """Who the request says it is, unchecked; None without credentials for us."""
        params = self._credentials(request)
        return None if params is None else params.get("username", "")

    def _credentials(self, request: Request) -> dict[str, str] | None:
        found = (parse_auth(value) for value in request.headers.all("Authorization"))
        return next((params for params in found if params.get("realm") == self.realm), None)

    def _check(
        self,
        request: Request,
        params: dict[str, str],
        password: Callable[[str], str | None],
        now: float,
        source: str,
    ) -> Verdict:
        user = params.get("username", "")
        algorithm = params.get("algorithm", "MD5").upper()
        qop, nonce = params.get("qop", "").lower(), params.get("nonce", "")
        issued = self._issued(nonce, source)
        if issued is None:
            # Of before our restart, as a rule: the phone may have the right password all the same.
            return Verdict(Outcome.STALE, user)
        if algorithm not in self.algorithms or qop not in ("", "auth"):
            return Verdict(Outcome.REFUSED, user)
        if not _same_uri(params.get("uri", ""), request.uri):
            return Verdict(Outcome.REFUSED, user)
        known = password(user)
        expected = digest_response(algorithm, user, self.realm, known or "", request.method, params)
        if not hmac.compare_digest(expected.encode(), params.get("response", "").lower().encode()):
            return Verdict(Outcome.REFUSED, user)
        if known is None:
            return Verdict(Outcome.REFUSED, user)
        fresh = now - issued <= self.lifetime and self._count(nonce, issued, params, bool(qop))
        return Verdict(Outcome.ACCEPTED if fresh else Outcome.STALE, user)

    def _count(self, nonce: str, issued: int, params: dict[str, str], counted: bool) -> bool:
        """Take the nonce count; False for a replay, and for what is too old to know."""
        try:
            count = int(params.get("nc", ""), 16) if counted else MAX_NC
        except ValueError:
            return False
        last = self._counts.get(nonce)
        if last is None and issued <= self._forgotten:
            return False
        if not (last or 0) < count <= MAX_NC:
            return False
        self._counts[nonce] = count
        if len(self._counts) > MAX_NONCES:
            oldest = next(iter(self._counts))
            self._forgotten = max(self._forgotten, _time_of(oldest))
            del self._counts[oldest]
        return True

    def _nonce(self, now: float, source: str) -> str:
        body = f"{int(now):08x}{secrets.token_hex(6)}"
        return body + self._sign(body, source)

    def _issued(self, nonce: str, source: str) -> int | None:
        body, signature = nonce[:-32], nonce[-32:]
        if not hmac.compare_digest(self._sign(body, source).encode(), signature.encode()):
            return None
        return _time_of(nonce)

    def _sign(self, body: str, source: str) -> str:
        signed = f"{body} {source}".encode()
        return hmac.new(self._secret, signed, hashlib.sha256).hexdigest()[:32]


def _time_of(nonce: str) -> int:
    """When one of our nonces was given out: what stands before 12 random and 32 signing digits."""
    return int(nonce[:-44], 16)


class DigestClient:
    """Answers challenges with one user's password; remembers the last one for the requests that follow."""

    def __init__(self, user: str, password: str) -> None:
        self.user = user
        self._password = password
        self._challenge: dict[str, str] = {}
        self._header = "Authorization"
        self._count = 0

    def authorize(self, request: Request, response: Response) -> Request | None:
        """The request once more, with credentials and the next CSeq, after a 401 or 407.

        None when there is nothing to be done: no challenge that we know, or our password was refused. It was
        not where the nonce had served before and another one is given now, whether or not it says `stale`.
        """
        proxy = response.status == 407
        header = "Proxy-Authorization" if proxy else "Authorization"
        found = self._choose(response.headers.all("Proxy-Authenticate" if proxy else "WWW-Authenticate"))
        if found is None:
            return None
        credentials = request.headers.get(header)
        if credentials is not None and found.get("stale", "").lower() != "true":
            sent = parse_auth(credentials)
            if sent.get("nc", "00000001") == "00000001" or found.get("nonce") == sent.get("nonce"):
                return None
        self._challenge, self._header, self._count = found, header, 0
        again = Request(request.method, request.uri, request.headers.copy(), request.body)
        again.headers.set("CSeq", f"{request.cseq + 1} {request.method}")
        self.sign(again)
        return again

    def sign(self, request: Request) -> None:
        """Put in credentials on the last challenge, if there was one: it saves a round trip."""
        challenge = self._challenge
        if not challenge:
            return
        self._count += 1
        params = {
            "username": self.user,
            "realm": challenge.get("realm", ""),
            "nonce": challenge.get("nonce", ""),
            "uri": request.uri,
            "algorithm": challenge.get("algorithm", "MD5"),
        }
        if "opaque" in challenge:
            params["opaque"] = challenge["opaque"]
        if "auth" in [option.strip() for option in challenge.get("qop", "").lower().split(",")]:
            params |= {"qop": "auth", "nc": f"{self._count:08x}", "cnonce": secrets.token_hex(8)}
        params["response"] = digest_response(
            params["algorithm"].upper(), self.user, params["realm"], self._password, request.method, params
        )
        request.headers.set(self._header, format_auth(params))

    @staticmethod
    def _choose(challenges: list[str]) -> dict[str, str] | None:
        # The server's order is its preference (RFC 8760 §2.4).
        for value in challenges:
            params = parse_auth(value)
            if params and params.get("algorithm", "MD5").upper() in _HASHES:
                return params
        return None


def parse_auth(value: str) -> dict[str, str]:
    """The parameters of a Digest challenge or credentials, names in lower case; empty for another scheme."""
    scheme, _, rest = value.strip().partition(" ")
    if scheme.lower() != "digest":
        return {}
    params: dict[str, str] = {}
    at, rest = 0, rest.strip()
    while at < len(rest) and (match := _PARAM.match(rest, at)) is not None:
        text = match[2]
        if text.startswith('"'):
            text = re.sub(r"\\(.)", r"\1", text[1:-1])
        params.setdefault(match[1].lower(), text)
        at = match.end()
    return params


def format_auth(params: Mapping[str, str]) -> str:
    """The header value of credentials."""
    return "Digest " + ", ".join(
        f"{name}={value}" if name in _UNQUOTED else f'{name}="{_escape(value)}"'
        for name, value in params.items()
    )


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def digest_response(
    algorithm: str, user: str, realm: str, password: str, method: str, params: Mapping[str, str]
) -> str:
    """The `response` parameter: RFC 7616 §3.4.1, and without qop RFC 2069."""

    def digest(*parts: str) -> str:
        return hashlib.new(_HASHES[algorithm], ":".join(parts).encode(), usedforsecurity=False).hexdigest()

    secret, what = digest(user, realm, password), digest(method, params.get("uri", ""))
    if not params.get("qop"):
        return digest(secret, params.get("nonce", ""), what)
    return digest(
        secret, params.get("nonce", ""), params.get("nc", ""), params.get("cnonce", ""), params["qop"], what
    )


def _same_uri(signed: str, asked: str) -> bool:
    """Is the digest for this Request-URI? Some phones sign it without its parameters."""
    if signed == asked:
        return True
    try:
        one, other = Uri.parse(signed), Uri.parse(asked)
    except SipParseError:
        return False
    return (one.user, one.host.lower(), one.port) == (other.user, other.host.lower(), other.port)

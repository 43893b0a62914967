"""Digest authentication for SIP (RFC 3261 §22, RFC 7616, RFC 8760): both sides, sans-IO.

A nonce contains its time and a signature, so it need not be stored when it is issued. Only the nonce counts
of used ones are stored, up to a limit: a count that is not higher than the last one is a replay. Without qop
(RFC 2069 phones) there is no count; such a nonce is good for one request only.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from offhook.sip.authparams import (
    digest_response,
    format_auth,
    hash_of,
    parse_auth,
    parse_challenges,
    parse_info,
)
from offhook.sip.message import Request, Response, SipParseError, Uri, make_response

ALGORITHMS = ("MD5",)
"""What is offered unless configured otherwise.

RFC 8760 §2.4 wants ("SHA-256", "MD5"), best first, and that ought to be harmless. But baresip 1.0.0, the one
of Debian 12, gives up on any 401 with a SHA-256 challenge in it, first or second ("Register: Function not
implemented"), and it is not the only phone of its age. With MD5 alone it registers. Sites whose phones all
know SHA-256 set both, or SHA-256 alone.
"""

KNOWN_ALGORITHMS = ("SHA-256", "MD5")
"""The supported algorithms, best first."""

NONCE_LIFETIME_S = 300.0
"""An older nonce is stale: the phone gets a new one and retries without asking the user."""

MAX_NONCES = 50_000
"""Used nonces whose counts are stored. Above it the oldest are dropped, and count as stale."""

MAX_NC = 0xFFFFFFFF

MAX_STALE = 3
"""How often in a row a server may call a new nonce stale; then it is not answered any more."""

MAX_WORD = 64
"""Characters of a server's text that are put into a message."""

MAX_REALMS = 4
"""Proxies that may each challenge a request (RFC 3261 §22.3), so sets of credentials in one."""


class Outcome(Enum):
    """The result of checking a request."""

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
        """Is the user verified?"""
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
        if not algorithms or any(name not in KNOWN_ALGORITHMS for name in algorithms):
            raise ValueError(f"digest algorithms are {', '.join(KNOWN_ALGORITHMS)}, at least one")
        self.realm, self.algorithms, self.lifetime = realm, tuple(algorithms), lifetime
        self._keyed = hmac.new(secrets.token_bytes(32), digestmod="sha256")
        self._counts: dict[str, int] = {}
        self._forgotten = -1

    def challenge(self, request: Request, now: float, *, stale: bool = False, source: str = "") -> Response:
        """The 401 with one WWW-Authenticate for each algorithm. The nonce is valid for this source only."""
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
        self,
        request: Request,
        password: Callable[[str], str | None],
        now: float,
        *,
        source: str = "",
        credentials: Mapping[str, str] | None = None,
    ) -> Verdict:
        """Check the Authorization. `password` looks up the password of a user, None for an unknown one.
        `credentials` are those of the request, if they have been read already.

        REFUSED only for a nonce issued to this source: nobody can cause failures in the name of another host.
        """
        params = self.credentials(request) if credentials is None else credentials
        if params is None:
            return Verdict(Outcome.MISSING)
        return self._check(request, params, password, now, source)

    def credentials(self, request: Request) -> dict[str, str] | None:
        """The credentials for our realm, not verified; None if there are none for us."""
        for value in request.headers.all("Authorization")[:MAX_REALMS]:
            params = parse_auth(value)
            if params.get("realm") == self.realm:
                return params
        return None

    def _check(
        self,
        request: Request,
        params: Mapping[str, str],
        password: Callable[[str], str | None],
        now: float,
        source: str,
    ) -> Verdict:
        user = params.get("username", "")
        algorithm = params.get("algorithm", "MD5").upper()
        qop, nonce = params.get("qop", "").lower(), params.get("nonce", "")
        issued = self._issued(nonce, source)
        if issued is None:
            # Usually issued before a restart: the password may be right all the same.
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

    def _count(self, nonce: str, issued: int, params: Mapping[str, str], counted: bool) -> bool:
        """Store the nonce count; False for a replay, or if the nonce is too old to know."""
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
        # A copy takes a fifth of what it takes to make one anew; each call is waited for twice meanwhile.
        signature = self._keyed.copy()
        signature.update(f"{body} {source}".encode())
        return signature.hexdigest()[:32]


def _time_of(nonce: str) -> int:
    """When one of our nonces was issued: the digits before 12 random and 32 signature digits."""
    return int(nonce[:-44], 16)


class _Session:
    """A challenge that is being answered, also in the following requests."""

    __slots__ = ("challenge", "cnonce", "count", "first_nonce", "stale")

    def __init__(self, challenge: dict[str, str]) -> None:
        self.challenge = challenge
        self.first_nonce = challenge.get("nonce", "")
        self.cnonce, self.count, self.stale = secrets.token_hex(8), 0, 0


_CREDENTIALS = {"WWW-Authenticate": "Authorization", "Proxy-Authenticate": "Proxy-Authorization"}
_INFO = {"Authentication-Info": "Authorization", "Proxy-Authentication-Info": "Proxy-Authorization"}


class DigestClient:
    """Answers challenges with the password of one user; reuses the last ones for the following requests."""

    def __init__(self, user: str, password: str) -> None:
        self.user = user
        self._password = password
        self._sessions: dict[tuple[str, str], _Session] = {}  # by header of the credentials, and realm

    def authorize(self, request: Request, response: Response) -> Request | None:
        """The request again, with credentials and the next CSeq, after a 401 or 407.

        None if that makes no sense: there is no supported challenge, or the password was refused. It was not
        refused if the nonce had been accepted before and a new one is offered, even without `stale`.
        """
        chosen = _choose(response)
        if chosen is None:
            return None
        header, found = chosen
        session, key = _Session(found), (header, found.get("realm", ""))
        sent = next(
            (
                params
                for params in map(parse_auth, request.headers.all(header))
                if params.get("realm", "") == key[1]
            ),
            None,
        )
        if sent is not None:
            if found.get("stale", "").lower() == "true":
                session.stale = self._sessions[key].stale + 1 if key in self._sessions else 1
                if session.stale > MAX_STALE:
                    return None
            elif sent.get("nc", "00000001") == "00000001" or found.get("nonce") == sent.get("nonce"):
                return None
        elif request.headers.count(header) >= MAX_REALMS:
            return None
        self._sessions.pop(key, None)
        if len(self._sessions) >= MAX_REALMS:
            del self._sessions[next(iter(self._sessions))]
        self._sessions[key] = session
        again = Request(request.method, request.uri, request.headers.copy(), request.body)
        again.headers.set("CSeq", f"{request.cseq + 1} {request.method}")
        self.sign(again)
        return again

    def sign(self, request: Request) -> None:
        """Add credentials for the last challenges, if there were any: this saves a round trip."""
        made: dict[str, list[str]] = {}
        for (header, _), session in self._sessions.items():
            made.setdefault(header, []).append(self._credentials(session, request))
        for header, values in made.items():
            request.headers.set(header, values)

    def learn(self, response: Response) -> None:
        """Handle a 2xx: the credentials were accepted, and it may contain the next nonce (RFC 7616 §3.5)."""
        for info, header in _INFO.items():
            sessions = [one for (name, _), one in self._sessions.items() if name == header]
            for session in sessions:
                session.stale = 0
            told = parse_info(response.headers.get(info) or "").get("nextnonce", "")
            if told and len(sessions) == 1:
                sessions[0].challenge["nonce"], sessions[0].count = told, 0

    def _credentials(self, session: _Session, request: Request) -> str:
        challenge = session.challenge
        session.count += 1
        params = {
            "username": self.user,
            "realm": challenge.get("realm", ""),
            "nonce": challenge.get("nonce", ""),
            "uri": request.uri,
            "algorithm": challenge.get("algorithm", "MD5"),
        }
        if "opaque" in challenge:
            params["opaque"] = challenge["opaque"]
        if qop := _qop(challenge):
            params |= {"qop": qop, "nc": f"{session.count:08x}", "cnonce": session.cnonce}
        elif params["algorithm"].upper().endswith("-SESS"):
            params["cnonce"] = session.cnonce
        params["response"] = digest_response(
            params["algorithm"],
            self.user,
            params["realm"],
            self._password,
            request.method,
            params,
            request.body,
            session.first_nonce,
        )
        return format_auth(params)


def unanswerable(response: Response) -> str:
    """Why no challenge of a 401 or 407 can be answered; empty if one can."""
    if _choose(response) is not None:
        return ""
    told = [challenge for name in _CREDENTIALS for challenge in _challenges(response, name)]
    if not told:
        return "no challenge"
    scheme, params = told[0]
    if scheme != "digest":
        return f"scheme {scheme[:MAX_WORD]!a}"
    if hash_of(algorithm := params.get("algorithm", "MD5")) is None:
        return f"algorithm {algorithm[:MAX_WORD]!a}"
    return f"qop {params.get('qop', '')[:MAX_WORD]!a}"


def _choose(response: Response) -> tuple[str, dict[str, str]] | None:
    """The challenge to answer, with the header of the answer: the server's order is its preference.

    (RFC 8760 §2.4.) A 407 has it in Proxy-Authenticate, but some servers use WWW-Authenticate.
    """
    proxy, own = "Proxy-Authenticate", "WWW-Authenticate"
    for name in (proxy, own) if response.status == 407 else (own, proxy):
        for scheme, params in _challenges(response, name):
            known = scheme == "digest" and hash_of(params.get("algorithm", "MD5")) is not None
            if known and (_qop(params) or not params.get("qop", "").strip(", ")):
                return _CREDENTIALS[name], params
    return None


def _challenges(response: Response, name: str) -> list[tuple[str, dict[str, str]]]:
    return [challenge for value in response.headers.all(name) for challenge in parse_challenges(value)]


def _qop(challenge: Mapping[str, str]) -> str:
    """The quality of protection to answer with, of those offered; empty for none."""
    offered = {option.strip() for option in challenge.get("qop", "").lower().split(",")}
    return next((option for option in ("auth", "auth-int") if option in offered), "")


def _same_uri(signed: str, asked: str) -> bool:
    """Was the digest computed for this Request-URI? Some phones omit its parameters."""
    if signed == asked:
        return True
    try:
        one, other = Uri.parse(signed), Uri.parse(asked)
    except SipParseError:
        return False
    return (one.user, one.host.lower(), one.port) == (other.user, other.host.lower(), other.port)

"""Who has logged in: tokens, in `Authorization` or in a cookie, and the principals they stand for."""

import hashlib
import hmac
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from offhook.common.clock import Clock
from offhook.errors import CallError, Refusal
from offhook.manager.login import Logins
from offhook.manager.principal import Principal, TokenInfo

DOOR = "http"
"""How the audit log names this protocol."""

MAX_SESSIONS = 20_000
"""Tokens whose principal is remembered, twice what a site has: some 20 MiB. Others are looked up again."""

VERIFY_S = 60.0
"""How soon the end of a token that was revoked elsewhere is noticed."""

SESSION_S = 12 * 3600.0
"""How long a login lasts that is not to be remembered: a working day."""

MAX_TOKEN = 1024
"""Characters of a token; ours have 43."""


@dataclass(eq=False, slots=True)
class Session:
    """A token that is in use, and on whose authority what comes with it is done."""

    principal: Principal
    csrf: str
    token: TokenInfo | None
    verified: float
    on_end: dict[Callable[[], None], None] = field(default_factory=dict)

    @property
    def expires(self) -> float | None:
        """When the token ends, in seconds since the epoch; None for this account's own."""
        return None if self.token is None else self.token.expires

    @property
    def of_program(self) -> bool:
        """Is it a token that a person has made for a program?"""
        return self.token is not None and bool(self.token.name)


class HttpSessions:
    """The tokens in use. Each is verified again once a minute, and all rights every few seconds (`recheck`).

    Tokens are kept by their digest only.
    """

    def __init__(self, logins: Logins, *, clock: Clock = time.time, steady: Clock = time.monotonic) -> None:
        self._logins, self._clock, self._steady = logins, clock, steady
        self._sessions: OrderedDict[bytes, Session] = OrderedDict()

    def __len__(self) -> int:
        return len(self._sessions)

    def known(self, token: str) -> Session | None:
        """The session of a token that was verified within the last minute. Does not wait."""
        found = self._sessions.get(_digest(token))
        if found is None or self._steady() - found.verified > VERIFY_S or self._expired(found):
            return None
        return found

    async def of(self, token: str, source: str, *, fresh: bool = False) -> Session:
        """The session of this token. Raises `CallError`.

        The first use of a token is a login in the audit log, unless it is `fresh`: then the login was that by
        which it was made.
        """
        found = self.known(token)
        if found is not None:
            return found
        if not 1 <= len(token) <= MAX_TOKEN:
            raise CallError(Refusal.NOT_AUTHENTICATED, "that is no token; log in, or make one")
        digest = _digest(token)
        before = self._sessions.get(digest)
        try:
            principal, _ = await self._logins.login(
                None, token, source, DOOR, quiet=fresh or before is not None
            )
            info = await self._logins.token_info(token)
        except CallError as error:
            if error.refusal is Refusal.NOT_AUTHENTICATED:
                self.end(token)
            raise
        found = self._sessions.get(digest)
        if found is not None and found.principal == principal:
            found.token, found.verified = info, self._steady()
            return found
        if found is not None:
            self.end(token)
        found = Session(principal, csrf_of(token), info, self._steady())
        self._sessions[digest] = found
        while len(self._sessions) > MAX_SESSIONS:
            self._end(next(iter(self._sessions)))
        return found

    def end(self, token: str) -> None:
        """Forget the token, and end its streams."""
        self._end(_digest(token))

    def end_token(self, user: str, token_id: str) -> None:
        """The same for the user's token with this id."""
        for digest, one in list(self._sessions.items()):
            if one.principal.name == user and one.token is not None and one.token.id == token_id:
                self._end(digest)

    async def recheck(self) -> None:
        """End the sessions of users whose rights have changed, and those whose token is over.

        Raises `CallError` when that cannot be told.
        """
        stale = await self._logins.stale({one.principal for one in self._sessions.values()})
        now = self._steady()
        for digest, one in list(self._sessions.items()):
            if one.principal in stale or self._expired(one):
                self._end(digest)
            elif now - one.verified > VERIFY_S and not one.on_end:
                del self._sessions[digest]  # looked up again if it is still used
            elif now - one.verified > VERIFY_S and one.token is not None:
                if await self._logins.token_lives(one.token):
                    one.verified = self._steady()
                else:
                    self._end(digest)

    def _expired(self, session: Session) -> bool:
        return session.expires is not None and session.expires <= self._clock()

    def _end(self, digest: bytes) -> None:
        found = self._sessions.pop(digest, None)
        if found is not None:
            for end in list(found.on_end):
                end()


def csrf_of(token: str) -> str:
    """What a page shows besides the cookie: made of the token, so that nothing more has to be kept."""
    return hmac.digest(token.encode(errors="replace"), b"offhook csrf", "sha256").hex()[:32]


def same(one: str, other: str) -> bool:
    """Are these the same? Takes as long for all of equal length."""
    return hmac.compare_digest(one.encode(errors="replace"), other.encode(errors="replace"))


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()

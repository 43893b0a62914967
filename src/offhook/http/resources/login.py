"""Logging in and out, who one is, and the tokens of programs."""

import time
from typing import Annotated

from msgspec import Meta, Struct

from offhook import __version__
from offhook.errors import CallError, Refusal
from offhook.http.answers import NO_CONTENT, Answer
from offhook.http.endpoints import Access, Endpoint
from offhook.http.guard import Asker
from offhook.http.problems import BASE, FOREIGN_ORIGIN, NOT_FOUND, ProblemError
from offhook.http.requests import Asked
from offhook.http.services import Services
from offhook.http.sessions import DOOR, SESSION_S, Session, csrf_of
from offhook.http.settings import Settings
from offhook.manager.principal import LOCAL_USER, TokenInfo

API_VERSION = 1
DAY_S = 86_400.0
MAX_LOGINS_HERE = 20
"""Logins of one host that wait for their password to be verified; SSCP's own limit of strangers is larger, as
each of those has a connection to lose."""


class LoginBody(Struct, forbid_unknown_fields=True):
    """A login by password."""

    user: Annotated[str, Meta(min_length=1, max_length=128)]
    password: Annotated[str, Meta(min_length=1, max_length=1024)]
    remember: bool = False
    cookie: bool = False

    def __repr__(self) -> str:
        return "LoginBody()"


class TokenBody(Struct, forbid_unknown_fields=True):
    """A token to be made for a program."""

    name: Annotated[str, Meta(min_length=1, max_length=64)]
    days: Annotated[int, Meta(ge=1, le=3650)] = 365


class TokenValue(Struct, frozen=True):
    """A token, without what it opens with."""

    id: str
    name: str
    created: float
    expires: float
    current: bool


class NewToken(Struct, frozen=True):
    """A token that was just made. It is shown this once."""

    id: str
    name: str
    created: float
    expires: float
    token: str

    def __repr__(self) -> str:
        return "NewToken()"


class Tokens(Struct, frozen=True):
    """The valid tokens of a person."""

    tokens: list[TokenValue]


class CurrentToken(Struct, frozen=True):
    """The token by which the request came. `expires` is null for that of this account's own programs."""

    id: str
    name: str
    expires: float | None


class Server(Struct, frozen=True):
    """The server."""

    version: str
    api: int


class Can(Struct, frozen=True):
    """What there is for this person."""

    directory: bool
    history: bool
    admin: bool


class Me(Struct, frozen=True):
    """Who one is."""

    user: str
    administrator: bool
    terminals: list[str]
    watches: list[str]
    default_terminal: str
    csrf: str
    token: CurrentToken
    server: Server
    can: Can
    settings: Settings


class LoggedIn(Struct, frozen=True):
    """A good login. `token` is null where it came as a cookie."""

    token: str | None
    expires: float
    csrf: str
    me: Me

    def __repr__(self) -> str:
        return "LoggedIn()"


class LoginResource:
    """`/session`, `/me` and `/tokens`. `cookie` is the name of the cookie, `secure`: there is TLS."""

    def __init__(self, services: Services, cookie: str, *, secure: bool) -> None:
        self._services, self._cookie, self._secure = services, cookie, secure
        self._waiting: dict[str, int] = {}

    def endpoints(self) -> list[Endpoint]:
        """Its endpoints."""
        return [
            Endpoint(
                "POST",
                f"{BASE}/session",
                self._log_in,
                "Log in by user and password",
                {201: LoggedIn},
                Access.ANYBODY,
                LoginBody,
                problems=("not-authenticated", "not-allowed", "unavailable"),
            ),
            Endpoint("DELETE", f"{BASE}/session", self._log_out, "Log out: this token or cookie ends"),
            Endpoint("GET", f"{BASE}/me", self._me, "Who one is", {200: Me}),
            Endpoint("GET", f"{BASE}/tokens", self._tokens, "The person's valid tokens", {200: Tokens}),
            Endpoint(
                "POST",
                f"{BASE}/tokens",
                self._make_token,
                "Make a token for a program",
                {201: NewToken},
                Access.PERSON,
                TokenBody,
            ),
            Endpoint(
                "DELETE",
                f"{BASE}/tokens/{{token}}",
                self._end_token,
                "End a token",
                problems=("not-found",),
            ),
        ]

    async def _log_in(self, asked: Asked) -> Answer:
        body: LoginBody = asked.body
        if body.cookie and asked.asker not in (Asker.PROGRAM, Asker.OWN_PAGE):
            raise ProblemError(FOREIGN_ORIGIN, "a cookie is for the server's own pages; leave cookie out")
        lifetime_s = None if body.remember else SESSION_S
        source = asked.source
        # Whoever guesses at others at the same address does not keep out those who were there before.
        place = f"{source} {body.user}" if self._services.logins.known(source, body.user) else source
        if self._waiting.get(place, 0) >= MAX_LOGINS_HERE:
            raise CallError(
                Refusal.OVERLOADED, "too many logins from here wait; try again in a moment", retry_s=2
            )
        self._waiting[place] = self._waiting.get(place, 0) + 1
        try:
            _, token = await self._services.logins.login(
                body.user, body.password, source, DOOR, keep=True, lifetime_s=lifetime_s
            )
        finally:
            self._waiting[place] -= 1
            if not self._waiting[place]:
                del self._waiting[place]
        if token is None:
            raise CallError(Refusal.UNAVAILABLE, "the login cannot be stored just now; try again later")
        session = await self._services.sessions.of(token, source, fresh=True)
        assert session.token is not None
        csrf = csrf_of(token) if body.cookie else ""
        me = await self._who(session, csrf)
        shown = None if body.cookie else token
        answer = LoggedIn(shown, session.token.expires, csrf, me)
        return Answer(201, answer, self._set_cookie(asked, token, body, session) if body.cookie else {})

    def _set_cookie(self, asked: Asked, token: str, body: LoginBody, session: Session) -> dict[str, str]:
        assert session.expires is not None
        lasting = f"; Max-Age={int(session.expires - time.time())}" if body.remember else ""
        # Behind a proxy that speaks TLS for us the page's origin says so, and nothing else does.
        secure = self._secure or asked.request.headers.get("origin", "").lower().startswith("https://")
        return self._cookie_header(token, lasting, secure=secure)

    def _cookie_header(self, token: str, lasting: str, *, secure: bool) -> dict[str, str]:
        more = ("; Secure" if secure else "") + lasting
        return {"Set-Cookie": f"{self._cookie}={token}; Path=/; HttpOnly; SameSite=Strict{more}"}

    async def _log_out(self, asked: Asked) -> Answer:
        if asked.principal.name != LOCAL_USER:
            await self._services.logins.logout(asked.principal, asked.token)
        asked.after.append(lambda: self._services.sessions.end(asked.token))
        gone = self._cookie_header("", "; Max-Age=0", secure=self._secure)
        return Answer(204, headers=gone if asked.by_cookie else {})

    async def _me(self, asked: Asked) -> Answer:
        assert asked.session is not None
        return Answer(200, await self._who(asked.session, asked.session.csrf if asked.by_cookie else ""))

    async def _who(self, session: Session, csrf: str) -> Me:
        services, principal, token = self._services, session.principal, session.token
        own = await services.settings.of(principal)
        return Me(
            principal.name,
            principal.administrator,
            sorted(principal.terminals),
            sorted(principal.watches),
            await services.settings.default_terminal(principal, own),
            csrf,
            CurrentToken("local", "", None)
            if token is None
            else CurrentToken(token.id, token.name, token.expires),
            Server(__version__, API_VERSION),
            Can(services.directory is not None, history=True, admin=principal.administrator),
            own,
        )

    async def _tokens(self, asked: Asked) -> Answer:
        assert asked.session is not None
        current = asked.session.token
        found = await self._services.logins.tokens(asked.principal.name)
        values = [
            TokenValue(
                one.id, one.name, one.created, one.expires, current is not None and one.id == current.id
            )
            for one in found
        ]
        return Answer(200, Tokens(values))

    async def _make_token(self, asked: Asked) -> Answer:
        body: TokenBody = asked.body
        logins = self._services.logins
        token = await logins.make_token(asked.principal, body.name, body.days * DAY_S)
        info = await logins.token_info(token)
        if info is None:
            raise CallError(Refusal.UNAVAILABLE, "the token cannot be stored just now; try again later")
        return Answer(201, _new(info, token))

    async def _end_token(self, asked: Asked) -> Answer:
        token_id = asked.path("token")
        assert asked.session is not None
        current = asked.session.token
        if asked.session.of_program and (current is None or current.id != token_id):
            raise CallError(Refusal.NOT_ALLOWED, "a program's token ends no other one; log in with password")
        if not await self._services.logins.end_token(asked.principal, token_id):
            raise ProblemError(NOT_FOUND, "you have no such token; see GET /api/v1/tokens")
        sessions, name = self._services.sessions, asked.principal.name
        asked.after.append(lambda: sessions.end_token(name, token_id))
        return NO_CONTENT


def _new(info: TokenInfo, token: str) -> NewToken:
    return NewToken(info.id, info.name, info.created, info.expires, token)

"""The application: each request is let in or refused, finds its endpoint, and is answered."""

import asyncio
import logging
import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, get_origin, get_type_hints

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from offhook.common.forwarded import TrustedProxies
from offhook.common.network import RateLimitKeys
from offhook.common.ratelimit import RateLimits
from offhook.errors import CallError, Refusal
from offhook.http.answers import Answer, send_answer
from offhook.http.endpoints import Access, Endpoint
from offhook.http.guard import Asker, Guard
from offhook.http.problems import (
    CSRF,
    FOREIGN_ORIGIN,
    MEDIA_TYPE,
    METHOD_NOT_ALLOWED,
    NOT_FOUND,
    OF_REFUSALS,
    ProblemError,
)
from offhook.http.requests import Asked, read_body, read_query
from offhook.http.sessions import HttpSessions, same
from offhook.http.wire import Connection

logger = logging.getLogger(__name__)

STRANGER_RATE, STRANGER_BURST = 50.0, 500.0
"""Requests without a good login a second, of one host: behind it there may be a whole office that opens the
page at nine."""

USER_RATE, USER_BURST = 500.0, 2000.0
"""Requests of one user a second: what a CRM of a whole site needs, a quarter of what one core answers."""

COOKIE, SECURE_COOKIE = "offhook", "__Host-offhook"
"""The cookie of the server's own pages; under TLS one that nobody else's host can set (RFC 6265bis)."""

CSRF_HEADER = "X-Offhook-CSRF"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class _Methods:
    """The endpoints of one path, by method."""

    def __init__(self, app: "Api", endpoints: Sequence[Endpoint]) -> None:
        self._app = app
        self._ready = {one.method: _Ready(one) for one in endpoints}
        get = self._ready.get("GET")
        self._has_end = get is not None and get.endpoint.media_type != "text/event-stream"
        self._allow = ", ".join(sorted({*self._ready, *(["HEAD"] if self._has_end else [])}))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = scope["method"]
        # A HEAD is a GET of which uvicorn sends the headers only (RFC 9110 §9.3.2).
        ready = self._ready.get("GET" if method == "HEAD" and self._has_end else method)
        if ready is None:
            what = f"{scope['method'][:16]} cannot be done here; what can: {self._allow}"
            raise ProblemError(METHOD_NOT_ALLOWED, what, allow=self._allow)
        await self._app.serve(ready, scope, receive, send)


class _Ready:
    """An endpoint with what reading its requests needs."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.decoder: msgspec.json.Decoder[Any] | None = (
            None if endpoint.body is None else msgspec.json.Decoder(endpoint.body)
        )
        hints = get_type_hints(endpoint.query)
        self.lists = frozenset(name for name, kind in hints.items() if get_origin(kind) is list)


class Api:
    """An ASGI application of these endpoints.

    `heard` is told of the socket of a connection on which somebody has logged in; `note` logs what strangers
    cause.
    """

    def __init__(
        self,
        endpoints: Sequence[Endpoint],
        sessions: HttpSessions,
        guard: Guard,
        *,
        proxies: TrustedProxies | None = None,
        places: RateLimitKeys | None = None,
        heard: Callable[[int], None] = lambda _file: None,
        note: Callable[[str, str], None] = lambda _what, _source: None,
        tls: bool = False,
    ) -> None:
        self.goes = False
        """Are others to take its clients? Then each answer is the last on its connection, so that a proxy or
        browser comes to one of them with the next."""
        self.cookie = SECURE_COOKIE if tls else COOKIE
        self._sessions, self._guard, self._heard, self._note = sessions, guard, heard, note
        self._proxies, self._places = proxies or TrustedProxies(), places or RateLimitKeys()
        self._strangers = RateLimits(STRANGER_RATE, STRANGER_BURST)
        self._users = RateLimits(USER_RATE, USER_BURST)
        paths: dict[str, list[Endpoint]] = defaultdict(list)
        for one in endpoints:
            paths[one.path].append(one)
        routes = [Route(path, _Methods(self, own)) for path, own in paths.items()]
        self._router = Router(routes, redirect_slashes=False, default=self._nothing)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Never raises because of what is in it."""
        if scope["type"] != "http":
            return
        request = Request(scope)
        begun = False

        async def sending(message: Any) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            scope["state"]["host"] = self._guard.check_host(request.headers.getlist("host"))
            if not await self._preflight(request, sending):
                await self._router(scope, receive, sending)
        except ProblemError as error:
            await self._refuse(request, error, begun, sending)
        except CallError as error:
            await self._refuse(request, ProblemError.of(error), begun, sending)
        except (ClientDisconnect, asyncio.CancelledError):
            pass  # nobody is there any more, or the server stops: uvicorn would log it as a failure
        except Exception:
            logger.exception("%s %s failed", scope["method"], scope["path"][:64])
            failure = ProblemError(
                OF_REFUSALS[Refusal.FAILURE], "the Call Manager failed; see its log, then try again"
            )
            await self._refuse(request, failure, begun, sending)

    async def serve(self, ready: _Ready, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that has found its endpoint."""
        request = Request(scope, receive)
        endpoint = ready.endpoint
        host = scope["state"]["host"]
        origins = request.headers.getlist("origin")
        origin = ", ".join(origins) if origins else None  # two of them are none of ours
        asker = self._guard.asker(host, origin, request.headers.get("sec-fetch-site"))
        source = self._source(request)
        asked = Asked(request, source, asker)
        if asker is Asker.FOREIGN:
            self._note("refused a request of a web page of another origin", source)
            what = "this web page is of another origin; see http.origins"
            raise ProblemError(FOREIGN_ORIGIN, what)
        await self._admit(asked, endpoint)
        asked.query = read_query(request, endpoint.query, ready.lists)
        if ready.decoder is not None:
            asked.body = await read_body(request, ready.decoder, needed=endpoint.body_needed)
        try:
            answer = await endpoint.work(asked)
            if isinstance(answer, Answer):
                await send_answer(answer, send, self._besides(origin))
            else:
                await answer.run(send, self._guard.cors(origin))
        finally:
            for one in asked.after:
                one()

    async def _admit(self, asked: Asked, endpoint: Endpoint) -> None:
        """Whose request is it, and may that person ask for this? Raises `ProblemError`, `CallError`."""
        if endpoint.access is Access.PAGE:
            return
        request, now = asked.request, asyncio.get_running_loop().time()
        self._find_token(asked)
        asked.session = self._sessions.known(asked.token) if asked.token else None
        if asked.session is None:
            self._count_stranger(asked.source)
            if endpoint.access is Access.ANYBODY:
                return
            if not asked.token:
                raise CallError(
                    Refusal.NOT_AUTHENTICATED, "log in by POST /api/v1/session, and send the token as Bearer"
                )
            asked.session = await self._sessions.of(asked.token, asked.source)
        else:
            limit = self._users.of(asked.principal.name, now)
            if wait := limit.wait(now):
                raise _too_many(wait)
            limit.spend(1, now)
        self._heard(asked.connection.file)
        if asked.by_cookie and request.method not in SAFE:
            self._check_csrf(asked)
        if endpoint.access is Access.ADMINISTRATOR and not asked.principal.administrator:
            raise CallError(
                Refusal.NOT_ALLOWED, f"user {asked.principal.name} is no administrator; ask one for it"
            )
        if endpoint.access is Access.PERSON and asked.session.of_program:
            raise CallError(
                Refusal.NOT_ALLOWED, "a program's token may not do that; log in with user and password"
            )

    async def _nothing(self, scope: Scope, _receive: Receive, _send: Send) -> None:
        self._count_stranger(self._source(Request(scope)))
        raise ProblemError(NOT_FOUND, "there is nothing at this address; see /api/v1/docs")

    def _count_stranger(self, source: str) -> None:
        """Raises `ProblemError` when there are too many requests without a login from there."""
        now = asyncio.get_running_loop().time()
        limit = self._strangers.of(self._places.of(source), now)
        if wait := limit.wait(now):
            self._note("refused requests without a login, for there were too many", source)
            raise _too_many(wait)
        limit.spend(1, now)

    def _find_token(self, asked: Asked) -> None:
        """The token of the request. One of a cookie counts only where the browser says that a page of ours
        sends it."""
        authorization = asked.request.headers.get("authorization")
        if authorization is not None:
            scheme, _, token = authorization.partition(" ")
            asked.token = token.strip() if scheme.lower() == "bearer" else ""
        elif asked.asker in (Asker.PROGRAM, Asker.OWN_PAGE):
            asked.token = asked.request.cookies.get(self.cookie, "")
            asked.by_cookie = bool(asked.token)

    def _check_csrf(self, asked: Asked) -> None:
        assert asked.session is not None
        if not same(asked.request.headers.get(CSRF_HEADER, ""), asked.session.csrf):
            self._note("refused a request with the cookie and without its csrf", asked.source)
            raise ProblemError(CSRF, f"with the cookie send {CSRF_HEADER} with the csrf of GET /api/v1/me")

    def _source(self, request: Request) -> str:
        """The client's host; behind a trusted proxy as that says."""
        peer = request.scope.get("client")
        if not peer:
            return "an unknown peer"
        values = request.headers.getlist(self._proxies.header) if self._proxies.networks else []
        return self._proxies.source(str(peer[0]), values)

    async def _preflight(self, request: Request, send: Send) -> bool:
        """Answer a browser's question whether a page elsewhere may ask; False if it is no such question."""
        cors = self._guard.cors(request.headers.get("origin"))
        if not (cors and request.method == "OPTIONS" and "access-control-request-method" in request.headers):
            return False
        allowed = {
            "Access-Control-Allow-Methods": "GET, POST, PATCH, DELETE",
            "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key, Last-Event-ID",
            "Access-Control-Max-Age": "600",
        }
        await send_answer(Answer(204, headers=allowed), send, cors)
        return True

    async def _refuse(self, request: Request, error: ProblemError, begun: bool, send: Send) -> None:
        if begun:  # part of an answer is out: what follows would be taken for the rest of it
            connection = request.scope["state"]["connection"]
            assert isinstance(connection, Connection)
            connection.abort()
            return
        answer = Answer(error.kind.status, error.body, error.headers, MEDIA_TYPE)
        await send_answer(answer, send, self._besides(request.headers.get("origin")))

    def _besides(self, origin: str | None) -> dict[str, str]:
        """Headers that do not depend on what was asked."""
        return {**self._guard.cors(origin), **({"Connection": "close"} if self.goes else {})}


def _too_many(wait: float) -> ProblemError:
    return ProblemError(
        OF_REFUSALS[Refusal.OVERLOADED],
        f"too many requests; try again in {math.ceil(wait)} s",
        retry_s=wait,
    )

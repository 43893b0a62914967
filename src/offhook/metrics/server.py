"""Serves `/metrics`, `/health` and `/ready` over HTTP, and nothing else."""

import asyncio
import hmac
import logging
import ssl
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from time import monotonic
from typing import Any

from offhook.common.arrivals import Arrivals
from offhook.common.network import RateLimitKeys
from offhook.common.openfiles import Interface, room_for
from offhook.common.tally import Tally
from offhook.common.throttle import Buckets
from offhook.config import MetricsSettings
from offhook.errors import ConfigError
from offhook.http.guard import Guard
from offhook.http.listener import Listener
from offhook.http.problems import ProblemError
from offhook.metrics.families import CONTENT_TYPE

logger = logging.getLogger(__name__)

MAX_CONNECTIONS = 100
"""Some Prometheus servers, load balancers and dashboards, with room for those that say nothing."""

FROM_ONE_HOST = 50
"""Of those, so that one host leaves room for the monitoring of another."""

FREE, EVERY_S, MAX_PLACES = 20.0, 10.0, 1024
"""Wrong tokens of one host at once, how soon one more is looked at, and of how many hosts that is counted."""

PLAIN = "text/plain; charset=utf-8"

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Answer = tuple[int, str, str]
"""Status, content type, text."""


class MetricsServer:
    """`metrics` makes the text, and `problems` says what is not ready, and why.

    Off loopback it takes TLS and a token (`ConfigError`). `start` raises `OSError` when the port is taken.
    """

    def __init__(
        self,
        settings: MetricsSettings,
        metrics: Callable[[], str],
        problems: Callable[[], Mapping[str, str]],
        tls: ssl.SSLContext | None = None,
        *,
        places: RateLimitKeys | None = None,
    ) -> None:
        assert settings.listen is not None
        if not settings.listen.loopback and (tls is None or not settings.token):
            missing = "certificate" if tls is None else "token"
            fix = "metrics.tls_certificate and metrics.tls_key" if tls is None else "metrics.token_file"
            raise ConfigError(
                "configuration",
                "metrics.listen",
                f"{settings.listen.host or 'every address'} is not loopback, and there is no {missing}",
                f"set {fix}, or listen on 127.0.0.1",
            )
        self._host, self._port = settings.listen
        self._places, self._tls = places or RateLimitKeys(), tls
        self._app = _App(settings.token, metrics, problems, self._places)
        self._listener: Listener | None = None

    @property
    def port(self) -> int:
        """The port it listens on, once started."""
        assert self._listener is not None
        return self._listener.port

    async def start(self) -> None:
        """Listen."""
        note = Tally(logger.warning, asyncio.get_running_loop().call_later).note
        most = room_for(Interface.METRICS, MAX_CONNECTIONS)
        arrivals = Arrivals(
            tls=self._tls is not None,
            most=most,
            most_open=most,
            most_here=min(FROM_ONE_HOST, most),
            place=self._places.of,
            note=note,
        )
        self._app.heard = arrivals.heard
        listener = Listener(self._app, self._tls)
        await listener.start(self._host, self._port, arrivals)
        self._listener = listener

    async def stop(self) -> None:
        """Stop listening, and close the connections."""
        if self._listener is not None:
            await self._listener.stop()


class _App:
    """An ASGI application.

    Without a token only who asks for this machine by its names or an address is answered: a page elsewhere
    could otherwise read it through somebody's browser (DNS rebinding).
    """

    def __init__(
        self,
        token: str,
        metrics: Callable[[], str],
        problems: Callable[[], Mapping[str, str]],
        places: RateLimitKeys,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._token, self._metrics, self._problems, self._places = token, metrics, problems, places
        self._clock = clock
        self._guard = Guard()
        self._wrong = Buckets(free=FREE, every_s=EVERY_S, keys=MAX_PLACES)
        self.heard: Callable[[int], None] = lambda _file: None

    async def __call__(self, scope: MutableMapping[str, Any], _receive: object, send: Send) -> None:
        """Answer a request."""
        head, extra = scope["method"] == "HEAD", list[tuple[bytes, bytes]]()
        if scope["method"] not in ("GET", "HEAD"):
            status, kind, text = 405, PLAIN, "GET or HEAD only\n"
            extra = [(b"allow", b"GET, HEAD")]
        else:
            status, kind, text = self._answer(scope)
        if status == 401:
            extra = [(b"www-authenticate", b'Bearer realm="offhook"')]
        elif status in (429, 503):
            extra = [(b"retry-after", b"5")]
        if status in (200, 503):
            self.heard(scope["state"]["connection"].file)
        body = text.encode()
        headers = [
            (b"content-type", kind.encode()),
            (b"content-length", b"%d" % len(body)),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
            *extra,
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if head else body})

    def _answer(self, scope: MutableMapping[str, Any]) -> Answer:
        match scope["path"]:
            case "/health":
                return 200, PLAIN, "ok\n"
            case "/ready":
                problems = self._problems()
                names = "".join(f"{name}: {self._told(problem)}\n" for name, problem in problems.items())
                return (503, PLAIN, names) if problems else (200, PLAIN, "ready\n")
            case "/metrics":
                return self._refused(scope) or (200, CONTENT_TYPE, self._metrics())
            case _:
                return 404, PLAIN, "there are /metrics, /health and /ready\n"

    def _told(self, problem: str) -> str:
        """Where anybody may ask, it is not told why: an error may have a path or a host in it."""
        return "not ready" if self._token else problem

    def _refused(self, scope: MutableMapping[str, Any]) -> Answer | None:
        headers = scope["headers"]
        if not self._token:
            try:
                self._guard.check_host([value.decode("latin-1") for key, value in headers if key == b"host"])
            except ProblemError:
                return 421, PLAIN, "ask for localhost or an IP address\n"
            return None
        source = self._places.of(str(scope["client"][0]) if scope.get("client") else "")
        if wait := self._wrong.wait(source, self._clock()):
            return 429, PLAIN, f"too many wrong tokens; try again in {wait} s\n"
        given = next((value for key, value in headers if key == b"authorization"), b"")
        if hmac.compare_digest(given, b"Bearer " + self._token.encode()):
            return None
        self._wrong.failed(source, self._clock())
        return 401, PLAIN, "the token of metrics.token_file is wanted (Authorization: Bearer ...)\n"

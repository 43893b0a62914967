"""A client's session to the Call Manager that mends itself."""

import asyncio
import logging
import ssl
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from offhook.call import Call, Terminal
from offhook.errors import CallError, ConfigError, PeerError, Refusal
from offhook.sscp.backoff import REFUSED_S, Backoff
from offhook.sscp.connection import Answered, Broken
from offhook.sscp.framelog import frame_logger
from offhook.sscp.link import Link, unavailable
from offhook.sscp.messages import (
    EVERY_TERMINAL,
    MAX_REPLY,
    SUBPROTOCOL,
    CallChange,
    Calls,
    Dial,
    Drop,
    Error,
    History,
    Login,
    Logout,
    Reply,
    TerminalChange,
    Terminals,
    Unwatch,
    Watch,
)
from offhook.sscp.mirror import Mirror, Resync
from offhook.sscp.trust import certificate_problem, check_url

logger = logging.getLogger(__name__)

OPEN_LIMIT_S = 5.0
LOGIN_LIMIT_S = 20.0
"""A login waits at the server for a free core, and longer after failures from this address."""

CLOSE_LIMIT_S = 1.0
PING_EVERY_S = 10.0
PONG_LIMIT_S = 10.0
"""A server that vanished without a word is noticed within these two together."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """How to log in: user and password, or a token, or a file with a token that is read for each login."""

    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    token_file: Path | None = None


def _ignore(_: object) -> None:
    """A callback that nobody wants."""


class SscpClient:
    """Keeps a session to the Call Manager at `url` (ws://, or wss:// which is a must off loopback).

    `on_call` gets each new value of a call of a watched terminal, except what `dial` and `watch` return
    themselves; after a break, it gets what changed meanwhile, and an ON_HOOK for every call that is gone:
    with the cause from the call log, or FAILURE when the log does not know. `on_terminal` gets watched
    terminals as they are and change, `on_link` whether the session is up and logged in, `on_token` a token
    to log in with next time instead of the password. They are called on the event loop and must not block.
    `tls` says whom to believe; a function is asked at each attempt. A plain ws:// URL off loopback raises
    `ConfigError`.
    """

    def __init__(
        self,
        url: str,
        credentials: Credentials,
        *,
        tls: ssl.SSLContext | Callable[[], ssl.SSLContext | None] | None = None,
        on_call: Callable[[Call], None] = _ignore,
        on_terminal: Callable[[Terminal], None] = _ignore,
        on_link: Callable[[bool], None] = _ignore,
        on_token: Callable[[str], None] | None = None,
        backoff: Backoff | None = None,
    ) -> None:
        check_url(url)
        self.problem: str | None = None
        self._url, self._credentials, self._tls = url, credentials, tls
        self._on_call, self._on_terminal, self._on_link = on_call, on_terminal, on_link
        self._on_token = on_token
        self._backoff = backoff or Backoff()
        self._mirror = Mirror()
        self._watches: dict[str, None] = {}
        self._link: Link | None = None
        self._kept_token = ""
        self._settled = asyncio.Event()
        self._refused: CallError | None = None
        self._running: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        """Is the session up and logged in? If not, `problem` says why."""
        return self._link is not None and self._link.open

    @property
    def refused(self) -> bool:
        """Was the last login refused? Trying again needs other credentials."""
        return self._refused is not None

    async def start(self) -> None:
        """Begin to connect; returns at once. Goes on trying until `stop`."""
        if self._running is None:
            self._running = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """End the session."""
        running, self._running = self._running, None
        if running is not None:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    async def connected_once(self, limit_s: float) -> None:
        """Wait until logged in.

        Raises `CallError`: NOT_AUTHENTICATED as soon as the login is refused, UNAVAILABLE after `limit_s`.
        """
        try:
            async with asyncio.timeout(limit_s):
                await self._settled.wait()
        except TimeoutError:
            reason = self.problem or f"no answer within {limit_s:g} s"
            raise CallError(
                Refusal.UNAVAILABLE, f"the Call Manager at {self._url} cannot be reached: {reason}"
            ) from None
        if self._refused is not None:
            raise CallError(self._refused.refusal, str(self._refused))

    async def dial(self, terminal: str, address: str) -> Call:
        """Begin a call; the call as it was taken on. Returns before `on_call` hears of the call's next state.

        Raises `CallError`, UNAVAILABLE at once when there is no session or as soon as it breaks.
        """
        call = (await self._ask(lambda number: Dial(number, terminal, address))).call
        assert call is not None
        return call

    async def drop(self, call_id: str) -> None:
        """Begin to clear a call. Raises `CallError` as `dial` does."""
        await self._ask(lambda number: Drop(number, call_id))

    async def calls(self, terminal: str | None = None) -> list[Call]:
        """The live calls of a terminal, or of all that the user may use. Raises `CallError`."""
        reply = await self._ask(lambda number: Calls(number, terminal))
        return _live_calls(reply)

    async def history(
        self, terminal: str | None = None, *, limit: int = 50, before: float | None = None
    ) -> list[Call]:
        """Calls from the call log, newest first, begun before `before` (epoch). Raises `CallError`."""
        reply = await self._ask(lambda number: History(number, terminal, None, before, limit))
        return reply.calls or []

    async def terminals(self) -> list[Terminal]:
        """The terminals that the user may use. Raises `CallError`."""
        return (await self._ask(Terminals)).terminals or []

    async def watch(self, terminal: str) -> list[Call]:
        """Hear of the terminal (`*`: of every one) from now on, after breaks too; returns its live calls.

        Raises `CallError`; then it is not watched.
        """
        return _live_calls(await self._ask(lambda number: Watch(number, terminal)))

    async def unwatch(self, terminal: str) -> None:
        """Hear of the terminal no more. Raises `CallError`, but is not told any more in any case."""
        self._watches.pop(terminal, None)
        for call in self._unwatched_calls():
            self._mirror.ended(call.id, (), time.time())
        await self._ask(lambda number: Unwatch(number, terminal))

    async def logout(self, token: str = "") -> None:
        """End this token, or without one every token and session of the user. Raises `CallError`."""
        await self._ask(lambda number: Logout(number, token))

    def _ask(self, make: Callable[[int], Any]) -> Coroutine[Any, Any, Reply]:
        if self._link is None:
            raise unavailable()
        return self._link.ask(make)

    async def _run(self) -> None:
        while True:
            self._refused = None
            self._settled.clear()
            try:
                await self._connect()
            except CallError as error:
                self._login_refused(error)
            except ssl.SSLCertVerificationError as error:
                self._note(certificate_problem(error))
            except (OSError, TimeoutError, WebSocketException, PeerError, ConfigError) as error:
                self._note(str(error) or type(error).__name__)
            await asyncio.sleep(REFUSED_S if self._refused is not None else self._backoff.next())

    async def _connect(self) -> None:
        """One session, from its beginning to its end; always raises in the end."""
        async with connect(
            self._url,
            ssl=self._tls() if callable(self._tls) else self._tls,
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            compression=None,
            logger=frame_logger,
            proxy=None,
            user_agent_header=None,
            open_timeout=OPEN_LIMIT_S,
            close_timeout=CLOSE_LIMIT_S,
            ping_interval=PING_EVERY_S,
            ping_timeout=PONG_LIMIT_S,
            max_size=MAX_REPLY,
        ) as connection:
            if connection.subprotocol != SUBPROTOCOL:
                raise PeerError(f"{self._url} does not speak {SUBPROTOCOL}; check the address")
            link = Link(connection)
            try:
                async with asyncio.timeout(LOGIN_LIMIT_S):
                    await self._log_in(link)
                self._up(link)
                while True:
                    await self._next(link)
            finally:
                self._down(link)

    async def _log_in(self, link: Link) -> None:
        """Raises `CallError` when refused. A kept token that is refused gives way to the password."""
        if self._kept_token:
            token, self._kept_token = self._kept_token, ""
            if (await self._login_reply(link, lambda number: Login(number, token=token))).error is None:
                self._kept_token = token
                return
        reply = await self._login_reply(link, self._login)
        if reply.error is not None:
            raise CallError(reply.error.code, reply.error.message)
        self._kept_token = reply.token or ""
        if self._on_token is not None and self._kept_token:
            self._call_back(self._on_token, self._kept_token)

    async def _login_reply(self, link: Link, make: Callable[[int], Login]) -> Reply:
        link.tell(make)
        while True:
            match await link.receive():
                case Answered(_, reply):
                    return reply
                case Broken(reason):
                    raise PeerError(f"{self._url}: {reason}")

    def _login(self, number: int) -> Login:
        mine = self._credentials
        token = mine.token
        if mine.token_file is not None:
            token = mine.token_file.read_text(encoding="ascii").strip()
        return Login(number, token=token) if token else Login(number, mine.user, mine.password, keep=True)

    def _up(self, link: Link) -> None:
        logger.info("logged in to the Call Manager at %s", self._url)
        self._mirror.new_session()
        self._backoff.reset()
        self._link, self.problem = link, None
        for terminal in self._watches:
            self._rewatch(link, terminal)
        self._settled.set()
        self._call_back(self._on_link, True)

    def _rewatch(self, link: Link, terminal: str) -> None:
        link.tell(lambda number: Watch(number, terminal))

    def _down(self, link: Link) -> None:
        was_up, self._link = self._link is link, None
        link.broke()
        if was_up:
            self._call_back(self._on_link, False)

    async def _next(self, link: Link) -> None:
        match await link.receive():
            case Answered() as answered:
                self._answered(link, answered)
                if isinstance(answered.command, Dial | Drop):
                    await asyncio.sleep(0)  # lets the caller go on before the call's next event
            case CallChange(seq, call):
                self._changed(link, seq, call)
            case TerminalChange(terminal):
                if self._watching(terminal.id):
                    self._call_back(self._on_terminal, terminal)
            case Broken(reason):
                link.abort()
                raise PeerError(f"{self._url}: {reason}")

    def _answered(self, link: Link, answered: Answered) -> None:
        command, reply = answered.command, answered.reply
        asked = link.asked(answered)
        heard = link.hand_over(answered)
        match command:
            case Dial() if heard and reply.call is not None and self._watching(reply.call.terminal):
                self._mirror.take(reply.call)
            case Watch(terminal=terminal):
                self._watched(link, terminal, reply, heard)
            case Calls(terminal=str(terminal)) if not asked and reply.snapshots is not None:
                self._resynchronise(link, self._mirror.snapshot(terminal, reply.snapshots), tell=True)
            case History(call=str(call_id)) if not asked:
                self._tell(self._mirror.ended(call_id, reply.calls or (), time.time()))

    def _watched(self, link: Link, terminal: str, reply: Reply, heard: bool) -> None:
        if reply.error is not None:
            if terminal in self._watches:
                self._lose(terminal, reply.error)
            return
        self._watches[terminal] = None
        self._resynchronise(link, self._mirror.snapshot(terminal, reply.snapshots or ()), tell=not heard)
        for one in reply.terminals or ():
            self._call_back(self._on_terminal, one)

    def _lose(self, terminal: str, error: Error) -> None:
        """A terminal may be watched no more: its calls are over as far as can be seen from here."""
        logger.warning("terminal %s is not watched any more: %s", terminal, error.message)
        del self._watches[terminal]
        for call in self._unwatched_calls():
            self._tell(self._mirror.ended(call.id, (), time.time()))

    def _unwatched_calls(self) -> list[Call]:
        return [call for call in self._mirror.calls() if not self._watching(call.terminal)]

    def _changed(self, link: Link, seq: int, call: Call) -> None:
        if not self._watching(call.terminal):
            return
        news, gap = self._mirror.event(seq, call)
        self._tell(news)
        if gap:
            logger.warning("events of terminal %s are missing; asking for its calls", call.terminal)
            link.tell(lambda number: Calls(number, call.terminal))

    def _resynchronise(self, link: Link, found: Resync, *, tell: bool) -> None:
        for call in found.changed if tell else ():
            self._tell(call)
        for call in found.gone:
            self._ask_for_end(link, call.id)

    def _ask_for_end(self, link: Link, call_id: str) -> None:
        link.tell(lambda number: History(number, call=call_id, limit=1))

    def _watching(self, terminal: str) -> bool:
        return terminal in self._watches or EVERY_TERMINAL in self._watches

    def _tell(self, call: Call | None) -> None:
        if call is not None:
            self._call_back(self._on_call, call)

    def _call_back(self, callback: Callable[[Any], None], value: object) -> None:
        """What a callback raises must not end the session; it is logged."""
        try:
            callback(value)
        except Exception:
            logger.exception("a callback of the session to %s failed", self._url)

    def _login_refused(self, error: CallError) -> None:
        if error.refusal is Refusal.NOT_AUTHENTICATED:
            self._refused = error
            self._settled.set()
        self._note(f"the login was refused: {error}")

    def _note(self, problem: str) -> None:
        """A lasting problem is one warning, not one an attempt."""
        level = logging.DEBUG if problem == self.problem else logging.WARNING
        logger.log(level, "no session to the Call Manager at %s: %s. Trying again", self._url, problem)
        self.problem = problem


def _live_calls(reply: Reply) -> list[Call]:
    return [call for one in reply.snapshots or () for call in one.calls]

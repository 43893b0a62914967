"""One TSP connection at the Smart Messenger: bytes in, Actions carried out in order, messages out.

An idle session has no task and no queue; a task exists only while an Action is under way.
"""

import asyncio
import logging
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from offhook.call import Call, CallState, commands
from offhook.common.eventloop import start_now
from offhook.common.network import rate_limit_key
from offhook.common.ratelimit import RateLimit, RateLimits
from offhook.errors import CallError, Refusal
from offhook.tsp.auditrecord import OK, AuditRecord, record_of
from offhook.tsp.backend import Backend
from offhook.tsp.connection import BadMessage, Event, ProtocolError, Role, TspConnection
from offhook.tsp.loginthrottle import MAX_BAD_LOGINS, LoginThrottle
from offhook.tsp.messages import VERSION, Dial, Drop, Fail, Fault, Login, Notify, Response, Success
from offhook.tsp.notifier import CallNotifier
from offhook.tsp.readers import Readers
from offhook.tsp.token import Token

logger = logging.getLogger(__name__)

MAX_QUEUED: Final = 64
"""Actions that may wait for the one under way; while there are more, the session is not read from."""

READ_SLICE: Final = 512
"""Bytes of one session that are looked at in one go, so that a flood leaves room for others."""

READ_AT_ONCE: Final = 16 * 1024
"""Bytes that are taken from the system in one go, and may wait here to be looked at."""

STRANGER_RATE: Final = 100.0
STRANGER_BURST: Final = 1000.0
"""Messages (and KiB) a second before the Login, where one is needed. What is above it waits."""

MAX_UNSENT: Final = 64 * 1024
"""Bytes that may wait for a client that does not read, some 600 Notifies; then it is cut off."""

SEND_BUFFER: Final = 64 * 1024
"""The same for the operating system's part of the queue, which else grows to megabytes for each session."""

LINGER_S: Final = 5.0
"""How long an ended connection may take to read its last Response."""

HOST_RATE: Final = 1000.0
HOST_BURST: Final = 10_000.0
"""The same of all that have not logged in at one address: a hundredth of a core."""

MAX_DISCARDED: Final = 1024 * 1024
"""Bytes that an ended connection may still send, for its last Response to arrive, before it is cut off."""


@dataclass(slots=True)
class Shared:
    """What the sessions of a server share: its settings, limits and callbacks."""

    backend: Backend
    token: Token
    require_token: bool
    throttle: LoginThrottle
    admit: Callable[["Session"], bool]
    heard: Callable[["Session"], None]
    known: Callable[["Session"], None]
    gone: Callable[["Session"], None]
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    on_audit: Callable[[AuditRecord], None] = lambda _: None
    note: Callable[[str, str], None] = lambda _what, _peer: None
    readers: Readers = field(init=False)
    hosts: RateLimits = field(default_factory=lambda: RateLimits(HOST_RATE, HOST_BURST))

    def __post_init__(self) -> None:
        self.readers = Readers(self.loop)


class Session(asyncio.Protocol):
    """Serves one peer, from its connection to its end."""

    __slots__ = (
        "_bad_logins",
        "_busy",
        "_connection",
        "_discarded",
        "_ending",
        "_eof",
        "_gathered",
        "_limits",
        "_linger",
        "_logged",
        "_notifier",
        "_peer",
        "_queue",
        "_shared",
        "_silent",
        "_terminal",
        "_transport",
        "_unread",
        "_unwatch",
        "_waiting",
    )

    _transport: asyncio.Transport

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._connection = TspConnection(Role.SERVER)
        self._peer = ""
        self._terminal: str | None = None
        self._notifier: CallNotifier | None = None
        self._unwatch: Callable[[], None] | None = None
        self._queue: list[Event] = []
        self._busy: asyncio.Task[None] | asyncio.TimerHandle | None = None
        self._linger: asyncio.TimerHandle | None = None
        self._unread = b""
        self._waiting: bool | asyncio.TimerHandle = False
        self._limits: tuple[RateLimit, ...] = ()
        self._silent = True
        self._gathered: list[bytes] | None = None
        self._eof = False
        self._ending = False
        self._discarded = 0
        self._bad_logins = 0
        self._logged: tuple[Fault, ...] = ()

    # The connection's life, as asyncio tells it.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A version 1 peer never sends a Login: if no token is required, its session begins now."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        peer = transport.get_extra_info("peername")
        self._peer = peer[0] if peer else "unknown"
        if not self._shared.admit(self):
            self.abort()
            return
        _set_up(transport)
        if self._shared.require_token:
            host = self._shared.hosts.of(rate_limit_key(self._peer), self._shared.loop.time())
            self._limits = (RateLimit(STRANGER_RATE, STRANGER_BURST), host)
        terminal = None if self._shared.require_token else self._shared.backend.default_terminal()
        if terminal is not None:
            self._begin(terminal)

    def data_received(self, data: bytes) -> None:
        """Bytes from the peer; at most a part of them is read now."""
        if self._silent:
            self._silent = False
            self._shared.heard(self)
        if self._ending:
            self._discarded += len(data)
            if self._discarded > MAX_DISCARDED:
                self.abort()
            return
        self._unread += data
        if not self._waiting and (self._too_fast() or not self._shared.readers.at_once(self)):
            self._pace()

    def eof_received(self) -> bool:
        """The peer will send nothing more. It still gets the Responses that it waits for."""
        self._eof = not self._ending and bool(self._queue or self._busy or self._unread)
        return self._eof

    def connection_lost(self, exc: Exception | None) -> None:
        """An Action in progress goes on although nobody hears its Response: see `_withdraw`."""
        self._stop_work()
        if self._linger is not None:
            self._linger.cancel()
        for timer in (self._busy, self._waiting):
            if isinstance(timer, asyncio.TimerHandle):
                timer.cancel()
        self._shared.gone(self)

    # What the server asks of a session.

    def abort(self) -> None:
        """End at once; what is unsent is lost."""
        self._stop_work()
        self._transport.abort()

    def finish(self) -> None:
        """Accept no more Actions, and close when the one in progress has its Response."""
        self._queue.clear()
        self._unread = b""
        self._eof = True
        self._transport.pause_reading()
        if not isinstance(self._busy, asyncio.Task):
            self.close()

    def close(self) -> None:
        """End when everything is sent, or after `LINGER_S`."""
        self._send_gathered()
        self._stop_work()
        self._transport.close()
        self._limit_linger()

    # Reading, in order and no faster than it is answered.

    @property
    def peer(self) -> str:
        """The address of the peer."""
        return self._peer

    @property
    def stranger(self) -> bool:
        """Does it still have to log in?"""
        return bool(self._limits)

    def read_on(self) -> None:
        """Read a part of the received bytes: it is this session's turn."""
        self._waiting = False
        if self._ending or not self._unread:
            return
        data, self._unread = self._unread[:READ_SLICE], self._unread[READ_SLICE:]
        events = self._connection.receive(data)
        now = self._shared.loop.time()
        for limit in self._limits:
            limit.spend(len(events) + len(data) / 1024, now)
        self._queue += events
        self._gathered = []
        try:
            self._advance()
        finally:
            self._send_gathered()

    def _too_fast(self) -> float:
        """How many seconds a session that has not logged in has to pause."""
        if not self._limits:
            return 0.0
        now = self._shared.loop.time()
        return max((limit.wait(now) for limit in self._limits), default=0.0)

    def _wait(self) -> None:
        """Wait for the next turn; a session that has not logged in may have to pause first."""
        seconds = self._too_fast()
        if seconds:
            self._waiting = self._shared.loop.call_later(seconds, self._wait)
        else:
            self._waiting = True
            self._shared.readers.wait(self)

    def _advance(self) -> None:
        """Carry out the waiting messages, up to an Action that has to wait."""
        while self._queue and self._busy is None and not self._ending:
            self._perform(self._queue.pop(0))
        if not self._ending:
            self._pace()

    def _pace(self) -> None:
        crowded = len(self._queue) > MAX_QUEUED
        if self._eof:
            if not (self._queue or self._busy or self._unread):
                self.close()
        elif crowded or self._unread:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()
        if self._unread and not crowded and not self._waiting:
            self._wait()

    def _perform(self, event: Event) -> None:
        match event:
            case Dial() | Drop():
                self._start(event)
            case Login():
                self._login(event)
            case BadMessage(fault):
                self._log(fault)
                self._answer(Fail(Refusal.BAD_REQUEST.value))
            case ProtocolError(fault):
                self._log(fault)
                self._answer(Fail(Refusal.BAD_REQUEST.value))
                self._end()

    # Dial and Drop.

    def _start(self, action: Dial | Drop) -> None:
        shared, notifier = self._shared, self._notifier
        if self._terminal is None or notifier is None:
            refusal = Refusal.NOT_AUTHENTICATED if shared.require_token else Refusal.NO_SUCH_TERMINAL
            self._answer(Fail(refusal.value))
            self._note(action, refusal.value)
            return
        if isinstance(action, Dial):
            notifier.dial_begins()
            work = self._dial(self._terminal, notifier, action.address)
        else:
            work = self._drop(self._terminal, action.which)
        if self._queue or self._gathered is None:
            # More is waiting, or a task is just ending: each in a turn of its own, or they would nest.
            task = shared.loop.create_task(work)
        else:
            task = start_now(work)
            if task.done():
                return
        self._busy = task
        shared.tasks.add(task)
        task.add_done_callback(shared.tasks.discard)

    async def _dial(self, terminal: str, notifier: CallNotifier, address: str) -> None:
        backend = self._shared.backend
        try:
            call = await backend.perform(commands.Dial(terminal, address))
        except Exception as error:
            refusal = _refusal(error).value
            self._answer(Fail(refusal))
            self._note(Dial(address), refusal)
            self._tell(notifier.dial_failed(tuple(backend.live(terminal))))
        else:
            self._answer(Success())
            self._note(Dial(address), OK, call.id)
            self._tell(notifier.dial_succeeded(call.id))
            if self._ending:
                await self._withdraw(terminal, call.id)
        finally:
            self._done()

    async def _withdraw(self, terminal: str, call_id: str) -> None:
        """The session ended before the Response to its Dial, so for the peer the Dial failed: drop its call.

        Only while the terminal is still ringing. Once somebody has lifted the phone, the call goes on; and a
        call that the peer knows never ends with the session.
        """
        backend = self._shared.backend
        call = next((call for call in backend.live(terminal) if call.id == call_id), None)
        if call is not None and call.state is not CallState.OFF_HOOK:
            return
        try:
            await backend.perform(commands.Drop(call_id, terminal))
        except Exception as error:
            logger.info("call %s cannot be taken back: %s", call_id, _refusal(error).value)
        else:
            self._note(Drop(call_id), OK)

    async def _drop(self, terminal: str, which: str) -> None:
        try:
            await self._shared.backend.perform(commands.Drop(which, terminal))
        except Exception as error:
            refusal = _refusal(error).value
            self._answer(Fail(refusal))
            self._note(Drop(which), refusal)
        else:
            self._answer(Success())
            self._note(Drop(which), OK)
        finally:
            self._done()

    def _done(self) -> None:
        self._busy = None
        self._advance()

    # Login.

    def _login(self, login: Login) -> None:
        if self._shared.token.unguessable and self._shared.token.right(login):
            self._check(login)
            return
        wait = self._shared.throttle.wait(self._peer, self._shared.loop.time())
        if wait is None:
            self._refuse(login, Refusal.OVERLOADED)
            self._end()
        elif wait:
            self._busy = self._shared.loop.call_later(wait, self._login_after_wait, login)
        else:
            self._check(login)

    def _login_after_wait(self, login: Login) -> None:
        self._check(login)
        self._done()

    def _check(self, login: Login) -> None:
        shared = self._shared
        if not shared.token.right(login):
            self._bad_login(login)
            return
        terminal = login.terminal or shared.backend.default_terminal()
        if terminal is None:
            self._refuse(login, Refusal.NO_SUCH_TERMINAL)
        elif not shared.backend.may_use(terminal):
            self._refuse(login, Refusal.NOT_ALLOWED)
        else:
            self._answer(Success(VERSION))
            self._note(login, OK)
            self._begin(terminal)

    def _refuse(self, login: Login, refusal: Refusal) -> None:
        self._answer(Fail(refusal.value))
        self._note(login, refusal.value)

    def _bad_login(self, login: Login) -> None:
        self._shared.throttle.bad_login(self._peer, self._shared.loop.time())
        self._bad_logins += 1
        self._refuse(login, Refusal.NOT_AUTHENTICATED)
        if self._bad_logins >= MAX_BAD_LOGINS:
            self._shared.note(f"ended a session after {self._bad_logins} bad Logins", self._peer)
            self._end()

    def _begin(self, terminal: str) -> None:
        """Serve this terminal from now on. The first Notifies are those of its live calls."""
        if terminal == self._terminal:
            return
        if self._unwatch is not None:
            self._unwatch()
        self._terminal, self._notifier = terminal, CallNotifier()
        self._limits = ()
        self._shared.known(self)
        self._unwatch = self._shared.backend.watch(terminal, self._on_call)
        self._tell(self._notifier.snapshot(tuple(self._shared.backend.live(terminal))))

    def _note(self, action: Dial | Drop | Login, result: str, call: str = "") -> None:
        self._shared.on_audit(record_of(action, self._peer, self._terminal, result, call))

    # Writing.

    def _on_call(self, call: Call) -> None:
        if self._notifier is not None and call.terminal == self._terminal:
            self._tell(self._notifier.changed(call))

    def _answer(self, response: Response) -> None:
        self._write(self._connection.send(response))

    def _tell(self, notifies: Iterable[Notify]) -> None:
        data = b""
        for notify in notifies:
            try:
                data += self._connection.send(notify)
            except ValueError as error:
                logger.error("call %s cannot be told to %s: %s", notify.call_id, self._peer, error)
        if data:
            self._write(data)

    def _write(self, data: bytes) -> None:
        """Write now, or together with the other answers to what was just read."""
        if self._ending or self._transport.is_closing():
            return
        if self._gathered is not None:
            self._gathered.append(data)
            return
        self._transport.write(data)
        if self._transport.get_write_buffer_size() > MAX_UNSENT:
            self._shared.note("cut off a session: it does not read what it is sent", self._peer)
            self.abort()

    def _send_gathered(self) -> None:
        gathered, self._gathered = self._gathered, None
        if gathered:
            self._write(b"".join(gathered))

    def _log(self, fault: Fault) -> None:
        if fault not in self._logged:
            self._logged += (fault,)
            self._shared.note(f"answered Fail to {fault.value}", self._peer)

    # Ending.

    def _end(self) -> None:
        """Read no more, and leave the peer time for its last Response: closing at once could destroy it."""
        self._send_gathered()
        self._stop_work()
        if self._eof or not self._transport.can_write_eof() or self._transport.is_closing():
            self._transport.close()
        else:
            self._transport.resume_reading()
            with suppress(OSError):  # the peer has left already; reading will tell
                self._transport.write_eof()
        self._limit_linger()

    def _limit_linger(self) -> None:
        if self._linger is None:
            self._linger = self._shared.loop.call_later(LINGER_S, self._transport.abort)

    def _stop_work(self) -> None:
        self._ending = True
        self._queue.clear()
        self._unread = b""
        unwatch, self._unwatch = self._unwatch, None
        if unwatch is not None:
            unwatch()


def _refusal(error: Exception) -> Refusal:
    if isinstance(error, CallError):
        return error.refusal
    logger.error("an Action failed for no foreseen reason", exc_info=error)
    return Refusal.FAILURE


def _set_up(transport: asyncio.Transport) -> None:
    """Send small messages without delay, notice a peer that has vanished, and buffer little."""
    if hasattr(transport, "max_size"):  # of asyncio's selector loop: 256 KiB, for each of 12,000 sessions
        transport.max_size = READ_AT_ONCE
    sock: socket.socket = transport.get_extra_info("socket")
    with suppress(OSError):  # some systems refuse when the peer has left already; reading will tell
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)

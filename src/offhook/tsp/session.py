"""One TSP connection at the Smart Messenger: bytes in, Actions carried out in order, messages out.

An idle session has no task and no queue; a task exists only while an Action is under way.
"""

import asyncio
import logging
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final

from offhook.call import Command, commands
from offhook.common.eventloop import start_now
from offhook.common.ratelimit import RateLimit
from offhook.errors import Refusal
from offhook.tsp.actions import Actions
from offhook.tsp.auditrecord import record_of
from offhook.tsp.callcontrol import CallControl
from offhook.tsp.connection import BadMessage, Event, ProtocolError, Role, TspConnection
from offhook.tsp.dialogue import Dialogue
from offhook.tsp.framing import Fault
from offhook.tsp.login import LoginDesk
from offhook.tsp.messages import (
    CallInfoNotify,
    CallStateNotify,
    Dial,
    Drop,
    Fail,
    Login,
    Notify,
    Response,
)
from offhook.tsp.messages3 import BadRequest, CallNotify, Notify3, Request, Result
from offhook.tsp.shared import Shared
from offhook.tsp.sockets import set_up

logger = logging.getLogger(__name__)

MAX_QUEUED: Final = 64
"""Actions that may wait for the one under way; while there are more, the session is not read from."""

READ_SLICE: Final = 512
"""Bytes of one session that are looked at in one go, so that a flood leaves room for others."""

MAX_UNSENT: Final = 64 * 1024
"""Bytes that may wait for a client that does not read, some 600 Notifies; then it is cut off."""

LINGER_S: Final = 5.0
"""How long an ended connection may take to read its last Response."""

MAX_DISCARDED: Final = 1024 * 1024
"""Bytes that an ended connection may still send, for its last Response to arrive, before it is cut off."""


class Session(asyncio.Protocol):
    """Serves one peer, from its connection to its end."""

    __slots__ = (
        "_busy",
        "_connection",
        "_desk",
        "_dialogue",
        "_discarded",
        "_ending",
        "_eof",
        "_gathered",
        "_limits",
        "_linger",
        "_logged",
        "_peer",
        "_queue",
        "_shared",
        "_silent",
        "_terminal",
        "_transport",
        "_unread",
        "_waiting",
    )

    _transport: asyncio.Transport

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._connection = TspConnection(Role.SERVER)
        self._peer = ""
        self._terminal: str | None = None
        self._dialogue: Dialogue | None = None
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
        self._desk: LoginDesk | None = None
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
        set_up(transport)
        if self._shared.require_token:
            self._limits = self._shared.limits(self._peer)
        terminal = None if self._shared.require_token else self._shared.backend.default_terminal()
        if terminal is not None:
            self._begin(terminal, 1)

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
        self._eof = not self._ending and self._at_work
        return self._eof

    def connection_lost(self, exc: Exception | None) -> None:
        """An Action in progress goes on although nobody hears its Response: see `_withdraw`."""
        self._stop_work()
        if self._linger is not None:
            self._linger.cancel()
        for timer in (self._busy, self._waiting):
            if isinstance(timer, asyncio.TimerHandle):
                timer.cancel()
        # They refer to the session: it is freed now, without the collector.
        self._dialogue = self._desk = None
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
        if not isinstance(self._busy, asyncio.Task) and not self._open:
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

    @property
    def ended(self) -> bool:
        """Is the session over, or about to be?"""
        return self._ending

    @property
    def _open(self) -> int:
        return 0 if self._dialogue is None else self._dialogue.open

    @property
    def _at_work(self) -> bool:
        return bool(self._queue or self._busy or self._unread or self._open)

    def read_on(self) -> None:
        """Read a part of the received bytes: it is this session's turn."""
        self._waiting = False
        if self._ending or not self._unread:
            return
        data, self._unread = self._unread[:READ_SLICE], self._unread[READ_SLICE:]
        events = self._connection.receive(data)
        if self._limits:
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
            if not self._at_work:
                self.close()
        elif crowded or self._unread:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()
        if self._unread and not crowded and not self._waiting:
            self._wait()

    def _perform(self, event: Event) -> None:
        match event:
            case Dial() | Drop() | Request() | BadRequest():
                self._ask(event)
            case Login():
                self._login(event)
            case BadMessage(fault):
                self._log(fault)
                self.answer(Fail(Refusal.BAD_REQUEST.value))
            case ProtocolError(fault):
                self._log(fault)
                self.answer(Fail(Refusal.BAD_REQUEST.value))
                self._end()

    # What is asked for.

    def _ask(self, asked: Dial | Drop | Request | BadRequest) -> None:
        shared, dialogue = self._shared, self._dialogue
        if dialogue is None:
            refusal = Refusal.NOT_AUTHENTICATED if shared.require_token else Refusal.NO_SUCH_TERMINAL
            self.answer(Fail(refusal.value))
            match asked:
                case Dial(address):
                    self.note(commands.Dial("", address), refusal.value)
                case Drop(which):
                    self.note(commands.Drop(which), refusal.value)
            return
        others = dialogue.open
        work = dialogue.perform(asked)
        if work is None:
            return
        if self._queue or self._gathered is None or others:
            # More is waiting, or a task is just ending: each in a turn of its own, or they would nest.
            task = shared.loop.create_task(work)
        else:
            task = start_now(work)
            if task.done():
                return
        if not dialogue.overlapping:
            self._busy = task
        shared.tasks.add(task)
        task.add_done_callback(shared.tasks.discard)

    def worked(self) -> None:
        """Something that was asked for has its answer."""
        self._busy = None
        self._advance()

    # Login.

    def _login(self, login: Login) -> None:
        if self._desk is None:
            self._desk = LoginDesk(
                self._shared, self._peer, answer=self.answer, begin=self._begin, end=self._end
            )
        self._busy = self._desk.take(login, self.worked)

    def _begin(self, terminal: str, version: int) -> None:
        """Serve this terminal from now on. The first that is told of it is what there is already."""
        if version < 3 and terminal == self._terminal:
            return
        if self._dialogue is not None:
            self._dialogue.end()
        dialogue = (Actions if version < 3 else CallControl)(self, self._shared.backend, terminal)
        self._terminal, self._dialogue = terminal, dialogue
        self._limits = ()
        self._shared.known(self)
        dialogue.begin()

    def note(self, command: Command[Any], result: str, call: str = "") -> None:
        """Into the audit log: this was asked for, and came to this result."""
        self._shared.on_audit(record_of(command, self._peer, self._terminal or "", result, call))

    # Writing.

    def answer(self, message: Response | Result) -> None:
        """The answer to what the peer has asked."""
        self._write(self._connection.send(message))

    def tell(self, messages: Iterable[Notify | Notify3]) -> None:
        """What has happened, in this order."""
        data = b""
        for message in messages:
            try:
                data += self._connection.send(message)
            except ValueError as error:
                logger.error("%s cannot be told to %s: %s", _about(message), self._peer, error)
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
        if self._dialogue is not None:
            self._dialogue.end()


def _about(message: Notify | Notify3) -> str:
    match message:
        case CallStateNotify(call_id=call_id) | CallInfoNotify(call_id=call_id):
            return f"call {call_id}"
        case CallNotify(call):
            return f"call {call.id}"
        case _:
            return "the state of the line"

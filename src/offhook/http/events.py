"""Server-sent events: calls and terminals as they change (HTML Living Standard, "Server-sent events")."""

import asyncio
import secrets
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from msgspec import Struct
from starlette.types import Send

from offhook.call import Call, Command, Terminal
from offhook.errors import CallError, Refusal
from offhook.http.answers import encode, raw_headers
from offhook.http.sessions import Session
from offhook.http.values import CallValues, TerminalValue, terminal_value
from offhook.http.wire import Connection
from offhook.manager.principal import EVERY_TERMINAL, Principal
from offhook.manager.replyfirst import ReplyFirst
from offhook.manager.service import CallManager, ManagerEvent
from offhook.manager.turns import Turns
from offhook.manager.watched import watched
from offhook.manager.watchers import Watchers

MAX_UNSENT = 256 * 1024
"""Bytes of events that wait for one stream: some four hundred. Above it a snapshot takes their place."""

KEPT = 4096
"""Changes that a stream can resume after: ten seconds of a site with 10,000 busy phones, hours of an office.
Some 8 MiB."""

MAX_STREAMS_OF_USER = 50
"""Each tab and program of a person has one; a program for a whole site needs only one."""

ALIVE_S = 15.0
"""How often a stream without events says that it is alive: proxies end what is silent for a minute."""

ALIVE_AT_ONCE = 200
"""Streams that are told so in one turn of the loop, which takes a millisecond or two."""

STREAMS_A_SECOND, STEP_S = 1000, 0.02
"""So many streams of a server that goes come to the others in a second."""

GOES_RETRY_S = 2.0
"""After so long a proxy has noticed that this server goes, and asks another one."""

FULL_RETRY_S = 30.0
"""When somebody for whom there was no room should try again."""

ALIVE = b": alive\n\n"


class Snapshot(Struct, frozen=True):
    """Everything that the stream is about, as it is now. `because`: "begin", "gap" or "slow"."""

    because: str
    terminals: list[TerminalValue]
    calls: list[Call]


class _EncodedChange:
    """A change, encoded when the first stream wants it, for all of a kind."""

    __slots__ = ("_encoded", "event", "number", "terminal")

    def __init__(self, number: int, event: ManagerEvent) -> None:
        self.number, self.event = number, event
        self.terminal = event.id if isinstance(event, Terminal) else event.call.terminal
        self._encoded: dict[bool, bytes] = {}

    def data(self, values: CallValues, *, own: bool) -> bytes:
        """All of it but the id."""
        found = self._encoded.get(own)
        if found is None:
            event = self.event if own else watched(self.event)
            if isinstance(event, Terminal):
                found = b"event: terminal\ndata: " + encode(terminal_value(event, own=own)) + b"\n\n"
            else:
                found = b"event: call\ndata: " + encode(values.of(event.call)) + b"\n\n"
            self._encoded[own] = found
        return found


@dataclass(frozen=True, slots=True)
class Selection:
    """Which terminals a stream is about; None: all that its person may use, or with `watched` watch."""

    terminals: frozenset[str] | None = None
    watched: bool = False

    def tag(self, epoch: str, principal: Principal) -> str:
        """Where an id of the stream is good: this run of the server, these terminals, these rights."""
        chosen = "*" if self.terminals is None else ",".join(sorted(self.terminals))
        key = f"{epoch} {principal.name} {principal.revision} {self.watched} {chosen}"
        return sha256(key.encode(errors="replace")).hexdigest()[:12]


class _Holding:
    """The commands of a session that have no answer yet, and the events that wait for it."""

    def __init__(self) -> None:
        self.commands: dict[ReplyFirst[_EncodedChange], None] = {}
        self.numbers: set[int] = set()

    def holds(self, told: _EncodedChange) -> bool:
        """Does the event wait? Asked once for each stream of the session."""
        if told.number in self.numbers:
            return True
        if any(one.holds(told.terminal, told) for one in self.commands):
            self.numbers.add(told.number)
            return True
        return False

    def reached(self, number: int) -> int:
        """The number by which a stream may resume: all events up to it have been passed on."""
        return min(number, min(self.numbers) - 1) if self.numbers else number


class EventHub:
    """Hears everything from the Call Manager and passes it on to the streams. `most` streams in all."""

    def __init__(self, manager: CallManager, values: CallValues, turns: Turns, most: int) -> None:
        self._manager, self._values, self._turns, self._most = manager, values, turns, most
        self._epoch = secrets.token_hex(4)
        self._goes = False
        self._number = 0
        self._kept: deque[_EncodedChange] = deque(maxlen=KEPT)
        self._watchers: Watchers[Stream] = Watchers()
        self._streams: dict[Stream, None] = {}
        self._of_user: Counter[str] = Counter()
        self._under_way: dict[Session, _Holding] = {}
        self._unsubscribe = manager.subscribe(self._on_event)
        self._alive = asyncio.get_running_loop().create_task(self._keep_alive())

    def __len__(self) -> int:
        return len(self._streams)

    def stop(self) -> None:
        """End all streams."""
        self._unsubscribe()
        self._alive.cancel()
        for stream in self._streams:
            stream.end()

    async def send_away(self, at_once: asyncio.Event) -> None:
        """End all streams in order, one after the other, or at once when that is set; and begin none: others
        stand in for this server. A program that resumes there gets a snapshot with "gap"."""
        self._goes = True
        while self._streams:
            ending = list(self._streams)
            for stream in ending if at_once.is_set() else ending[: round(STREAMS_A_SECOND * STEP_S)]:
                stream.end()
                self.discard(stream)
            await asyncio.sleep(STEP_S)

    def open(self, session: Session, selection: Selection, last_id: str, connection: Connection) -> "Stream":
        """A stream for this session, which `run` begins. Raises `CallError`."""
        name = session.principal.name
        if self._goes:
            raise CallError(
                Refusal.UNAVAILABLE,
                "this Call Manager is being restarted, another one takes its event streams; try again soon",
                retry_s=GOES_RETRY_S,
            )
        if self._of_user[name] >= MAX_STREAMS_OF_USER:
            raise CallError(
                Refusal.OVERLOADED,
                f"user {name} has {MAX_STREAMS_OF_USER} event streams open; close some",
                retry_s=FULL_RETRY_S,
            )
        if len(self._streams) >= self._most:
            raise CallError(
                Refusal.OVERLOADED, "there are too many event streams; try again later", retry_s=FULL_RETRY_S
            )
        for terminal in selection.terminals or ():
            self._manager.terminal(session.principal, terminal)
        return Stream(self, session, selection, last_id, connection, self._epoch)

    @contextmanager
    def performing(self, session: Session, command: Command[Any]) -> Iterator[Callable[[], None]]:
        """While the command is carried out, and until the function given is called, its events wait."""
        held: ReplyFirst[_EncodedChange] = ReplyFirst(
            self._manager.terminal_of(command), lambda _terminal, told: self._pass_on(session, told)
        )
        own = self._under_way.setdefault(session, _Holding())
        own.commands[held] = None

        def release() -> None:
            if held not in own.commands:
                return
            del own.commands[held]
            for _, told in held.release():
                self._pass_on(session, told)
            if not own.commands:
                self._under_way.pop(session, None)

        try:
            yield release
        except BaseException:
            release()
            raise

    def add(self, stream: "Stream") -> None:
        """The stream hears of everything from now on."""
        self._streams[stream] = None
        self._of_user[stream.principal.name] += 1
        for terminal in self._chosen(stream):
            self._watchers.add(terminal, stream)

    def discard(self, stream: "Stream") -> None:
        """The stream is over."""
        if stream not in self._streams:
            return
        del self._streams[stream]
        self._of_user -= Counter((stream.principal.name,))
        for terminal in self._chosen(stream):
            self._watchers.discard(terminal, stream)

    def missed(self, stream: "Stream", last_id: str) -> list[bytes] | None:
        """The frames after this id, if it is one of this stream's and all of them are still kept."""
        tag, _, number = last_id.partition("-")
        if tag != stream.tag or not (number.isascii() and number.isdecimal() and len(number) < 16):
            return None
        after, oldest = int(number), self._kept[0].number if self._kept else self._number + 1
        if not oldest - 1 <= after <= self._number:
            return None
        chosen = self._chosen(stream)
        everything = EVERY_TERMINAL in chosen
        return [
            self._frame(stream, told, told.number)
            for told in self._kept
            if told.number > after and (everything or told.terminal in chosen)
        ]

    async def snapshot(self, stream: "Stream", because: str) -> bytes:
        """Everything as it is now. Lists of one user take turns, as large ones take long."""
        principal, selection, manager = stream.principal, stream.selection, self._manager
        async with self._turns.turn(principal.name, listing=True):
            if selection.terminals is not None:
                terminals = [manager.terminal(principal, one) for one in sorted(selection.terminals)]
                found = [manager.snapshot(principal, one.id) for one in terminals]
            else:
                terminals = manager.terminals(principal, watched=selection.watched)
                found = manager.snapshots(principal, watched=selection.watched)
            snapshot = Snapshot(
                because,
                [terminal_value(one, own=principal.may_use(one.id)) for one in terminals],
                [self._values.of(call) for one in found for call in one.calls],
            )
            return b"id: %s-%d\nevent: snapshot\ndata: %s\n\n" % (
                stream.tag.encode(),
                self._number,
                encode(snapshot),
            )

    def _chosen(self, stream: "Stream") -> frozenset[str]:
        """The terminals that the stream is about; `*` among them for all."""
        if stream.selection.terminals is not None:
            return stream.selection.terminals
        scope = stream.principal.scope(watched=stream.selection.watched)
        return frozenset({EVERY_TERMINAL}) if scope is None else scope

    def _on_event(self, event: ManagerEvent) -> None:
        self._number += 1
        told = _EncodedChange(self._number, event)
        self._kept.append(told)
        for stream in self._watchers.of(told.terminal):
            self._tell(stream, told)

    def _tell(self, stream: "Stream", told: _EncodedChange) -> None:
        number, own = told.number, self._under_way.get(stream.session)
        if own is not None:
            if own.holds(told):
                return
            number = own.reached(number)
        stream.push(self._frame(stream, told, number))

    def _pass_on(self, session: Session, told: _EncodedChange) -> None:
        """What waited for an answer of this session waits no more, unless for another one."""
        own = self._under_way.get(session)
        if own is not None:
            own.numbers.discard(told.number)
        for stream in self._watchers.of(told.terminal):
            if stream.session is session:
                self._tell(stream, told)

    def _frame(self, stream: "Stream", told: _EncodedChange, number: int) -> bytes:
        own = stream.principal.may_use(told.terminal)
        return b"id: %s-%d\n%s" % (stream.tag.encode(), number, told.data(self._values, own=own))

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.sleep(ALIVE_S)
            for place, stream in enumerate(list(self._streams)):
                stream.keep_alive()
                if place % ALIVE_AT_ONCE == ALIVE_AT_ONCE - 1:
                    await asyncio.sleep(0)


class Stream:
    """One stream. What is pushed waits in a queue of its own, so that a slow reader harms nobody else."""

    __slots__ = (
        "_because",
        "_changed",
        "_connection",
        "_ended",
        "_hub",
        "_last_id",
        "_queue",
        "_size",
        "principal",
        "selection",
        "session",
        "tag",
    )

    def __init__(
        self,
        hub: EventHub,
        session: Session,
        selection: Selection,
        last_id: str,
        connection: Connection,
        epoch: str,
    ) -> None:
        self.session, self.principal, self.selection = session, session.principal, selection
        self.tag = selection.tag(epoch, session.principal)
        self._hub, self._last_id, self._connection = hub, last_id, connection
        self._queue: list[bytes] = []
        self._size = 0
        self._because = ""
        self._ended = False
        self._changed = asyncio.Event()

    def push(self, frame: bytes) -> None:
        """Queue an event. Above the limit all that waits is thrown away, and a snapshot stands for it."""
        if self._because:
            return
        self._size += len(frame)
        if self._size > MAX_UNSENT:
            self._queue, self._size, self._because = [], 0, "slow"
        else:
            self._queue.append(frame)
        self._changed.set()

    def keep_alive(self) -> None:
        """Say something if nothing else waits."""
        if not self._queue and not self._because:
            self.push(ALIVE)

    def end(self) -> None:
        """End it: the login or the connection is over, or the server stops."""
        self._ended = True
        self._changed.set()

    async def run(self, send: Send, headers: Mapping[str, str]) -> None:
        """Send until it ends."""
        every = raw_headers({**headers, "X-Accel-Buffering": "no"})
        every.append((b"content-type", b"text/event-stream; charset=utf-8"))
        self._hub.add(self)
        self.session.on_end[self.end] = None
        self._connection.on_lost = self.end
        try:
            await send({"type": "http.response.start", "status": 200, "headers": every})
            missed = self._hub.missed(self, self._last_id) if self._last_id else None
            if missed is None:
                self._because = "gap" if self._last_id else "begin"
            else:
                self._queue = missed  # with what was pushed meanwhile
            self._changed.set()
            while not self._ended:
                await self._send_what_waits(send)
            if self._connection.on_lost == self.end:
                self._connection.on_lost = None
            await send({"type": "http.response.body", "body": b""})
        finally:
            self.session.on_end.pop(self.end, None)
            self._hub.discard(self)

    async def _send_what_waits(self, send: Send) -> None:
        await self._changed.wait()
        # Whoever has not read what was sent before is waited for here, and the queue grows meanwhile.
        await send({"type": "http.response.body", "body": b"", "more_body": True})
        if self._because:
            because, self._because = self._because, ""
            data = await self._hub.snapshot(self, because)
            self._queue.clear()
        else:
            data = b"".join(self._queue)
            self._queue.clear()
        self._size = 0
        self._changed.clear()
        if data:
            await send({"type": "http.response.body", "body": data, "more_body": True})

"""A scripted backend, and a client on a bare socket."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any, cast

from offhook.call import Call, CallState, Cause, Command, Dial, Direction, Drop, Party, Result, Terminal, live
from offhook.config import Listen, TspSettings
from offhook.errors import CallError, Refusal
from offhook.tsp.server import TspServer
from tests.waiting import until

END = b"\r\n\r\n"


def a_call(
    call_id: str = "c1",
    state: CallState = CallState.OFF_HOOK,
    *,
    terminal: str = "4000",
    name: str = "",
    callee: str = "4001",
    cause: Cause | None = None,
    direction: Direction = Direction.OUTBOUND,
) -> Call:
    return Call(
        call_id, terminal, state, Party("Kim", terminal), Party(name, callee), 1.0, direction, cause=cause
    )


@dataclass
class PlayedBackend:
    """Accepts every Dial as call c1, c2 ... unless scripted otherwise; the test triggers the events."""

    default: str | None = "4000"
    refuse: CallError | Exception | None = None
    gate: asyncio.Event | None = None
    before_reply: Callable[[], None] = lambda: None
    usable: frozenset[str] | None = None
    asked: list[tuple[str, ...]] = field(default_factory=list)
    calls: dict[str, Call] = field(default_factory=dict)
    listeners: dict[str, list[Callable[[Call], None]]] = field(default_factory=dict)
    reachable: bool = True
    lines: dict[str, Terminal] = field(default_factory=dict)
    line_listeners: list[Callable[[], None]] = field(default_factory=list)
    commands: list[Command[Any]] = field(default_factory=list)
    results: dict[type, object] = field(default_factory=dict)
    gates: dict[type, asyncio.Event] = field(default_factory=dict)
    known: asyncio.Event | None = None
    unknown: CallError | None = None

    def default_terminal(self) -> str | None:
        return self.default

    def may_use(self, terminal: str) -> bool:
        return self.usable is None or terminal in self.usable

    async def perform(self, command: Command[Result]) -> Result:
        result: object = self.results.get(type(command))
        self.commands.append(command)
        match command:
            case Dial(terminal=terminal, address=address):
                await self._reply("dial", terminal, address)
                number = sum(1 for asked in self.asked if asked[0] == "dial")
                result = a_call(f"c{number}", terminal=terminal, callee=address)
            case Drop(call=which, terminal=terminal):
                await self._reply("drop", terminal, which)
            case _:
                if type(command) in self.gates:
                    await self.gates[type(command)].wait()
                await self._reply(command.name)
        return cast("Result", result)

    def line(self, terminal: str) -> Terminal | None:
        return self.lines.get(terminal)

    def watch_line(self, terminal: str, listener: Callable[[], None]) -> Callable[[], None]:
        self.line_listeners.append(listener)
        return lambda: self.line_listeners.remove(listener)

    async def all_calls(self, terminal: str) -> Sequence[Call]:
        if self.known is not None:
            await self.known.wait()
        if self.unknown is not None:
            raise self.unknown
        return self.live(terminal)

    def tell_line(self, line: Terminal | None = None, *, reachable: bool = True) -> None:
        """The line is as it is now; None: as it was."""
        self.reachable = reachable
        if line is not None:
            self.lines[line.id] = line
        for listener in list(self.line_listeners):
            listener()

    async def _reply(self, *asked: str) -> None:
        self.asked.append(asked)
        if self.gate is not None:
            await self.gate.wait()
        self.before_reply()
        if self.refuse is not None:
            raise self.refuse

    def live(self, terminal: str) -> Sequence[Call]:
        return [call for call in self.calls.values() if call.terminal == terminal]

    def watch(self, terminal: str, listener: Callable[[Call], None]) -> Callable[[], None]:
        listeners = self.listeners.setdefault(terminal, [])
        listeners.append(listener)
        return lambda: listeners.remove(listener)

    def tell(self, call: Call) -> None:
        """The call is as it is now."""
        if live(call):
            self.calls[call.id] = call
        else:
            self.calls.pop(call.id, None)
        for listener in list(self.listeners.get(call.terminal, ())):
            listener(call)

    def advance(self, call_id: str, *states: CallState) -> None:
        for state in states:
            cause = Cause.NORMAL if state is CallState.ON_HOOK else None
            self.tell(replace(self.calls[call_id], state=state, cause=cause))

    @property
    def watchers(self) -> int:
        return sum(map(len, self.listeners.values()))


def no_such_call() -> CallError:
    return CallError(Refusal.NO_SUCH_CALL, "that call is gone; ask for the calls")


@dataclass
class Peer:
    """The client of a session, byte by byte."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def say(self, *messages: str) -> None:
        self.writer.write(b"".join(message.encode() + END for message in messages))
        await self.writer.drain()

    async def hear(self) -> str:
        """The next message, without its terminator."""
        return (await self.reader.readuntil(END))[: -len(END)].decode()

    async def hears(self, *messages: str) -> None:
        for message in messages:
            assert await self.hear() == message

    async def hears_nothing_more(self) -> None:
        """Wait until the server has read all: the response to an invalid message is the next one received."""
        await self.say("?")
        assert (await self.hear()).startswith("Response%Fail")

    async def ends(self) -> bytes:
        """All bytes until the server closes the connection."""
        return await self.reader.read()

    async def close(self) -> None:
        self.writer.close()
        with suppress(OSError):
            await self.writer.wait_closed()


def reset(peer: Peer) -> None:
    """The peer leaves without a word."""
    no_linger = struct.pack("ii", 1, 0)
    peer.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_linger)
    peer.writer.transport.abort()


KEYS = ("require_token", "max_sessions")
"""What `serving` passes on as settings."""


@asynccontextmanager
async def serving(backend: PlayedBackend, **options: Any) -> AsyncIterator[TspServer]:
    wanted = {"require_token": False, "max_sessions": TspSettings.max_sessions} | options
    settings = TspSettings(Listen("127.0.0.1", 0), **{key: wanted.pop(key) for key in KEYS})
    server = TspServer(backend, settings, **{"token": None, **wanted})
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


@asynccontextmanager
async def peer_of(server: TspServer, **options: Any) -> AsyncIterator[Peer]:
    peer = Peer(*await asyncio.open_connection("127.0.0.1", server.port, **options))
    try:
        yield peer
    finally:
        await peer.close()


@asynccontextmanager
async def session(backend: PlayedBackend, **options: Any) -> AsyncIterator[Peer]:
    """A server for this backend, and a client that is connected to it."""
    async with serving(backend, **options) as server, peer_of(server) as peer:
        await until(lambda: server.sessions == 1)
        yield peer


def state(call_id: str, name: str, callee: str = "4001", callee_name: str = "", cause: str = "") -> str:
    tail = f"%{cause}" if cause else ""
    return f"Notify%CALL_STATE%4000%{name}%{call_id}%Kim%4000%{callee_name}%{callee}{tail}"


def info(call_id: str, name: str, callee: str = "4001", callee_name: str = "") -> str:
    return f"Notify%CALL_INFO%4000%{name}%{call_id}%Kim%4000%{callee_name}%{callee}"

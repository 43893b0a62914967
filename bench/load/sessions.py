"""Sessions of programs, as lean as they can be: thousands of them share a process with what they measure."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from time import perf_counter
from typing import Any, Protocol

import msgspec
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

LIMIT_S = 60.0
"""How long a login or an answer may take before it is given up."""

Hear = Callable[[str, str, str], None]
"""Is called with the id of a call, its state, and the cause of its end."""

_quiet = logging.getLogger("bench.load.websockets")
_quiet.setLevel(logging.CRITICAL)


class RefusedError(Exception):
    """The product has refused what a session asked for."""


class Session(Protocol):
    """What the load asks of a session, whatever it speaks."""

    kind: str
    where: str
    """At which node, where there are several."""

    async def open(self, host: str) -> None:
        """Connect from this address, log in, and be told of the terminal from then on."""
        ...

    async def dial(self, number: str) -> None:
        """Returns with the reply. Raises `RefusedError`."""
        ...

    async def drop(self, call: str) -> None:
        """Returns with the reply. Raises `RefusedError`."""
        ...

    def close(self) -> None:
        """End it."""
        ...


class Tsp(asyncio.Protocol):
    """A TSP session of version 2, which is told of calls that its terminal begins, or 3: of all."""

    def __init__(
        self, port: int, terminal: str, token: str, version: int, hear: Hear, where: str = ""
    ) -> None:
        self.kind, self.where = f"TSP {version}", where
        self._port, self._terminal, self._token, self._version = port, terminal, token, version
        self._hear = hear
        self._buffer = b""
        self._answers: deque[asyncio.Future[str]] = deque()
        self._ready: asyncio.Future[str] | None = None
        self.lost = False

    async def open(self, host: str) -> None:
        loop = asyncio.get_running_loop()
        self._buffer, self.lost = b"", False
        self._answers.clear()
        async with asyncio.timeout(LIMIT_S):
            self._transport, _ = await loop.create_connection(
                lambda: self, "127.0.0.1", self._port, local_addr=(host, 0)
            )
            ready = self._ready = loop.create_future()
            version = "%3" if self._version >= 3 else ""
            await self._ask(f"Action%Login%{self._terminal}%{self._token}{version}")
            if self._version >= 3:
                await ready

    async def dial(self, number: str) -> None:
        await self._ask(f"Request%1%dial%address={number}" if self._version >= 3 else f"Action%Dial%{number}")

    async def drop(self, call: str) -> None:
        await self._ask(f"Request%2%drop%call={call}" if self._version >= 3 else f"Action%Drop%{call}")

    def close(self) -> None:
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        *messages, self._buffer = (self._buffer + data).split(b"\r\n\r\n")
        for message in messages:
            self._read(message.decode())

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        for one in (*self._answers, self._ready):
            if one is not None and not one.done():
                one.set_exception(RefusedError("the session was ended"))

    def _read(self, message: str) -> None:
        if message.startswith("Notify%Call%"):
            values = dict(one.partition("=")[::2] for one in message.split("%")[2:])
            self._hear(values["call"], values["state"], values.get("cause", ""))
        elif message.startswith("Notify%CALL_"):
            fields = message.split("%")
            self._hear(fields[4], fields[3], fields[9] if len(fields) > 9 else "")
        elif message.startswith(("Response%", "Result%")):
            self._answers.popleft().set_result(message)
        elif message == "Notify%Ready" and self._ready is not None and not self._ready.done():
            self._ready.set_result(message)

    async def _ask(self, message: str) -> None:
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._answers.append(answer)
        self._transport.write(f"{message}\r\n\r\n".encode())
        async with asyncio.timeout(LIMIT_S):
            found = await answer
        if "%Success" not in found:
            raise RefusedError(found.partition("%text=")[0].partition("%Fail%")[2])


class _Call(msgspec.Struct):
    id: str
    state: str
    cause: str | None = None


class _Snapshot(msgspec.Struct):
    seq: int
    calls: list[_Call] = []


class _Message(msgspec.Struct):
    type: str
    id: int | None = None
    seq: int = 0
    call: _Call | None = None
    error: dict[str, Any] | None = None
    snapshots: list[_Snapshot] | None = None


_message = msgspec.json.Decoder(_Message)


class Sscp(asyncio.Protocol):
    """An SSCP session that watches one terminal. `gap` is called when an event is missing."""

    kind = "SSCP"

    def __init__(
        self, port: int, terminal: str, token: str, hear: Hear, gap: Callable[[], None], where: str = ""
    ) -> None:
        self._port, self._terminal, self._token = port, terminal, token
        self._hear, self._gap, self.where = hear, gap, where
        self._seq = -1
        self._id = 0
        self._answers: dict[int, asyncio.Future[_Message]] = {}
        self._opened: asyncio.Future[None] | None = None
        self.lost = False

    async def open(self, host: str) -> None:
        loop = asyncio.get_running_loop()
        self._seq, self.lost = -1, False
        self._answers.clear()
        uri = parse_uri(f"ws://127.0.0.1:{self._port}/")
        self._web = ClientProtocol(uri, subprotocols=[Subprotocol("sscp.v1")], logger=_quiet)
        self._opened = loop.create_future()
        async with asyncio.timeout(LIMIT_S):
            self._transport, _ = await loop.create_connection(
                lambda: self, "127.0.0.1", self._port, local_addr=(host, 0)
            )
            self._web.send_request(self._web.connect())
            self._flush()
            await self._opened
        await self._ask({"type": "login", "token": self._token, "knows": ["call-control"]})
        reply = await self._ask({"type": "watch", "terminal": self._terminal})
        self._seq = reply.snapshots[0].seq if reply.snapshots else 0

    async def dial(self, number: str) -> None:
        await self._ask({"type": "dial", "terminal": self._terminal, "address": number})

    async def drop(self, call: str) -> None:
        await self._ask({"type": "drop", "call": call})

    async def clear(self) -> None:
        """Drop what calls the terminal has, after one that went wrong. Raises `RefusedError`."""
        reply = await self._ask({"type": "watch", "terminal": self._terminal})
        for found in reply.snapshots or ():
            self._seq = found.seq
            for call in found.calls:
                await self.drop(call.id)

    def close(self) -> None:
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._web.receive_data(data)
        for event in self._web.events_received():
            if isinstance(event, Frame):
                if event.opcode is Opcode.TEXT:
                    self._read(bytes(event.data))
            elif self._opened is not None and not self._opened.done():
                if self._web.handshake_exc is None:
                    self._opened.set_result(None)
                else:
                    self._opened.set_exception(RefusedError(str(self._web.handshake_exc)))
        self._flush()

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        for one in (*self._answers.values(), self._opened):
            if one is not None and not one.done():
                one.set_exception(RefusedError("the session was ended"))

    def _read(self, data: bytes) -> None:
        message = _message.decode(data)
        if message.type == "call" and message.call is not None:
            if self._seq >= 0 and message.seq != self._seq + 1:
                self._gap()
            self._seq = message.seq
            self._hear(message.call.id, message.call.state, message.call.cause or "")
        elif message.type == "reply" and message.id is not None:
            self._answers.pop(message.id).set_result(message)

    def _flush(self) -> None:
        if data := b"".join(self._web.data_to_send()):
            self._transport.write(data)

    async def _ask(self, members: dict[str, Any]) -> _Message:
        self._id += 1
        answer: asyncio.Future[_Message] = asyncio.get_running_loop().create_future()
        self._answers[self._id] = answer
        self._web.send_text(msgspec.json.encode({**members, "id": self._id}))
        self._flush()
        async with asyncio.timeout(LIMIT_S):
            reply = await answer
        if reply.error is not None:
            raise RefusedError(str(reply.error.get("code")))
        return reply


async def timed(work: Any) -> float:
    """Milliseconds that it took."""
    begun = perf_counter()
    await work
    return 1000 * (perf_counter() - begun)

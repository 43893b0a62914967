"""A web server for the browser's tests: foreign pages, and a Call Manager that only notes what it is asked.

For speed. `test_extension_with_phones.py` has a real Call Manager and real phones.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

TOKEN = "token-of-kim"

TERMINAL = {"id": "4000", "name": "Kim", "in_service": True, "problem": "", "features": ["dial"]}


def call(revision: int = 0, **members: object) -> dict[str, Any]:
    """A call as docs/http.md has it, as far as the extension looks at it."""
    return {
        "id": "c1",
        "terminal": "4000",
        "state": "RingBackState",
        "direction": "outbound",
        "caller": {"name": "Kim", "id": "4000"},
        "callee": {"name": "Lee Min-ho", "id": "4001"},
        "connected_party": None,
        "connected": None,
        "cause": None,
        "revision": revision,
        "features": ["drop"],
        "held": False,
        **members,
    }


@dataclass(frozen=True)
class Asked:
    """A request of the API."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class StandIn:
    """`pages` are served by path, at any host."""

    pages: dict[str, str] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    streams: list[asyncio.StreamWriter] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    refusal: tuple[int, dict[str, Any]] | None = None
    port: int = 0

    @property
    def origin(self) -> str:
        """The Call Manager's; pages are asked for at other hosts."""
        return f"http://127.0.0.1:{self.port}"

    def page(self, path: str, host: str = "crm.example") -> str:
        return f"http://{host}:{self.port}{path}"

    @property
    def dialled(self) -> list[str]:
        return [one.body["number"] for one in self.asked if one.path.endswith("/calls")]

    def tell(self, event: str, data: object) -> None:
        """To every stream that is open."""
        for stream in self.streams:
            if not stream.is_closing():
                stream.write(f"id: x-1\nevent: {event}\ndata: {json.dumps(data)}\n\n".encode())

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                first, *lines = head.split("\r\n")
                method, target, _ = first.split(" ")
                pairs = (line.partition(":") for line in lines if line)
                headers = {name.lower(): value.strip() for name, _, value in pairs}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                await self._answer(writer, method, target, headers, json.loads(body) if body else None)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(
        self, writer: asyncio.StreamWriter, method: str, target: str, headers: dict[str, str], body: Any
    ) -> None:
        path = target.partition("?")[0]
        if not path.startswith("/api/v1/"):
            status, text = (200, self.pages[path]) if path in self.pages else (404, "")
            script = path.endswith(".mjs")
            _reply(writer, status, f"text/{'javascript' if script else 'html'}; charset=utf-8", text)
            return
        self.asked.append(Asked(method, path.removeprefix("/api/v1"), headers, body))
        if headers.get("authorization") != f"Bearer {TOKEN}":
            _json(writer, 401, {"code": "not-authenticated", "detail": "log in again"})
        elif path.endswith("/events"):
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
            self.streams.append(writer)
            snapshot = {"because": "begin", "terminals": [TERMINAL], "calls": self.calls}
            writer.write(f"id: x-0\nevent: snapshot\ndata: {json.dumps(snapshot)}\n\n".encode())
        elif path.endswith("/me"):
            _json(writer, 200, {"user": "kim", "terminals": ["4000"], "default_terminal": "4000"})
        elif path.endswith("/terminals"):
            _json(writer, 200, {"terminals": [TERMINAL]})
        elif self.refusal is not None:
            _json(writer, *self.refusal)
        else:
            _json(writer, 201 if path.endswith("/calls") else 204, call())


def _json(writer: asyncio.StreamWriter, status: int, value: object) -> None:
    _reply(writer, status, "application/json", "" if status == 204 else json.dumps(value))


def _reply(writer: asyncio.StreamWriter, status: int, kind: str, text: str) -> None:
    data = text.encode()
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n\r\n"
    writer.write(head.encode() + data)


@asynccontextmanager
async def a_stand_in() -> AsyncIterator[StandIn]:
    """One, on a port of its own."""
    made = StandIn()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        for stream in made.streams:
            stream.close()

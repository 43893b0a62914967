"""Engines by script: in memory for what is sans-IO, and on a socket for a whole switch."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from offhook.sip.endpoint import Endpoint
from offhook.switch.media.bencode import decode, encode
from offhook.switch.media.engine import Engine

PLACE = "v=0\r\no=- 1 1 IN IP4 {0}\r\ns=-\r\nc=IN IP4 {0}\r\nt=0 0\r\nm=audio {1} RTP/AVP 0\r\n"
FIRST_PORT = 30_000


class Script:
    """Answers as an engine does: each description is another port of its own. `asked` are the commands."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.calls: set[bytes] = set()
        self.refuses = b""
        self.host = "192.0.2.99"
        self._port = FIRST_PORT

    def answer(self, data: bytes) -> bytes:
        cookie, _, rest = data.partition(b" ")
        command = decode(rest)
        assert isinstance(command, dict)
        self.asked.append({key.decode(): _plain(value) for key, value in command.items()})
        return cookie + b" " + encode(self._do(self.asked[-1], command))

    def _do(self, command: dict[str, Any], raw: dict[bytes, Any]) -> dict[str, Any]:
        name, call = command["command"], raw.get(b"call-id", b"")
        if name == "ping":
            return {"result": "pong"}
        if self.refuses and name == "offer":
            return {"result": "error", "error-reason": self.refuses}
        if name == "offer":
            self.calls.add(call)
        elif call not in self.calls:
            return {"result": "error", "error-reason": "Unknown call-id"}
        if name == "delete":
            self.calls.discard(call)
        if name not in ("offer", "answer"):
            return {"result": "ok"}
        self._port += 2
        return {"result": "ok", "sdp": PLACE.format(self.host, self._port)}

    def of(self, *names: str) -> list[dict[str, Any]]:
        """The commands with these names."""
        return [one for one in self.asked if one["command"] in names]


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.decode() if isinstance(value, bytes) else value


class ScriptedEngine:
    """An engine without a socket, beside an endpoint whose clock the test turns. `away`: it says nothing."""

    def __init__(self, endpoint: Endpoint, name: str = "one") -> None:
        self.script = Script()
        self.away = False
        self.sent = 0
        self.engine = Engine(name, endpoint, self._send)

    def _send(self, data: bytes) -> None:
        self.sent += 1
        if not self.away:
            self.engine.receive(self.script.answer(data))


class EngineOnASocket(asyncio.DatagramProtocol):
    """The same on loopback; `delays` is how long each answer takes, by what `held` says."""

    def __init__(self) -> None:
        self.script = Script()
        self.away = False
        self.holds: Callable[[dict[str, Any]], bool] = lambda _command: False
        self._held: list[tuple[bytes, Any]] = []
        self.transport: asyncio.DatagramTransport

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self.transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", 0))

    @property
    def port(self) -> int:
        return int(self.transport.get_extra_info("sockname")[1])

    def datagram_received(self, data: bytes, addr: Any) -> None:
        if self.away:
            return
        answer = self.script.answer(data)
        if self.holds(self.script.asked[-1]):
            self._held.append((answer, addr))
        else:
            self.transport.sendto(answer, addr)

    @property
    def holding(self) -> bool:
        return bool(self._held)

    def let_go(self) -> None:
        """Send what was held, and hold no more."""
        self.holds = lambda _command: False
        held, self._held = self._held, []
        for answer in held:
            self.transport.sendto(*answer)

"""A scripted Smart Messenger on a bare socket: the dialled address selects what it does."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Self

END = b"\r\n\r\n"

ANSWERED = ["OffHookState", "ProceedState", "RingBackState", "ConnectedState"]

SCRIPTS: dict[str, list[str]] = {
    "4001": ANSWERED,
    "4002": ["OffHookState", "busy"],
    "4005": [*ANSWERED, "normal"],
    "4006": [*ANSWERED, "gone"],
    "4007": [*ANSWERED, "flood"],
    "+82 (2) 568-3848": ["OffHookState"],
}
"""After Success: states; a cause ends the call; "gone" ends the connection, and the call is forgotten;
"flood" changes the callee's name without a pause until the call is dropped."""

REFUSED = "4004"
SILENT = "4003"
"""Addresses without a response until the call is dropped."""

NAMES = {"4001": "Lee Min-ho", "4005": "Lee Min-ho"}
"""Told in a CALL_INFO while the call proceeds."""


class Script:
    """One connection."""

    def __init__(self, messenger: "Messenger", writer: asyncio.StreamWriter) -> None:
        self._messenger = messenger
        self._writer = writer
        self._terminal = ""
        self._call: tuple[str, str] | None = None
        self._silent = False
        self._flood: asyncio.Task[None] | None = None

    def hear(self, message: str) -> bool:
        """AuditRecord on a message; false when the connection is to end."""
        kind, name, *data = message.split("%")
        assert kind == "Action", message
        if name == "Login":
            self._terminal = data[0]
            self._say("Response%Success%2")
        elif name == "Dial":
            return self._dial(data[0])
        elif name == "Drop":
            self._drop()
        return True

    def _dial(self, address: str) -> bool:
        self._messenger.calls += 1
        self._call = (f"c{self._messenger.calls}", address)
        if address == REFUSED:
            self._call = None
            self._say("Response%Fail%not-allowed")
            return True
        if address == SILENT:
            self._silent = True
            return True
        self._say("Response%Success")
        for step in self._messenger.scripts[address]:
            if step == "gone":
                return False
            if step == "flood":
                self._flood = asyncio.create_task(self._flood_until_dropped())
            elif step.endswith("State"):
                self._state(step)
            else:
                self._ends(step)
        return True

    async def _flood_until_dropped(self) -> None:
        assert self._call is not None
        head = f"Notify%CALL_INFO%{self._terminal}%ConnectedState%{self._call[0]}%Kim%4000"
        burst = "".join(f"{head}%Name {number}%4007\r\n\r\n" for number in range(500)).encode()
        with suppress(OSError):
            while self._call is not None and not self._writer.is_closing():
                self._writer.write(burst)
                await self._writer.drain()

    async def finish(self) -> None:
        """The connection is over."""
        self._call = None
        if self._flood is not None:
            self._writer.transport.abort()
            await self._flood

    def _drop(self) -> None:
        if self._silent:
            self._say("Response%Success")
            self._silent = False
        if self._call is None:
            self._say("Response%Fail%no-such-call")
        else:
            self._say("Response%Success")
            self._ends("dropped")

    def _ends(self, cause: str) -> None:
        self._notify("CALL_STATE", "OnHookState", f"%{cause}")
        self._call = None

    def _state(self, state: str) -> None:
        self._notify("CALL_STATE", state)
        if state == "ProceedState":
            self._notify("CALL_INFO", state)

    def _notify(self, kind: str, state: str, tail: str = "") -> None:
        assert self._call is not None
        call_id, address = self._call
        name = NAMES.get(address, "") if state != "OffHookState" else ""
        self._say(f"Notify%{kind}%{self._terminal}%{state}%{call_id}%Kim 철수%4000%{name}%{address}{tail}")

    def _say(self, message: str) -> None:
        self._writer.write(message.encode() + END)


class Messenger:
    """The server. `heard` is every message of every connection, in order, without its end."""

    def __init__(self, scripts: Mapping[str, list[str]] = SCRIPTS) -> None:
        self.scripts = scripts
        self.heard: list[str] = []
        self.calls = 0
        self.connections = 0
        self.ended = 0
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        script = Script(self, writer)
        try:
            while True:
                message = (await reader.readuntil(END))[: -len(END)].decode()
                self.heard.append(message)
                if not script.hear(message):
                    break
                await writer.drain()
        except (asyncio.IncompleteReadError, OSError):
            self.ended += 1
        finally:
            self._writers.discard(writer)
            await script.finish()
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *exc: object) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self._writers:
            writer.close()
        await self._server.wait_closed()

"""A program elsewhere that is told of calls, and what tells it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from offhook.call.occurrences import Occurrence
from offhook.manager.service import CallManager
from offhook.manager.stores.calllog import SqliteCallLog
from offhook.manager.stores.outbox import SqliteOutbox
from offhook.webhooks.sender import Webhook, WebhookSender
from offhook.webhooks.target import Target
from tests.manager.helpers import TERMINALS, FakeSwitch

SECRET = "a-secret-of-some-length"


@dataclass
class Heard:
    """A request as it came."""

    headers: dict[str, str]
    body: bytes

    @property
    def message(self) -> Any:
        return json.loads(self.body)


@dataclass
class Receiver:
    """Answers each request with the next of `answers`, and then with 204."""

    port: int = 0
    heard: list[Heard] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?site=1"

    @property
    def types(self) -> list[str]:
        return [one.message["type"] for one in self.heard]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
            body = await reader.readexactly(int(headers["Content-Length"]))
            self.heard.append(Heard({"": head.split("\r\n")[0], **headers}, body))
            writer.write(self.answers.pop(0) if self.answers else b"HTTP/1.1 204 No Content\r\n\r\n")
            await writer.drain()
        finally:
            writer.close()


@asynccontextmanager
async def a_receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()


def a_hook(
    url: str, *events: Occurrence, name: str = "crm", allow_private: bool = True, **more: Any
) -> Webhook:
    occurrences = frozenset(events or Occurrence)
    return Webhook(name, Target.of(url), SECRET, occurrences, allow_private=allow_private, **more)


@asynccontextmanager
async def telling(
    folder: Path, *hooks: Webhook, clock: Callable[[], float] | None = None
) -> AsyncIterator[tuple[FakeSwitch, SqliteOutbox]]:
    """A Call Manager whose calls are told to these webhooks."""
    log = SqliteCallLog(folder / "calls.sqlite", keep_days=None)
    outbox = SqliteOutbox(folder / "webhooks.sqlite")
    switch = FakeSwitch()
    manager = CallManager(switch, TERMINALS, log)
    more: dict[str, Any] = {} if clock is None else {"clock": clock}
    sender = WebhookSender(hooks, outbox, **more)
    sender.start(manager)
    try:
        yield switch, outbox
    finally:
        await sender.stop()
        outbox.close()
        log.close()

"""The independent reader: hears what every node tells its users, and what the nodes tell each other.

A program: `python -m bench.chaos.reader`, which reads from its input where to listen, and then tells what it
hears as JSON lines. It listens from inside each machine, so that no cut hides anything from it, and imports
nothing of Offhook: it speaks the documented protocols, SSCP and the messages between nodes.

    {"at": 1.2, "node": "north", "calls": [...]}       logged in: all live calls
    {"at": 1.2, "node": "north", "call": {...}}        an event
    {"at": 1.2, "node": "north", "gone": "..."}        the session broke
    {"at": 1.2, "told": "4100", "epoch": 3, "by": "north", "run": "8c..."}
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import ssl
import sys
import threading
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import nats.errors
from nats.aio.client import Client
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from bench.chaos.say import say

AGAIN_S = 0.2
"""So long after a broken session the next one is tried."""

ANSWER_S = 5.0
CLONE_NEWNET = 0x40000000

_lock = threading.Lock()
_told: set[tuple[str, int, str, str]] = set()


class Claim(msgspec.Struct):
    """What of a told state is judged; the rest is skipped unread."""

    terminal: str
    epoch: int
    node: str
    run: str


class Shown(msgspec.Struct):
    """What of a call is judged."""

    id: str
    terminal: str
    state: str
    revision: int
    cause: str | None = None
    direction: str | None = None


class Shot(msgspec.Struct):
    """A terminal in a snapshot."""

    terminal: str
    seq: int
    calls: list[Shown]


class Message(msgspec.Struct):
    """Of SSCP: a reply, or an event."""

    type: str
    id: int | None = None
    error: dict[str, Any] | None = None
    snapshots: list[Shot] = []
    seq: int = 0
    call: Shown | None = None


_claim = msgspec.json.Decoder(Claim)
_message = msgspec.json.Decoder(Message)


async def users_view(node: str, port: int, token_file: str) -> None:
    """What a user sees at a node who may see everything."""
    while True:
        try:
            token = await asyncio.to_thread(Path(token_file).read_text)
            async with connect(
                f"ws://127.0.0.1:{port}",
                subprotocols=[Subprotocol("sscp.v1")],
                max_size=None,
                compression=None,
                open_timeout=ANSWER_S,
                ping_interval=None,
                proxy=None,
            ) as socket:
                await _follow(socket, node, token.strip())
        except (OSError, WebSocketException, TimeoutError, KeyError) as error:
            say(node=node, gone=f"{type(error).__name__}: {error}"[:200])
        await asyncio.sleep(AGAIN_S)


async def _follow(socket: ClientConnection, node: str, token: str) -> None:
    """Log in, and tell all calls and each event until the session ends."""
    await socket.send(json.dumps({"type": "login", "id": 1, "token": token, "knows": ["call-control"]}))
    await socket.send(json.dumps({"type": "watch", "id": 2, "terminal": "*"}))
    asked, numbers = 2, dict[str, int]()
    early: list[Message] | None = []
    async for text in socket:
        message = _message.decode(text)
        match message.type:
            case "reply" if message.error:
                raise OSError(message.error["message"])
            case "reply" if message.id == asked:
                numbers = {one.terminal: one.seq for one in message.snapshots}
                say(node=node, calls=[call for one in message.snapshots for call in one.calls])
                late, early = early or [], None
                for one in late:
                    tell_event(node, one, numbers)
            case "call" if early is not None:
                early.append(message)
            case "call" if tell_event(node, message, numbers):
                # Some events were dropped, this session being slow: everything is asked for anew.
                asked, early = asked + 1, []
                again = {"type": "watch", "id": asked, "terminal": "*"}
                await socket.send(json.dumps(again))
    say(node=node, gone="closed")


def tell_event(node: str, message: Message, numbers: dict[str, int]) -> bool:
    """Tell an event that is not in the snapshot already; are there some missing before it?"""
    call = message.call
    assert call is not None
    expected = numbers.get(call.terminal, 0) + 1
    if message.seq >= expected:
        numbers[call.terminal] = message.seq
        say(node=node, call=call)
    return message.seq > expected


async def nodes_view(server: str, token: str, ca_file: str, subject: str) -> None:
    """What the nodes tell each other, as it passes one NATS server."""
    context = ssl.create_default_context(cafile=ca_file)
    while True:
        lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        async def on_closed(lost: asyncio.Future[None] = lost) -> None:
            if not lost.done():
                lost.set_result(None)

        async def quiet(_error: Exception) -> None:
            pass

        client = Client()
        try:
            await client.connect(
                server,
                token=token,
                tls=context,
                allow_reconnect=False,
                connect_timeout=2,
                ping_interval=2,
                closed_cb=on_closed,
                error_cb=quiet,
            )
            await client.subscribe(subject, cb=on_told)
            await lost
        except (OSError, TimeoutError, nats.errors.Error):
            pass
        await asyncio.sleep(AGAIN_S)


async def on_told(message: Any) -> None:
    """A terminal's state, from whoever thinks that it owns it. Each new claim is told once."""
    state = _claim.decode(message.data)
    claim = (state.terminal, state.epoch, state.node, state.run)
    with _lock:
        if claim in _told:
            return
        _told.add(claim)
    say(told=state.terminal, epoch=state.epoch, by=state.node, run=state.run)


def inside(namespace: str, work: Callable[[], Awaitable[None]]) -> None:
    """Do it from inside a machine, in a thread of its own."""

    def run() -> None:
        handle = os.open(namespace, os.O_RDONLY)
        if ctypes.CDLL(None, use_errno=True).setns(handle, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")
        os.close(handle)

        async def for_ever() -> None:
            await work()

        asyncio.run(for_ever())

    threading.Thread(target=run, daemon=True).start()


def main() -> None:
    """Until the input ends."""
    where = json.loads(sys.stdin.readline())
    for node in where["nodes"]:
        view = partial(users_view, node["name"], where["port"], node["token_file"])
        inside(node["namespace"], view)
    for server in where["nats"]:
        bus = partial(nodes_view, where["server"], where["token"], where["ca_file"], where["subject"])
        inside(server["namespace"], bus)
    sys.stdin.read()


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    main()

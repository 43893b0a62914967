"""A scripted Call Manager, and broken sessions."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from offhook.call import Call, CallState, Party, Terminal
from offhook.sscp.commands import Perform
from offhook.sscp.messages import (
    Calls,
    Login,
    Phones,
    Reply,
    Snapshot,
    Terminals,
    Watch,
    decode_request,
    encode,
)
from offhook.sscp.rows import rows_of
from offhook.sscp.server import SscpServer

CALL = Call("c1", "4000", CallState.OFF_HOOK, Party("Kim", "4000"), Party("", "4001"), started=1.0)


def cut_sessions(server: SscpServer) -> None:
    """Break all sessions without a close frame, like a lost network."""
    for connection in list(server._connections.values()):
        connection.transport.abort()


class PlayedServer:
    """A Call Manager whose messages the test chooses."""

    def __init__(self) -> None:
        self.snapshot = Snapshot("4000", 1, [CALL])
        self.asked: list[object] = []
        self.features: list[str] | None = None
        self.pages: Callable[[int], list[Terminal]] = lambda _: []
        self.dialled = asyncio.Event()
        self.connection: ServerConnection | None = None

    async def serve(self, connection: ServerConnection) -> None:
        self.connection = connection
        async for data in connection:
            command = decode_request(data)
            self.asked.append(command)
            match command:
                case Login():
                    await connection.send(encode(Reply(command.id, features=self.features)), text=True)
                case Terminals():
                    page = self.pages(sum(isinstance(one, Terminals) for one in self.asked))
                    await connection.send(encode(Reply(command.id, terminals=rows_of(page)[0])), text=True)
                case Phones():
                    await connection.send(encode(Reply(command.id, phones=[])), text=True)
                case Perform():
                    self.dialled.set()
                case Watch() | Calls():
                    await connection.send(encode(Reply(command.id, snapshots=[self.snapshot])), text=True)


@asynccontextmanager
async def a_played_server() -> AsyncIterator[tuple[PlayedServer, str]]:
    played = PlayedServer()
    server = await serve(played.serve, "127.0.0.1", 0, subprotocols=[Subprotocol("sscp.v1")], close_timeout=1)
    port = next(iter(server.sockets)).getsockname()[1]
    try:
        yield played, f"ws://127.0.0.1:{port}"
    finally:
        server.close()
        await server.wait_closed()

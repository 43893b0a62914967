"""A TCP relay between client and server that a test can cut."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

READ = 1 << 16


class Cutter:
    """Listens at `address`. While it is `cut` connections are refused; while it is `mute` nothing passes."""

    def __init__(self, server: tuple[str, int]) -> None:
        self.address = ("127.0.0.1", 0)
        self._server = server
        self._listener: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._passing = asyncio.Event()
        self._passing.set()

    async def mend(self) -> None:
        """Listen again on the same port."""
        self._listener = await asyncio.start_server(self._relay, *self.address)
        self.address = self._listener.sockets[0].getsockname()

    async def cut(self) -> None:
        """Close all connections and refuse new ones."""
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.close()
        for writer in list(self._writers):
            writer.transport.abort()
        if listener is not None:
            await listener.wait_closed()

    def mute(self, silent: bool) -> None:
        """Hold back all data, or pass it on again, including what has waited."""
        if silent:
            self._passing.clear()
        else:
            self._passing.set()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(*self._server)
        self._writers |= {writer, back}
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._pass(reader, back))
                tasks.create_task(self._pass(there, writer))
        finally:
            self._writers -= {writer, back}
            writer.transport.abort()
            back.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(READ):
                await self._passing.wait()
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        writer.transport.abort()

    async def __aenter__(self) -> Self:
        await self.mend()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._passing.set()
        await self.cut()

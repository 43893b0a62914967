"""The server process of `session_memory`: `python -m bench.session_server tsp|bare`.

Prints its port, then answers each line on standard input with its resident memory in bytes.
"""

import asyncio
import gc
import os
import resource
import sys
from pathlib import Path

from offhook.config import Listen, TspSettings
from offhook.messenger import Messenger
from offhook.tsp.server import TspServer

SESSIONS = 11_000


class Bare(asyncio.Protocol):
    """Sends back what it gets: the least that an asyncio connection can be."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.transport.write(data)


def resident() -> int:
    """Bytes of this process that are in memory; garbage that happens to be uncollected left out."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


async def main(kind: str) -> None:
    loop = asyncio.get_running_loop()
    if kind == "tsp":
        tsp = TspServer(
            Messenger(str),
            TspSettings(Listen("127.0.0.1", 0), require_token=False, max_sessions=SESSIONS),
            token=None,
        )
        await tsp.start()
        port = tsp.port
    else:
        bare = await loop.create_server(Bare, "127.0.0.1", 0, backlog=100)
        port = bare.sockets[0].getsockname()[1]
    print(port, flush=True)
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.readline():
        print(resident(), flush=True)


if __name__ == "__main__":
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    asyncio.run(main(sys.argv[1]))

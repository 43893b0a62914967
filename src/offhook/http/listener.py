"""Listens for HTTP, and hands requests to an ASGI application. What bounds a connection is in `wire`."""

import asyncio
import ssl
from typing import Any

import uvicorn
from uvicorn.server import ServerState

from offhook.common.arrivals import Arrivals, Listening
from offhook.http.wire import IDLE_S, Connection

HANDSHAKE_LIMIT_S = 10.0

CLOSE_LIMIT_S = 2.0
"""How long stopping waits for requests in progress: a switch or a disk may not answer at all."""


class Listener:
    """One address and port, or all addresses of a host."""

    def __init__(self, api: Any, tls: ssl.SSLContext | None) -> None:
        self._config, self._tls = _config(api), tls
        self._servers: list[asyncio.Server] = []
        self._state = ServerState()

    @property
    def port(self) -> int:
        """The port it listens on, once started."""
        return int(self._servers[0].sockets[0].getsockname()[1])

    @property
    def connections(self) -> int:
        """How many are open."""
        return len(self._state.connections)

    async def start(self, host: str, port: int, arrivals: Arrivals) -> None:
        """Listen. Raises `OSError` when the port is taken."""
        loop = asyncio.get_running_loop()
        for listening in await Listening.everywhere(host, port, arrivals):
            self._servers.append(
                await loop.create_server(
                    lambda: Connection(self._config, self._state, {}),
                    sock=listening,
                    ssl=self._tls,
                    ssl_handshake_timeout=None if self._tls is None else HANDSHAKE_LIMIT_S,
                )
            )

    def close(self) -> None:
        """Accept no more."""
        for server in self._servers:
            server.close()

    async def stop(self) -> None:
        """Close all connections, in `CLOSE_LIMIT_S` or a little more."""
        self.close()
        for connection in list(self._state.connections):
            connection.shutdown()
        if self._state.tasks:
            await asyncio.wait(list(self._state.tasks), timeout=CLOSE_LIMIT_S)
        for connection in list(self._state.connections):
            assert isinstance(connection, Connection)
            connection.abort()
        await asyncio.sleep(0)  # uvicorn logs a task that is cancelled before its connection is lost
        for task in list(self._state.tasks):
            task.cancel()
        await asyncio.gather(*self._state.tasks, return_exceptions=True)


def _config(api: Any) -> uvicorn.Config:
    """uvicorn's settings; what else it does, its own server would, and there is none."""
    config = uvicorn.Config(
        api,
        http="httptools",
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_keep_alive=IDLE_S,
    )
    config.load()
    return config

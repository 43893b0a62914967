"""Opens the client's WebSocket to a Call Manager."""

import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from offhook.errors import PeerError
from offhook.sscp.channel import RequestChannel
from offhook.sscp.framelog import frame_logger
from offhook.sscp.messages import MAX_REPLY, SUBPROTOCOL
from offhook.sscp.readatonce import ReadAtOnce

OPEN_LIMIT_S = 5.0
NEXT_ADDRESS_S = 0.25
"""After so long the next address of a host is tried beside the first (RFC 8305 §5): one of IPv6 may lead
nowhere."""

CLOSE_LIMIT_S = 1.0
PING_EVERY_S = 10.0
PONG_LIMIT_S = 10.0
"""A server that vanished without a word is noticed within these two together."""

Trust = ssl.SSLContext | Callable[[str], ssl.SSLContext | None] | None
"""Which certificates are trusted; a function is asked at each attempt, with the URL."""


@asynccontextmanager
async def open_channel(url: str, trust: Trust) -> AsyncIterator[RequestChannel]:
    """A context with a channel to the server at `url`, in which nobody has logged in yet.

    Raises `PeerError` if the server does not speak SSCP, and what `websockets` raises.
    """
    async with connect(
        url,
        ssl=trust(url) if callable(trust) else trust,
        happy_eyeballs_delay=NEXT_ADDRESS_S,
        subprotocols=[Subprotocol(SUBPROTOCOL)],
        compression=None,
        logger=frame_logger,
        proxy=None,
        user_agent_header=None,
        open_timeout=OPEN_LIMIT_S,
        close_timeout=CLOSE_LIMIT_S,
        ping_interval=PING_EVERY_S,
        ping_timeout=PONG_LIMIT_S,
        max_size=MAX_REPLY,
        create_connection=ReadAtOnce,
    ) as connection:
        assert isinstance(connection, ReadAtOnce)
        if connection.subprotocol != SUBPROTOCOL:
            raise PeerError(f"{url} does not speak {SUBPROTOCOL}; check the address")
        yield RequestChannel(connection)

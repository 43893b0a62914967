"""A phone on a bare socket, for messages that no well-behaved phone sends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from offhook.sip.message import Request, Response, parse


class RawPhone(asyncio.DatagramProtocol):
    """Sends any text, and keeps what it receives."""

    def __init__(self, server: tuple[str, int]) -> None:
        self.server = server
        self.received: asyncio.Queue[Request | Response] = asyncio.Queue()
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    @property
    def address(self) -> tuple[str, int]:
        """Where it is."""
        assert self._transport is not None
        host, port = self._transport.get_extra_info("sockname")[:2]
        return host, port

    def datagram_received(self, data: bytes, addr: tuple[str | int, int]) -> None:
        self.received.put_nowait(parse(data))

    def send(
        self, method: str, to: str = "4001", *, user: str = "4000", extra: str = "", to_tag: str = ""
    ) -> None:
        host, port = self.address
        tag = f";tag={to_tag}" if to_tag else ""
        text = (
            f"{method} sip:{to}@offhook SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{method}{to};rport\r\n"
            f"From: <sip:{user}@offhook>;tag=raw\r\nTo: <sip:{to}@offhook>{tag}\r\n"
            f"Call-ID: raw-{method}-{to}\r\nCSeq: 1 {method}\r\n"
            f"Contact: <sip:{user}@{host}:{port}>\r\n{extra}Content-Length: 0\r\n\r\n"
        )
        self.send_text(text)

    def send_text(self, text: str) -> None:
        """A whole message."""
        assert self._transport is not None
        self._transport.sendto(text.encode(), self.server)

    async def response(self) -> Response:
        """The next final response."""
        while True:
            message = await self.received.get()
            if isinstance(message, Response) and message.status >= 200:
                return message

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


@asynccontextmanager
async def raw_phone(server: tuple[str, int]) -> AsyncIterator[RawPhone]:
    loop = asyncio.get_running_loop()
    _, phone = await loop.create_datagram_endpoint(lambda: RawPhone(server), local_addr=("127.0.0.1", 0))
    try:
        yield phone
    finally:
        phone.close()
        await asyncio.sleep(0)  # the loop closes the socket in its next turn

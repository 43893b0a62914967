"""A bare client of Asterisk's manager interface: a socket, and no more than Originate and Hangup need."""

import asyncio
import re
import secrets
from time import perf_counter

from bench.phone import LIMIT_S

_HANGUP = re.compile(rb"^Event: Hangup\r\n(?:[^\r]*\r\n)*?Uniqueid: (bare-[0-9a-f]+)\r\n", re.MULTILINE)


class BareAmi(asyncio.Protocol):
    """`ended` has the ids of channels that are gone."""

    def __init__(self) -> None:
        self.ended: asyncio.Queue[str] = asyncio.Queue()
        self._ready = asyncio.Event()
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        *messages, self._buffer = self._buffer.split(b"\r\n\r\n")
        for message in messages:
            if b"Authentication accepted" in message:
                self._ready.set()
            elif (found := _HANGUP.search(message + b"\r\n")) is not None:
                self.ended.put_nowait(found[1].decode())
            else:
                self.received(f"{message.decode()}\r\n")

    def received(self, message: str) -> None:
        """Any other message."""

    async def login(self, user: str, secret: str) -> None:
        """Returns when it is accepted."""
        self._send("Login", f"Username: {user}", f"Secret: {secret}", "Events: call")
        async with asyncio.timeout(LIMIT_S):
            await self._ready.wait()

    def originate(self, device: str, context: str, address: str, *more: str) -> tuple[str, float]:
        """The id of the channel that it makes, and when it was written. `more` are further headers."""
        channel = f"bare-{secrets.token_hex(8)}"
        written = perf_counter()
        self._send(
            "Originate",
            f"Channel: {device}",
            f"Context: {context}",
            f"Exten: {address}",
            "Priority: 1",
            "Async: true",
            f"ChannelId: {channel}",
            *more,
        )
        return channel, written

    def hang_up(self, channel: str) -> None:
        self._send("Hangup", f"Channel: {channel}")

    async def gone(self, channel: str) -> None:
        """Wait until the channel is."""
        async with asyncio.timeout(LIMIT_S):
            while await self.ended.get() != channel:
                pass

    def close(self) -> None:
        self._transport.close()

    def _send(self, action: str, *headers: str) -> None:
        if not self._transport.is_closing():  # Asterisk cuts who does not keep up with its events
            self._transport.write("\r\n".join([f"Action: {action}", *headers, "", ""]).encode())

"""Who sends without a pause: `python -m bench.flooder PORT KIND SECONDS [TOKEN]`; with a token, logged in."""

import asyncio
import sys
from time import perf_counter

from websockets.asyncio.client import connect
from websockets.frames import Opcode
from websockets.typing import Subprotocol

from offhook.sscp.messages import SUBPROTOCOL, Login, encode


def frame(opcode: Opcode, data: bytes = b"") -> bytes:
    """A short frame of a client, masked with zeros (RFC 6455 section 5.2)."""
    return bytes([0x80 | opcode, 0x80 | len(data), 0, 0, 0, 0]) + data


KINDS = {
    "pings": frame(Opcode.PING),
    "terminals": frame(Opcode.TEXT, b'{"type":"terminals","id":1}'),
    "calls": frame(Opcode.TEXT, b'{"type":"calls","id":1}'),
    "tsp": b"?\r\n\r\n",
}
BLOCK = 32 * 1024


async def flood(port: int, kind: str, seconds: float, token: str) -> None:
    block = KINDS[kind] * (BLOCK // len(KINDS[kind]))
    if kind == "tsp":
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        await _write(writer.transport, block, seconds)
        return
    async with connect(
        f"ws://127.0.0.1:{port}", subprotocols=[Subprotocol(SUBPROTOCOL)], compression=None, proxy=None
    ) as connection:
        if token:
            await connection.send(encode(Login(0, token=token)), text=True)
            await connection.recv()
        reading = asyncio.create_task(_read(connection))
        await _write(connection.transport, block, seconds)
        connection.transport.abort()
        reading.cancel()


async def _read(connection: object) -> None:
    async for _ in connection:  # type: ignore[attr-defined]
        pass


async def _write(transport: asyncio.WriteTransport, block: bytes, seconds: float) -> None:
    """As much as the other end takes."""
    end = perf_counter() + seconds
    while perf_counter() < end and not transport.is_closing():
        if transport.get_write_buffer_size() < BLOCK:
            transport.write(block)
            await asyncio.sleep(0)
        else:
            await asyncio.sleep(0.001)


if __name__ == "__main__":
    _, port, kind, seconds, *token = sys.argv
    asyncio.run(flood(int(port), kind, float(seconds), "".join(token)))

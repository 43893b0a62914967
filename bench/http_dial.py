"""From a dial that is sent to its answer that is read: by HTTP beside SSCP, at the same Call Manager."""

import asyncio
import itertools
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import IO

from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from bench.report import Table
from bench.sampling import Samples, compared, sampled

HTTP, BASELINE = "HTTP", "SSCP"

RATIO = 1.5

REST_S = 0.004
"""Between two dials: the event of the one before is told."""


@contextmanager
def a_server() -> Iterator[tuple[int, int, str, list[str], IO[str], IO[str]]]:
    """The ports of SSCP and HTTP, the administrator's token, users' tokens, and its pipes."""
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            [sys.executable, "-m", "bench.http_server", folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as server,
    ):
        assert server.stdin is not None
        assert server.stdout is not None
        sscp, http, token = server.stdout.readline().split()
        tokens = server.stdout.readline().split()
        try:
            yield int(sscp), int(http), token, tokens, server.stdin, server.stdout
        finally:
            server.stdin.close()
            server.terminate()


def measure(quick: bool) -> Table:
    """Milliseconds, one dial at a time."""
    with a_server() as (sscp, http, token, _, _, _):
        samples = asyncio.run(_measure(sscp, http, token, 100 if quick else 2500))
    title = "Dial, from sent to answered (a switch that takes no time)"
    return compared(title, samples, BASELINE, {HTTP: RATIO})


async def _measure(sscp: int, http: int, token: str, count: int) -> Samples:
    url, numbers = f"ws://127.0.0.1:{sscp}", itertools.count()
    reader, writer = await asyncio.open_connection("127.0.0.1", http)
    async with connect(url, subprotocols=[Subprotocol("sscp.v1")], proxy=None, compression=None) as socket:
        await socket.send(json.dumps({"type": "login", "id": 0, "token": token}))
        await socket.recv()

        async def by_sscp() -> dict[str, float]:
            number = next(numbers)
            terminal = str(10_000 + number % 1000)
            await asyncio.sleep(REST_S)
            begun = perf_counter()
            dial = {"type": "dial", "id": number, "terminal": terminal, "address": "4001"}
            await socket.send(json.dumps(dial | {"dial_id": f"s{number}"}))
            reply = json.loads(await socket.recv())
            took = perf_counter() - begun
            assert reply["call"]["terminal"] == terminal, reply
            return {BASELINE: took * 1000}

        async def by_http() -> dict[str, float]:
            number = next(numbers)
            terminal = str(10_000 + number % 1000)
            await asyncio.sleep(REST_S)
            begun = perf_counter()
            body = json.dumps({"number": "4001"}).encode()
            writer.write(
                f"POST /api/v1/terminals/{terminal}/calls HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
                f"Idempotency-Key: h{number}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
                + body
            )
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0])
            call = json.loads(await reader.readexactly(length))
            took = perf_counter() - begun
            assert call["terminal"] == terminal, call
            return {HTTP: took * 1000}

        samples = await sampled((by_http, by_sscp), count)
    writer.close()
    return samples

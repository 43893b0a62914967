"""From a dial that is sent to its answer that is read: by HTTP beside SSCP, at the same Call Manager."""

import asyncio
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

from bench.report import Aim, Table, percentile, spread

AIM = 1.5


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
    """One dial at a time, by turns, so that both see the same machine."""
    with a_server() as (sscp, http, token, _, _, _):
        samples = asyncio.run(_measured(sscp, http, token, 200 if quick else 5000))
    ratio = percentile(samples["HTTP"], 50) / percentile(samples["SSCP"], 50)
    return spread(
        "Dial, from sent to answered (a switch that takes no time)",
        "ms",
        samples,
        "SSCP",
        aims=(Aim(f"HTTP's median at most {AIM:g} times SSCP's", ratio <= AIM),),
    )


async def _measured(sscp: int, http: int, token: str, count: int) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {"SSCP": [], "HTTP": []}
    reader, writer = await asyncio.open_connection("127.0.0.1", http)
    async with connect(
        f"ws://127.0.0.1:{sscp}", subprotocols=[Subprotocol("sscp.v1")], proxy=None, compression=None
    ) as socket:
        await socket.send(json.dumps({"type": "login", "id": 0, "token": token}))
        await socket.recv()
        for number in range(count):
            terminal = 10_000 + number % 1000
            begun = perf_counter()
            dial = {"type": "dial", "id": number, "terminal": str(terminal), "address": "4001"}
            await socket.send(json.dumps(dial | {"dial_id": f"s{number}"}))
            reply = json.loads(await socket.recv())
            found["SSCP"].append((perf_counter() - begun) * 1000)
            assert reply["call"]["terminal"] == str(terminal), reply

            await asyncio.sleep(0.004)
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
            found["HTTP"].append((perf_counter() - begun) * 1000)
            assert call["terminal"] == str(terminal), call
            await asyncio.sleep(0.004)
    writer.close()
    return found

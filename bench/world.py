"""The product in a process of its own, and a TSP session that stamps what it reads."""

import asyncio
import re
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from bench.arrival import stamped
from bench.phone import LIMIT_S, Phone

START_S = 60.0
"""How long a process may take to start: much else may run on the machine."""

COMMON = """\
[tsp]
listen = "127.0.0.1:0"
require_token = false
[sscp]
listen = "127.0.0.1:0"
[address]
extension_lengths = [4]
[state]
dir = '{state}'
"""
"""What every configuration of the product has here."""

CONFIG = (
    COMMON
    + """\
[switch.embedded]
listen = "127.0.0.1:0"
[[terminal]]
id = "4000"
name = "Kim"
password = "bench"
[[terminal]]
id = "4001"
name = "Lee Min-ho"
password = "bench"
"""
)


class Tsp(asyncio.Protocol):
    """A TSP session of the default terminal: each message with the time at which it was read.

    `arrived`: when the one that was last waited for arrived at the socket.
    """

    arrived = 0.0

    def __init__(self) -> None:
        self._messages: asyncio.Queue[tuple[str, float, float]] = asyncio.Queue()
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._socket = transport, stamped(transport)

    def data_received(self, data: bytes) -> None:
        at, arrived = perf_counter(), self._socket.arrived
        *messages, self._buffer = (self._buffer + data).split(b"\r\n\r\n")
        for message in messages:
            self._messages.put_nowait((message.decode(), at, arrived))

    def write(self, action: str) -> float:
        """Send; when it was written."""
        data = f"{action}\r\n\r\n".encode()
        written = perf_counter()
        self._transport.write(data)
        return written

    async def until(self, begin: str) -> float:
        """Read on to the message that begins so; when it was read."""
        _, at = await self.message(begin)
        return at

    async def message(self, begin: str, part: str = "") -> tuple[str, float]:
        """Read on to the message that begins so and has this part; the message, and when it was read."""
        async with asyncio.timeout(LIMIT_S):
            while True:
                message, at, self.arrived = await self._messages.get()
                if message.startswith(begin) and part in message:
                    return message, at
                if message.startswith("Response%Fail"):
                    raise RuntimeError(f"{message} came, {begin} was waited for")

    def close(self) -> None:
        self._transport.close()


class World(NamedTuple):
    """Everything that runs for a measure: the session, the user's own phone, the one that is called."""

    tsp: Tsp
    own: Phone
    far: Phone


@asynccontextmanager
async def process(*arguments: str, environment: dict[str, str] | None = None) -> AsyncIterator[Process]:
    """A Python process of ours; ended by its handle."""
    started = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=environment
    )
    try:
        yield started
    finally:
        if started.returncode is None:
            started.terminate()
        await started.wait()


@asynccontextmanager
async def world(environment: dict[str, str] | None = None) -> AsyncIterator[World]:
    """The whole chain in one other process, as `offhook up` runs it; the phones and the TSP in this one."""
    with tempfile.TemporaryDirectory(prefix="offhook-bench-") as folder:
        config = Path(folder) / "offhook.toml"
        config.write_text(CONFIG.format(state=Path(folder) / "state"))
        async with process("-m", "bench.product", str(config), environment=environment) as product:
            tsp_port, sip_port = await ports(product)
            own, far = (Phone(("127.0.0.1", sip_port), user, "bench") for user in ("4000", "4001"))
            async with session(tsp_port) as tsp:
                try:
                    await own.start()
                    await far.start()
                    yield World(tsp, own, far)
                finally:
                    own.stop()
                    far.stop()


@asynccontextmanager
async def relay(udp: tuple[str, int]) -> AsyncIterator[tuple[Tsp, tuple[str, int]]]:
    """The baseline: a bare asyncio process that passes TCP messages on to `udp`, and datagrams back."""
    async with process("-m", "bench.relay", str(udp[1])) as bare:
        tcp_port, udp_port = await ports(bare)
        async with session(tcp_port) as tsp:
            yield tsp, ("127.0.0.1", udp_port)


@asynccontextmanager
async def session(port: int) -> AsyncIterator[Tsp]:
    """A TSP session to this port."""
    _, tsp = await asyncio.get_running_loop().create_connection(Tsp, "127.0.0.1", port)
    try:
        yield tsp
    finally:
        tsp.close()


async def ports(started: Process) -> tuple[int, int]:
    """The two ports that a process prints on its first line."""
    assert started.stdout is not None
    async with asyncio.timeout(START_S):
        line = (await started.stdout.readline()).decode()
    found = re.fullmatch(r"(\d+) (\d+)\n", line)
    if found is None:
        raise RuntimeError(f"a process of the benchmark said {line!r} instead of its ports")
    return int(found[1]), int(found[2])

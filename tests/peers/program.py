"""A real program as a test peer: started headless in a folder of its own, stopped by its own handle."""

import asyncio
import os
import random
import shutil
import socket
from abc import ABC, abstractmethod
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from tests.waiting import ONE_STEP_S

LIMIT_S = ONE_STEP_S
"""Limit for each single wait; then the test fails and says what it waited for."""

STOP_S = 10.0
"""How long a program may take to end before it is killed."""

WORKERS = 5
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % WORKERS
PORTS = range(10_000, 20_000)[WORKER::WORKERS]
"""Each test process of pytest-xdist has its own range of ports."""

PORT_TRIES = 100


renewing: dict[tuple[str, int], Callable[[], None]] = {}
"""By the SIP addresses of peers that run: starts one anew in which a test has left something, since it serves
the other tests of the file as well."""


class PeerProgramError(Exception):
    """A program is missing, has ended early, or did not do what was waited for."""


def find(program: str) -> str:
    """The program's path. A missing one is a failure, never a reason to skip."""
    path = shutil.which(program) or shutil.which(program, path="/usr/sbin")
    if path is None:
        raise PeerProgramError(f"{program} is not installed; run: tools/install-peers")
    return path


def has_ipv6() -> bool:
    """Most containers have none: this depends on the machine and cannot be installed."""
    with suppress(OSError), socket.socket(socket.AF_INET6) as probe:
        probe.bind(("::1", 0))
        return True
    return False


needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")


_lately: deque[int] = deque(maxlen=len(PORTS) // 4)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody has just now, for UDP or TCP.

    It is none of those that the system hands out by itself, so that nobody gets it before it is used, and
    none that was given out here lately: a test that wants two gets two.
    """
    for _ in range(PORT_TRIES):
        port = random.choice(PORTS)
        if port in _lately:
            continue
        with (
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
            socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp,
        ):
            tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                udp.bind(("127.0.0.1", port))
                tcp.bind(("127.0.0.1", port))
            except OSError:
                continue
            _lately.append(port)
            return port
    raise PeerProgramError(f"no port of 127.0.0.1 from {PORTS[0]} to {PORTS[-1]} is free")


class StartedProgram(ABC):
    """A program that runs as long as a `with` block."""

    @abstractmethod
    def start(self) -> None:
        """Start it, and wait until it can be used."""

    @abstractmethod
    def stop(self) -> None:
        """End it if it runs."""

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class Program:
    """One process: its output as it comes, and its end."""

    def __init__(self, folder: Path, *command: str, env: Mapping[str, str] | None = None) -> None:
        self.folder, self._env = folder, env
        self.argv = (find(command[0]), *command[1:])
        self.output = ""
        self._process: Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self.over = False
        self._changed = asyncio.Condition()

    @property
    def pid(self) -> int:
        assert self._process is not None, "not started"
        return self._process.pid

    async def start(self) -> None:
        """Start it; returns at once."""
        self._process = await asyncio.create_subprocess_exec(
            *self.argv, cwd=self.folder, env=self._env, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT
        )
        self._reader = asyncio.create_task(self._read(self._process))

    async def stop(self) -> None:
        """Terminate it, kill it if necessary, and wait for its end."""
        if self._process is None or self._reader is None:
            return
        if self._process.returncode is None:
            self._process.terminate()
            try:
                await asyncio.wait_for(self._process.wait(), STOP_S)
            except TimeoutError:
                self._process.kill()
                await self._process.wait()
        await self._reader
        # asyncio leaves the pipe's transport to the garbage collector, which warns of it.
        self._process._transport.close()  # type: ignore[attr-defined]

    async def kill(self) -> None:
        """Kill it with SIGKILL, and wait for its end."""
        assert self._process is not None, "not started"
        self._process.kill()
        await self._process.wait()

    async def ended(self, limit: float = LIMIT_S) -> int:
        """Its exit status, once it has ended by itself."""
        assert self._process is not None, "not started"
        try:
            return await asyncio.wait_for(self._process.wait(), limit)
        except TimeoutError:
            raise self.complaint(f"has not ended within {limit:g} s") from None

    async def said(self, text: str) -> None:
        """Wait until its output holds `text`."""
        await self.until(lambda: text in self.output, f"to say {text!r}")

    async def until(self, condition: Callable[[], bool], what: str, limit: float = LIMIT_S) -> None:
        """Wait for a condition that depends on the output of the program or on `changed`."""
        try:
            async with asyncio.timeout(limit), self._changed:
                await self._changed.wait_for(lambda: condition() or self.over)
        except TimeoutError:
            raise self.complaint(f"was waited for {limit:g} s {what}") from None
        if not condition():
            raise self.complaint(f"ended while it was waited for {what}")

    async def changed(self) -> None:
        """Tell `until` that there is something new to look at."""
        async with self._changed:
            self._changed.notify_all()

    def complaint(self, what: str) -> PeerProgramError:
        """An error with the end of the program's output."""
        return PeerProgramError(f"{' '.join(self.argv)}: {what}; its last words:\n{self.output[-2000:]}")

    async def _read(self, process: Process) -> None:
        assert process.stdout is not None
        while data := await process.stdout.read(65536):
            self.output += data.decode(errors="replace")
            await self.changed()
        await process.wait()
        self.over = True
        await self.changed()

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

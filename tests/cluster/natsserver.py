"""A real nats-server with JetStream: with a port and a folder of its own, stopped by its handle."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from offhook.cluster.bus import Bus
from offhook.config import ClusterSettings
from tests.peers.program import LIMIT_S, PeerProgramError, find, free_port
from tests.waiting import becomes

STOP_S = 10.0


class NatsServer:
    """One server; `cluster` gives several that are one."""

    def __init__(
        self,
        folder: Path,
        *,
        token: str = "",
        tls: str = "",
        others: dict[str, int] | None = None,
        name: str = "n",
    ):
        self.folder, self.port, self.name = folder / name, free_port(), name
        self._token, self._tls, self._routes = token, tls, others or {}
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"{'tls' if self._tls else 'nats'}://127.0.0.1:{self.port}"

    def _config(self) -> str:
        lines = [
            f"server_name: {self.name}",
            f"listen: 127.0.0.1:{self.port}",
            f'jetstream {{ store_dir: "{self.folder}/store", max_mem: 64MB, max_file: 256MB }}',
        ]
        if self._token:
            lines.append(f'authorization {{ token: "{self._token}" }}')
        if self._tls:
            lines.append(f"tls {{ {self._tls} }}")
        if self._routes:
            routes = ", ".join(f'"nats://127.0.0.1:{port}"' for port in self._routes.values())
            own = self._routes[self.name]
            lines.append(f"cluster {{ name: test, listen: 127.0.0.1:{own}, routes: [{routes}] }}")
        return "\n".join(lines)

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start it, or start it again, and wait until it takes connections."""
        self.folder.mkdir(exist_ok=True)
        config = self.folder / "nats.conf"
        config.write_text(self._config())
        with (self.folder / "log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                find("nats-server"), "-c", str(config), stdout=log, stderr=log
            )
        async with asyncio.timeout(LIMIT_S):
            while True:
                if self._process.returncode is not None:
                    raise PeerProgramError((self.folder / "log").read_text())
                with suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                    writer.close()
                    return
                await asyncio.sleep(0.02)

    async def keeps(self, what: bytes, number: int = 1) -> None:
        """Wait until this stands so often in what the next owner will find of calls: what is kept is written
        a moment after it is so."""

        async def found() -> bool:
            return await self.kept(what) >= number

        await becomes(found, True)

    async def kept(self, what: bytes) -> int:
        """How often this stands there now."""
        bus = await Bus.connect(ClusterSettings(node="looks", servers=(self.url,)), None)
        try:
            return sum(one.value.count(what) for one in await bus.kept("call.*"))
        finally:
            await bus.close()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It answers nobody meanwhile, and goes on then."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            os.waitid(os.P_PID, self._process.pid, os.WSTOPPED | os.WNOWAIT)
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    async def stop(self) -> None:
        """Stop it in order."""
        await self._end(kill=False)

    async def kill(self) -> None:
        """As kill -9 does."""
        await self._end(kill=True)

    async def _end(self, *, kill: bool) -> None:
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        process.kill() if kill else process.terminate()
        try:
            async with asyncio.timeout(STOP_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


def three(folder: Path) -> list[NatsServer]:
    """Three servers that are one cluster."""
    routes = {f"n{number}": free_port() for number in (1, 2, 3)}
    return [NatsServer(folder, others=routes, name=name) for name in routes]

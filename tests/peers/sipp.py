"""sipp as a phone: plays a scenario of this folder, and fails if the peer deviates from it."""

import asyncio
import csv
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.peers.program import LIMIT_S, Program, free_port

SCENARIOS = Path(__file__).parent / "scenarios"

POLL_S = 0.01

LOSSY = ("-default_behaviors", "all,-abortunexp", "-max_retrans", "10")
LINGER_MS = 1500
"""How long a phone that loses messages stays after a call, to answer what is repeated."""


class Sipp(Program):
    """One sipp, playing `scenario` `calls` times as `user`; one that calls, calls `target`.

    A scenario that begins by listening is bound once started. `lost`: how many per cent of the messages of
    both ways it drops. `calls` None: until it is stopped.
    """

    def __init__(
        self,
        folder: Path,
        scenario: str,
        server: tuple[str, int],
        user: str,
        password: str = "",
        *,
        port: int | None = None,
        target: str | None = None,
        calls: int | None = 1,
        lost: int = 0,
        trace: bool = True,
    ) -> None:
        self.port = port or free_port()
        self._name = folder / f"sipp-{scenario}-{user}-{self.port}"
        file = SCENARIOS / f"{scenario}.xml"
        self._listens = "<recv " in file.read_text().partition("<send")[0]
        files = [f"{self._name}.{kind}" for kind in ("errors", "messages", "csv")]
        super().__init__(
            folder,
            *("sipp", f"{server[0]}:{server[1]}", "-sf", str(file), "-nostdin"),
            *(("-m", str(calls)) if calls else ()),
            *("-i", "127.0.0.1", "-p", str(self.port), "-bind_local"),
            *("-s", target or user, "-key", "user", user, "-au", user, "-ap", password),
            *(("-auth_uri", f"{target}@{server[0]}:{server[1]}") if target else ()),
            *("-trace_err", "-error_file", files[0]),
            *(("-trace_msg", "-message_file", files[1]) if trace else ()),
            *("-trace_stat", "-stf", files[2], "-fd", "1"),
            # What comes out of order because of a loss is passed over: it will be repeated.
            *(("-lost", str(lost), *LOSSY) if lost else ()),
            *("-d", str(LINGER_MS if lost else 0)),
        )

    async def start(self) -> None:
        await super().start()
        if self._listens:
            await self._bound()

    async def succeeded(self, limit: float = LIMIT_S) -> None:
        """Wait for its end; every call must have gone as the scenario says."""
        status = await self.ended(limit)
        if status != 0:
            raise self.complaint(f"ended with status {status}:\n{self.errors()}\n{self.messages()[-4000:]}")

    def errors(self) -> str:
        """The errors that it reported."""
        file = Path(f"{self._name}.errors")
        return file.read_text(errors="replace") if file.exists() else ""

    def messages(self) -> str:
        """All messages sent and received, with times, from sipp's log."""
        file = Path(f"{self._name}.messages")
        return file.read_text(errors="replace") if file.exists() else ""

    def statistics(self) -> dict[str, str]:
        """The last line of its statistics, by sipp's column names; complete once it has ended."""
        with Path(f"{self._name}.csv").open(newline="") as file:
            rows = list(csv.DictReader(file, delimiter=";"))
        return rows[-1]

    async def _bound(self) -> None:
        """sipp says nowhere that it listens: look at the system's table of sockets."""
        wanted = f"0100007F:{self.port:04X}"
        async with asyncio.timeout(LIMIT_S):
            while wanted not in _udp_sockets():
                if self.over:
                    raise self.complaint(f"ended instead of listening: {self.errors()}")
                await asyncio.sleep(POLL_S)


def _udp_sockets() -> str:
    return Path("/proc/net/udp").read_text()


async def register(folder: Path, server: tuple[str, int], user: str, password: str, port: int) -> None:
    """Register with digest a phone that will listen on `port`."""
    async with Sipp(folder, "register", server, user, password, port=port) as registration:
        await registration.succeeded()


@asynccontextmanager
async def registered(
    folder: Path,
    scenario: str,
    server: tuple[str, int],
    user: str,
    password: str,
    *,
    port: int | None = None,
    calls: int | None = 1,
    lost: int = 0,
    trace: bool = True,
) -> AsyncIterator[Sipp]:
    """A phone that is registered and then plays a scenario on the same port.

    It stays registered when it is gone; at `port` another one can take its place.
    """
    port = port or free_port()
    await register(folder, server, user, password, port)
    phone = Sipp(folder, scenario, server, user, password, port=port, calls=calls, lost=lost, trace=trace)
    async with phone:
        yield phone

"""One SSCP session that serves a whole site: all its terminals watched, a call of each told."""

import asyncio
import tempfile
from contextlib import closing
from pathlib import Path
from time import perf_counter

from bench.report import Aim, Table
from offhook.call import (
    NOTHING,
    Call,
    CallState,
    Direction,
    Features,
    Party,
    Terminal,
    new_call_id,
)
from offhook.config import Listen, SscpSettings
from offhook.manager.authentication import Authenticator
from offhook.manager.login import Logins
from offhook.manager.service import CallManager
from offhook.manager.stores.calllog import SqliteCallLog
from offhook.manager.stores.users import SqliteUsers
from offhook.messenger import Messenger
from offhook.sscp.client import Credentials, SscpClient
from offhook.sscp.server import SscpServer
from offhook.switch.base import CallChanged, Switch, no_such_call, no_such_terminal

SITE = 10_000
LIMIT_S = 120.0


class PlayedSwitch(Switch):
    """Tells of the calls that the measure makes up."""

    async def start(self) -> None:
        """Nothing to start."""

    async def stop(self) -> None:
        """Nothing to stop."""

    def dial(self, terminal: str, address: str) -> Call:
        raise no_such_terminal(terminal)

    def drop(self, call_id: str) -> None:
        raise no_such_call(call_id)

    def features(self, terminal: str, call: Call | None = None) -> Features:
        return NOTHING

    def in_service(self, terminal: str) -> bool:
        return True

    def ring(self, terminal: str) -> None:
        """Somebody calls the terminal by hand."""
        parties = Party("", "4000"), Party("", terminal)
        call = Call(new_call_id(), terminal, CallState.RING_BACK, *parties, 1.0, Direction.INBOUND)
        self._tell(CallChanged(call))


def measure(quick: bool) -> Table:
    """Microseconds a terminal, server and Smart Messenger in one process; a tenth of the site as baseline."""
    counts = (100, 1000) if quick else (1000, SITE)
    small, large = (asyncio.run(_site(count)) for count in counts)
    ratios = tuple(more / less for more, less in zip(large, small, strict=True))
    baseline, whole = (f"{count:,} terminals" for count in counts)
    return Table(
        f"One SSCP session watches {whole}, each with a call",
        ("watch us", "event us", "after a break us"),
        ((baseline, small), (whole, large), ("ratio", ratios)),
        baseline,
        (Aim("an event costs no more where there are ten times as many (ratio under 2)", ratios[1] < 2),),
    )


async def _site(count: int) -> tuple[float, ...]:
    names = [str(10_000 + number) for number in range(count)]
    switch, told, up = PlayedSwitch(), asyncio.Semaphore(0), asyncio.Event()
    messenger = Messenger(str)
    with (
        tempfile.TemporaryDirectory(prefix="offhook-bench-") as folder,
        closing(SqliteUsers(Path(folder) / "users.sqlite")) as users,
        closing(SqliteCallLog(Path(folder) / "calls.sqlite")) as log,
    ):
        server = SscpServer(
            CallManager(switch, [Terminal(name) for name in names], log),
            Logins(Authenticator(users)),
            SscpSettings(Listen("127.0.0.1", 0)),
        )
        await server.start()

        def on_link(is_up: bool) -> None:
            messenger.on_link(is_up)
            (up.set if is_up else up.clear)()

        client = SscpClient(
            f"ws://127.0.0.1:{server.port}",
            Credentials(token=users.local_token),
            on_call=messenger.on_call,
            on_link=on_link,
        )
        messenger.attach(client)
        await client.start()
        try:
            async with asyncio.timeout(LIMIT_S):
                await up.wait()
                begun = perf_counter()
                for name in names:
                    messenger.watch(name, lambda _: told.release())
                await client.watch(names[-1])  # answers come in order
                watched = perf_counter() - begun
                events = await _tell(switch, names, told)
                up.clear()
                for connection in list(server._open):
                    connection.transport.abort()
                await up.wait()
                reconnected = perf_counter()
                await client.calls(names[0])
                again = perf_counter() - reconnected
        finally:
            await client.stop()
            await messenger.stop()
            await server.stop()
    return tuple(1e6 * seconds / count for seconds in (watched, events, again))


async def _tell(switch: PlayedSwitch, names: list[str], told: asyncio.Semaphore) -> float:
    begun = perf_counter()
    for number, name in enumerate(names):
        switch.ring(name)
        if number % 50 == 0:
            await asyncio.sleep(0)
    for _ in names:
        await told.acquire()
    return perf_counter() - begun

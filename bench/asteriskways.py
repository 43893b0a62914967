"""The ways to an INVITE of Asterisk's, each with a connection of its own and alone while it is measured."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.barami import BareAmi
from bench.phone import LIMIT_S, Phone
from bench.world import COMMON, Tsp, ports, process, session
from offhook.call import CallState
from offhook.config import AsteriskSettings, TerminalSettings
from offhook.switch.asterisk import AsteriskSwitch
from offhook.switch.base import CallChanged, SwitchEvent, TerminalChanged
from tests.peers.asterisk import CONTEXT, PASSWORD, USER, Asterisk

CONFIG = (
    COMMON
    + """\
[switch]
driver = "asterisk"
[switch.asterisk]
port = {port}
user = "{user}"
secret = "{secret}"
context = "{context}"
[[terminal]]
id = "4000"
name = "Kim"
"""
)

TARGET = "4990"


class Driver:
    """The driver for Asterisk in this process. `over` has the ids of calls that are over."""

    def __init__(self, asterisk: Asterisk) -> None:
        self.settings = AsteriskSettings(USER, PASSWORD, CONTEXT, port=asterisk.ami[1])
        self.switch = AsteriskSwitch([TerminalSettings("4000", "Kim")], self.settings)
        self.over: asyncio.Queue[str] = asyncio.Queue()
        self._service = asyncio.Event()
        self.switch.subscribe(self._on_event)

    async def start(self) -> None:
        """Returns when the phone may be called."""
        await self.switch.start()
        async with asyncio.timeout(LIMIT_S):
            while not self.switch.in_service("4000"):
                self._service.clear()
                await self._service.wait()

    def dial(self) -> str:
        return self.switch.dial("4000", TARGET).id

    async def gone(self, call_id: str) -> None:
        async with asyncio.timeout(LIMIT_S):
            while await self.over.get() != call_id:
                pass

    def _on_event(self, event: SwitchEvent) -> None:
        if isinstance(event, TerminalChanged):
            self._service.set()
        elif isinstance(event, CallChanged) and event.call.state is CallState.ON_HOOK:
            self.over.put_nowait(event.call.id)


@asynccontextmanager
async def registered(asterisk: Asterisk) -> AsyncIterator[Phone]:
    """The desk phone."""
    phone = Phone(asterisk.sip, "4000", "secret-4000")
    await phone.start()
    try:
        yield phone
    finally:
        phone.stop()


@asynccontextmanager
async def chain(asterisk: Asterisk, environment: dict[str, str] | None = None) -> AsyncIterator[Tsp]:
    """The whole product in another process; the terminal is known to be in service."""
    with tempfile.TemporaryDirectory(prefix="offhook-bench-") as folder:
        config = Path(folder) / "offhook.toml"
        config.touch(0o600)
        config.write_text(
            CONFIG.format(
                port=asterisk.ami[1],
                user=USER,
                secret=PASSWORD,
                context=CONTEXT,
                state=Path(folder) / "state",
            )
        )
        started = process("-m", "bench.product", str(config), environment=environment)
        async with started as product, _session_to(product) as tsp:
            yield tsp


@asynccontextmanager
async def relay(asterisk: Asterisk) -> AsyncIterator[Tsp]:
    """A bare process in the product's place."""
    secrets = {"AMI_USER": USER, "AMI_SECRET": PASSWORD}
    arguments = ("-m", "bench.amirelay", str(asterisk.ami[1]), CONTEXT)
    async with process(*arguments, environment=os.environ | secrets) as bare, _session_to(bare) as tsp:
        yield tsp


@asynccontextmanager
async def _session_to(server: asyncio.subprocess.Process) -> AsyncIterator[Tsp]:
    async with session((await ports(server))[0]) as tsp:
        yield tsp


@asynccontextmanager
async def driver(asterisk: Asterisk) -> AsyncIterator[Driver]:
    """The driver alone."""
    running = Driver(asterisk)
    await running.start()
    try:
        yield running
    finally:
        await running.switch.stop()


@asynccontextmanager
async def bare(asterisk: Asterisk) -> AsyncIterator[BareAmi]:
    """A bare client."""
    _, ami = await asyncio.get_running_loop().create_connection(BareAmi, *asterisk.ami)
    await ami.login(USER, PASSWORD)
    try:
        yield ami
    finally:
        ami.close()

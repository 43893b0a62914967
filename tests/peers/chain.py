"""The whole chain in one process, and an independent client of the TSP
session, written from its description."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from offhook.assembly.run import System, running
from offhook.config import load
from tests import waiting

LIMIT_S = waiting.ONE_STEP_S
"""How long any one message may take to come before the test fails."""

PASSWORDS = {"4000": "first-phone", "4001": "second-phone", "4002": "third-phone"}

CONFIG = """\
[tsp]
listen = "127.0.0.1:0"
require_token = false
[sscp]
listen = "127.0.0.1:{sscp_port}"
[switch]
driver = "embedded"
no_answer_s = {no_answer_s}
[switch.embedded]
listen = "127.0.0.1:{sip_port}"
[state]
dir = '{state}'
[[terminal]]
id = "4000"
name = "Kim"
password = "{own_password}"
[[terminal]]
id = "4001"
name = "Lee Min-ho"
password = "{far_password}"
[[terminal]]
id = "4002"
name = "Park"
password = "{third_password}"
[address]
extension_lengths = [4]
[log]
level = "warning"
"""


def write_config(folder: Path, *, no_answer_s: float = 60, sscp_port: int = 0, sip_port: int = 0) -> Path:
    """A configuration with terminals 4000 to 4002; port 0 takes any free one."""
    file = folder / "offhook.toml"
    file.write_text(
        CONFIG.format(
            state=folder / "state",
            no_answer_s=no_answer_s,
            sscp_port=sscp_port,
            sip_port=sip_port,
            own_password=PASSWORDS["4000"],
            far_password=PASSWORDS["4001"],
            third_password=PASSWORDS["4002"],
        )
    )
    return file


class Chain(NamedTuple):
    """The objects for a test: the folder for programs, the address where
    phones register, the TSP session of 4000."""

    folder: Path
    sip: tuple[str, int]
    tsp: "TspPeer"


@asynccontextmanager
async def chain(folder: Path, *, no_answer_s: float = 60) -> AsyncIterator[Chain]:
    """Everything in one process, and a TSP session of terminal 4000 that speaks version 2."""
    config = load(write_config(folder, no_answer_s=no_answer_s))
    async with running(config) as system, session(system) as tsp:
        assert system.sip_address is not None
        yield Chain(folder, system.sip_address, tsp)


@asynccontextmanager
async def session(system: System, terminal: str = "4000") -> AsyncIterator["TspPeer"]:
    """A TSP session, logged in."""
    assert system.tsp_port is not None
    async with TspPeer(system.tsp_port) as tsp:
        assert await tsp.ask(f"Action%Login%{terminal}%") == "Response%Success%2"
        yield tsp


class CallStateNotify(NamedTuple):
    """A `Notify%CALL_STATE`, field by field; `cause` is "" where there is none."""

    terminal: str
    state: str
    call: str
    caller_name: str
    caller: str
    callee_name: str
    callee: str
    cause: str = ""


class TspPeer:
    """One TSP session over a bare socket."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._responses: asyncio.Queue[str] = asyncio.Queue()
        self._states: asyncio.Queue[CallStateNotify] = asyncio.Queue()
        self._infos: asyncio.Queue[CallStateNotify] = asyncio.Queue()

    async def ask(self, action: str) -> str:
        """Send an Action; its Response."""
        self._writer.write(f"{action}\r\n\r\n".encode())
        async with asyncio.timeout(LIMIT_S):
            return await self._responses.get()

    async def done(self, action: str) -> None:
        """Ask until it is done: a node knows phones and calls a moment later than their owner."""
        async with asyncio.timeout(waiting.limit_s):
            while await self.ask(action) != "Response%Success":  # noqa: ASYNC110
                await asyncio.sleep(0.1)

    async def state(self, limit: float = LIMIT_S) -> CallStateNotify:
        """The next state of any call."""
        async with asyncio.timeout(limit):
            return await self._states.get()

    def untold(self) -> bool:
        """Has nothing been received since the last state that was read?"""
        return self._states.empty()

    async def info(self) -> CallStateNotify:
        """The next `Notify%CALL_INFO`: the same fields, the state being that of the moment."""
        async with asyncio.timeout(LIMIT_S):
            return await self._infos.get()

    async def come_to(self, state: str) -> list[str]:
        """The names of the states received, up to and including this one."""
        names: list[str] = []
        while not names or names[-1] != state:
            names.append((await self.state()).state)
        return names

    async def over(self) -> CallStateNotify:
        """The OnHookState that ends the call."""
        while (told := await self.state()).state != "OnHookState":
            pass
        return told

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while True:
                text = (await reader.readuntil(b"\r\n\r\n"))[:-4].decode()
                kind, *fields = text.split("%")
                if kind == "Response":
                    self._responses.put_nowait(text)
                elif fields[0] == "CALL_STATE":
                    self._states.put_nowait(CallStateNotify(*fields[1:]))
                elif fields[0] == "CALL_INFO":
                    self._infos.put_nowait(CallStateNotify(*fields[1:]))
        except (asyncio.IncompleteReadError, ConnectionError):
            return

    async def __aenter__(self) -> Self:
        reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._reader = asyncio.create_task(self._read(reader))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()
        await self._reader

"""The whole program under Wine, with a Windows Python and Qt: it opens, shows a call, and drops it."""

import asyncio
import subprocess
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from offhook.call import CallState
from offhook.config import load
from offhook.demo.phone import Behaviour, Phone
from offhook.tsp.client import TspClient
from offhook.tsp.messages import CallStateNotify, Dial
from tests.peers.program import free_port
from tests.windows.desktop import ROOT, WINE, Desktop, windows_path

LIMIT_S = 150.0
"""Windows' Python and Qt start slowly in Wine when the machine is busy."""

SITE = WINE / "desktop"
DROP = (50, 28)
"""From the pop-up's lower right corner."""

MINIMISE = """\
import ctypes
user = ctypes.windll.user32
window = user.FindWindowW(None, "Offhook")
user.ShowWindow(window, 6)  # SW_MINIMIZE
raise SystemExit(0 if user.IsIconic(window) else 1)
"""

CONFIG = """\
[tsp]
listen = "127.0.0.1:{tsp}"
require_token = false
terminal = "4000"
[sscp]
listen = "127.0.0.1:{sscp}"
[switch.embedded]
listen = "127.0.0.1:{sip}"
[state]
dir = '{state}'
[[terminal]]
id = "4000"
name = "Kim"
password = "a"
[[terminal]]
id = "4001"
name = "Lee Min-ho"
password = "b"
"""

pytestmark = [pytest.mark.peer, pytest.mark.timeout(180)]


class Program:
    """The window in its Windows."""

    def __init__(self, desktop: Desktop, folder: Path) -> None:
        assert SITE.is_dir(), f"{SITE} is missing; run: tools/install-wine-desktop"
        self.desktop = desktop
        self.file = folder / "offhook.toml"
        self.file.write_text(
            CONFIG.format(
                tsp=free_port(), sscp=free_port(), sip=free_port(), state=windows_path(folder / "state")
            )
        )
        self.environ = {
            **desktop.environ,
            "PYTHONPATH": f"{windows_path(ROOT / 'src')};{windows_path(SITE)}",
            "PYTHONUTF8": "1",
        }

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            "wine",
            str(WINE / "python" / "python.exe"),
            *("-m", "offhook", "messenger", "--config", windows_path(self.file)),
            env=self.environ,
            stdin=DEVNULL,
            stdout=DEVNULL,
            stderr=DEVNULL,
        )
        await self.window("^Offhook$")

    async def stop(self) -> None:
        self._process.kill()
        await self._process.wait()

    async def window(self, name: str) -> str:
        async with asyncio.timeout(LIMIT_S):
            while not (found := self._xdotool("search", "--onlyvisible", "--name", name)):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        return found.splitlines()[0]

    async def minimise(self) -> None:
        """Calls have pop-ups from then on."""
        await self.window("^Offhook$")
        minimising = await asyncio.create_subprocess_exec(
            "wine",
            str(WINE / "python" / "python.exe"),
            *("-c", MINIMISE),
            env=self.environ,
            stdin=DEVNULL,
            stdout=DEVNULL,
            stderr=DEVNULL,
        )
        assert await minimising.wait() == 0

    async def settled(self, window: str) -> None:
        """Wait until the window keeps its place and size: it grows when there is more to press."""
        before = ""
        async with asyncio.timeout(LIMIT_S):
            while before != (now := self._xdotool("getwindowgeometry", "--shell", window)):
                before = now
                await asyncio.sleep(1)

    def click(self, window: str, from_right: int, from_bottom: int) -> None:
        shape = dict(
            line.split("=") for line in self._xdotool("getwindowgeometry", "--shell", window).splitlines()
        )
        x, y = int(shape["WIDTH"]) - from_right, int(shape["HEIGHT"]) - from_bottom
        self._xdotool("mousemove", "--window", window, str(x), str(y), "click", "1")

    def press(self, keys: str) -> None:
        """Press keys, whichever window has the keyboard."""
        self._xdotool("key", keys)

    def _xdotool(self, *arguments: str) -> str:
        done = subprocess.run(
            ["xdotool", *arguments], env=self.environ, capture_output=True, text=True, check=False
        )
        return done.stdout.strip()


@pytest.fixture
async def program(tmp_path: Path) -> AsyncIterator[Program]:
    desktop = Desktop(tmp_path)
    program = Program(desktop, tmp_path)
    try:
        await program.start()
        yield program
        await program.stop()
    finally:
        desktop.close()


async def test_a_call_is_shown_and_dropped_in_the_window_on_windows(program: Program) -> None:
    config = load(program.file, environ={})
    sip = (config.switch.embedded.listen.host, config.switch.embedded.listen.port)
    answers = Behaviour(answer_after=0.2, auto_answer=False)
    async with (
        Phone(sip, "4000", "a"),
        Phone(sip, "4001", "b", behaviour=answers) as called,
        await TspClient.connect("127.0.0.1", config.tsp.listen.port) as tsp,
    ):
        await program.minimise()
        await tsp.ask(Dial("4001"))
        async with asyncio.timeout(LIMIT_S):
            async for message in tsp:
                if isinstance(message, CallStateNotify) and message.state is CallState.CONNECTED:
                    break
        popup = await program.window("Lee Min-ho - Connected")
        await program.settled(popup)
        program.click(popup, *DROP)
        async with asyncio.timeout(LIMIT_S):
            await called.event("ended")


async def test_a_call_that_rings_is_answered_by_a_key_from_another_program(program: Program) -> None:
    config = load(program.file, environ={})
    sip = (config.switch.embedded.listen.host, config.switch.embedded.listen.port)
    rings = Behaviour(answer_after=None, auto_answer=True)
    async with Phone(sip, "4000", "a", behaviour=rings), Phone(sip, "4001", "b") as caller:
        await program.minimise()
        calling = asyncio.create_task(caller.call("4000"))
        await program.window("Lee Min-ho - Your phone is ringing")
        program.press("ctrl+alt+a")
        async with asyncio.timeout(LIMIT_S):
            await calling
        await program.window("Lee Min-ho - Connected")

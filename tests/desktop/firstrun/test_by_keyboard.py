"""From nothing to the first call by the keyboard alone: the program on a screen; the phones are baresip."""

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from offhook.config import load
from tests.desktop.screen import Screen, a_screen
from tests.peers.baresip import Baresip
from tests.peers.program import free_port
from tests.waiting import ONE_STEP_S

pytestmark = [pytest.mark.peer, pytest.mark.timeout(90)]


@dataclass
class Desk:
    """A screen with the program on it, and the configuration that is not there yet."""

    screen: Screen
    file: Path

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.screen.xdotool("key", "--delay", "20", key)

    async def type(self, text: str) -> None:
        await self.screen.xdotool("type", "--delay", "5", text)

    async def made(self) -> None:
        async with asyncio.timeout(ONE_STEP_S):
            while not self.file.exists():  # noqa: ASYNC110
                await asyncio.sleep(0.05)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    file = tmp_path / "new" / "offhook.toml"
    async with a_screen() as screen:
        environment = {
            **screen.environment,
            "HOME": str(tmp_path),
            "XDG_CONFIG_HOME": str(tmp_path / "config"),
            "XDG_STATE_HOME": str(tmp_path / "state"),
            "LANGUAGE": "en",
        }
        program = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "offhook", "messenger", "--config", str(file)),
            *("--set", f"tsp.listen=127.0.0.1:{free_port()}"),
            *("--set", f"sscp.listen=127.0.0.1:{free_port()}"),
            env=environment,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            yield Desk(screen, file)
        finally:
            program.terminate()
            await program.wait()


async def test_the_wizard_makes_a_telephone_system_and_its_first_call(desk: Desk, tmp_path: Path) -> None:
    port = free_port()
    await desk.screen.window("^Set up Offhook$")
    await desk.press("Down", "Return")  # start here
    await desk.type("4000=Kim,4001=Lee")
    await desk.press("Tab", "End")  # on this computer only
    await desk.press("Tab", "ctrl+a")
    await desk.type(str(port))
    await desk.press("Return")
    await desk.made()
    await desk.screen.window("^Set up your phones")
    first, second = load(desk.file, secrets=True).terminals
    assert [(one.id, one.name) for one in (first, second)] == [("4000", "Kim"), ("4001", "Lee")]
    at = ("127.0.0.1", port)
    async with (
        Baresip(tmp_path, at, "4000", first.password, answer="auto") as own,
        Baresip(tmp_path, at, "4001", second.password, answer="auto") as other,
    ):
        await desk.screen.xdotool("windowfocus", "--sync", await desk.screen.window("^Set up your phones"))
        async with asyncio.timeout(ONE_STEP_S):
            while not other.output.count("Call established"):  # the button waits for both phones
                await desk.press("alt+t")
                await asyncio.sleep(0.3)
        assert "Call established" in own.output

"""A separate X screen (Xvfb) with a window manager, driven by xdotool."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from shutil import which

from tests.waiting import ONE_STEP_S

LIMIT_S = ONE_STEP_S

PROGRAMS = ("Xvfb", "openbox", "xdotool")


@dataclass(frozen=True)
class Screen:
    """A screen; `environment` is for programs that should appear on it."""

    environment: Mapping[str, str]

    async def xdotool(self, *arguments: str) -> str:
        """The output of xdotool; "" if it fails, as it does before a window exists."""
        process = await asyncio.create_subprocess_exec(
            "xdotool",
            *arguments,
            env=self.environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        out, _ = await process.communicate()
        return out.decode().strip() if process.returncode == 0 else ""

    async def window(self, name: str) -> str:
        """Wait for a window with this in its title; its id."""
        async with asyncio.timeout(LIMIT_S):
            while not (found := await self.xdotool("search", "--onlyvisible", "--name", name)):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        return found.splitlines()[0]

    async def activate(self, name: str) -> None:
        """Give the window with this in its title the keyboard, as a person does; a window manager need not
        give it to one that appears by itself."""
        window = await self.window(name)
        async with asyncio.timeout(LIMIT_S):
            while await self.xdotool("getactivewindow") != window:
                await self.xdotool("windowactivate", window)
                await asyncio.sleep(0.05)

    async def minimise(self, name: str) -> None:
        """Minimise the window with this in its title, and wait until it is."""
        await self.xdotool("windowminimize", await self.window(name))
        await self.gone(name)

    async def gone(self, name: str) -> None:
        """Wait until no window with this in its title is seen."""
        async with asyncio.timeout(LIMIT_S):
            while await self.xdotool("search", "--onlyvisible", "--name", name):  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    async def click(self, window: str, from_right: int, from_bottom: int) -> None:
        """Click into a window, at this distance from its lower right corner."""
        shape = dict(
            line.split("=")
            for line in (await self.xdotool("getwindowgeometry", "--shell", window)).splitlines()
        )
        x, y = int(shape["WIDTH"]) - from_right, int(shape["HEIGHT"]) - from_bottom
        await self.xdotool("mousemove", "--window", window, str(x), str(y), "click", "1")


@asynccontextmanager
async def a_screen(*options: str) -> AsyncIterator[Screen]:
    """Runs until the block ends, with these options of Xvfb's, which finds a free number for its display."""
    missing = [program for program in PROGRAMS if which(program) is None]
    assert not missing, f"install {', '.join(missing)}: run tools/install-peers"
    read, write = os.pipe()
    server = await asyncio.create_subprocess_exec(
        "Xvfb",
        *("-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset", *options),
        pass_fds=(write,),
        stderr=asyncio.subprocess.DEVNULL,
    )
    # -noreset: else it begins anew when its only client goes, and throws out one that is just coming.
    os.close(write)
    with os.fdopen(read) as pipe:
        number = (await asyncio.to_thread(pipe.readline)).strip()
    environment = {**os.environ, "DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
    manager = await asyncio.create_subprocess_exec(
        "openbox", env=environment, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        yield Screen(environment)
    finally:
        for process in (manager, server):
            process.terminate()
            await process.wait()

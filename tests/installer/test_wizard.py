"""The pages of the setup program, gone through by the keyboard.

With OFFHOOK_PICTURES=FOLDER a picture of each is put there.
"""

import asyncio
import os
import subprocess
from pathlib import Path

import pytest

from tests.installer.windows import IN_PLACE, UNINSTALL, Site
from tests.long import LONG
from tests.waiting import until
from tests.windows.desktop import Desktop, windows_path

pytestmark = [pytest.mark.peer, pytest.mark.timeout(300)]

PICTURES = os.environ.get("OFFHOOK_PICTURES")

CANCELLED = 1

LANGUAGES = ("en", "ko", "de") if PICTURES or LONG else ("en",)


class Pages:
    """The screen, as a picture that is compared with the one before."""

    def __init__(self, desktop: Desktop, suffix: str = "") -> None:
        self._desktop, self._suffix = desktop, suffix
        self._shown = self._picture()

    def _run(self, *command: str) -> bytes:
        return subprocess.run(command, env=self._desktop.environ, capture_output=True, check=True).stdout

    def _picture(self) -> bytes:
        return self._run("import", "-window", "root", "-depth", "8", "rgb:-")

    async def next(self, name: str) -> None:
        """Wait until there is something else on the screen, and it stays. Its picture gets the name."""
        before = self._shown

        async def other() -> bool:
            first = self._picture()
            await asyncio.sleep(0.5)
            self._shown = self._picture()
            return first == self._shown != before

        while not await other():
            pass
        if PICTURES and name:
            file = Path(PICTURES) / f"{name}{self._suffix}.png"
            self._run("import", "-window", "root", "-crop", self._place(), "+repage", str(file))

    def _place(self) -> str:
        """Where the wizard is on the screen, as ImageMagick names it; with its question, if there is one."""
        found = self._run("xdotool", "search", "--onlyvisible", "--name", "Offhook").decode().split()
        left = top = right = bottom = -1
        for window in found:
            lines = self._run("xdotool", "getwindowgeometry", "--shell", window).decode().split()
            at = dict(line.split("=") for line in lines)
            x, y, width, height = (int(at[name]) for name in ("X", "Y", "WIDTH", "HEIGHT"))
            left, top = (min(left, x), min(top, y)) if right >= 0 else (x, y)
            right, bottom = max(right, x + width), max(bottom, y + height)
        return f"{right - left}x{bottom - top}+{left}+{top}"

    def press(self, *keys: str) -> None:
        """Keys as xdotool names them."""
        self._run("xdotool", "key", "--delay", "100", *keys)

    def type(self, text: str) -> None:
        """A text into the field that has the focus."""
        self._run("xdotool", "type", "--delay", "30", text)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_page_is_gone_through_by_the_keyboard(
    site: Site, request: pytest.FixtureRequest, language: str
) -> None:
    setup_program = request.getfixturevalue("setup_program" if PICTURES else "small_setup")
    pages = Pages(site.desktop, "" if language == "en" else f"-{language}")
    log = site.folder / "wizard.log"
    with site.start(setup_program, f"/LANG={language}", f"/LOG={windows_path(log)}") as setup:
        await pages.next("1-welcome")
        pages.press("Return")
        await pages.next("2-licence")
        pages.press("alt+a" if language == "en" else "Return")  # I agree: elsewhere Return does as well
        await pages.next("3-components")
        pages.press("Return")
        await pages.next("4-folder")
        pages.press("Return")
        await pages.next("5-settings")
        pages.press("Tab")
        pages.type("4000")
        await pages.next("")
        pages.press("Return")
        await pages.next("6-question")  # a phone without its Call Manager
        assert not site.program.exists()
        pages.press("Return")
        await pages.next("")
        pages.press("shift+Tab")
        pages.type("pbx.example.org")
        await pages.next("7-filled")
        pages.press("Return")
        # The page of the progress may stand still for a while: only then comes the last one.
        await until(lambda: log.exists() and "done" in log.read_text(encoding="utf-16-le", errors="replace"))
        await pages.next("8-finish")
        pages.press("space")  # not to be started: this test looks at the setup
        pages.press("Return")
        setup.communicate()
    assert setup.returncode == 0
    text = (site.program / "offhook.toml").read_text()
    assert 'url = "wss://pbx.example.org:7701"' in text
    assert 'terminal = "4000"' in text


async def test_who_cancels_has_changed_nothing_and_a_script_is_told(site: Site, small_setup: Path) -> None:
    pages = Pages(site.desktop)
    with site.start(small_setup, "/LANG=en") as setup:
        await pages.next("")
        pages.press("Escape")
        await pages.next("")  # really?
        pages.press("alt+y")
        setup.communicate()
    assert setup.returncode == CANCELLED
    assert not site.program.exists()
    assert site.registry(UNINSTALL) == []


async def test_who_uninstalls_is_asked_whether_settings_are_to_go(site: Site, small_setup: Path) -> None:
    site.setup(small_setup, "/SERVER=pbx.example.org")
    pages = Pages(site.desktop)
    with site.start(site.program / "uninstall.exe", *IN_PLACE) as uninstaller:
        await pages.next("9-uninstall")
        pages.press("Return")
        await pages.next("10-purge")
        pages.press("space")
        await pages.next("")
        pages.press("Return")
        await until(lambda: site.registry(UNINSTALL) == [])
        await pages.next("11-uninstalled")
        pages.press("Return")
        uninstaller.communicate()
    assert uninstaller.returncode == 0
    assert [path.name for path in site.program.iterdir()] == ["uninstall.exe"]  # run like this it stays

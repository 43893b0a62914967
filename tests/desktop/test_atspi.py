"""The whole program as a screen reader is told of it: over a real accessibility bus, on a real screen."""

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.desktop.atspi import FOCUSABLE, Node, Reader, a_session
from tests.desktop.screen import Screen, a_screen
from tests.desktop.world import CONFIG, PEOPLE
from tests.peers.program import free_port

pytestmark = [pytest.mark.peer, pytest.mark.timeout(60)]

LIMIT_S = 40.0
CONTROLS = {"push button", "button menu", "toggle button", "check box", "radio button", "text", "combo box"}
CONTROLS |= {"list", "table", "list item", "menu item", "page tab", "spin button"}


@dataclass
class Desk:
    """The program on a screen."""

    screen: Screen
    reader: Reader
    window: str

    async def told(self, *expected: tuple[str, str]) -> list[Node]:
        """What is shown of the program, when these (role and name) are among it."""
        found: list[Node] = []
        why = ""
        try:
            async with asyncio.timeout(LIMIT_S):
                while not set(expected) <= {(one.role, one.name) for one in found}:
                    try:
                        found = [one for root in await self.reader.programs() for one in root.shown()]
                    except LookupError as error:  # something went while it was read
                        found, why = [], str(error)
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise AssertionError(f"{expected} is not among {found} {why}") from None
        return found

    async def press(self, key: str) -> None:
        await self.screen.xdotool("windowfocus", "--sync", self.window)
        await self.screen.xdotool("key", key)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    file = tmp_path / "offhook.toml"
    file.write_text(CONFIG.format(folder=tmp_path, sip=free_port()))
    (tmp_path / "people.csv").write_text(PEOPLE)
    async with a_screen() as screen, a_session() as (bus, reader):
        program = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "offhook", "messenger", "--config", str(file)),
            env={
                **screen.environment,
                "XDG_CONFIG_HOME": str(tmp_path),
                "LANGUAGE": "en",
                "AT_SPI_BUS_ADDRESS": bus,
            },
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            yield Desk(screen, reader, await screen.window("^Offhook$"))
        finally:
            program.terminate()
            await program.wait()


def nameless(nodes: list[Node]) -> list[str]:
    return [one.role for one in nodes if one.role in CONTROLS and not one.name]


async def test_every_control_is_told_with_its_role_and_name(desk: Desk) -> None:
    shown = await desk.told(("text", "Name or number to call"))
    assert nameless(shown) == []
    assert {(one.role, one.name) for one in shown if one.has(FOCUSABLE)} >= {
        ("radio button", "Home"),
        ("radio button", "Contacts"),
        ("radio button", "Calls"),
        ("radio button", "Settings"),
        ("button menu", "More"),
        ("text", "Name or number to call"),
    }


async def test_what_is_found_is_told_as_it_is_read(desk: Desk) -> None:
    await desk.told(("text", "Name or number to call"))
    for key in "lee":
        await desk.press(key)
    shown = await desk.told(("list item", "People (2)"))
    texts = [one.name for one in shown if one.role == "list item"]
    assert any(text.startswith("Lee Min-ho   4001   Work   Hanbit") for text in texts), texts
    await desk.press("ctrl+a")
    for key in "4001":
        await desk.press(key)
    await desk.told(("list item", "Call 4001   Lee Min-ho"))


@pytest.mark.parametrize("page", ["2", "3"])
async def test_every_control_of_a_page_is_told_with_its_name(desk: Desk, page: str) -> None:
    await desk.told(("text", "Name or number to call"))
    await desk.press(f"ctrl+{page}")
    shown = {"2": ("list", "People"), "3": ("text", "Filter")}[page]
    assert nameless(await desk.told(shown)) == []

"""The whole program as a screen reader is told of it: over a real accessibility bus, on a real screen."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from offhook.assembly.run import running
from offhook.config import load
from offhook.manager.stores.users import SqliteUsers
from tests.desktop.atspi import FOCUSABLE, Node, Reader, a_session
from tests.desktop.screen import Screen, a_screen
from tests.desktop.world import CONFIG, PEOPLE
from tests.peers.program import free_port

pytestmark = [pytest.mark.peer, pytest.mark.timeout(60)]

LIMIT_S = 40.0
CONTROLS = {"push button", "button menu", "toggle button", "check box", "radio button", "text", "combo box"}
CONTROLS |= {"list", "table", "list item", "menu item", "page tab", "spin button", "spin box"}


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

    async def press(self, *keys: str) -> None:
        await self.screen.xdotool("windowfocus", "--sync", self.window)
        await self.screen.xdotool("key", *keys)

    async def type(self, text: str) -> None:
        await self.screen.xdotool("type", "--delay", "5", text)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with a_desk(tmp_path, a_site(tmp_path), "^Offhook$") as made:
        yield made


@pytest.fixture
async def first(tmp_path: Path) -> AsyncIterator[Desk]:
    """The program where nothing is set up yet."""
    async with a_desk(tmp_path, tmp_path / "new" / "offhook.toml", "^Set up Offhook$") as made:
        yield made


def a_site(folder: Path) -> Path:
    file = folder / "offhook.toml"
    file.write_text(CONFIG.format(folder=folder, sip=free_port()))
    (folder / "people.csv").write_text(PEOPLE)
    return file


@asynccontextmanager
async def a_desk(folder: Path, file: Path, title: str) -> AsyncIterator[Desk]:
    async with a_screen() as screen, a_session() as (bus, reader):
        program = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "offhook", "messenger", "--config", str(file)),
            env={
                **screen.environment,
                "XDG_CONFIG_HOME": str(folder),
                "XDG_STATE_HOME": str(folder / "own"),
                "LANGUAGE": "en",
                "AT_SPI_BUS_ADDRESS": bus,
            },
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            yield Desk(screen, reader, await screen.window(title))
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
    shown = {"2": ("list", "People"), "3": ("check box", "Outgoing")}[page]
    assert nameless(await desk.told(shown)) == []


NEXT = ("push button", "Next")


async def test_every_control_of_the_first_question_and_of_ones_own_phones_is_told(first: Desk) -> None:
    shown = await first.told(NEXT)
    assert nameless(shown) == []
    assert {(one.role, one.name) for one in shown if one.has(FOCUSABLE)} >= {
        ("radio button", "Join a Call Manager"),
        ("radio button", "Start here, with phones of my own"),
        ("radio button", "Try the demo"),
    }
    await first.press("Down", "Return")
    shown = await first.told(("text", "Phones"))
    assert nameless(shown) == []
    assert "combo box" in {one.role for one in shown}  # named by what is chosen in it, and labelled beside
    assert {(one.role, one.name) for one in shown} >= {
        ("text", "Phones"),
        ("label", "Reached at"),
        ("spin box", "Port for SIP"),
        ("text", "Country"),
        ("text", "Area code"),
        ("text", "Outside line"),
        ("text", "Try a number"),
        ("push button", "Finish"),
    }


async def test_every_control_on_the_way_to_a_call_manager_is_told(first: Desk, tmp_path: Path) -> None:
    site = tmp_path / "site"
    (site / "state").mkdir(parents=True, mode=0o700)
    config = load(a_site(site))
    with closing(SqliteUsers(config.state.dir / "users.sqlite")) as users:
        users.add("kim", "correct horse", terminals=["4000"])
    async with running(config, only="manager") as system:
        await first.told(NEXT)
        await first.press("Return")
        shown = await first.told(("text", "Address"), ("list", "Call Managers on this network"))
        assert nameless(shown) == []
        await first.type(system.sscp_url)
        await first.press("Return")
        shown = await first.told(("text", "User"), ("text", "Password"))
        assert nameless(shown) == []
        await first.type("kim\tcorrect horse")
        await first.press("Return")
        shown = await first.told(("list", "Phones"), ("list item", "4000 Kim"))
        assert nameless(shown) == []


async def test_what_is_wrong_on_a_page_is_told(first: Desk) -> None:
    await first.told(NEXT)
    await first.press("Down", "Return")
    await first.told(("text", "Phones"))
    await first.press("ctrl+a", "BackSpace", "exclam", "Return")
    await first.told(("label", "'!' is no extension; take digits, like 4000, or 4000=Kim"))

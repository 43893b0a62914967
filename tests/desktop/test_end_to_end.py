"""The program as a person starts it, on a screen: dialled over the TSP session, dropped by the mouse."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from offhook.call import CallState
from offhook.config import load
from offhook.demo.phone import Behaviour, Phone
from offhook.tsp.client import TspClient
from offhook.tsp.messages import CallStateNotify, Dial
from tests.desktop.screen import Screen, a_screen
from tests.desktop.world import CONFIG, LIMIT_S, PEOPLE
from tests.peers.program import free_port

pytestmark = pytest.mark.peer

OFFHOOK = (sys.executable, "-m", "offhook")
DROP = (50, 30)
"""The Drop button, from the pop-up's lower right corner."""
ANSWER = (320, 30)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "offhook.toml"
    text = CONFIG.format(folder=tmp_path, sip=free_port())
    text = text.replace('listen = "127.0.0.1:0"', f'listen = "127.0.0.1:{free_port()}"', 1)
    file.write_text(text.replace('listen = "127.0.0.1:0"', f'listen = "127.0.0.1:{free_port()}"', 1))
    (tmp_path / "people.csv").write_text(PEOPLE)
    return file


@pytest.fixture
async def screen(file: Path, tmp_path: Path) -> AsyncIterator[Screen]:
    """With the program on it."""
    async with a_screen() as screen:
        environment = {**screen.environment, "XDG_CONFIG_HOME": str(tmp_path), "LANGUAGE": "en"}
        program = await asyncio.create_subprocess_exec(
            *(*OFFHOOK, "messenger", "--config", str(file)),
            env=environment,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            await screen.window("^Offhook$")
            yield screen
        finally:
            program.terminate()
            await program.wait()


SELECTS = """\
import sys
from PySide6.QtWidgets import QApplication, QLineEdit
application = QApplication([])
field = QLineEdit("4001")
field.setWindowTitle("Another program")
field.show()
field.activateWindow()
field.selectAll()
application.exec()
"""


@asynccontextmanager
async def another_program(screen: Screen) -> AsyncIterator[str]:
    """Its window, in which somebody types."""
    other = await asyncio.create_subprocess_exec(sys.executable, "-c", SELECTS, env=screen.environment)
    try:
        await screen.activate("Another program")
        yield await screen.window("Another program")
    finally:
        other.terminate()
        await other.wait()


async def reached(client: TspClient, state: CallState) -> None:
    async with asyncio.timeout(LIMIT_S):
        async for message in client:
            if isinstance(message, CallStateNotify) and message.state is state:
                return


@pytest.mark.timeout(60)
async def test_drop_in_the_pop_up_ends_a_call_that_another_program_dialled(
    screen: Screen, file: Path
) -> None:
    config = load(file)
    sip = (config.switch.embedded.listen.host, config.switch.embedded.listen.port)
    answers = Behaviour(answer_after=0.2, auto_answer=False)
    async with (
        another_program(screen) as before,
        Phone(sip, "4000", "a"),
        Phone(sip, "4001", "b", behaviour=answers) as called,
        await TspClient.connect("127.0.0.1", config.tsp.listen.port) as tsp,
    ):
        await screen.minimise("^Offhook$")
        await tsp.ask(Dial("4001"))
        await reached(tsp, CallState.CONNECTED)
        popup = await screen.window("Lee Min-ho - Connected")
        assert await screen.xdotool("getactivewindow") == before, "the pop-up has taken the keyboard"
        await screen.click(popup, *DROP)
        async with asyncio.timeout(LIMIT_S):
            await called.event("ended")
        await screen.window("Lee Min-ho - Call ended")


@pytest.mark.timeout(60)
async def test_a_second_start_hands_its_link_to_the_first_which_asks(
    screen: Screen, file: Path, tmp_path: Path
) -> None:
    second = await asyncio.create_subprocess_exec(
        *(*OFFHOOK, "open", "tel:4001", "--config", str(file)),
        env={**screen.environment, "XDG_CONFIG_HOME": str(tmp_path)},
    )
    assert await second.wait() == 0
    await screen.window("Call this number")


@pytest.mark.timeout(60)
async def test_a_number_that_is_selected_in_another_program_is_called_by_a_key(screen: Screen) -> None:
    async with another_program(screen):
        await screen.xdotool("key", "ctrl+a")
        await screen.xdotool("key", "ctrl+alt+d")
        await screen.window("Call this number")


@pytest.mark.timeout(60)
async def test_a_call_that_comes_in_is_answered_in_the_pop_up_which_does_not_take_the_keyboard(
    screen: Screen, file: Path
) -> None:
    config = load(file)
    sip = (config.switch.embedded.listen.host, config.switch.embedded.listen.port)
    rings = Behaviour(answer_after=None, auto_answer=True)
    async with (
        another_program(screen) as before,
        Phone(sip, "4000", "a", behaviour=rings),
        Phone(sip, "4001", "b") as caller,
    ):
        await screen.minimise("^Offhook$")
        calling = asyncio.create_task(caller.call("4000"))
        popup = await screen.window("Lee Min-ho - Your phone is ringing")
        assert await screen.xdotool("getactivewindow") == before, "the pop-up has taken the keyboard"
        await screen.click(popup, *ANSWER)
        async with asyncio.timeout(LIMIT_S):
            await calling
        await screen.window("Lee Min-ho - Connected")


MAXIMISED = """\
import sys
from PySide6.QtWidgets import QApplication, QLabel
application = QApplication([])
label = QLabel("Covers the screen")
label.setWindowTitle("Covers the screen")
label.showMaximized()
application.exec()
"""


@pytest.mark.timeout(60)
async def test_a_call_is_in_the_window_while_that_is_seen_and_in_a_pop_up_when_another_program_covers_it(
    screen: Screen, file: Path
) -> None:
    config = load(file)
    sip = (config.switch.embedded.listen.host, config.switch.embedded.listen.port)
    rings = Behaviour(answer_after=None, auto_answer=True)
    popup = "Lee Min-ho - Your phone is ringing"
    async with Phone(sip, "4000", "a", behaviour=rings) as called, Phone(sip, "4001", "b") as caller:
        calling = asyncio.create_task(caller.call("4000"))
        async with asyncio.timeout(LIMIT_S):
            await called.event("ringing")
        other = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", MAXIMISED), env=screen.environment
        )
        try:
            await screen.activate("Covers the screen")
            await screen.window(popup)
        finally:
            other.terminate()
            await other.wait()
        await screen.gone(popup)
        calling.cancel()
        await asyncio.gather(calling, return_exceptions=True)

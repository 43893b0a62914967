"""Links ask before they dial; a second start hands its link to the first."""

import asyncio
from argparse import ArgumentParser
from pathlib import Path

from PySide6.QtWidgets import QPushButton

from offhook.cli.commands import open as open_command
from offhook.desktop.dialconfirmation import DialConfirmation
from offhook.desktop.singleinstance import SingleInstance, address
from offhook.desktop.startup import Startup
from tests.desktop.world import click
from tests.waiting import until

HAND_OVER = """\
import sys
from PySide6.QtCore import QCoreApplication
from offhook.desktop.singleinstance import hand_over
application = QCoreApplication(sys.argv)
sys.exit(0 if hand_over(sys.argv[2:], sys.argv[1]) else 7)
"""


async def second_start(name: str, *arguments: str) -> int:
    import sys

    process = await asyncio.create_subprocess_exec(sys.executable, "-c", HAND_OVER, name, *arguments)
    return await process.wait()


async def test_a_second_start_hands_over_what_it_was_started_with(tmp_path: Path) -> None:
    name = address(str(tmp_path))
    first = SingleInstance(name)
    heard: list[list[str]] = []
    first.started.connect(heard.append)
    assert await second_start(name, "open", "tel:4001") == 0
    assert heard == [["open", "tel:4001"]]
    first.close()


async def test_without_a_first_instance_nothing_is_handed_over(tmp_path: Path) -> None:
    assert await second_start(address(str(tmp_path)), "open", "tel:4001") == 7


async def test_what_a_killed_instance_left_behind_is_taken_over(tmp_path: Path) -> None:
    name = address(str(tmp_path))
    killed = SingleInstance(name)
    killed._server.setObjectName("left behind")
    second = SingleInstance(name)
    assert second.listening
    killed.close()
    second.close()


async def test_the_question_shows_the_number_and_calls_only_when_agreed() -> None:
    question = DialConfirmation("tel:+82-2-568-3848", "02-568-3848", "김철수")
    agreed: list[tuple[str, bool]] = []
    question.agreed.connect(lambda link, always: agreed.append((link, always)))
    question.show()
    texts = [label.text() for label in question.findChildren(QPushButton)]
    assert texts == ["&Call", "Do &not call"]
    click(question.call)
    await until(lambda: agreed)
    assert agreed == [("tel:+82-2-568-3848", False)]


async def test_return_does_not_agree() -> None:
    question = DialConfirmation("tel:0900123", "0900123", "")
    assert not question.call.isDefault()
    question.close()


def test_links_open_in_the_program_with_the_link_as_argument(tmp_path: Path) -> None:
    startup = Startup(["/opt/off hook/offhook"], environ={"HOME": str(tmp_path)})
    startup.register_links()
    text = startup.links_file.read_text()
    assert 'Exec="/opt/off hook/offhook" open %u\n' in text
    assert "MimeType=x-scheme-handler/tel;x-scheme-handler/callto;x-scheme-handler/sip;" in text


def test_the_menu_entry_uses_the_configuration_of_the_window_and_may_be_chosen_without_a_link(
    tmp_path: Path,
) -> None:
    startup = Startup(["offhook"], ["--config", "/home/kim/my phones.toml"], {"HOME": str(tmp_path)})
    startup.register_links()
    assert 'Exec=offhook open --config "/home/kim/my phones.toml" %u\n' in startup.links_file.read_text()
    parser = ArgumentParser()
    open_command.arguments(parser)
    assert parser.parse_args(["--config", "/home/kim/my phones.toml"]).link is None

"""The line that tries the dialling rules, in the settings."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit

from offhook.cli.desktopprogram import _try_number
from offhook.config import load
from offhook.desktop.layouts import GRID
from offhook.desktop.settings.page import SettingsPage
from offhook.desktop.settings.pages import Pages
from offhook.desktop.settings.trial import NumberTrial
from offhook.desktop.settings.trying import NumberReading
from tests.waiting import until

TEXT = """\
[address]
country = "KR"
area = "2"
outside_prefix = "9"
[dial]
deny = ["900"]
"""

Line = tuple[SettingsPage, NumberTrial]


@pytest.fixture
async def page(tmp_path: Path) -> Line:
    file = tmp_path / "offhook.toml"
    file.write_text(TEXT)

    async def trial(text: str, number: str) -> NumberReading:
        return await _try_number(text, file, number)

    page = Pages(load(file), file, {}, trial).rules()
    page.show()
    line = page.findChild(NumberTrial)
    assert line is not None
    return page, line


def says(line: NumberTrial, text: str) -> Callable[[], bool]:
    return lambda: line.result.isVisible() and text in line.result.text()


async def test_what_would_be_dialled_is_shown_while_it_is_typed(page: Line) -> None:
    _, line = page
    assert not line.result.isVisible()
    line.input.setText("02-568-3848 (Axel)")
    await until(says(line, "\u2713 9025683848 would be dialled, that is 02-568-3848"))
    assert "(Axel): a note; left out" in line.steps.text()
    line.input.setText("")
    assert not line.result.isVisible() and not line.steps.isVisible()


async def test_a_step_that_takes_two_lines_stands_further_in_as_a_whole(page: Line) -> None:
    _, line = page
    line.input.setText("02-568-3848 (Axel)")
    await until(says(line, "9025683848"))
    line.steps.setFixedSize(90, 400)
    image = line.steps.grab().toImage()
    blank = image.pixelColor(0, 0)
    seen = [x for x in range(90) for y in range(400) if image.pixelColor(x, y) != blank]
    assert min(seen) >= 2 * GRID


async def test_rules_that_are_not_saved_yet_count(page: Line) -> None:
    settings, line = page
    line.input.setText("02-568-3848")
    await until(says(line, "9025683848"))
    editor = settings.editors["address.outside_prefix"]
    assert isinstance(editor, QLineEdit)
    editor.setText("8")
    await until(says(line, "8025683848"))


async def test_a_refusal_and_a_denial_are_told(page: Line) -> None:
    _, line = page
    line.input.setText("john.doe")
    await until(says(line, "Would not be dialled\n'john.doe' is not a number"))
    line.input.setText("+1 650 253 0000")
    await until(says(line, "900116502530000 is not allowed by the dial rules"))

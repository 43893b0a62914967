"""The page of screen pops: checked while typing, tried with a caller, kept in the file."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit

from offhook.config import PopSettings, load
from offhook.config.policies import Policies
from offhook.desktop.settings.page import SettingsPage
from offhook.desktop.settings.pages import Pages
from offhook.desktop.settings.popspage import PopsPage
from offhook.desktop.settings.poptrial import PopTrial
from offhook.desktop.settings.several import Several
from tests.desktop.world import click

TEXT = """# ours
[[pop]]
url = "https://crm.example/?phone={e164}&name={name}"  # the old one

[[pop]]
program = ["notes", "--for", "{name}"]
events = ["answered", "missed"]
direction = "both"
"""
CRM = PopSettings(url="https://crm.example/?phone={e164}&name={name}")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "offhook.toml"
    file.write_text(TEXT)
    return file


@pytest.fixture
def page(qapp: object, file: Path) -> Iterator[PopsPage]:
    page = Pages(load(file), file, {}).pops()
    page.show()
    yield page
    page.hide()


def put(page: SettingsPage, at: int, url: str = "", program: str = "") -> None:
    editor, lines = page.editors[f"pop.{at}.url"], page.editors[f"pop.{at}.program"]
    assert isinstance(editor, QLineEdit) and isinstance(lines, QPlainTextEdit)
    editor.setText(url)
    lines.setPlainText(program)


def test_each_is_listed_and_shows_what_the_file_says(page: PopsPage) -> None:
    shown = [page.list.item(at).text() for at in range(page.list.count())]
    assert shown == ["https://crm.example/?phone={e164}&name={name}", "notes"]
    page.list.setCurrentRow(1)
    editors = page.pages[1].editors
    events, program, way = (editors[f"pop.1.{key}"] for key in ("events", "program", "direction"))
    assert isinstance(events, Several) and events.chosen() == ["answered", "missed"]
    assert isinstance(program, QPlainTextEdit) and program.toPlainText() == "notes\n--for\n{name}"
    assert isinstance(way, QComboBox) and way.currentText() == "All calls"
    first = page.pages[0].editors["pop.0.events"]
    assert isinstance(first, Several) and first.chosen() == ["ringing"], "the default"


def test_one_is_added_and_one_removed(page: PopsPage, file: Path) -> None:
    click(page.add)
    put(page.pages[2], 2, program="C:\\CRM\\crm.exe\n--phone\n{national}\n")
    click(page.pages[2].save_button)
    page.list.setCurrentRow(1)
    page.remove_current()
    assert load(file).pops == (
        CRM,
        PopSettings(program=("C:\\CRM\\crm.exe", "--phone", "{national}")),
    )
    assert "# the old one" in file.read_text()


def test_when_and_for_which_calls_are_changed_and_a_default_is_not_written(
    page: PopsPage, file: Path
) -> None:
    page.list.setCurrentRow(1)
    events, way = page.pages[1].editors["pop.1.events"], page.pages[1].editors["pop.1.direction"]
    assert isinstance(events, Several) and isinstance(way, QComboBox)
    events.choose(["ended"])
    way.setCurrentIndex(way.findData("inbound"))
    click(page.pages[1].save_button)
    assert load(file).pops[1] == PopSettings(program=("notes", "--for", "{name}"), events=("ended",))
    assert "direction" not in file.read_text()


@pytest.mark.parametrize(
    ("url", "program", "key", "complaint"),
    [
        ("ftp://crm", "", "url", "Has to begin with http:// or https://"),
        ("https://{name}.example/", "", "url", "Has to begin with http:// or https://"),
        ("https://crm.example/{phone}", "", "url", "Has {phone}"),
        ("https://crm.example/", "crm", "url", "Fill in the web page or the program, and only one"),
        ("", "crm.bat\n{number}", "program", "Is a batch file"),
        ("", "{name}", "program", "Begins with what a caller would choose"),
    ],
)
def test_what_offhook_up_would_refuse_is_told_while_it_is_typed(
    page: PopsPage, url: str, program: str, key: str, complaint: str
) -> None:
    put(page.pages[0], 0, url, program)
    label = page.pages[0].complaints[f"pop.0.{key}"]
    assert label.isVisible() and label.text().startswith(complaint)
    assert not page.pages[0].save_button.isEnabled()


def test_what_would_be_opened_is_shown_and_opened_for_a_caller(qapp: object) -> None:
    opened: list[str] = []
    started: list[Sequence[str]] = []
    pop = CRM

    def start(arguments: Sequence[str]) -> bool:
        started.append(arguments)
        return False

    trial = PopTrial(
        lambda: pop,
        lambda number: (number.replace(" ", ""), ""),
        opened=lambda url: not opened.append(url),  # type: ignore[func-returns-value]
        started=start,
    )
    trial.show()
    trial.name.setText("Kim & Lee")
    click(trial.button)
    assert opened == ["https://crm.example/?phone=%2B4937138&name=Kim%20%26%20Lee"]
    assert trial.preview.text().replace("\u200b", "") == opened[0]
    assert trial.result.text() == "✓ Opened."
    pop = PopSettings(program=("notes", "--for", "{name}"), direction="outbound")
    trial.refresh()
    click(trial.button)
    assert started == [["notes", "--for", "Kim & Lee"]] and opened[1:] == []
    assert trial.result.text() == "✗ notes cannot be started. Check its path."
    trial.hide()


def test_a_wrong_one_cannot_be_tried(page: PopsPage) -> None:
    trial = page.pages[0].findChild(PopTrial)
    assert trial is not None and trial.button.isEnabled()
    put(page.pages[0], 0, "https://crm.example/{phone}")
    assert not trial.button.isEnabled() and not trial.preview.isVisible()


def test_what_an_administrator_has_set_is_shown_only(qapp: object, file: Path) -> None:
    config = load(file)
    fixed = Policies(settings={"pop.0.url": "Pop"})
    object.__setattr__(config, "policies", fixed)
    page = Pages(config, file, {}).pop()
    assert not page.editors["pop.0.url"].isEnabled()
    assert page.notes["pop.0.url"].text() == "Your administrator has set this."

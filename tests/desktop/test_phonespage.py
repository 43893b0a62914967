"""The page of the phones: what they do, what is typed into them, and adding one."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QSignalSpy

from offhook.call import Terminal
from offhook.config import Config, load
from offhook.desktop.settings.phones import PhonesPage
from tests.desktop.stage import OWN, Stage
from tests.desktop.world import click
from tests.waiting import until


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "offhook.toml"


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage(replace(OWN))
    stage.manager.colleagues = [
        Terminal("4001", "Lee", problem="wrong password, from 10.0.0.7", problem_at=1000.0)
    ]
    await until(lambda: stage.phones.presence.phones)
    yield stage
    stage.phones.close()


def the_config(file: Path, text: str) -> Config:
    file.write_text(text)
    return load(file)


async def test_a_phone_is_shown_with_why_it_is_not_connected_and_what_to_type_into_it(
    file: Path, stage: Stage
) -> None:
    config = the_config(file, '[switch.embedded]\nlisten = "127.0.0.1:5070"\n')
    page = PhonesPage(config, stage.phones)
    page.show()
    page.list.setCurrentIndex(page.list.model().index(1, 0))
    assert "wrong password, from 10.0.0.7" in page.state.text()
    assert page.block.toPlainText().splitlines()[:3] == [
        "Server: 127.0.0.1",
        "Port: 5070 (UDP, TCP)",
        "User: 4001",
    ]
    assert "listens on 127.0.0.1" in page.more.text()
    read = page.list.model().index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert read.startswith("Lee   4001")
    page.hide()


async def test_at_another_call_manager_phones_are_set_up_there(file: Path, stage: Stage) -> None:
    config = the_config(file, '[sscp]\nurl = "wss://manager.example:7701"\n')
    page = PhonesPage(config, stage.phones)
    page.show()
    assert not page.block.isVisible() and not page.add.isVisible()
    assert "at the Call Manager" in page.how.text() and "offhook terminal add" in page.how.text()
    page.hide()


EMBEDDED = """[switch.embedded]
listen = "127.0.0.1:5070"

[[terminal]]
id = "4000"
name = "Kim"
password = "a long password"
"""


@pytest.fixture
def page(file: Path, stage: Stage) -> Iterator[PhonesPage]:
    page = PhonesPage(the_config(file, EMBEDDED), stage.phones, file)
    page.show()
    yield page
    page.hide()


def test_a_password_is_shown_when_somebody_wants_to_see_it_and_copied_without(page: PhonesPage) -> None:
    assert "a long password" not in page.block.toPlainText()
    click(page.copy)
    assert QGuiApplication.clipboard().text().endswith("Password: a long password")
    click(page.show_password)
    assert page.block.toPlainText().endswith("Password: a long password")
    page.list.setCurrentIndex(page.list.model().index(1, 0))
    page.list.setCurrentIndex(page.list.model().index(0, 0))
    assert "a long password" not in page.block.toPlainText(), "each phone begins with it hidden"


@pytest.mark.parametrize(
    ("number", "complaint"),
    [
        ("4000", "There is a phone with this extension already. Take another one."),
        ("4 0", "This is no extension. Take digits, like 4000, or letters and digits."),
    ],
)
def test_an_extension_that_cannot_be_is_told_while_it_is_typed(
    page: PhonesPage, file: Path, number: str, complaint: str
) -> None:
    assert page.adding is not None
    page.begin()
    page.adding.number.setText(number)
    assert page.adding.complaint.text() == complaint
    assert not page.adding.add.isEnabled()
    page.adding._save()
    assert file.read_text() == EMBEDDED


def test_a_phone_is_added_with_a_password_that_is_made(page: PhonesPage, file: Path) -> None:
    assert page.adding is not None
    saved = QSignalSpy(page.saved)
    page.begin()
    page.adding.number.setText("4002")
    page.adding.name.setText("Su-jin")
    assert page.unsaved
    click(page.adding.add)
    assert saved.count() == 1 and not page.unsaved
    assert file.read_text().startswith(EMBEDDED), "all that was there still is"
    made = load(file, secrets=True).terminals[1]
    assert (made.id, made.name) == ("4002", "Su-jin") and len(made.password) == 20
    assert made.password in page.block.toPlainText()
    assert page.state.text() == "The Call Manager does not know it yet: start it anew."


async def test_who_may_not_change_the_file_is_told_who_may(
    file: Path, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.desktop.settings.phones.can_change", lambda _file: False)
    page = PhonesPage(the_config(file, EMBEDDED), stage.phones, file)
    page.show()
    assert not page.add.isVisible() and page.adding is None
    assert str(file) in page.how.text() and "offhook terminal add 4000" in page.how.text()
    assert "offhook terminal show 4000" in page.block.toPlainText()
    page.hide()

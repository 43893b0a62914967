"""The program from its first question on: without a configuration, and with one that is broken."""

import asyncio
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from offhook.call import CallState
from offhook.cli.desktopround import Desktop
from offhook.cli.desktopstart import _problem
from offhook.config import load
from offhook.desktop.firstrun.beginning import Outcome
from offhook.desktop.firstrun.broken import BrokenConfiguration, SettingsAlone
from offhook.desktop.firstrun.phonesetup import PhoneSetup
from offhook.desktop.firstrun.wizard import FirstRunWizard
from offhook.desktop.mainwindow import MainWindow
from offhook.desktop.preferences import Preferences
from offhook.desktop.settings.page import SettingsPage
from offhook.desktop.singleinstance import address
from tests.desktop.world import CONFIG, PEOPLE, click
from tests.peers.program import free_port
from tests.waiting import ONE_STEP_S, until

Kind = TypeVar("Kind", bound=QWidget)


def shown(kind: type[Kind]) -> list[Kind]:
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()]


async def the(kind: type[Kind]) -> Kind:
    """Wait for the one window of this kind."""
    await until(lambda: len(shown(kind)) == 1, kind.__name__)
    return shown(kind)[0]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "own"))
    return tmp_path / "offhook.toml"


def is_there(file: Path) -> bool:
    return file.exists()


def site(file: Path) -> str:
    """A configuration that is right."""
    write(file.parent / "people.csv", PEOPLE)
    return CONFIG.format(folder=file.parent, sip=free_port())


def write(file: Path, text: str) -> None:
    file.write_text(text)


@asynccontextmanager
async def started(
    file: Path, qapp: QApplication, preferences: Preferences
) -> AsyncIterator[asyncio.Task[int]]:
    listen = {"tsp.listen": f"127.0.0.1:{free_port()}", "sscp.listen": f"127.0.0.1:{free_port()}"}
    options = Namespace(config=file, set=tuple(listen.items()))
    ends = []
    desktop = Desktop(
        options, file, address(str(file)), _problem, lambda _options, end: ends.append(end), preferences
    )
    task = asyncio.create_task(desktop.run(qapp, ["show"]))
    try:
        yield task
    finally:
        for end in ends:
            end()
        if shown(MainWindow):
            shown(MainWindow)[0].quit_wanted.emit()
        async with asyncio.timeout(ONE_STEP_S):
            await task


async def test_who_leaves_the_wizard_has_changed_nothing(
    file: Path, qapp: QApplication, preferences: Preferences
) -> None:
    async with started(file, qapp, preferences) as program:
        (await the(FirstRunWizard)).reject()
        assert await program == 0
    assert not is_there(file)


async def test_what_is_wrong_with_a_site_is_told_on_its_page(
    file: Path, qapp: QApplication, preferences: Preferences
) -> None:
    async with started(file, qapp, preferences):
        wizard = await the(FirstRunWizard)
        wizard.start.choices[Outcome.MADE].setChecked(True)
        wizard.next()
        wizard.site.country.setText("Atlantis")
        wizard.accept()
        await until(lambda: "no country" in wizard.site.message.text())
        wizard.site.country.setText("KR")
        assert wizard.site.country.name.text() == "South Korea"
        wizard.site.trial.setText("+82 2 568 3848")
        assert wizard.site.dialled.text() == "+82 2 568 3848 is dialled as 025683848"
        wizard.reject()


async def test_phones_of_ones_own_are_made_and_told_what_to_type(
    file: Path, qapp: QApplication, preferences: Preferences
) -> None:
    async with started(file, qapp, preferences):
        wizard = await the(FirstRunWizard)
        wizard.start.choices[Outcome.MADE].setChecked(True)
        wizard.next()
        wizard.site.phones.setText("4000=Kim, 4001=Lee")
        wizard.site.host.setCurrentIndex(wizard.site.host.count() - 1)
        wizard.site.port.setValue(free_port())
        wizard.accept()
        setup = await the(PhoneSetup)
        config = load(file, secrets=True)
        first = config.terminals[0]
        told = [setup.values[one].text() for one in ("server", "port", "user", "password")]
        assert told == ["127.0.0.1", str(config.switch.embedded.listen.port), "4000", first.password]
        assert not setup.call.isEnabled()
        await until(lambda: setup.state.text() == "Waiting for the phones to register …")


async def test_the_demo_has_colleagues_who_answer_and_leaves_nothing(
    file: Path, qapp: QApplication, preferences: Preferences
) -> None:
    async with started(file, qapp, preferences):
        wizard = await the(FirstRunWizard)
        wizard.start.choices[Outcome.DEMO].setChecked(True)
        wizard.accept()
        window = await the(MainWindow)
        phones = window.strip._phones
        await until(lambda: phones.terminals and phones.phone is not None and phones.phone.in_service)
        call = await phones.dial("4001")
        await until(lambda: (now := phones.call(call.id)) is not None and now.state is CallState.CONNECTED)
        await phones.drop(call)
        await until(lambda: not phones.calls())
    assert not is_there(file)


async def test_a_broken_file_is_named_and_can_be_opened_and_tried_again(
    file: Path, qapp: QApplication, preferences: Preferences, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(file, "[tsp\n")
    opened: list[str] = []

    def opens(url: QUrl) -> bool:
        opened.append(url.toLocalFile())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", opens)
    async with started(file, qapp, preferences):
        dialog = await the(BrokenConfiguration)
        assert str(file) in dialog.problem.text()
        assert not dialog.settings.isVisible(), "nothing of it can be read"
        click(dialog.open_file)
        assert opened == [str(file)]
        write(file, site(file))
        click(dialog.again)
        await the(MainWindow)


async def test_settings_with_which_it_cannot_start_are_changed_in_the_settings(
    file: Path, qapp: QApplication, preferences: Preferences
) -> None:
    write(file, site(file).replace('country = "KR"', 'country = "UK"'))
    async with started(file, qapp, preferences):
        dialog = await the(BrokenConfiguration)
        assert "GB" in dialog.problem.text()
        click(dialog.settings)
        (await the(SettingsAlone)).reject()
        dialog = await the(BrokenConfiguration)
        click(dialog.settings)
        settings = await the(SettingsAlone)
        (page,) = (one for one in settings.findChildren(SettingsPage) if "address.country" in one.editors)
        editor = page.editors["address.country"]
        assert isinstance(editor, QLineEdit)
        settings.tabs.setCurrentIndex(2)
        editor.setText("KR")
        click(page.save_button)
        await the(MainWindow)
    assert load(file).address.country == "KR"


async def test_who_gives_up_on_a_broken_configuration_ends_with_the_exit_code_for_it(
    file: Path, qapp: QApplication, preferences: Preferences
) -> None:
    write(file, "[tsp\n")
    async with started(file, qapp, preferences) as program:
        click((await the(BrokenConfiguration)).quit)
        assert await program == 2

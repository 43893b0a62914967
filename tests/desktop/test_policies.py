"""What an administrator has set by group policy is shown as such, and holds."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit

from offhook.config import Policies, load
from offhook.config.policies import Values
from offhook.desktop.preferences import Links, Preferences
from offhook.desktop.settings.appearance import AppearancePage
from offhook.desktop.settings.links import LinksPage
from offhook.desktop.settings.page import SettingsPage
from offhook.desktop.settings.pages import Pages
from offhook.desktop.startup import Startup
from offhook.windows.autostart import ForEverybodyError
from tests.desktop.world import click

SET = "Your administrator has set this."


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "offhook.toml"
    file.write_text('[sscp]\nurl = "wss://own.example:7701"\nuser = "kim"\n')
    return file


def account(file: Path, policies: Values) -> SettingsPage:
    return Pages(load(file, policies=policies), file, {}).account()


def field(page: SettingsPage, key: str) -> QLineEdit:
    editor = page.editors[key]
    assert isinstance(editor, QLineEdit)
    return editor


def test_a_setting_that_a_policy_sets_is_shown_and_cannot_be_changed(qapp: object, file: Path) -> None:
    page = account(file, {"Server": "company.example"})
    server = field(page, "sscp.url")
    assert server.text() == "wss://company.example:7701"
    assert not server.isEnabled()
    assert server.accessibleDescription() == SET
    assert page.notes["sscp.url"].text() == SET
    assert page.notes.keys() == {"sscp.url"}


def test_what_is_saved_beside_it_leaves_the_files_own_value(qapp: object, file: Path) -> None:
    page = account(file, {"Server": "company.example"})
    field(page, "sscp.user").setText("lee")
    click(page.save_button)
    assert load(file).sscp.user == "lee"
    assert load(file).sscp.url == "wss://own.example:7701"


def test_links_and_start_are_shown_as_the_policy_has_them(qapp: object, tmp_path: Path) -> None:
    preferences = Preferences()
    preferences.links = Links.ASK
    startup = Startup(["offhook"], environ={"HOME": str(tmp_path)})
    page = AppearancePage(preferences, startup, Policies(links_dial=True, autostart=True))
    links = LinksPage(preferences, startup, Policies(links_dial=True, autostart=True))
    assert links.links.isChecked()
    assert page.start.isChecked()
    assert not links.links.isEnabled()
    assert not page.start.isEnabled()
    assert page.incoming.isEnabled()
    page.incoming.toggle()  # saves the page
    assert preferences.links is Links.ASK


def test_a_start_that_is_not_the_persons_to_change_stays_as_it_is(qapp: object) -> None:
    class ForEverybody(Startup):
        def enabled(self) -> bool:
            return True

        def enable(self, wanted: bool) -> None:
            raise ForEverybodyError("it starts for everybody on this computer")

    page = AppearancePage(Preferences(), ForEverybody(["offhook"]))
    page.start.click()
    assert page.start.isChecked()
    assert page.message.text() == "it starts for everybody on this computer"

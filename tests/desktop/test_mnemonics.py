"""One letter, one meaning: no two controls that can be seen together have the same key."""

import re
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QMenu, QWidget

from offhook.call import Feature
from offhook.call.provisioned import PhoneState
from offhook.common.finding import Finding
from offhook.config import load
from offhook.desktop import translation
from offhook.desktop.mainwindow import MainWindow
from offhook.desktop.preferences import Preferences
from offhook.desktop.rail import Page
from offhook.desktop.settings.appearance import AppearancePage
from offhook.desktop.settings.deskphones import DeskPhonesPage
from offhook.desktop.settings.links import LinksPage
from offhook.desktop.settings.office import OfficePages
from offhook.desktop.settings.pages import Pages
from offhook.desktop.settings.phones import PhonesPage
from offhook.desktop.settings.trying import NumberReading
from offhook.desktop.startup import Startup
from offhook.errors import ConfigError
from tests.desktop.stage import OWN, Stage
from tests.waiting import until

KEY = re.compile(r"(?<!&)&([^&\s])")


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage(replace(OWN, features=frozenset(Feature)))
    await until(lambda: stage.phones.terminals)
    yield stage
    stage.phones.close()


def letters(widgets: list[QWidget]) -> list[str]:
    """The keys of what can be seen."""
    texts = [one.text() for one in widgets if isinstance(one, QAbstractButton) and one.isVisible()]
    texts += [one.text() for one in widgets if isinstance(one, QLabel) and one.buddy() and one.isVisible()]
    return [found.group(1).upper() for text in texts if (found := KEY.search(text))]


def twice(found: list[str]) -> list[str]:
    return [letter for letter, count in Counter(found).items() if count > 1]


@pytest.mark.parametrize("language", translation.LANGUAGES)
@pytest.mark.parametrize("page", Page)
async def test_no_two_controls_of_a_page_have_the_same_letter(
    stage: Stage, preferences: Preferences, qapp: QApplication, page: Page, language: str
) -> None:
    translation.install(qapp, language)
    window = MainWindow(stage.phones, preferences, list, in_tray=True)
    window.show()
    window.show_page(page)
    qapp.sendPostedEvents()
    assert twice(letters(window.findChildren(QWidget))) == []
    window.hide()


@pytest.mark.parametrize("language", translation.LANGUAGES)
async def test_no_two_controls_of_a_page_of_the_settings_have_the_same_letter(
    stage: Stage, preferences: Preferences, qapp: QApplication, language: str, tmp_path: Path
) -> None:
    translation.install(qapp, language)
    file = a_configuration(tmp_path)

    async def test(_text: str) -> list[Finding]:
        return []

    def settings() -> list[tuple[str, QWidget]]:
        made = Pages(load(file), file, dict.fromkeys(("account", "tsp", "directory", "rules"), test), trial)
        startup = Startup(["offhook"], environ={"HOME": str(tmp_path)})
        shown = [made.account(), made.rules(), made.applications(), made.advanced(), made.sources()]
        phones, pops = PhonesPage(load(file), stage.phones, file), made.pops()
        phones.begin()
        pops.begin()
        desk = DeskPhonesPage(stage.phones)
        stage.manager.desk_phones = [PhoneState("805ec0123456", "T46U", "4000", open_until=2e9)]
        desk.begin()
        office = OfficePages(load(file), file)
        own = [office.providers(), office.groups(), office.rings()]
        for each in own:
            each.begin()
        other = [desk, phones, pops, *own, office.numbers(), AppearancePage(preferences, startup)]
        last = LinksPage(preferences, startup)
        return [(str(number), page) for number, page in enumerate((*shown, *other, last))]

    window = MainWindow(stage.phones, preferences, settings, in_tray=True)
    window.show()
    window.show_page(Page.SETTINGS)
    for number in range(14):
        window.settings.show_at(number)
        await until(lambda: filled(window.findChild(DeskPhonesPage)))
        qapp.sendPostedEvents()
        assert twice(letters(window.findChildren(QWidget))) == [], window.settings.title
    window.hide()


def filled(page: object) -> bool:
    """What a page has to show, if it is the one that is shown, comes from the Call Manager."""
    assert isinstance(page, DeskPhonesPage)
    return not page.isVisible() or page.list.count() > 0


async def trial(_text: str, _number: str) -> NumberReading:
    raise ConfigError("", "", "is not asked for", "")


def a_configuration(folder: Path) -> Path:
    file = folder / "offhook.toml"
    source = '[[directory.source]]\ntype = "ldap"\nurl = "ldap://dc.example"\nbase = "dc=example"\n'
    file.write_text(f'[switch.embedded]\nlisten = "127.0.0.1:5070"\n{source}')
    return file


@pytest.mark.parametrize("language", translation.LANGUAGES)
async def test_no_two_lines_of_a_menu_have_the_same_letter(
    stage: Stage, preferences: Preferences, qapp: QApplication, language: str
) -> None:
    translation.install(qapp, language)
    window = MainWindow(stage.phones, preferences, list, in_tray=True)

    def keys(menu: QMenu) -> list[str]:
        actions: list[QAction] = menu.actions()
        return [found.group(1).upper() for one in actions if (found := KEY.search(one.text()))]

    for menu in (window.menu, window.own.menu):
        assert keys(menu), "its lines have keys"
        assert twice(keys(menu)) == []


async def test_no_two_keys_of_the_window_are_the_same(stage: Stage, preferences: Preferences) -> None:
    window = MainWindow(stage.phones, preferences, list, in_tray=True)
    keys = [one.toString() for action in window.menu.actions_with_keys() for one in action.shortcuts()]
    assert twice(keys) == []

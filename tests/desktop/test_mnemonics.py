"""One letter, one meaning: no two controls that can be seen together have the same key."""

import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QMenu, QWidget

from offhook.call import Feature
from offhook.desktop import translation
from offhook.desktop.mainwindow import MainWindow
from offhook.desktop.preferences import Preferences
from offhook.desktop.rail import Page
from tests.desktop.stage import OWN, Stage
from tests.waiting import until

KEY = re.compile(r"(?<!&)&([^&\s])")


@pytest.fixture(autouse=True)
def english_again(qapp: QApplication) -> Iterator[None]:
    yield
    for child in qapp.children():
        if isinstance(child, QTranslator):
            qapp.removeTranslator(child)


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

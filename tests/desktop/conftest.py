"""The views in Qt's offscreen platform, asyncio driven by Qt's event loop as in the program."""

import asyncio
import gc
import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QSettings, Qt, QTranslator
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from offhook.desktop import theme
from offhook.desktop.bridge import event_loop
from offhook.desktop.preferences import Preferences
from offhook.desktop.theme import Appearance
from tests.desktop.world import World, a_world

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Tests run on Qt's event loop, as the program does."""
    return {"qt": a_loop}


def a_loop() -> asyncio.AbstractEventLoop:
    application = the_application()
    application.setQuitOnLastWindowClosed(False)
    return event_loop(application)


def the_application() -> QApplication:
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    return application


@pytest.fixture(scope="package", autouse=True)
def collected_by_nobody_else() -> Iterator[None]:
    """Also between two tests, while threads of the last one still run, see `bridge.collect_here`."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(scope="package", autouse=True)
def locale_of_the_window() -> None:
    """Qt sets the locale of the process when its application is made: no test is to blame for it."""
    the_application()


@pytest.fixture(autouse=True)
def collected_in_this_thread(collected_by_nobody_else: None) -> Iterator[None]:
    """Collect garbage as the program does."""
    yield
    gc.collect()


@pytest.fixture(autouse=True)
def nothing_left_on_the_screen(collected_in_this_thread: None) -> Iterator[None]:
    """Windows that a test has not closed would be found by others that look for theirs, and be laid out and
    painted anew whenever a language or a theme is chosen. They are hidden only: timers speak to them."""
    before = {window for window in QApplication.topLevelWidgets() if window.isVisible()}
    yield
    for window in QApplication.topLevelWidgets():
        if window.isVisible() and window not in before:
            window.hide()


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_world(tmp_path) as world:
        yield world


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    return Preferences(QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat))


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    """Whatever language a test has chosen."""
    before = QLocale()
    yield
    QLocale.setDefault(before)
    application = QApplication.instance()
    for child in application.children() if application is not None else []:
        if isinstance(application, QApplication) and isinstance(child, QTranslator):
            application.removeTranslator(child)


@pytest.fixture
def looks_as_before(qapp: QApplication) -> Iterator[None]:
    """Whatever letters, direction and appearance a test has chosen."""
    font = QFont(qapp.font())
    yield
    qapp.setFont(font)
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    theme.apply(qapp, Appearance.SYSTEM)

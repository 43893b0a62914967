"""The text cursor stands still while nobody types."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QWidget

from offhook.desktop.restingcursor import AS_THE_SYSTEM, STILL, RestingCursor
from tests.waiting import until


@pytest.fixture
def window(qapp: QApplication) -> Iterator[QWidget]:
    window = QWidget()
    row = QHBoxLayout(window)
    for _ in range(2):
        row.addWidget(QLineEdit())
    yield window
    window.close()
    qapp.setCursorFlashTime(AS_THE_SYSTEM)


async def test_it_rests_after_a_while_and_blinks_again_with_the_next_key(window: QWidget) -> None:
    line, _ = window.findChildren(QLineEdit)
    RestingCursor(line, rest_ms=1)
    window.show()
    line.setFocus()
    await until(lambda: QApplication.cursorFlashTime() == STILL)
    QTest.keyClick(line, Qt.Key.Key_A)
    assert QApplication.cursorFlashTime() != STILL
    await until(lambda: QApplication.cursorFlashTime() == STILL)


async def test_another_line_blinks(window: QWidget) -> None:
    line, other = window.findChildren(QLineEdit)
    RestingCursor(line, rest_ms=1)
    window.show()
    line.setFocus()
    await until(lambda: QApplication.cursorFlashTime() == STILL)
    other.setFocus()
    assert QApplication.cursorFlashTime() != STILL

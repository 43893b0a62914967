"""Edges in the dark: each box and each field can be seen before somebody points at it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QLineEdit,
    QListWidget,
    QMenu,
    QPlainTextEdit,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from offhook.desktop import theme
from offhook.desktop.edges import EDGE, VisibleEdges
from offhook.desktop.theme import Appearance
from tests.desktop.contrast import contrast

LEAST = 3.0
"""Of an edge to what is around it (WCAG 2.1, 1.4.11)."""


def colors_of(widget: QWidget, wide: int) -> set[str]:
    """Those of its first pixels, in the middle of its height."""
    image = widget.grab().toImage()
    return {image.pixelColor(x, image.height() // 2).name() for x in range(wide)}


@pytest.mark.parametrize("kind", [QCheckBox, QRadioButton, QLineEdit, QListWidget, QPlainTextEdit, QSpinBox])
def test_it_can_be_seen_in_the_dark(qapp: QApplication, kind: type[QWidget]) -> None:
    window, style = QWidget(), VisibleEdges()
    window.setPalette(theme.palette(Appearance.DARK))
    shown = kind(window)
    shown.setStyle(style)
    QVBoxLayout(window).addWidget(shown)
    behind = window.palette().color(QPalette.ColorRole.Window)
    assert any(contrast(QColor(one), behind) >= LEAST for one in colors_of(shown, 12))


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
@pytest.mark.parametrize("text", ["", "Call from"])
def test_the_line_between_two_parts_of_a_menu_can_be_seen_in_the_dark(
    qapp: QApplication, text: str, direction: Qt.LayoutDirection
) -> None:
    menu, style = QMenu(), VisibleEdges()
    menu.setStyle(style)
    menu.setPalette(theme.palette(Appearance.DARK))
    menu.setLayoutDirection(direction)
    menu.addAction("Do not disturb, and some more words")
    between = menu.addSection(text) if text else menu.addSeparator()
    menu.addAction("Lee")
    menu.resize(menu.sizeHint())
    line, image = menu.actionGeometry(between), menu.grab().toImage()
    y = line.center().y()
    inside = range(line.left() + 2, line.right() - 2)  # the menu's own edge is outside
    seen = [x for x in inside if image.pixelColor(x, y) == EDGE]
    assert len(seen) > line.width() / 4
    if text:  # beside it, not through it
        at_left = direction is Qt.LayoutDirection.LeftToRight
        wide = menu.fontMetrics().horizontalAdvance(text)
        assert min(seen) > wide if at_left else max(seen) < line.width() - wide


def test_a_chosen_row_of_any_list_has_rounded_corners(qapp: QApplication) -> None:
    shown, style = QListWidget(), VisibleEdges()
    shown.setStyle(style)
    shown.setPalette(theme.palette(Appearance.LIGHT))
    shown.addItem("Numbers")
    shown.setCurrentRow(0)
    shown.resize(200, 100)
    image, row = shown.viewport().grab().toImage(), shown.visualItemRect(shown.item(0))
    accent = shown.palette().color(QPalette.ColorRole.Highlight)
    end = row.right() - 1
    assert image.pixelColor(end, row.center().y()) == accent
    assert image.pixelColor(end, row.top() + 1) != accent


def test_where_the_system_has_the_same_style_edges_are_drawn_so_too(qapp: QApplication) -> None:
    theme.apply(qapp, Appearance.SYSTEM)
    assert isinstance(qapp.style(), VisibleEdges)

"""Edges in the dark: each box and each field can be seen before somebody points at it."""

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from offhook.desktop import theme
from offhook.desktop.edges import VisibleEdges
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


def test_where_the_system_has_the_same_style_edges_are_drawn_so_too(qapp: QApplication) -> None:
    theme.apply(qapp, Appearance.SYSTEM)
    assert isinstance(qapp.style(), VisibleEdges)

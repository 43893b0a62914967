"""Layouts and list widgets with the settings that all views share."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QListWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

GRID = 8
"""Logical pixels: margins and distances of the window are multiples of it."""


def on_grid(length: int) -> int:
    """The length, or what is just longer and a multiple of `GRID`."""
    return -(-length // GRID) * GRID


def row(spacing: int = 8) -> QHBoxLayout:
    """A horizontal layout."""
    made = QHBoxLayout()
    made.setSpacing(spacing)
    return made


def column(parent: QWidget | None = None, spacing: int = 8) -> QVBoxLayout:
    """A vertical layout."""
    made = QVBoxLayout(parent) if parent is not None else QVBoxLayout()
    made.setSpacing(spacing)
    return made


def form(parent: QWidget | None = None) -> QFormLayout:
    """A form layout."""
    made = QFormLayout(parent) if parent is not None else QFormLayout()
    made.setHorizontalSpacing(12)
    made.setVerticalSpacing(8)
    made.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
    return made


def plain_list() -> QListWidget:
    """A list of lines of equal height, which makes long lists fast."""
    made = QListWidget()
    made.setUniformItemSizes(True)
    made.setItemDelegate(_Lines(made))
    return made


class _Lines(QStyledItemDelegate):
    """Lines with room above and below their letters."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        plain = super().sizeHint(option, index)
        return QSize(plain.width(), on_grid(plain.height() + GRID))

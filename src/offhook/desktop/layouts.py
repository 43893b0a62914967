"""Layouts with their spacing, and list widgets as all views want them."""

from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QListWidget, QVBoxLayout, QWidget


def row(spacing: int = 8) -> QHBoxLayout:
    """Side by side."""
    made = QHBoxLayout()
    made.setSpacing(spacing)
    return made


def column(parent: QWidget | None = None, spacing: int = 8) -> QVBoxLayout:
    """One beneath the other."""
    made = QVBoxLayout(parent) if parent is not None else QVBoxLayout()
    made.setSpacing(spacing)
    return made


def form(parent: QWidget | None = None) -> QFormLayout:
    """Labels and fields."""
    made = QFormLayout(parent) if parent is not None else QFormLayout()
    made.setHorizontalSpacing(12)
    made.setVerticalSpacing(8)
    made.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
    return made


def plain_list() -> QListWidget:
    """A list whose rows are all of one height, which keeps long ones fast."""
    made = QListWidget()
    made.setUniformItemSizes(True)
    made.setSpacing(2)
    return made

"""Fusion as the window has it: edges that can be seen in the dark, and a chosen row with rounded corners.

Fusion draws the edges of boxes, fields, lists and menus, and the lines in menus, darker than the window,
where they vanish in the dark. A style does this rather than a style sheet of the application: under that,
Qt forgets the size of letters of a widget that moves to another window.
"""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import (
    QProxyStyle,
    QStyle,
    QStyleOption,
    QStyleOptionComplex,
    QStyleOptionMenuItem,
    QWidget,
)

from offhook.desktop.contrast import is_dark

EDGE: Final = QColor("#767c83")
"""On all dark backgrounds at least 3:1 (WCAG 2.1, 1.4.11)."""

_Part = QStyle.PrimitiveElement
_ROUNDED: Final = {
    _Part.PE_IndicatorCheckBox: 2.0,
    _Part.PE_FrameLineEdit: 2.0,
    _Part.PE_Frame: 0.0,
    _Part.PE_PanelMenu: 0.0,
}
"""How round the corners are, in logical pixels."""
ROUND: Final = 6.0
"""How round the corners of a row are that is chosen, in logical pixels."""
_MARGIN: Final = 5
"""Of a line in a menu, as Fusion has it, in logical pixels."""
_FIELDS: Final = (_Part.PE_FrameLineEdit, _Part.PE_Frame)


class VisibleEdges(QProxyStyle):
    """Fusion, with edges that are lighter than the window while its palette is dark, and rounded rows."""

    def __init__(self) -> None:
        super().__init__("Fusion")

    def drawPrimitive(
        self,
        part: QStyle.PrimitiveElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        if part is _Part.PE_PanelItemViewItem and option.state & QStyle.StateFlag.State_Selected:
            _draw_row(painter, option)
            return
        super().drawPrimitive(part, option, painter, widget)
        rounded = _ROUNDED.get(part)
        if rounded is None and part is not _Part.PE_IndicatorRadioButton:
            return
        if not is_dark(option.palette):
            return
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        if focused and part in _FIELDS:
            return  # Fusion shows that in the accent's colour
        _draw(
            painter, option, option.palette.color(QPalette.ColorRole.WindowText) if focused else EDGE, rounded
        )

    def drawControl(
        self,
        element: QStyle.ControlElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        super().drawControl(element, option, painter, widget)
        if element is not QStyle.ControlElement.CE_MenuItem or not isinstance(option, QStyleOptionMenuItem):
            return
        if option.menuItemType is QStyleOptionMenuItem.MenuItemType.Separator and is_dark(option.palette):
            _draw_separator(painter, option)

    def drawComplexControl(
        self,
        control: QStyle.ComplexControl,
        option: QStyleOptionComplex,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        super().drawComplexControl(control, option, painter, widget)
        if control is not QStyle.ComplexControl.CC_SpinBox or not is_dark(option.palette):
            return
        if not option.state & QStyle.StateFlag.State_HasFocus:
            _draw(painter, option, EDGE, _ROUNDED[_Part.PE_FrameLineEdit])


def _draw_row(painter: QPainter, option: QStyleOption) -> None:
    """Draw the background of a chosen row."""
    active = option.state & QStyle.StateFlag.State_Active
    group = QPalette.ColorGroup.Active if active else QPalette.ColorGroup.Inactive
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(option.palette.brush(group, QPalette.ColorRole.Highlight))
    painter.drawRoundedRect(QRectF(option.rect).adjusted(0, 1, 0, -1), ROUND, ROUND)
    painter.restore()


def _draw_separator(painter: QPainter, option: QStyleOptionMenuItem) -> None:
    """Draw a separator over Fusion's own; beside its text, if it has one."""
    wide = option.fontMetrics.horizontalAdvance(option.text) + _MARGIN if option.text else 0
    room, reverse = option.rect, option.direction is Qt.LayoutDirection.RightToLeft
    left, right = room.left() + _MARGIN, room.right() - _MARGIN
    left, right = (left, right - wide) if reverse else (left + wide, right)
    painter.save()
    painter.setPen(EDGE)
    painter.drawLine(left, room.center().y(), right, room.center().y())
    painter.restore()


def _draw(painter: QPainter, option: QStyleOption, color: QColor, rounded: float | None) -> None:
    """Draw an edge around the whole rectangle, with corners of this radius, or as a circle."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(color)
    painter.setBrush(QColor(0, 0, 0, 0))
    room = QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5)
    if rounded is None:
        side = min(room.width(), room.height())
        painter.drawEllipse(room.center(), side / 2, side / 2)
    else:
        painter.drawRoundedRect(room, rounded, rounded)
    painter.restore()

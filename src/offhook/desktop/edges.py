"""Edges that can be seen in the dark: of boxes, fields, lists and menus.

Fusion draws them darker than the window, where they vanish. A style does this rather than a style sheet of
the application: under that, Qt forgets the size of letters of a widget that moves to another window.
"""

from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import QProxyStyle, QStyle, QStyleOption, QStyleOptionComplex, QWidget

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
_FIELDS: Final = (_Part.PE_FrameLineEdit, _Part.PE_Frame)


class VisibleEdges(QProxyStyle):
    """Fusion, with edges that are lighter than the window while its palette is dark."""

    def __init__(self) -> None:
        super().__init__("Fusion")

    def drawPrimitive(
        self,
        part: QStyle.PrimitiveElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
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


def _draw(painter: QPainter, option: QStyleOption, color: QColor, rounded: float | None) -> None:
    """An edge around all of it: so round at its corners, or a circle."""
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

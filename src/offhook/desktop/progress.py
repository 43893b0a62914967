"""The progress of a call as a picture: phone, calling, ringing, talking."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from offhook.call import Call, CallState
from offhook.desktop import formatting
from offhook.desktop.theme import colors

STEPS = (CallState.OFF_HOOK, CallState.PROCEED, CallState.RING_BACK, CallState.CONNECTED)
DOT = 5.0
"""Radius of a step's dot, in logical pixels."""


class CallProgress(QWidget):
    """Four dots on a line: filled up to the current step, which has a ring, or a cross if the call failed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reached = -1
        self._over = self._failed = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(200, 22)

    def minimumSizeHint(self) -> QSize:
        return QSize(100, 22)

    def show_call(self, call: Call) -> None:
        """Show the state of the call. After its end the last step stays."""
        self._over = call.state is CallState.ON_HOOK
        if call.connected is not None:
            self._reached = len(STEPS) - 1
        elif not self._over:
            self._reached = STEPS.index(call.state)
        self._failed = self._over and call.connected is None
        self.setAccessibleName(self.tr("Call progress: {state}").format(state=formatting.state_text(call)))
        self.update()

    @property
    def reached(self) -> int:
        """Index of the last step reached; -1 before the first."""
        return self._reached

    @property
    def failed(self) -> bool:
        """Has the call ended without an answer?"""
        return self._failed

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            painter.translate(self.width(), 0)
            painter.scale(-1, 1)
        look = colors(self.palette())
        faint = self.palette().color(QPalette.ColorRole.Mid)
        active = look.bad if self._failed else look.quiet if self._over else look.good
        left, right = DOT * 2, self.width() - DOT * 2
        places = [left + (right - left) * i / (len(STEPS) - 1) for i in range(len(STEPS))]
        middle = self.height() / 2
        for i in range(len(STEPS) - 1):
            painter.setPen(QPen(active if i < self._reached else faint, 2))
            painter.drawLine(QPointF(places[i], middle), QPointF(places[i + 1], middle))
        for i, x in enumerate(places):
            self._paint_step(painter, QPointF(x, middle), i, active, faint)
        painter.end()

    def _paint_step(self, painter: QPainter, at: QPointF, step: int, active: QColor, faint: QColor) -> None:
        here = step == self._reached
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(active if step <= self._reached else faint)
        painter.drawEllipse(at, DOT, DOT)
        if not here:
            return
        if self._failed:
            half = DOT * 0.5
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Window), 1.6))
            painter.drawLine(at + QPointF(-half, -half), at + QPointF(half, half))
            painter.drawLine(at + QPointF(-half, half), at + QPointF(half, -half))
        elif not self._over:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(active, 1.6))
            ring = DOT + 3
            painter.drawEllipse(QRectF(at.x() - ring, at.y() - ring, 2 * ring, 2 * ring))

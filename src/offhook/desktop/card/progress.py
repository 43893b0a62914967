"""The progress of a call that is dialled, as a thin bar: phone, calling, ringing, talking."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from offhook.call import Call, CallState
from offhook.call.phrases import failed
from offhook.desktop import formatting
from offhook.desktop.theme import colors

STEPS = (CallState.OFF_HOOK, CallState.PROCEED, CallState.RING_BACK, CallState.CONNECTED)
THICK, GAP = 4.0, 4.0
"""Of the bar's parts, in logical pixels."""


class CallProgress(QWidget):
    """A bar of four parts, filled up to the current step. It says nothing that the phrase does not say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reached = -1
        self._over = self._failed = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(200, round(THICK) + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(100, round(THICK) + 4)

    def show_call(self, call: Call) -> None:
        """Show the state of the call. After its end the last step stays."""
        self._over = call.state is CallState.ON_HOOK
        if call.connected is not None:
            self._reached = len(STEPS) - 1
        elif not self._over:
            self._reached = STEPS.index(call.state)
        self._failed = failed(call)
        self.setAccessibleName(self.tr("Call progress: {state}").format(state=formatting.state_text(call)))
        self.update()

    @property
    def reached(self) -> int:
        """Index of the last step reached; -1 before the first."""
        return self._reached

    @property
    def failed(self) -> bool:
        """Has the call ended otherwise than anybody wanted?"""
        return self._failed

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            painter.translate(self.width(), 0)
            painter.scale(-1, 1)
        look = colors(self.palette())
        faint = self.palette().color(QPalette.ColorRole.Mid)
        active = look.bad if self._failed else look.quiet if self._over else look.good
        long = (self.width() - GAP * (len(STEPS) - 1)) / len(STEPS)
        top = (self.height() - THICK) / 2
        for step in range(len(STEPS)):
            painter.setBrush(active if step <= self._reached else faint)
            painter.drawRoundedRect(QRectF(step * (long + GAP), top, long, THICK), THICK / 2, THICK / 2)
        painter.end()

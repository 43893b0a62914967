"""The pop-up of a call: its card in a small window in the corner of the screen."""

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QHideEvent, QKeySequence, QMouseEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QToolButton, QWidget

from offhook.call import Call, CallState
from offhook.call.phrases import failed
from offhook.desktop import formatting, icons
from offhook.desktop.card.callcard import CallCard
from offhook.desktop.layouts import column
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.plaintext import tip

WIDTH = 380
"""Logical pixels; with large letters it is `CHARACTERS` wide."""

CHARACTERS = 58

LINGER_MS = 6_000
"""How long the pop-up stays after the end of a call, unless the mouse is over it."""

FAILED_LINGER_MS = 15_000
"""The same for a failed or missed call: there is something to read, and to call again."""


class CallPopup(QFrame):
    """A small window without a frame that appears without taking the keyboard focus.

    It closes by itself after the end of the call, unless the mouse is over it; then `closed` is emitted.
    `grown`: it has another height, or has gone, so that those above it have to move.
    `placed` is where the stack has put it, `away` is that it was closed while the call goes on.
    """

    closed = Signal(str)
    grown = Signal()

    def __init__(self, phones: PhoneModel, call: Call, parent: QWidget | None = None) -> None:
        flags = Qt.WindowType.Tool | Qt.WindowType.WindowStaysOnTopHint | Qt.WindowType.FramelessWindowHint
        super().__init__(parent, flags)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setFixedWidth(max(WIDTH, CHARACTERS * self.fontMetrics().averageCharWidth()))
        self.away = False
        self.placed: QPoint | None = None
        self.card = CallCard(phones, call)
        self.card.dismissed.connect(self.close)
        self.card.grown.connect(self.fit)
        self.hider = QToolButton(autoRaise=True)
        self.hider.setAccessibleName(self.tr("Hide"))
        self.hider.setToolTip(tip(self.tr("Hide this; the call goes on")))
        self.hider.clicked.connect(self.close)
        self.card.who.corner.addWidget(self.hider)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self._escape)
        whole = column(self, 0)
        whole.setContentsMargins(1, 1, 1, 1)
        whole.addWidget(self.card)
        self._linger = QTimer(self, singleShot=True)
        self._linger.timeout.connect(self.close)
        self._color()
        self.show_call(call)

    @property
    def call(self) -> Call:
        """The call that is shown."""
        return self.card.call

    def show_call(self, call: Call) -> None:
        """Show the new value of the call."""
        self.card.show_call(call)
        self.setWindowTitle(f"{self.card.who.name.text()} - {formatting.state_text(call)}")
        if call.state is CallState.ON_HOOK:
            self._linger.start(self._stay_ms())

    def _stay_ms(self) -> int:
        read = self.call.missed or failed(self.call)
        return FAILED_LINGER_MS if read else LINGER_MS

    def fit(self) -> None:
        """Take the height that the card needs at this width."""
        parts = (self.card.who, self.card.buttons, self.card.target, self.card.keypad, self.card)
        for part in parts:
            inside = part.layout()
            if inside is not None:
                inside.invalidate()  # what has just been shown or hidden counts from now on
            part.updateGeometry()
        whole = self.layout()
        if whole is not None:
            whole.invalidate()
            whole.activate()
            self.resize(self.width(), whole.totalHeightForWidth(self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.grown.emit()

    def _escape(self) -> None:
        if self.card.panel is not None:
            self.card.close_panel()
        elif self.call.state is CallState.ON_HOOK:
            self.close()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """It has no title bar: drag it anywhere."""
        window = self.windowHandle()
        if event.button() is Qt.MouseButton.LeftButton and window is not None:
            self.activateWindow()
            window.startSystemMove()
        super().mousePressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Stay open while the mouse is over it: the person is reading."""
        self._linger.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        if self.call.state is CallState.ON_HOOK:
            self._linger.start(LINGER_MS)
        super().leaveEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.away = True
        self.grown.emit()
        if self.call.state is CallState.ON_HOOK:
            self.closed.emit(self.call.id)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "hider"):
            self._color()
        super().changeEvent(event)

    def _color(self) -> None:
        self.hider.setIcon(icons.icon("close"))

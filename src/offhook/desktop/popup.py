"""The pop-up of a call: its card in a small window in the corner of the screen."""

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QMouseEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QLayout, QToolButton, QWidget

from offhook.call import Call, CallState
from offhook.desktop import formatting, icons
from offhook.desktop.card.callcard import CallCard
from offhook.desktop.layouts import column
from offhook.desktop.plaintext import tip

WIDTH = 380
"""Logical pixels; with large letters it is `CHARACTERS` wide."""

CHARACTERS = 58


class CallPopup(QFrame):
    """A small window without a frame that appears without taking the keyboard focus.

    `closed`: somebody has closed it. `grown`: it has another height, or has gone, so that those above it have
    to move. `placed` is where the stack has put it.
    """

    closed = Signal(str)
    grown = Signal()

    def __init__(self, card: CallCard, parent: QWidget | None = None) -> None:
        flags = Qt.WindowType.Tool | Qt.WindowType.WindowStaysOnTopHint | Qt.WindowType.FramelessWindowHint
        super().__init__(parent, flags)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setFixedWidth(max(WIDTH, CHARACTERS * self.fontMetrics().averageCharWidth()))
        self.placed: QPoint | None = None
        self.card = card
        card.set_mnemonics(True)
        card.setFrameShape(QFrame.Shape.NoFrame)
        card.set_room(self.width() - 2 * (1 + self.frameWidth()))
        card.grown.connect(self._on_grown)
        self.hider = QToolButton(autoRaise=True)
        self.hider.setAccessibleName(self.tr("Hide"))
        self.hider.setToolTip(tip(self.tr("Hide this; the call goes on")))
        self.hider.clicked.connect(self.close)
        card.who.corner.addWidget(self.hider)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self._escape)
        self._whole = column(self, 0)
        self._whole.setContentsMargins(1, 1, 1, 1)
        self._whole.addWidget(card)
        card.show()
        self._color()
        self._on_grown()

    @property
    def call(self) -> Call:
        """The call that is shown."""
        return self.card.call

    def release(self) -> CallCard:
        """Give the card away as it is; this can only be deleted afterwards."""
        self.card.grown.disconnect(self._on_grown)
        self.card.who.corner.removeWidget(self.hider)
        self.hider.setParent(self)
        self._whole.removeWidget(self.card)
        self.card.setParent(None)
        return self.card

    def _on_grown(self) -> None:
        self.setWindowTitle(f"{self.card.who.name.text()} - {formatting.state_text(self.call)}")
        self.fit()

    def fit(self) -> None:
        """Take the height that the card needs at this width."""
        for part in (*self.card.parts(), self.card):
            inside = part.layout()
            if inside is not None:
                _forget(inside)  # what has just been shown, hidden or added counts from now on
            part.updateGeometry()
        self._whole.invalidate()
        self._whole.activate()
        self.resize(self.width(), self._whole.totalHeightForWidth(self.width()))

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

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit(self.call.id)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "hider"):
            self._color()
        super().changeEvent(event)

    def _color(self) -> None:
        self.hider.setIcon(icons.icon("close"))


def _forget(layout: QLayout) -> None:
    """Have a layout, and those in it, ask for the sizes of their parts again."""
    layout.invalidate()
    for at in range(layout.count()):
        item = layout.itemAt(at)
        inside = item.layout() if item is not None else None
        if inside is not None:
            _forget(inside)

"""The pop-ups of all calls, stacked in the corner of the screen without gaps."""

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QGuiApplication

from offhook.call import Call, CallState, Direction
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.popup import CallPopup

MARGIN = 16
"""Logical pixels to the screen's edges."""

GAP = 8
"""Logical pixels between pop-ups."""

MOVED = 32
"""Logical pixels by which somebody has moved a pop-up away; a window manager may correct it by some."""

MAX_SHOWN = 6
"""More than fit on a screen; further calls are in the window."""


class Popups(QObject):
    """Opens a pop-up for each new call, however it was dialled, and updates it."""

    def __init__(self, phones: PhoneModel, incoming: bool = True, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._phones, self.incoming = phones, incoming
        self._open: dict[str, CallPopup] = {}
        phones.call_changed.connect(self._on_call)

    def of(self, call_id: str) -> CallPopup | None:
        """The pop-up of a call, if there is one."""
        return self._open.get(call_id)

    def shown(self) -> list[CallPopup]:
        """All pop-ups, oldest first."""
        return list(self._open.values())

    def close(self) -> None:
        """Close all pop-ups."""
        self._phones.call_changed.disconnect(self._on_call)
        for popup in self.shown():
            popup.closed.disconnect(self._on_closed)
            popup.grown.disconnect(self._place)
            popup.close()
            popup.deleteLater()
        self._open.clear()

    def _on_call(self, call: Call) -> None:
        popup = self._open.get(call.id)
        if popup is not None:
            popup.show_call(call)
            if call.state is CallState.ON_HOOK and not popup.isVisible():
                self._on_closed(call.id)
        elif call.state is not CallState.ON_HOOK and self._wanted(call):
            self._open_popup(call)
        for other in self.shown():
            if other.call.terminal == call.terminal and other.call.id != call.id:
                other.card.refresh()

    def _wanted(self, call: Call) -> bool:
        return len(self._open) < MAX_SHOWN and (self.incoming or call.direction is Direction.OUTBOUND)

    def _open_popup(self, call: Call) -> None:
        popup = CallPopup(self._phones, call)
        popup.closed.connect(self._on_closed)
        self._open[call.id] = popup
        popup.fit()
        self._place()
        popup.show()
        popup.grown.connect(self._place)

    def _on_closed(self, call_id: str) -> None:
        popup = self._open.pop(call_id, None)
        if popup is not None:
            popup.deleteLater()
            self._place()

    def _place(self) -> None:
        """Place them in the bottom corner near the tray: the oldest lowest, further columns beside it."""
        screen = QGuiApplication.primaryScreen().availableGeometry()
        right_to_left = QGuiApplication.isRightToLeft()
        bottom, column = screen.bottom() - MARGIN, 0
        for popup in self._open.values():
            if popup.away or _moved(popup):
                continue
            top = bottom - popup.height()
            if top < screen.top() and bottom < screen.bottom() - MARGIN:
                column += 1
                bottom = screen.bottom() - MARGIN
                top = bottom - popup.height()
            aside = MARGIN + column * (popup.width() + GAP)
            left = screen.left() + aside if right_to_left else screen.right() - popup.width() - aside
            popup.placed = QPoint(left, max(screen.top(), top))
            popup.move(popup.placed)
            bottom = top - GAP


def _moved(popup: CallPopup) -> bool:
    """Has somebody dragged it elsewhere? It stays there, and the others close up."""
    return popup.placed is not None and (popup.pos() - popup.placed).manhattanLength() > MOVED

"""The pop-ups of the calls while the window cannot be seen: stacked in a corner, without gaps."""

from PySide6.QtCore import QEvent, QObject, QPoint, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from offhook.call import Call, CallState, Direction
from offhook.desktop.callstrip import CallStrip
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.popup import CallPopup
from offhook.desktop.sight import in_sight

MARGIN = 16
"""Logical pixels to the screen's edges."""

GAP = 8
"""Logical pixels between pop-ups."""

MOVED = 32
"""Logical pixels by which somebody has moved a pop-up away; a window manager may correct it by some."""

MAX_SHOWN = 6
"""More than fit on a screen; further calls are in the window."""

LOOK_MS = 250
"""How often, during calls, it is looked whether the window is covered: no system tells that by itself."""


class Popups(QObject):
    """Shows each call once: its card is in the window while that can be seen, else in a pop-up.

    The cards are those of the window's `strip`. Without one there is no window that could be seen.
    """

    def __init__(
        self,
        phones: PhoneModel,
        incoming: bool = True,
        strip: CallStrip | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.incoming = incoming
        self._nowhere = QWidget()
        self._strip = strip if strip is not None else CallStrip(phones, self._nowhere)
        self._open: dict[str, CallPopup] = {}
        self._away: set[str] = set()
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.arrange)
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self.arrange)
        self._strip.changed.connect(self._on_changed)
        self._strip.window().installEventFilter(self)
        self._on_changed()

    def of(self, call_id: str) -> CallPopup | None:
        """The pop-up of a call, if there is one."""
        return self._open.get(call_id)

    def shown(self) -> list[CallPopup]:
        """All pop-ups, oldest first."""
        return list(self._open.values())

    def close(self) -> None:
        """Close all pop-ups."""
        self._timer.stop()
        self._soon.stop()
        self._strip.changed.disconnect(self._on_changed)
        self._strip.window().removeEventFilter(self)
        for call_id in list(self._open):
            self._give_back(call_id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move the cards at once when the window appears or disappears."""
        kinds = (
            QEvent.Type.Show,
            QEvent.Type.Hide,
            QEvent.Type.WindowStateChange,
            QEvent.Type.ActivationChange,
        )
        if event.type() in kinds:
            self._soon.start()
        return super().eventFilter(watched, event)

    def arrange(self) -> None:
        """Put the card of each call where it can be seen."""
        seen = in_sight(self._strip)
        if seen:
            self._away.clear()
        for card in self._strip.cards():
            popup = self._open.get(card.call.id)
            if popup is not None and seen and not popup.isActiveWindow():  # nobody types in it just now
                self._give_back(card.call.id)
            elif popup is None and not seen and self._wanted(card.call):
                self._open_popup(card.call.id)

    def _on_changed(self) -> None:
        """A card was added or removed."""
        cards = {card.call.id for card in self._strip.cards()}
        self._away &= cards
        for call_id in self._open.keys() - cards:
            popup = self._open.pop(call_id)
            popup.closed.disconnect(self._on_closed)
            popup.close()
            popup.deleteLater()
        self._place()
        self.arrange()
        self._timer.start() if cards else self._timer.stop()

    def _wanted(self, call: Call) -> bool:
        if call.state is CallState.ON_HOOK or call.id in self._away or len(self._open) >= MAX_SHOWN:
            return False
        return self.incoming or call.direction is Direction.OUTBOUND

    def _open_popup(self, call_id: str) -> None:
        focus = QApplication.focusWidget()
        popup = CallPopup(self._strip.lend(call_id))
        popup.closed.connect(self._on_closed)
        self._open[call_id] = popup
        self._place()
        popup.show()
        popup.grown.connect(self._place)
        if focus is not None and popup.isAncestorOf(focus):
            focus.setFocus()

    def _give_back(self, call_id: str) -> None:
        popup = self._open.pop(call_id)
        focus = popup.focusWidget()
        popup.closed.disconnect(self._on_closed)
        popup.grown.disconnect(self._place)
        self._strip.take_back(popup.release())
        popup.close()
        popup.deleteLater()
        if focus is not None and self._strip.isAncestorOf(focus):
            focus.setFocus()
        self._place()

    def _on_closed(self, call_id: str) -> None:
        """The person has closed the pop-up. If the call goes on, its card is in the window from then on."""
        popup = self._open.get(call_id)
        if popup is None:
            return
        if popup.call.state is CallState.ON_HOOK:
            popup.card.dismiss()
        else:
            self._away.add(call_id)
            self._give_back(call_id)

    def _place(self) -> None:
        """Place them in the bottom corner near the tray: the oldest lowest, further columns beside it."""
        screen = QGuiApplication.primaryScreen().availableGeometry()
        right_to_left = QGuiApplication.isRightToLeft()
        bottom, column = screen.bottom() - MARGIN, 0
        for popup in self._open.values():
            if _moved(popup):
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
    """Has the person dragged the pop-up elsewhere? Then it stays there, and the others close the gap."""
    return popup.placed is not None and (popup.pos() - popup.placed).manhattanLength() > MOVED

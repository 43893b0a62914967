"""The cards of the calls in the window; while that cannot be seen, they are lent to pop-ups."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

from offhook.call import Call, CallState
from offhook.desktop.card.callcard import CallCard
from offhook.desktop.layouts import GRID, column
from offhook.desktop.phonemodel import PhoneModel

MAX_SHOWN = 12
"""More calls than a phone holds; a flood of them must not fill the memory with widgets."""

WIDE = 480
"""From this width on there is room for all buttons of a card beside each other, in logical pixels."""

MAX_PART = 0.68
"""Of the window's height: below it one scrolls, so that what stands under it can be seen."""


class CallStrip(QScrollArea):
    """One card below the other, the newest on top; not there while there is no call.

    It makes the card of each call, and lends it to a pop-up while the window cannot be seen, so that what is
    open and typed in it is kept. `changed`: a card has come, or gone.
    """

    changed = Signal()

    def __init__(self, phones: PhoneModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._phones = phones
        self._cards: dict[str, CallCard] = {}
        self._lent: set[str] = set()
        self._low = False
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # No higher than its cards, and lower where the page below needs the room.
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setAccessibleName(self.tr("Calls that are up"))
        self._inside = QWidget()
        self._column = column(self._inside, GRID)
        self._column.setContentsMargins(0, GRID, 0, GRID)
        self.setWidget(self._inside)
        self._inside.installEventFilter(self)
        phones.call_changed.connect(self._on_call)
        for call in phones.calls():
            self._on_call(call)
        self._fit()

    def cards(self) -> list[CallCard]:
        """The cards, oldest first; also those that are lent."""
        return list(self._cards.values())

    def of(self, call_id: str) -> CallCard | None:
        """The card of a call."""
        return self._cards.get(call_id)

    def lend(self, call_id: str) -> CallCard:
        """Give the card of a call away, with what is open in it."""
        card = self._cards[call_id]
        self._lent.add(call_id)
        card.set_compact(False)
        if self._column.indexOf(card) >= 0:
            self._column.removeWidget(card)
            self._give_way()
            self._fit()
        return card

    def take_back(self, card: CallCard) -> None:
        """Have a card again that was lent, at its old place."""
        self._lent.discard(card.call.id)
        self._insert(card)

    def set_low(self, low: bool) -> None:
        """Have all cards low, or again only those that wait: the page below has more to show than calls."""
        if low is not self._low:
            self._low = low
            self._give_way()
            self._fit()

    def sizeHint(self) -> QSize:
        inside = self._inside.sizeHint()
        high = max(inside.height(), self._column.heightForWidth(self.viewport().width()))
        return QSize(inside.width(), min(high, round(self.window().height() * MAX_PART)))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._inside.minimumSizeHint().width(), min(self.sizeHint().height(), 120))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A card that needs another height asks its parent for it."""
        if watched is self._inside and event.type() is QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for card in self.cards():
            if card.call.id not in self._lent:
                self._give_room(card)
        self._fit()

    def _give_room(self, card: CallCard) -> None:
        """As much as there is with a scroll bar: whether there is one depends on how high the cards are."""
        room = self.width() - self.verticalScrollBar().sizeHint().width()
        card.set_room(room, wide=room >= WIDE)

    def _on_call(self, call: Call) -> None:
        card = self._cards.get(call.id)
        if card is not None:
            card.show_call(call)
        elif call.state is not CallState.ON_HOOK and self._has_room():
            self._put(call)
        for other in self.cards():
            if other.call.id != call.id:
                other.refresh()
        self._give_way()

    def _give_way(self) -> None:
        """A call that waits or is over takes less room beside one that does not, so that all can be seen; and
        several do, where all have to be low. One alone leaves the page enough."""
        here = [card for card in self.cards() if card.call.id not in self._lent]
        behind = [one for one in here if one.call.held or one.call.state is CallState.ON_HOOK]
        for card in here:
            beside = card in behind and len(behind) < len(here)
            card.set_compact(beside or (self._low and len(here) > 1))

    def _has_room(self) -> bool:
        """A call that has ended makes room for one that is up."""
        over = [card for card in self.cards() if card.call.state is CallState.ON_HOOK]
        if len(self._cards) >= MAX_SHOWN and over:
            over[0].dismiss()
        return len(self._cards) < MAX_SHOWN

    def _put(self, call: Call) -> None:
        self._cards[call.id] = card = CallCard(self._phones, call, mnemonics=False)
        card.dismissed.connect(self._take_off)
        self.changed.emit()  # to whoever shows it elsewhere, before it is laid out here for nothing
        if call.id not in self._lent:
            self._insert(card)

    def _insert(self, card: CallCard) -> None:
        """Put a card above the older ones."""
        card.set_mnemonics(False)
        card.setFrameShape(QFrame.Shape.StyledPanel)
        self._give_room(card)
        here = [call_id for call_id in reversed(self._cards) if call_id not in self._lent]
        self._column.insertWidget(here.index(card.call.id), card)
        card.show()
        self._give_way()
        self._fit()

    def _take_off(self, call_id: str) -> None:
        card = self._cards.pop(call_id, None)
        if card is not None:
            self._lent.discard(call_id)
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
            self._give_way()
            self._fit()
            self.changed.emit()

    def _fit(self) -> None:
        self.setVisible(len(self._cards) > len(self._lent))
        self._column.invalidate()
        self.updateGeometry()

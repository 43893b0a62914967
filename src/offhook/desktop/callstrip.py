"""The cards of the live calls, in the window: a call can be reached though its pop-up is closed."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from offhook.call import Call, CallState
from offhook.desktop.card.callcard import CallCard
from offhook.desktop.layouts import column
from offhook.desktop.phonemodel import PhoneModel

MAX_SHOWN = 12
"""More calls than a phone holds; a flood of them must not fill the memory with widgets."""

MARGIN = 12
"""To the edges of the window, in logical pixels."""

WIDE = 560
"""From this width on there is room for all buttons of a card beside each other, in logical pixels."""

MAX_PART = 0.68
"""Of the window's height: below it one scrolls, so that what stands under it can be seen."""


class CallStrip(QScrollArea):
    """One card below the other, the newest on top; not there while there is no call."""

    def __init__(self, phones: PhoneModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._phones = phones
        self._cards: dict[str, CallCard] = {}
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Calls that are up"))
        self._inside = QWidget()
        self._column = column(self._inside, 8)
        self._column.setContentsMargins(MARGIN, MARGIN, MARGIN, 4)
        self.setWidget(self._inside)
        self._inside.installEventFilter(self)
        phones.call_changed.connect(self._on_call)
        for call in phones.calls():
            self._on_call(call)
        self._fit()

    def cards(self) -> list[CallCard]:
        """The cards, oldest first."""
        return list(self._cards.values())

    def of(self, call_id: str) -> CallCard | None:
        """The card of a call."""
        return self._cards.get(call_id)

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
            card.set_wide(self.viewport().width() >= WIDE)
        self._fit()

    def _on_call(self, call: Call) -> None:
        card = self._cards.get(call.id)
        if call.state is CallState.ON_HOOK:
            self._take_off(call.id)
        elif card is not None:
            card.show_call(call)
        elif len(self._cards) < MAX_SHOWN:
            self._put(call)
        for other in self.cards():
            if other.call.id != call.id:
                other.refresh()

    def _put(self, call: Call) -> None:
        card = CallCard(self._phones, call, mnemonics=False)
        card.setFrameShape(QFrame.Shape.StyledPanel)
        card.set_wide(self.viewport().width() >= WIDE)
        self._cards[call.id] = card
        self._column.insertWidget(0, card)
        self._fit()

    def _take_off(self, call_id: str) -> None:
        card = self._cards.pop(call_id, None)
        if card is not None:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
            self._fit()

    def _fit(self) -> None:
        self.setVisible(bool(self._cards))
        self._column.invalidate()
        if (high := self.sizeHint().height()) != self.height():
            self.setFixedHeight(high)

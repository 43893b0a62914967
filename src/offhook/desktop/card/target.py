"""The panel that asks where a call shall go: search a colleague, or type a number."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from offhook.call import Feature
from offhook.desktop.buttonrows import ButtonRows
from offhook.desktop.layouts import GRID, column
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.plaintext import label, tip, without_mnemonic
from offhook.desktop.suggestionlist import SuggestionList
from offhook.desktop.suggestions import Suggestion, alike, is_number, suggested
from offhook.desktop.theme import colors, ink

SETTLE_MS = 40
"""The delay before a search, so that fast typing is searched once."""

ROWS = 4
"""Rows of the list that are seen at once: the panel stands in a small window."""


class TargetPanel(QWidget):
    """`chosen` has the feature (REDIRECT, TRANSFER, CONSULT) and the address; `left` is Escape.

    `grown`: it needs another height.
    """

    chosen = Signal(object, str)
    left = Signal()
    grown = Signal()

    def __init__(self, phones: PhoneModel, mnemonics: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._phones = phones
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._suggest)
        self.input = QLineEdit(placeholderText=self.tr("Name or number"), clearButtonEnabled=True)
        self.input.setAccessibleName(self.tr("Name or number to send the call to"))
        self.input.textChanged.connect(self._typed)
        self.input.returnPressed.connect(self._enter)
        self.input.installEventFilter(self)
        self.list = SuggestionList(phones)
        self.list.setFixedHeight(self.list.high(ROWS))
        self.list.itemActivated.connect(lambda _item: self._enter())
        self.list.currentItemChanged.connect(lambda *_: self._show_ready())
        self.message = label(wrap=True)
        self.message.hide()
        self.buttons: dict[Feature, QPushButton] = {}
        self._texts: dict[Feature, str] = {}
        self._line = ButtonRows(GRID, 3)
        for feature, text, explained in (
            (Feature.REDIRECT, self.tr("Send &on"), self.tr("Send the call there")),
            (Feature.TRANSFER, self.tr("&Now"), self.tr("Connect the two at once, and leave")),
            (
                Feature.CONSULT,
                self.tr("Ask &first"),
                self.tr("Talk to them first; the call waits on hold"),
            ),
        ):
            button = QPushButton()
            self._texts[feature] = text
            button.setToolTip(tip(explained))
            button.setAccessibleDescription(explained)
            button.clicked.connect(lambda _checked=False, one=feature: self._choose(one))
            self.buttons[feature] = button
        whole = column(self, 6)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.input)
        whole.addWidget(self.list)
        whole.addWidget(self.message)
        whole.addLayout(self._line)
        for button in self.buttons.values():
            button.setParent(self)
        self.setFocusProxy(self.input)
        self.set_mnemonics(mnemonics)

    def set_mnemonics(self, mnemonics: bool) -> None:
        """Give each button a key of its own, or none."""
        for feature, button in self.buttons.items():
            text = self._texts[feature]
            button.setText(text if mnemonics else without_mnemonic(text))

    def ask(self, features: Sequence[Feature]) -> None:
        """Offer these features; begin anew."""
        self.offer(features)
        self.input.clear()
        self._suggest()
        self._show_ready()

    def offer(self, features: Sequence[Feature]) -> None:
        """Offer these features from now on, and keep what has been typed."""
        for feature, button in self.buttons.items():
            button.setVisible(feature in features)
        self._line.show_buttons([self.buttons[one] for one in self.buttons if one in features])
        self._show_ready()

    def set_room(self, room: int) -> None:
        """There is so much room, in logical pixels."""
        self._line.set_room(room)

    def suggestions(self) -> list[Suggestion]:
        """The current suggestions, best first."""
        return self.list.suggestions()

    def address(self) -> str:
        """Where the call would go: the line of the list that is chosen, the number, or the only one found."""
        text = self.input.text().strip()
        chosen = self.list.currentItem()
        if chosen is not None:
            return str(chosen.data(Qt.ItemDataRole.UserRole).number)
        if text and is_number(self._phones, text):
            return text
        found = self.suggestions()
        return found[0].number if text and len(found) == 1 else ""

    def say(self, text: str) -> None:
        """Show why it did not work."""
        ink(self.message, colors(self.palette()).bad)
        self.message.setText(text)
        if self.message.isHidden() is bool(text):
            self.message.setVisible(bool(text))
            self.grown.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow down moves the focus from the line to the list."""
        if watched is self.input and self.list.is_entered(event):
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _typed(self, _text: str) -> None:
        self.say("")
        self.list.setCurrentRow(-1)
        self._settle.start()
        self._show_ready()

    def _suggest(self) -> None:
        text = self.input.text().strip()
        found = suggested(self._phones, text)
        self._show(found)
        if text and not found and not is_number(self._phones, text):
            near = alike(self._phones, text)
            self._show(near)
            if near:
                self.say(self.tr("Nobody here is called {text}. Is it one of these?").format(text=text))
            else:
                self.say(self.tr("Nobody found. Check the spelling, or type a number."))

    def _show(self, found: Sequence[Suggestion]) -> None:
        self.list.show_suggestions(found)
        self._show_ready()

    def _show_ready(self) -> None:
        ready = bool(self.address())
        for button in self.buttons.values():
            button.setEnabled(ready)

    def _enter(self) -> None:
        """Return: where it is clear who is meant, the first button; else into the list."""
        self._settle.stop()
        if self.list.currentItem() is None:
            self._suggest()
        if self.address():
            self._choose(next(one for one, button in self.buttons.items() if not button.isHidden()))
        elif self.list.count():
            self.list.setFocus()
            self.list.setCurrentRow(0)

    def _choose(self, feature: Feature) -> None:
        if address := self.address():
            self.chosen.emit(feature, address)

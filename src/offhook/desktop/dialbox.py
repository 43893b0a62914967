"""The dial box: type a name or a number, choose, Enter dials."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidgetItem,
    QPushButton,
    QWidget,
)

from offhook.call import Call
from offhook.desktop import formatting, icons, refusals
from offhook.desktop.bridge import spawn
from offhook.desktop.layouts import GRID, column, row
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.plaintext import label
from offhook.desktop.suggestionlist import SuggestionList
from offhook.desktop.suggestions import SHOWN, Suggestion, alike, is_number, suggested
from offhook.desktop.theme import colors
from offhook.errors import AddressError, CallError

RECENT = 50
"""Calls of the call log that are searched."""

SETTLE_MS = 40
"""The delay before a search, so that fast typing is searched once."""


HIGH = 5 * GRID
"""The height of the line in logical pixels: it is what the window is for."""


class DialBox(QWidget):
    """An input line, and below what was found in the directory, among the phones and the last calls.

    `results` has what was found: whoever shows it elsewhere than below the line takes it. `left`: Escape.
    """

    left = Signal()

    def __init__(self, phones: PhoneModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._phones = phones
        self._recent: list[Suggestion] = []
        self._build()
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._suggest)
        phones.link_changed.connect(self._on_link)
        phones.call_changed.connect(self._on_call)
        if phones.connected:
            spawn(self._read_recent())

    def _build(self) -> None:
        self.input = QLineEdit(placeholderText=self.tr("Name or number"), clearButtonEnabled=True)
        self.input.setAccessibleName(self.tr("Name or number to call"))
        self.input.textChanged.connect(self._typed)
        self.input.returnPressed.connect(self._enter)
        self.input.installEventFilter(self)
        self.input.setMinimumHeight(HIGH)
        self.call = QPushButton(icons.icon("phone"), self.tr("&Call"))
        self.call.setMinimumHeight(HIGH)
        self.call.clicked.connect(self._enter)
        self.call.setEnabled(False)
        self.list = SuggestionList(self._phones)
        self.list.itemActivated.connect(self._chosen)
        self.hint = label()
        self.hint.setAccessibleName(self.tr("What is dialled"))
        self.message = label(wrap=True)
        self.more = label(self.tr("There are more. Type further to find them."), wrap=True)
        line = row()
        line.addWidget(self.input, 1)
        line.addWidget(self.call)
        self.results = QWidget()
        below = column(self.results)
        below.setContentsMargins(0, 0, 0, 0)
        below.addWidget(self.list, 1)
        below.addWidget(self.more)
        whole = column(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(line)
        whole.addWidget(self.hint)
        whole.addWidget(self.message)
        whole.addWidget(self.results, 1)
        self.setFocusProxy(self.input)
        self.hint.hide()
        self.message.hide()
        self.more.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow down moves the focus from the input line to the suggestions; Escape empties the line."""
        if watched is self.input and self.list.is_entered(event):
            return True
        pressed = event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key()
        if pressed == Qt.Key.Key_Escape and self.input.text():
            self.input.clear()
            self.left.emit()
            return True
        return super().eventFilter(watched, event)

    def suggestions(self) -> list[Suggestion]:
        """The current suggestions, best first."""
        return self.list.suggestions()

    def fill(self, address: str) -> None:
        """Put an address into the input line, ready to be dialled."""
        self.input.setText(address)
        self.input.setFocus()

    # Typing.

    def _typed(self, text: str) -> None:
        self.call.setEnabled(bool(text.strip()))
        self.message.hide()
        self._show_number(text.strip())
        self._settle.start()

    def _show_number(self, text: str) -> None:
        """Show below the line what will be dialled, if it differs from what was typed."""
        try:
            number = self._phones.messenger.number(text) if text else ""
        except AddressError:
            number = ""
        self.hint.setText(f"\u2192 {number}")
        self.hint.setVisible(number not in ("", text))

    def _suggest(self) -> None:
        text = self.input.text().strip()
        self._show(suggested(self._phones, text, self._recent, SHOWN + 1))

    def _show(self, found: Sequence[Suggestion]) -> None:
        self.list.show_suggestions(found[:SHOWN])
        self.more.setVisible(len(found) > SHOWN)

    # Dialling.

    def _enter(self) -> None:
        text = self.input.text().strip()
        if not text:
            return
        self._suggest()
        found = self.suggestions()
        if is_number(self._phones, text):
            self._dial(text)
        elif not found:
            self._nobody(text)
        elif len(found) == 1:
            self._dial(found[0].number)
        else:
            self._say(self.tr("Several people match. Choose one with the arrow keys."), bad=False)
            self.list.setFocus()
            self.list.setCurrentRow(0)

    def _nobody(self, text: str) -> None:
        """The text is neither a number nor a known name: suggest similar names, and dial nothing."""
        near = alike(self._phones, text)
        if near:
            self._show(near)
            self._say(
                self.tr("Nobody here is called {text}. Is it one of these?").format(text=text), bad=True
            )
            return
        try:
            self._phones.messenger.number(text)
        except AddressError as error:
            self._say(refusals.address_text(error), bad=True)
        self.input.selectAll()

    def _chosen(self, item: QListWidgetItem) -> None:
        self._dial(item.data(Qt.ItemDataRole.UserRole).number)

    def _dial(self, address: str) -> None:
        self.call.setEnabled(False)
        self._say(self.tr("Calling …"), bad=False)
        spawn(self._ask(address))

    async def _ask(self, address: str) -> None:
        try:
            await self._phones.dial(address)
        except CallError as error:
            self._say(refusals.refusal_text(error), bad=True)
            self.input.setFocus()
            self.input.selectAll()
        else:
            self.input.clear()
        self.call.setEnabled(bool(self.input.text().strip()))

    def _say(self, text: str, bad: bool) -> None:
        self.message.setStyleSheet(f"color: {colors(self.palette()).bad.name()}" if bad else "")
        self.message.setText(text)
        self.message.setAccessibleName(text)
        self.message.show()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "call"):
            self.call.setIcon(icons.icon("phone"))
        super().changeEvent(event)

    # What changes beneath.

    def _on_link(self, up: bool) -> None:
        if up:
            spawn(self._read_recent())

    def _on_call(self, call: Call) -> None:
        if call.ended is not None:
            self._remember([call])

    async def _read_recent(self) -> None:
        try:
            calls = await self._phones.history(limit=RECENT)
        except CallError:
            return  # read anew when the link is back
        self._remember(list(reversed(calls)))

    def _remember(self, calls: Sequence[Call]) -> None:
        """Newest first, each number once."""
        for call in calls:
            party = formatting.other_party(call)
            if party.id:
                name = party.name or self._phones.name_of(party.id)
                self._recent = [one for one in self._recent if one.number != party.id]
                self._recent.insert(0, Suggestion(name, party.id, formatting.when_text(call.started)))
        del self._recent[RECENT:]
        if not self.input.text().strip():
            self._show(self._recent[:SHOWN])

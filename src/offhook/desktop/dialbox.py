"""The dial box: type a name or a number; Return calls what is highlighted."""

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPushButton, QToolButton, QWidget

from offhook.desktop import icons, refusals
from offhook.desktop.bridge import spawn
from offhook.desktop.foundlist import FoundList
from offhook.desktop.layouts import GRID, column, row
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.plaintext import empty_note, label
from offhook.desktop.recentcalls import RecentCalls
from offhook.desktop.restingcursor import RestingCursor
from offhook.desktop.suggestions import SHOWN, Suggestion, alike, as_number, is_number, suggested
from offhook.desktop.theme import colors, ink
from offhook.errors import AddressError, CallError

SETTLE_MS = 40
"""The delay before a search, so that fast typing is searched once."""

HIGH = 5 * GRID
"""The height of the line in logical pixels: it is what the window is for."""


def name_clear_button(line: QLineEdit, name: str) -> None:
    """Qt gives its button none."""
    for button in line.findChildren(QToolButton):
        if not button.accessibleName() and not button.text():
            button.setAccessibleName(name)


class Finder(Protocol):
    """A page that shows itself what fits the line, in its own list. `prompt` stands in the empty line."""

    prompt: str

    def search(self, text: str) -> None:
        """Show what fits."""

    def step(self, event: QKeyEvent) -> bool:
        """Go through what was found, if it is a key for that."""

    def enter(self) -> bool:
        """Return: go to who is highlighted; False if there is nobody."""

    def number(self) -> str:
        """The number of who is highlighted; "" if there is nobody."""


class DialBox(QWidget):
    """An input line, and below what was found in the directory, among the phones and the last calls.

    `results` has what was found: whoever shows it elsewhere than below the line takes it. `left`: Escape.
    While a page is shown that searches by itself, `find_by` says so.
    """

    left = Signal()

    def __init__(self, phones: PhoneModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._phones = phones
        self._recent = RecentCalls(phones, self)
        self._dialling = False
        self._finder: Finder | None = None
        self._build()
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self.suggest)
        self._recent.changed.connect(self._show_recent)
        self._show_recent()

    def _build(self) -> None:
        self.prompt = self.tr("Name or number")
        self.input = QLineEdit(placeholderText=self.prompt, clearButtonEnabled=True)
        self.input.setAccessibleName(self.tr("Name or number to call"))
        self.input.setMinimumHeight(HIGH)
        self._glass = QAction(icons.icon("search"), self.tr("Search"), self.input)
        self._glass.triggered.connect(self.input.setFocus)
        self.input.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        name_clear_button(self.input, self.tr("Empty the line"))
        self.input.textChanged.connect(self._typed)
        self.input.returnPressed.connect(self._enter)
        self.input.installEventFilter(self)
        RestingCursor(self.input)
        self.call = QPushButton(icons.icon("phone"), self.tr("&Call"))
        self.call.setMinimumHeight(HIGH)
        self.call.clicked.connect(self._call)
        self.list = FoundList(self._phones)
        self.list.wanted.connect(self.dial)
        self.list.copied.connect(self._say_copied)
        self.list.left.connect(self.input.setFocus)
        self.list.typed.connect(self.type_on)
        self.list.currentItemChanged.connect(lambda *_: self._show_ready())
        self.message = label(wrap=True)
        self.more = label(self.tr("There are more. Type further to find them."), wrap=True)
        for one in (self.message, self.more):  # below each other with the headings of the groups
            one.setContentsMargins(GRID, 0, GRID, 0)
        self.empty = empty_note()
        line = row()
        line.addWidget(self.input, 1)
        line.addWidget(self.call)
        self.results = QWidget()
        below = column(self.results)
        below.setContentsMargins(0, 0, 0, 0)
        below.addWidget(self.empty, 1)
        below.addWidget(self.list, 1)
        below.addWidget(self.more)
        whole = column(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(line)
        whole.addWidget(self.message)
        whole.addWidget(self.results, 1)
        self.setFocusProxy(self.input)
        self.message.hide()
        self.more.hide()
        self._show_ready()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows move the keyboard from the line to what was found; Escape empties the line."""
        if watched is self.input and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            key = event.key()
            if self._finder is not None and self._finder.step(event):
                self._show_ready()
                return True
            if self._finder is None and key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                return self.list.enter(last=key == Qt.Key.Key_Up)
            if key == Qt.Key.Key_Escape and self.input.text():
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

    def _typed(self, _text: str) -> None:
        self.message.hide()
        self._settle.start()

    @property
    def searching(self) -> bool:
        """Is something typed for which nothing has been searched yet?"""
        return self._settle.isActive()

    def find_by(self, finder: Finder | None) -> None:
        """From now on this page shows what fits the line; None for the list of this box."""
        if finder is not self._finder:
            self._finder = finder
            self.input.setPlaceholderText((finder or self).prompt)
            self.message.hide()
            self.suggest()

    def type_on(self, text: str) -> None:
        """In the list somebody types on: back to the line. No text is the key that deletes backwards."""
        self.input.setFocus()
        if text:
            self.input.insert(text)
        else:
            self.input.backspace()

    def suggest(self) -> None:
        """Search for what is typed now, without the delay."""
        self._settle.stop()
        text = self.input.text().strip()
        if self._finder is not None:
            self._finder.search(text)
            self._show_ready()
            return
        if not text:
            self._show_recent()
            return
        found = suggested(self._phones, text, self._recent.all(), SHOWN + 1)
        number = as_number(self._phones, text)
        self._show(found, number)
        # What is clear is highlighted: a number as it was typed, or the only one found.
        self.list.highlight(number or (found[0] if len(found) == 1 else None))

    def _show_recent(self) -> None:
        if self._finder is None and not self.input.text().strip():
            self._show(self._recent.all(), None, counted=False)

    def _show(self, found: Sequence[Suggestion], number: Suggestion | None, counted: bool = True) -> None:
        more = counted and len(found) > SHOWN
        self.list.show_found(found[:SHOWN] if counted else found, number, counted, more)
        self.more.setVisible(more)
        none = not found and number is None
        self.list.setVisible(not none)
        self.empty.setVisible(none)
        if counted:
            self.empty.setText(self.tr("Nobody found. Check the spelling, or type a number."))
        else:
            self.empty.setText(self.tr("Your calls will stand here. Type a name or a number above."))
        self._show_ready()

    def _show_ready(self) -> None:
        self.call.setEnabled(bool(self._to_call()) and not self._dialling)

    def _to_call(self) -> str:
        """What the button calls: the number of what is highlighted."""
        if self._finder is None:
            chosen = self.list.highlighted()
            return chosen.number if chosen is not None else ""
        text = self.input.text().strip()
        if not text:
            return ""
        return self._finder.number() or (text if is_number(self._phones, text) else "")

    # Dialling.

    def _enter(self) -> None:
        """Return: call what is highlighted; on a page that searches by itself, go to it."""
        if self._settle.isActive():
            self.suggest()
        if self._finder is None or not self._finder.enter():
            self._call()

    def _call(self) -> None:
        """Call what is highlighted; if nothing is, say why."""
        text = self.input.text().strip()
        if self._settle.isActive():
            self.suggest()
        number = self._to_call()
        if number:
            self.dial(number)
        elif not text:
            return
        elif self._finder is None and self.suggestions():
            if not self.message.isVisible():
                self._say(self.tr("Several people match. Choose one with the arrow keys."), bad=False)
            self.list.enter()
        else:
            self._nobody(text)

    def _nobody(self, text: str) -> None:
        """The text is neither a number nor a known name: suggest similar names, and dial nothing."""
        near = alike(self._phones, text) if self._finder is None else ()
        if near:
            self._show(near, None)
            self._say(
                self.tr("Nobody here is called {text}. Is it one of these?").format(text=text), bad=True
            )
            return
        try:
            self._phones.messenger.number(text)
        except AddressError as error:
            self._say(refusals.address_text(error), bad=True)
        self.input.selectAll()

    def dial(self, address: str) -> None:
        """Call this, and say here what comes of it."""
        if self._dialling:
            return
        self._dialling = True
        self._show_ready()
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
            self.message.hide()
        finally:
            self._dialling = False
            self._show_ready()

    def _say_copied(self, number: str) -> None:
        self._say(self.tr("Copied: {number}").format(number=number), bad=False)

    def _say(self, text: str, bad: bool) -> None:
        ink(self.message, colors(self.palette()).bad if bad else None)
        self.message.setText(text)
        self.message.setAccessibleName(text)
        self.message.show()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "call"):
            self.call.setIcon(icons.icon("phone"))
            self._glass.setIcon(icons.icon("search"))
        super().changeEvent(event)

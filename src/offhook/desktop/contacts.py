"""The contacts: favourites and everybody from A to Z, or who fits the line above, and the person chosen."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QSplitter, QWidget

from offhook.desktop.bridge import spawn
from offhook.desktop.contactbook import ContactBook
from offhook.desktop.contactlist import FAVOURITE, ContactList, Part
from offhook.desktop.dialbox import DialBox
from offhook.desktop.formatting import other_party
from offhook.desktop.layouts import column
from offhook.desktop.pastcalls import PastCalls
from offhook.desktop.personcard import PersonCard
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.plaintext import empty_note, label
from offhook.desktop.rows import MOVES
from offhook.desktop.suggestions import as_number, is_number
from offhook.directory import Number, Person, SourceState

FOUND = 200
"""People that a search shows: more than anybody reads, who rather types on."""

RECENT = 20
"""People of the last calls that are shown while there is no list of everybody."""

LATELY = "↺"
"""Stands in the margin where they begin."""

NARROW = 520
"""Up to this width the list and the person take turns, in logical pixels."""


class Contacts(QWidget):
    """The people, and the one who is current. While it is shown, the line above searches here."""

    def __init__(self, phones: PhoneModel, line: DialBox, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._phones, self._line, self._text = phones, line, ""
        self.prompt = self._line.prompt
        self._book = ContactBook(phones, self)
        self._past = PastCalls(phones, self)
        self._narrow, self._opened = False, False
        self._build()
        self._book.changed.connect(self._show_people)
        self._past.changed.connect(self._on_past)
        phones.kept.changed.connect(self._on_kept)
        self._show_people()

    def _build(self) -> None:
        self.list = ContactList(self._phones)
        self.list.chosen.connect(self._on_chosen)
        self.list.clicked.connect(self._open)
        self.list.activated.connect(self.enter)
        self.list.left.connect(self._line.setFocus)
        self.list.typed.connect(self._line.type_on)
        self.card = PersonCard(self._phones, self._past)
        self.list.wanted.connect(self._dial)
        self.card.left.connect(lambda: self._close())
        self.hint, self.empty = label(wrap=True), empty_note()
        self.area = QScrollArea(widgetResizable=True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setAccessibleName(self.tr("Person"))
        self.area.viewport().setAutoFillBackground(False)
        self.card.setAutoFillBackground(False)
        self.area.setWidget(self.card)
        self.beside = QWidget()
        left = column(self.beside)
        left.setContentsMargins(0, 0, 0, 0)
        left.addWidget(self.hint)
        left.addWidget(self.empty, 1)
        left.addWidget(self.list, 1)
        split = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        split.addWidget(self.beside)
        split.addWidget(self.area)
        split.setStretchFactor(0, 4)
        split.setStretchFactor(1, 5)
        split.setSizes([4 * NARROW, 5 * NARROW])
        self.beside.setMinimumWidth(220)
        self.area.setMinimumWidth(264)
        whole = column(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(split, 1)

    # The list.

    def search(self, text: str) -> None:
        """Show who fits this, or everybody."""
        if text != self._text:
            self._text = text
            self._close(focus=False)
        self._show_people()

    def _show_people(self) -> None:
        text = self._text
        found: Sequence[Person] = ()
        if text:
            found = self._book.search(text, FOUND)
            near = () if found or is_number(self._phones, text) else self._book.similar(text, FOUND)
            parts = [Part(found or near, "")]
        else:
            near = ()
            parts = self._everybody()
        keep = None if text else self.list.current()
        self.list.show_parts(parts, keep)
        self._hint(text, len(found), bool(near))
        if not self.list.count():
            self._on_chosen(None)

    def _everybody(self) -> list[Part]:
        lately = [] if self._book.lists_people else self._lately()
        favourites = self._phones.kept.favourites()
        return [Part(favourites, FAVOURITE), Part(lately, LATELY), Part(self._book.everybody())]

    def _lately(self) -> list[Person]:
        """Those of the last calls."""
        found: dict[str, Person] = {}
        for call in self._past.all():
            party = other_party(call)
            a_phone = self._phones.canonical(party.id) in self._phones.presence.phones
            if party.id and not a_phone and party.id not in found and len(found) < RECENT:
                name = self._phones.name_for(party) or self._phones.show(party.id)
                found[party.id] = Person(name, (Number(party.id),))
        return list(found.values())

    def _hint(self, text: str, found: int, near: bool) -> None:
        states: Sequence[SourceState] = getattr(self._phones.directory, "states", list)()
        empty = [one for one in states if one.failure is not None and not one.people]
        said = ""
        if text and not found:
            said = self.tr("Nobody found. Check the spelling, or type less of it.")
            number = as_number(self._phones, text)
            if number is not None:
                said = self.tr("Nobody here has this number. Return: {call}").format(call=number.name)
            if near:
                said = self.tr("Nobody here is called {text}. Is it one of these?").format(text=text)
        elif text:
            said = self.tr("The first {number} are shown. Type further.").format(number=FOUND)
            said = said if found >= FOUND else ""
        elif self._phones.directory is None:
            said = self.tr("No directory is set up. Add one in Settings, Directory.")
        elif empty:
            said = self.tr("{name} cannot be read now: {reason}").format(
                name=empty[0].name, reason=empty[0].problem
            )
        elif not self._book.lists_people:
            said = self.tr("The directory has not been read yet, or nobody is in it.")
        if said and not text and self.list.count():
            said += " " + self.tr("Below are your favourites, the last calls, and the phones here.")
        some = self.list.count() > 0
        self.hint.setText(said)
        self.hint.setVisible(bool(said) and some)
        self.empty.setText(said)
        self.empty.setVisible(not some)
        self.list.setVisible(some)
        self.setFocusProxy(self.list if some else self._line)
        self._fit()

    def _on_past(self) -> None:
        if not self._book.lists_people and not self._text:
            self._show_people()

    def _on_kept(self) -> None:
        if self._text:
            self.list.viewport().update()
        else:
            self._show_people()

    # Who is shown.

    def _on_chosen(self, person: Person | None) -> None:
        if person != self.card.person:
            self.card.show_person(person)

    def enter(self) -> bool:
        """Return goes to the person, where Return calls."""
        if self.list.current() is None:
            return False
        self._open()
        if self.card.buttons:
            self.card.buttons[0].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def number(self) -> str:
        """The first number of who is current."""
        person = self.list.current()
        return person.numbers[0].text if person is not None and person.numbers else ""

    def step(self, event: QKeyEvent) -> bool:
        """Arrows in the line above move in the list."""
        if event.key() not in MOVES or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        QApplication.sendEvent(self.list, event)
        return True

    def _open(self) -> None:
        self._opened = True
        self._fit()

    def _dial(self, number: str) -> None:
        spawn(self.card.dial(number))

    def _close(self, focus: bool = True) -> None:
        self._opened = False
        self._fit()
        if focus:
            self.list.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._narrow and self._opened:
            self._close()
        else:
            super().keyPressEvent(event)

    # Room.

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._narrow = self.width() < NARROW
        self._fit()

    def _fit(self) -> None:
        """With little room the list and the person take turns."""
        some = self.list.count() > 0
        self.beside.setVisible(not (self._narrow and self._opened))
        self.area.setVisible(self._opened if self._narrow else some)
        self.card.back.setVisible(self._narrow)

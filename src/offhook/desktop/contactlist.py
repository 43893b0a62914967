"""The list of contacts: any number of them, of which only those that are seen cost anything."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QGuiApplication, QImage, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import QListView, QMenu, QStyle, QStyleOptionViewItem

from offhook.desktop import icons
from offhook.desktop.layouts import GRID
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.plaintext import caption, isolated
from offhook.desktop.presence import Presence, presence_text
from offhook.desktop.rows import LOOK, Index, Look, Rows, as_text, dress, presence_color, typed_on
from offhook.desktop.suggestions import kind_text
from offhook.directory import Person
from offhook.directory.fold import fold

GUTTER = 3 * GRID
"""The width of the column with the letters, in logical pixels."""

SETTLE_MS = 80
"""The delay before the phones of those who are seen are watched: not while somebody scrolls."""

FAVOURITE = "★"
OTHERS = "#"
NOWHERE = QModelIndex()


@dataclass(frozen=True, slots=True)
class Part:
    """People that stand together; each begins with a `mark` in the margin, None for their first letters."""

    people: Sequence[Person]
    mark: str | None = None


class ContactModel(QAbstractListModel):
    """Parts one below the other."""

    def __init__(self, phones: PhoneModel) -> None:
        super().__init__()
        self._phones = phones
        self._parts: Sequence[Part] = ()
        self._count = 0
        self.places: dict[Person, str] = {}
        """The phones of those who are seen."""

    def show_parts(self, parts: Sequence[Part]) -> None:
        """Show these."""
        self.beginResetModel()
        self._parts = parts
        self._count = sum(len(one.people) for one in parts)
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else self._count

    def person(self, row: int) -> Person:
        """Who stands in a row."""
        return self._at(row)[0]

    def row_of(self, person: Person) -> int:
        """The first row of a person; -1 if there is none."""
        before = 0
        for part in self._parts:
            if person in part.people:
                return before + part.people.index(person)
            before += len(part.people)
        return -1

    def mark(self, row: int) -> str:
        """What stands in the margin: where a part or a letter begins."""
        person, part, at = self._at(row)
        if part.mark is not None:
            return part.mark if at == 0 else ""
        letter = letter_of(person.name)
        return letter if at == 0 or letter_of(part.people[at - 1].name) != letter else ""

    def data(self, index: Index, role: int = 0) -> object:
        if not index.isValid():
            return None
        person = self.person(index.row())
        if role == Qt.ItemDataRole.UserRole:
            return person
        if role == LOOK:
            return self.look(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return person.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return as_text(self.look(index.row()))
        return None

    def presence(self, person: Person) -> Presence | None:
        """What the person's phone does, once the row has been seen."""
        number = self.places.get(person, "")
        return self._phones.presence.of(number) if number else None

    def look(self, row: int) -> Look:
        """What a row shows."""
        person = self.person(row)
        number = self._phones.show(person.numbers[0].text) if person.numbers else ""
        presence = self.presence(person)
        company = person.company if person.company != person.name else ""
        detail = " · ".join(filter(None, (company or isolated(number), presence_text(presence))))
        color = None if presence is None else presence_color(presence, QGuiApplication.palette())
        aside = FAVOURITE if self._phones.kept.is_favourite(person) else ""
        return Look(person.name, detail, aside, number, presence=color)

    def _at(self, row: int) -> tuple[Person, Part, int]:
        for part in self._parts:
            if row < len(part.people):
                return part.people[row], part, row
            row -= len(part.people)
        raise IndexError(row)


def letter_of(name: str) -> str:
    """Under which letter a name stands: of a Korean one, its first consonant."""
    first = fold(name[:1])[:1].upper()
    return first if first.isalpha() else OTHERS


class _ContactRows(Rows):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        whole = QRect(option.rect)
        gutter = QStyle.visualRect(option.direction, whole, _gutter(whole))
        at_left = option.direction is Qt.LayoutDirection.LeftToRight
        option.rect = whole.adjusted(GUTTER, 0, 0, 0) if at_left else whole.adjusted(0, 0, -GUTTER, 0)
        super().paint(painter, option, index)
        model = index.model()
        assert isinstance(model, ContactModel)
        mark = model.mark(index.row())
        if mark:
            chosen = bool(option.state & QStyle.StateFlag.State_Selected)
            ink = self.ink(option)
            painter.setPen(ink.on_accent if chosen else ink.quiet)
            ink.bold.draw_in_the_middle(painter, gutter, mark)

    def look(self, index: Index) -> Look:
        """Qt would be asked, who asks the model, and change it into a value of its own and back."""
        model = index.model()
        assert isinstance(model, ContactModel)
        return model.look(index.row())

    def picture(self, _index: Index) -> QImage | None:
        return None

    def _whole(self, option: QStyleOptionViewItem) -> QRect:
        at_left = option.direction is Qt.LayoutDirection.LeftToRight
        return QRect(option.rect).adjusted(*((-GUTTER, 0, 0, 0) if at_left else (0, 0, GUTTER, 0)))


def _gutter(room: QRect) -> QRect:
    return QRect(room.left(), room.top(), GUTTER, room.height())


class ContactList(QListView):
    """`chosen` has who is current, `wanted` a number to call, `copied` the one that was copied; `left` is the
    arrow up at the first row, `typed` what somebody types in the list who goes on to search."""

    chosen = Signal(object)
    wanted = Signal(str)
    copied = Signal(str)
    left = Signal()
    typed = Signal(str)

    def __init__(self, phones: PhoneModel) -> None:
        super().__init__()
        self._phones = phones
        self.people = ContactModel(phones)
        self.people.setParent(self)
        self.setModel(self.people)
        self.setUniformItemSizes(True)
        self.customContextMenuRequested.connect(self._show_menu)
        rows = dress(self, _ContactRows)
        rows.call_wanted.connect(lambda index: self._call(index.data(Qt.ItemDataRole.UserRole)))
        rows.copy_wanted.connect(lambda index: self._copy(index.data(Qt.ItemDataRole.UserRole)))
        self.setAccessibleName(self.tr("People"))
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._find_places)
        self.verticalScrollBar().valueChanged.connect(lambda _value: self._settle.start())
        self.verticalScrollBar().rangeChanged.connect(lambda _least, _most: self._settle.start())
        phones.presence.changed.connect(lambda _number: self.viewport().update())
        phones.presence.phones_changed.connect(self._settle.start)

    def count(self) -> int:
        """How many there are."""
        return self.people.rowCount()

    def current(self) -> Person | None:
        """Who is current."""
        index = self.currentIndex()
        return self.people.person(index.row()) if index.isValid() else None

    def show_parts(self, parts: Sequence[Part], keep: Person | None) -> None:
        """Show these; `keep` stays current if still there, else the first one is."""
        self.people.places.clear()
        self.people.show_parts(parts)
        row = self.people.row_of(keep) if keep is not None else -1
        self.setCurrentIndex(self.people.index(max(0, row)))
        self._settle.start()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.chosen.emit(self.people.person(current.row()) if current.isValid() else None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        person, typed = self.current(), typed_on(event)
        if person is not None and event.matches(QKeySequence.StandardKey.Copy):
            self._copy(person)
        elif event.key() == Qt.Key.Key_Up and self.currentIndex().row() <= 0 and self.hasFocus():
            self.left.emit()
        elif typed is not None:
            self.typed.emit(typed)
        else:
            super().keyPressEvent(event)

    def _find_places(self) -> None:
        """Watch the phones of those who are seen."""
        first = self.indexAt(QPoint(1, 1))
        if not first.isValid() or not self._phones.presence.phones:
            return
        last = self.indexAt(QPoint(1, self.viewport().height() - 1))
        end = last.row() + 1 if last.isValid() else self.count()
        seen = [self.people.person(row) for row in range(first.row(), end)]
        self.people.places = {one: self._phones.presence.phone_of(one) for one in seen}
        self.viewport().update()

    def _call(self, person: Person) -> None:
        if person.numbers:
            self.wanted.emit(person.numbers[0].text)

    def _copy(self, person: Person, at: int = 0) -> None:
        number = self._phones.show(person.numbers[at].text)
        QGuiApplication.clipboard().setText(number)
        self.copied.emit(number)

    def menu_of(self, person: Person) -> QMenu:
        """What can be done with a person."""
        menu = QMenu(self)
        for number in person.numbers:
            shown = f"{isolated(self._phones.show(number.text))} ({kind_text(number.kind)})"
            text = self.tr("Call {number}").format(number=shown)
            action = QAction(icons.icon("phone"), caption(text), menu)
            action.triggered.connect(lambda _checked=False, to=number.text: self.wanted.emit(to))
            menu.addAction(action)
        menu.addSeparator()
        for at, number in enumerate(person.numbers):
            text = self.tr("Copy {number}").format(number=isolated(self._phones.show(number.text)))
            action = QAction(icons.icon("copy"), caption(text), menu)
            action.triggered.connect(lambda _checked=False, at=at: self._copy(person, at))
            menu.addAction(action)
        menu.addSeparator()
        kept = self._phones.kept
        action = QAction(self.tr("Favourite"), menu, checkable=True, checked=kept.is_favourite(person))
        action.triggered.connect(lambda wanted: kept.set_favourite(person, wanted))
        menu.addAction(action)
        return menu

    def _show_menu(self, at: QPoint) -> None:
        index = self.indexAt(at)
        if index.isValid():
            menu = self.menu_of(self.people.person(index.row()))
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.viewport().mapToGlobal(at))

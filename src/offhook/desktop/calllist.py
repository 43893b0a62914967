"""The list of calls as people read it: a heading for each day, and calls that repeat as one row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QCoreApplication,
    QDate,
    QDateTime,
    QLocale,
    QModelIndex,
    QPoint,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QAction, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QListView, QMenu

from offhook.call import Call, Cause, Direction
from offhook.desktop import formatting, icons
from offhook.desktop.historymodel import HistoryModel, way_text
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.plaintext import caption, isolated
from offhook.desktop.rows import LOOK, Index, Look, as_text, dress, typed_on

translate = QCoreApplication.translate

CALLS = Qt.ItemDataRole.UserRole
"""The role of the calls of a row, newest first; empty at a heading."""

MAX_TIMES = 4
"""Times of earlier calls that a row names."""

FIRST = 1
"""The row of the first call: above it stands its day."""

NOWHERE = QModelIndex()


@dataclass(frozen=True, slots=True)
class Row:
    """A heading, or calls with the same party, one after the other, on the same day."""

    heading: str = ""
    calls: tuple[Call, ...] = ()


def today() -> date:
    """The day on which the list is looked at."""
    return datetime.now().date()


def heading_text(day: date, today: date) -> str:
    """What a day is called."""
    locale = QLocale()
    if day == today:
        return translate("CallRows", "Today")
    if day == today - timedelta(days=1):
        return translate("CallRows", "Yesterday")
    return locale.toString(QDate(day.year, day.month, day.day), QLocale.FormatType.LongFormat)


def grouped(calls: Sequence[Call], today: date) -> list[Row]:
    """The calls, newest first, as rows."""
    rows: list[Row] = []
    last = None
    for call in calls:
        day = datetime.fromtimestamp(call.started).date()
        if day != last:
            rows.append(Row(heading_text(day, today)))
            last = day
        elif (before := rows[-1].calls) and _repeats(call, before[0]):
            rows[-1] = Row(calls=(*before, call))
            continue
        rows.append(Row(calls=(call,)))
    return rows


def _repeats(call: Call, other: Call) -> bool:
    party, same = formatting.other_party(call), formatting.other_party(other)
    alike = call.direction is other.direction and call.missed == other.missed
    return alike and bool(party.id) and party.id == same.id


class CallRows(QAbstractListModel):
    """What a model of calls shows, as rows. Made anew in the next turn after that has changed."""

    rebuilt = Signal()

    def __init__(self, phones: PhoneModel, calls: HistoryModel, shown: QAbstractItemModel) -> None:
        super().__init__()
        self._phones, self._texts, self._shown = phones, calls, shown
        self._rows: list[Row] = []
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self.rebuild)
        for signal in (
            shown.rowsInserted,
            shown.rowsRemoved,
            shown.modelReset,
            shown.dataChanged,
            shown.layoutChanged,
        ):
            signal.connect(lambda *_: self._later.start())
        self.rebuild()

    def rebuild(self) -> None:
        """Make the rows anew."""
        self._later.stop()
        calls = [self._shown.index(at, 0).data(CALLS) for at in range(self._shown.rowCount())]
        self.beginResetModel()
        self._rows = grouped(calls, today())
        self.endResetModel()
        self.rebuilt.emit()

    def calls(self, row: int) -> tuple[Call, ...]:
        """The calls of a row, newest first; none at a heading."""
        return self._rows[row].calls if 0 <= row < len(self._rows) else ()

    def row_of(self, call_id: str) -> int:
        """The row with this call; -1 if there is none."""
        found = (at for at, row in enumerate(self._rows) if any(one.id == call_id for one in row.calls))
        return next(found, -1)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not self.calls(index.row()):
            return Qt.ItemFlag.NoItemFlags
        return super().flags(index)

    def data(self, index: Index, role: int = 0) -> object:
        if not index.isValid() or role not in (CALLS, LOOK, *TEXTS):
            return None
        row = self._rows[index.row()]
        if role == CALLS:
            return row.calls
        look = self._look(row.calls) if row.calls else Look(row.heading, heading=True)
        return look if role == LOOK else as_text(look)

    def canFetchMore(self, parent: Index = NOWHERE) -> bool:
        return self._texts.canFetchMore(parent)

    def fetchMore(self, parent: Index = NOWHERE) -> None:
        self._texts.fetchMore(parent)

    def _look(self, calls: Sequence[Call]) -> Look:
        call = calls[0]
        party = formatting.other_party(call)
        name, number = (self._texts.text(call, column) for column in ("name", "number"))
        title = name or isolated(number)
        way, number = way_text(call), isolated(number) if name else ""
        if len(calls) > 1:
            detail = [f"{way} ({len(calls)})", number, self._times(calls[1:])]
        else:
            plain = call.connected is not None and call.cause in (Cause.NORMAL, Cause.DROPPED)
            ending = "" if plain else self._texts.ending(call)  # how long it took says enough
            detail = [way, number, ending, self._texts.origin(call)]
        aside = [_time_text(call), self._texts.text(call, "duration")]
        mark = "out" if call.direction is Direction.OUTBOUND else "in"
        callable_ = self._phones.show(party.id) if party.id else ""
        return Look(title, _joined(detail), _joined(aside), callable_, "", mark, call.missed)

    def _times(self, calls: Sequence[Call]) -> str:
        times = ", ".join(map(_time_text, calls[:MAX_TIMES]))
        return self.tr("also {times}").format(times=times + (" …" if len(calls) > MAX_TIMES else ""))


TEXTS = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)


def _joined(parts: Sequence[str]) -> str:
    return " · ".join(filter(None, parts))


def _time_text(call: Call) -> str:
    moment = QDateTime.fromSecsSinceEpoch(int(call.started))
    return QLocale().toString(moment.time(), QLocale.FormatType.ShortFormat)


class CallList(QListView):
    """`wanted` has the number to call, `copied` the one that was copied, `same` a name or number whose calls
    are to be shown alone; `left` is the arrow up at the first call, `typed` what somebody types in the list
    who goes on to search."""

    wanted = Signal(str)
    copied = Signal(str)
    same = Signal(str)
    left = Signal()
    typed = Signal(str)

    def __init__(self, phones: PhoneModel, rows: CallRows) -> None:
        super().__init__()
        self._phones, self.rows = phones, rows
        self._kept, self._place = "", 0
        self.setModel(rows)
        self.setAccessibleName(self.tr("Calls"))
        self.customContextMenuRequested.connect(self._show_menu)
        drawn = dress(self)
        drawn.call_wanted.connect(self._call)
        drawn.copy_wanted.connect(self._copy)
        self.activated.connect(self._call)
        rows.modelAboutToBeReset.connect(self._keep)
        rows.rebuilt.connect(self._restore)

    def enter(self) -> bool:
        """Give it the keyboard, with the first call unless another one is current; False if there is none."""
        if not self.rows.rowCount():
            return False
        if not self.currentIndex().isValid():
            self.setCurrentIndex(self.rows.index(FIRST))
        self.setFocus()
        return True

    def number(self) -> str:
        """The number of the call that is current; "" without one."""
        calls = self.rows.calls(self.currentIndex().row())
        return formatting.other_party(calls[0]).id if calls else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        typed = typed_on(event)
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy(self.currentIndex())
        elif event.key() == Qt.Key.Key_Up and self.currentIndex().row() <= FIRST and self.hasFocus():
            self.left.emit()
        elif typed is not None:
            self.typed.emit(typed)
        else:
            super().keyPressEvent(event)

    def menu_of(self, call: Call) -> QMenu:
        """What can be done with a call of the past."""
        menu = QMenu(self)
        party = formatting.other_party(call)
        if not party.id:
            return menu
        number, name = self._phones.show(party.id), self._phones.name_for(party)
        for icon, text, do in (
            ("phone", self.tr("Call {number}"), lambda: self.wanted.emit(party.id)),
            ("copy", self.tr("Copy {number}"), lambda: self._copy_number(number)),
            ("history", self.tr("All calls with {name}"), lambda: self.same.emit(name or number)),
        ):
            action = QAction(
                icons.icon(icon),
                caption(text.format(number=isolated(number), name=name or isolated(number))),
                menu,
            )
            action.triggered.connect(lambda _checked=False, do=do: do())
            menu.addAction(action)
        person = self._phones.person_of(party.id)
        if person is not None:
            kept = self._phones.kept
            action = QAction(self.tr("Favourite"), menu, checkable=True, checked=kept.is_favourite(person))
            action.triggered.connect(lambda wanted: kept.set_favourite(person, wanted))
            menu.addAction(action)
        return menu

    def _show_menu(self, at: QPoint) -> None:
        calls = self.rows.calls(self.indexAt(at).row())
        if calls:
            menu = self.menu_of(calls[0])
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.viewport().mapToGlobal(at))

    def _call(self, index: QModelIndex) -> None:
        calls = self.rows.calls(index.row())
        if calls and formatting.other_party(calls[0]).id:
            self.wanted.emit(formatting.other_party(calls[0]).id)

    def _copy(self, index: QModelIndex) -> None:
        calls = self.rows.calls(index.row())
        if calls and formatting.other_party(calls[0]).id:
            self._copy_number(self._phones.show(formatting.other_party(calls[0]).id))

    def _copy_number(self, number: str) -> None:
        QGuiApplication.clipboard().setText(number)
        self.copied.emit(number)

    def _keep(self) -> None:
        calls = self.rows.calls(self.currentIndex().row())
        self._kept = calls[0].id if calls else ""
        self._place = self.verticalScrollBar().value()

    def _restore(self) -> None:
        """What was current still is, and one reads on where one was."""
        row = self.rows.row_of(self._kept) if self._kept else -1
        if row >= 0:
            self.setCurrentIndex(self.rows.index(row))
        self.verticalScrollBar().setValue(self._place)

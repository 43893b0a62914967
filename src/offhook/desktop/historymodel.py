"""The calls of the call log as a table, newest first."""

from enum import Enum

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QGuiApplication

from offhook.call import Call, CallState, Cause, Direction
from offhook.desktop import formatting, icons
from offhook.desktop.bridge import spawn
from offhook.desktop.card import phrases
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.plaintext import tip
from offhook.desktop.refusals import refusal_text
from offhook.desktop.theme import colors
from offhook.errors import CallError

translate = QCoreApplication.translate

PAGE = 100
"""Calls that are read from the log at a time."""

MAX_CALLS = 20_000
"""Calls held in memory; for more there is `offhook calls --history`."""

COLUMNS = ("direction", "name", "number", "when", "duration", "cause")


class Kind(Enum):
    """Which calls are shown."""

    ALL = "all"
    MISSED = "missed"
    INCOMING = "incoming"
    OUTGOING = "outgoing"

    def has(self, call: Call) -> bool:
        """Is the call one of these?"""
        match self:
            case Kind.MISSED:
                return call.missed
            case Kind.INCOMING:
                return call.direction is Direction.INBOUND
            case Kind.OUTGOING:
                return call.direction is Direction.OUTBOUND
        return True


TOLD_APART = frozenset({Cause.ELSEWHERE, Cause.FORWARDED, Cause.TRANSFERRED, Cause.PARKED})
"""With these causes it is told where the call went."""

Index = QModelIndex | QPersistentModelIndex

NOWHERE = QModelIndex()


class HistoryModel(QAbstractTableModel):
    """Calls, newest first; older ones are read on scrolling. `failed` carries the error text."""

    failed = Signal(str)

    def __init__(self, phones: PhoneModel) -> None:
        super().__init__()
        self._phones = phones
        self._calls: list[Call] = []
        self._more = True
        self._reading: object | None = None
        """What stands for the reading that is going on."""
        phones.call_changed.connect(self._on_call)
        phones.link_changed.connect(self._on_link)
        if phones.connected:
            self.reload()

    def calls(self) -> list[Call]:
        """The calls read so far, newest first."""
        return self._calls

    def reload(self) -> None:
        """Read again from the newest."""
        self.beginResetModel()
        self._calls, self._more, self._reading = [], True, None
        self.endResetModel()
        self.fetchMore()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._calls)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (
            self.tr("Direction"),
            self.tr("Name"),
            self.tr("Number"),
            self.tr("When"),
            self.tr("How long"),
            self.tr("Result"),
        )[section]

    def data(self, index: Index, role: int = 0) -> object:
        call = self._calls[index.row()]
        column = COLUMNS[index.column()]
        if role == Qt.ItemDataRole.UserRole:
            return call
        if role == Qt.ItemDataRole.DecorationRole and column == "direction":
            color = colors(QGuiApplication.palette()).attention if call.missed else None
            return icons.icon("out" if call.direction is Direction.OUTBOUND else "in", color)
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(call, column)
        if role == Qt.ItemDataRole.ToolTipRole and column in ("name", "cause"):
            return tip(self.text(call, column))  # there is not always room for all of it
        return None

    def text(self, call: Call, column: str) -> str:
        """The text of a column."""
        party = formatting.other_party(call)
        talked = formatting.talked(call)
        match column:
            case "direction":
                return way_text(call)
            case "name":
                return self._phones.name_for(party)
            case "number":
                return self._phones.show(party.id) or formatting.privacy_text(party.privacy)
            case "when":
                return formatting.when_text(call.started)
            case "duration":
                return "" if talked is None else formatting.duration_text(talked)
            case _:
                return self._result(call)

    def _result(self, call: Call) -> str:
        """How it ended, and how it had come here."""
        return "; ".join(filter(None, (self.ending(call), self.origin(call))))

    def ending(self, call: Call) -> str:
        """How it ended, or what it does."""
        name = self._phones.text_for(formatting.other_party(call))
        if call.cause is None or call.state is not CallState.ON_HOOK:
            return formatting.state_text(call)
        if call.cause in TOLD_APART and call.redirected_to is not None:
            return phrases.happening(call, name, self._phones.text_for(call.redirected_to))
        return formatting.cause_text(call.cause)

    def origin(self, call: Call) -> str:
        """How it had come here; "" if it was simply dialled."""
        by = self._phones.text_for(call.redirecting) if call.redirecting is not None else ""
        return phrases.came_by(call, by)

    def canFetchMore(self, parent: Index = NOWHERE) -> bool:
        return self._more and self._reading is None and len(self._calls) < MAX_CALLS

    def fetchMore(self, parent: Index = NOWHERE) -> None:
        if self.canFetchMore():
            self._reading = reading = object()
            spawn(self._read(reading, self._calls[-1].started if self._calls else None))

    async def _read(self, reading: object, before: float | None) -> None:
        try:
            found = await self._phones.history(before, PAGE)
        except CallError as error:
            if reading is self._reading:
                self.failed.emit(refusal_text(error))
                self._more = False
            return
        finally:
            wanted = reading is self._reading
            if wanted:
                self._reading = None
        if not wanted:  # meanwhile it is read anew, from the newest
            return
        self._more = len(found) == PAGE
        known = {call.id for call in self._calls}
        new = [call for call in found if call.id not in known]
        if new:
            first = len(self._calls)
            self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
            self._calls += new
            self.endInsertRows()

    def _on_call(self, call: Call) -> None:
        for at, known in enumerate(self._calls[:PAGE]):
            if known.id == call.id:
                self._calls[at] = call
                self.dataChanged.emit(self.index(at, 0), self.index(at, len(COLUMNS) - 1))
                return
        self.beginInsertRows(QModelIndex(), 0, 0)
        self._calls.insert(0, call)
        self.endInsertRows()

    def _on_link(self, up: bool) -> None:
        if up:
            self.reload()


def way_text(call: Call) -> str:
    """What kind of call it was, in a word."""
    if call.direction is Direction.OUTBOUND:
        return translate("HistoryModel", "Outgoing")
    if call.missed:
        return translate("HistoryModel", "Missed")
    if call.connected is None and call.cause is Cause.ELSEWHERE:
        return translate("HistoryModel", "Answered elsewhere")
    if call.connected is None and call.cause is Cause.FORWARDED:
        return translate("HistoryModel", "Forwarded")
    return translate("HistoryModel", "Incoming")

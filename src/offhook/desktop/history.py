"""The call history: the calls of the call log, with a filter and an export."""

import csv
import io
import unicodedata
from datetime import datetime

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFileDialog,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTableView,
    QWidget,
)

from offhook.call import Call, Cause, Direction
from offhook.desktop import formatting, icons
from offhook.desktop.bridge import spawn
from offhook.desktop.layouts import column, row
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.plaintext import label
from offhook.desktop.refusals import refusal_text
from offhook.desktop.theme import colors
from offhook.errors import CallError

PAGE = 100
"""Calls that are read from the log at a time."""

MAX_CALLS = 20_000
"""Calls held in memory; for more there is `offhook calls --history`."""

COLUMNS = ("direction", "name", "number", "when", "duration", "cause")

Index = QModelIndex | QPersistentModelIndex

NOWHERE = QModelIndex()


class HistoryModel(QAbstractTableModel):
    """Calls, newest first; older ones are read on scrolling. `failed` carries the error text."""

    failed = Signal(str)

    def __init__(self, phones: PhoneModel) -> None:
        super().__init__()
        self._phones = phones
        self._calls: list[Call] = []
        self._more, self._reading = True, False
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
        self._calls, self._more = [], True
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
            return icons.icon("out" if call.direction is Direction.OUTBOUND else "in")
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(call, column)
        return None

    def text(self, call: Call, column: str) -> str:
        """The text of a column."""
        party = formatting.other_party(call)
        talked = formatting.talked(call)
        match column:
            case "direction":
                return self.tr("Outgoing") if call.direction is Direction.OUTBOUND else self.tr("Incoming")
            case "name":
                return party.name or self._phones.name_of(party.id)
            case "number":
                return self._phones.show(party.id)
            case "when":
                return formatting.when_text(call.started)
            case "duration":
                return "" if talked is None else formatting.duration_text(talked)
            case _:
                return formatting.cause_text(call.cause) if call.cause else formatting.state_text(call)

    def canFetchMore(self, parent: Index = NOWHERE) -> bool:
        return self._more and not self._reading and len(self._calls) < MAX_CALLS

    def fetchMore(self, parent: Index = NOWHERE) -> None:
        if self.canFetchMore():
            self._reading = True
            spawn(self._read(self._calls[-1].started if self._calls else None))

    async def _read(self, before: float | None) -> None:
        try:
            found = await self._phones.history(before, PAGE)
        except CallError as error:
            self.failed.emit(refusal_text(error))
            self._more = False
            return
        finally:
            self._reading = False
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


class History(QWidget):
    """The table, the filter above it, and the export."""

    def __init__(self, phones: PhoneModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._phones = phones
        self.model = HistoryModel(phones)
        self.model.setParent(self)
        self.model.failed.connect(self._say_bad)
        self.shown = QSortFilterProxyModel(self)
        self.shown.setSourceModel(self.model)
        self.shown.setFilterKeyColumn(-1)
        self.shown.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.filter = QLineEdit(placeholderText=self.tr("Filter by name, number or result"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setAccessibleName(self.tr("Filter"))
        self.filter.textChanged.connect(self.shown.setFilterFixedString)
        self.export = QPushButton(self.tr("&Export …"))
        self.export.clicked.connect(self._ask_file)
        self.message = label(wrap=True)
        self.message.hide()
        self._build_table()
        line = row()
        line.addWidget(self.filter, 1)
        line.addWidget(self.export)
        whole = column(self)
        whole.addLayout(line)
        whole.addWidget(self.message)
        whole.addWidget(self.table, 1)
        self.setFocusProxy(self.filter)

    def _build_table(self) -> None:
        self.table = QTableView()
        self.table.setModel(self.shown)
        self.table.setAccessibleName(self.tr("Calls"))
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.table.setAlternatingRowColors(True)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(COLUMNS.index("name"), QHeaderView.ResizeMode.Stretch)
        self.table.activated.connect(self._redial)
        action = QAction(icons.icon("phone"), self.tr("Call"), self.table)
        action.triggered.connect(lambda: self._redial(self.table.currentIndex()))
        self.table.addAction(action)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def _redial(self, index: QModelIndex) -> None:
        if index.isValid():
            spawn(self._dial(index.data(Qt.ItemDataRole.UserRole)))

    async def _dial(self, call: Call) -> None:
        try:
            await self._phones.dial(formatting.other_party(call).id)
        except CallError as error:
            self._say_bad(refusal_text(error))

    def _say_bad(self, text: str) -> None:
        self.message.setStyleSheet(f"color: {colors(self.palette()).bad.name()}")
        self.message.setText(text)
        self.message.show()

    def _ask_file(self) -> None:
        file, _ = QFileDialog.getSaveFileName(
            self, self.tr("Export the calls shown"), "calls.csv", self.tr("Tables (*.csv)")
        )
        if file:
            self.save(file)

    def save(self, file: str) -> None:
        """Write the filtered calls as CSV, and show the result in the window."""
        rows = [self.shown.index(line, 0) for line in range(self.shown.rowCount())]
        text = export_csv([index.data(Qt.ItemDataRole.UserRole) for index in rows])
        try:
            with open(file, "w", encoding="utf-8-sig", newline="") as out:
                out.write(text)
        except OSError as error:
            self._say_bad(
                self.tr("{file} cannot be written: {reason}. Choose another folder.").format(
                    file=file, reason=error.strerror
                )
            )
        else:
            self.message.setStyleSheet("")
            self.message.setText(self.tr("%n call(s) written to {file}", "", len(rows)).format(file=file))
            self.message.show()


def export_csv(calls: list[Call]) -> str:
    """The calls as CSV with a heading, times in ISO 8601 with offset, durations in seconds."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["direction", "name", "number", "terminal", "started", "seconds", "cause"])
    for call in calls:
        party = formatting.other_party(call)
        started = datetime.fromtimestamp(call.started).astimezone().isoformat(timespec="seconds")
        talked = formatting.talked(call)
        seconds = "" if talked is None else str(round(talked))
        cause = (call.cause or Cause.NORMAL).value if call.ended else ""
        row = [call.direction.value, party.name, party.id, call.terminal, started, seconds, cause]
        writer.writerow([_harmless(field) for field in row])
    return out.getvalue()


def _harmless(field: str) -> str:
    """Defuse formulas: a spreadsheet would run a name that begins like one, also after blanks or a quote, and
    with a full-width equals sign (U+FF1D)."""
    first = unicodedata.normalize("NFKC", field.lstrip(_BEFORE_FORMULA)[:1])
    formula = first in ("=", "+", "-", "@") or field[:1] in ("\t", "\r", "\n")
    return f"'{field}" if formula and not _is_number(field) else field


_BEFORE_FORMULA = " \t\r\n\v\f\u00a0\u3000\ufeff\u200b\u2060\"'`"
"""Characters that programs ignore before a formula."""


def _is_number(field: str) -> bool:
    return field.lstrip("+-").replace(" ", "").isdecimal()

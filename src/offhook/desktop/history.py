"""The call history: the calls of the call log, with filters and an export."""

import logging

from PySide6.QtCore import QEvent, QModelIndex, QObject, QSortFilterProxyModel, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTableView,
    QWidget,
)

from offhook.call import Call, ClearMissed
from offhook.desktop import formatting, icons
from offhook.desktop.bridge import spawn
from offhook.desktop.callexport import export_csv
from offhook.desktop.historymodel import COLUMNS, HistoryModel, Index, Kind
from offhook.desktop.layouts import column, row
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.plaintext import label
from offhook.desktop.refusals import refusal_text
from offhook.desktop.theme import colors
from offhook.errors import CallError

SEEN = frozenset({QEvent.Type.Show, QEvent.Type.WindowActivate, QEvent.Type.Enter})
"""That a call was missed is no sign that somebody is there: the window may stand open all day."""

logger = logging.getLogger(__name__)


class ShownCalls(QSortFilterProxyModel):
    """The calls of a kind whose texts have what is searched."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kind = Kind.ALL
        self.setFilterKeyColumn(-1)
        self.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)

    def show_kind(self, kind: Kind) -> None:
        """Show only these."""
        self._kind = kind
        self.invalidate()

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        call = self.sourceModel().index(row, 0, parent).data(Qt.ItemDataRole.UserRole)
        return self._kind.has(call) and super().filterAcceptsRow(row, parent)


class History(QWidget):
    """The table, the filters above it, and the export.

    Who looks at it has seen the missed calls: they are no longer counted, in none of the user's programs.
    """

    def __init__(self, phones: PhoneModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._phones = phones
        self._clearing = False
        self.model = HistoryModel(phones)
        self.model.setParent(self)
        self.model.failed.connect(self._say_bad)
        self.shown = ShownCalls(self)
        self.shown.setSourceModel(self.model)
        self.filter = QLineEdit(placeholderText=self.tr("Filter by name, number or result"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setAccessibleName(self.tr("Filter"))
        self.filter.textChanged.connect(self.shown.setFilterFixedString)
        self.kind = QComboBox()
        self.kind.setAccessibleName(self.tr("Which calls"))
        for kind, text in (
            (Kind.ALL, self.tr("All calls")),
            (Kind.MISSED, self.tr("Missed")),
            (Kind.INCOMING, self.tr("Incoming")),
            (Kind.OUTGOING, self.tr("Outgoing")),
        ):
            self.kind.addItem(text, kind)
        self.kind.currentIndexChanged.connect(lambda at: self.shown.show_kind(self.kind.itemData(at)))
        self.export = QPushButton(self.tr("&Export …"))
        self.export.clicked.connect(self._ask_file)
        self.message = label(wrap=True)
        self.message.hide()
        self._build_table()
        line = row()
        line.addWidget(self.kind)
        line.addWidget(self.filter, 1)
        line.addWidget(self.export)
        whole = column(self)
        whole.addLayout(line)
        whole.addWidget(self.message)
        whole.addWidget(self.table, 1)
        self.setFocusProxy(self.filter)

    def show_missed(self) -> None:
        """Show the missed calls."""
        self.kind.setCurrentIndex(self.kind.findData(Kind.MISSED))

    def event(self, event: QEvent) -> bool:
        """Somebody looks at it who has it shown, brings its window to the front, or points at it."""
        done = super().event(event)
        if event.type() in SEEN:
            self._look()
        return done

    def _look(self) -> None:
        phone = self._phones.phone
        seen = self.isVisible() and self.isActiveWindow() and not self._clearing
        if phone is not None and phone.missed and seen:
            self._clearing = True
            spawn(self._clear(phone.id))

    async def _clear(self, terminal: str) -> None:
        try:
            await self._phones.perform(ClearMissed(terminal))
        except CallError as error:
            logger.info("the missed calls are still counted: %s", error)
        finally:
            self._clearing = False

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
        for name in ("name", "cause"):
            header.setSectionResizeMode(COLUMNS.index(name), QHeaderView.ResizeMode.Stretch)
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

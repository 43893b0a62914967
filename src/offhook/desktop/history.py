"""The calls of the call log: all or one kind of them, searched, and exported."""

import logging
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QFileDialog,
    QPushButton,
    QStackedLayout,
    QToolButton,
    QWidget,
)

from offhook.call import ClearMissed
from offhook.desktop import icons
from offhook.desktop.bridge import spawn
from offhook.desktop.callexport import export_csv
from offhook.desktop.calllist import CallList, CallRows
from offhook.desktop.historymodel import HistoryModel, Index, Kind
from offhook.desktop.layouts import GRID, column, row
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.plaintext import empty_note, label, tip, without_mnemonic
from offhook.desktop.refusals import refusal_text
from offhook.desktop.rows import MOVES
from offhook.desktop.suggestions import as_number
from offhook.desktop.theme import colors, ink
from offhook.errors import CallError

SEEN = frozenset({QEvent.Type.Show, QEvent.Type.WindowActivate, QEvent.Type.Enter})
"""That a call was missed is no sign that somebody is there: the window may stand open all day."""

NARROW = 400
"""Up to this width the export has its icon alone, beside the kinds of calls, in logical pixels."""

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


class Kinds(QWidget):
    """A button for each kind of calls, one of which is pressed."""

    def __init__(self, show: Callable[[Kind], None]) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Which calls"))
        group = QButtonGroup(self)
        line = row(GRID // 2)
        line.setContentsMargins(0, 0, 0, 0)
        self.buttons: dict[Kind, QToolButton] = {}
        for kind, text in (
            (Kind.ALL, self.tr("All")),
            (Kind.MISSED, self.tr("Missed")),
            (Kind.INCOMING, self.tr("Incoming")),
            (Kind.OUTGOING, self.tr("Outgoing")),
        ):
            button = QToolButton()
            button.setText(text)
            button.setCheckable(True)
            button.setAutoRaise(True)
            button.setMinimumHeight(4 * GRID)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.clicked.connect(partial(_press, show, kind))
            group.addButton(button)
            line.addWidget(button)
            self.buttons[kind] = button
        self.buttons[Kind.ALL].setChecked(True)
        line.addStretch(1)
        self.setLayout(line)


def _press(show: Callable[[Kind], None], kind: Kind, _checked: bool = False) -> None:
    show(kind)


class History(QWidget):
    """The list, what chooses among the calls above it, and the export. While it is shown, the line above
    searches here; `searched` has a text that is to stand there.

    Who looks at it has seen the missed calls: they are no longer counted, in none of the user's programs.
    """

    searched = Signal(str)

    def __init__(self, phones: PhoneModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._phones = phones
        self._clearing = False
        self._kind, self._text = Kind.ALL, ""
        self.prompt = self.tr("Name, number or result of a call")
        self.model = HistoryModel(phones)
        self.model.setParent(self)
        self.model.failed.connect(self._say_bad)
        self.shown = ShownCalls(self)
        self.shown.setSourceModel(self.model)
        self.rows = CallRows(phones, self.model, self.shown)
        self.rows.setParent(self)
        self.rows.rebuilt.connect(self._show_empty)
        self.kinds = Kinds(self.show_kind)
        self._export_text = self.tr("&Export …")
        self.export = QPushButton(icons.icon("save"), self._export_text)
        self.export.setAccessibleName(without_mnemonic(self._export_text))
        self.export.setToolTip(tip(self.export.accessibleName()))
        self.export.clicked.connect(self._ask_file)
        self.message = label(wrap=True)
        self.message.hide()
        self.list = CallList(phones, self.rows)
        self.list.wanted.connect(lambda number: spawn(self._dial(number)))
        self.list.copied.connect(self._on_copied)
        self.list.same.connect(self._show_same)
        self.empty = empty_note()
        self._lay_out()
        self._show_empty()

    def _lay_out(self) -> None:
        line = row()
        line.addWidget(self.kinds, 1)
        line.addWidget(self.export)
        self._stack = QStackedLayout()
        whole = column(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(line)
        whole.addWidget(self.message)
        whole.addLayout(self._stack, 1)
        # Not before: it shows the first one at once, which is a window of its own until it stands somewhere.
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.empty)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.export.setText("" if self.width() < NARROW else self._export_text)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "export"):
            self.export.setIcon(icons.icon("save"))
        super().changeEvent(event)

    def show_kind(self, kind: Kind) -> None:
        """Show the calls of this kind."""
        self._kind = kind
        self.kinds.buttons[kind].setChecked(True)
        self.message.hide()
        self.shown.show_kind(kind)
        self.rows.rebuild()

    def show_missed(self) -> None:
        """Show the missed calls."""
        self.show_kind(Kind.MISSED)

    def _show_same(self, text: str) -> None:
        self.show_kind(Kind.ALL)
        self.search(text)
        self.searched.emit(text)

    # The line above (`Finder`).

    def search(self, text: str) -> None:
        """Show the calls of the kind that fit this, or all of them."""
        if text != self._text:
            self._text = text
            self.message.hide()
            self.shown.setFilterFixedString(text)
            self.rows.rebuild()

    def step(self, event: QKeyEvent) -> bool:
        """Arrows in the line move in the list."""
        if event.key() not in MOVES or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        QApplication.sendEvent(self.list, event)
        return True

    def enter(self) -> bool:
        """Return goes to the calls that were found, where Return calls."""
        return bool(self._text) and self.list.enter()

    def number(self) -> str:
        """The number of the call that is current."""
        return self.list.number()

    def _show_empty(self) -> None:
        """Instead of an empty list: why it is, and what to do."""
        text = self._text
        number = as_number(self._phones, text) if text else None
        if number is not None:
            said = self.tr("No call fits {text}. Return: {call}").format(text=text, call=number.name)
        elif text:
            said = self.tr("No call fits {text}. Type less of it, or choose All.").format(text=text)
        elif not self._phones.connected:
            said = self.tr("The calls are shown as soon as the Call Manager can be reached.")
        else:
            said = {
                Kind.ALL: self.tr("No calls yet. Type a name or a number above to make the first one."),
                Kind.MISSED: self.tr("You have missed no call."),
                Kind.INCOMING: self.tr("Nobody has called you yet."),
                Kind.OUTGOING: self.tr("You have called nobody yet. Type a name or a number above."),
            }[self._kind]
        self.empty.setText(said)
        some = self.rows.rowCount() > 0
        self._stack.setCurrentWidget(self.list if some else self.empty)
        self.setFocusProxy(self.list if some else self.kinds.buttons[self._kind])
        self.export.setEnabled(some)

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

    async def _dial(self, number: str) -> None:
        try:
            await self._phones.dial(number)
        except CallError as error:
            self._say_bad(refusal_text(error))
        else:
            self.message.hide()

    def _on_copied(self, number: str) -> None:
        self._say(self.tr("{number} is copied.").format(number=number))

    def _say(self, text: str) -> None:
        ink(self.message, None)
        self.message.setText(text)
        self.message.show()

    def _say_bad(self, text: str) -> None:
        ink(self.message, colors(self.palette()).bad)
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
            self._say(self.tr("%n call(s) written to {file}", "", len(rows)).format(file=file))

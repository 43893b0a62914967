"""A page with a list of tables of the configuration file, and the settings of the one chosen."""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMessageBox, QPushButton, QStackedWidget, QWidget

from offhook.desktop import icons
from offhook.desktop.layouts import GRID, column, on_grid, plain_list, row
from offhook.desktop.plaintext import label, message_box
from offhook.desktop.settings.page import SettingsPage
from offhook.desktop.theme import colors
from offhook.errors import ConfigError

LINES = 3
"""Entries that are seen at a time; most sites have one or two."""


@dataclass(frozen=True, slots=True)
class ListTexts:
    """What a page of this kind says. `wait` is what is said while others have changes that are not saved."""

    title: str
    list: str
    intro: str
    add: str
    ask: str
    wait: str


class ListedPages(QWidget):
    """`make` builds the page of the entry at a place, `remove` takes one out of the configuration."""

    saved = Signal()
    changed = Signal()

    def __init__(
        self,
        texts: ListTexts,
        count: int,
        make: Callable[[int], SettingsPage],
        remove: Callable[[int], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.title, self._texts, self._make, self._remove = texts.title, texts, make, remove
        self.pages: list[SettingsPage] = []
        self.list = plain_list()
        self.list.setAccessibleName(texts.list)
        high = on_grid(self.list.fontMetrics().height() + GRID)
        self.list.setFixedHeight(LINES * high + 2 * self.list.frameWidth())
        self.add = QPushButton(icons.icon("add"), texts.add)
        self.add.clicked.connect(self.begin)
        self.remove = QPushButton(self.tr("&Remove"))
        self.remove.clicked.connect(self._ask)
        self.message = label(wrap=True)
        self.message.hide()
        self.question: QMessageBox | None = None
        self._stack = QStackedWidget()
        buttons = row()
        buttons.addWidget(self.add)
        buttons.addWidget(self.remove)
        buttons.addStretch(1)
        whole = column(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(label(texts.intro, wrap=True))
        whole.addWidget(self.list)
        whole.addLayout(buttons)
        whole.addWidget(self.message)
        whole.addWidget(self._stack, 1)
        self.list.currentRowChanged.connect(self._show)
        for at in range(count):
            self._put(at)
        if not count:
            self._show(-1)
        self.list.setCurrentRow(0)

    @abstractmethod
    def name(self, at: int) -> str:
        """What the entry at a place is called in the list."""

    @abstractmethod
    def first(self, at: int) -> str:
        """The key of the field that is filled in first."""

    @property
    def unsaved(self) -> bool:
        """Is there anything that is not saved?"""
        return any(page.unsaved for page in self.pages)

    def say_saved(self, text: str) -> None:
        """Say that it is saved, and what comes of it."""
        self.message.setStyleSheet(f"color: {colors(self.palette()).good.name()}")
        self.message.setText(text)
        self.message.show()

    def begin(self) -> None:
        """Begin an entry; it is one once it is saved."""
        self._put(len(self.pages))
        self.list.setCurrentRow(len(self.pages) - 1)
        self.pages[-1].editors[self.first(len(self.pages) - 1)].setFocus()

    def remove_current(self) -> None:
        """Take the entry that is chosen out of the configuration."""
        at = self.list.currentRow()
        if not 0 <= at < len(self.pages):
            return
        try:
            self._remove(at)
        except ConfigError as error:
            self._complain(str(error))
            return
        for page in self.pages[at:]:  # those behind it have other places in the file now
            page.changed.disconnect(self._on_changed)
            self.list.takeItem(at)
            self._stack.removeWidget(page)
            page.deleteLater()
        last, self.pages = len(self.pages) - 1, self.pages[:at]
        for place in range(at, last):
            self._put(place)
        self._show(self.list.currentRow())
        self.changed.emit()
        self.saved.emit()

    def _put(self, at: int) -> None:
        page = self._make(at)
        self.pages.append(page)
        self._stack.addWidget(page)
        self.list.addItem(self.name(at))
        page.changed.connect(self._on_changed)
        page.saved.connect(self.saved)

    def _show(self, at: int) -> None:
        if 0 <= at < len(self.pages):
            self._stack.setCurrentWidget(self.pages[at])
        self._stack.setVisible(bool(self.pages))
        self.remove.setEnabled(0 <= at < len(self.pages))

    def _on_changed(self) -> None:
        for at in range(len(self.pages)):
            self.list.item(at).setText(self.name(at))
        self.changed.emit()

    def _ask(self) -> None:
        at = self.list.currentRow()
        others = [page for page in self.pages if page is not self.pages[at]]
        if any(page.unsaved for page in others):
            self._complain(self._texts.wait)
            return
        text = self._texts.ask.format(entry=self.name(at))
        self.question = message_box(QMessageBox.Icon.Question, self.title, text)
        buttons = QMessageBox.StandardButton
        self.question.setStandardButtons(buttons.Yes | buttons.Cancel)
        self.question.button(buttons.Yes).setText(self.tr("Remove"))
        self.question.setDefaultButton(buttons.Cancel)
        self.question.accepted.connect(self.remove_current)
        self.question.open()

    def _complain(self, text: str) -> None:
        self.message.setStyleSheet(f"color: {colors(self.palette()).bad.name()}")
        self.message.setText(text)
        self.message.show()

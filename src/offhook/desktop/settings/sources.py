"""The page of the directory: the list of its sources, and the settings of the one chosen."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QListWidget,
    QMessageBox,
    QPushButton,
    QStackedWidget,
    QWidget,
)

from offhook.desktop import icons
from offhook.desktop.layouts import GRID, column, row
from offhook.desktop.plaintext import label, message_box
from offhook.desktop.settings.page import SettingsPage
from offhook.desktop.theme import colors
from offhook.errors import ConfigError

LINES = 3
"""Sources that are seen at a time; most sites have one or two."""


class SourcesPage(QWidget):
    """`make` builds the page of the source at a place, `remove` takes one out of the configuration."""

    saved = Signal()
    changed = Signal()

    def __init__(
        self,
        title: str,
        count: int,
        make: Callable[[int], SettingsPage],
        remove: Callable[[int], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.title, self._make, self._remove = title, make, remove
        self.pages: list[SettingsPage] = []
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Sources of the directory"))
        high = self.list.fontMetrics().height() + GRID
        self.list.setFixedHeight(LINES * high + 2 * self.list.frameWidth())
        self.add = QPushButton(icons.icon("add"), self.tr("&Add a source"))
        self.add.clicked.connect(self.add_source)
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
        intro = self.tr(
            "Names for numbers and numbers for names come from here. Where several know a number, the first "
            "one names it."
        )
        whole = column(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(label(intro, wrap=True))
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

    @property
    def unsaved(self) -> bool:
        """Is there anything that is not saved?"""
        return any(page.unsaved for page in self.pages)

    def say_saved(self, text: str) -> None:
        """Say that it is saved, and what comes of it."""
        self.message.setStyleSheet(f"color: {colors(self.palette()).good.name()}")
        self.message.setText(text)
        self.message.show()

    def add_source(self) -> None:
        """Begin a source; it is one once it is saved."""
        self._put(len(self.pages))
        self.list.setCurrentRow(len(self.pages) - 1)
        self.pages[-1].editors[f"directory.source.{len(self.pages) - 1}.type"].setFocus()

    def remove_current(self) -> None:
        """Take the source that is chosen out of the configuration."""
        at = self.list.currentRow()
        if not 0 <= at < len(self.pages):
            return
        try:
            self._remove(at)
        except ConfigError as error:
            self._complain(str(error))
            return
        page = self.pages.pop(at)
        page.undo()
        self.list.takeItem(at)
        self._stack.removeWidget(page)
        page.deleteLater()
        self.changed.emit()
        self.saved.emit()

    def _put(self, at: int) -> None:
        page = self._make(at)
        self.pages.append(page)
        self._stack.addWidget(page)
        self.list.addItem(self._name(at))
        page.changed.connect(self._on_changed)
        page.saved.connect(self.saved)

    def _show(self, at: int) -> None:
        if 0 <= at < len(self.pages):
            self._stack.setCurrentWidget(self.pages[at])
        self._stack.setVisible(bool(self.pages))
        self.remove.setEnabled(0 <= at < len(self.pages))

    def _on_changed(self) -> None:
        for at in range(len(self.pages)):
            self.list.item(at).setText(self._name(at))
        self.changed.emit()

    def _name(self, at: int) -> str:
        """What kind of source it is, and where."""
        editors = self.pages[at].editors
        kind = editors[f"directory.source.{at}.type"]
        assert isinstance(kind, QComboBox)
        key = "url" if kind.currentData() == "ldap" else "file"
        place = editors[f"directory.source.{at}.{key}"]
        assert isinstance(place, QLineEdit)
        if not kind.currentData():
            return self.tr("New source: choose its kind")
        return ", ".join(filter(None, (kind.currentText(), place.text())))

    def _ask(self) -> None:
        at = self.list.currentRow()
        others = [page for page in self.pages if page is not self.pages[at]]
        if any(page.unsaved for page in others):
            self._complain(self.tr("Save or undo the changes of the other sources first."))
            return
        text = self.tr("Remove {source} from the directory?").format(source=self._name(at))
        self.question = message_box(QMessageBox.Icon.Question, self.tr("Directory"), text)
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

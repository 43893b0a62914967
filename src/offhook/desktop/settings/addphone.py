"""What is asked of a phone that is to be added: its extension, and whose it is."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from offhook.config.edit import edited, read_text, save
from offhook.config.phones import added
from offhook.desktop.layouts import column, form, row
from offhook.desktop.plaintext import add_row, label
from offhook.desktop.theme import colors
from offhook.errors import ConfigError


class AddPhone(QWidget):
    """Writes the phone into the file, with a password that is made for it: then `added` has its extension.

    What is typed is checked at once. `check` raises `ConfigError` if the program could not start with it.
    """

    added = Signal(str)
    left = Signal()

    def __init__(
        self, file: Path, check: Callable[[str], None] | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._file, self._check = file, check
        self.number = QLineEdit(placeholderText="4000")
        self.name = QLineEdit(placeholderText="Kim")
        self.complaint = label(wrap=True)
        self.complaint.hide()
        self.add = QPushButton(self.tr("A&dd"))
        self.cancel = QPushButton(self.tr("Ca&ncel"))
        fields = form()
        add_row(fields, self.tr("E&xtension"), self.number)
        add_row(fields, self.tr("Na&me"), self.name)
        buttons = row()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.add)
        whole = column(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(fields)
        whole.addWidget(self.complaint)
        whole.addLayout(buttons)
        self.setFocusProxy(self.number)
        for line in (self.number, self.name):
            line.textChanged.connect(self._examine)
            line.returnPressed.connect(self._save)
        self.add.clicked.connect(self._save)
        self.cancel.clicked.connect(self.left)
        self._examine()

    def clear(self) -> None:
        """Begin anew."""
        self.number.clear()
        self.name.clear()

    @property
    def unsaved(self) -> bool:
        """Is anything typed?"""
        return bool(self.number.text().strip() or self.name.text().strip())

    def _examine(self) -> None:
        """Check while typing."""
        number = self.number.text().strip()
        self.complaint.hide()
        self.add.setEnabled(False)
        if not number:
            return
        try:
            text = read_text(self._file)
            edited(text, self._file, added(text, self._file, number, self.name.text().strip()))
        except ConfigError as error:
            self._complain(error)
        else:
            self.add.setEnabled(True)

    def _save(self) -> None:
        number = self.number.text().strip()
        if not self.add.isEnabled():
            return
        try:
            text = read_text(self._file)
            changes = added(text, self._file, number, self.name.text().strip())
            if self._check is not None:
                self._check(edited(text, self._file, changes))
            save(self._file, changes)
        except ConfigError as error:
            self._complain(error)
            return
        self.clear()
        self.added.emit(number)

    def _complain(self, error: ConfigError) -> None:
        said = f"{error.what}: {error.fix}" if error.fix else error.what
        if "already" in error.what:
            said = self.tr("There is a phone with this extension already. Take another one.")
        elif error.key.endswith(".id"):
            said = self.tr("This is no extension. Take digits, like 4000, or letters and digits.")
        self.complaint.setStyleSheet(f"color: {colors(self.palette()).bad.name()}")
        self.complaint.setText(said[:1].upper() + said[1:])
        self.complaint.show()

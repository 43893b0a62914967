"""Asks before changes in the settings are lost."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMessageBox, QWidget


class UnsavedQuestion(QMessageBox):
    """Emits `agreed` if they may be lost."""

    agreed = Signal()

    def __init__(self, pages: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setIcon(QMessageBox.Icon.Question)
        self.setWindowTitle("Offhook")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(self.tr("There are changes in Settings that are not saved. Quit Offhook?"))
        self.setInformativeText(self.tr("They are on: {pages}").format(pages=", ".join(pages)))
        self.stay = self.addButton(self.tr("&Stay"), QMessageBox.ButtonRole.RejectRole)
        self.lose = self.addButton(self.tr("&Quit without saving"), QMessageBox.ButtonRole.DestructiveRole)
        self.setDefaultButton(self.stay)
        self.setEscapeButton(self.stay)
        self.lose.clicked.connect(self.agreed)

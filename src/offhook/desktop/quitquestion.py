"""Asks before quitting during a call: it may be a mistake, and calls may depend on the program."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMessageBox, QWidget


class QuitQuestion(QMessageBox):
    """Emits `agreed` on Quit.

    `holds_calls`: the Call Manager of the call ends with the program. Not `own`: only colleagues are in calls
    whose phones depend on that.
    """

    agreed = Signal()

    def __init__(self, holds_calls: bool, own: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setIcon(QMessageBox.Icon.Question)
        self.setWindowTitle("Offhook")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(
            self.tr("You are in a call. Quit Offhook?")
            if own
            else self.tr("Others are in a call. Quit Offhook?")
        )
        if not own:
            self.setInformativeText(
                self.tr(
                    "They talk on at their phones, but nobody can make a new call until Offhook runs again."
                )
            )
        elif holds_calls:
            self.setInformativeText(
                self.tr("You talk on at your phone, but no new call is possible until Offhook runs again.")
            )
        else:
            self.setInformativeText(self.tr("The call goes on at your phone; you can hang up there."))
        self.stay = self.addButton(self.tr("&Stay"), QMessageBox.ButtonRole.RejectRole)
        self.leave = self.addButton(self.tr("&Quit"), QMessageBox.ButtonRole.AcceptRole)
        self.setDefaultButton(self.stay)
        self.setEscapeButton(self.stay)
        self.leave.clicked.connect(self.agreed)

"""The About dialog with the diagnosis: what support needs to know, without secrets."""

import platform
import sys
from collections.abc import Awaitable, Callable, Sequence

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QPushButton, QWidget
from shiboken6 import isValid

from offhook import __version__
from offhook.config import Config
from offhook.desktop import icons
from offhook.desktop.bridge import spawn
from offhook.desktop.layouts import column, row
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.plaintext import label
from offhook.directory import SourceState


def report(config: Config, phones: PhoneModel, tsp: str) -> str:
    """The state of all parts as text. It contains no password, token or phone number."""
    place = phones.manager.place
    lines = [
        f"Offhook {__version__}",
        f"Python {platform.python_version()}, Qt {qVersion()}, {QGuiApplication.platformName()}",
        f"{platform.system()} {platform.release()} {platform.machine()}",
        f"configuration: {config.file or 'built-in settings'}",
        f"Call Manager: {config.sscp.url or 'on this computer'}, "
        + (
            f"connected{f' to {place}' if place not in ('', config.sscp.url) else ''}"
            if phones.connected
            else f"not connected: {phones.problem or 'connecting'}"
        ),
        f"TSP session: {tsp}",
        f"phones: {len(phones.terminals)}, calling from {'one' if phones.terminal else 'none'}",
        f"live calls: {len(phones.calls())}",
        f"directory: {_directory(phones)}",
        f"command: {sys.executable}",
    ]
    return "\n".join(lines)


def _directory(phones: PhoneModel) -> str:
    states: Sequence[SourceState] = getattr(phones.directory, "states", list)()
    if not states:
        return "none"
    away = sum(one.failure is not None for one in states)
    people = sum(one.people for one in states)
    return f"sources: {len(states)}, of which cannot be read: {away}, people: {people}"


class About(QDialog):
    """Version and diagnosis, with a button that copies it. `look` finds faults, and gives them as text."""

    def __init__(
        self, text: Callable[[], str], look: Callable[[], Awaitable[str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look = look
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("About Offhook"))
        self.setMinimumSize(520, 360)
        picture = label()
        picture.setPixmap(icons.app_icon().pixmap(48, 48))
        title = label(f"Offhook {__version__}")
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setBold(True)
        title.setFont(font)
        self.text = QPlainTextEdit(text(), readOnly=True)
        self.text.setAccessibleName(self.tr("Diagnosis"))
        self.text.setTabChangesFocus(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy = QPushButton(self.tr("&Copy"))
        buttons.addButton(self.copy, QDialogButtonBox.ButtonRole.ActionRole)
        self.copy.clicked.connect(self._copy)
        self.faults = QPushButton(self.tr("Look for &faults"))
        buttons.addButton(self.faults, QDialogButtonBox.ButtonRole.ActionRole)
        self.faults.clicked.connect(self._find)
        buttons.rejected.connect(self.reject)
        head = row(12)
        head.addWidget(picture)
        head.addWidget(title, 1)
        whole = column(self, 12)
        whole.addLayout(head)
        whole.addWidget(label(self.tr("Click-to-dial on open standards. For help, copy this:"), wrap=True))
        whole.addWidget(self.text, 1)
        whole.addWidget(buttons)

    def _find(self) -> None:
        self.faults.setEnabled(False)
        self.faults.setText(self.tr("Looking for faults …"))
        spawn(self._look_for_them())

    async def _look_for_them(self) -> None:
        found = await self._look()
        if isValid(self):  # not closed meanwhile
            self.show_faults(found)

    def show_faults(self, found: str) -> None:
        """Add what was found to the diagnosis."""
        self.text.appendPlainText(f"\n{found}")
        self.faults.setText(self.tr("Look for &faults"))
        self.faults.setEnabled(True)
        self.copy.setText(self.tr("&Copy"))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.copy.setText(self.tr("Copied"))

"""A configuration with which Offhook cannot start: what is wrong, and the ways to it."""

from collections.abc import Callable, Sequence
from enum import IntEnum
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QScrollArea, QTabWidget, QWidget

from offhook.desktop.icons import app_icon
from offhook.desktop.layouts import column
from offhook.desktop.plaintext import label
from offhook.desktop.settings.page import SettingsPage

SIZE = (560, 260)

SETTINGS_SIZE = (680, 560)


class Answer(IntEnum):
    """What the person wants."""

    QUIT = 0
    AGAIN = 1
    SETTINGS = 2


class BrokenConfiguration(QDialog):
    """Its result is an `Answer`. `changeable`: the settings can be shown, for the file itself can be read."""

    def __init__(self, problem: str, file: Path, changeable: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._file = file
        self.setWindowTitle(self.tr("Offhook cannot start"))
        self.setWindowIcon(app_icon())
        self.resize(*SIZE)
        self.problem = label(problem, wrap=True)
        self.file = label(str(file), wrap=True)
        whole = column(self, 12)
        whole.addWidget(label(self.tr("Something in the settings has to be corrected first:"), wrap=True))
        whole.addWidget(self.problem)
        whole.addWidget(self.file)
        whole.addStretch(1)
        buttons = QDialogButtonBox()
        roles = QDialogButtonBox.ButtonRole
        self.settings = buttons.addButton(self.tr("Open &settings"), roles.ActionRole)
        self.open_file = buttons.addButton(self.tr("Open &file"), roles.ActionRole)
        self.again = buttons.addButton(self.tr("Try &again"), roles.ActionRole)
        self.quit = buttons.addButton(self.tr("&Quit"), roles.RejectRole)
        self.settings.setVisible(changeable)
        self.settings.clicked.connect(lambda: self.done(Answer.SETTINGS))
        self.open_file.clicked.connect(self._open)
        self.again.clicked.connect(lambda: self.done(Answer.AGAIN))
        self.quit.clicked.connect(lambda: self.done(Answer.QUIT))
        (self.settings if changeable else self.open_file).setDefault(True)
        whole.addWidget(buttons)

    def _open(self) -> None:
        """In the program that the desktop has for such files; else for its folder."""
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._file))):
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._file.parent)))


class SettingsAlone(QDialog):
    """The pages of the settings, without a window; accepted when one has been saved."""

    def __init__(self, pages: Callable[[], Sequence[SettingsPage]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self.setWindowIcon(app_icon())
        self.resize(*SETTINGS_SIZE)
        self.tabs = QTabWidget()
        for page in pages():
            area = QScrollArea(widgetResizable=True)
            area.setFrameShape(QScrollArea.Shape.NoFrame)
            area.setWidget(page)
            page.saved.connect(self.accept)
            self.tabs.addTab(area, page.title)
        column(self, 0).addWidget(self.tabs)

"""The menu at the foot of the rail, and the keys of the window."""

import sys
from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from offhook.desktop.rail import Page, key

Keys = QKeySequence.StandardKey | str


class ProgramMenu(QMenu):
    """What concerns the program and none of its pages."""

    quit_wanted = Signal()
    about_wanted = Signal()
    install_wanted = Signal(bool)
    shortcuts_wanted = Signal()
    page_wanted = Signal(Page)
    line_wanted = Signal()
    menu_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Offhook"))
        self.install = self._action(self.tr("TSP &install"), lambda: self.install_wanted.emit(True))
        self.uninstall = self._action(self.tr("TSP &uninstall"), lambda: self.install_wanted.emit(False))
        self.shortcuts = self._action(self.tr("&Keyboard shortcuts"), self.shortcuts_wanted.emit, "F1")
        self.about = self._action(self.tr("&About and diagnosis"), self.about_wanted.emit)
        self.quit = self._action(self.tr("&Quit"), self.quit_wanted.emit, QKeySequence.StandardKey.Quit)
        if not self.quit.shortcuts():  # Windows has no such key of its own
            self.quit.setShortcut(QKeySequence("Ctrl+Q"))
        if sys.platform == "win32":
            self.addAction(self.install)
            self.addAction(self.uninstall)
            self.addSeparator()
        for action in (self.shortcuts, self.about):
            self.addAction(action)
        self.addSeparator()
        self.addAction(self.quit)
        self._line = self._action(self.tr("Name or number"), self.line_wanted.emit, "Ctrl+L", "Ctrl+D")
        self._open = self._action(self.tr("More"), self.menu_wanted.emit, "F10")
        self._pages = [self._to(page) for page in Page]

    def actions_with_keys(self) -> list[QAction]:
        """The actions with a key: the window has them, so that they work while the menu is closed."""
        return [self.shortcuts, self.quit, self._line, self._open, *self._pages]

    def _to(self, page: Page) -> QAction:
        keys = (key(page), "Ctrl+,") if page is Page.SETTINGS else (key(page),)
        return self._action("", lambda: self.page_wanted.emit(page), *keys)

    def _action(self, text: str, slot: Callable[[], object], *keys: Keys) -> QAction:
        action = QAction(text, self)
        action.setShortcuts([QKeySequence(one) for one in keys if not QKeySequence(one).isEmpty()])
        action.triggered.connect(lambda _checked=False: slot())
        return action

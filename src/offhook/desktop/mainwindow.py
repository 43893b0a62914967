"""The main window: dial, contacts, history, settings; the menus; whether calls can be made."""

import sys
from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence
from PySide6.QtWidgets import QLabel, QMainWindow, QScrollArea, QTabWidget, QWidget

from offhook.desktop import icons
from offhook.desktop.callstrip import CallStrip
from offhook.desktop.contacts import Contacts
from offhook.desktop.dialbox import DialBox
from offhook.desktop.formatting import missed_text
from offhook.desktop.history import History
from offhook.desktop.layouts import column
from offhook.desktop.ownphone import OwnPhone
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.plaintext import tip
from offhook.desktop.preferences import Preferences

SIZE = (640, 520)
MARGIN = 12

SAID_MS = 15_000
"""How long a message is shown."""

HISTORY = 2
"""The index of the tab with the calls."""

TAB_ICONS = ("phone", "people", "history", "settings")
"""The icons of the tabs, in order."""


class MainWindow(QMainWindow):
    """Closing hides the window if there is a tray icon to show it again; `quit_wanted` ends the program."""

    quit_wanted = Signal()
    about_wanted = Signal()
    install_wanted = Signal(bool)

    def __init__(
        self,
        phones: PhoneModel,
        preferences: Preferences,
        settings: Callable[[], list[tuple[str, QWidget]]],
        in_tray: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._phones, self._preferences, self._in_tray = phones, preferences, in_tray
        self.setWindowTitle("Offhook")
        self.setWindowIcon(icons.app_icon())
        self.dialbox, self.contacts, self.history = DialBox(phones), Contacts(phones), History(phones)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for widget, text in (
            (self.dialbox, self.tr("&Dial")),
            (self.contacts, self.tr("Co&ntacts")),
            (self.history, self.tr("Histor&y")),
        ):
            self.tabs.addTab(_framed(widget), text)
        self.settings = QTabWidget()
        for title, page in settings():
            area = QScrollArea(widgetResizable=True)
            area.setFrameShape(QScrollArea.Shape.NoFrame)
            area.setWidget(_framed(page))
            self.settings.addTab(area, title)
        self.tabs.addTab(self.settings, self.tr("&Settings"))
        self.strip, self.own = CallStrip(phones), OwnPhone(phones)
        self.own.refused.connect(self.say)
        self.own.setContentsMargins(MARGIN, 0, MARGIN, 4)
        central = QWidget()
        self._whole = whole = column(central, 0)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.strip)
        whole.addWidget(self.tabs, 1)
        whole.addWidget(self.own)
        self.setCentralWidget(central)
        self.statusBar().messageChanged.connect(lambda text: self.statusBar().setVisible(bool(text)))
        self.statusBar().hide()
        self._build_menus()
        phones.terminals_changed.connect(self._show_missed)
        self._show_missed()
        self._color()
        self._restore()

    def _build_menus(self) -> None:
        program = self.menuBar().addMenu(self.tr("&Offhook"))
        dial = self._action(self.tr("&Dial …"), "Ctrl+D", self.show_dial)
        program.addAction(dial)
        program.addAction(
            self._action(self.tr("&Quit"), QKeySequence.StandardKey.Quit, self.quit_wanted.emit)
        )
        tools = self.menuBar().addMenu(self.tr("&Tools"))
        tools.setToolTipsVisible(True)
        self.install = self._action(self.tr("TSP &install"), None, lambda: self.install_wanted.emit(True))
        self.uninstall = self._action(
            self.tr("TSP &uninstall"), None, lambda: self.install_wanted.emit(False)
        )
        for action in (self.install, self.uninstall):
            tools.addAction(action)
            if sys.platform != "win32":
                action.setEnabled(False)
                reason = self.tr("The TAPI service provider is for Windows only")
                action.setToolTip(tip(reason))
                only = self.tr("Windows only")
                action.setText(f"{action.text()} ({only})")
        help_menu = self.menuBar().addMenu(self.tr("&Help"))
        help_menu.addAction(self._action(self.tr("&About and diagnosis"), "F1", self.about_wanted.emit))

    def _action(
        self, text: str, key: QKeySequence.StandardKey | str | None, slot: Callable[[], object]
    ) -> QAction:
        action = QAction(text, self)
        if key is not None:
            action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda _checked=False: slot())
        return action

    def show_dial(self, address: str = "") -> None:
        """Show the dial box, with this address in it."""
        self.show()
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.raise_()
        self.activateWindow()
        self.tabs.setCurrentIndex(0)
        if address:
            self.dialbox.fill(address)
        self.dialbox.setFocus()

    @property
    def link(self) -> QLabel:
        """Whether calls can be made, in words."""
        return self.own.state

    def say(self, text: str) -> None:
        """Show a message for a while."""
        self.statusBar().show()
        self.statusBar().showMessage(text, SAID_MS)

    def show_above(self, notice: QWidget) -> None:
        """Put a notice above everything else."""
        self._whole.insertWidget(0, notice)

    def show_history(self) -> None:
        """Show the calls."""
        self.show_dial()
        self.tabs.setCurrentIndex(HISTORY)
        self.history.setFocus()

    def _show_missed(self) -> None:
        phone = self._phones.phone
        missed = phone.missed if phone is not None else 0
        text = self.tr("Histor&y")
        self.tabs.setTabText(HISTORY, f"{text} ({missed})" if missed else text)
        self.tabs.setTabToolTip(HISTORY, tip(missed_text(missed)))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "own"):
            self._color()
        super().changeEvent(event)

    def _color(self) -> None:
        """Draw the icons again in the colours of the palette, which may have become light or dark."""
        for at, name in enumerate(TAB_ICONS):
            self.tabs.setTabIcon(at, icons.icon(name))
        self.dialbox.call.setIcon(icons.icon("phone"))

    def _restore(self) -> None:
        geometry = self._preferences.geometry
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(*SIZE)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._preferences.geometry = self.saveGeometry()
        self._preferences.sync()
        if self._in_tray:
            event.ignore()
            self.hide()
        else:  # the program may ask first; it closes the window then
            event.ignore()
            self.quit_wanted.emit()


def _framed(widget: QWidget) -> QWidget:
    frame = QWidget()
    layout = column(frame)
    layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
    layout.addWidget(widget)
    frame.setFocusProxy(widget)
    return frame

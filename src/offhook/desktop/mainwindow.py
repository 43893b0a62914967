"""The main window: dial, contacts, history, settings; the menus; whether calls can be made."""

import sys
from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence
from PySide6.QtWidgets import QMainWindow, QScrollArea, QTabWidget, QWidget

from offhook.desktop import icons
from offhook.desktop.contacts import Contacts
from offhook.desktop.dialbox import DialBox
from offhook.desktop.formatting import problem_text, when_text
from offhook.desktop.history import History
from offhook.desktop.layouts import column
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.plaintext import label, tip
from offhook.desktop.preferences import Preferences
from offhook.desktop.theme import colors

SIZE = (640, 520)
MARGIN = 12

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
            (self.contacts, self.tr("&Contacts")),
            (self.history, self.tr("&History")),
        ):
            self.tabs.addTab(_framed(widget), text)
        self.settings = QTabWidget()
        for title, page in settings():
            area = QScrollArea(widgetResizable=True)
            area.setFrameShape(QScrollArea.Shape.NoFrame)
            area.setWidget(_framed(page))
            self.settings.addTab(area, title)
        self.tabs.addTab(self.settings, self.tr("&Settings"))
        self.setCentralWidget(self.tabs)
        self.link = label()
        self.statusBar().addWidget(self.link, 1)
        self._build_menus()
        phones.link_changed.connect(self._show_link)
        phones.terminals_changed.connect(self._show_link)
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

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "link"):
            self._color()
        super().changeEvent(event)

    def _color(self) -> None:
        """Draw the icons again in the colours of the palette, which may have become light or dark."""
        for at, name in enumerate(TAB_ICONS):
            self.tabs.setTabIcon(at, icons.icon(name))
        self.dialbox.call.setIcon(icons.icon("phone"))
        self._show_link()

    def _show_link(self, _up: bool = False) -> None:
        look, phone = colors(self.palette()), self._phones.phone
        if self._phones.connected and phone is not None and not phone.in_service:
            text = self.tr("Your phone ({phone}) is not connected").format(phone=phone.id)
            reason = ""
            if phone.problem and phone.problem_at is not None:
                reason = f": {problem_text(phone.problem)}, {when_text(phone.problem_at)}"
            self.link.setText(text + reason)
            self.link.setStyleSheet(f"color: {look.bad.name()}")
        elif self._phones.connected:
            self.link.setText(self.tr("Ready to call"))
            self.link.setStyleSheet(f"color: {look.good.name()}")
        else:
            reason = self._phones.problem
            text = self.tr("No Call Manager. Trying again …")
            self.link.setText(f"{text} ({reason})" if reason else text)
            self.link.setStyleSheet(f"color: {look.bad.name()}")
        self.link.setAccessibleName(self.link.text())

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

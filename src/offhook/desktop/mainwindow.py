"""The main window: a rail of pages, a line that searches and dials, the calls, and the own phone's state."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QLabel,
    QMainWindow,
    QSizePolicy,
    QStackedWidget,
    QWidget,
)

from offhook.desktop import icons
from offhook.desktop.callstrip import CallStrip
from offhook.desktop.dialbox import DialBox, Finder
from offhook.desktop.formatting import missed_text
from offhook.desktop.home import Home
from offhook.desktop.layouts import GRID, column, row
from offhook.desktop.ownphone import OwnPhone
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.preferences import Preferences
from offhook.desktop.programmenu import ProgramMenu
from offhook.desktop.rail import Page, Rail
from offhook.desktop.settings.panel import SettingsPanel
from offhook.desktop.shortcuts import ShortcutSheet

if TYPE_CHECKING:
    from offhook.desktop.contacts import Contacts
    from offhook.desktop.history import History

SIZE = (760, 600)
LEAST = (360, 480)
"""As narrow as a telephone: the window stays usable at the edge of a screen."""

NARROW = 560
"""Up to this width the rail has icons alone, in logical pixels."""

PAGE_HEIGHT = 120
"""What a page keeps beside calls, at least: two rows and their heading, in logical pixels."""

MARGIN = 2 * GRID
MARGIN_NARROW = GRID

SAID_MS = 15_000
"""How long a message is shown."""

_Held = TypeVar("_Held", bound=QWidget)


class _Pages(QStackedWidget):
    """Takes the room that is left.

    The width of the window is the person's choice, whatever a page wishes that is not even shown; and a call
    that is up comes before it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setMinimumHeight(PAGE_HEIGHT)

    def hasHeightForWidth(self) -> bool:
        """A layout takes the height for a width as the least one, whatever the policy says."""
        return False


class _Frame(QWidget):
    """What a page stands in, and may be narrower than it: the window's width is the person's choice."""

    def __init__(self) -> None:
        super().__init__()
        self._layout = column(self)
        self._layout.setContentsMargins(0, 0, 0, GRID)

    def hold(self, page: _Held) -> _Held:
        """Have this page."""
        self._layout.addWidget(page)
        self.setFocusProxy(page)
        return page


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
        self._before = Page.HOME
        self._shown = False
        self.setWindowTitle("Offhook")
        self.setWindowIcon(icons.app_icon())
        self.setMinimumSize(*LEAST)
        self.dialbox = DialBox(phones)
        self.home = Home(phones, self.dialbox)
        self.home.refused.connect(self.say)
        self.settings = SettingsPanel(settings)
        self.pages = _Pages()
        self._frames = {page: _Frame() for page in Page}
        for frame in self._frames.values():
            self.pages.addWidget(frame)
        self._frames[Page.HOME].hold(self.home)
        self._frames[Page.SETTINGS].hold(self.settings)
        self.menu = ProgramMenu(self)
        self.menu.quit_wanted.connect(self.quit_wanted)
        self.menu.about_wanted.connect(self.about_wanted)
        self.menu.install_wanted.connect(self.install_wanted)
        self.menu.shortcuts_wanted.connect(self.show_shortcuts)
        self.menu.page_wanted.connect(self.show_page)
        self.menu.line_wanted.connect(self.show_line)
        self.addActions(self.menu.actions_with_keys())
        self.rail = Rail(self.menu)
        self.rail.chosen.connect(self.show_page)
        self.menu.menu_wanted.connect(self.rail.more.showMenu)
        self.strip, self.own = CallStrip(phones), OwnPhone(phones)
        self.own.refused.connect(self.say)
        self.dialbox.input.textChanged.connect(self._on_typed)
        self.dialbox.left.connect(self._leave_search)
        self._lay_out()
        self.statusBar().messageChanged.connect(lambda text: self.statusBar().setVisible(bool(text)))
        self.statusBar().hide()
        phones.terminals_changed.connect(self._show_missed)
        self._show_missed()
        self._restore()

    def _lay_out(self) -> None:
        self._main = main = column(None, GRID)
        main.addWidget(self.dialbox)
        main.addWidget(self.strip)
        main.addWidget(self.pages, 1)
        self.body = QWidget()
        across = row(0)
        across.setContentsMargins(0, 0, 0, 0)
        across.addWidget(self.rail)
        across.addLayout(main, 1)
        self.body.setLayout(across)
        central = QWidget()
        self._whole = whole = column(central, 0)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.body, 1)
        whole.addWidget(self.own)
        self.setCentralWidget(central)
        self._fit()

    # Pages that many people never look at: each is made when it is first wanted.

    @cached_property
    def contacts(self) -> Contacts:
        """Everybody who can be called."""
        from offhook.desktop.contacts import Contacts

        frame = self._frames[Page.CONTACTS]
        return frame.hold(Contacts(self._phones, self.dialbox, frame))

    @cached_property
    def history(self) -> History:
        """The call log."""
        from offhook.desktop.history import History

        frame = self._frames[Page.CALLS]
        history = History(self._phones, frame)
        history.searched.connect(self.dialbox.input.setText)
        history.list.left.connect(self.dialbox.setFocus)
        history.list.typed.connect(self.dialbox.type_on)
        return frame.hold(history)

    # What is shown.

    @property
    def page(self) -> Page:
        """The page that is shown."""
        return Page(self.pages.currentIndex())

    def show_page(self, page: Page) -> None:
        """Show a page, with the keyboard in it."""
        self._turn_to(page)
        if page is not Page.HOME:
            self._frames[page].setFocus()

    def _turn_to(self, page: Page) -> None:
        finder: Finder | None = None
        match page:
            case Page.CONTACTS:
                finder = self.contacts
            case Page.CALLS:
                finder = self.history
        self.pages.setCurrentIndex(page.value)
        self.rail.show_page(page)
        self.strip.set_low(page is Page.SETTINGS)
        self.dialbox.find_by(finder)

    def show_line(self) -> None:
        """The keyboard goes to the line above, whose text is replaced by what is typed."""
        self.dialbox.setFocus()
        self.dialbox.input.selectAll()

    def show_dial(self, address: str = "") -> None:
        """Show the window with Home, and the keyboard in the line above, with this address in it."""
        self.show()
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.raise_()
        self.activateWindow()
        self.show_page(Page.HOME)
        if address:
            self.dialbox.fill(address)
        self.dialbox.setFocus()

    def show_history(self) -> None:
        """Show the calls."""
        self.show_dial()
        self.show_page(Page.CALLS)

    def show_shortcuts(self) -> None:
        """Show what can be done by the keyboard."""
        ShortcutSheet(self).open()

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

    def _on_typed(self, text: str) -> None:
        """What is found stands on Home; people and calls also on their own page, where that is shown."""
        if text.strip() and self.page is Page.SETTINGS:
            self._before = self.page
            self._turn_to(Page.HOME)

    def _leave_search(self) -> None:
        """Escape: back to the page on which it was begun to type."""
        if self.page is Page.HOME:
            self.show_page(self._before)
        self._before = Page.HOME

    def _show_missed(self) -> None:
        phone = self._phones.phone
        missed = phone.missed if phone is not None else 0
        self.rail.buttons[Page.CALLS].show_badge(missed, missed_text(missed))

    # The window.

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        narrow = self.width() < NARROW
        self.rail.set_narrow(narrow)
        margin = MARGIN_NARROW if narrow else MARGIN
        self._main.setContentsMargins(margin, margin, margin, 0)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._shown:
            self._shown = True
            self.dialbox.setFocus()

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

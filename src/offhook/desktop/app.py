"""Joins the views: one phone model, one window, pop-ups, tray; restarts them when settings change.

What few people need on few days is imported when it is: an update, another Call Manager, a small window.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from offhook.config import Config
from offhook.desktop import icons, theme, translation
from offhook.desktop.bridge import finished, spawn
from offhook.desktop.dialrequests import DialRequests
from offhook.desktop.hotkey import Hotkeys
from offhook.desktop.loginchoice import LoginChoice
from offhook.desktop.mainwindow import MainWindow
from offhook.desktop.openedlinks import OpenedLinks
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.plaintext import message_box
from offhook.desktop.popups import Popups
from offhook.desktop.preferences import Preferences
from offhook.desktop.program import Parts, Program
from offhook.desktop.quitquestion import QuitQuestion
from offhook.desktop.rail import Page
from offhook.desktop.ringkeys import RingKeys
from offhook.desktop.settings.unsaved import UnsavedQuestion
from offhook.desktop.singleinstance import SingleInstance
from offhook.desktop.startup import Startup
from offhook.desktop.tray import Tray
from offhook.errors import ConfigError, OffhookError, UnavailableError
from offhook.windows.hotkey import Key

if TYPE_CHECKING:
    from offhook.desktop.screenpops import ScreenPops
    from offhook.desktop.updatebar import UpdateBar

logger = logging.getLogger(__name__)

LOGIN_LOOK_MS = 1000
"""How often it is checked whether the Call Manager refuses the login, and whether a restart may begin."""


class Outcome(Enum):
    """Why the window ended or has to be rebuilt."""

    QUIT = "quit"
    RESTART = "restart"
    LOGIN = "login"


class App(QObject):
    """The desktop program from its start to Quit."""

    asked_to_end = Signal()
    """Quit, from any thread."""

    opened = Signal()
    """The window is there, with `phones`; again after each restart."""

    def __init__(self, application: QApplication, program: Program, preferences: Preferences) -> None:
        super().__init__()
        self._application, self._program, self._preferences = application, program, preferences
        self._ended: asyncio.Future[Outcome] | None = None
        self._quitting = False
        self._waiting: list[list[str]] = []
        self.phones: PhoneModel | None = None
        self.window: MainWindow | None = None
        self.popups: Popups | None = None
        self.tray: Tray | None = None
        self.updates: UpdateBar | None = None
        self._pops: ScreenPops | None = None
        self._ring_keys: RingKeys | None = None
        self._config = Config()
        self._parts: Parts | None = None
        self._question: QuitQuestion | UnsavedQuestion | None = None
        self._restart_wanted, self._saved, self._added = False, "", ""
        self.logins = LoginChoice()
        self._dials = DialRequests(
            lambda: self.phones, lambda: self._config.policies, preferences, parent=self
        )
        self._dials.said.connect(self._notify)
        self.opened.connect(self._dials.go_on)
        self.dress(application, preferences)
        self._first = SingleInstance(program.instance, self)
        self._first.started.connect(self.handle)
        self.asked_to_end.connect(self.quit)
        self._hotkeys = Hotkeys(application, self)
        self._hotkeys.pressed.connect(self._on_hotkey)
        self._links = OpenedLinks(self)
        self._links.opened.connect(lambda link: self.handle(["open", link]))
        self._links.follow(application)

    @staticmethod
    def dress(application: QApplication, preferences: Preferences) -> None:
        """Name, language, colours and icon, as a person has chosen them."""
        application.setApplicationName("Offhook")
        application.setApplicationDisplayName("Offhook")
        application.setDesktopFileName("offhook")
        translation.install(application, preferences.language)
        theme.apply(application, preferences.appearance)
        application.setWindowIcon(icons.app_icon())

    async def run(self, arguments: Sequence[str]) -> int:
        """Show the window (unless `--hidden`), carry out the arguments, and run until Quit; the exit code."""
        hidden = "--hidden" in arguments
        self._waiting.append([one for one in arguments if one != "--hidden"])
        outcome = Outcome.RESTART
        try:
            while outcome is not Outcome.QUIT:
                outcome = await self._round(hidden, ask=outcome is Outcome.LOGIN)
                hidden = False
        except ConfigError as error:
            await self._tell_error(str(error))
            return 2
        finally:
            self._hotkeys.release()
            self._first.close()
        return 0

    async def _round(self, hidden: bool, ask: bool) -> Outcome:
        self._config = self._program.load()
        self._follow_policy()
        await self._ask_for_trust()
        own = self._config.sscp
        login = await self.logins.credentials(own, ask)
        if ask and login is None:
            return Outcome.QUIT
        async with self._program.start(self._config, login, partial(LoginChoice.keep, own, login)) as parts:
            self._parts = parts
            self._ended = asyncio.get_running_loop().create_future()
            if self._quitting:  # Quit was chosen during the start
                return Outcome.QUIT
            self._open(parts, hidden)
            for arguments in self._waiting:
                self.handle(arguments)
            self._waiting.clear()
            try:
                return await self._ended
            finally:
                self._close()

    def _follow_policy(self) -> None:
        """Start with the session, or not, as the administrator wants it from now on."""
        wanted = self._config.policies.autostart
        if wanted is not None and wanted != self._startup().enabled():
            try:
                self._startup().enable(wanted)
            except (OSError, OffhookError) as error:
                logger.warning("the policy Autostart could not be followed: %s", error)

    async def _ask_for_trust(self) -> None:
        """Ask the person to confirm the certificate. Without that the window
        opens too, but shows no connection."""
        config = self._config
        if not config.sscp.url:
            return
        from offhook.desktop.trust import confirmed

        try:
            await confirmed(config.sscp.url, lambda: self._program.certificate(config))
        except UnavailableError:
            return
        except OSError as error:
            await self._tell_error(str(error))

    # The views of one round.

    def _open(self, parts: Parts, hidden: bool) -> None:
        config = self._config
        directory = parts.directory if config.directory.sources else None
        self.phones = phones = PhoneModel(
            parts.messenger,
            parts.client,
            directory,
            self._program.show(config),
            self._preferences.folder / "people.json",
        )
        in_tray = Tray.available()
        if in_tray:
            self.tray = tray = Tray(phones)
            tray.dial_wanted.connect(self._show)
            tray.window_wanted.connect(self._show)
            tray.missed_wanted.connect(self._show_missed)
            tray.clipboard_wanted.connect(self._dials.dial_clipboard)
            tray.quit_wanted.connect(self.ask_to_quit)
        if config.pops:
            from offhook.desktop.screenpops import ScreenPops

            self._pops = ScreenPops(
                phones, config.pops, self._program.writings(config), time.monotonic, parent=self
            )
        self._ring_keys = RingKeys(phones, self._hotkeys)
        self._ring_keys.refused.connect(self._notify)
        self.window = MainWindow(phones, self._preferences, self._settings, in_tray)
        self.popups = Popups(phones, self._preferences.incoming, self.window.strip)
        self.window.quit_wanted.connect(self.ask_to_quit)
        self.window.about_wanted.connect(self._about)
        self.window.install_wanted.connect(self._install)
        updates = self._program.updates(config)
        if updates is not None:
            from offhook.desktop.updatebar import UpdateBar

            self.updates = UpdateBar(updates)
            self.window.show_above(self.updates)
            self.updates.watch()
        if parts.tsp_problem:
            self._notify(parts.tsp_problem)
        if self._saved:
            self.window.show_page(Page.SETTINGS)
            said = self.tr("Saved, and in effect.")
            if self._added and not parts.holds_calls:
                said = self.tr("Saved. Start the Call Manager anew (offhook up), so that it knows the phone.")
            self._say_saved(said)
            self._saved = ""
        if not hidden or not in_tray:
            self.window.show()
        self._look = QTimer(self)
        self._look.timeout.connect(self._look_around)
        if not parts.holds_calls:
            self._look.start(LOGIN_LOOK_MS)  # a Call Manager elsewhere may refuse the login at any time
        self.opened.emit()

    def _close(self) -> None:
        self._look.stop()
        if self.updates is not None:
            self.updates.end()
        if self._ring_keys is not None:
            self._ring_keys.close()
            self._ring_keys.deleteLater()
        if self._pops is not None:
            self._pops.close()
            self._pops.deleteLater()
            self._pops = None
        if self.popups is not None:
            self.popups.close()
        if self.window is not None:
            self._preferences.geometry = self.window.saveGeometry()
            self._preferences.sync()
            self.window.hide()
            self.window.deleteLater()
        if self.tray is not None:
            self.tray.icon.hide()
            self.tray.deleteLater()
        if self.phones is not None:
            self.phones.close()
            self.phones.deleteLater()
        self.phones = self.window = self.popups = self.tray = self._ring_keys = self.updates = None

    def _settings(self) -> list[tuple[str, QWidget]]:
        assert self.phones is not None
        from offhook.desktop.settings.titled import titled_pages  # most days nobody looks at them

        return titled_pages(
            *(self._config, self._program, self.phones, self._preferences, self._startup()),
            *(self._on_saved, self._on_appearance),
        )

    def _startup(self) -> Startup:
        return Startup(self._program.command, self._program.options)

    def _on_appearance(self) -> None:
        theme.apply(self._application, self._preferences.appearance)
        if self.popups is not None:
            self.popups.incoming = self._preferences.incoming

    def _look_around(self) -> None:
        self._restart_if_free()
        if self._parts is not None and self._parts.client.refused:
            self.logins.problem = self.tr("The Call Manager refused the login. Check user and password.")
            self._end(Outcome.LOGIN)

    def _end(self, outcome: Outcome) -> None:
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(outcome)

    def ask_to_quit(self) -> None:
        """Quit; during a call, or with settings that are not saved, ask first."""
        if self.window is not None and self.window.settings.unsaved and self._question is None:
            self._question = UnsavedQuestion(self.window.settings.unsaved, self.window)
            self._question.agreed.connect(self._quit_unless_in_calls, Qt.ConnectionType.QueuedConnection)
            self._question.finished.connect(self._on_quit_answered)
            self._question.open()
        else:
            self._quit_unless_in_calls()

    def _quit_unless_in_calls(self) -> None:
        if self.phones is None or self._parts is None or not self._in_calls():
            self.quit()
        elif self._question is None:
            own = bool(self.phones.calls())
            self._question = question = QuitQuestion(self._parts.holds_calls, own, self.window)
            question.agreed.connect(self.quit)
            question.finished.connect(self._on_quit_answered)
            question.open()

    def _in_calls(self) -> bool:
        """Is anybody in a call who would notice that the program ends?"""
        own = self.phones is not None and bool(self.phones.calls())
        return own or (self._parts is not None and self._parts.busy())

    def _on_quit_answered(self) -> None:
        self._question = None

    def quit(self) -> None:
        """End the program."""
        self._quitting = True
        self._end(Outcome.QUIT)

    def _on_saved(self) -> None:
        assert self.window is not None
        self._saved = self.window.settings.title
        from offhook.desktop.settings.titled import added_phone

        self._added = added_phone(self.window.settings.show_page(self._saved))
        self._ask_restart()

    def _ask_restart(self) -> None:
        """Start anew with the settings; not while somebody is in a call, or types further settings."""
        self._restart_wanted = True
        self._restart_if_free()
        if self._restart_wanted and self.window is not None:
            self._look.start(LOGIN_LOOK_MS)
            unsaved = self.window.settings.unsaved
            said = self.tr("Saved. It takes effect once you have saved or undone the changes on: {pages}")
            if self._in_calls():
                self._notify(self.tr("The settings take effect when Offhook restarts, after the calls."))
                said = self.tr("Saved. It takes effect after the calls.")
            self._say_saved(said.format(pages=", ".join(unsaved)))

    def _restart_if_free(self) -> None:
        unsaved = self.window is not None and bool(self.window.settings.unsaved)
        if self._restart_wanted and not unsaved and not self._in_calls():
            self._restart_wanted = False
            if self.window is not None and self.window.page is not Page.SETTINGS:
                self._saved = ""  # the person is elsewhere by now
            self._end(Outcome.RESTART)

    def _say_saved(self, text: str) -> None:
        from offhook.desktop.settings.titled import say_saved

        if self.window is not None and self._saved:
            say_saved(self.window.settings.show_page(self._saved), text, self._added)

    # What is asked from outside.

    def handle(self, arguments: Sequence[str]) -> None:
        """Carry out the arguments of a start: `open LINK`, `clipboard`, `show` the window, or `end`."""
        if list(arguments) == ["end"]:
            self.quit()
        elif self.phones is None:
            self._waiting.append(list(arguments))
        elif len(arguments) == 2 and arguments[0] == "open":
            self._dials.open_link(arguments[1])
        elif list(arguments) == ["clipboard"]:
            self._dials.dial_clipboard()
        elif list(arguments) == ["show"]:
            self._show()

    def _on_hotkey(self, key: Key) -> None:
        if key is Key.DIAL and self.phones is not None:
            spawn(self._dials.dial_selected())

    # Small windows.

    def _show(self) -> None:
        if self.window is not None:
            self.window.show_dial()

    def _show_missed(self) -> None:
        if self.window is not None:
            self.window.history.show_missed()
            self.window.show_history()

    def _about(self) -> None:
        if self.phones is None or self._parts is None:
            return
        from offhook.desktop.about import About, report
        from offhook.desktop.faultfinder import found_faults

        phones, parts = self.phones, self._parts
        tsp = parts.tsp_problem or f"port {parts.tsp_port}"
        program = self._program
        About(
            lambda: report(self._config, phones, tsp),
            lambda: found_faults(program.command, program.options),
            self.window,
        ).open()

    def _install(self, wanted: bool) -> None:
        spawn(self._run_install(wanted))

    async def _run_install(self, wanted: bool) -> None:
        from offhook.desktop.tspinstall import install_tsp

        self._notify(await install_tsp(self._program.command, wanted))

    def _notify(self, text: str) -> None:
        if self.tray is not None:
            self.tray.notify(text)
        elif self.window is not None:
            self.window.say(text)

    async def _tell_error(self, text: str) -> None:
        box = message_box(QMessageBox.Icon.Critical, "Offhook", text)
        await finished(box)

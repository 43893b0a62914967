"""The tray icon: shows whether calls can be made; its menu has the live calls and the main actions."""

from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from offhook.call import Call, Command, Feature
from offhook.desktop import formatting, icons
from offhook.desktop.bridge import spawn
from offhook.desktop.card.actions import command, wanted
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.plaintext import caption, notification, tip
from offhook.desktop.refusals import command_refusal_text
from offhook.errors import CallError


class Tray(QObject):
    """The tray icon, for desktops that have a tray (`available`)."""

    dial_wanted = Signal()
    clipboard_wanted = Signal()
    window_wanted = Signal()
    missed_wanted = Signal()
    quit_wanted = Signal()

    def __init__(self, phones: PhoneModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._phones = phones
        self._was_up = phones.connected
        self.menu = QMenu()
        self.icon = QSystemTrayIcon(icons.app_icon(phones.connected), self)
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._on_activated)
        self.menu.aboutToShow.connect(self.build_menu)
        phones.link_changed.connect(self._on_link)
        phones.terminals_changed.connect(self._show_state)
        phones.call_changed.connect(self._on_call)
        self.build_menu()
        self._show_state()
        self.icon.show()

    @staticmethod
    def available() -> bool:
        """Does the desktop have a tray?"""
        return QSystemTrayIcon.isSystemTrayAvailable()

    def build_menu(self) -> None:
        """Build the menu each time it opens, because it contains the live calls."""
        self.menu.clear()
        for call in self._phones.calls():
            self._add_call(call)
        self.menu.addSeparator()
        missed = self._missed()
        if missed:
            action = QAction(self.tr("&Missed calls ({number})").format(number=missed), self.menu)
            action.triggered.connect(lambda _checked=False: self.missed_wanted.emit())
            self.menu.addAction(action)
        for text, signal in (
            (self.tr("&Dial …"), self.dial_wanted),
            (self.tr("Dial the &clipboard"), self.clipboard_wanted),
            (self.tr("&Show the window"), self.window_wanted),
            (self.tr("&Quit"), self.quit_wanted),
        ):
            action = QAction(text, self.menu)
            action.triggered.connect(lambda _checked=False, one=signal: one.emit())
            self.menu.addAction(action)

    def _add_call(self, call: Call) -> None:
        """What can be done with the call at once."""
        name = caption(self._phones.text_for(formatting.other_party(call)))
        for feature, icon, text in (
            (Feature.ANSWER, "phone", self.tr("Answer {name}")),
            (Feature.REJECT, "hangup", self.tr("Decline {name}")),
            (Feature.DROP, "hangup", self.tr("Drop {name}")),
        ):
            if feature in wanted(call):
                action = QAction(icons.icon(icon), text.format(name=name), self.menu)
                asked = command(feature, call)
                action.triggered.connect(lambda _checked=False, one=asked: spawn(self._perform(one)))
                self.menu.addAction(action)

    async def _perform(self, asked: Command[Any]) -> None:
        try:
            await self._phones.perform(asked)
        except CallError as error:
            self.notify(command_refusal_text(asked, error))

    def _missed(self) -> int:
        phone = self._phones.phone
        return phone.missed if phone is not None else 0

    def notify(self, text: str) -> None:
        """Show a notification of the desktop."""
        self.icon.showMessage("Offhook", notification(text), icons.app_icon(self._phones.connected))

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is QSystemTrayIcon.ActivationReason.Trigger:
            self.window_wanted.emit()

    def _on_link(self, up: bool) -> None:
        if not up and self._was_up:
            self.notify(
                self.tr("The Call Manager cannot be reached. Calls are not possible until it is back.")
            )
        self._was_up = up
        self._show_state()

    def _on_call(self, call: Call) -> None:
        if call.missed:
            name = self._phones.text_for(formatting.other_party(call))
            self.notify(self.tr("Missed call from {name}").format(name=name))

    def _show_state(self) -> None:
        up = self._phones.connected
        missed = self._missed()
        self.icon.setIcon(icons.app_icon(up, bool(missed)))
        state = self.tr("ready to call") if up else self.tr("no Call Manager, trying again")
        more = formatting.missed_text(missed)
        self.icon.setToolTip(tip(f"Offhook: {', '.join(filter(None, (state, more)))}"))

"""The tray icon: shows whether calls can be made; its menu has the live calls and the main actions."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from offhook.call import Call, CallState, Direction, Feature
from offhook.desktop import formatting, icons
from offhook.desktop.bridge import spawn
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.plaintext import caption, notification, tip
from offhook.desktop.refusals import drop_refusal_text
from offhook.errors import CallError


class Tray(QObject):
    """The tray icon, for desktops that have a tray (`available`)."""

    dial_wanted = Signal()
    clipboard_wanted = Signal()
    window_wanted = Signal()
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
        for call in (one for one in self._phones.calls() if one.allows(Feature.DROP)):
            party = formatting.other_party(call)
            text = self.tr("Drop {name}").format(name=caption(party.name or self._phones.show(party.id)))
            action = QAction(icons.icon("hangup"), text, self.menu)
            action.triggered.connect(lambda _checked=False, one=call: spawn(self._drop(one)))
            self.menu.addAction(action)
        self.menu.addSeparator()
        for text, signal in (
            (self.tr("&Dial …"), self.dial_wanted),
            (self.tr("Dial the &clipboard"), self.clipboard_wanted),
            (self.tr("&Show the window"), self.window_wanted),
            (self.tr("&Quit"), self.quit_wanted),
        ):
            action = QAction(text, self.menu)
            action.triggered.connect(lambda _checked=False, one=signal: one.emit())
            self.menu.addAction(action)

    async def _drop(self, call: Call) -> None:
        try:
            await self._phones.drop(call)
        except CallError as error:
            self.notify(drop_refusal_text(error))

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
        over = call.state is CallState.ON_HOOK and call.connected is None
        if over and call.direction is Direction.INBOUND:
            party = formatting.other_party(call)
            name = party.name or self._phones.name_of(party.id) or self._phones.show(party.id)
            self.notify(self.tr("Missed call from {name}").format(name=name))

    def _show_state(self) -> None:
        up = self._phones.connected
        self.icon.setIcon(icons.app_icon(up))
        state = self.tr("ready to call") if up else self.tr("no Call Manager, trying again")
        self.icon.setToolTip(tip(f"Offhook: {state}"))

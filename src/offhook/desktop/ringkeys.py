"""Answers and declines the call that rings by hotkeys, whatever program the person is in."""

from PySide6.QtCore import QObject, Signal

from offhook.call import Call, Feature
from offhook.desktop.bridge import spawn
from offhook.desktop.card.actions import command, offers
from offhook.desktop.hotkey import Hotkeys
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.refusals import command_refusal_text
from offhook.errors import CallError
from offhook.windows.hotkey import Key

FEATURES = {Key.ANSWER: Feature.ANSWER, Key.DECLINE: Feature.REJECT}


class RingKeys(QObject):
    """`refused` has the reason why a call rings on."""

    refused = Signal(str)

    def __init__(self, phones: PhoneModel, hotkeys: Hotkeys, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._phones, self._hotkeys = phones, hotkeys
        phones.call_changed.connect(self._on_call)
        hotkeys.pressed.connect(self._on_pressed)

    def close(self) -> None:
        """Give the keys back."""
        self._phones.call_changed.disconnect(self._on_call)
        self._hotkeys.pressed.disconnect(self._on_pressed)
        self._hotkeys.set_ringing(False)

    def _on_call(self, _call: Call) -> None:
        self._hotkeys.set_ringing(any(call.rings_here for call in self._phones.calls()))

    def _on_pressed(self, key: Key) -> None:
        """The oldest one: it has waited longest."""
        feature = FEATURES.get(key)
        calls = (one for one in self._phones.calls() if one.rings_here)
        call = next((one for one in calls if feature is not None and offers(one, feature)), None)
        if call is not None and feature is not None:
            spawn(self._perform(feature, call))

    async def _perform(self, feature: Feature, call: Call) -> None:
        asked = command(feature, call)
        try:
            await self._phones.perform(asked)
        except CallError as error:
            self.refused.emit(command_refusal_text(asked, error))

"""The calls of the own phone as far back as somebody remembers them, for what is told of a person."""

from collections.abc import Collection

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from offhook.call import Call
from offhook.desktop.bridge import spawn
from offhook.desktop.formatting import other_party
from offhook.desktop.phonemodel import PhoneModel
from offhook.errors import CallError

MAX_CALLS = 500
"""Calls that are looked through: what the Call Manager tells at once, some weeks of a busy phone."""


class PastCalls(QObject):
    """`changed` is emitted when there are others."""

    changed = Signal()

    def __init__(self, phones: PhoneModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._phones = phones
        self._calls: list[Call] = []
        phones.call_changed.connect(self._on_call)
        phones.link_changed.connect(self._on_link)
        if phones.connected:
            spawn(self._read())

    def all(self) -> list[Call]:
        """Newest first."""
        return self._calls

    def of(self, numbers: Collection[str], limit: int) -> list[Call]:
        """The newest calls with one of these numbers, which are canonical."""
        same = self._phones.canonical
        found = (call for call in self._calls if same(other_party(call).id) in numbers)
        return [call for call, _ in zip(found, range(limit), strict=False)]

    def _on_link(self, up: bool) -> None:
        if up:
            spawn(self._read())

    def _on_call(self, call: Call) -> None:
        if call.ended is not None:
            self._calls = [call, *(one for one in self._calls if one.id != call.id)][:MAX_CALLS]
            self.changed.emit()

    async def _read(self) -> None:
        try:
            found = await self._phones.history(limit=MAX_CALLS)
        except CallError:
            return  # read anew when the link is back
        if isValid(self):  # the window may have gone meanwhile
            self._calls = found
            self.changed.emit()

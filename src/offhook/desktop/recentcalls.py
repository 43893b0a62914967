"""The numbers of the last calls, each once, as the line above offers them and Home shows them."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from offhook.call import Call
from offhook.desktop import formatting
from offhook.desktop.bridge import spawn
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.suggestions import Group, Suggestion
from offhook.errors import CallError

RECENT = 50
"""Calls of the call log that are searched."""


class RecentCalls(QObject):
    """`changed` when there are others."""

    changed = Signal()

    def __init__(self, phones: PhoneModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._phones = phones
        self._found: list[Suggestion] = []
        phones.link_changed.connect(self._on_link)
        phones.call_changed.connect(self._on_call)
        if phones.connected:
            spawn(self._read())

    def all(self) -> Sequence[Suggestion]:
        """Newest first."""
        return self._found

    def _on_link(self, up: bool) -> None:
        if up:
            spawn(self._read())

    def _on_call(self, call: Call) -> None:
        if call.ended is not None:
            self._remember([call])

    async def _read(self) -> None:
        try:
            calls = await self._phones.history(limit=RECENT)
        except CallError:
            return  # read anew when the link is back
        self._remember(list(reversed(calls)))

    def _remember(self, calls: Sequence[Call]) -> None:
        """Newest first, each number once."""
        for call in calls:
            party = formatting.other_party(call)
            if party.id:
                self._found = [one for one in self._found if one.number != party.id]
                self._found.insert(0, self._made(call, party.id))
        del self._found[RECENT:]
        self.changed.emit()

    def _made(self, call: Call, number: str) -> Suggestion:
        phones = self._phones
        name = phones.name_for(formatting.other_party(call))
        person = phones.person_of(number)
        same = (one.kind for one in person.numbers if phones.canonical(one.text) == number) if person else ()
        return Suggestion(name, number, kind=next(iter(same), None), group=Group.RECENT, call=call)

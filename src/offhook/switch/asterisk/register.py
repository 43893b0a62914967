"""The live calls: by their ids, by their terminals, and by the channels of their phones."""

from __future__ import annotations

from offhook.switch.asterisk.leg import Leg


class Register:
    """`legs` is by the channel's id: the call that each phone is in, also for a moment after its end."""

    def __init__(self) -> None:
        self.legs: dict[str, Leg] = {}
        self._by_call: dict[str, Leg] = {}
        self._by_terminal: dict[str, dict[str, Leg]] = {}

    def __len__(self) -> int:
        """How many calls are not over."""
        return len(self._by_call)

    def all(self) -> list[Leg]:
        """All live calls."""
        return list(self._by_call.values())

    def by_call(self, call_id: str) -> Leg | None:
        """The live call with this id."""
        return self._by_call.get(call_id)

    def of(self, terminal: str) -> list[Leg]:
        """The terminal's live calls, oldest first."""
        return list(self._by_terminal.get(terminal, {}).values())

    def add(self, leg: Leg) -> None:
        """A new call."""
        self.legs[leg.channel_id] = leg
        self._by_call[leg.call.id] = leg
        self._by_terminal.setdefault(leg.call.terminal, {})[leg.call.id] = leg

    def remove(self, leg: Leg) -> bool:
        """It is live no more; False if it was so before."""
        if self._by_call.pop(leg.call.id, None) is None:
            return False
        calls = self._by_terminal[leg.call.terminal]
        del calls[leg.call.id]
        if not calls:
            del self._by_terminal[leg.call.terminal]
        return True

    def leave(self, leg: Leg) -> None:
        """The phone is not in this call any more."""
        if self.legs.get(leg.channel_id) is leg:
            del self.legs[leg.channel_id]

"""A phone's dialog with us that several calls of its terminal share.

A consultation is made in the dialog that the phone has already, so that the phone needs no second line: the
phone is re-INVITEd with the description of the party that it talks to. One of the calls has the phone's leg;
the others are on hold, without a leg at this end.
"""

from __future__ import annotations

from typing import Protocol

from offhook.switch.b2bua.leg import Leg, LegOwner


class SharingCall(LegOwner, Protocol):
    """What a line needs of its calls."""

    lines: dict[str, Line]

    def leg_of(self, call_id: str) -> Leg | None:
        """The phone of the terminal whose call has this id."""
        ...

    def put_leg(self, call_id: str, leg: Leg | None) -> None:
        """Set that phone."""
        ...


class Line:
    """`calls` share the phone of `leg`: by their ids at the phone's terminal, the oldest first."""

    def __init__(self, leg: Leg, call: SharingCall, call_id: str) -> None:
        self.leg = leg
        self.calls: dict[str, SharingCall] = {}
        self.add(call, call_id)

    def add(self, call: SharingCall, call_id: str) -> None:
        """One more call shares the phone."""
        self.calls[call_id] = call
        call.lines[call_id] = self

    def take(self, call: SharingCall, call_id: str) -> None:
        """One more call shares the phone, and has it from now on."""
        self.add(call, call_id)
        self.give(call_id)

    def remove(self, call_id: str) -> None:
        """The call is over, or has left."""
        call = self.calls.pop(call_id, None)
        if call is not None:
            call.lines.pop(call_id, None)

    def give(self, call_id: str) -> None:
        """The phone goes to this call; the one that has it is left without."""
        for other_id, other in self.calls.items():
            if other_id != call_id and other.leg_of(other_id) is self.leg:
                other.put_leg(other_id, None)
        call = self.calls[call_id]
        call.put_leg(call_id, self.leg)
        self.leg.owner = call

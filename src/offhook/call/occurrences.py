"""What is worth telling of the changes of a call: that it rings, was answered, is over, was missed."""

from enum import Enum

from offhook.call.enums import Direction
from offhook.call.machine import live
from offhook.call.model import Call, Party


class Occurrence(Enum):
    """What has happened; the value is its name in `[[webhook]] events`."""

    RINGING = "ringing"
    """A call that comes in rings at the phone."""
    ANSWERED = "answered"
    """The two talk, whoever has called."""
    ENDED = "ended"
    """The call is over, whether anybody has answered or not."""
    MISSED = "missed"
    """Besides: it came in, and nobody has dealt with it."""


class Occurrences:
    """Says of each value of a call what is new. Remembers live calls only."""

    def __init__(self) -> None:
        self._told: dict[str, set[Occurrence]] = {}

    def of(self, call: Call) -> list[Occurrence]:
        """What has happened with this value of the call, and had not before."""
        found = []
        if call.rings_here:
            found.append(Occurrence.RINGING)
        if call.connected is not None:
            found.append(Occurrence.ANSWERED)
        if not live(call):
            found.append(Occurrence.ENDED)
            if call.missed:
                found.append(Occurrence.MISSED)
        told = self._told.setdefault(call.id, set())
        fresh = [one for one in found if one not in told]
        told.update(fresh)
        if not live(call):
            del self._told[call.id]
        return fresh


def other_party(call: Call) -> Party:
    """Whom the phone's person talks to, or would."""
    if call.connected_party is not None:
        return call.connected_party
    return call.caller if call.direction is Direction.INBOUND else call.callee

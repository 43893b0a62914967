"""The values of the call model: states, causes, parties, calls, terminals.

The names of the states are those of the TSP session's published messages.
"""

from dataclasses import dataclass
from enum import Enum
from os import urandom

from offhook.call.features import Feature, Features


class CallState(Enum):
    """Where a call is; the value is its name on the wire."""

    OFF_HOOK = "OffHookState"
    PROCEED = "ProceedState"
    RING_BACK = "RingBackState"
    CONNECTED = "ConnectedState"
    ON_HOOK = "OnHookState"


class Cause(Enum):
    """Why a call ended; the value is its name on the wire."""

    NORMAL = "normal"
    DROPPED = "dropped"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    INVALID_ADDRESS = "invalid-address"
    NOT_ALLOWED = "not-allowed"
    TERMINAL_UNAVAILABLE = "terminal-unavailable"
    TERMINAL_REJECTED = "terminal-rejected"
    FAILURE = "failure"


class Direction(Enum):
    """Seen from the call's terminal: did it make the call, or is it being called?"""

    OUTBOUND = "outbound"
    INBOUND = "inbound"


@dataclass(frozen=True, slots=True)
class Party:
    """A party of a call: a name to show (may be empty), and the address as `id`."""

    name: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Terminal:
    """A phone under control. `id` is its extension; `in_service` means that it can be rung now.

    `problem` is why its last attempt to register failed, `problem_at` when (seconds since the epoch).
    `features` is what it allows just now, None if that is not known.
    """

    id: str
    name: str = ""
    in_service: bool = False
    problem: str = ""
    problem_at: float | None = None
    features: Features | None = None

    def allows(self, feature: Feature) -> bool:
        """May this be tried now?"""
        return self.features is None or feature in self.features


@dataclass(frozen=True, slots=True)
class Call:
    """One call of one terminal. Times are seconds since the epoch, UTC.

    `revision` rises by one with each change, at the call's source (see `changed`). Of two values of a call
    the one with the higher revision is the newer (see `newer`). `features` is what can be done with it as of
    this revision; None if that is not known, as before the Call Manager has asked the switch.
    """

    id: str
    terminal: str
    state: CallState
    caller: Party
    callee: Party
    started: float
    direction: Direction = Direction.OUTBOUND
    connected: float | None = None
    ended: float | None = None
    cause: Cause | None = None
    revision: int = 0
    features: Features | None = None

    def allows(self, feature: Feature) -> bool:
        """May this be tried now?"""
        return self.state is not CallState.ON_HOOK and (self.features is None or feature in self.features)


def new_call_id() -> str:
    """A call id, unique for the life of the installation: 24 characters of 0-9 a-f (96 random bits)."""
    return urandom(12).hex()

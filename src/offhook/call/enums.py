"""The enumerations of the call model. The values are the names on the wire, those of the states as in the TSP
session's published messages.

They stand by themselves as they are compiled, and the values that have them are not: there a member costs
nothing, and elsewhere, up to Python 3.11, six times as much as a name of a module.
"""

from enum import Enum


class CallState(Enum):
    """Where a call is; the value is its name on the wire."""

    __hash__ = object.__hash__  # Enum's own is a function in Python, and every change of a call asks for it

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
    ELSEWHERE = "elsewhere"
    """Answered at another phone: picked up, or by another phone that rang for the same call."""
    CANCELLED = "cancelled"
    """The caller has hung up before anybody answered."""
    FORWARDED = "forwarded"
    """Sent on to another address before the answer: by a forwarding, or by `Redirect`."""
    TRANSFERRED = "transferred"
    """This terminal has left the call; the two others talk on."""
    PARKED = "parked"

    @classmethod
    def _missing_(cls, _value: object) -> "Cause":
        return cls.FAILURE


class Direction(Enum):
    """Seen from the call's terminal: did it make the call, or is it being called?"""

    OUTBOUND = "outbound"
    INBOUND = "inbound"


class Reason(Enum):
    """How a call came to this terminal; the value is its name on the wire."""

    DIRECT = "direct"
    FORWARDED_ALWAYS = "forwarded-always"
    FORWARDED_BUSY = "forwarded-busy"
    FORWARDED_NO_ANSWER = "forwarded-no-answer"
    REDIRECTED = "redirected"
    """Sent on by somebody while it rang."""
    TRANSFERRED = "transferred"
    PICKED_UP = "picked-up"
    """It rang at another phone, and was taken from there."""
    UNPARKED = "unparked"
    REMINDER = "reminder"
    """A parked or held call rings back."""
    UNKNOWN = "unknown"
    """A reason that this version does not know, or that the switch does not tell."""

    @classmethod
    def _missing_(cls, _value: object) -> "Reason":
        return cls.UNKNOWN


class Privacy(Enum):
    """Why a party's number is not shown."""

    NONE = "none"
    WITHHELD = "withheld"
    """The party does not want to show it (RFC 3323); name and id are empty."""
    UNAVAILABLE = "unavailable"
    """The network did not pass it on."""

    @classmethod
    def _missing_(cls, _value: object) -> "Privacy":
        return cls.UNAVAILABLE


class ForwardWhen(Enum):
    """When a call is forwarded."""

    ALWAYS = "always"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    UNKNOWN = "unknown"
    """A case that this version does not know; it is shown, and nobody can ask for it."""

    @classmethod
    def _missing_(cls, _value: object) -> "ForwardWhen":
        return cls.UNKNOWN

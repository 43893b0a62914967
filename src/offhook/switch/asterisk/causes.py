"""The cause of a call's end from Q.850 causes and the statuses of Dial.

Numbers: ITU-T Q.850 as Asterisk's causes.h has it; words: DIALSTATUS, the `DialStatus` of a DialEnd event.
"""

from __future__ import annotations

from offhook.call import Cause

_CALLEE: dict[int, Cause] = {
    1: Cause.UNREACHABLE,  # unallocated number
    2: Cause.UNREACHABLE,
    3: Cause.UNREACHABLE,  # no route to destination
    17: Cause.BUSY,
    18: Cause.NO_ANSWER,  # no user responding
    19: Cause.NO_ANSWER,  # alerting, no answer
    20: Cause.UNREACHABLE,  # subscriber absent
    21: Cause.REJECTED,
    22: Cause.UNREACHABLE,  # number changed
    27: Cause.UNREACHABLE,  # out of order
    28: Cause.INVALID_ADDRESS,
    34: Cause.UNREACHABLE,  # congestion
    38: Cause.UNREACHABLE,
    41: Cause.UNREACHABLE,
    42: Cause.UNREACHABLE,
    50: Cause.NOT_ALLOWED,
    52: Cause.NOT_ALLOWED,
    54: Cause.NOT_ALLOWED,
    57: Cause.NOT_ALLOWED,
    102: Cause.UNREACHABLE,  # a timer expired
}

UNSAID = frozenset({0, 16, 31})
"""Normal clearing or no cause: they do not say why a call was not answered."""

ELSEWHERE = 26
"""Non-selected user clearing: another phone has answered."""

_NORMAL = frozenset({*range(32), 127})
"""What ends a call that was up in the ordinary way: Q.850's class of normal events, and 127, interworking.
That is Asterisk's word for a phone that says 481: it has hung up as Asterisk asked something of it."""

_AWAY = frozenset({1, 2, 3, 18, 20, 22, 27, 34, 38, 41, 42, 102})


def callee_cause(number: int) -> Cause | None:
    """Why the called party did not take the call; None when the number does not say."""
    return None if number in UNSAID else _CALLEE.get(number, Cause.FAILURE)


def own_cause(number: int, *, rang: bool) -> Cause:
    """The same for the user's own phone: it is away (also 19, no answer, without ringing), or it refused."""
    if number in _AWAY or (number in (0, 16, 19, 31) and not rang):
        return Cause.TERMINAL_UNAVAILABLE
    return Cause.TERMINAL_REJECTED


def dial_cause(status: str, *, rang: bool) -> Cause | None:
    """The cause that a DialEnd tells where the called channel has none; None for any other status."""
    match status:
        case "BUSY":
            return Cause.BUSY
        case "NOANSWER":
            return Cause.NO_ANSWER if rang else Cause.UNREACHABLE
        case "CONGESTION" | "CHANUNAVAIL":
            return Cause.UNREACHABLE
        case "INVALIDARGS":
            return Cause.FAILURE
    return None


def up_cause(number: int) -> Cause:
    """Why a call that was answered ended."""
    return Cause.NORMAL if number in _NORMAL else Cause.FAILURE

"""The cause of a call's end from the final status of its INVITE (RFC 3261 §21)."""

from __future__ import annotations

from offhook.call import Cause
from offhook.sip.endpoint import Failure

_CALLEE: dict[int, Cause] = {
    486: Cause.BUSY,
    600: Cause.BUSY,
    408: Cause.NO_ANSWER,
    480: Cause.NO_ANSWER,
    487: Cause.NO_ANSWER,
    403: Cause.REJECTED,
    433: Cause.REJECTED,  # nobody is taken who hides the number (RFC 5079)
    603: Cause.REJECTED,
    607: Cause.REJECTED,  # unwanted (RFC 8197)
    608: Cause.REJECTED,  # by who looks at calls for the callee (RFC 8688)
    404: Cause.UNREACHABLE,
    410: Cause.UNREACHABLE,
    501: Cause.UNREACHABLE,
    502: Cause.UNREACHABLE,
    503: Cause.UNREACHABLE,
    504: Cause.UNREACHABLE,
    604: Cause.UNREACHABLE,
    400: Cause.INVALID_ADDRESS,
    414: Cause.INVALID_ADDRESS,
    416: Cause.INVALID_ADDRESS,
    484: Cause.INVALID_ADDRESS,
    485: Cause.INVALID_ADDRESS,
    401: Cause.NOT_ALLOWED,
    407: Cause.NOT_ALLOWED,
}
_AWAY = frozenset({404, 408, 410, 430, 500, 501, 502, 503, 504, 604})
_TECHNICAL = frozenset(
    {
        *(
            400,
            405,
            406,
            411,
            413,
            414,
            415,
            416,
            420,
            421,
            422,
            423,
            439,
            469,
            481,
            482,
            483,
            488,
            491,
            493,
            494,
        ),
        *(505, 513, 580, 606),
    }
)
"""Statuses of a program that cannot serve the request: no person has refused anything."""


def callee_cause(status: int) -> Cause:
    """Why the called phone's final response `status` (300 to 699) ended the call.

    A phone that forwards its calls (3xx) is not followed: it would decide what our users' accounts dial.
    """
    return Cause.REJECTED if status < 400 else _CALLEE.get(status, Cause.FAILURE)


def own_cause(status: int) -> Cause:
    """The same for the user's own phone: it is away, it refused, or it could not serve the request."""
    if status in _TECHNICAL:
        return Cause.FAILURE
    return Cause.TERMINAL_UNAVAILABLE if status in _AWAY else Cause.TERMINAL_REJECTED


def status_of(failure: Failure) -> int:
    """The status that a request without a final response counts as (RFC 3261 §8.1.3.1)."""
    return 503 if failure is Failure.TRANSPORT else 504

"""The cause of a call's end behind a PBX, whose status is often its own and not the phone's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from offhook.call import Cause
from offhook.sip.message import Response, SipParseError
from offhook.sip.values import parse_params
from offhook.switch.b2bua.causes import callee_cause, own_cause

_AWAY = frozenset({1, 3, 18, 20, 27})
_CALLEE_Q850: Mapping[int, Cause] = {
    1: Cause.UNREACHABLE,  # unallocated number
    3: Cause.UNREACHABLE,  # no route
    17: Cause.BUSY,
    18: Cause.UNREACHABLE,  # no user responding
    19: Cause.NO_ANSWER,
    20: Cause.UNREACHABLE,  # subscriber absent
    21: Cause.REJECTED,
    22: Cause.UNREACHABLE,  # number changed
    27: Cause.UNREACHABLE,  # destination out of order
    28: Cause.INVALID_ADDRESS,
    34: Cause.UNREACHABLE,  # no circuit
    38: Cause.UNREACHABLE,  # network out of order
}
_VAGUE = frozenset({403, 408, 480, 500, 503})
"""Statuses that PBXs use where they have no better one: the Reason header says more."""

_FROM_SIP: Mapping[int, int] = {404: 1, 408: 18, 410: 22, 484: 28, 486: 17, 600: 17, 603: 21, 604: 1}
"""What a SIP status in a Reason header says, as a cause of Q.850 (RFC 3398 §8.2.6.1, backwards)."""


def q850(response: Response | None) -> int:
    """The cause that the Reason headers tell (RFC 3326, ITU-T Q.850), 0 for none.

    Q.850 comes before SIP, wherever it stands: the network said it, and the status is a gateway's rendering.
    """
    return q850_of(response.headers.all("Reason")) if response is not None else 0


def q850_of(reasons: Iterable[str]) -> int:
    """The same for Reason values from elsewhere."""
    told: dict[str, int] = {}
    for value in reasons:
        protocol, semicolon, rest = value.partition(";")
        try:
            cause = (parse_params(semicolon + rest).get("cause") or "").strip('" ')
        except SipParseError:
            continue  # one that cannot be read does not spoil the others
        if cause.isascii() and cause.isdigit() and len(cause) < 4:
            told.setdefault(protocol.strip().upper(), int(cause))
    return told.get("Q.850", 0) or _FROM_SIP.get(told.get("SIP", 0), 0)


def cause_of_callee(status: int, rang: bool, told: int = 0) -> Cause:
    """Why the called phone does not take the call; `told` is the cause of Q.850, if there is one.

    A PBX says 408 of a phone that says nothing, and a proxy 500 where a phone said 503 (RFC 3261 §16.7).
    """
    if status in _VAGUE and told in _CALLEE_Q850:
        return _CALLEE_Q850[told]
    if status == 500 or (status == 408 and not rang):
        return Cause.UNREACHABLE
    return callee_cause(status)


def cause_of_own(status: int, rang: bool, told: int = 0) -> Cause:
    """The same for the user's own phone: it is away, it refuses, or the PBX refuses the account."""
    if told in _AWAY or (status == 480 and not rang and not told):
        return Cause.TERMINAL_UNAVAILABLE
    if status in (401, 403, 407) and not told:
        return Cause.NOT_ALLOWED
    return Cause.TERMINAL_REJECTED if told in (17, 19, 21) else own_cause(status)

"""Whether somebody at a phone holds the call by the phone's own key, as the directions of the last offer and
answer say (RFC 3264 §8.4, RFC 6337 §5.3)."""

from __future__ import annotations

from offhook.switch.b2bua.direction import direction_of
from offhook.switch.b2bua.leg import Leg

HOLD = ("sendonly", "inactive")
"""Who says this does not want to hear the other party."""


def holds_by_offer(leg: Leg, offer: bytes) -> bool:
    """Does the phone hold the call, once this offer of it is answered?

    A phone that is on hold itself may say "inactive" again when it only refreshes its session (RFC 6337
    §5.3): nothing has changed then.
    """
    direction = direction_of(offer)
    if direction is None or (direction == "inactive" == direction_of(leg.origin.described)):
        return leg.holds
    return direction in HOLD


def holds_by_answer(leg: Leg, offer: bytes, answer: bytes) -> bool:
    """Does the phone hold the call, that has answered this offer?

    It has no choice where it is to be silent, or to hear nothing; and where it only hears, "inactive" may be
    how it says that it has nothing to send.
    """
    told, said = direction_of(offer), direction_of(answer)
    if told == "sendrecv":
        return said in HOLD
    return leg.holds and not (told == "sendonly" and said in ("recvonly", "sendrecv"))

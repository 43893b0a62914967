"""What can be done now with a call, and what a phone's calls may allow at some time."""

from __future__ import annotations

from collections.abc import Iterable

from offhook.call import CAN_DROP, Call, CallState, Feature, Features
from offhook.switch.b2bua.call import B2buaCall

CONTROL: Features = frozenset(
    {
        Feature.DROP,
        Feature.HOLD,
        Feature.RETRIEVE,
        Feature.SWAP,
        Feature.TRANSFER,
        Feature.CONSULT,
        Feature.COMPLETE,
        Feature.COMPLETE_RINGING,
        Feature.COMPLETE_ANY,
        Feature.DTMF,
    }
)
"""What the calls may allow, as far as the two legs of a call are concerned."""

Other = tuple[B2buaCall, Call]


def control_features(call: B2buaCall, value: Call, others: Iterable[Other]) -> Features:
    """What can be done with the call of a terminal, whose other calls are `others`."""
    if value.state is not CallState.CONNECTED:
        ringing = value.consultation and _may_complete(call, value, others)
        return CAN_DROP | {Feature.COMPLETE} if ringing else CAN_DROP
    if call.transfer is not None:
        return CAN_DROP
    others = list(others)
    found = {Feature.DROP}
    held_here = value.id in call.held_for
    there = call.leg_of(value.id) is not None
    far = call.far_leg_of(value.id)
    reached = _is_reached(call, value)
    if there and not value.held:
        found.add(Feature.HOLD)
        if far is not None and not value.related:
            found.add(Feature.CONSULT)
        if far is not None and reached and far.accepts_info:
            found.add(Feature.DTMF)
    if there and reached and not value.related:
        found.add(Feature.TRANSFER)
    active = active_of(others)
    # A call that is just being transferred keeps its phones until it is known whose they are.
    if held_here and can_return(call, value.id) and (active is None or active[0].transfer is None):
        found.add(Feature.RETRIEVE)
        if there and far is not None and not value.related and active is None:
            found.add(Feature.CONSULT)
        if active is not None:
            found.add(Feature.SWAP)
    if _may_complete(call, value, others):
        found.add(Feature.COMPLETE)
    return frozenset(found)


def active_of(others: Iterable[Other]) -> Other | None:
    """The one of these calls of a terminal that it talks by, or would if it were not held by the other."""
    return next((one for one in others if one[1].state is CallState.CONNECTED and not one[1].held), None)


def can_return(call: B2buaCall, call_id: str) -> bool:
    """Is there a phone by which the held call can be taken back?

    Where somebody has pressed the hold key of the phone itself, only that key takes it back.
    """
    line = call.lines.get(call_id)
    leg = line.leg if line is not None else call.leg_of(call_id)
    return leg is not None and not leg.ended and not leg.holds


def partners(call: B2buaCall, value: Call, others: Iterable[Other]) -> list[Other]:
    """The calls with whose other party this call's other party can be connected now."""
    return [one for one in others if _can_join(call, value, *one)]


def _may_complete(call: B2buaCall, value: Call, others: Iterable[Other]) -> bool:
    return bool(partners(call, value, others))


def _can_join(call: B2buaCall, value: Call, other: B2buaCall, its_value: Call) -> bool:
    if call is other or call.transfer is not None or other.transfer is not None:
        return False
    states = {value.state, its_value.state}
    if states == {CallState.CONNECTED}:
        return (
            (value.related == its_value.id or value.held or its_value.held)
            and _is_reached(call, value)
            and _is_reached(other, its_value)
        )
    if value.related != its_value.id or CallState.CONNECTED not in states:
        return False
    (first, its_first), (second, its_second) = (
        ((call, value), (other, its_value)) if its_value.consultation else ((other, its_value), (call, value))
    )
    return (
        its_first.state is CallState.CONNECTED
        and its_second.consultation
        and its_second.state is CallState.RING_BACK
        and second.is_ringing
        and _is_reached(first, its_first)
    )


def _is_reached(call: B2buaCall, value: Call) -> bool:
    """Is the other party there, and does not hold the call, through us or by the key of its phone?

    Who holds a call hears nobody before taking it back, whomever the call is connected with.
    """
    far = call.far_leg_of(value.id)
    return far is not None and not far.holds and not call.held_for - {value.id}

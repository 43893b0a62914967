"""What is told of a call between two phones: a `Call` for each terminal of ours that takes part in it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from offhook.call import Call, CallState, Cause, Direction, Party, advance, changed, live, new_call_id
from offhook.switch.b2bua.called import CalledSide
from offhook.switch.b2bua.leg import Leg, LegHost


class OngoingTransfer(Protocol):
    """The transfer that a call is part of, as far as the call has to know it."""

    @property
    def joining(self) -> bool:
        """Does an offer wait for its answer, so that no other offer may be made?"""
        ...

    def may_leave(self, leg: Leg) -> bool:
        """May the call go on if this phone hangs up?"""
        ...

    def call_ended(self, call: PublishedCall) -> None:
        """A call that takes part in the transfer is over."""
        ...


class Publisher(LegHost, Protocol):
    """What the values of calls need of the switch."""

    def publish(self, call: Call) -> None:
        """Tell of a call as it now is."""
        ...

    def adopt(self, call_id: str, call: Any) -> None:
        """A call by this id is dropped through `call`, a `B2buaCall`."""
        ...

    def release(self, call_id: str) -> None:
        """The call by this id is over."""
        ...


_CAUSES_WHERE_IT_RINGS: Mapping[Cause, Cause] = {
    Cause.NORMAL: Cause.CANCELLED,
    Cause.DROPPED: Cause.CANCELLED,
    Cause.BUSY: Cause.REJECTED,
}
"""What the end of a call means where it rang: the caller has given up, and a phone that says busy after it
has rung was rejected by hand."""


class PublishedCall:
    """`call` is published for the caller's terminal. If the callee is a terminal of ours, its own call is
    published from when it rings, `inbound`; so is that of the target of a transfer, `target_call`, until it
    takes the place of the transferor.

    After the caller has left by a transfer, `call` is that of another terminal, with its phone as
    `caller_leg`.
    """

    def __init__(self, host: Publisher, caller: Party, called: CalledSide) -> None:
        self._publisher, self.called = host, called
        self._maker = self.shown = caller
        """The caller as called phones show it."""
        external = None if called.terminal is None else False
        self.call = Call(
            *(new_call_id(), caller.id, CallState.OFF_HOOK, caller, called.dialled, time.time()),
            external=external,
        )
        self.inbound: Call | None = None
        self.target_call: Call | None = None
        self.caller_leg: Leg | None = None
        self.callee_leg: Leg | None = None
        self.transfer: OngoingTransfer | None = None
        host.adopt(self.call.id, self)

    @property
    def terminals(self) -> set[str]:
        """The terminals that have a call here, or will have one when they ring."""
        found = {self.call.terminal}
        if self.called.terminal:
            found.add(self.called.terminal)
        if self.target_call is not None:
            found.add(self.target_call.terminal)
        return found

    def _advance_inbound(self, state: CallState, now: float) -> None:
        if self.called.terminal is None:
            return
        if self.inbound is None:
            self.inbound = replace(
                self.call,
                id=new_call_id(),
                terminal=self.called.terminal,
                state=CallState.RING_BACK,
                caller=self.shown,
                direction=Direction.INBOUND,
                started=now,
                revision=0,
                reason=self.called.reason,
                redirecting=self.called.redirecting,
                by_hand=False,
            )
            self._publisher.adopt(self.inbound.id, self)
            self._publisher.publish(self.inbound)
        if state is CallState.CONNECTED and self.inbound.state is CallState.RING_BACK:
            self.inbound = advance(self.inbound, state, now)
            self._publisher.publish(self.inbound)

    def end_inbound(self, cause: Cause, redirected_to: Party | None = None) -> None:
        """The callee's call is over, and the caller's goes on."""
        inbound, self.inbound = self.inbound, None
        if inbound is not None:
            self._publish_end(replace(inbound, redirected_to=redirected_to), cause, there=True)

    def _publish_end(self, call: Call, cause: Cause, *, there: bool = False) -> Call:
        """`there`: the cause is meant for this very call, and not for the one that rings there."""
        if not live(call):
            return call
        if call.rings_here and not there:
            cause = _CAUSES_WHERE_IT_RINGS.get(cause, cause)
        self._publisher.release(call.id)
        ended = advance(call, CallState.ON_HOOK, time.time(), cause)
        self._publisher.publish(ended)
        return ended

    # Its part in a transfer

    def party_at(self, leg: Leg | None) -> Party:
        """The party whose phone this leg is."""
        called_by_caller_leg = self.call.direction is Direction.OUTBOUND
        if (leg is self.caller_leg) is not called_by_caller_leg:
            return self.call.callee
        return self.shown if self.call.caller == self._maker else self.call.caller

    def target_rings(self, terminal: str, transferee: Party, target: Party) -> None:
        """The transfer's target rings; it is one of our terminals."""
        self.target_call = Call(
            new_call_id(),
            terminal,
            CallState.RING_BACK,
            transferee,
            target,
            time.time(),
            Direction.INBOUND,
        )
        self._publisher.adopt(self.target_call.id, self)
        self._publisher.publish(self.target_call)

    def target_answered(self) -> None:
        """The transfer's target has answered."""
        if self.target_call is not None:
            self.target_call = advance(self.target_call, CallState.CONNECTED, time.time())
            self._publisher.publish(self.target_call)
        elif self.call.state is CallState.RING_BACK:
            # The caller has left already: the target's call is the only one that is left.
            self.call = advance(self.call, CallState.CONNECTED, time.time())
            self._publisher.publish(self.call)

    def end_call_of(self, transferor: Leg) -> None:
        """End the transferor's own call, if there is another call to go on with."""
        if transferor is self.callee_leg:
            if self.inbound is not None:
                self._publish_end(self.inbound, Cause.NORMAL)
                self.inbound = None
        elif self.call.terminal == transferor.terminal and (rest := self.inbound or self.target_call):
            self._publish_end(self.call, Cause.NORMAL)
            if rest is self.inbound:
                self.caller_leg, self.callee_leg = self.callee_leg, self.caller_leg
                self.inbound = None
            else:
                self.target_call = None
            self.call = rest

    def replace_leg(self, transferor: Leg, target_leg: Leg, target: Party) -> None:
        """Complete the transfer: put the target's phone in the transferor's place."""
        self.transfer = None
        self.end_call_of(transferor)
        if transferor is self.caller_leg:
            self.caller_leg = target_leg
            return
        self.callee_leg, self.inbound, self.target_call = target_leg, self.target_call, None
        self.call = _with_other_party(self.call, target)
        self._publisher.publish(self.call)

    def transfer_failed(self, cause: Cause) -> None:
        """The transfer has failed: everything is as before."""
        self.transfer = None
        if self.target_call is not None:
            self._publish_end(self.target_call, cause)
            self.target_call = None

    def take_over(self, call: Call, party: Party) -> None:
        """Take the target's call over from the consultation call. `party` is its new other party."""
        self.target_call = _with_other_party(call, party)
        self._publisher.adopt(call.id, self)
        self._publisher.publish(self.target_call)


def _with_other_party(call: Call, party: Party) -> Call:
    if call.direction is Direction.OUTBOUND:
        return changed(call, callee=party)
    return changed(call, caller=party)

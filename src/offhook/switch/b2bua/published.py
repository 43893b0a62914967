"""What is told of a call between two phones: a `Call` for each terminal of ours that takes part in it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial
from typing import Any, Protocol

from offhook.call import (
    Call,
    CallState,
    Cause,
    Direction,
    Party,
    Reason,
    advance,
    changed,
    live,
    new_call,
    new_call_id,
    with_members,
)
from offhook.switch.b2bua.called import CalledSide
from offhook.switch.b2bua.leg import Leg, LegHost
from offhook.switch.b2bua.line import Line


class OngoingTransfer(Protocol):
    """The transfer that a call is part of, as far as the call has to know it."""

    @property
    def leaving(self) -> Cause:
        """With this cause the call of who leaves ends."""
        ...

    @property
    def target(self) -> Party:
        """Who comes in place of who leaves."""
        ...

    @property
    def joining(self) -> bool:
        """Does an offer wait for its answer, so that no other offer may be made?"""
        ...

    @property
    def called(self) -> CalledSide | None:
        """The target's phones, while they ring."""
        ...

    def reject(self, cause: Cause) -> None:
        """The target does not want the call that rings."""
        ...

    def may_leave(self, leg: Leg) -> bool:
        """May the call go on if this phone hangs up?"""
        ...

    def phone_left(self) -> None:
        """The transferor has hung up the phone, and the transferee waits."""
        ...

    def call_ended(self, call: PublishedCall) -> None:
        """A call that takes part in the transfer is over."""
        ...


class Publisher(LegHost, Protocol):
    """What the values of calls need of the switch."""

    def publish(self, call: Call) -> None:
        """Tell of a call as it now is."""
        ...

    def publish_later(self, call: Call) -> None:
        """Tell of it a moment later, but before its next value."""
        ...

    def adopt(self, call_id: str, call: Any) -> None:
        """A call by this id is dropped through `call`, a `B2buaCall`."""
        ...

    def release(self, call_id: str) -> None:
        """The call by this id is over."""
        ...

    def note_held(self, call_id: str) -> None:
        """The call by this id is among those that its terminal has put on hold through us."""
        ...

    def is_colleague(self, number: str) -> bool:
        """Is it a terminal of another switch, whose calls cost nothing, and which that one tells of?"""
        ...


_ON_HOOK, _RING_BACK = CallState.ON_HOOK, CallState.RING_BACK
"""As names of the module: up to Python 3.11 a member of an enumeration takes six times as long."""

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
    `caller_leg`. If no terminal of ours is left, its terminal is "", and nobody is told of it.

    `held_for`: the ids of those calls that their terminals have put on hold through us. `lines`: where a call
    shares its phone with other calls of its terminal, by its id.
    """

    from_outside = False
    """Does the caller have no terminal of ours, whatever number it shows?"""

    def __init__(self, host: Publisher, caller: Party, called: CalledSide) -> None:
        self._publisher, self.called = host, called
        self._maker = self.shown = caller
        """The caller as called phones show it."""
        external = True if self.from_outside else None if called.terminal is None else False
        terminal = "" if self.from_outside else caller.id
        self.call = new_call(
            terminal, CallState.OFF_HOOK, caller, called.dialled, time.time(), external=external
        )
        self.inbound: Call | None = None
        self.target_call: Call | None = None
        self.caller_leg: Leg | None = None
        self.callee_leg: Leg | None = None
        self.transfer: OngoingTransfer | None = None
        self.held_for: set[str] = set()
        self.lines: dict[str, Line] = {}
        self._left: Leg | None = None  # whose own call a transfer has ended
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

    @property
    def values(self) -> tuple[Call, ...]:
        """Its live calls."""
        return tuple(one for one in (self.call, self.inbound, self.target_call) if one and live(one))

    @property
    def through(self) -> bool:
        """Are both phones here, and has neither terminal put the call on hold through us?"""
        return self.caller_leg is not None and self.callee_leg is not None and not self.held_for

    def value(self, call_id: str) -> Call | None:
        """The live call with this id."""
        for one in (self.call, self.inbound, self.target_call):
            if one is not None and one.id == call_id and live(one):
                return one
        return None

    def line_of(self, leg: Leg) -> Line | None:
        """What the phone shares with other calls, if it does."""
        return next((line for line in self.lines.values() if line.leg is leg), None)

    def leg_of(self, call_id: str) -> Leg | None:
        """The phone of the terminal whose call has this id; None while another call has it."""
        return self.caller_leg if call_id == self.call.id else self._leg_of_callee(call_id)

    def far_leg_of(self, call_id: str) -> Leg | None:
        """The phone at the other end of the call with this id."""
        return self.callee_leg if call_id == self.call.id else self.caller_leg

    def put_leg(self, call_id: str, leg: Leg | None) -> None:
        """Set the phone of the terminal whose call has this id."""
        if leg is self.leg_of(call_id):
            return
        if call_id == self.call.id:
            self.caller_leg = leg
        elif self.inbound is not None and call_id == self.inbound.id:
            self.callee_leg = leg
        self.tell_soon()

    def own_party(self, call_id: str) -> Party:
        """The party of the terminal whose call has this id."""
        value = self.value(call_id) or self.call
        return value.caller if value.direction is Direction.OUTBOUND else value.callee

    def other_party(self, call_id: str) -> Party:
        """Whom the terminal whose call has this id talks to."""
        value = self.value(call_id) or self.call
        return value.callee if value.direction is Direction.OUTBOUND else value.caller

    def change(self, call_id: str, **members: Any) -> None:
        """Publish the call with this id with these members, unless it has them already."""
        value = self.value(call_id)
        if value is not None and any(getattr(value, name) != one for name, one in members.items()):
            self._put(changed(value, **members))

    def tell_all_again(self) -> None:
        """Publish its calls as they are: what can be done with them has changed."""
        for value in self.values:
            self._put(changed(value))

    def tell_soon(self) -> None:
        """Publish its calls as they are by the end of this moment, as what can be done with them has changed:
        those of which nothing else is published until then."""
        told = {value.id: value.revision for value in self.values}
        self._publisher.endpoint.after(0.0, partial(self._tell_unless_told, told))

    def _tell_unless_told(self, told: Mapping[str, int], _now: float) -> None:
        for value in self.values:
            if told.get(value.id) == value.revision:
                self._put(changed(value))

    def put_on_hold(self, call_id: str) -> None:
        """The terminal whose call this is has put it on hold through us."""
        self.held_for.add(call_id)
        self._publisher.note_held(call_id)

    def update_hold(self) -> None:
        """Publish for both terminals who has put the call on hold, if that has changed."""
        callee_id = "" if self.inbound is None else self.inbound.id
        by_caller = self._is_held(self.call.id, self.caller_leg)
        by_callee = self._is_held(callee_id, self.callee_leg)
        self.change(self.call.id, held=by_caller, held_by_other=by_callee)
        self.change(callee_id, held=by_callee, held_by_other=by_caller)

    def _is_held(self, call_id: str, leg: Leg | None) -> bool:
        return call_id in self.held_for or (leg is not None and leg.holds)

    def _leg_of_callee(self, call_id: str) -> Leg | None:
        return self.callee_leg if self.inbound is not None and call_id == self.inbound.id else None

    def _put(self, value: Call) -> None:
        if value.id == self.call.id:
            self.call = value
        elif self.inbound is not None and value.id == self.inbound.id:
            self.inbound = value
        else:
            self.target_call = value
        self._publisher.publish(value)

    def _advance_inbound(self, state: CallState, now: float) -> None:
        if self.called.terminal is None:
            return
        if self.inbound is None:
            self.inbound = with_members(
                self.call,
                id=new_call_id(),
                terminal=self.called.terminal,
                state=_RING_BACK,
                caller=self.shown,
                callee=self.call.callee if self.call.direction is Direction.OUTBOUND else self.called.party,
                direction=Direction.INBOUND,
                started=now,
                connected=None,
                revision=0,
                held=False,
                held_by_other=False,
                reason=self.called.reason,
                redirecting=self.called.redirecting,
                by_hand=False,
                related="",
                consultation=False,
            )
            self._publisher.adopt(self.inbound.id, self)
            self._publisher.publish(self.inbound)
        if state is CallState.CONNECTED and self.inbound.state is _RING_BACK:
            self.inbound = advance(self.inbound, state, now)
            self._publisher.publish(self.inbound)

    def end_inbound(self, cause: Cause, redirected_to: Party | None = None) -> None:
        """The callee's call is over, and the caller's goes on."""
        inbound, self.inbound = self.inbound, None
        if inbound is not None:
            self._publish_end(inbound, cause, redirected_to, there=True)

    def _publish_end(
        self, call: Call, cause: Cause, gone_to: Party | None = None, *, there: bool = False
    ) -> Call:
        """`there`: the cause is meant for this very call, and not for the one that rings there."""
        if not live(call):
            return call
        if call.rings_here and not there:
            cause = _CAUSES_WHERE_IT_RINGS.get(cause, cause)
        self._publisher.release(call.id)
        self.held_for.discard(call.id)
        if call.id in self.lines:
            self.lines[call.id].remove(call.id)
        ended = advance(call, _ON_HOOK, time.time(), cause)
        if gone_to is not None:
            ended = with_members(ended, redirected_to=gone_to)
        self._publisher.publish(ended)
        return ended

    # Its part in a transfer

    def party_at(self, leg: Leg | None) -> Party:
        """The party whose phone this leg is."""
        called_by_caller_leg = self.call.direction is Direction.OUTBOUND
        if (leg is self.caller_leg) is not called_by_caller_leg:
            return self.call.callee
        return self.shown if self.call.caller == self._maker else self.call.caller

    def identify(self, leg: Leg, party: Party, *, answered_for: bool = False) -> None:
        """The phone at this leg, which is at another switch, is another party's now than was known here.
        `answered_for`: it has answered in place of who was called, to whom the call belongs still."""
        called = (leg is self.caller_leg) is not (self.call.direction is Direction.OUTBOUND)
        if called and answered_for and party.id != self.call.callee.id:
            self.change(self.call.id, connected_party=party)
            return
        self.change(self.call.id, **({"callee": party} if called else {"caller": party}))
        if self.inbound is not None and leg is self.caller_leg:
            self.change(self.inbound.id, caller=party)

    def target_rings(
        self, terminal: str, transferee: Party, target: Party, reason: Reason, redirecting: Party
    ) -> None:
        """The transfer's target rings; it is one of our terminals."""
        self.target_call = new_call(
            *(terminal, CallState.RING_BACK, transferee, target, time.time()),
            direction=Direction.INBOUND,
            reason=reason,
            redirecting=redirecting,
        )
        self._publisher.adopt(self.target_call.id, self)
        self._publisher.publish(self.target_call)

    def end_target(self, cause: Cause, redirected_to: Party | None = None) -> None:
        """The transfer's target rings no more, and somebody else may."""
        target = self._let_target_go()
        if target is not None:
            self._publish_end(target, cause, redirected_to, there=True)

    def _let_target_go(self) -> Call | None:
        """The target's call, which is to end, while this one goes on. Where the transferor has left, and the
        transferee has no terminal of ours, it was all that was told of this one: then nobody is told."""
        target, self.target_call = self.target_call, None
        if target is None and self.call.rings_here and self.call.terminal:
            target = self.call
            self.call = advance(_untold(target), CallState.CONNECTED, time.time())
            self.caller_leg, self.callee_leg = self.callee_leg, self.caller_leg
            self._publisher.adopt(self.call.id, self)
        return target

    def target_answered(self) -> None:
        """The transfer's target has answered."""
        if self.inbound is not None and self.inbound.state is CallState.RING_BACK:
            self.inbound = advance(self.inbound, CallState.CONNECTED, time.time())
            self._publisher.publish(self.inbound)
        elif self.target_call is not None:
            self.target_call = advance(self.target_call, CallState.CONNECTED, time.time())
            self._publisher.publish(self.target_call)
        elif self.call.state is CallState.RING_BACK:
            # The caller has left already: the target's call is the only one that is left.
            self.call = advance(self.call, CallState.CONNECTED, time.time())
            self._publisher.publish(self.call)
        else:
            self.tell_all_again()  # the target is none of ours, and who waits for it was up already

    def note_payer(self, payer: Party, callee: Party, reason: Reason) -> None:
        """None of ours is in the call any more, or it is called outside for somebody outside: it goes on as a
        call to `callee` for which this terminal pays. No effect if a terminal of ours is in it, or if the
        callee is a colleague."""
        own = self.call
        if (
            not live(own)
            or self._publisher.is_colleague(callee.id)
            or any(one.terminal for one in self.values)
        ):
            return
        caller = own.caller if own.direction is Direction.OUTBOUND else own.callee
        now = time.time()
        self.call = with_members(
            own,
            direction=Direction.OUTBOUND,
            caller=caller,
            callee=callee,
            started=now,
            connected=now if own.state is CallState.CONNECTED else None,
            reason=reason,
            redirecting=payer,
            external=True,
            by_hand=False,
        )
        self._publisher.publish(self.call)

    def end_call_of(self, transferor: Leg, cause: Cause, gone_to: Party | None = None) -> None:
        """End the transferor's own call, once; the other one takes its place as `call`.

        The other one may be at the same terminal: who is transferred to the own number, or by the own user.
        Without another one it goes on being told of, as the call of who pays for it, after a transfer by
        hand. After one by command (TRANSFERRED) nobody is told of the call any more.
        """
        if transferor is self._left:
            return
        if transferor is self.callee_leg:
            if self.inbound is not None:
                self._left = transferor
                self._publish_end(self.inbound, cause, gone_to)
                self.inbound = None
        elif self.call.terminal == transferor.terminal:
            left, rest = self.call, self.inbound or self.target_call
            target = "" if self.transfer is None else self.transfer.target.id
            if rest is None and cause is Cause.NORMAL and not self._publisher.is_colleague(target):
                return  # handed on at the phone to somebody outside: it stays that of who pays for it
            self._left = transferor
            if rest is None:
                rest = _untold(left)
                self._publisher.adopt(rest.id, self)
            self._publish_end(left, cause, gone_to)
            if rest is self.target_call:
                self.target_call = None
            else:
                self.caller_leg, self.callee_leg = self.callee_leg, self.caller_leg
                self.inbound = None
            self.call = rest

    def take_out(self, leg: Leg) -> None:
        """The phone has no part in this call any more."""
        if self.caller_leg is leg:
            self.caller_leg = None
        elif self.callee_leg is leg:
            self.callee_leg = None

    def replace_leg(self, transferee: Leg, target_leg: Leg, target: Party) -> None:
        """Complete the transfer: the target's phone takes the place of the transferor, who has left."""
        self.transfer = self._left = None
        if transferee is self.callee_leg:
            self.caller_leg = target_leg
            return
        self.callee_leg, self.inbound, self.target_call = target_leg, self.target_call, None
        self.call = with_other_party(self.call, target)
        self._publisher.publish(self.call)

    def transfer_failed(self, cause: Cause) -> None:
        """The transfer has failed: everything is as before."""
        self.transfer = None
        target = self._let_target_go()
        if target is not None:
            self._publish_end(target, cause)
        self.tell_all_again()

    def give_far_side(self, call_id: str, cause: Cause, gone_to: Party) -> Call:
        """End this call but for the far side of the terminal's call with this id: another call takes that.

        Returns the far side's call, with the terminal "" if it is none of ours.
        """
        own = self.value(call_id) or self.call
        far = self.inbound if own is self.call else self.call
        if far is None:
            far = _untold(own)
        else:
            self._publisher.release(far.id)
        self._publish_end(own, cause, gone_to)
        self.call, self.inbound = with_members(self.call, state=CallState.ON_HOOK), None
        self.caller_leg = self.callee_leg = None
        return far

    def take_over(self, call: Call, party: Party) -> None:
        """Take the target's call over from the consultation call. `party` is its new other party."""
        self.target_call = with_other_party(call, party)
        self._publisher.adopt(call.id, self)
        self._publisher.publish(self.target_call)


def with_other_party(call: Call, party: Party) -> Call:
    """The call with somebody else as whom its terminal talks to."""
    if call.direction is Direction.OUTBOUND:
        return changed(call, callee=party)
    return changed(call, caller=party)


def _untold(call: Call) -> Call:
    """The same call as its other party has it, which is none of our terminals: nobody is told of it."""
    turned = Direction.INBOUND if call.direction is Direction.OUTBOUND else Direction.OUTBOUND
    return new_call("", call.state, call.caller, call.callee, call.started, direction=turned)

"""A call that either phone may hand to somebody else, by its transfer key."""

from __future__ import annotations

import time
from abc import abstractmethod
from dataclasses import replace

from offhook.call import Call, CallState, Cause, Direction, Party, advance, changed, live, new_call_id
from offhook.sip.endpoint import ServerTransaction
from offhook.sip.message import Request, SipParseError
from offhook.switch.b2bua.control import Control
from offhook.switch.b2bua.leg import Leg, LegOwner
from offhook.switch.b2bua.number import callable_number
from offhook.switch.b2bua.referto import ReferTo
from offhook.switch.b2bua.transfer import Attended, Blind, Ringing, Transfer


class Handover(Control):
    """`arriving` is the call of a terminal to whom this one is being transferred.

    After a transfer `call` is that of the terminal of `near` all the same. `no_answer_s`: how long a called
    phone may ring.
    """

    no_answer_s: float
    arriving: Call | None = None
    transfer: Transfer | None = None

    @property
    def terminals(self) -> set[str]:
        return super().terminals | ({self.arriving.terminal} if self.arriving is not None else set())

    def finish(self, cause: Cause) -> None:
        transfer, self.transfer = self.transfer, None
        if live(self.call) and self.arriving is not None:
            self.over(self.arriving, cause)
            self.arriving = None
        super().finish(cause)
        if transfer is not None:
            transfer.ended(self)

    @property
    def settled(self) -> bool:
        return super().settled and self.transfer is None

    def on_request(self, leg: Leg, transaction: ServerTransaction, request: Request) -> None:
        if request.method == "REFER":
            self._refer(leg, self.other(leg), transaction, request)
        elif request.method == "INVITE" and self.transfer is not None and self.transfer.joining:
            leg.answer(transaction, 491)
        else:
            super().on_request(leg, transaction, request)

    def gone(self, leg: Leg, cause: Cause) -> None:
        if self.transfer is not None and self.transfer.leaves(leg):
            self.leave(leg)
        else:
            super().gone(leg, cause)

    @abstractmethod
    def who(self, number: str) -> tuple[Party, str | None]:
        """Whose number it is, and the id of the terminal if it is one of ours."""

    @abstractmethod
    def reach(self, number: str, by: Leg, shown: Party, owner: LegOwner) -> Ringing | None:
        """Call somebody on behalf of the terminal of `by`, showing him `shown`, without an offer.

        `owner` gets the leg. None when he cannot be called.
        """

    def party_of(self, leg: Leg | None) -> Party:
        """Whose phone it is."""
        made_by_near = self.call.direction is Direction.OUTBOUND
        return self.call.caller if (leg is self.near) is made_by_near else self.call.callee

    def arrive(self, terminal: str, caller: Party, own: Party) -> None:
        """The phone of a terminal rings, to whom the call is being transferred."""
        state, now = CallState.RING_BACK, time.time()
        self.arriving = Call(new_call_id(), terminal, state, caller, own, now, Direction.INBOUND)
        self.core.adopt(self.arriving.id, self)
        self.core.publish(self.arriving)

    def answered(self) -> None:
        """It was lifted."""
        if self.arriving is not None:
            self.arriving = advance(self.arriving, CallState.CONNECTED, time.time())
            self.core.publish(self.arriving)
        elif self.call.state is CallState.RING_BACK:  # it is what is left of the call
            self.call = advance(self.call, CallState.CONNECTED, time.time())
            self.core.publish(self.call)

    def leave(self, by: Leg) -> None:
        """Who transfers the call is out of it, as soon as there is somebody to go on with."""
        if by is self.far:
            if self.inbound is not None:
                self.over(self.inbound, Cause.NORMAL)
            self.inbound = None
        elif self.call.terminal == by.terminal and (rest := self.inbound or self.arriving) is not None:
            self.over(self.call, Cause.NORMAL)
            if rest is self.inbound:
                self.near, self.far, self.inbound = self.far, self.near, None
            else:
                self.arriving = None
            self.call = rest

    def joined(self, by: Leg, leg: Leg, party: Party) -> None:
        """`leg` is in the place of `by`, which handed the call to this party."""
        self.transfer = None
        self.leave(by)
        if by is self.near:
            self.near = leg
            return
        self.far, self.inbound, self.arriving = leg, self.arriving, None
        outbound = self.call.direction is Direction.OUTBOUND
        self.call = changed(self.call, callee=party) if outbound else changed(self.call, caller=party)
        self.core.publish(self.call)

    def stay(self, cause: Cause) -> None:
        """Nobody took the call: all is as before."""
        self.transfer = None
        if self.arriving is not None:
            self.over(self.arriving, cause)
        self.arriving = None

    def welcome(self, call: Call, party: Party) -> None:
        """The call of a terminal that comes here out of another call; it is with this party now."""
        outbound = call.direction is Direction.OUTBOUND
        self.arriving = changed(call, callee=party) if outbound else changed(call, caller=party)
        self.core.adopt(call.id, self)
        self.core.publish(self.arriving)

    def give_away(self, asked: Leg, leg: Leg) -> Call | None:
        """`leg` goes to another call, and what is left here is over. Its terminal's call, if it has one."""
        self.transfer = None
        self.leave(asked)
        call = self.call if leg is self.near else self.inbound
        if call is not None and call.terminal != leg.terminal:
            call = None
        if call is not None:
            self.core.release(call.id)
        self.near = self.far = None
        if call is not self.call:
            self.over(self.call, Cause.NORMAL)
        self.call = replace(self.call, state=CallState.ON_HOOK)
        self.stop_ringing()
        asked.end()
        return call

    def _refer(self, leg: Leg, other: Leg | None, transaction: ServerTransaction, request: Request) -> None:
        try:
            target = ReferTo.of(request)
        except SipParseError:
            leg.answer(transaction, 400)
            return
        if not leg.terminal or target.method != "INVITE":
            # Nobody outside decides what our users' accounts call; and what else may be asked for is no call.
            leg.answer(transaction, 603)
        elif other is None or other.over or self.transfer or self.call.state is not CallState.CONNECTED:
            leg.answer(transaction, 491)
        elif target.replaces is None and not self.core.may_call(leg.terminal, target.number):
            leg.answer(transaction, 403)
        elif (transfer := self._transfer(leg, other, target)) is None:
            leg.answer(transaction, 603 if target.replaces else 404)
        elif not transfer.begin():
            leg.answer(transaction, 491 if target.replaces else 404)
        else:
            self.transfer = transfer
            leg.answer(transaction, 202)
            transfer.tell(100)

    def _transfer(self, by: Leg, stays: Leg, target: ReferTo) -> Transfer | None:
        if target.replaces is None:
            return Blind(self, by, stays, target.number) if callable_number(target.number) else None
        call_id, one, other = target.replaces
        # Some phones name the tags as the call's first INVITE had them, whoever sent it.
        asked = self.core.legs.get((call_id, one, other)) or self.core.legs.get((call_id, other, one))
        if asked is None or asked.terminal != by.terminal or not isinstance(asked.owner, Handover):
            return None
        control = asked.owner
        comes = control.other(asked)
        if control is self or comes is None or comes.over or control.transfer or not _up(control.call):
            return None
        return Attended(self, by, stays, control, asked, comes)


def _up(call: Call) -> bool:
    return call.state is CallState.CONNECTED

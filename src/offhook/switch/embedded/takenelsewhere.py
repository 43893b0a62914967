"""Taking a call that rings at a phone of another telephone system of the cluster.

The taker's own phone is rung, and its system sends the other one an INVITE that is marked so: there it is as
if somebody took the call by hand at a phone (`PickUpByHand`).
"""

from __future__ import annotations

from collections.abc import Sequence

from offhook.call import Party, Reason, with_members
from offhook.switch.b2bua.call import CallHost
from offhook.switch.b2bua.dialer import DialAttempt
from offhook.switch.b2bua.diversion import NO_DIVERSIONS, Diversion
from offhook.switch.b2bua.leg import LegOwner
from offhook.switch.embedded.clicked import ClickedCall
from offhook.switch.embedded.dialer import EmbeddedDialer
from offhook.switch.embedded.othersystems import OtherCalls


class TakingDialer:
    """Implements `Dialer`: the first that is called is not rung, but has a call taken from it."""

    def __init__(self, dialer: EmbeddedDialer, others: OtherCalls) -> None:
        self._others, self._dialer = others, dialer
        self.no_answer_s, self.terminal_answer_s = dialer.no_answer_s, dialer.terminal_answer_s
        self.rings_s, self.lookup = dialer.rings_s, dialer.lookup
        self.ring_own_phone, self.reaches = dialer.ring_own_phone, dialer.reaches
        self._taken = False

    def call(
        self,
        number: str,
        terminal: str,
        caller: Party,
        owner: LegOwner,
        offer: bytes = b"",
        *,
        diversions: Sequence[Diversion] = NO_DIVERSIONS,
        auto_answer: bool = False,
        referred_by: Party | None = None,
    ) -> DialAttempt | None:
        if not self._taken:
            self._taken = True
            return self._others.call(number, caller, owner, offer, diversions, takes=True)
        return self._dialer.call(
            *(number, terminal, caller, owner, offer),
            diversions=diversions,
            auto_answer=auto_answer,
            referred_by=referred_by,
        )


def taking(
    host: CallHost, dialer: EmbeddedDialer, others: OtherCalls, taker: Party, number: str
) -> ClickedCall:
    """The taker's call, not begun yet, to have what rings at the number."""
    call = ClickedCall(host, TakingDialer(dialer, others), taker, number)
    call.call = with_members(call.call, reason=Reason.PICKED_UP, redirecting=call.call.callee)
    return call

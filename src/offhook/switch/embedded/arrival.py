"""Calls that come in by a trunk: one INVITE of the provider, and the phones of one or several terminals.

Each terminal that rings has a call of its own, a `Branch`, so that it can be answered, rejected, forwarded
and picked up there like any other. The first that is answered gets the provider's leg; the others end as
taken elsewhere. Until then that leg is the `Arrival`'s.
"""

from __future__ import annotations

from collections.abc import Sequence

from offhook.call import CallState, Cause, Party, with_members
from offhook.sip.endpoint import InviteServer, ServerTransaction
from offhook.sip.message import Request, Response
from offhook.switch.b2bua.call import CallHost
from offhook.switch.b2bua.dialer import Dialer
from offhook.switch.b2bua.diversion import NO_DIVERSIONS, Diversion
from offhook.switch.b2bua.leg import Leg
from offhook.switch.b2bua.reason import ELSEWHERE, says_elsewhere
from offhook.switch.embedded.handdialled import HandDialledCall
from offhook.switch.trunk.incoming import Plan

GENTLE = frozenset({408, 480, 486, 600, 603})
"""What the called phones may say that the caller hears as it is. Anything else is an affair of this site."""


class Branch(HandDialledCall):
    """The call at one terminal. It has no caller's leg until it is answered."""

    from_outside = True

    def __init__(
        self,
        host: CallHost,
        dialer: Dialer,
        caller: Party,
        number: str,
        invite: ServerTransaction,
        arrival: Arrival,
        *,
        external: bool,
        diversions: Sequence[Diversion],
        referred_by: Party | None,
    ) -> None:
        super().__init__(host, dialer, caller, number, invite)
        self.called.comes(diversions, referred_by)
        if not external:
            self.call = with_members(self.call, external=False)
        self._arrival: Arrival | None = arrival

    def ring(self, seconds: float) -> int:
        """Ring the terminal, for so long or (0) as any call. 0, or the status that says why it does not."""
        self.advance_to(CallState.PROCEED)
        return self._begun(self.called.begin(self._invite.request.body, ""), seconds)

    def send_on(self, number: str) -> int:
        """Call the number on behalf of the terminal, as a forwarding of it. 0, or the status that says why
        not."""
        self.advance_to(CallState.PROCEED)
        return self._begun(self.called.begin_elsewhere(self._invite.request.body, number), 0.0)

    def _begun(self, status: int, seconds: float) -> int:
        if status:
            self._arrival = None
            self.end(Cause.BUSY if status == 486 else Cause.UNREACHABLE)
        elif seconds:
            self.start_ring_timeout(seconds, Cause.NO_ANSWER, Cause.UNREACHABLE)
            self._note_payer()
        else:
            self.wait_for_answer()
        return status

    def wait_for_answer(self) -> None:
        """Also where it has been sent on."""
        super().wait_for_answer()
        self._note_payer()

    def _note_payer(self) -> None:
        """Outside, the terminal that has sent it there pays for it."""
        by = self.called.redirecting
        if self.called.terminal is None and by is not None:
            self.note_payer(by, self.called.party, self.called.reason)

    def callee_progress(self, leg: Leg, response: Response) -> None:
        if response.status in (180, 183):
            self.advance_to(CallState.RING_BACK)
        if response.status > 100 and self._arrival is not None:
            self._arrival.rings(response)

    def connect(self, leg: Leg, response: Response) -> None:
        arrival, self._arrival = self._arrival, None
        if arrival is not None:
            self.caller_leg = arrival.give_leg(self)
        if self.caller_leg is None or self.caller_leg.ended:
            leg.end()
            self.end(Cause.NORMAL)
            return
        super().connect(leg, response)

    def callee_refused(self, status: int, refusal: Response | None) -> None:
        self._over(status, Cause.BUSY if status in (486, 600) else Cause.NO_ANSWER)

    def unanswered(self, cause: Cause) -> None:
        self._over(480, cause)

    def abandon(self, cause: Cause) -> None:
        if self._arrival is not None:
            self._arrival.stop()
        super().abandon(cause)

    def end(self, cause: Cause) -> None:
        """Also where the switch ends it: then the provider hears of it."""
        arrival, self._arrival = self._arrival, None
        super().end(cause)
        if arrival is not None:
            arrival.refused(self, 480)

    def give_up(self, cause: Cause, to: Party | None = None) -> None:
        """The caller has given up, or somebody else has the call."""
        self._arrival = None
        self.end_inbound(cause, to)
        self.cancel_ringing(ELSEWHERE if cause is Cause.ELSEWHERE else "")
        self.end(cause)

    def _over(self, status: int, cause: Cause) -> None:
        arrival, self._arrival = self._arrival, None
        self.end(cause)
        if arrival is not None:
            arrival.refused(self, status)


class Arrival:
    """Owns the provider's leg until a phone is answered (`LegOwner`). `plan` says who rings. Who calls from
    another telephone system of the cluster is not `external`: it hears what our phones say as it is, and
    `diversions` and `referred_by` are how the call came here."""

    def __init__(
        self,
        host: CallHost,
        dialer: Dialer,
        caller: Party,
        plan: Plan,
        invite: ServerTransaction,
        *,
        external: bool = True,
        diversions: Sequence[Diversion] = NO_DIVERSIONS,
        referred_by: Party | None = None,
    ) -> None:
        self._external, self._diversions, self._referred_by = external, diversions, referred_by
        self._host, self._dialer, self._caller, self._invite = host, dialer, caller, invite
        self._steps, self._plan = list(plan.steps), plan
        self._branches: list[Branch] = []
        self._status = 0
        self._told = self._stepping = False
        self._leg: Leg | None = None
        self._onward = plan.onward
        rung = [phone for step in plan.steps for phone in step] + ([] if plan.onward is None else [""])
        self._alone = len(rung) == 1

    def begin(self, contact: str) -> Leg:
        """Ring the first phones; the provider's leg. Raises `SipParseError` for an INVITE without a usable
        Contact."""
        flow = self._invite.flow
        self._leg = leg = Leg(self._host, self, "", flow.local[0])
        leg.accept_invite(self._invite, contact)
        self._step()
        return leg

    # Its branches

    def rings(self, response: Response) -> None:
        """A phone rings. Of several only that they do is told: one after the other would be heard at once."""
        if self._leg is None:
            return
        if self._alone:
            self._leg.answer(self._invite, response.status, response.body)
        elif not self._told:
            self._told = True
            self._leg.answer(self._invite, 180)

    def give_leg(self, winner: Branch) -> Leg | None:
        """This one has been answered."""
        leg, self._leg = self._leg, None
        if leg is not None:
            leg.owner = winner
        branches, self._branches = self._branches, []
        for branch in branches:
            if branch is not winner:
                branch.give_up(Cause.ELSEWHERE, winner.called.party)
        return leg

    def stop(self) -> None:
        """The switch stops: nobody else is rung."""
        self._steps, self._onward = [], None

    def refused(self, branch: Branch, status: int) -> None:
        """This one is not answered any more."""
        if branch in self._branches:
            self._branches.remove(branch)
        self._note(status)
        if not self._branches and not self._stepping:
            self._step()

    def _step(self) -> None:
        """Ring the next phones; without any left, refuse the call."""
        self._stepping = True
        while self._steps and not self._branches and self._leg is not None:
            for terminal in self._steps.pop(0):
                branch = self._branch(terminal)
                self._branches.append(branch)
                if status := branch.ring(self._plan.ring_s):
                    self._branches.remove(branch)
                    self._note(status)
        onward, leg = self._onward, self._leg
        if onward is not None and leg is not None and not self._branches:
            self._onward = None
            branch = self._branch(onward[0])
            self._branches.append(branch)
            if status := branch.send_on(onward[1]):
                self._branches.remove(branch)
                self._note(status)
        self._stepping = False
        if not self._branches and leg is not None:
            self._leg = None
            # The plan's own word is for who finds nobody; that all are busy or do not want is said so.
            told = self._plan.refusal == 480 and (self._status in GENTLE or not self._external)
            leg.end((told and self._status) or self._plan.refusal)

    def _branch(self, terminal: str) -> Branch:
        return Branch(
            *(self._host, self._dialer, self._caller, terminal, self._invite, self),
            external=self._external,
            diversions=self._diversions,
            referred_by=self._referred_by,
        )

    def _note(self, status: int) -> None:
        """Busy says more than nobody there."""
        if not self._status or status in (486, 600, 603):
            self._status = status

    # The provider's leg (`LegOwner`)

    def on_progress(self, leg: Leg, response: Response) -> None:
        """It has no INVITE of ours."""

    def on_answer(self, leg: Leg, response: Response) -> None:
        """It has no INVITE of ours."""

    def on_refused(self, leg: Leg, status: int) -> None:
        """It has no INVITE of ours."""

    def on_request(self, leg: Leg, transaction: ServerTransaction, request: Request) -> None:
        """Inside of the early dialog: it may give up by BYE, too."""
        if request.method == "BYE":
            leg.answer(transaction, 200)
            self._gone(Cause.NORMAL)
            leg.bye_received()
        elif request.method in ("UPDATE", "OPTIONS") and not request.body:
            leg.answer(transaction, 200)
        else:
            leg.answer(transaction, 491 if request.method in ("INVITE", "UPDATE") else 405)

    def on_ack(self, leg: Leg, request: Request) -> None:
        """Of a refusal."""

    def on_cancel(self, leg: Leg) -> None:
        """The caller gives up, or has been answered elsewhere."""
        elsewhere = isinstance(self._invite, InviteServer) and says_elsewhere(self._invite.cancel_reason)
        self._gone(Cause.ELSEWHERE if elsewhere else Cause.NORMAL)
        leg.end(487)

    def on_lost(self, leg: Leg) -> None:
        """It does not answer any more."""
        self._gone(Cause.FAILURE)
        leg.end()

    def _gone(self, cause: Cause) -> None:
        self._leg, self._steps, self._onward = None, [], None
        branches, self._branches = self._branches, []
        for branch in branches:
            branch.give_up(Cause.CANCELLED if cause is Cause.NORMAL else cause)

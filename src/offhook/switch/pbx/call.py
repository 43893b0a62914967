"""Click-to-dial through a PBX: two calls from the user's account, joined here."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from offhook.call import CallState, Cause, Direction, Party, Reason, live
from offhook.sip.endpoint import Failure, ServerTransaction
from offhook.sip.message import Request, Response
from offhook.sip.timers import Timer
from offhook.switch.b2bua.call import B2buaCall, CallHost
from offhook.switch.b2bua.causes import status_of
from offhook.switch.b2bua.clicktodial import ClickToDialCall
from offhook.switch.b2bua.leg import Leg
from offhook.switch.pbx.account import Account
from offhook.switch.pbx.diagnostics import diagnose
from offhook.switch.pbx.dialer import PbxDialer
from offhook.switch.upstream.causes import cause_of_callee, cause_of_own, q850
from offhook.switch.upstream.identity import asserted, same_number

logger = logging.getLogger(__name__)

LOST = status_of(Failure.TRANSPORT)

DIRECTLY_S = 0.2
"""A PBX that lets its phones send their audio directly asks for it just when the called one has answered, and
is told then where the own phone's audio is. What we told it ourselves at that moment would meet it (491)."""


class PbxCall(ClickToDialCall):
    """A call that a program asked for. It stays in the signalling of both phones to the end.

    `ping_s`: how often the PBX is asked whether the call is still there.
    """

    def __init__(
        self, host: CallHost, dialer: PbxDialer, account: Account, number: str, ping_s: float
    ) -> None:
        super().__init__(host, dialer, Party(account.name, account.id), number)
        self.account, self._ping_s, self._pbx = account, ping_s, dialer
        self._ping: Timer | None = None

    def cancel_ringing(self, reason: str = "") -> None:
        super().cancel_ringing(reason)
        if self._ping is not None:
            self._ping.cancel()

    def connect(self, leg: Leg, response: Response) -> None:
        super().connect(leg, response)
        if self.call.state is CallState.CONNECTED:
            self._is_with(asserted(response))
            self._ping_later()

    def callee_progress(self, leg: Leg, response: Response) -> None:
        super().callee_progress(leg, response)
        self._is_with(asserted(response))

    def on_request(self, leg: Leg, transaction: ServerTransaction, request: Request) -> None:
        """As ever; and the PBX may tell that somebody else is at the other end now (RFC 4916 does it so)."""
        tells = request.method in ("INVITE", "UPDATE") and leg is self.callee_leg
        if tells and self._pbx.is_pbx(transaction.flow):
            self._is_with(asserted(request))
        super().on_request(leg, transaction, request)

    def _is_with(self, party: Party | None) -> None:
        """The PBX says who is at the other end: a name that was not known, or somebody else than was dialled.

        While the phone rings that may change, so another number is told from the answer on.
        """
        call = self.call
        mine = call.terminal == self.account.id and call.direction is Direction.OUTBOUND
        if party is None or not mine or party.id in (self.account.id, self.account.extension):
            return
        if same_number(party.id, call.callee.id):
            if party.name and not call.callee.name:
                self.change(call.id, callee=replace(call.callee, name=party.name))
            if call.connected_party is not None:  # it is back where it was
                self.change(call.id, connected_party=None)
        elif call.state is CallState.CONNECTED:
            own, _ = self.dialer.lookup(party.id)
            self.change(call.id, connected_party=own if own.name and not party.name else party)

    def on_refused(self, leg: Leg, status: int) -> None:
        self._note_refusal(leg.refusal)
        self.end(cause_of_own(status, self.phone_responded, q850(leg.refusal)))

    def callee_refused(self, status: int, refusal: Response | None) -> None:
        self._note_refusal(refusal)
        self.unanswered(cause_of_callee(status, self.called.phone_rang, q850(refusal)))

    def _note_refusal(self, refusal: Response | None) -> None:
        if refusal is not None and refusal.status in (401, 407, 420, 421):
            logger.warning("%s", diagnose(self.account.user, refusal))

    def _own_phone_joined(self, response: Response | None, status: int) -> None:
        dialog = self.caller_leg.dialog if self.caller_leg is not None else None
        if response is None and status == LOST and dialog is not None and dialog.flow.protocol != "udp":
            # The offer is lost with its connection; it is made again over the next one (`flow_changed`).
            return
        super()._own_phone_joined(response, status)

    def follow_own_phone(self) -> None:
        self.host.endpoint.after(DIRECTLY_S, self._follow_own_phone_now)

    def _follow_own_phone_now(self, _now: float) -> None:
        if live(self.call):
            super().follow_own_phone()

    def _ping_later(self) -> None:
        if self._ping is not None:
            self._ping.cancel()
        self._ping = self.host.endpoint.after(self._ping_s, self._send_pings)

    def _send_pings(self, _now: float) -> None:
        """A PBX that was restarted has forgotten the call and says 481; one that is gone says nothing.

        Nobody is asked while an INVITE is open: what overtakes it makes it come too late (RFC 3261 §12.2.2).
        """
        ping(self)
        self._ping_later()


def ping(call: B2buaCall) -> None:
    """Ask the PBX whether it still knows the call."""
    for leg in (call.caller_leg, call.callee_leg):
        if leg is not None and not leg.ended and not leg.busy:
            leg.request("OPTIONS", b"", "", lambda _response, _status: None)


class PickUpCall(PbxCall):
    """A call to the PBX's code for picking up. `caller` rang at `at`, as far as either is known.

    `over` is told at the answer whether the call was taken.
    """

    def __init__(
        self,
        host: CallHost,
        dialer: PbxDialer,
        account: Account,
        code: str,
        ping_s: float,
        *,
        at: Party | None,
        caller: Party | None,
        over: Callable[[bool], None],
    ) -> None:
        super().__init__(host, dialer, account, code, ping_s)
        self._over = over
        shown = caller or at or self.call.callee
        self.call = replace(self.call, callee=shown, reason=Reason.PICKED_UP, redirecting=at)

    def connect(self, leg: Leg, response: Response) -> None:
        self._over(True)
        super().connect(leg, response)

    def end(self, cause: Cause) -> None:
        if self.call.state is not CallState.CONNECTED:
            self._over(False)
        super().end(cause)

"""Click-to-dial through a PBX: two calls from the user's account, joined here."""

from __future__ import annotations

import logging

from offhook.call import CallState, Cause, Party
from offhook.sip.endpoint import Failure, Flow
from offhook.sip.message import Request, Response
from offhook.sip.timers import Timer
from offhook.switch.b2bua.causes import status_of
from offhook.switch.b2bua.click import ClickToDial
from offhook.switch.b2bua.leg import Leg, LegOwner
from offhook.switch.pbx.account import Account
from offhook.switch.pbx.attempt import Attempt, PbxCore
from offhook.switch.pbx.causes import cause_of_callee, cause_of_own, q850
from offhook.switch.pbx.words import refusal_in_words

logger = logging.getLogger(__name__)

LOST = status_of(Failure.TRANSPORT)


class PbxCall(ClickToDial):
    """A call that a program asked for. It stays in the signalling of both phones to the end."""

    core: PbxCore

    def __init__(self, core: PbxCore, account: Account, number: str) -> None:
        self.core, self.account = core, account
        self.no_answer_s = core.settings.no_answer_s
        callee, called_terminal = self.who(number)
        super().__init__(core, Party(account.name, account.id), callee, called_terminal)
        self._attempt: Attempt | None = None
        self._ping: Timer | None = None

    @property
    def heard(self) -> bool:
        # A 100 is the PBX's own: it says nothing of the phone.
        return self._attempt is not None and self._attempt.rang

    def stop_ringing(self) -> None:
        attempt, self._attempt = self._attempt, None
        if attempt is not None:
            attempt.end()
        if self._ping is not None:
            self._ping.cancel()

    def begin(self) -> bool:
        """Ring the user's own phone; False when no server of the PBX answers."""
        self._attempt = Attempt(self.core, self, self.account, self.account.id, self._own_invitation)
        if not self._attempt.begin():
            self.core.release(self.call.id)
            return False
        self.limit(self.core.settings.terminal_answer_s, Cause.TERMINAL_REJECTED, Cause.TERMINAL_UNAVAILABLE)
        return True

    def ring_target(self, offer: bytes) -> bool:
        number = self.call.callee.id
        self._attempt = self._attempt_at(number, self.account, self.account.name, self, offer)
        return self._attempt is not None

    def who(self, number: str) -> tuple[Party, str | None]:
        called = self.core.terminal_of(number)
        return Party(called.name if called else "", number), called.id if called else None

    def reach(self, number: str, by: Leg, shown: Party, owner: LegOwner) -> Attempt | None:
        return self._attempt_at(number, self.core.accounts[by.terminal], shown.name or shown.id, owner)

    def _attempt_at(
        self, number: str, account: Account, shown: str, owner: LegOwner, offer: bytes = b""
    ) -> Attempt | None:
        def invitation(flow: Flow) -> Request:
            request = account.request("INVITE", number, flow, shown)
            request.set_body(offer)
            return request

        _, terminal = self.who(number)
        attempt = Attempt(self.core, owner, account, terminal or "", invitation)
        return attempt if attempt.begin() else None

    def on_answer(self, leg: Leg, response: Response) -> None:
        super().on_answer(leg, response)
        if self.call.state is CallState.CONNECTED:
            self._ping_later()

    def on_refused(self, leg: Leg, status: int) -> None:
        rang = self._attempt is not None and self._attempt.rang
        told = q850(leg.refusal)
        if leg.refusal is not None and status in (401, 407, 420, 421):
            logger.warning("%s", refusal_in_words(self.account.user, leg.refusal))
        self.finish(
            cause_of_own(status, rang, told) if self._is_own(leg) else cause_of_callee(status, rang, told)
        )

    def _own_phone_joined(self, response: Response | None, status: int) -> None:
        dialog = self.near.dialog if self.near is not None else None
        if response is None and status == LOST and dialog is not None and dialog.flow.protocol != "udp":
            return  # the description is lost with the connection; it is given over the next one (`moved`)
        super()._own_phone_joined(response, status)

    def _own_invitation(self, flow: Flow) -> Request:
        # The phone shows who is going to be called: it is the From of a call from the user to himself.
        callee = self.call.callee
        request = self.account.request("INVITE", self.account.extension, flow, callee.name or callee.id)
        for name, value in self.core.settings.auto_answer:
            request.headers.set(name, value)
        return request

    def _ping_later(self) -> None:
        if self._ping is not None:
            self._ping.cancel()
        self._ping = self.core.endpoint.after(self.core.settings.ping_s, self._are_they_there)

    def _are_they_there(self, _now: float) -> None:
        """A PBX that was restarted has forgotten the call and says 481; one that is gone says nothing.

        Nobody is asked while an INVITE is open: what overtakes it makes it come too late (RFC 3261 §12.2.2).
        """
        for leg in (self.near, self.far):
            if leg is not None and not leg.over and not leg.busy:
                leg.request("OPTIONS", b"", "", lambda _response, _status: None)
        self._ping_later()

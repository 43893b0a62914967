"""A call of an earlier run of the program, which this one goes on with."""

from __future__ import annotations

from offhook.call import changed
from offhook.sip.endpoint import Flow
from offhook.sip.message import Response
from offhook.switch.b2bua.call import B2buaCall, CallHost
from offhook.switch.b2bua.credentials import NO_CREDENTIALS, Credentials
from offhook.switch.b2bua.dialer import Dialer
from offhook.switch.b2bua.kept import KeptCall, KeptLeg, restore_leg
from offhook.switch.b2bua.leg import Leg


class TakenOverCall(B2buaCall):
    """It is up; nobody rings for it any more."""

    def __init__(self, host: CallHost, dialer: Dialer, kept: KeptCall) -> None:
        super().__init__(host, dialer, kept.call.caller, kept.number)
        host.release(self.call.id)  # it has an id already, and the one that was just made is nobody's
        self.call, self.inbound, self.held_for = kept.call, kept.inbound, set(kept.held_for)
        for value in self.values:
            host.adopt(value.id, self)

    def take_up(
        self, kept: KeptLeg, flow: Flow, credentials: Credentials = NO_CREDENTIALS, *, callee: bool
    ) -> Leg:
        """Go on with one of its phones, which is reached by this flow."""
        leg = Leg(self.host, self, kept.terminal, kept.own_address, credentials)
        restore_leg(leg, kept, flow)
        if callee:
            self.callee_leg = leg
        else:
            self.caller_leg = leg
        return leg

    def tell(self) -> None:
        """Publish its calls: somebody is there again who can end them."""
        for value in self.values:
            self._put(changed(value))

    def callee_progress(self, leg: Leg, response: Response) -> None:
        """Nobody rings."""

    def connect(self, leg: Leg, response: Response) -> None:
        """Nobody rings."""

    def callee_refused(self, status: int, refusal: Response | None) -> None:
        """Nobody rings."""

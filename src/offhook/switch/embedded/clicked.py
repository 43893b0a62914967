"""Calls that programs dial; and why a call is not taken, be it by a phone here or by a provider."""

from __future__ import annotations

from offhook.call import Cause
from offhook.sip.message import Response
from offhook.switch.b2bua.call import B2buaCall
from offhook.switch.b2bua.causes import callee_cause
from offhook.switch.b2bua.clicktodial import ClickToDialCall
from offhook.switch.upstream.causes import cause_of_callee, q850


class ClickedCall(ClickToDialCall):
    """A call that a program asked for."""

    def callee_refused(self, status: int, refusal: Response | None) -> None:
        self.unanswered(refusal_cause(self, status, refusal))


def refusal_cause(call: B2buaCall, status: int, refusal: Response | None) -> Cause:
    """Why the call was refused. A provider's status is often its own: the network's cause says more."""
    if call.called.terminal is not None or call.host.is_colleague(call.called.party.id):
        return callee_cause(status)
    return cause_of_callee(status, call.called.phone_rang, q850(refusal))

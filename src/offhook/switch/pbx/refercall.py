"""Click-to-dial by REFER (RFC 3515), for a PBX that lets an account make only one call at a time.

The user's phone is called, and once it has answered it is told to call the address by itself. From then on
the call is the phone's: its NOTIFYs (message/sipfrag) tell of it up to the answer, and no further. So such
a call can be dropped only until it has been handed over, and it is over for us when it is answered.
"""

from __future__ import annotations

import logging
import re

from offhook.call import CAN_DROP, NOTHING, Call, CallState, Cause, Features, live
from offhook.errors import CallError, Refusal
from offhook.sip.endpoint import ServerTransaction
from offhook.sip.head import split_list
from offhook.sip.message import Request, Response
from offhook.switch.b2bua.leg import Leg
from offhook.switch.pbx.call import PbxCall
from offhook.switch.upstream.causes import cause_of_callee, q850_of

logger = logging.getLogger(__name__)

_REASON = re.compile(rb"^reason[ \t]*:([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_FRAGMENT = re.compile(rb"\s*SIP/2\.0 ([1-6][0-9][0-9])\b", re.IGNORECASE)


class ReferCall(PbxCall):
    """A call that the user's phone makes because it is told to."""

    _handed_over = False
    _notified_once = False
    _rang = False

    @property
    def phone_responded(self) -> bool:
        return self._notified_once or super().phone_responded

    def call_callee(self, offer: bytes) -> bool:
        if self.caller_leg is None:
            return False
        self._attempt = None
        target = self.account.uri(self.call.callee.id)
        own = self.account.uri(self.account.user)
        extra = (("Refer-To", f"<{target}>"), ("Referred-By", f"<{own}>"))
        self.caller_leg.request("REFER", b"", "", self._referred, extra)
        return True

    def features_of(self, _call: Call) -> Features:
        """The phone is told to make the call when it is up; from then on the call is its own."""
        return CAN_DROP if self.call.state is CallState.OFF_HOOK else NOTHING

    def drop(self, call_id: str) -> None:
        """Raises `CallError` once the phone makes the call."""
        if self._handed_over:
            raise CallError(
                Refusal.NOT_ALLOWED, "the call is the phone's own (switch.pbx.mode is refer); hang up there"
            )
        super().drop(call_id)

    def on_request(self, leg: Leg, transaction: ServerTransaction, request: Request) -> None:
        """NOTIFYs tell of the call that the phone makes; after its BYE they still come."""
        if request.method == "NOTIFY":
            leg.answer(transaction, 200)
            self._notified(request)
        elif request.method == "BYE" and self._handed_over:
            leg.answer(transaction, 200)
        else:
            super().on_request(leg, transaction, request)

    def may_be_silent(self, leg: Leg) -> bool:
        return not self._handed_over and super().may_be_silent(leg)

    def on_lost(self, leg: Leg) -> None:
        if not self._handed_over:
            super().on_lost(leg)

    def _referred(self, response: Response | None, status: int) -> None:
        if response is not None and status < 300:
            self._handed_over = True
        elif live(self.call):
            logger.warning(
                "extension %s: the PBX does not take REFER (%d); set switch.pbx.mode = \"calls\", or allow "
                "transfers for the extension", self.account.user, status,
            )  # fmt: skip
            self.end(Cause.FAILURE)

    def _notified(self, request: Request) -> None:
        found = _FRAGMENT.match(request.body)
        status = int(found[1]) if found else 0
        self._notified_once, self._handed_over = True, True
        if 180 <= status < 200:
            self._rang = True
            self.advance_to(CallState.RING_BACK)
        elif 200 <= status < 300:
            self.advance_to(CallState.CONNECTED)
            self.end(Cause.NORMAL)
        elif status >= 300:
            # The fragment may bring the response's headers (RFC 3420 §2), and the NOTIFY has its own.
            told = q850_of(_reasons(request.body) or request.headers.all("Reason"))
            self.end(cause_of_callee(status, self._rang, told))
        elif (request.headers.get("Subscription-State") or "").lower().startswith("terminated"):
            # The phone reports nothing more: it has the call, whatever becomes of it.
            self.end(Cause.NORMAL)


def _reasons(fragment: bytes) -> list[str]:
    lines = [line.decode("utf-8", "replace") for line in _REASON.findall(fragment)]
    return [value for line in lines for value in split_list(line)]

"""A phone's transfer key: a REFER inside of a call (RFC 3515, RFC 5589), accepted or refused here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from offhook.call import CallState
from offhook.sip.endpoint import ServerTransaction
from offhook.sip.message import REASONS, SipParseError
from offhook.switch.b2bua.attended import AttendedTransfer
from offhook.switch.b2bua.call import B2buaCall
from offhook.switch.b2bua.leg import Leg
from offhook.switch.b2bua.number import callable_number
from offhook.switch.b2bua.referto import DialogKey, ReferTo
from offhook.switch.b2bua.transfer import BlindTransfer, Transfer

SIPFRAG = "message/sipfrag;version=2.0"


class ReferSubscription:
    """Tells a phone by NOTIFY what becomes of its REFER (RFC 3515 §2.4.4)."""

    def __init__(self, leg: Leg) -> None:
        self._leg = leg

    def progress(self, status: int) -> None:
        """Send the status of the call to the target. A final status ends the subscription."""
        if self._leg.ended:
            return
        state = "active;expires=60" if status < 200 else "terminated;reason=noresource"
        body = f"SIP/2.0 {status} {REASONS.get(status, 'Unknown')}\r\n".encode()
        extra = (("Event", "refer"), ("Subscription-State", state))
        self._leg.request("NOTIFY", body, SIPFRAG, lambda _response, _status: None, extra)


def on_refer(
    call: B2buaCall,
    transferor: Leg,
    transaction: ServerTransaction,
    legs: Mapping[DialogKey, Leg],
    may_call: Callable[[str, str], bool],
) -> None:
    """Begin the transfer that a phone asks for, or refuse it.

    `legs` are those of all calls, where the consultation call is found. `may_call` says whether a terminal
    may call a number.
    """
    try:
        refer_to = ReferTo.of(transaction.request)
    except SipParseError:
        transferor.answer(transaction, 400)
        return
    transferee, terminal = call.other_leg(transferor), transferor.terminal
    if not terminal or refer_to.method != "INVITE":
        # A phone outside must not decide what our users' accounts call; and only an INVITE makes a call.
        transferor.answer(transaction, 603)
    elif transferee is None or transferee.ended or call.transfer or call.changing or not _is_up(call):
        transferor.answer(transaction, 491)
    elif refer_to.replaces is None and not may_call(terminal, refer_to.number):
        transferor.answer(transaction, 403)
    elif (transfer := _transfer(call, transferor, transferee, refer_to, legs)) is None:
        transferor.answer(transaction, 603 if refer_to.replaces else 404)
    elif not transfer.begin():
        transferor.answer(transaction, 491 if refer_to.replaces else 404)
    else:
        transferor.answer(transaction, 202)
        # RFC 3515 §2.4.4: the first NOTIFY comes at once, whatever is known by then.
        transfer.observer.progress(100)


def _transfer(
    call: B2buaCall, transferor: Leg, transferee: Leg, refer_to: ReferTo, legs: Mapping[DialogKey, Leg]
) -> Transfer | None:
    observer = ReferSubscription(transferor)
    if refer_to.replaces is None:
        if not callable_number(refer_to.number):
            return None
        return BlindTransfer(call, transferor, transferee, refer_to.number, observer)
    call_id, to_tag, from_tag = refer_to.replaces
    # Some phones name the tags as the call's first INVITE had them, whoever sent it.
    leg = legs.get((call_id, to_tag, from_tag)) or legs.get((call_id, from_tag, to_tag))
    if leg is None or leg.terminal != transferor.terminal or not isinstance(leg.owner, B2buaCall):
        return None
    if leg.ended:  # it has left its call already, and only waits for the phone's ACK before its BYE
        return None
    consultation = leg.owner
    target_leg = consultation.other_leg(leg)
    if consultation is call or target_leg is None or target_leg.ended:
        return None
    if consultation.transfer or consultation.changing or not _is_up(consultation):
        return None
    return AttendedTransfer(call, transferor, transferee, consultation, leg, target_leg, observer)


def _is_up(call: B2buaCall) -> bool:
    return call.call.state is CallState.CONNECTED

"""What goes from one phone of a call to the other: offers, answers, and other requests inside of the call.

A new offer of one phone (hold, another codec, a fax) goes to the other as a re-INVITE of ours; the answer
goes back. The switch has no media of its own (a signaling-only B2BUA, RFC 7092 §3.1), so it can make neither.
"""

from __future__ import annotations

from collections.abc import Callable

from offhook.sip.body import SDP, is_sdp
from offhook.sip.endpoint import ClientTransaction, ServerTransaction
from offhook.sip.message import Request, Response
from offhook.switch.b2bua import sdp
from offhook.switch.b2bua.direction import as_before, directed, direction_of
from offhook.switch.b2bua.holdkey import holds_by_answer, holds_by_offer
from offhook.switch.b2bua.leg import Leg
from offhook.switch.b2bua.renewedcall import renew

RELAYED = frozenset({"UPDATE", "INFO", "MESSAGE"})
"""Requests in a call that are relayed to the other phone, besides re-INVITE."""


OnAgreed = Callable[[], None]
"""Called when an offer has been answered; by then `Leg.holds` of both is what they have said by it."""


class Relay:
    """The relay of one call. While the other phone cannot take a request, it is answered 491: try later.

    A re-INVITE waits while the other phone answers an offer of ours, which takes no longer than relaying. A
    PBX that sends its phones' audio directly makes its re-INVITEs to both sides just when a call is answered,
    as we join them: refused, each would come seconds later.

    Where the other phone takes no offer for long, a re-INVITE is answered here with what was agreed last, and
    the other one is offered it again and again: an Asterisk sends no BYE before its re-INVITE is answered.
    """

    def __init__(self) -> None:
        self._unacked_offers: dict[Leg, tuple[ClientTransaction, Response, bool]] = {}
        self._take_back: dict[Leg, Callable[[], bool]] = {}

    def close(self) -> None:
        """The call is over."""
        self._unacked_offers.clear()
        self._take_back.clear()

    def reinvite(
        self, leg: Leg, other: Leg | None, transaction: ServerTransaction, on_agreed: OnAgreed
    ) -> None:
        """Pass a re-INVITE of `leg` on to the other phone."""
        request = transaction.request
        if other is None or leg.busy:
            leg.answer(transaction, 491)
            return
        if not _is_ready(other) and (other.takes_no_offer or not _is_just_offered(other)):
            self._refuse(leg, other, transaction, on_agreed)
            return
        leg.incoming_invite = transaction
        holds = holds_by_offer(leg, request.body)  # seen now: answered, it has been told the same

        def on_final(response: Response | None, status: int) -> None:
            finished(response, status)
            other.go_on()

        def finished(response: Response | None, status: int) -> None:
            self._take_back.pop(leg, None)
            if status == 491:
                self._refuse(leg, other, transaction, on_agreed)
                return
            if response is None or status >= 300:
                leg.answer(transaction, _told(status, response))
                return
            other.remote_sdp = response.body or other.remote_sdp
            if request.body or transaction.final:
                if not request.body:
                    other.holds = holds_by_offer(other, response.body)
                    on_agreed()
                # A re-INVITE that was cancelled meanwhile gets no ACK, which would have had the answer to the
                # offer in this 2xx: the answer is the description that still holds.
                other.ack(other.last_invite, response, b"" if request.body else _as_agreed(leg, other))
            else:
                self.hold_ack(leg, other, response)
            if transaction.final:
                leg.answer(transaction, 487)
                # The phone has taken its re-INVITE back just when the other one has answered it, and does not
                # know that. So who has been told something by it is told again what holds.
                renew(other if request.body else leg)
                return
            if request.body:
                leg.remote_sdp = request.body
            leg.answer(transaction, 200, response.body)
            if request.body:
                _answered(leg, holds, request.body, other, response.body)
                on_agreed()

        if _is_ready(other):
            other.reinvite(request.body, on_final)  # also while one of ours waits to be tried again
        else:
            self._take_back[leg] = other.relay(request.body, on_final)

    def _refuse(self, leg: Leg, other: Leg, transaction: ServerTransaction, on_agreed: OnAgreed) -> None:
        """The other phone cannot take this offer now: it is to be tried again, unless that lasts for long."""
        offer = transaction.request.body
        answer = b""
        if offer and not other.ended and other.takes_no_offer:
            answer = as_before(leg.origin.described, offer, holds=other.holds)
        if transaction.final or not answer:
            leg.answer(transaction, 491)
            return
        leg.remote_sdp, leg.holds = offer, holds_by_offer(leg, offer)
        leg.answer(transaction, 200, answer)
        on_agreed()
        renew(other)  # until then it sends its audio where it was wanted before

    def cancel(self, leg: Leg, other: Leg | None, now: float) -> None:
        """The phone takes its re-INVITE back: so do we at the other one."""
        take_back, invite = self._take_back.get(leg), leg.incoming_invite
        if take_back is not None and take_back():
            del self._take_back[leg]
            if invite is not None:
                leg.answer(invite, 487)
        elif other is not None and other.outgoing_invite is not None:
            other.outgoing_invite.cancel(now)

    def request(
        self, leg: Leg, other: Leg | None, transaction: ServerTransaction, on_agreed: OnAgreed
    ) -> None:
        """Pass another request of `leg` on, and the other phone's response back."""
        request = transaction.request
        if other is None or not _is_ready(other):
            leg.answer(transaction, 491)
            return
        content_type = request.headers.get("Content-Type") or SDP
        body, order = other.origin.offer(request.body) if is_sdp(content_type) else (request.body, None)
        offers = request.method == "UPDATE" and bool(body) and is_sdp(content_type)
        holds = holds_by_offer(leg, request.body)
        if offers:
            leg.update_open = other.update_open = True

        def on_final(response: Response | None, status: int) -> None:
            answer = sdp.unfit(response.body, order) if response is not None else b""
            answer_type = (response.headers.get("Content-Type") if response is not None else None) or SDP
            leg.answer(transaction, _told(status, response), answer, answer_type)
            if not offers:
                return
            leg.update_open = other.update_open = False
            if answer and status < 300:
                leg.remote_sdp, other.remote_sdp = request.body, answer
                _answered(leg, holds, request.body, other, answer)
                on_agreed()
            for one in (leg, other):
                one.go_on()

        # It names the package that an INFO belongs to (RFC 6086).
        extra = (("Info-Package", package),) if (package := request.headers.get("Info-Package")) else ()
        other.request(request.method, body, content_type, on_final, extra)

    def hold_ack(self, leg: Leg, other: Leg, response: Response) -> None:
        """The other phone's 2xx has an offer: its ACK waits for the answer in the ACK of `leg`."""
        self._unacked_offers[leg] = other.last_invite, response, holds_by_offer(other, response.body)

    def ack(self, leg: Leg, other: Leg | None, ack: Request) -> None:
        """Pass on the answer in an ACK of `leg` (RFC 3261 §13.2.1), which says as well whether it holds."""
        if ack.body:
            leg.holds = holds_by_answer(leg, leg.origin.described, ack.body)
        held = self._unacked_offers.pop(leg, None)
        if held is not None and other is not None and not other.ended:
            invite, response, other.holds = held
            other.ack(invite, response, ack.body)


def _answered(leg: Leg, holds: bool, offer: bytes, other: Leg, answer: bytes) -> None:
    leg.holds, other.holds = holds, holds_by_answer(other, offer, answer)


def _told(status: int, response: Response | None) -> int:
    """A 408 or 481 would end the dialog of who asked (RFC 3261 §12.2.1.2), and it is the other phone that is
    silent, or gone."""
    return 504 if response is None and status in (408, 481) else status


def _as_agreed(leg: Leg, other: Leg) -> bytes:
    """What the phone described last, as the answer to what the other one offers now: that may have held the
    call, and have taken it back by this."""
    held = direction_of(leg.remote_sdp) in ("recvonly", "inactive") and not leg.holds
    talks = direction_of(other.remote_sdp) == "sendrecv"
    return directed(leg.remote_sdp, "sendrecv") if held and talks else leg.remote_sdp


def _is_ready(leg: Leg) -> bool:
    return leg.dialog is not None and not leg.ended and not leg.busy


def _is_just_offered(leg: Leg) -> bool:
    return leg.dialog is not None and not leg.ended and leg.just_offered

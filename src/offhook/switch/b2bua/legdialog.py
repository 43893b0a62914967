"""What happens inside of a leg's dialog: its requests in both directions, and its end.

It knows its phone only by that dialog. How the dialog came about is `leg.py`'s.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from functools import partial

from offhook.sip.body import is_sdp
from offhook.sip.dialog import Dialog
from offhook.sip.endpoint import ClientTransaction, Failure, Flow, ServerTransaction
from offhook.sip.message import NameAddr, Request, Response, make_response
from offhook.sip.sessiontimer import REFRESHING
from offhook.sip.timers import Timer
from offhook.switch.b2bua import sdp
from offhook.switch.b2bua.causes import status_of
from offhook.switch.b2bua.credentials import CREDENTIALS, Credentials
from offhook.switch.b2bua.offerqueue import MEETING_S, OVER, OfferQueue
from offhook.switch.b2bua.sessionrefresh import OnFinal, SessionRefresh
from offhook.switch.b2bua.stillthere import StillThere
from offhook.switch.b2bua.unheard import EndHost, UnheardEnd
from offhook.switch.b2bua.useragent import ALLOW, contact_of
from offhook.switch.media.legmedia import LegMedia


class LegDialog:
    """A leg's dialog and the INVITEs that are open in it. `Leg` has the first one.

    `own_address` stands in our session descriptions, by `origin`; `remote_sdp` is the phone's last one.
    `outgoing_invite` and `incoming_invite` are open INVITEs, ours and the phone's; `last_invite` is our last.
    """

    last_invite: ClientTransaction

    def __init__(self, host: EndHost, terminal: str, own_address: str, credentials: Credentials) -> None:
        self._host, self._endpoint, self.terminal = host, host.endpoint, terminal
        self.credentials, self.own_address = credentials, own_address
        self.origin = sdp.Origin(own_address)
        self.remote_sdp = b""
        self.ended = False
        self.owns_call_id = True
        self.takes_info = True
        # The phone's 2xx; with an offer, it waits for our answer.
        self._to_acknowledge: Response | None = None
        self.dialog: Dialog | None = None
        self.outgoing_invite: ClientTransaction | None = None
        self.incoming_invite: ServerTransaction | None = None
        self._unacked = False
        self.update_open = False
        """Is an offer by UPDATE not answered yet, one that the phone has made, or that is relayed to it?"""
        self._order: sdp.Order = None  # of the streams that the phone answers with its ACK
        self._unacknowledged = 0  # the CSeq of an INVITE whose 2xx may wait for its ACK in vain (`move_to`)
        self._bye_after_ack = False
        self._untaken_since: float | None = None  # when the first of the offers went that it has not taken
        self._untold = False  # it does not know yet where we are now
        self.media: LegMedia | None = None
        """What its media are relayed by, where there is a relay."""
        self._offers = OfferQueue(self._endpoint)
        self._session = SessionRefresh(self._endpoint, self)
        self._still_there = StillThere(self._endpoint)

    @abstractmethod
    def _may_be_silent(self) -> bool:
        """Is the phone asked again that has left a request unanswered? Else it is lost."""

    @abstractmethod
    def _ask(self) -> None:
        """Ask the phone whether it is in its call still."""

    @abstractmethod
    def _on_ack(self, request: Request) -> None:
        """The phone acknowledged a 2xx of ours."""

    @abstractmethod
    def _on_lost(self) -> None:
        """The phone sends no ACK, or does not know the dialog any more."""

    @abstractmethod
    def _forget(self) -> None:
        """No request is expected in the dialog any more."""

    @property
    def session_state(self) -> tuple[tuple[str, ...], int, bool]:
        """`SessionRefresh.state`."""
        return self._session.state

    @property
    def busy(self) -> bool:
        """Is an INVITE open in either direction (RFC 3261 §14.1), or an offer (RFC 3311 §5)?"""
        return (
            self.update_open
            or self.outgoing_invite is not None
            or self.incoming_invite is not None
            or self._unacked
            or self.waits_for_answer
        )

    @property
    def just_offered(self) -> bool:
        """Is the phone just answering an offer of ours, and nothing else is open?"""
        ours = self.outgoing_invite
        return ours is not None and bool(ours.request.body) and self.incoming_invite is None

    @property
    def awaits_theirs(self) -> bool:
        """Has an offer of ours met one of the phone's, so that both are tried again?"""
        return self._offers.retries and not self.busy

    @property
    def waits_for_answer(self) -> bool:
        """Does a 2xx with the phone's offer wait for the answer in our ACK?"""
        return self._to_acknowledge is not None and not self.last_invite.request.body

    @property
    def takes_no_offer(self) -> bool:
        """Has it taken none for longer than offers that meet are in each other's way (`MEETING_S`)?

        An INVITE of its own is open for it then that has not come here: it went to another Call Manager, that
        is gone, or was lost.
        """
        return self._untaken_since is not None and self.now - self._untaken_since >= MEETING_S

    @property
    def now(self) -> float:
        """The time of the endpoint."""
        return self._endpoint.now

    def is_back(self) -> None:
        """The phone has registered: if it has left a request unanswered, it is asked now."""
        self._still_there.is_back()

    def offer(self, body: bytes, on_final: OnFinal) -> None:
        """A re-INVITE with this description, when its turn comes (`OfferQueue`); acknowledged by itself."""
        self._offers.add(self, lambda: body, on_final)

    def offer_again(self, body: Callable[[], bytes], on_final: OnFinal = lambda *_: None) -> None:
        """The same with what holds when its turn comes: both phones may have agreed on something else by
        then."""
        self._offers.add(self, body, on_final, first=True)

    def refresh(self, on_final: OnFinal) -> None:
        """The same with what the phone has been told last, unless another offer waits, which will do."""
        if self._offers.waits:
            on_final(None, 491)
        else:
            self._offers.add(self, lambda: self.origin.described, on_final)

    def change(self, body: Callable[[], bytes], on_final: OnFinal) -> Callable[[], bool]:
        """The same as a step of a change of the call (`OfferQueue.add_step`)."""
        return self._offers.add_step(self, body, on_final)

    def relay(self, body: bytes, on_final: OnFinal) -> Callable[[], bool]:
        """A re-INVITE that the other phone has made (`OfferQueue.add_relayed`)."""
        return self._offers.add_relayed(self, body, on_final)

    def go_on(self) -> None:
        """A re-INVITE that did not wait in the queue has ended: what waits there has its turn."""
        self._offers.proceed(self)

    @property
    def accepts_info(self) -> bool:
        """Does the phone say that it knows INFO (RFC 6086), and has it not refused one?"""
        return self.takes_info and self._session.allows("INFO")

    def reinvite(self, body: bytes, on_final: OnFinal) -> None:
        """A re-INVITE; a 2xx is left to be acknowledged by `ack` with `last_invite`.

        What it offers is brought into the order that the streams have with this phone, and the answer back.
        One that it leaves without a final response is cancelled after 64*T1: nothing else would end it.
        """
        endpoint = self._endpoint
        if self._untaken_since is None:
            self._untaken_since = self.now
        offer, order = self.origin.offer(body)
        limit = endpoint.after(endpoint.timing.timeout, self._give_up)
        on_answer = partial(self._reinvite_answered, limit, order, on_final)
        self.outgoing_invite = self.last_invite = self.request("INVITE", offer, "application/sdp", on_answer)

    def _reinvite_answered(
        self,
        limit: Timer,
        order: sdp.Order,
        on_final: OnFinal,
        response: Response | None,
        status: int,
    ) -> None:
        limit.cancel()
        if response is not None:
            response.body = sdp.unfit(response.body, order)
        if response is not None and status < 300:
            self._to_acknowledge = response
            if self.ended:
                self._acknowledge_last()
                response, status = None, OVER
        on_final(response, status)

    def _give_up(self, now: float) -> None:
        if self.outgoing_invite is not None:
            self.outgoing_invite.cancel(now)

    def request(
        self,
        method: str,
        body: bytes,
        content_type: str,
        on_final: OnFinal,
        extra: tuple[tuple[str, str], ...] = (),
    ) -> ClientTransaction:
        """Send a request in the dialog."""
        assert self.dialog is not None
        request = self.dialog.request(method, body, content_type)
        for name, value in extra:
            request.headers.set(name, value)
        return self._send(self.dialog, request, on_final)

    def ack(self, client: ClientTransaction, response: Response, body: bytes = b"") -> None:
        """Acknowledge a 2xx to our INVITE. `body` is the answer, if the 2xx has an offer.

        No effect once the leg has ended, which acknowledges what there was.
        """
        if self.ended:
            return
        answers, self._to_acknowledge = self.waits_for_answer, None
        self._send_ack(client, response, body)
        if answers:
            self._offers.proceed(self)

    def _send_ack(self, client: ClientTransaction, response: Response, body: bytes) -> None:
        assert self.dialog is not None
        ack = self.dialog.ack(response.cseq, self.origin.answer(body, response.body))
        for name in CREDENTIALS:  # nobody can challenge an ACK: it has its INVITE's (§22.1)
            if signed := client.request.headers.all(name):
                ack.headers.set(name, signed)
        self._endpoint.ack(client, ack, self.dialog.flow, self._endpoint.now)

    def _acknowledge_last(self) -> None:
        """The call ends while the phone waits for the ACK of its 2xx: it gets that before the BYE, or would
        repeat the 2xx for 32 s (RFC 3261 §13.3.1.4). An offer is answered, with silence."""
        response, self._to_acknowledge = self._to_acknowledge, None
        if response is not None:
            body = b"" if self.last_invite.request.body else sdp.black_hole(response.body)
            self._send_ack(self.last_invite, response, body)

    def answer(
        self,
        transaction: ServerTransaction,
        status: int,
        body: bytes = b"",
        content_type: str = "application/sdp",
    ) -> None:
        """Respond to a request of the phone. No effect after its final response."""
        self._still_there.heard()
        request = transaction.request
        if transaction.final:
            if transaction is self.incoming_invite:
                self.incoming_invite = None
                self._offers.proceed(self)
            return
        if body and is_sdp(content_type):
            if request.body or request.method != "INVITE":
                body = self.origin.answer(body, request.body)
            else:
                body, self._order = self.origin.offer(body)
        response = make_response(request, status, body=body, content_type=content_type)
        if status in (405, 200):
            response.headers.set("Allow", ALLOW)
        if request.method in ("INVITE", "UPDATE") and 100 < status < 300 and self.dialog is not None:
            response.headers.set("Contact", self.dialog.contact)
            if status >= 200:
                self._session.answer(request, response)
        if request.method == "INVITE" and status >= 200:
            if transaction is self.incoming_invite:
                self.incoming_invite = None
            self._unacked = self._unacked or status < 300
            self._untaken_since = None
        self._respond(transaction, response)
        if request.method == "INVITE" and status >= 300:
            self._offers.proceed(self)

    def _respond(self, transaction: ServerTransaction, response: Response) -> None:
        self._endpoint.respond(transaction, response, self._endpoint.now)

    def move_to(self, flow: Flow) -> None:
        """From now on the phone reaches us by another flow. Our next re-INVITE tells it, or an UPDATE.

        An INVITE that was lost with the old one is acknowledged, and so is the last one of an earlier run of
        the program: its 2xx or our ACK may be lost too, and a phone that waits for the ACK in vain hangs up
        (RFC 3261 §13.3.1.4); one that does not wait passes it over.
        """
        assert self.dialog is not None
        user = NameAddr.parse(self.dialog.contact).uri.user
        self.dialog.flow, self.dialog.contact = flow, contact_of(flow, user)
        self._untold = True
        if self._unacknowledged:
            ack, self._unacknowledged = self.dialog.ack(self._unacknowledged), 0
            self._endpoint.ack(None, ack, flow, self._endpoint.now)

    def ack_received(self, request: Request) -> None:
        """The phone's ACK of our 2xx."""
        self._unacked = False
        if request.body:
            request.body = sdp.unfit(request.body, self._order)
            self.remote_sdp = request.body
        if self._bye_after_ack and self.dialog is not None:
            self._bye(self.dialog)
        elif not self.ended:
            self._on_ack(request)
            self._offers.theirs_is_through(self)

    def ack_missing(self) -> None:
        """No ACK came for our 2xx."""
        self._unacked = False
        if self.ended and self._bye_after_ack and self.dialog is not None:
            self._bye(self.dialog)
        elif not self.ended:
            self._on_lost()

    def bye_received(self) -> None:
        """The phone has sent BYE, and got its answer: end the leg without a BYE of ours."""
        self._set_ended()
        if self.dialog is not None:
            self._host.endings.over(self.dialog)
        self._refuse_open_invite(487)
        self._forget()

    def _refuse_open_invite(self, status: int) -> Request | None:
        invite, self.incoming_invite = self.incoming_invite, None
        if invite is None or invite.final:
            return None
        endpoint = self._endpoint
        endpoint.respond(invite, make_response(invite.request, status), endpoint.now)
        return invite.request

    def expired(self) -> None:
        """Nobody has refreshed the session in time (RFC 4028 §10)."""
        if not self.ended:
            self._on_lost()

    def _again(self, request: Request, response: Response) -> Request | None:
        """The request as it is to be sent again, if that is what the response asks for; else None."""
        if self.ended and request.method == "INVITE":
            return None
        if response.status in (401, 407):
            return self.credentials.again(request, response)
        again = self._session.again(request, response)
        if again is not None:
            self.credentials.sign(again)  # what was signed before counts as a replay
        return again

    def _renumbered(self, dialog: Dialog, request: Request, response: Response) -> Request | None:
        """The request once more, if its number was too low in a dialog that is gone on with."""
        if (self.ended and request.method == "INVITE") or not dialog.jumps(response):
            return None
        again = Request(request.method, request.uri, request.headers.copy(), request.body)
        self.credentials.sign(again)
        return again

    def _send(
        self, dialog: Dialog, request: Request, on_final: OnFinal, *, signed: bool = False
    ) -> ClientTransaction:
        endpoint = self._endpoint
        dialog.flow = self._host.flow_for(self.terminal, dialog)
        if not signed:
            self._session.propose(request)
            self.credentials.sign(request)
        return endpoint.request(
            request,
            dialog.flow,
            endpoint.now,
            partial(self._responded, dialog, request, on_final),
            partial(self._failed, dialog, request, on_final),
        )

    def _responded(self, dialog: Dialog, request: Request, on_final: OnFinal, response: Response) -> None:
        if response.status < 200:
            return
        if self.media is None:
            self._taken(dialog, request, on_final, response)
        else:
            self.media.receive(response, partial(self._taken, dialog, request, on_final, response))

    def _taken(self, dialog: Dialog, request: Request, on_final: OnFinal, response: Response) -> None:
        again = self._renumbered(dialog, request, response) or self._again(request, response)
        if again is None:
            self._finished(dialog, request, on_final, response, response.status)
            return
        dialog.local_cseq += 1
        again.headers.set("CSeq", f"{dialog.local_cseq} {request.method}")
        client = self._send(dialog, again, on_final, signed=True)
        if request.method == "INVITE":
            self.outgoing_invite = self.last_invite = client

    def _failed(self, dialog: Dialog, request: Request, on_final: OnFinal, failure: Failure) -> None:
        if request.method == "INVITE" and failure is Failure.TRANSPORT:
            self._unacknowledged = request.cseq
        self._finished(
            dialog, request, on_final, None, 408 if failure is Failure.TIMEOUT else status_of(failure)
        )

    def _finished(
        self, dialog: Dialog, request: Request, on_final: OnFinal, response: Response | None, status: int
    ) -> None:
        """A request in the dialog has its final response, or will get none."""
        if request.method == "INVITE":
            self.outgoing_invite = None
            if status != 491:
                self._untaken_since = None
            elif self._untold and not self.ended and self._session.allows("UPDATE"):
                # Where we are now need not wait until it can take an offer (RFC 3311 §5.2): its BYE does not.
                self.request("UPDATE", b"", "", _told)
        if response is not None:
            self._still_there.heard()
            if status in (408, 481) and request.method == "INVITE":
                self._offers.close()  # it does not know the call any more, which is about to end
            dialog.receive_response(response)
            if status < 300:
                self.credentials.learn(response)
                if request.method in REFRESHING:
                    self._session.agreed(response)
                    self._untold = False
        on_final(response, status)
        # A NOTIFY's 481 is of what a phone asked to be told, not of its call (RFC 5057 §5.1).
        # Nor is a PRACK's, as long as the INVITE itself is open.
        if request.method in ("NOTIFY", "PRACK") or self.ended:
            return
        silent = response is None and (status == 408 or self._still_there.known) and self._may_be_silent()
        if (silent or status in (408, 481)) and not (silent and self._still_there.unanswered(self._ask)):
            self._on_lost()

    def _hang_up(self, dialog: Dialog) -> None:
        """End the leg's own dialog."""
        self._to_end(dialog)
        if self._unacked:
            # A BYE may not overtake the ACK that is on its way to us (§15).
            self._bye_after_ack = True
        else:
            self._bye(dialog)

    def _bye(self, dialog: Dialog, unheard: UnheardEnd | None = None) -> None:
        """End a dialog: the leg's own, or that of another phone that answered the same INVITE."""
        self._to_end(dialog)
        if dialog is self.dialog:
            self._forget()
        self._send(dialog, dialog.request("BYE"), partial(self._bye_answered, dialog, unheard))

    def _to_end(self, dialog: Dialog) -> None:
        self._host.endings.begins(dialog, self.terminal, self.own_address, self.credentials)

    def _bye_answered(
        self, dialog: Dialog, unheard: UnheardEnd | None, response: Response | None, _status: int
    ) -> None:
        if response is not None:
            self._host.endings.over(dialog)
            return
        if unheard is None:
            end = UnheardEnd(self.terminal, dialog, self._endpoint.now, partial(self._bye, dialog))
        else:
            end, unheard.tries = unheard, unheard.tries + 1
        self._host.retry_end(end)

    def _set_ended(self) -> None:
        self._acknowledge_last()
        self.ended = True
        if self.media is not None:
            self.media.close()
        self._offers.clear()
        self._session.stop()
        self._still_there.stop()


def _told(_response: Response | None, _status: int) -> None:
    """The re-INVITE is tried again in either case."""

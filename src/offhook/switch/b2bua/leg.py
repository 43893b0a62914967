"""One phone in a call: its first INVITE, in either direction, and from then on its dialog (`LegDialog`).

A leg knows SIP, and nothing of calls: it reports everything to its owner.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Protocol

from offhook.sip.dialog import Dialog
from offhook.sip.endpoint import ClientTransaction, Failure, Flow, ServerTransaction
from offhook.sip.message import Request, Response
from offhook.switch.b2bua.causes import status_of
from offhook.switch.b2bua.credentials import NO_CREDENTIALS, Credentials
from offhook.switch.b2bua.earlydialogs import EarlyDialogs, answer_early
from offhook.switch.b2bua.legdialog import LegDialog
from offhook.switch.b2bua.reliable import ReliableProgress, demands, rseq_of
from offhook.switch.b2bua.sessionrefresh import OnFinal
from offhook.switch.b2bua.toolate import hang_up
from offhook.switch.b2bua.unheard import EndHost, cancel_earlier, retry_cancel
from offhook.switch.b2bua.useragent import dialog_from
from offhook.switch.media.relay import MediaRelay
from offhook.switch.media.session import SessionState


class LegHost(EndHost, Protocol):
    """What legs need of the switch."""

    legs: dict[tuple[str, str, str], Leg]
    media: MediaRelay | None
    begun: set[Leg] | None
    """Legs are put into it as they begin; None: nobody wants to know."""

    def may_be_silent(self, leg: Leg) -> bool:
        """Does this leg's phone talk, so that it is asked again when it leaves a request unanswered?"""
        ...

    def ask(self, leg: Leg) -> None:
        """Ask it by a re-INVITE with what it has: who has left the call refuses that (481)."""
        ...


class LegOwner(Protocol):
    """The call that a leg belongs to."""

    def on_progress(self, leg: Leg, response: Response) -> None:
        """A provisional response to the leg's first INVITE."""
        ...

    def on_answer(self, leg: Leg, response: Response) -> None:
        """The phone has answered; the owner acknowledges by `Leg.ack`."""
        ...

    def on_refused(self, leg: Leg, status: int) -> None:
        """The first INVITE failed with this final status; the leg has ended."""
        ...

    def on_request(self, leg: Leg, transaction: ServerTransaction, request: Request) -> None:
        """A request in the leg's dialog; its CSeq has been checked."""
        ...

    def on_ack(self, leg: Leg, request: Request) -> None:
        """The phone acknowledged a 2xx of ours."""
        ...

    def on_cancel(self, leg: Leg) -> None:
        """The phone cancels its open INVITE (`Leg.incoming_invite`)."""
        ...

    def on_lost(self, leg: Leg) -> None:
        """The phone sends no ACK, or does not know the dialog any more. The owner has to end the leg."""
        ...


class Leg(LegDialog):
    """One side of a call. `own_address` stands in our session descriptions.

    `refusal` is the final response with which the first INVITE failed, None where there was none. `holds`:
    has somebody at the phone put the call on hold, by the phone's own key? Its owner finds out.
    """

    def __init__(
        self,
        host: LegHost,
        owner: LegOwner,
        terminal: str,
        own_address: str,
        credentials: Credentials = NO_CREDENTIALS,
    ) -> None:
        super().__init__(host, terminal, own_address, credentials)
        self.owner = owner
        self._legs, self._media_relay, self._begun = host.legs, host.media, host.begun
        self._switch = host
        self.refusal: Response | None = None
        self.holds = False
        self._withdrawn = False
        self._answered_invite: ClientTransaction | None = None
        self._reliable: ReliableProgress | None = None
        self._early: EarlyDialogs[Leg] = EarlyDialogs(host.legs)

    # The first INVITE

    def invite(self, request: Request, flow: Flow) -> None:
        """Call the phone."""
        if request.body:
            request.body = self.origin.stamp(request.body)
        self.credentials.sign(request)
        self._session.propose(request)
        if self._media_relay is not None:
            self.media = self._media_relay.calling(self, request, flow, phone=bool(self.terminal))
        self._send_invite(request, flow)

    def _send_invite(self, request: Request, flow: Flow) -> None:
        if self._begun is not None:
            self._begun.add(self)
        self.outgoing_invite = client = self._endpoint.request(
            request,
            flow,
            self._endpoint.now,
            lambda response: self._invite_response(client, response),
            lambda failure: self._invite_unanswered(client, failure),
        )

    def accept_invite(self, transaction: ServerTransaction, contact: str) -> None:
        """Take an INVITE of the phone. Raises `SipParseError`."""
        self.dialog = Dialog.uas(transaction, contact)
        self.owns_call_id = False
        self.incoming_invite, self.remote_sdp = transaction, transaction.request.body
        self._session.note_allowed(transaction.request)
        if self._media_relay is not None:
            self.media = self._media_relay.called(transaction, phone=bool(self.terminal))
            self.media.leg = self
        self._legs[self.dialog.key] = self
        if self._begun is not None:
            self._begun.add(self)
        if demands(transaction.request):
            self._reliable = ReliableProgress(self._endpoint, transaction, self._prack_missing)

    def go_on_with(
        self,
        dialog: Dialog,
        media: SessionState | None,
        allowed: Sequence[str],
        refresh_s: int,
        *,
        cseq: int,
        ours: bool,
    ) -> None:
        """Take up a dialog of an earlier run of the program, whose last request in it had this number (0:
        none), and its media if an engine relays them; the rest as `SessionRefresh.restore`."""
        self.dialog = dialog
        self._unacknowledged = cseq
        self._still_there.known = False
        if self._media_relay is not None:
            phone = bool(self.terminal)
            self.media = self._media_relay.goes_on(
                self, dialog.call_id, dialog.local_tag, dialog.flow, media, phone=phone
            )
        self._legs[dialog.key] = self
        self._session.restore(allowed, refresh_s, ours=ours)

    @property
    def first_invite(self) -> ClientTransaction | ServerTransaction | None:
        """The leg's first INVITE, in either direction, while it is open: cancelled, it is until the phone has
        said so."""
        if self.dialog is None:
            return self.outgoing_invite
        theirs = self.incoming_invite
        return None if theirs is None or theirs.final or theirs.request.to_tag else theirs

    def cancel_earlier(self, invite: Request, flow: Flow, age_s: float) -> None:
        """Cancel an INVITE of an earlier run of the program, which has done that so long ago if at all. A
        phone that has been answered meanwhile is hung up."""
        self._set_ended()
        cancel_earlier(self._host, self, invite, flow, age_s)

    def answered_late(self, client: ClientTransaction, response: Response) -> None:
        """A phone that had not heard our CANCEL has been answered: it is hung up."""
        self._answered(client, response)

    def _invite_response(self, client: ClientTransaction, response: Response) -> None:
        if self.media is None:
            self._invite_responded(client, response)
        else:
            self.media.receive(response, lambda: self._invite_responded(client, response))

    def _invite_responded(self, client: ClientTransaction, response: Response) -> None:
        if response.status < 200:
            if not self.ended:
                self._early.progress(self, client, response)
                if not rseq_of(response) or self._acknowledge(client, response):
                    self.owner.on_progress(self, response)
        elif response.status < 300:
            self._answered(client, response)
        elif (again := self._invite_again(client.request, response)) is not None:
            self._send_invite(again, client.flow)
        else:
            self.refusal = response
            self._invite_failed(response.status)

    def _invite_again(self, request: Request, response: Response) -> Request | None:
        given_up = self._withdrawn and self.dialog is None
        return None if given_up else self._again(request, response)

    def _acknowledge(self, client: ClientTransaction, response: Response) -> bool:
        """Send the PRACK of a reliable provisional response; False for one that is passed over."""
        prack = self._early.prack(client, response)
        if prack is not None:
            self._send(*prack, lambda _response, _status: None)
        return prack is not None

    def withdraw(self, reason: str) -> None:
        """Cancel the first INVITE, but take the call if the phone is answered at this very moment.

        The final response is reported as ever. `reason` is the Reason of the CANCEL (RFC 3326).
        """
        self._withdrawn = True
        if self.outgoing_invite is not None:
            self.outgoing_invite.cancel(self._endpoint.now, reason)

    def talk(self, on_final: OnFinal, *, known: bool = False) -> bool:
        """Tell the phone that rings to answer: NOTIFY with `Event: talk` in its early dialog.

        Desk phones take it as if somebody had pressed the key. False, and nothing is sent, if the phone has
        not said that it can (Allow-Events), unless that is `known`.
        """
        dialog = self._early.talks or (self._early.any if known else None)
        if dialog is None or self.ended:
            return False
        request = dialog.request("NOTIFY")
        request.headers.set("Event", "talk")
        request.headers.set("Subscription-State", "active")
        self.credentials.sign(request)
        endpoint = self._endpoint
        dialog.flow = self._host.flow_for(self.terminal, dialog)
        # That nobody answers it says nothing of the call: the INVITE shows whether the phone is there.
        endpoint.request(
            request,
            dialog.flow,
            endpoint.now,
            partial(_talk_answered, on_final),
            partial(_talk_unanswered, on_final),
        )
        return True

    def _invite_unanswered(self, client: ClientTransaction, failure: Failure) -> None:
        if client.rings:
            retry_cancel(self._host, self, client)
        self._invite_failed(status_of(failure))

    def _invite_failed(self, status: int) -> None:
        self.outgoing_invite = None
        if not self.ended:
            self._set_ended()
            self.owner.on_refused(self, status)

    def _answered(self, client: ClientTransaction, response: Response) -> None:
        if self.outgoing_invite is client:
            self.outgoing_invite = None
        if self.ended or self.dialog is not None:
            # It crossed our CANCEL, or is a second branch of a fork.
            hang_up(self._host, self.terminal, self.credentials, client, response)
            return
        dialog = dialog_from(client.request, response, client.flow)
        self.credentials.learn(response)
        if not response.body and client.request.body:
            response.set_body(self._early.described(dialog.key))
        self._early.answered(dialog)
        self.dialog, self.remote_sdp = dialog, response.body
        self._session.agreed(response)
        self._legs[dialog.key] = self
        self.last_invite = self._answered_invite = client
        self._to_acknowledge = response
        self.owner.on_answer(self, response)

    # Until the phone has answered, or we have

    def dialog_with(self, key: tuple[str, str, str]) -> Dialog | None:
        """The dialog with this key: the leg's own, or an early one."""
        own = self.dialog
        return own if own is not None and own.key == key else self._early.get(key)

    def answer_early(self, transaction: ServerTransaction, dialog: Dialog) -> None:
        """Respond to a request inside of an early dialog."""
        invite, endpoint, request = self.outgoing_invite, self._endpoint, transaction.request
        offered = invite is not None and bool(invite.request.body)
        offers = request.method == "UPDATE" and bool(request.body)
        agreed = self._early.update(transaction, dialog, self.origin) if offers else None
        response = agreed or answer_early(transaction, dialog, offered=offered)
        endpoint.respond(transaction, response, endpoint.now)
        if agreed is not None:
            self.owner.on_progress(self, Response(183, body=request.body))

    def answer(
        self,
        transaction: ServerTransaction,
        status: int,
        body: bytes = b"",
        content_type: str = "application/sdp",
    ) -> None:
        if self._reliable_for(transaction, status) is not None:
            # Without the description that comes with its answer; ringing is what the caller then should hear.
            status, body = 180 if status == 183 and body else status, b""
        super().answer(transaction, status, body, content_type)

    def _respond(self, transaction: ServerTransaction, response: Response) -> None:
        reliably = self._reliable_for(transaction, response.status)
        if reliably is not None:
            reliably.send(response)
        else:
            super()._respond(transaction, response)

    def _reliable_for(self, transaction: ServerTransaction, status: int) -> ReliableProgress | None:
        """What sends this response, if it is to be sent reliably."""
        return self._reliable if 100 < status < 200 and transaction is self.incoming_invite else None

    def prack(self, request: Request) -> int:
        """The phone's PRACK: the status of its response (RFC 3262 §3)."""
        if self._reliable is None or not self._reliable.acknowledged(request):
            return 481
        return 491 if request.body else 200  # no offer has been answered yet, so there can be no other one

    def _prack_missing(self) -> None:
        """No PRACK came for a provisional response of ours: the INVITE is refused."""
        if self.ended:
            return
        self._set_ended()
        self._refuse_open_invite(504)
        self._forget()
        self._on_lost()

    def end(self, status: int = 480, reason: str = "") -> None:
        """End the leg in any state: by CANCEL, by BYE, or by this final status to the phone's INVITE.

        `reason` is the Reason of the CANCEL (RFC 3326).
        """
        if self.ended:
            return
        self._set_ended()
        refused = self._refuse_open_invite(status)
        if refused is not None and not refused.to_tag:  # the first one: there is no dialog for a BYE
            self._forget()
            return
        if self.dialog is not None:
            self._hang_up(self.dialog)
        elif self.outgoing_invite is not None:
            self.outgoing_invite.cancel(self._endpoint.now, reason)

    # What its dialog needs (`LegDialog`)

    def _on_ack(self, request: Request) -> None:
        self.owner.on_ack(self, request)

    def _on_lost(self) -> None:
        self.owner.on_lost(self)

    def _may_be_silent(self) -> bool:
        return self._switch.may_be_silent(self)

    def _ask(self) -> None:
        if not self.ended:
            self._switch.ask(self)

    def asked_later(self) -> None:
        """It could not be asked now: it is after the next pause, unless it is given up."""
        if not self._still_there.unanswered(self._ask):
            self._on_lost()

    def _set_ended(self) -> None:
        self._early.close()
        super()._set_ended()
        client, self._answered_invite = self._answered_invite, None
        if client is not None:
            # The transaction stays for half a minute (RFC 6026), the leg and its call need not.
            client.answers_to(partial(hang_up, self._host, self.terminal, self.credentials, client))
        if self._reliable is not None:
            self._reliable.stop()
            self._reliable = None

    def _forget(self) -> None:
        if self.dialog is not None:
            self._legs.pop(self.dialog.key, None)


def _talk_answered(on_final: OnFinal, response: Response) -> None:
    if response.status >= 200:
        on_final(response, response.status)


def _talk_unanswered(on_final: OnFinal, failure: Failure) -> None:
    on_final(None, status_of(failure))

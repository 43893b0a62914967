"""A phone that keeps to the rules for offers (RFC 3261 §14, RFC 3264, RFC 3311), without I/O and without a
will of its own: the test says when it offers, answers and hangs up."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial

from offhook.demo import sdp
from offhook.sip.dialog import Dialog
from offhook.sip.endpoint import ClientTransaction, Endpoint, Failure, Flow, ServerTransaction
from offhook.sip.message import Request, Response, make_response

SWITCH = ("127.0.0.1", 5060)


class ModelPhone:
    """`local` and `remote` are the descriptions that hold; `faults` is what must not happen to a phone.

    `owner`: it began the call, and waits longer before it tries again what was refused with 491.
    """

    def __init__(self, name: str, port: int, *, owner: bool) -> None:
        self.name, self.address, self.owner = name, ("127.0.0.1", port), owner
        self.endpoint = Endpoint()
        self.endpoint.on_request = self._on_request
        self.endpoint.on_ack = self._on_ack
        self.endpoint.on_cancel = self._on_cancel
        self.endpoint.on_ack_timeout = self._on_ack_timeout
        self.flow = Flow("udp", self.address, SWITCH)
        self.faults: list[str] = []
        self.up = True
        self.local = self.remote = b""
        self.invite: ClientTransaction | None = None
        self.update: ClientTransaction | None = None
        self.rings: ServerTransaction | None = None  # a re-INVITE that it has not answered yet
        self.offered: bytes | None = None  # in its 2xx: the answer comes with the ACK
        self.waits_to_retry = False
        self._ports = 0
        self.local = self._describe("sendrecv")
        at = f"sip:{name}@127.0.0.1:{port}"
        ours, theirs = f"<{at}>;tag=phone", f"<sip:switch@127.0.0.1>;tag={name}"
        target = f"sip:{name}@127.0.0.1:5060"
        self.dialog = Dialog(f"call-{name}", ours, "phone", theirs, name, target, f"<{at}>", self.flow)
        self.dialog._routed = True

    # What it can be told to do

    @property
    def may_offer(self) -> bool:
        """Is no offer under way, in either direction?"""
        busy = self.invite or self.update or self.rings or self.offered is not None
        return self.up and not busy

    def reinvite(self, direction: str, *, empty: bool = False) -> None:
        """Offer that; `empty`: ask for an offer."""
        offer = b"" if empty else self._describe(direction)
        self.invite = self.endpoint.request(
            self.dialog.request("INVITE", offer),
            self.flow,
            self.endpoint.now,
            partial(self._invite_answered, offer, direction),
            partial(self._failed, "INVITE"),
        )

    def offer_by_update(self, direction: str) -> None:
        offer = self._describe(direction)
        self.update = self.endpoint.request(
            self.dialog.request("UPDATE", offer),
            self.flow,
            self.endpoint.now,
            partial(self._update_answered, offer, direction),
            partial(self._failed, "UPDATE"),
        )

    def take_back(self) -> None:
        """Cancel its re-INVITE."""
        assert self.invite is not None
        self.invite.cancel(self.endpoint.now)

    def answer(self, status: int = 200) -> None:
        """Answer the re-INVITE that waits."""
        assert self.rings is not None
        transaction, self.rings = self.rings, None
        body = b""
        if status == 200 and transaction.request.body:
            body = self._answer_to(transaction.request.body)
        elif status == 200:
            self.offered = body = self._describe("sendrecv")
        self._respond(transaction, status, body)

    def hang_up(self) -> None:
        if not self.up:
            return
        self.up = False
        if self.rings is not None:
            self._respond(self.rings, 487)
            self.rings = None
        self.endpoint.request(
            self.dialog.request("BYE"), self.flow, self.endpoint.now, lambda _: None, lambda _: None
        )

    # What comes

    def _on_request(self, transaction: ServerTransaction, request: Request, _flow: Flow, _now: float) -> None:
        status = self.dialog.receive_request(request)
        if not self.up:
            status = 200 if request.method == "BYE" else 481
        if status:
            self._respond(transaction, status)
        elif request.method == "INVITE":
            self._invited(transaction)
        elif request.method == "UPDATE" and request.body:
            self._updated(transaction)
        else:
            if request.method == "BYE":
                self.up, rings, self.rings = False, self.rings, None
                if rings is not None:
                    self._respond(rings, 487)
            self._respond(transaction, 200)

    def _invited(self, transaction: ServerTransaction) -> None:
        if self.invite is not None or self.update is not None or self.offered is not None:
            self._respond(transaction, 491)
        elif self.rings is not None:
            self.faults.append("a second re-INVITE while one is open")
            self._respond(transaction, 500)
        else:
            self.rings = transaction

    def _updated(self, transaction: ServerTransaction) -> None:
        if self.invite is not None or self.update is not None or self.offered is not None:
            self._respond(transaction, 491)
        elif self.rings is not None and self.rings.request.body:
            self.faults.append("an offer by UPDATE while one is open")
            self._respond(transaction, 500)
        else:
            self._respond(transaction, 200, self._answer_to(transaction.request.body))

    def _on_ack(self, ack: Request, _flow: Flow, _now: float) -> None:
        offered, self.offered = self.offered, None
        if offered is not None and not ack.body:
            self.faults.append("no answer in the ACK")
        elif offered is not None:
            self.local, self.remote = offered, ack.body

    def _on_cancel(self, invite: ServerTransaction, _now: float) -> None:
        if self.rings is invite:
            self.rings = None

    def _on_ack_timeout(self, _invite: ServerTransaction, _now: float) -> None:
        if self.up:
            self.faults.append("no ACK")
            self.offered = None
            self.hang_up()

    def _invite_answered(self, offer: bytes, direction: str, response: Response) -> None:
        if response.status < 200 or self.invite is None:
            return
        client, self.invite = self.invite, None
        if response.status < 300:
            answer = b"" if offer else self._answer_to(response.body)
            ack = self.dialog.ack(response.cseq, answer)
            self.endpoint.ack(client, ack, self.flow, self.endpoint.now)
            if offer:
                self.local, self.remote = offer, response.body
                if not response.body:
                    self.faults.append("no answer in the 200")
        elif response.status == 491 and self.up:
            self._try_again(partial(self.reinvite, direction, empty=not offer))
        self._look_at(response)

    def _update_answered(self, offer: bytes, direction: str, response: Response) -> None:
        if response.status < 200:
            return
        self.update = None
        if response.status < 300:
            self.local, self.remote = offer, response.body
        elif response.status == 491 and self.up:
            self._try_again(partial(self.offer_by_update, direction))
        self._look_at(response)

    def _look_at(self, response: Response) -> None:
        if response.status in (408, 481):
            self.hang_up()

    def _failed(self, what: str, _failure: Failure) -> None:
        if self.up:
            self.faults.append(f"{what} was never answered")
        self.invite = self.update = None
        self.hang_up()

    def _try_again(self, offer: Callable[[], None]) -> None:
        """What was refused with 491, after the pause of RFC 3261 §14.1 (for UPDATE: RFC 3311 §5.3)."""
        self.waits_to_retry = True
        delay = random.uniform(2.1, 4.0) if self.owner else random.uniform(0.0, 2.0)
        self.endpoint.after(delay, lambda _now: self._again(offer))

    def _again(self, offer: Callable[[], None]) -> None:
        self.waits_to_retry = False
        if self.may_offer:
            offer()

    # Small things

    def _answer_to(self, offer: bytes) -> bytes:
        media = sdp.read(offer)
        assert media is not None, offer
        answer = self._described(sdp.answer_to(media, self._media))
        self.local, self.remote = answer, offer
        return answer

    @property
    def _media(self) -> tuple[str, int]:
        return ("127.0.0.1", self.address[1] * 10 + self._ports)

    def _describe(self, direction: str) -> bytes:
        """A new offer, for another port than before."""
        self._ports += 1
        return self._described(sdp.Media(self._media, direction=direction))

    def _described(self, media: sdp.Media) -> bytes:
        return sdp.write(media, 1, self._ports)

    def _respond(self, transaction: ServerTransaction, status: int, body: bytes = b"") -> None:
        response = make_response(transaction.request, status, body=body)
        if 200 <= status < 300:
            response.headers.set("Contact", self.dialog.contact)
        self.endpoint.respond(transaction, response, self.endpoint.now)

"""Early dialogs of an INVITE of ours (RFC 3261 §12.1): a phone may ask for something before it answers."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Generic, TypeVar

from offhook.sip.dialog import Dialog
from offhook.sip.endpoint import ClientTransaction, ServerTransaction
from offhook.sip.message import Request, Response, make_response
from offhook.switch.b2bua.direction import Direction, directed, direction_of
from offhook.switch.b2bua.reliable import rseq_of
from offhook.switch.b2bua.sdp import Origin, black_hole
from offhook.switch.b2bua.useragent import ALLOW, dialog_from

MAX_EARLY = 16
"""Of one INVITE: a proxy may fork it to that many phones, and each makes a dialog of its own."""

RETRY_AFTER_S = 1
"""When a phone may offer again what came too early."""

MIRRORED: Mapping[Direction | None, Direction] = {
    None: "sendrecv",
    "sendrecv": "sendrecv",
    "sendonly": "recvonly",
    "recvonly": "sendonly",
    "inactive": "inactive",
}
"""The direction of an answer by that of its offer (RFC 3264 §6.1)."""

Key = tuple[str, str, str]
Leg = TypeVar("Leg")


class EarlyDialogs(Generic[Leg]):
    """By their keys, which are put into `legs` as well, until the INVITE has its final response."""

    def __init__(self, legs: MutableMapping[Key, Leg]) -> None:
        self._legs = legs
        self._dialogs: dict[Key, Dialog] = {}
        self._described: dict[Key, bytes] = {}
        self._rseqs: dict[Key, int] = {}  # of the last reliable provisional response
        self._agreed: set[Key] = set()
        self._talks: Dialog | None = None

    def progress(self, leg: Leg, client: ClientTransaction, response: Response) -> None:
        """A provisional response of a phone; one with a To tag makes a dialog."""
        key = (client.request.call_id, client.request.from_tag, response.to_tag)
        new = response.status > 100 and response.to_tag and key not in self._dialogs
        if new and len(self._dialogs) < MAX_EARLY:
            self._dialogs[key] = dialog_from(client.request, response, client.flow)
            self._legs[key] = leg
        if response.body and key in self._dialogs:
            self._described[key] = response.body
        if response.status > 100 and self._talks is None and knows_talk(response):
            self._talks = self._dialogs.get(key)

    def get(self, key: Key) -> Dialog | None:
        """The early dialog with this key."""
        return self._dialogs.get(key)

    @property
    def any(self) -> Dialog | None:
        """One of them."""
        return next(iter(self._dialogs.values()), None)

    @property
    def talks(self) -> Dialog | None:
        """That of a phone which rings and can be told to answer (`Event: talk`)."""
        return self._talks

    def prack(self, client: ClientTransaction, response: Response) -> tuple[Dialog, Request] | None:
        """The PRACK of a reliable provisional response, and its dialog. None for one that is repeated, or has
        overtaken another (RFC 3262 §4): it is passed over."""
        key = (client.request.call_id, client.request.from_tag, response.to_tag)
        dialog, rseq = self._dialogs.get(key), rseq_of(response)
        if dialog is None or self._rseqs.get(key, rseq - 1) != rseq - 1:
            return None
        self._rseqs[key] = rseq
        offered = bool(client.request.body)
        if response.body and offered:
            self._agreed.add(key)
        body = b"" if offered or not response.body else black_hole(response.body)
        prack = dialog.request("PRACK", body)
        prack.headers.set("RAck", f"{rseq} {client.request.cseq} INVITE")
        return dialog, prack

    def update(self, transaction: ServerTransaction, dialog: Dialog, origin: Origin) -> Response | None:
        """Answer an UPDATE with an offer; None where it is not time for one.

        After a reliable answer the other side may offer anew before the call is answered (RFC 3311 §5.1), as
        an announcement ends or the call goes on elsewhere. Nobody of ours need be asked: they go on as they
        have offered themselves.
        """
        request = transaction.request
        if dialog.key not in self._agreed or not origin.described:
            return None
        self._described[dialog.key] = request.body
        answer = origin.answer(directed(origin.described, MIRRORED[direction_of(request.body)]), request.body)
        response = make_response(request, 200, body=answer)
        response.headers.set("Contact", dialog.contact)
        return response

    def described(self, key: Key) -> bytes:
        """The last description in this dialog; b"" for none. Some say it in a provisional response alone, and
        send a 2xx without one: the first description that comes is the answer (§13.2.1)."""
        return self._described.get(key, b"")

    def answered(self, dialog: Dialog) -> None:
        """A 2xx has made this one: the numbers of both sides' requests go on in it (§12.2.1.1, §12.2.2)."""
        early = self._dialogs.get(dialog.key)
        if early is not None:
            dialog.remote_cseq = early.remote_cseq
            dialog.local_cseq = max(dialog.local_cseq, early.local_cseq)
        self.close()

    def close(self) -> None:
        """There are none any more."""
        for key in self._dialogs:
            self._legs.pop(key, None)
        self._dialogs.clear()
        self._described.clear()
        self._rseqs.clear()
        self._agreed.clear()
        self._talks = None


def knows_talk(message: Request | Response) -> bool:
    """Does a phone say that it answers when it is told to (Allow-Events: talk)?"""
    told = message.headers.all("Allow-Events")
    return any(name.strip().lower() == "talk" for value in told for name in value.split(","))


def answer_early(transaction: ServerTransaction, dialog: Dialog, *, offered: bool) -> Response:
    """What is said to a request inside of an early dialog; `offered`: our INVITE had a description.

    PBXs send an UPDATE without one as soon as they know who is at the other end, or to agree on a session
    timer, and end the call if it is not accepted. One with an offer comes at a time at which RFC 3311 §5.2
    allows none: our own is not answered yet, or the phone's own has not been accepted. Nobody may hang up or
    transfer in an early dialog (RFC 3261 §15, RFC 5589 §6).
    """
    request = transaction.request
    if request.method == "UPDATE" and request.body:
        response = make_response(request, 491 if offered else 500)
        if not offered:
            response.headers.set("Retry-After", str(RETRY_AFTER_S))
        return response
    if request.method in ("UPDATE", "OPTIONS", "INFO"):
        response = make_response(request, 200)
        response.headers.set("Allow", ALLOW)
        if request.method == "UPDATE":
            response.headers.set("Contact", dialog.contact)
        return response
    return make_response(request, 481)

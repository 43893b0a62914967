"""A SIP phone without audio, over real sockets: registers, rings, answers, calls, holds, hangs up.

Its `Behaviour` can be good or bad; `events` and counters show what has happened. Its audio port is bound, so
that no other process gets it, but no RTP is sent.
"""

from __future__ import annotations

import asyncio
import random
import secrets
import socket
import ssl
from dataclasses import replace
from types import TracebackType
from typing import Self
from urllib.parse import quote

from offhook.demo import sdp
from offhook.demo.behaviour import Behaviour, CallRejected, Stage, wants_auto_answer
from offhook.demo.phonecall import PhoneCall, PhoneEvent
from offhook.errors import UnavailableError
from offhook.sip.dialog import Dialog, dialog_key
from offhook.sip.digest import DigestClient
from offhook.sip.endpoint import ClientTransaction, Endpoint, Failure, Flow, ServerTransaction, Timing
from offhook.sip.headers import Headers
from offhook.sip.message import Request, Response, SipParseError, make_response
from offhook.sip.timers import Timer
from offhook.sip.transaction import Transport
from offhook.sip.transport import SipTransport
from offhook.sip.uas import refusal

__all__ = ["Behaviour", "CallRejected", "Phone", "PhoneCall", "PhoneEvent", "Stage"]

METHODS = ("INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "UPDATE", "INFO", "NOTIFY", "MESSAGE")

MAX_EVENTS = 1000
"""Events kept for a slow reader; the oldest are dropped first."""

LEAVE_S = 1.0
"""How long `stop` waits for the response to its last REGISTER, if nobody says otherwise."""


class Phone:
    """A phone, registered at `server` (IP address and port) from
    `start` to `stop`, or within `async with`."""

    def __init__(
        self,
        server: tuple[str, int],
        user: str,
        password: str,
        *,
        protocol: Transport = "udp",
        behaviour: Behaviour | None = None,
        name: str = "",
        host: str = "127.0.0.1",
        expires: int = 300,
        tls_context: ssl.SSLContext | None = None,
        timing: Timing | None = None,
        leave_s: float = LEAVE_S,
    ) -> None:
        """`leave_s`: how long `stop` may wait for the server."""
        self.server, self.user, self.protocol, self.name = server, user, protocol, name
        self.behaviour = behaviour or Behaviour()
        self.calls: list[PhoneCall] = []
        self.events: asyncio.Queue[PhoneEvent] = asyncio.Queue(MAX_EVENTS)
        self.registered = False
        self.invites = self.reinvites = self.acks = self.byes = self.cancels = self.options = 0
        self.last_invite: Request | None = None
        self.endpoint = Endpoint(timing)
        self.transport = SipTransport(self.endpoint, host, tls_client_context=tls_context)
        self._host, self._expires, self._leave_s = host, expires, leave_s
        self.stayed = ""
        """Why the server may have kept the registration when the phone was stopped, "" if it has not."""
        self._digest = DigestClient(user, password)
        self._dialogs: dict[tuple[str, str, str], PhoneCall] = {}
        self._register_id, self._register_cseq = secrets.token_hex(12), 0
        self._renewal: Timer | None = None
        self._audio: socket.socket | None = None
        self.endpoint.on_request = self._on_request
        self.endpoint.on_ack = self._on_ack
        self.endpoint.on_cancel = self._on_cancel
        self.endpoint.on_ack_timeout = self._on_ack_timeout

    # Life

    async def start(self) -> None:
        """Bind and register. Raises `UnavailableError` if the server refuses, and `OSError`."""
        await self.transport.start()
        try:
            self._audio = socket.socket(
                socket.AF_INET6 if ":" in self._host else socket.AF_INET, socket.SOCK_DGRAM
            )
            self._audio.bind((self._host, 0))
            await self.register()
        except BaseException:
            await self._close()
            raise

    async def stop(self) -> None:
        """Hang up, unregister, close. Bounded in time; `stayed` says whether the server has heard of it."""
        for call in list(self.calls):
            self.hang_up(call)
        try:
            if self.registered:
                async with asyncio.timeout(self._leave_s):
                    await self._register(0)
        except TimeoutError:
            self.stayed = f"no answer within {self._leave_s:g} s"
        except UnavailableError as error:
            self.stayed = str(error)
        finally:
            self.registered = False
            await self._close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def _close(self) -> None:
        if self._renewal is not None:
            self._renewal.cancel()
        if self._audio is not None:
            self._audio.close()
            self._audio = None
        await self.transport.stop()

    @property
    def address(self) -> tuple[str, int]:
        """The address where it listens for SIP."""
        return self.transport.local("udp")

    @property
    def media(self) -> tuple[str, int]:
        """The address for its audio."""
        if self._audio is None:
            raise UnavailableError("the phone is not started", "call start() first")
        name = self._audio.getsockname()
        return (str(name[0]), int(name[1]))

    @property
    def state(self) -> str:
        """`idle`, or the stage of the newest call."""
        return self.calls[-1].stage.value if self.calls else "idle"

    async def event(self, kind: str) -> PhoneEvent:
        """The next event of this kind; earlier ones are skipped."""
        while (event := await self.events.get()).kind != kind:
            pass
        return event

    # Registration

    async def register(self) -> None:
        """Register, or refresh the registration. Raises `UnavailableError`."""
        await self._register(self._expires)

    async def _register(self, expires: int) -> None:
        host, port = self.server
        request = Request("REGISTER", f"sip:{_bracket(host)}:{port}", Headers())
        request.headers.set("From", f"<{self._uri}>;tag={secrets.token_hex(8)}")
        request.headers.set("To", f"<{self._uri}>")
        request.headers.set("Call-ID", self._register_id)
        self._register_cseq += 1
        request.headers.set("CSeq", f"{self._register_cseq} REGISTER")
        request.headers.set("Contact", self._contact)
        request.headers.set("Expires", str(expires))
        self._digest.sign(request)
        response = await self._ask(request, self._flow)
        self._register_cseq = response.cseq
        if response.status != 200:
            raise UnavailableError(
                f"{host}:{port} did not register {self.user}: {response.status} {response.reason}",
                "check user and password",
            )
        self.registered = expires > 0
        if self._renewal is not None:
            self._renewal.cancel()
        if self.registered:
            self._tell("registered")
            self._renewal = self.endpoint.after(max(1.0, expires / 2), self._renew)
            self.transport.flush()

    def _renew(self, now: float) -> None:
        task = asyncio.get_running_loop().create_task(self._try_to_renew())
        self._renewing = task

    async def _try_to_renew(self) -> None:
        try:
            await self.register()
        except UnavailableError as error:
            self.registered = False
            self._tell("failed", None, str(error))

    async def _ask(self, request: Request, flow: Flow, call: PhoneCall | None = None) -> Response:
        """Send a request, with credentials if challenged; the final
        response, or 408 or 503 if there is none."""
        response = await self._exchange(request, flow, call)
        if response.status in (401, 407):
            again = self._digest.authorize(request, response)
            if again is not None:
                if call is not None and call.dialog is not None:
                    call.dialog.local_cseq = again.cseq
                response = await self._exchange(again, flow, call)
        if 200 <= response.status < 300:
            self._digest.learn(response)
        return response

    async def _exchange(self, request: Request, flow: Flow, call: PhoneCall | None) -> Response:
        done: asyncio.Future[Response] = asyncio.get_running_loop().create_future()

        def on_response(response: Response) -> None:
            if call is not None and request.method == "INVITE":
                self._on_invite_response(call, transaction, response)
            if response.status >= 200 and not done.done():
                done.set_result(response)

        def on_failure(failure: Failure) -> None:
            if not done.done():
                done.set_result(make_response(request, 408 if failure is Failure.TIMEOUT else 503))

        transaction = self.endpoint.request(request, flow, self.transport.now(), on_response, on_failure)
        self.transport.flush()
        try:
            return await done
        except asyncio.CancelledError:
            transaction.cancel(self.transport.now())
            self.transport.flush()
            raise

    # Calls that we make

    async def call(self, address: str) -> PhoneCall:
        """Call; returns when answered. Raises `CallRejected`. Cancelling the task cancels the call."""
        call = PhoneCall(self, True, address)
        uri = self._uri_of(address)
        request = Request("INVITE", uri, Headers(), self._describe(call, sdp.Media(self.media)))
        request.headers.set("From", f"{self._quoted_name}<{self._uri}>;tag={secrets.token_hex(8)}")
        request.headers.set("To", f"<{uri}>")
        request.headers.set("Call-ID", secrets.token_hex(12))
        request.headers.set("CSeq", "1 INVITE")
        request.headers.set("Contact", self._contact)
        request.headers.set("Content-Type", "application/sdp")
        request.headers.set("Allow", ", ".join(METHODS))
        self._digest.sign(request)
        call.call_id = request.call_id
        self.calls.append(call)
        try:
            response = await self._ask(request, self._flow, call)
        except BaseException:
            self.hang_up(call)  # it may have been answered just before
            self._end(call, "cancelled")
            raise
        if response.status >= 300:
            self._end(call, "rejected", f"{response.status} {response.reason}")
            raise CallRejected(response.status, response.reason)
        return call

    def _on_invite_response(
        self, call: PhoneCall, transaction: ClientTransaction, response: Response
    ) -> None:
        if response.body and (media := sdp.read(response.body)) is not None:
            call.remote_media = media.address
        if 180 <= response.status < 200 and call.stage is Stage.CALLING:
            call.stage = Stage.RINGING
            self._tell("ringing", call)
        if not 200 <= response.status < 300:
            return
        now = self.transport.now()
        dialog = call.dialog
        if dialog is None:
            dialog = Dialog.uac(transaction.request, response, self._flow)
        else:
            dialog.receive_response(response)
        if self.behaviour.ack:
            self.endpoint.ack(transaction, dialog.ack(response.cseq), dialog.flow, now)
        if call.stage is Stage.ENDED:  # the CANCEL crossed with the 200
            self._fire(dialog.request("BYE"), dialog.flow)
        elif call.dialog is None:
            call.dialog, call.stage = dialog, Stage.UP
            self._dialogs[dialog.key] = call
            self._tell("answered", call)

    async def reinvite(self, call: PhoneCall, direction: str) -> None:
        """Send a re-INVITE with another media direction. Raises `CallRejected`."""
        while True:
            dialog = self._up(call)
            offer = self._describe(call, sdp.Media(self.media, direction=direction))
            response = await self._ask(dialog.request("INVITE", offer), dialog.flow, call)
            if response.status != 491:
                break
            # Glare: both sides sent a re-INVITE; the caller waits longer before the retry (RFC 3261 §14.1).
            await asyncio.sleep(random.uniform(2.1, 4.0) if call.outbound else random.uniform(0.0, 2.0))
        if response.status >= 300:
            raise CallRejected(response.status, response.reason)
        call.direction = direction

    async def transfer(self, call: PhoneCall, address: str, replaced: Dialog | None = None) -> None:
        """Ask the other party to call the address, replacing the dialog `replaced` (RFC 3891).

        Raises `CallRejected`.
        """
        dialog = self._up(call)
        request = dialog.request("REFER")
        place = ""
        if replaced is not None:
            tags = f"to-tag={replaced.remote_tag};from-tag={replaced.local_tag}"
            place = f"?Replaces={quote(f'{replaced.call_id};{tags}', safe='')}"
        request.headers.set("Refer-To", f"<{self._uri_of(address)}{place}>")
        response = await self._ask(request, dialog.flow, call)
        if response.status >= 300:
            raise CallRejected(response.status, response.reason)

    # Calls that come

    def _on_request(self, transaction: ServerTransaction, request: Request, flow: Flow, now: float) -> None:
        refused = refusal(request, METHODS)
        if refused is not None:
            self.endpoint.respond(transaction, refused, now)
        elif request.to_tag:
            self._in_dialog(transaction, request, now)
        elif request.method == "INVITE":
            self._invited(transaction, request, now)
        elif request.method == "NOTIFY" and request.headers.get("Event") == "talk":
            self._told_to_talk(transaction, next(iter(self.calls), None), now)
        else:
            self.options += request.method == "OPTIONS"
            self.endpoint.respond(transaction, make_response(request, 200), now)

    def _invited(self, transaction: ServerTransaction, request: Request, now: float) -> None:
        self.invites += 1
        self.last_invite = request
        behaviour = self.behaviour
        if behaviour.silent:
            return
        if behaviour.reject is not None:
            response = make_response(request, behaviour.reject)
            if behaviour.forward_to:
                response.headers.set("Contact", f"<{self._uri_of(behaviour.forward_to)}>")
            self.endpoint.respond(transaction, response, now)
            return
        offer = sdp.read(request.body)
        if request.body and offer is None:
            self.endpoint.respond(transaction, make_response(request, 488), now)
            return
        try:
            caller = request.from_.uri.user
            dialog = Dialog.uas(transaction, self._contact)
        except SipParseError as error:
            self.endpoint.respond(transaction, make_response(request, error.status, error.reason), now)
            return
        call = PhoneCall(self, False, caller)
        call.invite, call.dialog = transaction, dialog
        call.offers.append(offer)
        if offer is not None:
            call.remote_media = offer.address
        self.calls.append(call)
        self._dialogs[dialog.key] = call
        self._ring(call, request, now)

    def _ring(self, call: PhoneCall, request: Request, now: float) -> None:
        behaviour = self.behaviour
        if behaviour.auto_answer and wants_auto_answer(request):
            self.answer(call)
            return
        early = self._local_media(call) if behaviour.early_media else b""
        assert call.invite is not None
        ringing = make_response(request, 183 if early else 180, body=early)
        ringing.headers.set("Contact", self._contact)
        if behaviour.talk:
            ringing.headers.set("Allow-Events", "talk, hold")
        self.endpoint.respond(call.invite, ringing, now)
        self._tell("ringing", call)
        if behaviour.answer_after is not None:
            call.answering = self.endpoint.after(behaviour.answer_after, lambda later: self.answer(call))

    def answer(self, call: PhoneCall) -> None:
        """Send 200 with our session description; does nothing if the call does not ring any more."""
        transaction = call.invite
        if call.stage is not Stage.RINGING or transaction is None or transaction.final:
            return
        response = make_response(transaction.request, 200, body=self._local_media(call))
        response.headers.set("Contact", self._contact)
        response.headers.set("Allow", ", ".join(METHODS))
        call.stage = Stage.UP
        self.endpoint.respond(transaction, response, self.transport.now())
        self._tell("answered", call)
        self.transport.flush()

    def reject(self, call: PhoneCall, status: int) -> None:
        """Send a final response other than 2xx."""
        if call.stage is Stage.RINGING and call.invite is not None:
            response = make_response(call.invite.request, status)
            self.endpoint.respond(call.invite, response, self.transport.now())
            self._end(call, "rejected", str(status))
            self.transport.flush()

    def hang_up(self, call: PhoneCall) -> None:
        """Send BYE, or reject the call while it rings."""
        if call.stage is Stage.UP and call.dialog is not None:
            self._fire(call.dialog.request("BYE"), call.dialog.flow)
            self._end(call, "ended", "here")
        else:
            self.reject(call, 486)

    def _on_cancel(self, transaction: ServerTransaction, now: float) -> None:
        self.cancels += 1
        for call in list(self.calls):
            if call.invite is transaction:
                self._end(call, "cancelled")

    def _on_ack(self, ack: Request, flow: Flow, now: float) -> None:
        self.acks += 1
        call = self._dialogs.get(dialog_key(ack))
        if call is not None and (media := sdp.read(ack.body)) is not None:
            call.offers.append(media)
            call.remote_media, call.direction = media.address, sdp.MIRRORED[media.direction]
            self._tell("media", call)

    def _on_ack_timeout(self, transaction: ServerTransaction, now: float) -> None:
        for call in list(self.calls):
            if call.invite is transaction:
                self._tell("ack-timeout", call)
                self.hang_up(call)

    # Requests within a call

    def _in_dialog(self, transaction: ServerTransaction, request: Request, now: float) -> None:
        call = self._dialogs.get(dialog_key(request))
        if call is None or call.dialog is None:
            early = any(one.call_id == request.call_id for one in self.calls if one.dialog is None)
            # a PBX tells by it that another phone is being called, and gives up without a 200 (RFC 3311)
            status = 200 if early and request.method == "UPDATE" else 481
            self.endpoint.respond(transaction, make_response(request, status), now)
            return
        status = call.dialog.receive_request(request)
        if status:
            self.endpoint.respond(transaction, make_response(request, status), now)
        elif request.method == "INVITE":
            self._reinvited(call, transaction, request, now)
        elif request.method == "BYE":
            self.byes += 1
            if self.behaviour.answer_bye:
                self.endpoint.respond(transaction, make_response(request, 200), now)
            self._end(call, "ended", "there")
        elif request.method == "NOTIFY" and request.headers.get("Event") == "talk":
            self._told_to_talk(transaction, call, now)
        elif request.method == "NOTIFY":
            self.endpoint.respond(transaction, make_response(request, 200), now)
            self._tell("transfer", call, request.body.decode("utf-8", "replace").strip())
        else:
            self.endpoint.respond(transaction, make_response(request, 200), now)

    def _told_to_talk(self, transaction: ServerTransaction, call: PhoneCall | None, now: float) -> None:
        status = 489 if not self.behaviour.talk else 481 if call is None else 200
        self.endpoint.respond(transaction, make_response(transaction.request, status), now)
        if call is not None and status == 200:
            self.answer(call)

    def _reinvited(
        self, call: PhoneCall, transaction: ServerTransaction, request: Request, now: float
    ) -> None:
        self.reinvites += 1
        self.last_invite = request
        offer = sdp.read(request.body)
        if request.body and offer is None:
            self.endpoint.respond(transaction, make_response(request, 488), now)
            return
        call.offers.append(offer)
        if offer is not None:
            call.remote_media = offer.address
        response = make_response(request, 200, body=self._local_media(call))
        response.headers.set("Contact", self._contact)
        self.endpoint.respond(transaction, response, now)
        self._tell("media", call)

    # Small things

    def _local_media(self, call: PhoneCall) -> bytes:
        """Our answer to the last offer, or an offer if there was none."""
        offer = call.offers[-1] if call.offers else None
        media = sdp.answer_to(offer, self.media) if offer is not None else sdp.Media(self.media)
        if offer is not None:
            call.direction = media.direction
        return self._describe(call, media)

    def _describe(self, call: PhoneCall, media: sdp.Media) -> bytes:
        call.version += 1
        if media.streams:
            call.streams, call.place = media.streams, media.place
        else:  # a later offer keeps the m= lines of the session
            media = replace(media, streams=call.streams, place=call.place)
        return sdp.write(media, call.session, call.version)

    def _fire(self, request: Request, flow: Flow) -> None:
        """Send a request and ignore the response."""
        self.endpoint.request(
            request, flow, self.transport.now(), lambda response: None, lambda failure: None
        )
        self.transport.flush()

    def _up(self, call: PhoneCall) -> Dialog:
        if call.stage is not Stage.UP or call.dialog is None:
            raise CallRejected(481, "the call is not up")
        return call.dialog

    def _end(self, call: PhoneCall, kind: str, detail: str = "") -> None:
        if call.stage is Stage.ENDED:
            return
        call.stage = Stage.ENDED
        if call.answering is not None:
            call.answering.cancel()
        if call.dialog is not None:
            self._dialogs.pop(call.dialog.key, None)
        self.calls.remove(call)
        self._tell(kind, call, detail)

    def _tell(self, kind: str, call: PhoneCall | None = None, detail: str = "") -> None:
        if self.events.full():
            self.events.get_nowait()
        self.events.put_nowait(PhoneEvent(kind, call, detail))

    @property
    def _flow(self) -> Flow:
        return self.transport.flow(self.protocol, self.server)

    @property
    def _uri(self) -> str:
        return self._uri_of(self.user)

    def _uri_of(self, user: str) -> str:
        return f"sip:{user}@{_bracket(self.server[0])}:{self.server[1]}"

    @property
    def _contact(self) -> str:
        host, port = self.address
        transport = "" if self.protocol == "udp" else f";transport={self.protocol}"
        return f"<sip:{self.user}@{_bracket(host)}:{port}{transport}>"

    @property
    def _quoted_name(self) -> str:
        return f'"{self.name}" ' if self.name else ""


def _bracket(host: str) -> str:
    return f"[{host}]" if ":" in host else host

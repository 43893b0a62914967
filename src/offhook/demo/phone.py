"""A SIP phone without a speaker: a real user agent on the wire, for the demonstration and for tests.

It registers with digest, takes and makes calls with a valid offer and answer, and behaves as it is told.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Literal, NamedTuple

from offhook.demo import sdp
from offhook.errors import PeerError, UnavailableError
from offhook.sip.dialog import Dialog, dialog_key
from offhook.sip.digest import DigestClient
from offhook.sip.endpoint import ClientTransaction, Endpoint, Failure, Flow, ServerTransaction, Timing
from offhook.sip.message import Headers, Request, Response, make_response
from offhook.sip.transport import SipTransport

logger = logging.getLogger(__name__)

Protocol = Literal["udp", "tcp", "tls"]

REGISTER_S = 300
"""The lifetime that the phone asks for its registration; refreshed at half of what it is given."""

ANSWER_LIMIT_S = 10.0
"""How long a registration may take before the phone gives up."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How the phone meets a call: rings `answer_after` seconds and answers; None rings for ever.

    `reject` is a final status sent instead, after `answer_after` when that is more than 0. `silent`: no
    response at all. `early_media`: 183 with an answer instead of 180. `ack`: False never ACKs a 2xx.
    """

    answer_after: float | None = 0.0
    reject: int | None = None
    silent: bool = False
    early_media: bool = False
    auto_answer: bool = True
    ack: bool = True


class PhoneState(Enum):
    """Where a call is, as the phone sees it."""

    CALLING = "calling"
    RINGING = "ringing"
    UP = "up"
    OVER = "over"


class PhoneCall:
    """One call at the phone. `status` is the final status of a call that it made (0: none yet)."""

    def __init__(self, incoming: bool, invite: Request) -> None:
        self.incoming, self.invite = incoming, invite
        self.state = PhoneState.RINGING if incoming else PhoneState.CALLING
        self.status = 0
        self.auto_answered = False
        self.dialog: Dialog | None = None
        self.server: ServerTransaction | None = None
        self.client: ClientTransaction | None = None
        self.remote_sdp = b""
        self.local_sdp = b""
        self.version = 0
        self.direction = "sendrecv"
        self.acked = False

    @property
    def remote_media(self) -> tuple[str, int] | None:
        """Where the other side wants its media, as it last said."""
        return sdp.media_address(self.remote_sdp)


class PhoneEvent(NamedTuple):
    """What happened at the phone: invite, ringing, up, media (a new offer or answer), over."""

    kind: Literal["invite", "ringing", "up", "media", "over"]
    call: PhoneCall


class Phone:
    """A user agent for `user` at the registrar `server` (host, port)."""

    def __init__(
        self,
        server: tuple[str, int],
        user: str,
        password: str,
        *,
        protocol: Protocol = "udp",
        behaviour: Behaviour | None = None,
        host: str = "127.0.0.1",
        timing: Timing | None = None,
        transport: Callable[[Endpoint], SipTransport] | None = None,
    ) -> None:
        self.server, self.user, self.protocol, self.host = server, user, protocol, host
        self.behaviour = behaviour or Behaviour()
        self.events: asyncio.Queue[PhoneEvent] = asyncio.Queue()
        self.calls: list[PhoneCall] = []
        self.invites = 0
        self._digest = DigestClient(user, password)
        self._endpoint = Endpoint(timing)
        self._endpoint.on_request = self._on_request
        self._endpoint.on_ack = self._on_ack
        self._endpoint.on_cancel = self._on_cancel
        self._endpoint.on_ack_timeout = self._on_ack_timeout
        self._transport = transport(self._endpoint) if transport else SipTransport(self._endpoint, host)
        self._dialogs: dict[tuple[str, str, str], PhoneCall] = {}
        self._timers: set[asyncio.TimerHandle] = set()
        self._cseq = 1
        self._registration_id = secrets.token_hex(8)
        self._rtp: socket.socket | None = None

    # -- life -------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Bind and register. Raises `PeerError` when refused, `UnavailableError` when nobody answers."""
        self._rtp = socket.socket(socket.AF_INET6 if ":" in self.host else socket.AF_INET, socket.SOCK_DGRAM)
        self._rtp.bind((self.host, 0))
        await self._transport.start()
        try:
            await self.register()
        except BaseException:
            await self._close()
            raise

    async def stop(self) -> None:
        """Hang up, unregister, close."""
        for call in list(self.calls):
            self.hang_up(call)
        with suppress(PeerError, UnavailableError):
            await self.register(expires=0)
        await self._close()

    async def vanish(self) -> None:
        """Be gone without a word, as a phone whose plug is pulled."""
        await self._close()

    async def _close(self) -> None:
        for timer in self._timers:
            timer.cancel()
        await self._transport.stop()
        if self._rtp is not None:
            self._rtp.close()

    async def __aenter__(self) -> Phone:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def media(self) -> tuple[str, int]:
        """Where the phone wants its media."""
        assert self._rtp is not None, "start the phone first"
        name: tuple[str, int] = self._rtp.getsockname()[:2]
        return name

    # -- what a person does -----------------------------------------------------------------------------

    async def register(self, expires: int = REGISTER_S) -> None:
        """Register for `expires` seconds, 0 to unregister. Raises as `start` does."""
        domain = _host(self.server[0])
        aor = f"<sip:{self.user}@{domain}>"
        response = await self._ask(
            self._request("REGISTER", f"sip:{domain}", aor, aor, self._registration_id, expires)
        )
        if response.status != 200:
            status = f"{response.status} {response.reason}"
            raise PeerError(f"the registrar answered {status} to {self.user}; check its password")
        if expires:
            self._later(expires / 2, lambda: asyncio.ensure_future(self._refresh()))

    async def _refresh(self) -> None:
        with suppress(PeerError, UnavailableError):
            await self.register()

    def call(self, address: str) -> PhoneCall:
        """Dial `address`; what becomes of it is told by `events`."""
        domain = _host(self.server[0])
        call_id, tag = secrets.token_hex(8), secrets.token_hex(4)
        from_, to = f"<sip:{self.user}@{domain}>;tag={tag}", f"<sip:{address}@{domain}>"
        invite = self._request("INVITE", f"sip:{address}@{domain}", from_, to, call_id)
        call = PhoneCall(False, invite)
        self.calls.append(call)
        self._send_invite(call, invite)
        return call

    def hang_up(self, call: PhoneCall | None = None) -> None:
        """End a call (default: the newest) in whatever state it is."""
        call = call or self.calls[-1]
        if call.state is PhoneState.UP and call.dialog is not None:
            self._send(call.dialog.request("BYE"), call.dialog.flow)
        elif call.client is not None:
            call.client.cancel(self._transport.now())
        elif call.server is not None:
            self._answer(call.server, 486)
        self._over(call)
        self._transport.flush()

    def answer(self, call: PhoneCall | None = None) -> None:
        """Lift a phone that rings (default: the newest call)."""
        call = call or self.calls[-1]
        if call.state is not PhoneState.RINGING or call.server is None:
            return
        call.state = PhoneState.UP
        self._answer(call.server, 200, self._describe(call, call.invite.body))
        self._tell("up", call)

    def hold(self, call: PhoneCall | None = None, direction: str = "sendonly") -> None:
        """Offer another direction of the media in a re-INVITE; `sendrecv` takes the call back."""
        call = call or self.calls[-1]
        assert call.dialog is not None, "only a call that is up can be held"
        call.direction = direction
        invite = call.dialog.request("INVITE", self._describe(call, b""))
        dialog = call.dialog

        def on_response(response: Response) -> None:
            if response.status < 200:
                return
            if response.status < 300:
                dialog.receive_response(response)
                self._endpoint.ack(client, dialog.ack(response.cseq), dialog.flow, self._transport.now())
                self._media(call, response.body)

        client = self._endpoint.request(
            invite, dialog.flow, self._transport.now(), on_response, lambda _failure: None
        )
        self._transport.flush()

    async def until(self, kind: str) -> PhoneCall:
        """Wait for the next event of this kind; earlier events of other kinds are passed over."""
        while True:
            event = await self.events.get()
            if event.kind == kind:
                return event.call

    # -- requests that come -----------------------------------------------------------------------------

    def _on_request(self, transaction: ServerTransaction, request: Request, flow: Flow, _now: float) -> None:
        if request.to_tag:
            self._in_dialog(transaction, request)
        elif request.method == "INVITE":
            self._invited(transaction, request)
        elif request.method == "OPTIONS":
            self._answer(transaction, 200)
        else:
            self._answer(transaction, 405)

    def _invited(self, transaction: ServerTransaction, request: Request) -> None:
        self.invites += 1
        call = PhoneCall(True, request)
        call.server, call.remote_sdp = transaction, request.body
        self.calls.append(call)
        self._tell("invite", call)
        behaviour = self.behaviour
        if behaviour.silent:
            return
        call.dialog = Dialog.uas(transaction, self._contact())
        self._dialogs[call.dialog.key] = call
        if behaviour.auto_answer and _wants_auto_answer(request) and behaviour.reject is None:
            call.auto_answered = True
            self.answer(call)
        elif behaviour.answer_after == 0:
            self._decide(call)
        else:
            early = behaviour.early_media and bool(request.body)
            self._answer(
                transaction, 183 if early else 180, self._describe(call, request.body) if early else b""
            )
            self._tell("ringing", call)
            if behaviour.answer_after is not None:
                self._later(behaviour.answer_after, lambda: self._decide(call))

    def _decide(self, call: PhoneCall) -> None:
        if call.state is not PhoneState.RINGING or call.server is None:
            return
        if self.behaviour.reject is not None:
            self._answer(call.server, self.behaviour.reject)
            self._over(call)
        else:
            self.answer(call)

    def _in_dialog(self, transaction: ServerTransaction, request: Request) -> None:
        call = self._dialogs.get(dialog_key(request))
        if call is None or call.dialog is None:
            self._answer(transaction, 481)
            return
        if status := call.dialog.receive_request(request):
            self._answer(transaction, status)
        elif request.method == "BYE":
            self._answer(transaction, 200)
            self._over(call)
        elif request.method in ("INVITE", "UPDATE"):
            body = self._describe(call, request.body) if request.body or request.method == "INVITE" else b""
            self._answer(transaction, 200, body)
            self._media(call, request.body)
        else:
            self._answer(transaction, 200)

    def _on_ack(self, request: Request, _flow: Flow, _now: float) -> None:
        call = self._dialogs.get(dialog_key(request))
        if call is not None:
            call.acked = True
            self._media(call, request.body)

    def _on_cancel(self, transaction: ServerTransaction, _now: float) -> None:
        for call in self.calls:
            if call.server is transaction:
                self._over(call)

    def _on_ack_timeout(self, transaction: ServerTransaction, _now: float) -> None:
        for call in self.calls:
            if call.server is transaction:
                self.hang_up(call)

    # -- requests that go -------------------------------------------------------------------------------

    def _send_invite(self, call: PhoneCall, invite: Request) -> None:
        if not invite.body:
            invite.set_body(self._describe(call, b""))
        call.client = client = self._endpoint.request(
            invite,
            self._flow(),
            self._transport.now(),
            lambda response: self._on_invite_response(call, client, response),
            lambda failure: self._over(call),
        )
        self._transport.flush()

    def _on_invite_response(self, call: PhoneCall, client: ClientTransaction, response: Response) -> None:
        again = None
        if response.status in (401, 407):
            again = self._digest.authorize(client.request, response)
        if again is not None:
            self._send_invite(call, again)
        elif response.status < 200:
            if response.body:
                self._media(call, response.body)
            if response.status > 100 and call.state is PhoneState.CALLING:
                call.state = PhoneState.RINGING
                self._tell("ringing", call)
        elif response.status < 300:
            self._connected(call, client, response)
        else:
            call.status = response.status
            self._over(call)

    def _connected(self, call: PhoneCall, client: ClientTransaction, response: Response) -> None:
        dialog = Dialog.uac(client.request, response, client.flow)
        if not self.behaviour.ack:
            return
        self._endpoint.ack(client, dialog.ack(response.cseq), dialog.flow, self._transport.now())
        if call.state is PhoneState.OVER:
            self._send(dialog.request("BYE"), dialog.flow)
            return
        call.status, call.state, call.dialog = response.status, PhoneState.UP, dialog
        self._dialogs[dialog.key] = call
        self._media(call, response.body)
        self._tell("up", call)

    async def _ask(self, request: Request) -> Response:
        """Send it, with credentials when asked for them; the final response."""
        while True:
            done: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
            self._send(request, self._flow(), done)
            self._transport.flush()
            try:
                response = await asyncio.wait_for(done, ANSWER_LIMIT_S)
            except TimeoutError:
                raise UnavailableError(f"nobody answers at {self.server[0]}:{self.server[1]}") from None
            again = self._digest.authorize(request, response) if response.status in (401, 407) else None
            if again is None:
                return response
            request = again
            self._cseq = max(self._cseq, request.cseq)

    def _send(self, request: Request, flow: Flow, done: asyncio.Future[Response] | None = None) -> None:
        def on_response(response: Response) -> None:
            if done is not None and response.status >= 200 and not done.done():
                done.set_result(response)

        def on_failure(failure: Failure) -> None:
            if done is not None and not done.done():
                done.set_exception(UnavailableError(f"{self.server[0]}:{self.server[1]}: {failure.value}"))

        self._endpoint.request(request, flow, self._transport.now(), on_response, on_failure)

    # -- pieces -----------------------------------------------------------------------------------------

    def _request(
        self, method: str, uri: str, from_: str, to: str, call_id: str, expires: int | None = None
    ) -> Request:
        headers = Headers()
        self._cseq += 1
        headers.set("From", from_ if ";tag=" in from_ else f"{from_};tag={secrets.token_hex(4)}")
        headers.set("To", to)
        headers.set("Call-ID", call_id)
        headers.set("CSeq", f"{self._cseq} {method}")
        headers.set("Contact", self._contact())
        headers.set("User-Agent", "Offhook-Demo-Phone")
        if expires is not None:
            headers.set("Expires", str(expires))
        return Request(method, uri, headers)

    def _flow(self) -> Flow:
        return self._transport.flow(self.protocol, self.server)

    def _contact(self) -> str:
        host, port = self._transport.local(self.protocol)
        extra = "" if self.protocol == "udp" else f";transport={self.protocol}"
        return f"<sip:{self.user}@{_host(host)}:{port}{extra}>"

    def _answer(self, transaction: ServerTransaction, status: int, body: bytes = b"") -> None:
        response = make_response(transaction.request, status, body=body)
        if status < 300 and transaction.request.method in ("INVITE", "UPDATE"):
            response.headers.set("Contact", self._contact())
        self._endpoint.respond(transaction, response, self._transport.now())
        self._transport.flush()

    def _describe(self, call: PhoneCall, offer: bytes) -> bytes:
        call.version += 1
        direction = sdp.answer_direction(offer, call.direction) if offer else call.direction
        call.local_sdp = sdp.describe(self.host, self.media[1], call.version, direction)
        return call.local_sdp

    def _media(self, call: PhoneCall, body: bytes) -> None:
        if body:
            call.remote_sdp = body
            self._tell("media", call)

    def _over(self, call: PhoneCall) -> None:
        if call.state is PhoneState.OVER:
            return
        call.state = PhoneState.OVER
        if call.dialog is not None:
            self._dialogs.pop(call.dialog.key, None)
        if call in self.calls:
            self.calls.remove(call)
        self._tell("over", call)

    def _tell(self, kind: Literal["invite", "ringing", "up", "media", "over"], call: PhoneCall) -> None:
        self.events.put_nowait(PhoneEvent(kind, call))

    def _later(self, seconds: float, what: Callable[[], object]) -> None:
        loop = asyncio.get_running_loop()

        def fire() -> None:
            self._timers.discard(timer)
            what()

        timer = loop.call_later(seconds, fire)
        self._timers.add(timer)


def _host(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _wants_auto_answer(request: Request) -> bool:
    call_info = ",".join(request.headers.all("Call-Info")).replace(" ", "").lower()
    alert_info = ",".join(request.headers.all("Alert-Info")).replace(" ", "").lower()
    return "answer-after=0" in call_info or "alert-autoanswer" in alert_info

"""A registrar that can call its phones: just enough of a switch to test a phone."""

import asyncio
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from offhook.sip.dialog import Dialog
from offhook.sip.digest import DigestServer, Outcome
from offhook.sip.endpoint import ClientTransaction, Endpoint, Failure, Flow, ServerTransaction, Timing
from offhook.sip.headers import Headers
from offhook.sip.message import NameAddr, Request, Response, make_response
from offhook.sip.transaction import Transport
from offhook.sip.transport import SipTransport

OFFER = (
    b"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
    b"m=audio 40000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\n"
)


NO_HEADERS: Mapping[str, str] = {}


class Outgoing:
    """An INVITE from the registrar, and its responses."""

    def __init__(self, registrar: "Registrar", flow: Flow) -> None:
        self.registrar, self.flow = registrar, flow
        self.responses: asyncio.Queue[Response] = asyncio.Queue()
        self.transaction: ClientTransaction | None = None
        self.dialog: Dialog | None = None

    async def response(self, status: int) -> Response:
        """Wait for this status."""
        while (response := await self.responses.get()).status != status:
            pass
        return response

    def ack(self, body: bytes = b"") -> None:
        assert self.dialog is not None
        assert self.transaction is not None
        ack = self.dialog.ack(self.transaction.request.cseq, body)
        self.registrar.endpoint.ack(self.transaction, ack, self.flow, self.registrar.transport.now())
        self.registrar.transport.flush()

    def cancel(self) -> None:
        assert self.transaction is not None
        self.transaction.cancel(self.registrar.transport.now())
        self.registrar.transport.flush()

    async def send(self, method: str, body: bytes = b"") -> Response:
        """A request within the dialog; its final response."""
        assert self.dialog is not None
        return await self.registrar.ask(self.dialog.request(method, body), self.flow, self)


class Registrar:
    """Registers users with the password `secret`; keeps the received requests."""

    def __init__(self, timing: Timing | None = None) -> None:
        self.endpoint = Endpoint(timing)
        self.transport = SipTransport(self.endpoint)
        self.contacts: dict[str, tuple[str, Flow]] = {}
        self.requests: asyncio.Queue[tuple[ServerTransaction, Request]] = asyncio.Queue()
        self.acks: asyncio.Queue[Request] = asyncio.Queue()
        self.ack_timeouts: asyncio.Queue[ServerTransaction] = asyncio.Queue()
        self.later_s = 0.0  # added to the clock that its nonces go by
        self._digest = DigestServer("test")
        self.endpoint.on_request = self._on_request
        self.endpoint.on_ack = lambda ack, flow, now: self.acks.put_nowait(ack)
        self.endpoint.on_ack_timeout = lambda invite, now: self.ack_timeouts.put_nowait(invite)

    async def __aenter__(self) -> Self:
        await self.transport.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.transport.stop()

    def address(self, protocol: Transport = "udp") -> tuple[str, int]:
        return self.transport.local(protocol)

    def respond(self, transaction: ServerTransaction, response: Response) -> None:
        self.endpoint.respond(transaction, response, self.transport.now())
        self.transport.flush()

    def invite(self, user: str, offer: bytes = OFFER, headers: Mapping[str, str] = NO_HEADERS) -> Outgoing:
        """Call a registered phone."""
        uri, flow = self.contacts[user]
        request = Request("INVITE", uri, Headers(), offer)
        for name, value in {
            "From": '"Lee" <sip:4009@127.0.0.1>;tag=registrar',
            "To": f"<sip:{user}@127.0.0.1>",
            "Call-ID": f"{user}-{id(request):x}",
            "CSeq": "1 INVITE",
            "Contact": f"<sip:127.0.0.1:{self.address()[1]}>",
            **headers,
        }.items():
            request.headers.set(name, value)
        if offer:
            request.headers.set("Content-Type", "application/sdp")
        call = Outgoing(self, flow)

        def on_response(response: Response) -> None:
            if 200 <= response.status < 300:
                call.dialog = Dialog.uac(request, response, flow)
            call.responses.put_nowait(response)

        call.transaction = self.endpoint.request(
            request, flow, self.transport.now(), on_response, lambda failure: None
        )
        self.transport.flush()
        return call

    async def ask(self, request: Request, flow: Flow, call: Outgoing | None = None) -> Response:
        done: asyncio.Future[Response] = asyncio.get_running_loop().create_future()

        def on_response(response: Response) -> None:
            if response.status >= 200:
                if call is not None and request.method == "INVITE":
                    call.transaction = transaction
                done.set_result(response)

        def on_failure(failure: Failure) -> None:
            done.set_exception(AssertionError(failure))

        transaction = self.endpoint.request(request, flow, self.transport.now(), on_response, on_failure)
        self.transport.flush()
        return await done

    def _on_request(self, transaction: ServerTransaction, request: Request, flow: Flow, now: float) -> None:
        if request.method != "REGISTER":
            self.requests.put_nowait((transaction, request))
            return
        now += self.later_s
        verdict = self._digest.authenticate(request, lambda user: "secret", now)
        if not verdict.accepted:
            stale = verdict.outcome is Outcome.STALE
            challenge = self._digest.challenge(request, now, stale=stale)
            self.respond(transaction, challenge)
            return
        contact = request.headers.get("Contact") or ""
        if request.headers.get("Expires") == "0":
            self.contacts.pop(verdict.user, None)
        else:
            self.contacts[verdict.user] = (str(NameAddr.parse(contact).uri), flow)
        self.respond(transaction, make_response(request, 200))

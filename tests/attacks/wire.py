"""A UDP socket for hand-written SIP requests, for peers that are not phones."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from offhook.sip.digest import DigestClient
from offhook.sip.message import Request, Response, make_response, parse, serialize
from offhook.switch.b2bua.leg import Leg
from offhook.switch.embedded import EmbeddedSwitch
from tests.attacks.site import ELSEWHERE
from tests.switch.site import Site

PASSWORD = "phone-password"


class Wire(asyncio.DatagramProtocol):
    """Sends requests unchanged, and returns the responses."""

    def __init__(self) -> None:
        self.answers: asyncio.Queue[Response] = asyncio.Queue()
        self.requests: asyncio.Queue[Request] = asyncio.Queue()
        self.transport: asyncio.DatagramTransport | None = None
        self.sent = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str | int, int]) -> None:
        message = parse(data)
        if isinstance(message, Response):
            self.answers.put_nowait(message)
        else:
            self.requests.put_nowait(message)

    def register(self, user: str = "4000", call_id: str = "recorded") -> Request:
        """A REGISTER of this user with a Contact of ours."""
        assert self.transport is not None
        host, port = self.transport.get_extra_info("sockname")[:2]
        request = Request("REGISTER", "sip:offhook")
        for name, value in (
            ("From", f"<sip:{user}@offhook>;tag=1"),
            ("To", f"<sip:{user}@offhook>"),
            ("Call-ID", call_id),
            ("CSeq", "1 REGISTER"),
            ("Contact", f"<sip:{user}@{host}:{port}>"),
            ("Max-Forwards", "70"),
        ):
            request.headers.set(name, value)
        return request

    def answer(self, request: Request, status: int, body: bytes = b"") -> None:
        """Send a response to a request, even to one that another socket received."""
        assert self.transport is not None
        host, port = self.transport.get_extra_info("sockname")[:2]
        response = make_response(request, status, to_tag="wire", body=body)
        response.headers.set("Contact", f"<sip:wire@{host}:{port}>")
        self.transport.sendto(serialize(response), None)

    async def ask(self, request: Request) -> Response:
        """Send the request in a new transaction; its response."""
        assert self.transport is not None
        host, port = self.transport.get_extra_info("sockname")[:2]
        self.sent += 1
        request.headers.set("Via", f"SIP/2.0/UDP {host}:{port};branch=z9hG4bK{host}.{port}.{self.sent}")
        self.transport.sendto(serialize(request), None)
        return await self.answers.get()

    async def sign(self, request: Request, password: str = PASSWORD) -> Request:
        """The request with credentials for a new challenge."""
        user = request.from_.uri.user
        challenge = await self.ask(request)
        assert challenge.status == 401
        signed = DigestClient(user, password).authorize(request, challenge)
        assert signed is not None
        return signed


@asynccontextmanager
async def a_wire(switch: EmbeddedSwitch | tuple[str, int], host: str = "127.0.0.1") -> AsyncIterator[Wire]:
    loop = asyncio.get_running_loop()
    transport, wire = await loop.create_datagram_endpoint(
        Wire,
        local_addr=(host, 0),
        remote_addr=switch if isinstance(switch, tuple) else switch.address(),
    )
    try:
        yield wire
    finally:
        transport.close()
        await asyncio.sleep(0)


def as_heard(leg: Leg, method: str, *, body: bytes = b"", ahead: int = 50) -> Request:
    """A request in the name of the phone, written by somebody who has overheard its call."""
    dialog = leg.dialog
    assert dialog is not None
    request = Request(method, "sip:offhook@127.0.0.1")
    for name, value in (
        ("From", dialog.remote),
        ("To", dialog.local),
        ("Call-ID", dialog.call_id),
        ("CSeq", f"{max(dialog.remote_cseq, 0) + ahead} {method}"),
        ("Contact", f"<sip:4001@{ELSEWHERE}:6666>"),
        ("Max-Forwards", "70"),
    ):
        request.headers.set(name, value)
    if method == "REFER":
        request.headers.set("Refer-To", "<sip:4002@offhook>")
    request.set_body(body)
    return request


async def final(wire: Wire, request: Request) -> Response:
    answer = await wire.ask(request)
    while answer.status < 200:
        answer = await wire.answers.get()
    return answer


def switch_of(site: Site) -> EmbeddedSwitch:
    assert isinstance(site.switch, EmbeddedSwitch)
    return site.switch

"""The embedded switch with trunks, and providers that are embedded switches themselves.

A provider's terminals are numbers of the world outside; the trunk's account is one of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from offhook.address import AddressRules
from offhook.common.dnssrv import AskSrv
from offhook.config import (
    EmbeddedSettings,
    GroupSettings,
    IncomingSettings,
    Listen,
    MediaSettings,
    TerminalSettings,
    TrunkSettings,
)
from offhook.config.sections.trunk import outside_range
from offhook.demo.phone import Behaviour, Phone
from offhook.sip.message import NameAddr, Request, Response, parse
from offhook.switch.b2bua.callkeeping import CallStore
from offhook.switch.embedded import EmbeddedSwitch
from offhook.switch.trunk.usage import UsageStore
from tests.switch.site import NAMES, PATIENCE_S, Site, ringing_for
from tests.waiting import until

BERLIN = AddressRules(country="DE", area="30", extension_lengths=(4,))
ACCOUNT = "4930900"
OWN = "+4930900100"
KIMS = "+4930900101"
FRIEND = "+498912345678"
"""Somebody in Munich."""

OTHER = "+498912345679"

PHONES = [
    TerminalSettings("4000", "Kim", "secret-4000", number=KIMS),
    *[TerminalSettings(one, NAMES[one], f"secret-{one}") for one in ("4001", "4002", "4003")],
]


class Provider(Site):
    """A provider with an account; its other terminals are people outside."""

    switch: EmbeddedSwitch

    @property
    def address(self) -> tuple[str, int]:
        return self.switch.address()

    @property
    def registered(self) -> bool:
        return self.switch.in_service(ACCOUNT)


async def a_provider(
    *people: str, host: str = "127.0.0.1", password: str = "account", **settings: Any
) -> Provider:
    """A provider with these people, whose numbers are their ids."""
    terminals = [TerminalSettings(ACCOUNT, "the account", password)]
    terminals += [TerminalSettings(one, f"of {one}", "person") for one in (people or (FRIEND, OTHER))]
    made = EmbeddedSettings(listen=Listen(host, 0), **{**ringing_for(PATIENCE_S), **settings})
    switch = EmbeddedSwitch(terminals, made)

    def make_phone(terminal: str, behaviour: Behaviour | None) -> Phone:
        return Phone(switch.address(), terminal, "person", behaviour=behaviour, host=host)

    provider = Provider(switch, make_phone)
    await switch.start()
    return provider


def a_trunk(provider: tuple[str, int], **more: Any) -> TrunkSettings:
    """A trunk to the account of `Provider`, whose From is the account's."""
    values: dict[str, Any] = {
        "name": "provider",
        "servers": (f"{provider[0]}:{provider[1]}",),
        "user": ACCOUNT,
        "password": "account",
        "numbers": (outside_range(f"{OWN}-+4930900199"),),
        "from_account": True,
    }
    return TrunkSettings(**{**values, **more})


async def a_site_with(
    *trunks: TrunkSettings,
    terminals: Sequence[TerminalSettings] = PHONES,
    rules: AddressRules = BERLIN,
    groups: Sequence[GroupSettings] = (),
    incoming: Sequence[IncomingSettings] = (),
    ask_srv: AskSrv | None = None,
    usage: UsageStore | None = None,
    media: MediaSettings | None = None,
    calls: CallStore | None = None,
    wait: bool = True,
    **settings: Any,
) -> Site:
    """The embedded switch with these trunks; waits until they can be used."""
    made = EmbeddedSettings(**{"listen": Listen("127.0.0.1", 0), **ringing_for(PATIENCE_S), **settings})
    switch = EmbeddedSwitch(
        *(terminals, made),
        groups=groups,
        trunks=trunks,
        usage=usage,
        calls=calls,
        rules=rules,
        incoming=incoming,
        ask_srv=ask_srv,
        media=media,
    )

    def make_phone(terminal: str, behaviour: Behaviour | None) -> Phone:
        return Phone(switch.address(), terminal, f"secret-{terminal}", behaviour=behaviour)

    site = Site(switch, make_phone)
    await switch.start()
    if wait:
        await until(lambda: all(trunk.usable for trunk in switch.trunks.all))
    return site


class ScriptedProvider(asyncio.DatagramProtocol):
    """A provider on a bare socket: `answers` says how it responds to the requests of each method.

    An answer is a status, or a status with header lines; of a list each request takes the next, and the last
    one stays. None is silence.
    """

    def __init__(self, **answers: Any) -> None:
        self.answers = {"OPTIONS": 200, "REGISTER": 200, "BYE": 200, "CANCEL": 200, **answers}
        self.requests: list[Request] = []
        self.responses: list[Response] = []
        self.transport: asyncio.DatagramTransport
        self._to: tuple[str, int] = ("", 0)
        self._site: tuple[str, int] = ("", 0)
        self.cseq = 0
        self._offered = True
        self._seen: dict[tuple[str, str], str] = {}  # the last response to each request

    @property
    def address(self) -> tuple[str, int]:
        host, port = self.transport.get_extra_info("sockname")[:2]
        return host, port

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        message = parse(data)
        self._to = addr
        if isinstance(message, Response):
            self.responses.append(message)
            return
        key = (message.via.branch, message.method)
        if key in self._seen:
            self._say(self._seen[key])
            return
        self._seen[key] = ""
        self.requests.append(message)
        answer = self.answers.get(message.method)
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if answer is not None:
            self.respond(message, *(answer if isinstance(answer, tuple) else (answer, "")))

    def respond(
        self, request: Request, status: int, extra: str = "", body: str = "", *, tag: str = "provider"
    ) -> None:
        """Answer a request; `extra` are header lines with \\r\\n behind each, Contact and Content-Type among
        them if they are others. `tag` is of whom the call has reached, where it has been forked."""
        to = request.headers.get("To") or ""
        tag = "" if ";tag=" in to or status == 100 else f";tag={tag}"
        lines = [f"SIP/2.0 {status} {REASONS.get(status, 'Whatever')}"]
        lines += [f"Via: {via}" for via in request.headers.all("Via")]
        lines += [f"{name}: {request.headers.get(name)}" for name in ("From", "Call-ID", "CSeq")]
        lines += [f"To: {to}{tag}"]
        if request.method == "REGISTER" and status == 200 and "Contact:" not in extra:
            lines += [f"Contact: {request.headers.get('Contact')};expires=600"]
        if request.method == "INVITE" and status > 100 and "Contact:" not in extra:
            lines += [f"Contact: <sip:provider@{self.address[0]}:{self.address[1]}>"]
        if body and "Content-Type:" not in extra:
            lines += ["Content-Type: application/sdp"]
        text = "\r\n".join(lines) + f"\r\n{extra}Content-Length: {len(body)}\r\n\r\n{body}"
        self._seen[request.via.branch, request.method] = text
        self._say(text)

    def _say(self, text: str) -> None:
        if text:
            self.transport.sendto(text.encode(), self._to)

    def send(self, text: str, to: tuple[str, int]) -> None:
        """Any message; {me} is the own address."""
        me = f"{self.address[0]}:{self.address[1]}"
        self.transport.sendto(text.replace("{me}", me).encode(), to)

    def invite(
        self,
        site: Site | tuple[str, int],
        number: str,
        caller: str = FRIEND,
        extra: str = "",
        *,
        call_id: str = "in-1",
        uri: str = "",
        body: str | None = None,
    ) -> None:
        """Call in; `extra` are header lines, From and Content-Type among them if they are others. `uri` is
        another Request-URI, `body` another one than a description."""
        body = SDP if body is None else body
        kind = "Content-Type: application/sdp\r\n" if body and "Content-Type:" not in extra else ""
        if isinstance(site, Site):
            assert isinstance(site.switch, EmbeddedSwitch)
            site = site.switch.address()
        self._site, self._offered = site, bool(body)
        who = "" if "From:" in extra else f"From: <sip:{caller}@provider.example>;tag={call_id}\r\n"
        self.send(
            f"INVITE {uri or f'sip:{number}@{self._site[0]}'} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {{me}};branch=z9hG4bK{call_id};rport\r\n{who}{extra}"
            f"To: <sip:{number}@provider.example>\r\nCall-ID: {call_id}\r\nCSeq: 1 INVITE\r\n"
            f"Contact: <sip:provider@{{me}}>\r\n{kind}Content-Length: {len(body)}\r\n\r\n{body}",
            self._site,
        )

    def again(self, method: str, response: Response) -> None:
        """ACK, CANCEL or BYE of the call that this is a response for."""
        to = (
            response.headers.get("To")
            if method != "CANCEL"
            else (response.headers.get("To") or "").partition(";")[0]
        )
        cseq = f"{2 if method == 'BYE' else 1} {method}"
        branch = response.via.branch + ("" if method == "CANCEL" or response.status >= 300 else method)
        answer = SDP if method == "ACK" and response.status < 300 and not self._offered else ""
        kind = "Content-Type: application/sdp\r\n" if answer else ""
        self.send(
            f"{method} {self._target(response)} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {{me}};branch={branch};rport\r\nFrom: {response.headers.get('From')}\r\n"
            f"To: {to}\r\nCall-ID: {response.call_id}\r\nCSeq: {cseq}\r\n{kind}"
            f"Content-Length: {len(answer)}\r\n\r\n{answer}",
            self._site,
        )

    def _target(self, response: Response) -> str:
        contact = response.headers.get("Contact")
        return str(NameAddr.parse(contact).uri) if contact else f"sip:{self._site[0]}"

    async def ask_inside(
        self, invite: Request, method: str, extra: str = "", body: str = "", *, tag: str = "provider"
    ) -> Response:
        """A request inside of a call that went out by this INVITE; its final response, acknowledged. With a
        body it is a description."""
        self.cseq += 1
        target = NameAddr.parse(invite.headers.get("Contact") or "").uri
        branch = f"z9hG4bK{method}{self.cseq}"
        kind = "Content-Type: application/sdp\r\n" if body and "Content-Type:" not in extra else ""
        ends = (
            f"From: {invite.headers.get('To')};tag={tag}\r\nTo: {invite.headers.get('From')}\r\n"
            f"Call-ID: {invite.call_id}\r\n"
        )

        def text(method: str, branch: str, more: str, body: str) -> str:
            return (
                f"{method} {target} SIP/2.0\r\nVia: SIP/2.0/UDP {{me}};branch={branch};rport\r\n{ends}"
                f"CSeq: {self.cseq} {method}\r\nContact: <sip:provider@{{me}}>\r\n{more}"
                f"Content-Length: {len(body)}\r\n\r\n{body}"
            )

        def final() -> Response | None:
            found = (one for one in self.responses if one.via.branch == branch and one.status >= 200)
            return next(found, None)

        self.send(text(method, branch, extra + kind, body), (target.host, target.port or 5060))
        await until(final)
        response = final()
        assert response is not None
        if method == "INVITE":
            refused = response.status >= 300
            answer = SDP if not body and not refused else ""
            kind = "Content-Type: application/sdp\r\n" if answer else ""
            self.send(
                text("ACK", branch if refused else f"{branch}ack", kind, answer),
                (target.host, target.port or 5060),
            )
        return response

    async def answered(self, call_id: str = "in-1") -> Response:
        """Wait for the final response to the call; acknowledges it."""

        def final() -> Response | None:
            found = (one for one in self.responses if one.call_id == call_id and one.cseq_method == "INVITE")
            return next((one for one in found if one.status >= 200), None)

        await until(final)
        response = final()
        assert response is not None
        self.again("ACK", response)
        return response

    def asked(self, method: str) -> list[Request]:
        return [one for one in self.requests if one.method == method]

    async def next(self, method: str, count: int = 1) -> Request:
        """Wait for so many requests of the method; the last one."""
        await until(lambda: len(self.asked(method)) >= count)
        return self.asked(method)[count - 1]


SDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n"
REASONS = {200: "OK", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 423: "Interval Too Brief"}


@asynccontextmanager
async def scripted(host: str = "127.0.0.1", **answers: Any) -> AsyncIterator[ScriptedProvider]:
    loop = asyncio.get_running_loop()
    transport, provider = await loop.create_datagram_endpoint(
        lambda: ScriptedProvider(**answers), local_addr=(host, 0)
    )
    try:
        yield provider
    finally:
        transport.close()
        await asyncio.sleep(0)

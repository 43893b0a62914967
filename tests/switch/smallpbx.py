"""A tiny scripted PBX, for responses that real ones give only in unusual setups."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from offhook.call import Call, CallState
from offhook.config import Listen, PbxSettings, TerminalSettings
from offhook.sip.endpoint import Endpoint, Flow, ServerTransaction, Timing
from offhook.sip.message import Request, Response, make_response
from offhook.sip.transport import SipTransport
from offhook.switch.base import CallChanged, SwitchEvent
from offhook.switch.pbx import PbxSwitch
from tests.switch.site import NAMES, PATIENCE_S, ringing_for

Answer = Callable[[Request], Response | None]

ACCOUNTS = [TerminalSettings(id, name, f"secret-{id}") for id, name in NAMES.items()]

OFFER = b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n"


class SmallPbx:
    """A PBX; `answer` chooses the response to a request, or None for the
    normal one. `heard` keeps the requests."""

    def __init__(self, answer: Answer) -> None:
        self.endpoint = Endpoint()
        self.endpoint.on_request = self._on_request
        self.endpoint.on_ack = lambda ack, _flow, _now: self.heard.append(ack)
        self.transport = SipTransport(self.endpoint)
        self.heard: list[Request] = []
        self._answer = answer

    def invites(self, user: str) -> list[Request]:
        """The first INVITEs to a user."""
        first = (one for one in self.heard if one.method == "INVITE" and not one.to_tag)
        return [one for one in first if one.target.user == user]

    def send(self, request: Request, to: tuple[str, int]) -> None:
        """Send a request, and ignore the response."""
        flow, now = self.transport.flow("udp", to), self.transport.now()
        self.endpoint.request(request, flow, now, lambda _response: None, lambda _failure: None)
        self.transport.flush()

    def _on_request(self, transaction: ServerTransaction, request: Request, _flow: Flow, now: float) -> None:
        self.heard.append(request)
        self.endpoint.respond(transaction, self._answer(request) or self._usual(request), now)

    def _usual(self, request: Request) -> Response:
        host, port = self.transport.local("udp")
        response = make_response(request, 200, body=OFFER if request.method == "INVITE" else b"")
        response.headers.set("Contact", f"<sip:phone@{host}:{port}>")
        return response


def refusing(status: int, **headers: str) -> Callable[[Request], Response]:
    """A refusal with these headers."""

    def refuse(request: Request) -> Response:
        response = make_response(request, status)
        for name, value in headers.items():
            response.headers.set(name.replace("_", "-"), value)
        return response

    return refuse


@asynccontextmanager
async def small_pbx(answer: Answer, **more: object) -> AsyncIterator[tuple[SmallPbx, PbxSwitch]]:
    """The PBX, and the driver towards it."""
    pbx = SmallPbx(answer)
    await pbx.transport.start()
    host, port = pbx.transport.local("udp")
    values: dict[str, object] = {
        "servers": (f"{host}:{port}",),
        "listen": Listen("127.0.0.1", 0),
        "watch_s": 0.2,
        "dialog_events": False,
        **ringing_for(PATIENCE_S),
    }
    settings = PbxSettings(**{**values, **more})  # type: ignore[arg-type]
    switch = PbxSwitch(ACCOUNTS, settings, timing=Timing(t1=0.1, t2=0.4, t4=0.5, d=3.2))
    await switch.start()
    try:
        yield pbx, switch
    finally:
        await switch.stop()
        await pbx.transport.stop()


async def came_to(switch: PbxSwitch, *states: CallState) -> Call:
    """Click from 4000 to 4001 and wait for one of these states."""
    reached: asyncio.Future[Call] = asyncio.get_running_loop().create_future()

    def listen(event: SwitchEvent) -> None:
        if isinstance(event, CallChanged) and event.call.state in states and not reached.done():
            reached.set_result(event.call)

    switch.subscribe(listen)
    switch.dial("4000", "4001")
    return await reached

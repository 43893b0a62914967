"""Whether the media engines answer, and whether what they give out can be reached; for `offhook check`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager

from offhook.common.finding import Finding, Level
from offhook.common.network import is_loopback
from offhook.config import MediaSettings
from offhook.sip.endpoint import Endpoint
from offhook.sip.tokens import new_token
from offhook.sip.transport import SipTransport
from offhook.switch.media.described import is_private, media_place
from offhook.switch.media.engine import Answer, Command, problem
from offhook.switch.media.shell import EngineSocket

TRIED = (
    b"v=0\r\no=offhook 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
    b"m=audio 4000 RTP/AVP 0\r\na=inactive\r\n"
)
"""What is offered to see which address an engine gives out: of a network that is for examples (RFC 5737)."""


Sending = Callable[[], AbstractContextManager[None]]
"""For work outside of the endpoint's callbacks."""


async def examine(settings: MediaSettings, seen: Collection[str], *, outwards: bool) -> list[Finding]:
    """A finding for each engine. `seen` are the addresses that providers see this site at, as far as they say
    so; `outwards`: are there providers, or phones elsewhere?"""
    transport = SipTransport(Endpoint(), "127.0.0.1", 0)  # for its clock and timers
    await transport.start()

    @contextmanager
    def sending() -> Iterator[None]:
        transport.endpoint.now = transport.now()
        yield
        transport.flush()

    found = []
    try:
        for address in settings.rtpengine:
            one = EngineSocket(address, transport.endpoint, sending)
            await one.open()
            try:
                found.append(await _engine(one, settings, seen, sending, outwards=outwards))
            finally:
                one.close()
    finally:
        await transport.stop()
    return found


async def _engine(
    one: EngineSocket, settings: MediaSettings, seen: Collection[str], sending: Sending, *, outwards: bool
) -> Finding:
    what, name = "media engine", str(one.address)

    async def ask(command: Command) -> Answer | None:
        answer: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()
        with sending():
            one.engine.ask(command, lambda said: None if answer.done() else answer.set_result(said))
        return await answer

    if why := problem(await ask({"command": "ping"})):
        fix = "look whether rtpengine runs there, and at its listen-ng"
        return Finding(what, f"{name}: {why}", fix, Level.FAIL)
    call = new_token() + new_token()
    offer: dict[str, str | bytes | list[str]] = {
        "command": "offer",
        "call-id": call,
        "from-tag": "check",
        "sdp": TRIED,
    }
    if settings.interfaces:
        offer["direction"] = list(settings.interfaces)
    answer = await ask(offer)
    await ask({"command": "delete", "call-id": call, "delete-delay": 0})
    sdp = answer.get(b"sdp") if answer is not None else None
    place = media_place(sdp) if isinstance(sdp, bytes) else None
    if place is None:
        told = problem(answer) or "its answer has no address"
        return Finding(what, f"{name} takes no call: {told}", "look into its log", Level.FAIL)
    text, fix = f"{name} answers, and receives media at {place[0]}", ""
    if outwards and (is_loopback(place[0]) or (is_private(place[0]) and not seen)):
        text += ", which nobody out in the Internet reaches"
        fix = (
            "set its interface to this machine's public address, or to 10.0.0.10!203.0.113.10 behind a router"
        )
    elif seen and place[0] not in seen:
        text += f", while a provider sees this site at {' and '.join(sorted(seen))}"
        fix = "set its interface to that address (own!public behind a router), unless both are right"
    return Finding(what, text, fix, Level.WARN if fix else Level.OK)

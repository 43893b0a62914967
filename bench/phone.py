"""A bare SIP phone that knows when each message came and went; answers when it is told to."""

import asyncio
import hashlib
import re
import secrets
from dataclasses import dataclass, field
from time import perf_counter

from bench.arrival import stamped

LIMIT_S = 10.0
"""How long anything may take before the benchmark is given up."""

SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio 40000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
)


@dataclass(frozen=True, slots=True)
class Message:
    """A SIP message, as far as this phone has to look at it; when it was read, and when it had arrived."""

    start: str
    headers: dict[str, list[str]]
    at: float
    arrived: float

    def one(self, name: str) -> str:
        return self.headers[name][0]


def _parse(data: bytes, at: float, arrived: float) -> Message:
    head = data.decode().partition("\r\n\r\n")[0]
    start, *lines = head.split("\r\n")
    headers: dict[str, list[str]] = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers.setdefault(name.strip().lower(), []).append(value.strip())
    return Message(start, headers, at, arrived)


@dataclass
class Phone(asyncio.DatagramProtocol):
    """Registered once `start` returned. `invites` has what rings; all else is answered at once.

    Told to answer by a NOTIFY, it answers what rings. `reacted` counts the seconds that it took itself, for
    what it has answered at once: no time of the product's; `held` the same from the arrival at its socket.
    """

    server: tuple[str, int]
    user: str
    password: str
    invites: asyncio.Queue[Message] = field(default_factory=asyncio.Queue)
    joined: asyncio.Queue[Message] = field(default_factory=asyncio.Queue)
    reacted: float = 0.0
    held: float = 0.0
    _responses: asyncio.Queue[Message] = field(default_factory=asyncio.Queue)
    _ringing: dict[str, Message] = field(default_factory=dict)

    async def start(self) -> None:
        """Bind and register with digest."""
        loop = asyncio.get_running_loop()
        self._udp, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", 0))
        self._socket = stamped(self._udp)
        self.port = int(self._udp.get_extra_info("sockname")[1])
        challenge = await self._register(1, "")
        if not challenge.start.startswith("SIP/2.0 401"):
            raise RuntimeError(f"REGISTER of {self.user} was answered {challenge.start!r}, not challenged")
        uri = f"sip:{self.server[0]}:{self.server[1]}"
        signed = self._digest(challenge, "REGISTER", uri)
        answer = await self._register(2, f"Authorization: {signed}\r\n")
        if not answer.start.startswith("SIP/2.0 200"):
            raise RuntimeError(f"REGISTER of {self.user} was answered {answer.start!r}")

    def stop(self) -> None:
        """Close."""
        self._udp.close()

    def answer(self, invite: Message, status: str, body: str = "", more: str = "") -> float:
        """Send a response to an INVITE, with a header line `more`; when it went out."""
        if status.startswith("180"):
            self._ringing[invite.one("call-id")] = invite
        else:
            self._ringing.pop(invite.one("call-id"), None)
        data = self._response(invite, status, body, more)
        sent = perf_counter()
        self._udp.sendto(data, self.server)
        return sent

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        at = perf_counter()
        message = _parse(data, at, self._socket.arrived)
        method = message.start.partition(" ")[0]
        if method == "SIP/2.0":
            self._responses.put_nowait(message)
        elif method == "INVITE":
            if ";tag=" in message.one("to"):
                self._udp.sendto(self._response(message, "200 OK", SDP), addr)
            else:
                self.invites.put_nowait(message)
        elif method == "ACK":
            if message.one("cseq").startswith("2 "):
                self.joined.put_nowait(message)
        else:
            self._udp.sendto(self._response(message, "200 OK"), addr)
            if method == "NOTIFY" and (invite := self._ringing.get(message.one("call-id"))):
                self.answer(invite, "200 OK", SDP)
            if method == "CANCEL" and (invite := self._ringing.get(message.one("call-id"))):
                self.answer(invite, "487 Request Terminated")
            done = perf_counter()
            self.reacted += done - at
            self.held += done - message.arrived

    def _response(self, request: Message, status: str, body: str = "", more: str = "") -> bytes:
        to = request.one("to")
        if ";tag=" not in to:
            to += f";tag={request.one('call-id')[:8]}"
        lines = [f"SIP/2.0 {status}", *(f"Via: {via}" for via in request.headers["via"])]
        lines += [f"From: {request.one('from')}", f"To: {to}", f"Call-ID: {request.one('call-id')}"]
        lines += [f"CSeq: {request.one('cseq')}", f"Contact: <sip:{self.user}@127.0.0.1:{self.port}>"]
        if body:
            lines.append("Content-Type: application/sdp")
        if more:
            lines.append(more)
        lines += [f"Content-Length: {len(body)}", "", body]
        return "\r\n".join(lines).encode()

    async def _register(self, cseq: int, authorization: str) -> Message:
        host, port = self.server
        self._udp.sendto(
            f"REGISTER sip:{host}:{port} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};branch=z9hG4bK{secrets.token_hex(8)};rport\r\n"
            f"From: <sip:{self.user}@{host}>;tag=1\r\nTo: <sip:{self.user}@{host}>\r\n"
            f"Call-ID: {self.user}-{self.port}\r\nCSeq: {cseq} REGISTER\r\nMax-Forwards: 70\r\n"
            f"Contact: <sip:{self.user}@127.0.0.1:{self.port}>\r\nExpires: 600\r\n"
            f"{authorization}Content-Length: 0\r\n\r\n".encode(),
            self.server,
        )
        async with asyncio.timeout(LIMIT_S):
            return await self._responses.get()

    def _digest(self, challenge: Message, method: str, uri: str) -> str:
        """MD5 with qop=auth (RFC 2617)."""
        offered = next(c for c in challenge.headers["www-authenticate"] if "SHA-256" not in c)
        realm, nonce = (
            found[1] for name in ("realm", "nonce") if (found := re.search(rf'{name}="([^"]*)"', offered))
        )
        secret = _md5(f"{self.user}:{realm}:{self.password}")
        response = _md5(f"{secret}:{nonce}:00000001:0a:auth:{_md5(f'{method}:{uri}')}")
        return (
            f'Digest username="{self.user}",realm="{realm}",nonce="{nonce}",uri="{uri}",'
            f'response="{response}",algorithm=MD5,qop=auth,nc=00000001,cnonce="0a"'
        )


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

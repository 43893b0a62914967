"""A bare SIP phone that calls, and knows when its messages went and the answers came."""

import asyncio
import re
import secrets
from time import perf_counter

from bench.phone import LIMIT_S, SDP, Message, Phone


class Caller(Phone):
    """Calls one number, again and again; it is challenged once, and signs what it sends from then on."""

    def invite(self, number: str) -> float:
        """Call; when the INVITE went out."""
        self.call_id, self.branch, self.cseq = secrets.token_hex(8), secrets.token_hex(8), 1
        return self._invite(number, "")

    async def rings(self, number: str) -> float:
        """Call, with credentials as they are asked for; when the INVITE that was let through went out."""
        sent = self.invite(number)
        while (response := await self.response("INVITE")).start.split()[1] != "180":
            if response.start.split()[1] == "401":
                self._ack(response)
                self.branch, self.cseq = secrets.token_hex(8), self.cseq + 1
                sent = self._invite(number, self._authorization(response, number))
            elif response.start.split()[1] >= "200":
                raise RuntimeError(f"the call was answered {response.start!r}")
        self.ringing = response
        return sent

    async def response(self, method: str) -> Message:
        """The next response to a request of this kind."""
        async with asyncio.timeout(LIMIT_S):
            while not (message := await self._responses.get()).one("cseq").endswith(f" {method}"):
                pass
        return message

    async def answered(self) -> float:
        """When the 200 came; it is acknowledged."""
        while not (message := await self.response("INVITE")).start.startswith("SIP/2.0 200"):
            pass
        self._ack(message)
        self.ringing = message
        return message.at

    async def hang_up(self) -> None:
        """Send BYE, and wait until it is answered."""
        contact = self.ringing.one("contact").strip("<>")
        self._request("BYE", contact, self.cseq + 1, secrets.token_hex(8), self.ringing.one("to"))
        await self.response("BYE")

    async def give_up(self, number: str) -> None:
        """Cancel the call that rings, and wait until that is answered."""
        self._request("CANCEL", self._uri(number), self.cseq, self.branch, f"<{self._uri(number)}>")
        while not (message := await self.response("INVITE")).start.startswith("SIP/2.0 487"):
            pass
        self._ack(message)

    def _invite(self, number: str, authorization: str) -> float:
        uri = self._uri(number)
        return self._request("INVITE", uri, self.cseq, self.branch, f"<{uri}>", authorization, SDP)

    def _ack(self, response: Message) -> None:
        ok = response.start.startswith("SIP/2.0 2")
        branch = secrets.token_hex(8) if ok else self.branch
        uri = response.one("contact").strip("<>") if ok else self._uri(_user(response.one("to")))
        self._request("ACK", uri, self.cseq, branch, response.one("to"))

    def _request(
        self, method: str, uri: str, cseq: int, branch: str, to: str, more: str = "", body: str = ""
    ) -> float:
        lines = [
            f"{method} {uri} SIP/2.0",
            f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};branch=z9hG4bK{branch};rport",
            f"From: <{self._uri(self.user)}>;tag={self.call_id}",
            f"To: {to}",
            f"Call-ID: {self.call_id}",
            f"CSeq: {cseq} {method}",
            "Max-Forwards: 70",
            f"Contact: <sip:{self.user}@127.0.0.1:{self.port}>",
        ]
        lines += [more] * bool(more) + ["Content-Type: application/sdp"] * bool(body)
        data = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", body]).encode()
        sent = perf_counter()
        self._udp.sendto(data, self.server)
        return sent

    def _authorization(self, challenge: Message, number: str) -> str:
        return f"Authorization: {self._digest(challenge, 'INVITE', self._uri(number))}"

    def _uri(self, user: str) -> str:
        return f"sip:{user}@{self.server[0]}:{self.server[1]}"


def _user(to: str) -> str:
    found = re.search(r"sip:([^@]+)@", to)
    assert found is not None
    return found[1]

"""A phone that answers by itself: at once where its own user dials, else after it has rung."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass

from bench.phone import SDP, Message, Phone

RING_S = 0.3
"""How long the one that is called rings: a moment, so that there is a state of ringing."""

AGAIN_S = 240.0
"""How often it registers anew: it registers for ten minutes. The first time comes at some moment of this:
phones that were not all switched on at once do not all come at once."""


@dataclass
class LoadPhone(Phone):
    """`on_invite` is told when an INVITE came and says whether the phone rings before it answers;
    `on_answer`, when it answered one that rang."""

    on_invite: Callable[[float], bool] = lambda _: False
    on_answer: Callable[[float], None] = lambda _: None

    async def start(self) -> None:
        """Register, now and again."""
        await super().start()
        self._cseq = 2
        self._again = asyncio.get_running_loop().create_task(self._stay())

    def stop(self) -> None:
        """Close."""
        self._again.cancel()
        super().stop()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if addr != self.server:
            return  # another program of this machine has taken the port for that of somebody else
        super().datagram_received(data, addr)
        while not self.invites.empty():
            self._invited(self.invites.get_nowait())
        while not self.joined.empty():
            self.joined.get_nowait()

    def _invited(self, invite: Message) -> None:
        if self.on_invite(invite.at):
            self.answer(invite, "180 Ringing")
            asyncio.get_running_loop().call_later(RING_S, self._pick_up, invite)
        else:
            self.answer(invite, "200 OK", SDP)

    def _pick_up(self, invite: Message) -> None:
        if invite.one("call-id") in self._ringing:
            self.on_answer(self.answer(invite, "200 OK", SDP))

    async def _stay(self) -> None:
        await asyncio.sleep(random.uniform(0, AGAIN_S))
        while True:
            try:
                await self._register_again()
            except TimeoutError:
                continue  # a datagram was lost
            await asyncio.sleep(AGAIN_S)

    async def _register_again(self) -> None:
        self._cseq += 2
        challenge = await self._register(self._cseq - 1, "")
        if challenge.start.startswith("SIP/2.0 401"):
            uri = f"sip:{self.server[0]}:{self.server[1]}"
            signed = self._digest(challenge, "REGISTER", uri)
            await self._register(self._cseq, f"Authorization: {signed}\r\n")

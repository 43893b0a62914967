"""The telephone system's side of a site: Asterisk or Kamailio, the phones, and who asks them for what.

A program: `python -m bench.chaos.phones KIND PAIRS ADDRESS`. It reads orders and tells what happens, as JSON
lines:

    {"do": "call", "phone": "4100", "to": "4500"}     by hand, at the phone
    {"do": "hang-up", "phone": "4100"}
    {"do": "channels"}                                how many has Asterisk?

    {"at": 12.3, "phone": "4100", "kind": "answered", "call": 7}
    {"at": 12.3, "acts": "Hangup", "source": "192.0.2.13", "connection": 3}
    {"at": 12.3, "acts": "BYE", "mac": "02:..."}
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.chaos import kinds
from bench.chaos.acts import Sniffer, Tap
from bench.chaos.kinds import FLOATING, SIP, called, callers
from bench.chaos.say import say
from offhook.demo.behaviour import Behaviour, CallRejected
from offhook.demo.phone import Phone, PhoneCall
from offhook.errors import UnavailableError
from tests.peers.asterisk import Asterisk
from tests.peers.asteriskconf import endpoint
from tests.peers.kamailio import Kamailio

ANSWER_S = 0.3
READ = 1 << 16
AGAIN_S = 0.5
REGISTER_S = 10.0
AT_ONCE = 20
"""So many phones register at a time."""


class Desk:
    """One phone, and what it tells."""

    def __init__(self, server: tuple[str, int], host: str, user: str) -> None:
        self._server, self._host, self._user = server, host, user
        self.phone = self._phone()
        self._ended: set[PhoneCall] = set()
        self._calling: set[asyncio.Task[None]] = set()

    def _phone(self) -> Phone:
        behaviour = Behaviour(answer_after=ANSWER_S)
        secret = f"secret-{self._user}"
        return Phone(self._server, self._user, secret, behaviour=behaviour, host=self._host, expires=3600)

    async def start(self, turn: asyncio.Semaphore) -> None:
        """Register, as often as it takes."""
        async with turn:
            while True:
                with suppress(UnavailableError, OSError, TimeoutError):
                    async with asyncio.timeout(REGISTER_S):
                        await self.phone.start()
                        return
                self.phone = self._phone()  # one that has been stopped does not start again
                await asyncio.sleep(AGAIN_S)

    async def run(self) -> None:
        """Tell what happens, for ever."""
        while True:
            event = await self.phone.events.get()
            call = event.call
            if call is None or event.kind in ("media", "registered"):
                continue
            more = {"ours": True} if call in self._ended else {}
            self._ended.discard(call)
            say(phone=self.phone.user, kind=event.kind, call=id(call), out=call.outbound, **more)

    def call(self, number: str) -> None:
        """By hand."""
        task = asyncio.create_task(self._call(number))
        self._calling.add(task)
        task.add_done_callback(self._calling.discard)

    async def _call(self, number: str) -> None:
        with suppress(CallRejected, UnavailableError):  # its event says so
            await self.phone.call(number)

    def hang_up(self) -> None:
        """All its calls, those as well that nobody has answered."""
        for task in self._calling:
            task.cancel()
        for call in list(self.phone.calls):
            self._ended.add(call)
            call.hang_up()


@contextmanager
def asterisk(users: list[str]) -> Iterator[Asterisk]:
    """Asterisk with these phones."""
    server = Asterisk()
    pjsip = f"[udp]\ntype = transport\nprotocol = udp\nbind = 127.0.0.1:{server.sip[1]}\n"
    server.change(pjsip=pjsip + "".join(endpoint(user) for user in users))
    server.start()
    try:
        yield server
    finally:
        server.stop()


async def main(kind: str, pairs: int, address: str) -> None:
    """Until the input ends."""
    users = [user for caller in callers(pairs) for user in (caller, called(caller, pairs))]
    match kind:
        case kinds.ASTERISK:
            with asterisk(users) as server:
                tap = Tap(server.ami)
                await tap.start(address)
                await work(users, server.sip, "127.0.0.1", server)
        case kinds.EMBEDDED:
            await Sniffer().start()
            await work(users, (FLOATING, SIP), address)
        case kinds.KAMAILIO:
            with (
                TemporaryDirectory(prefix="offhook-kamailio-") as folder,
                Kamailio(Path(folder), host=address, port=SIP, tcp=False) as proxy,
            ):
                await Sniffer().start()
                await work(users, proxy.address, address)


async def work(users: list[str], server: tuple[str, int], host: str, pbx: Asterisk | None = None) -> None:
    """All phones, and the orders."""
    say(system=True)
    desks = {user: Desk(server, host, user) for user in users}
    turn = asyncio.Semaphore(AT_ONCE)
    await asyncio.gather(*(desk.start(turn) for desk in desks.values()))
    running = [asyncio.create_task(desk.run()) for desk in desks.values()]
    say(ready=len(running))
    orders: asyncio.Queue[bytes] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    loop.add_reader(0, lambda: orders.put_nowait(os.read(0, READ)))
    rest = b""
    while data := await orders.get():
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            order = json.loads(line)
            match order["do"]:
                case "call":
                    desks[order["phone"]].call(order["to"])
                case "hang-up":
                    desks[order["phone"]].hang_up()
                case "channels":
                    say(channels=await asyncio.to_thread(pbx.channels) if pbx is not None else [])


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3]))

"""The telephone system of the bed: Asterisk, its phones, and who asks Asterisk for what.

A program: `python -m bench.chaos.site PAIRS ADDRESS`. It reads orders and tells what happens, as JSON lines:

    {"do": "call", "phone": "4100", "to": "4500"}     by hand, at the phone
    {"do": "hang-up", "phone": "4100"}
    {"do": "channels"}                                how many has Asterisk?

    {"at": 12.3, "phone": "4100", "kind": "answered", "call": 7}
    {"at": 12.3, "acts": "Hangup", "source": "192.0.2.13", "connection": 3}
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from contextlib import suppress
from typing import Any

from offhook.demo.behaviour import Behaviour, CallRejected
from offhook.demo.phone import Phone, PhoneCall
from offhook.errors import UnavailableError
from tests.peers.asterisk import Asterisk
from tests.peers.asteriskconf import endpoint

AMI = 5038
FIRST_CALLER, FIRST_CALLED = 4100, 4500
MOST_PAIRS = 390
"""The numbers of four digits that the dialplan of the tests has for plain phones."""

ANSWER_S = 0.3
READ = 1 << 16

LOOKS = frozenset(
    "Login Logoff Ping Events CoreShowChannels CoreStatus CoreSettings DeviceStateList ExtensionStateList"
    " Getvar DBGet Status QueueStatus BridgeList BridgeInfo ListCommands ParkedCalls Parkinglots"
    " PJSIPShowEndpoints PJSIPShowContacts PJSIPShowEndpoint ConfbridgeList ShowDialPlan".lower().split()
)
"""Actions of AMI that change nothing. Whatever else is asked, is an act."""


def callers(pairs: int) -> list[str]:
    """The phones that call."""
    return [str(FIRST_CALLER + number) for number in range(pairs)]


def called(caller: str) -> str:
    """The phone that this one calls."""
    return str(int(caller) - FIRST_CALLER + FIRST_CALLED)


def tell(**what: Any) -> None:
    """One line."""
    sys.stdout.write(json.dumps({"at": time.monotonic(), **what}) + "\n")


class Desk:
    """One phone, and what it tells."""

    def __init__(self, server: tuple[str, int], user: str) -> None:
        self.phone = Phone(
            server, user, f"secret-{user}", behaviour=Behaviour(answer_after=ANSWER_S), expires=3600
        )
        self._ended: set[PhoneCall] = set()
        self._calling: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Tell what happens, for ever."""
        while True:
            event = await self.phone.events.get()
            call = event.call
            if call is None or event.kind in ("media", "registered"):
                continue
            more = {"ours": True} if call in self._ended else {}
            self._ended.discard(call)
            tell(phone=self.phone.user, kind=event.kind, call=id(call), out=call.outbound, **more)

    def call(self, number: str) -> None:
        """By hand."""
        task = asyncio.create_task(self._call(number))
        self._calling.add(task)
        task.add_done_callback(self._calling.discard)

    async def _call(self, number: str) -> None:
        with suppress(CallRejected, UnavailableError):  # its event says so
            await self.phone.call(number)

    def hang_up(self) -> None:
        """All its calls."""
        for call in list(self.phone.calls):
            self._ended.add(call)
            call.hang_up()


class Tap:
    """Listens where the nodes look for AMI, passes everything on, and tells who asks for acts."""

    def __init__(self, ami: tuple[str, int]) -> None:
        self._ami = ami
        self._connections = 0

    async def start(self, address: str) -> None:
        """Begin."""
        self._server = await asyncio.start_server(self._relay, address, AMI)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        source = writer.get_extra_info("peername")[0]
        self._connections += 1
        number = self._connections
        there, back = await asyncio.open_connection(*self._ami)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._pass(reader, back, source, number))
                tasks.create_task(self._pass(there, writer, "", number))
        finally:
            writer.transport.abort()
            back.transport.abort()

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, source: str, number: int
    ) -> None:
        rest = b""
        try:
            while data := await reader.read(READ):
                writer.write(data)
                await writer.drain()
                if source:
                    *lines, rest = (rest + data).split(b"\r\n")
                    for line in lines:
                        name, _, value = line.partition(b":")
                        action = value.strip().decode(errors="replace")
                        if name.lower() == b"action" and action.lower() not in LOOKS:
                            tell(acts=action, source=source, connection=number)
        except OSError:
            pass
        writer.transport.abort()


async def main(pairs: int, address: str) -> None:
    """Until the input ends."""
    users = [user for caller in callers(pairs) for user in (caller, called(caller))]
    asterisk = Asterisk()
    pjsip = f"[udp]\ntype = transport\nprotocol = udp\nbind = 127.0.0.1:{asterisk.sip[1]}\n"
    asterisk.change(pjsip=pjsip + "".join(endpoint(user) for user in users))
    asterisk.start()
    try:
        desks = {user: Desk(asterisk.sip, user) for user in users}
        for desk in desks.values():
            await desk.phone.start()
        tap = Tap(asterisk.ami)
        await tap.start(address)
        running = [asyncio.create_task(desk.run()) for desk in desks.values()]
        tell(ready=len(running))
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
                        tell(channels=await asyncio.to_thread(asterisk.channels))
    finally:
        asterisk.stop()


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))

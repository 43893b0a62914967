"""Who asks the telephone system to do something: as it passes there, by AMI or by SIP."""

from __future__ import annotations

import asyncio
import socket

from bench.chaos.kinds import AMI, SIP
from bench.chaos.say import say

READ = 1 << 16

LOOKS = frozenset(
    "Login Challenge Logoff Ping Events CoreShowChannels CoreStatus CoreSettings DeviceStateList"
    " ExtensionStateList Getvar DBGet Status QueueStatus BridgeList BridgeInfo ListCommands ParkedCalls"
    " Parkinglots PJSIPShowEndpoints PJSIPShowContacts PJSIPShowEndpoint"
    " ConfbridgeList ShowDialPlan".lower().split()
)
"""Actions of AMI that change nothing. Whatever else is asked, is an act."""

METHODS = (b"INVITE ", b"BYE ", b"CANCEL ", b"REFER ")
"""Requests of SIP that are acts."""

ETHERTYPE_IP, PACKET_OUTGOING = 0x0800, 4
UDP_AT, PAYLOAD_AT = 34, 42
"""Behind Ethernet's 14 bytes and IP's 20, and UDP's 8."""


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
                    _tell_acts(lines, source, number)
        except OSError:
            pass
        writer.transport.abort()


def _tell_acts(lines: list[bytes], source: str, connection: int) -> None:
    for line in lines:
        name, _, value = line.partition(b":")
        action = value.strip().decode(errors="replace")
        if name.lower() == b"action" and action.lower() not in LOOKS:
            say(acts=action, source=source, connection=connection)


class Sniffer:
    """Reads what comes to this machine's network card: requests of SIP, by the sender's hardware address."""

    async def start(self) -> None:
        """Begin."""
        card = self._card = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETHERTYPE_IP))
        card.bind(("lan0", ETHERTYPE_IP))
        card.setblocking(False)
        asyncio.get_running_loop().add_reader(card, self._read)

    def _read(self) -> None:
        try:
            while True:
                data, (_, _, kind, *_) = self._card.recvfrom(PAYLOAD_AT + 8)
                if kind == PACKET_OUTGOING or data[23] != socket.IPPROTO_UDP:
                    continue
                if data.startswith(METHODS, PAYLOAD_AT) and data[UDP_AT : UDP_AT + 2] == SIP.to_bytes(2):
                    say(acts=data[PAYLOAD_AT:].split(b" ")[0].decode(), mac=data[6:12].hex(":"))
        except BlockingIOError:
            pass

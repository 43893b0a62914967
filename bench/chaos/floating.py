"""The address that moves to the node whose switch answers, as keepalived that checks the SIP port has it."""

from __future__ import annotations

import asyncio
import secrets
import socket
import time
from contextlib import suppress

from bench.chaos.kinds import FLOATING, SIP
from bench.chaos.network import Part

EVERY_S = 0.25
"""How often each node is asked."""

SILENT_S = 1.0
"""Who is silent for so long has not got the address any more, if somebody else answers."""


class Floating:
    """`phones` is the machine that finds the address where it is."""

    def __init__(self, nodes: list[Part], phones: Part) -> None:
        self._nodes, self._phones = nodes, phones
        self._heard: dict[str, float] = {}
        self.at: Part | None = None
        for node in nodes:
            node.may_have(FLOATING)

    async def run(self) -> None:
        """For ever."""
        loop = asyncio.get_running_loop()
        sockets = {}
        for node in self._nodes:
            with node.inside():
                made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                made.setblocking(False)
                made.connect((FLOATING, SIP))
            sockets[node.name] = made
            loop.add_reader(made, self._hear, node.name, made)
        while True:
            for made in sockets.values():
                with suppress(OSError):  # nobody listens there
                    made.send(_options(*made.getsockname()))
            await asyncio.sleep(EVERY_S)
            now = time.monotonic()
            answering = [one for one in self._nodes if now - self._heard.get(one.name, 0.0) < 2 * EVERY_S]
            silent = self.at is None or now - self._heard[self.at.name] > SILENT_S
            if answering and silent:
                self.at = answering[0]
                self._phones.find_at(FLOATING, self.at)

    def _hear(self, node: str, made: socket.socket) -> None:
        with suppress(OSError):
            while made.recv(2048):
                self._heard[node] = time.monotonic()


def _options(host: str, port: int) -> bytes:
    branch = secrets.token_hex(8)
    return (
        f"OPTIONS sip:{FLOATING}:{SIP} SIP/2.0\r\n"
        f"Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{branch};rport\r\n"
        f"From: <sip:ping@{host}:{port}>;tag={branch}\r\nTo: <sip:{FLOATING}>\r\n"
        f"Call-ID: {branch}\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\n"
        f"Contact: <sip:ping@{host}:{port}>\r\nContent-Length: 0\r\n\r\n"
    ).encode()

"""rtpengine, a program of others, in userspace: it relays media, and is told what by its ng protocol."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path
from typing import Any

from offhook.switch.media.bencode import decode, encode
from tests.peers.program import LIMIT_S, WORKER, Program, free_port

PORTS = 200
"""Ports for media of one engine."""

LOWEST = 40_000
"""Above the ports that phones and servers of the tests take."""

STEP = 2000
POLL_S = 0.02

STARTS_S = 0.5
"""While it starts, nobody hears what is asked: it is asked again."""

_cookies = itertools.count()
_places = itertools.count()


class Rtpengine(Program):
    """One engine on loopback, or at these `interfaces` (`name/address!advertised`)."""

    def __init__(self, folder: Path, *interfaces: str, port: int = 0) -> None:
        self.port = port or free_port()
        self.first = LOWEST + WORKER * STEP + next(_places) % (STEP // PORTS) * PORTS
        super().__init__(
            folder,
            *("rtpengine", "--foreground", "--log-stderr", "--log-level=6", "--table=-1"),
            *(f"--interface={one}" for one in (interfaces or ("127.0.0.1",))),
            *(f"--listen-ng=127.0.0.1:{self.port}", f"--pidfile={folder / 'rtpengine.pid'}"),
            *(f"--port-min={self.first}", f"--port-max={self.first + PORTS - 1}"),
            "--endpoint-learning=immediate",
        )

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def relays(self, place: tuple[str, int] | None) -> bool:
        """Is this one of its ports for media?"""
        return place is not None and place[1] in range(self.first, self.first + PORTS)

    async def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        await super().start()
        async with asyncio.timeout(LIMIT_S):
            while (await self._ask(STARTS_S, command="ping")).get(b"result") != b"pong":
                if self.over:
                    raise self.complaint("has ended")

    async def _ask(self, limit_s: float, **command: Any) -> dict[bytes, Any]:
        """A command of the ng protocol and its answer, {} for none."""
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

        class Asker(asyncio.DatagramProtocol):
            def datagram_received(self, data: bytes, _addr: object) -> None:
                if not answer.done():
                    answer.set_result(data)

        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            Asker, remote_addr=("127.0.0.1", self.port)
        )
        try:
            cookie = f"{id(self)}-{next(_cookies)} ".encode()
            transport.sendto(cookie + encode({name.replace("_", "-"): one for name, one in command.items()}))
            said = decode((await asyncio.wait_for(answer, limit_s)).partition(b" ")[2])
        except TimeoutError:
            return {}
        finally:
            transport.close()
        assert isinstance(said, dict)
        return said

    async def calls(self) -> list[bytes]:
        """The calls that it has."""
        answer = await self._ask(LIMIT_S, command="list")
        if b"calls" not in answer:
            raise self.complaint(f"does not say which calls it has, but {answer}")
        found: list[bytes] = answer[b"calls"]
        return found

    async def forgets_all(self) -> None:
        """Wait until it has no call any more."""
        async with asyncio.timeout(LIMIT_S):
            while await self.calls():  # noqa: ASYNC110
                await asyncio.sleep(POLL_S)

"""SIP transports on real sockets that record what they receive."""

import asyncio
from contextlib import suppress

from offhook.sip.endpoint import Endpoint, Failure, Flow
from offhook.sip.message import Request, Response, make_response
from offhook.sip.server import ServerTransaction
from offhook.sip.transaction import Transport
from offhook.sip.transport import SipTransport
from tests.sip.helpers import request

LOOPBACK = "127.0.0.1"


class Shell:
    """A transport whose endpoint answers every request with 200 and records responses."""

    def __init__(self, **options: object) -> None:
        self.endpoint = Endpoint()
        self.transport = SipTransport(self.endpoint, **options)  # type: ignore[arg-type]
        self.told: asyncio.Queue[Response | Failure] = asyncio.Queue()
        self.flows: list[Flow] = []
        self.endpoint.on_request = self._answer

    def _answer(self, transaction: ServerTransaction, message: Request, flow: Flow, now: float) -> None:
        self.flows.append(flow)
        self.endpoint.respond(transaction, make_response(message, 200), now)

    def send(self, protocol: Transport, remote: tuple[str, int], flow: Flow | None = None) -> None:
        message = request("OPTIONS")
        flow = flow or self.transport.flow(protocol, remote)
        now = self.transport.now()
        self.endpoint.request(message, flow, now, self.told.put_nowait, self.told.put_nowait)
        self.transport.flush()

    async def status(self) -> int:
        told = await self.told.get()
        assert isinstance(told, Response)
        return told.status


async def closed(reader: asyncio.StreamReader) -> None:
    with suppress(ConnectionError):
        assert await reader.read() == b""

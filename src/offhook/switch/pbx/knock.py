"""Does a PBX by SIP answer from here? Asked by OPTIONS (RFC 3261 §11), without an account."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic

from offhook.config import PbxSettings
from offhook.sip.endpoint import Endpoint, Failure
from offhook.sip.message import Response
from offhook.sip.transport import ListenError, SipTransport
from offhook.switch.pbx.tls import client_context
from offhook.switch.upstream.locate import Address, locate
from offhook.switch.upstream.servers import options_for

ANSWER_S = 2.0
"""How long all its servers together have time to answer: a datagram that is lost goes out twice more."""

EVERY_S = 5.0
"""One that has answered is asked again after this. An Asterisk may put each request into its log."""

LOCATE_S = 60.0
"""How often names are resolved anew, found or not: the log has each time that a resolver does not answer."""


def knock(settings: PbxSettings) -> Callable[[], Awaitable[bool]]:
    """What asks its servers, from a port of its own. A PBX that answers no OPTIONS counts as not reached.
    Raises `ConfigError` for a CA file that cannot be used."""
    return _Knock(settings).answers


class _Knock:
    def __init__(self, settings: PbxSettings) -> None:
        self._settings, self._tls = settings, client_context(settings)
        self._found: list[Address] = []
        self._locate_at = self._ask_at = 0.0

    async def answers(self) -> bool:
        if monotonic() < self._ask_at:
            return True
        try:
            async with asyncio.timeout(ANSWER_S):
                reached = await self._one_answers()
        except (OSError, ListenError, TimeoutError):
            return False
        if reached:
            self._ask_at = monotonic() + EVERY_S
        return reached

    async def _one_answers(self) -> bool:
        if monotonic() >= self._locate_at:
            self._locate_at = monotonic() + LOCATE_S
            proxy = self._settings.outbound_proxy
            names = (proxy,) if proxy else self._settings.servers
            self._found = [
                address for name in names for address in await locate(name, self._settings.transport)
            ]
        transport = SipTransport(Endpoint(), self._settings.listen.host, 0, tls_client_context=self._tls)
        await transport.start()
        try:
            return await self._asked(transport)
        finally:
            await transport.stop()

    async def _asked(self, transport: SipTransport) -> bool:
        """Does any of them say that it takes calls?"""
        said: asyncio.Queue[bool] = asyncio.Queue()
        for address in self._found:
            protocol, place = self._settings.transport, (address.ip, address.port)
            if protocol == "tls":
                transport.tls_names[place] = address.name
            way = transport.flow(protocol, place)
            await transport.connect(way, ANSWER_S)
            flow, endpoint = transport.reach(way), transport.endpoint
            endpoint.request(
                options_for(self._settings.domain or self._settings.servers[0], flow),
                *(flow, transport.now()),
                lambda response: said.put_nowait(_takes_calls(response)),
                lambda failure: said.put_nowait(False) if failure is Failure.TRANSPORT else None,
            )
        transport.flush()
        for _ in self._found:
            if await said.get():
                return True
        return False


def _takes_calls(response: Response) -> bool:
    return response.status != 503

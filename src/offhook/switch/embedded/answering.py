"""Are there phones that answer from here? Asked by OPTIONS (RFC 3261 §11), of some of them.

The owner of a cluster asks those that are registered with it, and gives them up when none answers; another
node asks those that the owner has kept, from a port of its own, and takes them if one does.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple

from offhook.common.network import bracketed, is_loopback
from offhook.config import EmbeddedSettings
from offhook.errors import UnavailableError
from offhook.sip.endpoint import ClientTransaction, Endpoint, Failure, Flow
from offhook.sip.message import Response
from offhook.sip.transport import ListenError, SipTransport
from offhook.switch.b2bua.useragent import options
from offhook.switch.embedded.texts import read_bindings

ANSWER_S = 2.0
"""How long they have time to answer: a datagram that is lost goes out twice more."""

OTHERS_S = 0.1
"""So long after the first one the answers of others are taken, too."""

EVERY_S = 5.0
"""While one has answered, it is asked again after this."""

SOME = 20
"""So many are asked at once: where most phones of a site have no power, one that has is among them."""

READ_S = 30.0
"""How often what the owner has kept is read: all phones of a site are many."""


class AskedPhone(NamedTuple):
    """A phone by its Contact, and how it is reached."""

    terminal: str
    uri: str
    flow: Flow


async def those_that_answer(transport: SipTransport, phones: Sequence[AskedPhone]) -> list[AskedPhone]:
    """The first one that answers, with whatever status, and those that do in the moment after it."""
    answered, first = list[AskedPhone](), asyncio.Event()

    def on_response(phone: AskedPhone) -> Callable[[Response], None]:
        def response(_response: Response) -> None:
            answered.append(phone)
            first.set()

        return response

    endpoint, asked = transport.endpoint, list[ClientTransaction]()
    endpoint.now = transport.now()
    for one in phones:
        host = bracketed(one.flow.local[0])
        request = options(one.uri, f"sip:offhook@{host}", f"sip:{one.terminal}@{host}", one.flow)
        on_answer = on_response(one)
        asked.append(endpoint.request(request, one.flow, endpoint.now, on_answer, lambda _failure: None))
    transport.flush()
    try:
        async with asyncio.timeout(ANSWER_S):
            await first.wait()
            if len(phones) > 1:
                await asyncio.sleep(OTHERS_S)
    except TimeoutError:
        pass
    finally:
        for transaction in asked:
            transaction.fail(Failure.TIMEOUT)
    return answered


class Answering:
    """For the owner: `phones` gives all that are registered."""

    def __init__(self, transport: SipTransport, phones: Callable[[], Sequence[AskedPhone]]) -> None:
        self._transport, self._phones = transport, phones
        self._last: tuple[str, str] | None = None
        self._known: set[tuple[str, str]] = set()  # terminals, and URIs of phones, that have answered
        self._again_at = 0.0
        self.none = False
        """Did none answer, when they were asked last?"""

    async def any(self) -> bool:
        """Does any of them answer? Yes where nobody is registered. It is asked seldom while one does."""
        now = time.monotonic()
        if now < self._again_at:
            return True
        phones = self._phones()
        last = [one for one in phones if (one.terminal, one.uri) == self._last]
        found = await those_that_answer(self._transport, last) if last else []
        if not found and phones:
            some = random.sample(phones, min(SOME, len(phones)))
            found = await those_that_answer(self._transport, some)
        self.none = bool(phones) and not found
        if not self.none:
            self._again_at = now + EVERY_S
        if found:
            self._last = found[0].terminal, found[0].uri
        there = {(one.terminal, one.uri) for one in phones}
        self._known = (self._known | {(one.terminal, one.uri) for one in found}) & there
        return not self.none

    def has_answered(self, terminal: str) -> bool:
        """Has a phone of the terminal that is registered answered before? Some know no OPTIONS: that such a
        one says nothing is no sign."""
        return any(known == terminal for known, _uri in self._known)


def knock(
    settings: EmbeddedSettings, kept: Callable[[], Awaitable[Mapping[str, str]]]
) -> Callable[[], Awaitable[bool]]:
    """For another node: what asks some of those phones that are registered by UDP, as `TextRegistrations` has
    kept them. Those by TCP and TLS have a connection with the owner, and no node can ask them. `kept` may
    raise `UnavailableError`."""
    return _Knock(settings, kept).answers


class _Knock:
    def __init__(self, settings: EmbeddedSettings, kept: Callable[[], Awaitable[Mapping[str, str]]]) -> None:
        self._kept, self._read_at = kept, -READ_S
        self._known: Mapping[str, str] = {}
        # Not the address of the switch, where that moves to the node that acts.
        host = settings.listen.host
        self._host = host if is_loopback(host) else "::" if ":" in host else "0.0.0.0"

    async def answers(self) -> bool:
        try:
            if time.monotonic() >= self._read_at + READ_S:
                self._known, self._read_at = await self._kept(), time.monotonic()
            transport = SipTransport(Endpoint(), self._host, 0)
            await transport.start()
        except (OSError, ListenError, UnavailableError):
            return False
        try:
            return await self._one_answers(transport)
        except OSError:  # no way there
            return False
        finally:
            await transport.stop()

    async def _one_answers(self, transport: SipTransport) -> bool:
        found, now = read_bindings(self._known), time.time()
        there = [one for one in found if one.expires > now]
        some = [
            AskedPhone(one.terminal, one.uri, transport.flow("udp", (one.host, one.port)))
            for one in random.sample(there, min(SOME, len(there)))
        ]
        return bool(some) and bool(await those_that_answer(transport, some))

"""Terminals, dialling, and the other commands for a terminal."""

from typing import Annotated

from msgspec import Meta, Struct

from offhook.call import (
    Call,
    ClearMissed,
    Dial,
    DoNotDisturb,
    Forward,
    Forwarding,
    ForwardWhen,
    Pickup,
    Unpark,
)
from offhook.http.answers import NO_CONTENT, Answer
from offhook.http.endpoints import Endpoint
from offhook.http.problems import BASE
from offhook.http.requests import Asked
from offhook.http.resources.begun import ONCE, begun, idempotency_key
from offhook.http.services import Services
from offhook.http.values import TerminalValue, terminal_value

Dialled = Annotated[str, Meta(min_length=1, max_length=256)]
Key = Annotated[str, Meta(max_length=64)]

REFUSED = ("not-allowed", "no-such-terminal", "terminal-unavailable", "not-supported", "not-possible-now")


class DialBody(Struct, forbid_unknown_fields=True):
    """Whom to call."""

    number: Dialled


class PickupBody(Struct, forbid_unknown_fields=True):
    """The terminal where it rings, or the call's id; "" is one that rings in the terminal's group."""

    target: Key = ""


class UnparkBody(Struct, forbid_unknown_fields=True):
    """Where the call was parked."""

    slot: Annotated[str, Meta(min_length=1, max_length=64)]


class ForwardingBody(Struct, forbid_unknown_fields=True):
    """Where calls go on to, and when."""

    when: ForwardWhen
    address: Dialled
    after_s: Annotated[float, Meta(ge=0, le=600)] = 0


class ForwardBody(Struct, forbid_unknown_fields=True):
    """Those that hold from now on; none ends all."""

    forwardings: Annotated[list[ForwardingBody], Meta(max_length=8)]


class OnBody(Struct, forbid_unknown_fields=True):
    """On or off."""

    on: bool


class TerminalList(Struct, frozen=True):
    """Terminals, in the order of the configuration."""

    terminals: list[TerminalValue]


class WatchedQuery(Struct, forbid_unknown_fields=True):
    """With `watched` also those that may be watched and not used."""

    watched: bool = False


class TerminalResource:
    """`/terminals`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def endpoints(self) -> list[Endpoint]:
        """Its endpoints."""
        one = f"{BASE}/terminals/{{terminal}}"
        return [
            Endpoint(
                "GET",
                f"{BASE}/terminals",
                self._list,
                "The terminals that the person may use",
                {200: TerminalList},
                query=WatchedQuery,
            ),
            Endpoint(
                "GET",
                one,
                self._one,
                "A terminal, and what can be done at it now",
                {200: TerminalValue},
                problems=("not-allowed", "no-such-terminal"),
            ),
            Endpoint(
                "POST",
                f"{one}/calls",
                self._dial,
                "Dial: the terminal calls the number",
                {201: Call, 200: Call},
                body=DialBody,
                problems=(*REFUSED, "terminal-busy", "invalid-address", "failure", "unavailable"),
                headers=ONCE,
            ),
            Endpoint(
                "POST",
                f"{one}/pickup",
                self._pickup,
                "Take a call that rings elsewhere",
                {201: Call, 200: Call},
                headers=ONCE,
                body=PickupBody,
                body_needed=False,
                problems=(*REFUSED, "terminal-busy", "no-such-call", "failure", "unavailable"),
            ),
            Endpoint(
                "POST",
                f"{one}/unpark",
                self._unpark,
                "Take a call that is parked",
                {201: Call, 200: Call},
                headers=ONCE,
                body=UnparkBody,
                problems=(
                    *REFUSED,
                    "terminal-busy",
                    "no-such-call",
                    "invalid-address",
                    "failure",
                    "unavailable",
                ),
            ),
            Endpoint(
                "POST",
                f"{one}/forward",
                self._forward,
                "Forward calls from now on, or no more",
                body=ForwardBody,
                problems=(*REFUSED, "invalid-address", "failure", "unavailable"),
            ),
            Endpoint(
                "POST",
                f"{one}/do-not-disturb",
                self._do_not_disturb,
                "The terminal does not ring, or rings again",
                body=OnBody,
                problems=(*REFUSED, "failure", "unavailable"),
            ),
            Endpoint(
                "POST",
                f"{one}/clear-missed",
                self._clear_missed,
                "Somebody has seen the missed calls",
                problems=("not-allowed", "no-such-terminal"),
            ),
        ]

    async def _list(self, asked: Asked) -> Answer:
        principal = asked.principal
        async with self._services.turns.turn(principal.name, listing=True):
            found = self._services.manager.terminals(principal, watched=asked.query.watched)
            return Answer(
                200, TerminalList([terminal_value(one, own=principal.may_use(one.id)) for one in found])
            )

    async def _one(self, asked: Asked) -> Answer:
        name = await self._services.terminal(asked)
        found = self._services.manager.terminal(asked.principal, name)
        return Answer(200, terminal_value(found, own=asked.principal.may_use(name)))

    async def _dial(self, asked: Asked) -> Answer:
        body: DialBody = asked.body
        services, key = self._services, idempotency_key(asked)
        terminal = await services.terminal(asked)
        return begun(
            services, *await services.begin(asked, Dial(terminal, services.number(body.number), key))
        )

    async def _pickup(self, asked: Asked) -> Answer:
        body: PickupBody = asked.body or PickupBody()
        command = Pickup(await self._services.terminal(asked), body.target, idempotency_key(asked))
        return begun(self._services, *await self._services.begin(asked, command))

    async def _unpark(self, asked: Asked) -> Answer:
        command = Unpark(await self._services.terminal(asked), asked.body.slot, idempotency_key(asked))
        return begun(self._services, *await self._services.begin(asked, command))

    async def _forward(self, asked: Asked) -> Answer:
        body: ForwardBody = asked.body
        forwardings = tuple(
            Forwarding(one.when, self._services.number(one.address), one.after_s) for one in body.forwardings
        )
        await self._services.perform(asked, Forward(await self._services.terminal(asked), forwardings))
        return NO_CONTENT

    async def _do_not_disturb(self, asked: Asked) -> Answer:
        command = DoNotDisturb(await self._services.terminal(asked), asked.body.on)
        await self._services.perform(asked, command)
        return NO_CONTENT

    async def _clear_missed(self, asked: Asked) -> Answer:
        await self._services.perform(asked, ClearMissed(await self._services.terminal(asked)))
        return NO_CONTENT

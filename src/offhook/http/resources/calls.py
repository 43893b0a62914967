"""Live calls, and the commands for one."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from msgspec import Meta, Struct

from offhook.call import (
    Answer as AnswerCall,
)
from offhook.call import (
    Call,
    CallCommand,
    Complete,
    Conference,
    Consult,
    Drop,
    Dtmf,
    Hold,
    Park,
    Redirect,
    Reject,
    Retrieve,
    Swap,
    Transfer,
)
from offhook.errors import CallError, Refusal
from offhook.http.answers import NO_CONTENT, Answer
from offhook.http.endpoints import Endpoint
from offhook.http.problems import BASE
from offhook.http.requests import Asked
from offhook.http.resources.begun import ONCE, begun, idempotency_key
from offhook.http.services import Services

Dialled = Annotated[str, Meta(min_length=1, max_length=256)]
Key = Annotated[str, Meta(max_length=64)]

REFUSED = (
    "not-allowed",
    "no-such-call",
    "terminal-unavailable",
    "terminal-busy",
    "not-supported",
    "not-possible-now",
    "failure",
    "unavailable",
)


class NumberBody(Struct, forbid_unknown_fields=True):
    """Where to."""

    number: Dialled


class OtherBody(Struct, forbid_unknown_fields=True):
    """The second call; "" is the related one."""

    other: Key = ""


class DtmfBody(Struct, forbid_unknown_fields=True):
    """Tones, and how long each is; 0 is the usual length."""

    digits: Annotated[str, Meta(min_length=1, max_length=64, pattern="^[0-9A-Da-d*#,]*$")]
    duration_ms: Annotated[int, Meta(ge=0, le=10_000)] = 0

    def __repr__(self) -> str:
        return "DtmfBody()"  # they may be a PIN


class SlotBody(Struct, forbid_unknown_fields=True):
    """Where to park; "" leaves that to the telephone system."""

    slot: Key = ""


class Slot(Struct, frozen=True):
    """Where the call is parked."""

    slot: str


class CallList(Struct, frozen=True):
    """Live calls, of each terminal oldest first."""

    calls: list[Call]


class CallsQuery(Struct, forbid_unknown_fields=True):
    """Of one terminal; or with `watched` also of those that may be watched and not used."""

    terminal: Key = ""
    watched: bool = False


PLAIN: dict[str, tuple[type[CallCommand[None]], str]] = {
    "answer": (AnswerCall, "Take the call that rings"),
    "reject": (Reject, "Refuse the call that rings"),
    "hold": (Hold, "Put the call on hold"),
    "retrieve": (Retrieve, "Take the call back from hold"),
    "swap": (Swap, "Take this call back from hold, and put the other one on hold"),
}
SENDING: dict[str, tuple[Callable[..., CallCommand[None]], str]] = {
    "redirect": (Redirect, "Send the call that rings here elsewhere"),
    "transfer": (Transfer, "Hand the call over without asking"),
}
JOINING: dict[str, tuple[Callable[..., CallCommand[None]], str]] = {
    "complete": (Complete, "Connect the other parties of two calls, and leave both"),
    "conference": (Conference, "Join two calls"),
}


class CallResource:
    """`/calls`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def endpoints(self) -> list[Endpoint]:
        """Its endpoints."""
        one = f"{BASE}/calls/{{call}}"
        made = partial(Endpoint, "POST")
        return [
            Endpoint(
                "GET",
                f"{BASE}/calls",
                self._list,
                "The live calls",
                {200: CallList},
                query=CallsQuery,
                problems=("not-allowed", "no-such-terminal"),
            ),
            Endpoint(
                "GET",
                one,
                self._one,
                "A call, also after its end",
                {200: Call},
                problems=("no-such-call", "failure"),
            ),
            Endpoint("DELETE", one, self._drop, "Drop: begin to clear the call", problems=REFUSED),
            *(
                made(f"{one}/{name}", partial(self._plain, command), summary, problems=REFUSED)
                for name, (command, summary) in PLAIN.items()
            ),
            *(
                made(
                    f"{one}/{name}",
                    partial(self._sending, command),
                    summary,
                    body=NumberBody,
                    problems=(*REFUSED, "invalid-address"),
                )
                for name, (command, summary) in SENDING.items()
            ),
            *(
                made(
                    f"{one}/{name}",
                    partial(self._joining, command),
                    summary,
                    body=OtherBody,
                    body_needed=False,
                    problems=REFUSED,
                )
                for name, (command, summary) in JOINING.items()
            ),
            made(
                f"{one}/consult",
                self._consult,
                "Call somebody else with the same phone, while the call is on hold",
                {201: Call, 200: Call},
                headers=ONCE,
                body=NumberBody,
                problems=(*REFUSED, "invalid-address"),
            ),
            made(f"{one}/dtmf", self._dtmf, "Send tones to the other party", body=DtmfBody, problems=REFUSED),
            made(
                f"{one}/park",
                self._park,
                "Park the call, so that any phone may take it",
                {200: Slot},
                body=SlotBody,
                body_needed=False,
                problems=REFUSED,
            ),
        ]

    async def _list(self, asked: Asked) -> Answer:
        services, principal, query = self._services, asked.principal, asked.query
        if query.terminal:
            found = [services.manager.snapshot(principal, query.terminal)]
        else:
            async with services.turns.turn(principal.name, listing=True):
                found = services.manager.snapshots(principal, watched=query.watched)
        return Answer(200, CallList([services.values.of(call) for one in found for call in one.calls]))

    async def _one(self, asked: Asked) -> Answer:
        services, call_id = self._services, asked.path("call")
        call = await services.manager.call(asked.principal, call_id)
        if call is None:
            async with services.turns.alone(asked.principal.name):
                found = await services.manager.history(asked.principal, call_id=call_id, limit=1)
            call = next(iter(found), None)
        if call is None:
            raise CallError(Refusal.NO_SUCH_CALL, f"there is no call {call_id[:64]} that you may see")
        return Answer(200, services.values.of(call))

    async def _drop(self, asked: Asked) -> Answer:
        return await self._perform(asked, Drop(asked.path("call")))

    async def _plain(self, command: type[CallCommand[None]], asked: Asked) -> Answer:
        return await self._perform(asked, command(asked.path("call")))

    async def _sending(self, command: Callable[..., CallCommand[None]], asked: Asked) -> Answer:
        address = self._services.number(asked.body.number)
        return await self._perform(asked, command(asked.path("call"), address=address))

    async def _joining(self, command: Callable[..., CallCommand[None]], asked: Asked) -> Answer:
        body: OtherBody = asked.body or OtherBody()
        return await self._perform(asked, command(asked.path("call"), other=body.other))

    async def _consult(self, asked: Asked) -> Answer:
        services, key = self._services, idempotency_key(asked)
        command = Consult(asked.path("call"), address=services.number(asked.body.number), dial_id=key)
        return begun(services, *await services.begin(asked, command))

    async def _dtmf(self, asked: Asked) -> Answer:
        body: DtmfBody = asked.body
        command = Dtmf(asked.path("call"), digits=body.digits, duration_ms=body.duration_ms)
        return await self._perform(asked, command)

    async def _park(self, asked: Asked) -> Answer:
        body: SlotBody = asked.body or SlotBody()
        slot = await self._services.perform(asked, Park(asked.path("call"), slot=body.slot))
        return Answer(200, Slot(slot))

    async def _perform(self, asked: Asked, command: CallCommand[Any]) -> Answer:
        await self._services.perform(asked, command)
        return NO_CONTENT

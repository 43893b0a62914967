"""A scripted link to a Call Manager."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, cast

from offhook.call import BEGIN_A_CALL, Call, CallState, Command, Dial, Drop, Party, Result
from offhook.errors import AddressError, CallError, Refusal


def a_call(
    call_id: str,
    state: CallState = CallState.OFF_HOOK,
    callee: str = "4001",
    name: str = "",
    terminal: str = "4000",
) -> Call:
    return Call(call_id, terminal, state, Party("Kim", terminal), Party(name, callee), started=1.0)


def digits(address: str) -> str:
    """A site that dials whatever digits there are."""
    number = "".join(c for c in address if c.isdigit())
    if not number:
        raise AddressError("nothing to dial; give a number")
    return number


@dataclass
class PlayedLink:
    """Answers by its script, and records what was asked."""

    connected: bool = True
    asked: list[tuple[str, ...]] = field(default_factory=list)
    answer: Call | CallError = field(default_factory=lambda: a_call("c1"))
    snapshot: list[Call] = field(default_factory=list)
    commands: list[Command[Any]] = field(default_factory=list)
    unwatchable: CallError | None = None
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    async def perform(self, command: Command[Result]) -> Result:
        result: object = None
        match command:
            case Dial(terminal=terminal, address=address):
                self.asked.append(("dial", terminal, address))
                if isinstance(self.answer, CallError):
                    raise self.answer
                result = self.answer
            case Drop(call=call_id):
                self.asked.append(("drop", call_id))
            case _:
                self.commands.append(command)
                result = self.answer if isinstance(command, BEGIN_A_CALL) else "701"
        return cast("Result", result)

    async def watch(self, terminal: str) -> list[Call]:
        self.asked.append(("watch", terminal))
        await self.gate.wait()
        if self.unwatchable is not None:
            raise self.unwatchable
        return self.snapshot

    async def calls(self, terminal: str) -> list[Call]:
        self.asked.append(("calls", terminal))
        return self.snapshot


def unavailable() -> CallError:
    return CallError(Refusal.UNAVAILABLE, "the connection broke; dial again")

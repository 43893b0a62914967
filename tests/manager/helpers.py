"""A scripted switch, and a Call Manager on it."""

import asyncio
from dataclasses import replace
from pathlib import Path

from argon2 import PasswordHasher

from offhook.call import (
    CAN_DIAL,
    CAN_DROP,
    NOTHING,
    Call,
    CallState,
    Cause,
    Command,
    Direction,
    Features,
    Party,
    Result,
    Terminal,
    advance,
    new_call_id,
)
from offhook.errors import CallError, Refusal
from offhook.manager.principal import Principal
from offhook.manager.stores.users import SqliteUsers
from offhook.switch.base import CallChanged, Switch, TerminalChanged

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

ADMINISTRATOR = Principal("root", administrator=True, terminals=frozenset())
KIM = Principal("kim", administrator=False, terminals=frozenset({"4000"}))

TERMINALS = [Terminal("4000", "Kim"), Terminal("4001", "Lee Min-ho"), Terminal("4002", "Park")]

STARTED = Call(
    "c1", "4000", CallState.OFF_HOOK, Party("Kim", "4000"), Party("Lee Min-ho", "4001"), started=1000.0
)
TALKING = replace(STARTED, state=CallState.CONNECTED, connected=1010.0)
OVER = replace(TALKING, state=CallState.ON_HOOK, ended=1070.0, cause=Cause.NORMAL)
"""The three values of a call that lasts a minute."""


class FakeSwitch(Switch):
    """Takes every dial; calls go on when the test says so.

    A command is carried out once `gate` is open, and its result comes once `slow_reply` is set.
    """

    def __init__(self) -> None:
        super().__init__()
        self.dialled: list[tuple[str, str]] = []
        self.dropped: list[str] = []
        self.refusal: Exception | None = None
        self.rings_while_dialling = False
        self.gate: asyncio.Event | None = None
        self.slow_reply: asyncio.Event | None = None
        self.calls: dict[str, Call] = {}
        self.served: set[str] = set()

    async def start(self) -> None:
        """Nothing to start."""

    async def stop(self) -> None:
        """Nothing to stop."""

    async def perform(self, command: Command[Result]) -> Result:
        if self.gate is not None:
            await self.gate.wait()
        result = await super().perform(command)
        if self.slow_reply is not None:
            await self.slow_reply.wait()
        return result

    def dial(self, terminal: str, address: str) -> Call:
        if self.refusal is not None:
            raise self.refusal
        self.dialled.append((terminal, address))
        call = Call(
            new_call_id(),
            terminal,
            CallState.OFF_HOOK,
            Party("", terminal),
            Party("", address),
            started=1000.0,
        )
        self.calls[call.id] = call
        if self.rings_while_dialling:
            self.go(call.id, CallState.PROCEED)
        return call

    def drop(self, call_id: str) -> None:
        if call_id not in self.calls:
            raise CallError(Refusal.NO_SUCH_CALL, "no such call")
        self.dropped.append(call_id)
        self.go(call_id, CallState.ON_HOOK, Cause.DROPPED)

    def features(self, terminal: str, call: Call | None = None) -> Features:
        if call is None:
            return CAN_DIAL if terminal in self.served else NOTHING
        return CAN_DROP if call.id in self.calls else NOTHING

    def in_service(self, terminal: str) -> bool:
        return True

    def go(self, call_id: str, state: CallState, cause: Cause | None = None) -> Call:
        """Move the call to this state."""
        call = advance(self.calls[call_id], state, 1001.0, cause)
        self.calls[call_id] = call
        if state is CallState.ON_HOOK:
            del self.calls[call_id]
        self.tell(call)
        return call

    def tell(self, call: Call) -> None:
        """Emit an event with the current value of this call."""
        self._tell(CallChanged(call))

    def ring_in(self, terminal: str, caller: str) -> Call:
        """Start an inbound call to the terminal."""
        call = Call(
            new_call_id(),
            terminal,
            CallState.RING_BACK,
            Party("", caller),
            Party("", terminal),
            started=1000.0,
            direction=Direction.INBOUND,
        )
        self.calls[call.id] = call
        self.tell(call)
        return call

    def serve(self, terminal: str, in_service: bool) -> None:
        """Put the terminal into or out of service."""
        self.served = self.served | {terminal} if in_service else self.served - {terminal}
        self._tell(TerminalChanged(terminal, in_service))


def user_store(folder: Path) -> SqliteUsers:
    """A user store whose passwords are quick to verify, with an administrator and two users."""
    users = SqliteUsers(folder / "users.sqlite", hasher=QUICK)
    if users.list():
        return users
    users.add("root", "toor", administrator=True)
    users.add("kim", "secret", terminals=["4000"])
    users.add("lee", "secret", terminals=["4001"])
    return users

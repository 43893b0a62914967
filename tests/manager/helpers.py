"""A scripted switch, and a Call Manager on it."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from argon2 import PasswordHasher

from offhook.call import (
    CAN_DIAL,
    CAN_DROP,
    NOTHING,
    Answer,
    Call,
    CallState,
    Cause,
    Command,
    Complete,
    Conference,
    Consult,
    Direction,
    DoNotDisturb,
    Dtmf,
    Features,
    Forward,
    Hold,
    NodeState,
    Park,
    Party,
    Pickup,
    Reason,
    Redirect,
    Reject,
    Result,
    Retrieve,
    Swap,
    Terminal,
    Transfer,
    TrunkState,
    Unpark,
    advance,
    changed,
    new_call_id,
)
from offhook.errors import CallError, Refusal
from offhook.manager.principal import Principal
from offhook.manager.stores.users import SqliteUsers
from offhook.switch.base import CallChanged, Switch, TerminalChanged, TrunkChanged

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

    A command is carried out once `gate` is open, and its result comes once `slow_reply` is set. `does` has
    what it does for commands besides Dial and Drop, `done` those that it has done so. `offers` are the
    features of a terminal, or of its call.
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
        self.does: dict[type[Command[Any]], Callable[[Any], object]] = {}
        self.done: list[Command[Any]] = []
        self.offers: Callable[[str, Call | None], Features] | None = None
        self.capable: Features = NOTHING
        self.trunks: dict[str, TrunkState] = {}
        self.nodes: list[NodeState] = []
        self.why = ""

    async def start(self) -> None:
        """Nothing to start."""

    async def stop(self) -> None:
        """Nothing to stop."""

    async def perform(self, command: Command[Result]) -> Result:
        if self.gate is not None:
            await self.gate.wait()
        doing = self.does.get(type(command))
        if doing is not None:
            self.done.append(command)
            result = cast("Result", doing(command))
        else:
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

    def capabilities(self, _terminal: str) -> Features:
        return self.capable

    def features(self, terminal: str, call: Call | None = None) -> Features:
        if self.offers is not None:
            return self.offers(terminal, call)
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
        call = self.calls_in(terminal, caller)
        self.tell(call)
        return call

    def calls_in(self, terminal: str, caller: str, reason: Reason = Reason.DIRECT) -> Call:
        """An inbound call to the terminal, of which nothing has been told yet."""
        call = Call(
            new_call_id(),
            terminal,
            CallState.RING_BACK,
            Party("", caller),
            Party("", terminal),
            started=1000.0,
            direction=Direction.INBOUND,
            reason=reason,
        )
        self.calls[call.id] = call
        return call

    def change(self, call_id: str, **members: Any) -> Call:
        """Change these members of the call."""
        call = self.calls[call_id] = changed(self.calls[call_id], **members)
        self.tell(call)
        return call

    def do_anything(self) -> None:
        """Do every command that the base refuses, as quickly as it is given."""
        plain: tuple[type[Command[Any]], ...] = (Answer, Reject, Redirect, Transfer, Complete, Conference)
        for kind in (*plain, Dtmf, Swap, Forward, DoNotDisturb):
            self.does[kind] = lambda _command: None
        self.does[Hold] = lambda command: self._hold(command.call, held=True)
        self.does[Retrieve] = lambda command: self._hold(command.call, held=False)
        self.does[Park] = lambda command: command.slot or "701"
        self.does[Consult] = self._consult
        self.does[Pickup] = lambda command: self._taken(command.terminal, Reason.PICKED_UP)
        self.does[Unpark] = lambda command: self._taken(command.terminal, Reason.UNPARKED)

    def _hold(self, call_id: str, *, held: bool) -> None:
        self.change(call_id, held=held)

    def _consult(self, command: Consult) -> Call:
        first = self.change(command.call, held=True)
        call = self.dial(first.terminal, command.address)
        self.calls[call.id] = call = replace(call, related=first.id, consultation=True)
        self.change(first.id, related=call.id)
        return call

    def _taken(self, terminal: str, reason: Reason) -> Call:
        return self.calls_in(terminal, "0301234", reason)

    def trouble(self) -> str:
        return self.why

    def other_nodes(self) -> list[NodeState]:
        return self.nodes

    def trunk_states(self) -> list[TrunkState]:
        return list(self.trunks.values())

    def tell_trunk(self, trunk: TrunkState) -> None:
        """The trunk is this from now on."""
        self.trunks[trunk.name] = trunk
        self._tell(TrunkChanged(trunk))

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

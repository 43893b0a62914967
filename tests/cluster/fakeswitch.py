"""A switch in memory, for tests of what is between nodes; the real one is in tests/peers."""

import asyncio
from dataclasses import replace

from offhook.call import (
    CAN_DIAL,
    CAN_DROP,
    Call,
    CallState,
    Cause,
    Features,
    Hold,
    Party,
    advance,
    new_call_id,
)
from offhook.errors import ConfigError
from offhook.switch.base import CallChanged, Door, Switch, TerminalChanged, no_such_call


class System:
    """The telephone system itself: its calls live on while no driver looks at them."""

    def __init__(self, *terminals: str) -> None:
        self.terminals = terminals or ("4000", "4001")
        self.calls: dict[str, Call] = {}
        self.drivers: list[FakeSwitch] = []
        self.most_at_once = 0
        self.holding = asyncio.Event()
        self.refuses = 0
        """So many more drivers are not let in."""
        self.lets_in: asyncio.Event | None = None
        """A driver that starts waits for it."""
        self.starting = 0
        """So many drivers have begun to start."""
        self.unreachable = False
        """Nothing can be sent to the phones: a call ends as it begins."""
        self.leaving_s = 0.0
        """So long a driver takes to leave."""

    def make(self) -> "FakeSwitch":
        return FakeSwitch(self)


class FakeSwitch(Switch):
    """Its driver: it finds the calls that are up when it starts."""

    def __init__(self, system: System) -> None:
        super().__init__()
        self.system = system
        self.dropped: list[str] = []
        self.colleagues: list[str] = []
        """Terminals of other telephone systems whose calls have changed."""
        self.kept = False
        self.takes_calls_at: Door | None = None

    @property
    def door(self) -> Door | None:
        return self.takes_calls_at

    async def start(self) -> None:
        self.system.starting += 1
        if self.system.lets_in is not None:
            await self.system.lets_in.wait()
        if self.system.refuses:
            self.system.refuses -= 1
            raise ConfigError("configuration", "switch.fake", "is wrong", "correct it")
        self.system.drivers.append(self)
        self.system.most_at_once = max(self.system.most_at_once, len(self.system.drivers))
        for terminal in self.system.terminals:
            self._tell(TerminalChanged(terminal, True))
        for call in self.system.calls.values():
            self._tell(CallChanged(call))

    def colleague_changed(self, terminal: str) -> None:
        self.colleagues.append(terminal)

    async def keep(self) -> None:
        self.kept = True

    async def leave(self) -> None:
        await asyncio.sleep(self.system.leaving_s)
        if self in self.system.drivers:
            self.system.drivers.remove(self)

    async def stop(self) -> None:
        raise AssertionError("calls are left to the next one")

    def dial(self, terminal: str, address: str) -> Call:
        call = Call(new_call_id(), terminal, CallState.OFF_HOOK, Party("", terminal), Party("", address), 1.0)
        self.system.calls[call.id] = call
        if self.system.unreachable:
            self.drop(call.id)
        return call

    def drop(self, call_id: str) -> None:
        call = self.system.calls.pop(call_id, None)
        if call is None:
            raise no_such_call(call_id)
        self._tell(CallChanged(advance(call, CallState.ON_HOOK, call.started + 9, Cause.DROPPED)))

    async def hold(self, command: Hold) -> None:
        """The phone never answers."""
        self.system.holding.set()
        await asyncio.Event().wait()

    def goes(self, call_id: str, state: CallState) -> None:
        """The call goes on."""
        call = self.system.calls[call_id] = advance(self.system.calls[call_id], state, 2.0)
        self._tell(CallChanged(call))

    def found_again_as(self, call_id: str, revision: int) -> None:
        """The next driver counts the call's revisions anew."""
        self.system.calls[call_id] = replace(self.system.calls[call_id], revision=revision)

    def features(self, terminal: str, call: Call | None = None) -> Features:
        return CAN_DIAL if call is None else CAN_DROP

    def capabilities(self, terminal: str) -> Features:
        return CAN_DIAL | CAN_DROP

    def in_service(self, terminal: str) -> bool:
        return True

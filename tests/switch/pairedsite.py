"""Embedded switches of a cluster that call each other, as one site: the contract of all drivers holds for it,
wherever the border between its phones is drawn."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from offhook.call import Call, CallCommand, Command, Features, Result
from offhook.config import EmbeddedSettings, GroupSettings, Listen
from offhook.demo.phone import Behaviour, Phone
from offhook.sip.transaction import Timing
from offhook.switch.base import (
    CallChanged,
    Door,
    OtherSystems,
    SecureDoor,
    Switch,
    SwitchEvent,
    no_such_call,
    no_such_terminal,
)
from offhook.switch.embedded import EmbeddedSwitch
from tests.switch.embeddedsite import TERMINALS
from tests.switch.site import NAMES, PATIENCE_S, Site, ringing_for


class PairedSwitch(Switch):
    """Implements `Switch` by several: each command goes to the one that has the terminal."""

    def __init__(self, switches: Sequence[EmbeddedSwitch]) -> None:
        super().__init__()
        self.switches = switches
        self.away: set[EmbeddedSwitch] = set()
        """Which of them the others do not reach."""
        for switch in switches:
            switch.know_others(_Others(self, switch))
            switch.subscribe(self._on_event)

    def of(self, terminal: str) -> EmbeddedSwitch:
        """The one that has the terminal."""
        found = next((switch for switch in self.switches if terminal in switch.terminals), None)
        if found is None:
            raise no_such_terminal(terminal)
        return found

    def _on_event(self, event: SwitchEvent) -> None:
        if isinstance(event, CallChanged):
            for switch in self.switches:
                if event.call.terminal not in switch.terminals:
                    switch.colleague_changed(event.call.terminal)

    def _of(self, terminal: str) -> EmbeddedSwitch:
        return next((one for one in self.switches if terminal in one.terminals), self.switches[0])

    def subscribe(self, listener: Any) -> None:
        for switch in self.switches:
            switch.subscribe(listener)

    def ask_first(self, may_call: Any) -> None:
        for switch in self.switches:
            switch.ask_first(may_call)

    async def start(self) -> None:
        for switch in self.switches:
            await switch.start()

    async def stop(self) -> None:
        for switch in self.switches:
            await switch.stop()

    def drain(self) -> None:
        for switch in self.switches:
            switch.drain()

    async def perform(self, command: Command[Result]) -> Result:
        if isinstance(command, CallCommand):
            having = [switch for switch in self.switches if switch.find(command.call) is not None]
            switch = having[0] if having else self.switches[0]
        else:
            switch = self.of(command.terminal)  # type: ignore[attr-defined]
        return await switch.perform(command)

    def dial(self, terminal: str, address: str) -> Call:
        return self.of(terminal).dial(terminal, address)

    def drop(self, call_id: str) -> None:
        raise no_such_call(call_id)

    def features(self, terminal: str, call: Call | None = None) -> Features:
        return self._of(terminal).features(terminal, call)

    def in_service(self, terminal: str) -> bool:
        return self.of(terminal).in_service(terminal)

    def capabilities(self, terminal: str) -> Features:
        return self.of(terminal).capabilities(terminal)

    @property
    def idle(self) -> bool:
        """Is nothing left of any call?"""
        return all(switch.idle for switch in self.switches)


class _Others(OtherSystems):
    """What the cluster tells one of them of the others."""

    def __init__(self, pair: PairedSwitch, own: EmbeddedSwitch) -> None:
        self._pair, self._own = pair, own

    def has(self, terminal: str) -> bool:
        return terminal not in self._own.terminals and terminal in NAMES

    def name(self, terminal: str) -> str:
        return NAMES[terminal] if self.has(terminal) else ""

    def door(self, terminal: str) -> Door | None:
        there = self._pair.of(terminal) if self.has(terminal) else self._own
        return None if there is self._own or there in self._pair.away else there.door

    def calls(self, terminal: str) -> Collection[Call]:
        there = self._pair.of(terminal)
        found = [call.value(call_id) for call_id, call in there._at.get(terminal, {}).items()]
        return [one for one in found if one is not None]

    def hosts(self) -> Collection[str]:
        return ["127.0.0.1"]

    def keys(self) -> Mapping[str, str]:
        doors = {str(at): one.door for at, one in enumerate(self._pair.switches) if one is not self._own}
        return {name: door.key for name, door in doors.items() if door is not None}

    def secure_doors(self) -> Collection[SecureDoor]:
        doors = [switch.door for switch in self._pair.switches]
        return [door.secure for door in doors if door is not None and door.secure is not None]


async def paired_site(
    *parts: str, timing: Timing | None = None, groups: Sequence[GroupSettings] = (), **settings: object
) -> Site:
    """A switch for each part, which names its terminals: `"4000 4001", "4002 4003"`."""
    switches = [
        EmbeddedSwitch(
            [one for one in TERMINALS if one.id in part.split()],
            EmbeddedSettings(listen=Listen("127.0.0.1", 0), **{**ringing_for(PATIENCE_S), **settings}),
            timing,
            groups=groups,
        )
        for part in parts
    ]
    pair = PairedSwitch(switches)

    def make_phone(terminal: str, behaviour: Behaviour | None) -> Phone:
        where = pair.of(terminal).address()
        return Phone(where, terminal, f"secret-{terminal}", behaviour=behaviour, name=NAMES[terminal])

    site = Site(pair, make_phone)
    site.knows_registrations = True
    await pair.start()
    return site

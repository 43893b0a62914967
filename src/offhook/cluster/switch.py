"""The telephone system as all nodes of a cluster see it: a `Switch` of parts, each with a driver at one node.

The Call Manager of each node uses this instead of a driver. Where the driver of a part runs, its events are
told to all nodes; everywhere else commands go to the node where it runs. When that node dies, another one
starts a driver of its own, which takes over the calls that are up as after a restart.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from offhook.call import (
    NOTHING,
    Call,
    CallCommand,
    Command,
    Dial,
    Drop,
    Features,
    NodeState,
    Pickup,
    Result,
    TerminalCommand,
    TrunkState,
)
from offhook.cluster.asking import Asking
from offhook.cluster.board import Board
from offhook.cluster.bus import Bus
from offhook.cluster.doors import Doors
from offhook.cluster.exchange import HOLD_S, StateExchange
from offhook.cluster.layout import ALIKE, digest, named
from offhook.cluster.leftbehind import LeftBehind
from offhook.cluster.messages import MAX_PAGE, AskCommand, Forget, Seen, State, decode, encode, subject
from offhook.cluster.node import Node
from offhook.cluster.part import READY_S, Around, Part, Plan, part_of
from offhook.cluster.presence import Presence
from offhook.cluster.serving import Serving
from offhook.cluster.tasks import Tasks
from offhook.errors import CallError, Refusal, UnavailableError
from offhook.switch.base import (
    SWITCH,
    CallChanged,
    MissedSeen,
    Switch,
    SwitchEvent,
    no_such_call,
    no_such_terminal,
)

logger = logging.getLogger(__name__)

HAND_OVER_S = 3.0
"""So long a node that goes waits for others to take what it had: those have heard of it by then."""

SURE_S = 1.0
"""A terminal that nobody has for longer is shown as out of service: a move is over sooner."""


class ClusterSwitch(Switch):
    """See above. Each terminal is in one of the parts, and each part is a unit of `node` (`part.unit_of`)."""

    def __init__(self, plans: Sequence[Plan], node: Node, site: str) -> None:
        super().__init__()
        self._node, self._site = node, site
        terminals = [terminal for plan in plans for terminal in plan.terminals]
        self._ids = sorted(terminals)
        self.prepare: Callable[[Switch], None] = lambda _driver: None
        """Is given each driver of this node before it is started. To be set before `start`."""
        self._board, self._tasks = Board(terminals), Tasks()
        self._serving = Serving(self._epoch_of, self._carry_out)
        self._asking = Asking(node, site)
        self._states = StateExchange(node, site, self._tasks, hear=self._hear, page=self._page)
        around = Around(
            *(node, self._board, self._tasks, self._states),
            *(self._tell_here, self.may_call, self.name_outside),
            lambda part: self._doors.others(part),
            lambda *what: self._left.hand_over(*what),
            lambda driver: self.prepare(driver),
        )
        self._parts = [Part(plan, around) for plan in plans]
        self._doors = Doors(node, site, self._parts)
        self._part_of = {terminal: part for part in self._parts for terminal in part.terminals}
        layout = {plan.name: digest(plan.terminals) for plan in plans}
        self._presence = Presence(node, site, self._tasks, layout)
        self._told_not_taken: dict[str, str] = {}
        self._told_asking: Callable[[float, str], None] = lambda _seconds, _came: None
        node.on_change = lambda _units: self._look()
        node.on_connected = self._on_connected
        units = {part.unit: part for part in self._parts}
        self._left = LeftBehind(node, site, self._tasks, units)
        node.busy = lambda unit: units[unit].busy

    # The contract

    async def start(self) -> None:
        await self._node.start()
        self._states.start()
        self._presence.start()
        self._tasks.run(self._watch_always())
        if len(self._parts) > 1:
            self._tasks.run(self._doors.tell_always())
        for part in self._parts:
            self._tasks.run(part.look_out())
        self._look()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(READY_S):
                await asyncio.gather(*(part.settled() for part in self._parts))

    async def stop(self) -> None:
        await self._keep()
        await self._presence.go()
        await self._states.send_now()  # the next owner goes on with what was told
        await self._node.stop()
        await self._leave()
        await self._tasks.cancel()

    async def _keep(self) -> None:
        await asyncio.gather(*(part.keep() for part in self._parts))

    async def _leave(self) -> None:
        await asyncio.gather(*(part.leave() for part in self._parts))

    def trouble(self) -> str:
        found = [(part.name, part.trouble()) for part in self._parts]
        if not all(problem for _, problem in found):
            return ""
        return "; ".join(f"{name}: {problem}" if name else problem for name, problem in found)

    def figures(self) -> Mapping[str, float]:
        node, found = self._node, dict[str, float]()
        for driver in self._acting:
            for name, figure in driver.figures().items():
                found[name] = found.get(name, 0) + figure
        owners = [owner.epoch for part in self._parts if (owner := part.owner) is not None]
        found |= {
            "cluster_nodes": len(node.live),
            "cluster_parts": len(self._parts),
            "cluster_acts": len(self._acting),
            "cluster_nats": int(node.bus is not None),
            "cluster_epoch": sum(owners),
        }
        age = node.lease_age_s
        return found if age is None else {**found, "cluster_lease_age_s": age}

    def time_asking(self, told: Callable[[float, str], None]) -> None:
        self._told_asking = told

    @property
    def works(self) -> Sequence[str]:
        return [part.name or SWITCH for part in self._parts if part.acting is not None]

    def know_node(self, own: Callable[[], NodeState]) -> None:
        self._presence.own = own

    def concerns(self) -> Mapping[str, str]:
        _, missed = self._node.reaches()
        found = {
            f"telephone system {part.name}".rstrip(): "is not reached from here, or was not a while ago"
            for part in self._parts
            if part.unit in missed
        }
        found |= {what.removeprefix("the "): f"is {why}" for what, why in self._not_taken().items()}
        differ = self._presence.differences()
        return found | {f"configuration of node {node}": what for node, what in differ.items()}

    def other_nodes(self) -> list[NodeState]:
        return self._presence.others()

    def acts_for(self, terminal: str) -> bool:
        return self._epoch_of(terminal) is not None

    def acting(self, terminal: str) -> Switch | None:
        """The driver of its telephone system, if this node may act by it now."""
        part = self._part_of.get(terminal)
        return None if part is None else part.acting

    def drain(self) -> None:
        for driver in self._drivers:
            driver.drain()

    @property
    def rings_on(self) -> bool:
        return all(driver.rings_on for driver in self._drivers)

    @property
    def stand_ins(self) -> list[str]:
        own = self._node.name
        return [one for one in self._node.live if one != own] if self._node.bus is not None else []

    async def hand_over(self) -> None:
        await self._keep()
        await self._states.send_now()
        await self._node.resign()
        await self._leave()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(HAND_OVER_S):
                await asyncio.gather(*(part.until_another_has_it() for part in self._parts))

    async def perform(self, command: Command[Result]) -> Result:
        if isinstance(command, CallCommand) and not self._board.terminal_of(command.call):
            # Whoever asks may know it as the result of a command, a moment before its owner's state is heard.
            await self.catch_up()
        terminal = self._terminal_of(command)
        part = self._part_of[terminal]
        if isinstance(command, Pickup):
            command = cast("Command[Result]", self._pickup(part, command))
        if part.epoch is not None:
            return cast("Result", await part.carry_out(terminal, command))
        begun, came = time.perf_counter(), "ok"
        try:
            result = await self._asking.perform(part, terminal, command)
            if not isinstance(command, Dial | Drop):
                await self._states.catch_up()  # what has changed by it is told before its reply
            return result
        except CallError as error:
            came = error.refusal.value
            raise
        finally:
            self._told_asking(time.perf_counter() - begun, came)

    async def catch_up(self) -> None:
        await asyncio.sleep(HOLD_S)
        await self._states.catch_up()

    def dial(self, terminal: str, address: str) -> Call:
        raise NotImplementedError  # `perform` goes to the driver, or to another node

    def drop(self, call_id: str) -> None:
        raise NotImplementedError

    def features(self, terminal: str, call: Call | None = None) -> Features:
        part = self._part_of.get(terminal)
        return NOTHING if part is None else part.features(terminal, call)

    def in_service(self, terminal: str) -> bool:
        return self._board.in_service(terminal)

    def capabilities(self, terminal: str) -> Features:
        state = self._board.state(terminal)
        return NOTHING if state is None else state.capabilities

    def trunk_states(self) -> list[TrunkState]:
        return [state for driver in self._drivers for state in driver.trunk_states()]

    # The parts

    @property
    def _acting(self) -> list[Switch]:
        """The drivers by which this node may act now."""
        return [driver for part in self._parts if (driver := part.acting) is not None]

    @property
    def _drivers(self) -> list[Switch]:
        """Those that there are, also while they must not act."""
        return [part.driver for part in self._parts if part.driver is not None]

    def _epoch_of(self, terminal: str) -> int | None:
        part = self._part_of.get(terminal)
        return None if part is None else part.epoch

    def _look(self) -> None:
        for part in self._parts:
            part.look()
        not_taken = self._not_taken()
        for what, why in not_taken.items():
            if self._told_not_taken.get(what) != why:
                logger.error("%s is %s", what, why)
        if not_taken != self._told_not_taken:
            self._told_not_taken = not_taken
            self._tasks.run(self._presence.tell())

    def _not_taken(self) -> dict[str, str]:
        """What this node does not take, as another node says that some of its phones are elsewhere."""
        return {
            named([part_of(unit)]): f"not taken by node {self._node.name}: phone {found.phone} is at node"
            f" {found.node} one of {named([part_of(found.unit)])}; {ALIKE}"
            for unit, found in self._node.contradicted.items()
        }

    async def _watch_always(self) -> None:
        while True:
            problems = [part.problem() for part in self._parts]
            await asyncio.sleep(SURE_S)
            for part, problem in zip(self._parts, problems, strict=True):
                part.look()
                if problem == part.problem():
                    part.tell_whether_away()

    def _tell_here(self, event: SwitchEvent) -> None:
        """Tell this node's own people, and those telephone systems whose phones watch phones of others."""
        self._tell(event)
        if isinstance(event, CallChanged) and len(self._parts) > 1:
            own = self._part_of.get(event.call.terminal)
            for part in self._parts:
                # Also one that still starts, or must not act for a moment: phones watch colleagues from when
                # its ports are open, and are told when it may act again.
                if part is not own and (driver := part.driver) is not None:
                    driver.colleague_changed(event.call.terminal)

    # What other nodes tell

    def _hear(self, state: State) -> None:
        if (part := self._part_of.get(state.terminal)) is not None:
            part.hear(state)

    def _page(self, after: str) -> list[State]:
        found: list[State] = []
        for terminal in self._ids[bisect_right(self._ids, after) :]:
            if (state := self._part_of[terminal].state(terminal)) is not None:
                found.append(state)
                if len(found) == MAX_PAGE:
                    break
        return found

    # Commands

    def _terminal_of(self, command: Command[Any]) -> str:
        match command:
            case Dial(terminal=terminal):
                pass
            case TerminalCommand(terminal=terminal):
                pass
            case CallCommand(call=call_id):
                terminal = self._board.terminal_of(call_id)
                if not terminal:
                    raise no_such_call(call_id)
            case _:
                raise CallError(Refusal.BAD_REQUEST, f"{command.name} is not known here; update Offhook")
        if terminal not in self._part_of:
            raise no_such_terminal(terminal)
        return terminal

    def _pickup(self, part: Part, command: Pickup) -> Pickup:
        """From another telephone system a call is picked up by the phone where it rings, if that system takes
        calls of others."""
        terminal = self._board.terminal_of(command.target) or command.target
        there = self._part_of.get(terminal)
        if there is None or there is part:
            return command
        if self._doors.of(there) is None:
            raise CallError(
                Refusal.NOT_SUPPORTED,
                f"that call rings in the telephone system {there.name}; only phones of that one can take it",
            )
        return replace(command, target=terminal)

    async def _carry_out(self, terminal: str, command: Command[Any]) -> Any:
        part = self._part_of.get(terminal)
        if part is None:
            raise no_such_terminal(terminal)
        return await part.carry_out(terminal, command)

    # Messages of other nodes

    async def _on_connected(self, bus: Bus) -> None:
        await self._states.listen(bus)
        await self._presence.listen(bus)
        if len(self._parts) > 1:
            await self._doors.listen(bus)
        await self._left.listen(bus)
        name, run = self._node.name, self._tasks.run
        await bus.listen(
            subject(self._site, "command", name), lambda _on, data, to: run(self._serve(bus, data, to))
        )
        await bus.listen(
            subject(self._site, "forget", name),
            lambda _on, data, _to: run(self._serving.forget(decode(Forget, data).ask)),
        )
        await bus.listen(subject(self._site, "seen"), lambda _on, data, _to: self._on_seen(data))

    def tell_seen(self, terminal: str) -> None:
        self._tasks.run(self._send_seen(encode(Seen(self._node.name, terminal))))

    async def _send_seen(self, data: bytes) -> None:
        if (bus := self._node.bus) is not None:
            with contextlib.suppress(UnavailableError):
                await bus.send(subject(self._site, "seen"), data)

    def _on_seen(self, data: bytes) -> None:
        seen = decode(Seen, data)
        if seen.node != self._node.name and seen.terminal in self._part_of:
            self._tell(MissedSeen(seen.terminal))

    async def _serve(self, bus: Bus, data: bytes, to: str) -> None:
        reply = await self._serving.serve(decode(AskCommand, data))
        await self._states.send_now()
        with contextlib.suppress(UnavailableError):
            await bus.send(to, reply)

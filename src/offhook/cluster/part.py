"""A telephone system of the cluster, at one node: whose turn it is, and what its driver does in its turn.

The phones of a cluster are in one part, or in several, each with a lease, a driver and calls of its own. All
parts of a node share its board of states and its connection; `ClusterSwitch` has them.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from offhook.call import Call, Command, Dial, Drop, Features
from offhook.cluster.board import Board
from offhook.cluster.driverstates import DriverStates
from offhook.cluster.exchange import StateExchange
from offhook.cluster.messages import Left, State
from offhook.cluster.node import Node
from offhook.cluster.ownership import Owner
from offhook.cluster.serving import moved
from offhook.cluster.tasks import Tasks
from offhook.errors import CallError, Refusal
from offhook.switch.base import (
    COMMAND_S,
    SWITCH,
    CallOutside,
    OtherSystems,
    Switch,
    SwitchEvent,
    TrunkChanged,
)

logger = logging.getLogger(__name__)

UNIT = SWITCH
"""What the nodes share out where the telephone system is one; of a part its name is behind that."""

ASK_S = COMMAND_S + 1.0
"""So long another node has time to carry out a command."""

READY_S = 3.0
"""So long a command waits for this node's driver, which has just been started."""

KEPT_S = 5.0
"""What was written for the next owner is not written again within this, if it is given up meanwhile."""

KNOCK_S = 1.5
"""How often it is looked whether the PBX is reached."""

RETRY_S = 10.0
"""A driver that cannot be started, as its login is refused, is tried again so often."""

AWAY = "no Call Manager acts for it just now; another one takes over in a few seconds"
NOT_TAKEN = "the Call Managers are configured otherwise than each other; see offhook status"
CUT_OFF = "the other Call Managers cannot be reached"


def unit_of(name: str) -> str:
    """What the nodes share out, for the part of this name; "": the telephone system is one."""
    return f"{UNIT}-{name}" if name else UNIT


def part_of(unit: str) -> str:
    """The name of the part that the nodes share out as this; "": the telephone system is one."""
    return unit.removeprefix(UNIT).removeprefix("-")


@dataclass(frozen=True, slots=True)
class Plan:
    """A part as it is configured. `make` makes its driver, anew each time that it is this node's turn."""

    make: Callable[[], Switch]
    terminals: Sequence[str]
    name: str = ""
    knock: Callable[[], Awaitable[bool]] | None = None
    """Asks whether the PBX answers from here; None: that cannot be asked, or it is here."""
    only_if_missed: bool = False
    """Is it knocked at by other nodes only while its owner says that it does not reach it? Its phones are
    many, and not all of them like to be asked by strangers."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Those of its terminals that have one."""


@dataclass(frozen=True, slots=True)
class Around:
    """What the parts of a node have in common. `tell` takes what this node's own people are to hear."""

    node: Node
    board: Board
    tasks: Tasks
    states: StateExchange
    tell: Callable[[SwitchEvent], None]
    may_call: Callable[[str, str], bool]
    name_outside: Callable[[str], str]
    others: Callable[[Part], OtherSystems]
    """The other parts, as the driver of one is told of them."""
    hand_over: Callable[[Part, int, float, Mapping[str, bytes]], Coroutine[Any, Any, None]]
    """Hands on what the driver of that epoch has left behind, which could not act for so many seconds."""
    prepare: Callable[[Switch], None] = lambda _driver: None
    """Is given each driver before it is started."""


class Part:
    """See above."""

    def __init__(self, plan: Plan, around: Around) -> None:
        self._plan = plan
        self.name, self.unit = plan.name, unit_of(plan.name)
        self.terminals, self.names = tuple(plan.terminals), plan.names
        self._what = f"the telephone system {plan.name}" if plan.name else "the telephone system"
        self._make, self._around = plan.make, around
        self._node, self._board, self._tasks = around.node, around.board, around.tasks
        self.driver: Switch | None = None
        self._own: DriverStates | None = None
        self._ready, self._owned = asyncio.Event(), asyncio.Event()
        self._count: dict[str, int] = {}
        self._turn: asyncio.Task[None] | None = None
        self._starting: asyncio.Task[None] | None = None
        self._owner: Owner | None = None
        self.moved = asyncio.Event()
        """It is set when the owner becomes another one, and then replaced."""
        self._away, self._not_before = "", 0.0
        self._leaving: asyncio.Task[None] | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._kept_at = -KEPT_S

    async def settled(self) -> None:
        """Until somebody acts for it, and if that is this node, until its driver has started."""
        await self._owned.wait()
        if self._node.epoch(self.unit) is not None:
            await self._ready.wait()

    async def keep(self) -> None:
        """Have written by now what the next owner needs."""
        if (driver := self.acting) is not None and self._ready.is_set():
            await driver.keep()

    @property
    def busy(self) -> bool:
        """Has something still to be written before another node can go on with it? Begins that."""
        if self.ready is None or time.monotonic() < self._kept_at + KEPT_S:
            return False
        if self._keeping is None or self._keeping.done():
            self._keeping = self._tasks.run(self._keep_to_go())
        return True

    async def _keep_to_go(self) -> None:
        await self.keep()
        self._kept_at = time.monotonic()

    async def look_out(self) -> None:
        """See every other second whether the PBX is reached from here, and have it known."""
        while (knock := self._plan.knock) is not None:
            works = (ready := self.ready) is not None and await _reached(ready)
            if not self._plan.only_if_missed:
                self._node.see(self.unit, works=works, knocks=works or await knock())
            elif self.epoch is not None:
                # Several phones have been asked, several times each: no need to look twice.
                self._node.see(self.unit, works=works or not self._ready.is_set(), knocks=False, row=1)
            else:
                knocks = await knock() if self._node.is_missed(self.unit) else None
                self._node.see(self.unit, works=False, knocks=knocks, row=1)
            await asyncio.sleep(KNOCK_S)

    async def until_another_has_it(self) -> None:
        """Until another node acts for it."""
        while (owner := self.owner) is None or owner.node in ("", self._node.name):
            await self.moved.wait()

    # Whose turn it is

    @property
    def owner(self) -> Owner | None:
        """The node that acts for it, as far as is known here."""
        return self._node.owner(self.unit)

    @property
    def epoch(self) -> int | None:
        """The epoch in which this node may act for it; None: it may not."""
        return self._node.epoch(self.unit)

    @property
    def acting(self) -> Switch | None:
        """The driver, if this node may act by it now."""
        return self.driver if self.driver is not None and self.epoch == self._epoch else None

    @property
    def ready(self) -> Switch | None:
        """The same, if it has started."""
        return self.acting if self._ready.is_set() else None

    @property
    def _epoch(self) -> int:
        """The epoch for which the driver was made; 0 if there is none."""
        return 0 if self._own is None else self._own.epoch

    def look(self) -> None:
        """The owner may be another one now."""
        if (owner := self.owner) != self._owner:
            self._owner = owner
            self.moved.set()
            self.moved = asyncio.Event()
        if (self.epoch or 0) != self._epoch:
            if self._starting is not None:
                self._starting.cancel()
            if (self._turn is None or self._turn.done()) and time.monotonic() >= self._not_before:
                self._turn = self._tasks.run(self._change_turn())
        if not self.problem():
            self._owned.set()
            self.tell_whether_away()

    async def _change_turn(self) -> None:
        while (epoch := self.epoch or 0) != self._epoch:
            await self.leave()
            if epoch and not await self._take(epoch):
                await self.leave()
                self._not_before = time.monotonic() + RETRY_S
                return

    async def _take(self, epoch: int) -> bool:
        """Work the telephone system; False if it cannot be used from here."""
        driver, node = self._make(), self._node
        own = DriverStates(driver, self.terminals, node.name, node.run, epoch, time.monotonic)
        driver.subscribe(lambda event: self._on_driver(driver, own, event))
        driver.act_while(lambda: node.epoch(self.unit) == epoch)
        driver.ask_first(self._around.may_call)
        driver.know_names(self._around.name_outside)
        driver.know_others(self._around.others(self))
        self._around.prepare(driver)
        self.driver, self._own = driver, own
        logger.info("node %s works %s from now on (epoch %d)", node.name, self._what, epoch)
        self._starting = asyncio.create_task(driver.start())
        await asyncio.wait([self._starting])
        started, self._starting = self._starting, None
        if started.cancelled():
            # The turn is over, or was for a moment: then it may be the same epoch again, with half a driver.
            await self.leave()
            return True
        if (error := started.exception()) is not None:
            logger.error("%s cannot be used from node %s: %s", self._what, node.name, error)
            return False
        await self._around.states.catch_up()  # what the owner before has told is what it goes on with
        for call_id in own.go_on_with(self._board):
            with contextlib.suppress(CallError):  # its other half was hung up with it
                await driver.perform(Drop(call_id))
        for terminal in self.terminals:
            self._publish(terminal)
        self._ready.set()
        return True

    async def leave(self) -> None:
        """Do nothing to its calls any more: they are another node's."""
        driver, self.driver, epoch, self._own = self.driver, None, self._epoch, None
        self._ready.clear()
        if driver is not None:
            logger.info("node %s works %s no longer", self._node.name, self._what)
            self._leaving = asyncio.create_task(self._leave(driver, epoch, self._node.without_s))
        if self._leaving is not None:
            # Whoever began it may be cancelled: its ports have to be closed all the same.
            await asyncio.shield(self._leaving)

    async def _leave(self, driver: Switch, epoch: int, without_s: float) -> None:
        await driver.leave()
        if left := driver.left_behind():
            self._tasks.run(self._around.hand_over(self, epoch, without_s, left))

    def take_up(self, left: Left) -> bool:
        """Go on with what an owner before has left behind, if this node is the owner now."""
        if (driver := self.ready) is None or left.epoch > self._epoch:
            return False
        driver.take_up({name: text.encode() for name, text in left.texts.items()})
        return True

    def problem(self) -> str:
        """Why nobody acts for its terminals; "" if somebody does, as far as is known here."""
        if self.epoch is not None:
            return ""
        if self._node.bus is None:
            return CUT_OFF
        owner = self.owner
        if owner is not None and owner.node != self._node.name:
            return ""
        return NOT_TAKEN if self.unit in self._node.contradicted else AWAY

    def trouble(self) -> str:
        """Why none of its terminals can be called just now; "" while that is possible."""
        acting = self.acting
        return self.problem() if acting is None else acting.trouble()

    def tell_whether_away(self) -> None:
        """Say so when nobody acts for the terminals, and when somebody does again."""
        problem = self.problem()
        if problem == self._away:
            return
        self._away = problem
        for terminal in self.terminals:
            self._tell_all(self._board.away(terminal, problem) if problem else self._board.back(terminal))

    # What the driver tells, and the other nodes

    def _on_driver(self, driver: Switch, own: DriverStates, event: SwitchEvent) -> None:
        if driver is not self.driver:
            return
        if isinstance(event, TrunkChanged | CallOutside):  # of no interest at other nodes
            self._around.tell(event)
        elif (terminal := own.note(event)) and self._ready.is_set():
            self._publish(terminal)

    def _publish(self, terminal: str) -> None:
        """Tell the terminal's state here and to the other nodes, if this node owns it."""
        if self.acting is None or self._own is None:
            return
        states = self._around.states
        n = self._count[terminal] = self._count.get(terminal, 0) + 1
        states.total += 1
        state = self._own.state(terminal, n, states.total)
        self._tell_all(self._board.apply(state, time.time()))
        states.tell(state)

    def hear(self, state: State) -> None:
        """Another node tells the state of one of the terminals."""
        if self.ready is not None and state.epoch <= self._epoch:
            return  # of somebody who has not heard yet that it is not its turn any more
        self._tell_all(self._board.apply(state, time.time()))

    def state(self, terminal: str) -> State | None:
        """A terminal as it is, if this node acts for it."""
        own = self._own
        if own is None or self.ready is None:
            return None
        return own.state(terminal, self._count.get(terminal, 0))

    def features(self, terminal: str, call: Call | None) -> Features:
        """What can be done now."""
        driver = self.ready
        return self._board.features(terminal, call) if driver is None else driver.features(terminal, call)

    def calls(self, terminal: str) -> Collection[Call]:
        """The live calls of a terminal, as this node knows them."""
        return self._board.calls(terminal).values()

    def _tell_all(self, events: Sequence[SwitchEvent]) -> None:
        for event in events:
            self._around.tell(event)

    # Commands

    async def carry_out(self, terminal: str, command: Command[Any]) -> Any:
        """Carry it out here. Raises `CallError`."""
        if not self._ready.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(READY_S):
                    await self._ready.wait()
        driver, own = self.ready, self._own
        if driver is None or own is None:
            raise moved(terminal)
        if isinstance(command, Dial) and own.dialling(command.terminal):
            raise CallError(
                Refusal.TERMINAL_BUSY,
                f"terminal {command.terminal} is dialling already; drop that call or wait until it is"
                " answered",
            )
        try:
            async with asyncio.timeout(ASK_S):  # a driver that is left meanwhile answers no more
                result = await driver.perform(command)
        except TimeoutError:
            raise moved(terminal) from None
        if own is not self._own or self.acting is None:
            raise moved(terminal)  # its turn was over by then: nothing went out, and nobody would tell of it
        if isinstance(result, Call):
            end = own.begun(result)
            self._publish(result.terminal)
            if end is not None:
                own.note_call(end)
                self._publish(result.terminal)
        return result


async def _reached(driver: Switch) -> bool:
    try:
        return await driver.reached()
    except OSError:  # no way there: not even a question can be sent
        return False

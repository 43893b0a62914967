"""The telephone system as all nodes of a cluster see it: a `Switch` whose driver runs at one node at a time.

The Call Manager of each node uses this instead of the driver. Where the driver runs, its events are told to
all nodes; everywhere else commands go to the node where it runs. When that node dies, another one starts its
own driver, which takes over the calls that are up as after a restart.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, cast

from offhook.call import (
    NOTHING,
    Call,
    CallCommand,
    Command,
    Dial,
    Features,
    NodeState,
    Result,
    TerminalCommand,
    TrunkState,
)
from offhook.cluster.board import Board
from offhook.cluster.bus import Bus
from offhook.cluster.entries import UNREADABLE
from offhook.cluster.exchange import StateExchange
from offhook.cluster.messages import MAX_PAGE, AskCommand, Forget, Seen, State, decode, encode, subject
from offhook.cluster.node import Node
from offhook.cluster.own import Own
from offhook.cluster.ownership import Owner
from offhook.cluster.presence import Presence
from offhook.cluster.serving import Serving, ask_of, moved
from offhook.cluster.tasks import Tasks
from offhook.errors import CallError, Refusal, UnavailableError
from offhook.sscp.messages import Reply, decode_server_message, result_of
from offhook.switch.base import (
    COMMAND_S,
    SWITCH,
    MissedSeen,
    Switch,
    SwitchEvent,
    TrunkChanged,
    no_such_call,
    no_such_terminal,
)

logger = logging.getLogger(__name__)

UNIT = SWITCH
"""What the nodes share out: the telephone system as a whole, see docs/cluster.md."""

ASK_S = COMMAND_S + 1.0
"""So long another node has time to carry out a command."""

READY_S = 3.0
"""So long a command waits for this node's driver, which has just been started."""

RETRY_S = 10.0
"""A driver that cannot be started, as its login is refused, is tried again so often."""

HAND_OVER_S = 3.0
"""So long a node that goes waits for another one to take what it had: that one has heard of it by then."""

SURE_S = 1.0
"""A terminal that nobody has for longer is shown as out of service: a move is over sooner."""

AWAY = "no Call Manager acts for it just now; another one takes over in a few seconds"
CUT_OFF = "the other Call Managers cannot be reached"


class ClusterSwitch(Switch):
    """See above. `make` makes the driver; it is made anew each time that it is this node's turn."""

    def __init__(self, make: Callable[[], Switch], node: Node, site: str, terminals: Sequence[str]) -> None:
        super().__init__()
        self._make, self._node, self._site = make, node, site
        self._terminals, self._known = tuple(terminals), frozenset(terminals)
        self._board, self._tasks = Board(terminals), Tasks()
        self._serving = Serving(self._epoch_of, self._at_driver)
        self._states = StateExchange(node, site, self._tasks, hear=self._hear, page=self._page)
        self._presence = Presence(node, site, self._tasks)
        self._driver: Switch | None = None
        self._own: Own | None = None
        self._ready, self._owned = asyncio.Event(), asyncio.Event()
        self._count: dict[str, int] = {}
        self._turn: asyncio.Task[None] | None = None
        self._starting: asyncio.Task[None] | None = None
        self._owner: Owner | None = None
        self._moved = asyncio.Event()
        """It is set when the owner becomes another one, and then replaced."""
        self._away, self._not_before = "", 0.0
        self._told_asking: Callable[[float, str], None] = lambda _seconds, _came: None
        node.on_change = lambda _units: self._look()
        node.on_connected = self._on_connected

    # The contract

    async def start(self) -> None:
        await self._node.start()
        self._states.start()
        self._presence.start()
        self._tasks.run(self._watch_always())
        self._look()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(READY_S):
                await self._owned.wait()
                if self._node.epoch(UNIT) is not None:
                    await self._ready.wait()

    async def stop(self) -> None:
        await self._keep()
        await self._presence.go()
        await self._node.stop()
        await self._leave()
        await self._tasks.cancel()

    async def _keep(self) -> None:
        if (driver := self._acting) is not None and self._ready.is_set():
            await driver.keep()

    def trouble(self) -> str:
        acting = self._acting
        return self._problem() if acting is None else acting.trouble()

    def figures(self) -> Mapping[str, float]:
        acting, node = self._acting, self._node
        owner, age = node.owner(UNIT), node.lease_age_s
        here: dict[str, float] = {
            "cluster_nodes": len(node.live),
            "cluster_acts": int(acting is not None),
            "cluster_nats": int(node.bus is not None),
            "cluster_epoch": 0 if owner is None else owner.epoch,
        }
        if age is not None:
            here["cluster_lease_age_s"] = age
        return here if acting is None else {**acting.figures(), **here}

    def time_asking(self, told: Callable[[float, str], None]) -> None:
        self._told_asking = told

    @property
    def works(self) -> Sequence[str]:
        return () if self._acting is None else (UNIT,)

    def know_node(self, own: Callable[[], NodeState]) -> None:
        self._presence.own = own

    def other_nodes(self) -> list[NodeState]:
        return self._presence.others()

    def acts_for(self, terminal: str) -> bool:
        return self._epoch_of(terminal) is not None

    def drain(self) -> None:
        if self._driver is not None:
            self._driver.drain()

    @property
    def rings_on(self) -> bool:
        return self._driver is None or self._driver.rings_on

    @property
    def stand_ins(self) -> list[str]:
        own = self._node.name
        return [one for one in self._node.live if one != own] if self._node.bus is not None else []

    async def hand_over(self) -> None:
        await self._keep()
        await self._node.resign()
        await self._leave()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(HAND_OVER_S):
                while (owner := self._node.owner(UNIT)) is None or owner.node in ("", self._node.name):
                    await self._moved.wait()

    async def perform(self, command: Command[Result]) -> Result:
        terminal = self._terminal_of(command)
        if self._epoch_of(terminal) is not None:
            return cast("Result", await self._at_driver(terminal, command))
        begun, came = time.perf_counter(), "ok"
        try:
            return await self._at_owner(terminal, command)
        except CallError as error:
            came = error.refusal.value
            raise
        finally:
            self._told_asking(time.perf_counter() - begun, came)

    def dial(self, terminal: str, address: str) -> Call:
        raise NotImplementedError  # `perform` goes to the driver, or to another node

    def drop(self, call_id: str) -> None:
        raise NotImplementedError

    def features(self, terminal: str, call: Call | None = None) -> Features:
        driver = self._acting
        if driver is not None and self._ready.is_set():
            return driver.features(terminal, call)
        return self._board.features(terminal, call)

    def in_service(self, terminal: str) -> bool:
        return self._board.in_service(terminal)

    def capabilities(self, terminal: str) -> Features:
        state = self._board.state(terminal)
        return NOTHING if state is None else state.capabilities

    def trunk_states(self) -> list[TrunkState]:
        return [] if self._driver is None else self._driver.trunk_states()

    # Whose turn it is

    @property
    def _acting(self) -> Switch | None:
        """The driver, if this node may act by it now."""
        return self._driver if self._driver is not None and self._node.epoch(UNIT) == self._epoch else None

    @property
    def _epoch(self) -> int:
        """The epoch for which the driver was made; 0 if there is none."""
        return 0 if self._own is None else self._own.epoch

    def _epoch_of(self, terminal: str) -> int | None:
        return self._node.epoch(UNIT)

    def _look(self) -> None:
        """The owner may be another one now."""
        if (owner := self._node.owner(UNIT)) != self._owner:
            self._owner = owner
            self._moved.set()
            self._moved = asyncio.Event()
        if (self._node.epoch(UNIT) or 0) != self._epoch:
            if self._starting is not None:
                self._starting.cancel()
            if (self._turn is None or self._turn.done()) and time.monotonic() >= self._not_before:
                self._turn = self._tasks.run(self._change_turn())
        if not self._problem():
            self._owned.set()
            self._tell_whether_away()

    async def _change_turn(self) -> None:
        while (epoch := self._node.epoch(UNIT) or 0) != self._epoch:
            await self._leave()
            if epoch and not await self._take(epoch):
                await self._leave()
                self._not_before = time.monotonic() + RETRY_S
                return

    async def _take(self, epoch: int) -> bool:
        """Work the telephone system; False if it cannot be used from here."""
        driver, node = self._make(), self._node
        own = Own(driver, self._terminals, node.name, node.run, epoch, time.monotonic)
        driver.subscribe(lambda event: self._on_driver(driver, own, event))
        driver.act_while(lambda: node.epoch(UNIT) == epoch)
        driver.ask_first(self.may_call)
        driver.know_names(self.name_outside)
        self._driver, self._own = driver, own
        logger.info("node %s works the telephone system from now on (epoch %d)", node.name, epoch)
        self._starting = asyncio.create_task(driver.start())
        await asyncio.wait([self._starting])
        started, self._starting = self._starting, None
        if started.cancelled():
            return True  # the turn is over already
        if (error := started.exception()) is not None:
            logger.error("the telephone system cannot be used from node %s: %s", node.name, error)
            return False
        own.go_on_with(self._board)
        for terminal in self._terminals:
            self._publish(terminal)
        self._ready.set()
        return True

    async def _leave(self) -> None:
        driver, self._driver, self._own = self._driver, None, None
        self._ready.clear()
        if driver is not None:
            logger.info("node %s works the telephone system no longer", self._node.name)
            await driver.leave()

    def _problem(self) -> str:
        """Why nobody acts for the terminals; "" if somebody does, as far as is known here."""
        owner = self._node.owner(UNIT)
        if self._node.epoch(UNIT) is not None:
            return ""
        if self._node.bus is None:
            return CUT_OFF
        return AWAY if owner is None or owner.node == self._node.name else ""

    def _tell_whether_away(self) -> None:
        """Say so when nobody acts for the terminals, and when somebody does again."""
        problem = self._problem()
        if problem == self._away:
            return
        self._away = problem
        for terminal in self._terminals:
            self._tell_all(self._board.away(terminal, problem) if problem else self._board.back(terminal))

    async def _watch_always(self) -> None:
        while True:
            problem = self._problem()
            await asyncio.sleep(SURE_S)
            self._look()
            if problem == self._problem():
                self._tell_whether_away()

    # What the driver tells, and the other nodes

    def _on_driver(self, driver: Switch, own: Own, event: SwitchEvent) -> None:
        if driver is not self._driver:
            return
        if isinstance(event, TrunkChanged):
            self._tell(event)
        elif (terminal := own.note(event)) and self._ready.is_set():
            self._publish(terminal)

    def _publish(self, terminal: str) -> None:
        """Tell the terminal's state here and to the other nodes, if this node owns it."""
        if self._acting is None or self._own is None:
            return
        n = self._count[terminal] = self._count.get(terminal, 0) + 1
        self._states.total += 1
        state = self._own.state(terminal, n, self._states.total)
        self._tell_all(self._board.apply(state, time.time()))
        self._states.tell(state)

    def _hear(self, state: State) -> None:
        own = self._node.epoch(UNIT)
        if own is not None and state.epoch <= own:
            return  # of somebody who has not heard yet that it is not its turn any more
        self._tell_all(self._board.apply(state, time.time()))

    def _page(self, after: str) -> list[State]:
        own = self._own
        if self._acting is None or own is None or not self._ready.is_set():
            return []
        ids = sorted(terminal for terminal in self._terminals if terminal > after)
        return [own.state(terminal, self._count.get(terminal, 0)) for terminal in ids[:MAX_PAGE]]

    def _tell_all(self, events: Sequence[SwitchEvent]) -> None:
        for event in events:
            self._tell(event)

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
        if terminal not in self._known:
            raise no_such_terminal(terminal)
        return terminal

    async def _at_driver(self, terminal: str, command: Command[Any]) -> Any:
        """Carry it out here."""
        if not self._ready.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(READY_S):
                    await self._ready.wait()
        driver, own = self._acting, self._own
        if driver is None or own is None or not self._ready.is_set():
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
        if isinstance(result, Call) and own is self._own:
            own.note_call(result)
            self._publish(result.terminal)
        return result

    async def _at_owner(self, terminal: str, command: Command[Result]) -> Result:
        """Have the node carry it out that owns the terminal."""
        owner, bus = self._node.owner(UNIT), self._node.bus
        if bus is None:
            raise CallError(Refusal.UNAVAILABLE, f"{CUT_OFF}; try again in a moment")
        if owner is None or owner.node == self._node.name:
            raise moved(terminal)
        ask = secrets.token_hex(8)
        data = encode(ask_of(ask, terminal, owner.epoch, command))
        try:
            answered = await self._answer_of(
                owner, bus.request(subject(self._site, "command", owner.node), data, ASK_S)
            )
        except TimeoutError:
            with contextlib.suppress(UnavailableError):
                await bus.send(subject(self._site, "forget", owner.node), encode(Forget(ask)))
            raise CallError(
                Refusal.UNAVAILABLE, f"node {owner.node}, which has phone {terminal}, does not answer"
            ) from None
        except UnavailableError as error:
            raise CallError(
                Refusal.UNAVAILABLE, f"node {owner.node}, which has phone {terminal}, is away: {error.what}"
            ) from error
        try:
            reply = decode_server_message(answered)
        except UNREADABLE as error:
            raise CallError(Refusal.FAILURE, f"node {owner.node} answers what nobody can read") from error
        if not isinstance(reply, Reply):
            raise CallError(Refusal.FAILURE, f"node {owner.node} answers something else")
        if reply.error is not None:
            raise CallError(reply.error.code, reply.error.message, retry_s=reply.error.retry_s)
        return result_of(command, reply)

    async def _answer_of(self, owner: Owner, request: Coroutine[Any, Any, bytes]) -> bytes:
        """The answer of a node, for which nobody waits any longer than it is the owner."""
        asking = asyncio.create_task(request)
        moving = asyncio.create_task(self._moved.wait())
        try:
            await asyncio.wait({asking, moving}, return_when=asyncio.FIRST_COMPLETED)
            if asking.done():
                return asking.result()
        finally:
            asking.cancel()
            moving.cancel()
        raise CallError(
            Refusal.UNAVAILABLE,
            f"node {owner.node} was lost while it did that; see whether it was done, or try again",
            retry_s=1.0,
        )

    # Commands of other nodes

    async def _on_connected(self, bus: Bus) -> None:
        await self._states.listen(bus)
        await self._presence.listen(bus)
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
        if seen.node != self._node.name and seen.terminal in self._known:
            self._tell(MissedSeen(seen.terminal))

    async def _serve(self, bus: Bus, data: bytes, to: str) -> None:
        reply = await self._serving.serve(decode(AskCommand, data))
        with contextlib.suppress(UnavailableError):
            await bus.send(to, reply)

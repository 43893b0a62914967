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
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, cast

from offhook.call import (
    NOTHING,
    Call,
    CallCommand,
    CallState,
    Command,
    Dial,
    Direction,
    Features,
    Result,
    TerminalCommand,
    TrunkState,
    live,
    newer,
    with_members,
)
from offhook.cluster.board import Board
from offhook.cluster.bus import Bus
from offhook.cluster.entries import UNREADABLE
from offhook.cluster.hearing import Hearing
from offhook.cluster.messages import (
    MAX_PAGE,
    AskCommand,
    AskStates,
    Beat,
    Forget,
    State,
    States,
    decode,
    encode,
    subject,
)
from offhook.cluster.node import Node
from offhook.cluster.serving import Serving, ask_of, moved
from offhook.errors import CallError, Refusal, UnavailableError
from offhook.sscp.messages import Reply, decode_server_message, result_of
from offhook.switch.base import (
    COMMAND_S,
    CallChanged,
    CapabilitiesChanged,
    ForwardingChanged,
    Switch,
    SwitchEvent,
    TerminalChanged,
    TrunkChanged,
    no_such_call,
    no_such_terminal,
)

logger = logging.getLogger(__name__)

UNIT = "switch"
"""What the nodes share out: the telephone system as a whole, see docs/cluster.md."""

ASK_S = COMMAND_S + 1.0
"""So long another node has time to carry out a command."""

READY_S = 3.0
"""So long a command waits for this node's driver, which has just been started."""

BEAT_S = 1.0

MAX_WAITING = 20_000
"""States that wait to be sent: two for each terminal of a large site. Of more the others ask for all."""

MAX_ENDED = 4
ENDED_S = 10.0
"""Calls of a terminal that have ended are told for so long with its next states: one of them may get lost."""

AWAY = "no Call Manager acts for it just now; another one takes over in a few seconds"
CUT_OFF = "the other Call Managers cannot be reached"


class ClusterSwitch(Switch):
    """See above. `make` makes the driver; it is made anew each time that it is this node's turn."""

    def __init__(self, make: Callable[[], Switch], node: Node, site: str, terminals: Sequence[str]) -> None:
        super().__init__()
        self._make, self._node, self._site = make, node, site
        self._terminals = tuple(terminals)
        self._board, self._hearing = Board(terminals), Hearing()
        self._serving = Serving(self._epoch_of, self._at_driver)
        self._driver: Switch | None = None
        self._epoch = 0
        self._ready, self._owned = asyncio.Event(), asyncio.Event()
        self._mine: dict[str, dict[str, Call]] = {}
        self._ended: dict[str, list[tuple[float, Call]]] = {}
        self._ahead: dict[str, int] = {}
        self._forwardings: dict[str, ForwardingChanged] = {}
        self._problems: dict[str, str] = {}
        self._count: dict[str, int] = {}
        self._total = 0
        self._to_send: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue(MAX_WAITING)
        self._tasks: set[asyncio.Task[None]] = set()
        self._turn: asyncio.Task[None] | None = None
        self._starting: asyncio.Task[None] | None = None
        self._away = ""
        self._asking: set[str] = set()
        node.on_change = lambda _units: self._look()
        node.on_connected = self._on_connected

    # The contract

    async def start(self) -> None:
        await self._node.start()
        self._run(self._send_always())
        self._run(self._beat_always())
        self._look()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(READY_S):
                await self._owned.wait()
                if self._node.epoch(UNIT) is not None:
                    await self._ready.wait()

    async def stop(self) -> None:
        await self._node.stop()
        await self._leave()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def perform(self, command: Command[Result]) -> Result:
        terminal = self._terminal_of(command)
        if self._epoch_of(terminal) is not None:
            return cast("Result", await self._at_driver(terminal, command))
        return await self._at_owner(terminal, command)

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

    def _epoch_of(self, terminal: str) -> int | None:
        return self._node.epoch(UNIT)

    def _look(self) -> None:
        """The owner may be another one now."""
        if (self._node.epoch(UNIT) or 0) != self._epoch:
            if self._starting is not None:
                self._starting.cancel()
            if self._turn is None or self._turn.done():
                self._turn = self._run(self._change_turn())
        if not self._problem():
            self._owned.set()
            self._tell_whether_away()

    async def _change_turn(self) -> None:
        while (epoch := self._node.epoch(UNIT) or 0) != self._epoch:
            await self._leave()
            if epoch:
                await self._take(epoch)

    async def _take(self, epoch: int) -> None:
        self._epoch = epoch
        self._mine = {terminal: {} for terminal in self._terminals}
        self._ended.clear()
        self._ahead.clear()
        driver = self._make()
        driver.subscribe(lambda event: self._on_driver(driver, event))
        driver.ask_first(self.may_call)
        driver.know_names(self.name_outside)
        self._driver = driver
        logger.info("node %s works the telephone system from now on (epoch %d)", self._node.name, epoch)
        self._starting = asyncio.create_task(driver.start())
        await asyncio.wait([self._starting])
        started, self._starting = self._starting, None
        if started.cancelled():
            return  # the turn is over already
        if (error := started.exception()) is not None:
            logger.error("the telephone system cannot be used from this node: %s", error)
        for terminal in self._terminals:
            self._go_on_above(terminal)
            self._publish(terminal)
        self._ready.set()

    def _go_on_above(self, terminal: str) -> None:
        """A call that another node has told of goes on above the revision that was told."""
        for call_id, call in self._mine[terminal].items():
            told = self._board.calls(terminal).get(call_id)
            if told is not None and call.revision <= told.revision:
                self._ahead[call_id] = told.revision - call.revision + 1

    async def _leave(self) -> None:
        driver, self._driver, self._epoch = self._driver, None, 0
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

    # What the driver tells

    def _on_driver(self, driver: Switch, event: SwitchEvent) -> None:
        if driver is not self._driver:
            return
        match event:
            case CallChanged(call):
                self._note(call)
                terminal = call.terminal
            case TerminalChanged(terminal, _, problem):
                self._problems[terminal] = problem
            case ForwardingChanged(terminal):
                self._forwardings[terminal] = event
            case CapabilitiesChanged(terminal):
                pass
            case TrunkChanged():
                self._tell(event)
                return
        if self._ready.is_set():
            self._publish(terminal)

    def _note(self, call: Call) -> None:
        calls = self._mine.get(call.terminal)
        if calls is None:
            return
        known = calls.get(call.id)
        if known is not None and not newer(call, known):
            return
        if live(call):
            calls[call.id] = call
        elif calls.pop(call.id, None) is not None:
            ended = self._ended.setdefault(call.terminal, [])
            ended.append((time.monotonic(), call))
            del ended[:-MAX_ENDED]

    def _publish(self, terminal: str) -> None:
        """Tell the terminal's state here and to the other nodes, if this node owns it."""
        if self._acting is None:
            return
        self._count[terminal] = self._count.get(terminal, 0) + 1
        self._total += 1
        state = self._state(terminal, self._total)
        self._tell_all(self._board.apply(state, time.time()))
        with contextlib.suppress(asyncio.QueueFull):  # the others notice, and ask
            self._to_send.put_nowait((subject(self._site, "told.terminal", terminal), encode(state)))

    def _state(self, terminal: str, total: int = 0) -> State:
        driver, told = self._driver, self._forwardings.get(terminal)
        assert driver is not None
        calls = [
            self._as_told(call, driver.features(terminal, call)) for call in self._mine[terminal].values()
        ]
        since = time.monotonic() - ENDED_S
        ended = [self._as_told(call, NOTHING) for at, call in self._ended.get(terminal, []) if at > since]
        return State(
            *(self._node.name, self._node.run, total, terminal, self._epoch, self._count.get(terminal, 0)),
            in_service=driver.in_service(terminal),
            problem=self._problems.get(terminal, ""),
            features=driver.features(terminal),
            capabilities=driver.capabilities(terminal),
            forwardings=() if told is None else told.forwardings,
            do_not_disturb=told is not None and told.do_not_disturb,
            calls=(*calls, *ended),
        )

    def _as_told(self, call: Call, features: Features) -> Call:
        return with_members(call, features=features, revision=call.revision + self._ahead.get(call.id, 0))

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
        if terminal not in self._mine and terminal not in self._terminals:
            raise no_such_terminal(terminal)
        return terminal

    async def _at_driver(self, terminal: str, command: Command[Any]) -> Any:
        """Carry it out here."""
        if not self._ready.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(READY_S):
                    await self._ready.wait()
        driver = self._acting
        if driver is None or not self._ready.is_set():
            raise moved(terminal)
        if isinstance(command, Dial) and any(
            call.direction is Direction.OUTBOUND
            and call.state in (CallState.OFF_HOOK, CallState.PROCEED, CallState.RING_BACK)
            for call in self._mine.get(command.terminal, {}).values()
        ):
            raise CallError(
                Refusal.TERMINAL_BUSY,
                f"terminal {command.terminal} is dialling already; drop that call or wait until it is"
                " answered",
            )
        result = await driver.perform(command)
        if isinstance(result, Call) and driver is self._driver:
            self._note(result)
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
            answered = await bus.request(subject(self._site, "command", owner.node), data, ASK_S)
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

    # Messages of other nodes

    async def _on_connected(self, bus: Bus) -> None:
        self._hearing.forget()
        name = self._node.name
        await bus.listen(subject(self._site, "told", ">"), self._on_told)
        await bus.listen(
            subject(self._site, "command", name), lambda _on, data, to: self._run(self._serve(bus, data, to))
        )
        await bus.listen(subject(self._site, "forget", name), lambda _on, data, _to: self._forget(data))
        await bus.listen(
            subject(self._site, "states", name), lambda _on, data, to: self._run(self._page(bus, data, to))
        )

    def _on_told(self, on: str, data: bytes, _to: str) -> None:
        if on == subject(self._site, "told.beat"):
            beat = decode(Beat, data)
            if beat.node != self._node.name and not self._hearing.on_beat(beat):
                self._ask_for_states(beat.node)
            return
        state = decode(State, data)
        if state.node == self._node.name:
            return
        if not self._hearing.on_state(state):
            self._ask_for_states(state.node)
        self._hear(state)

    def _hear(self, state: State) -> None:
        own = self._node.epoch(UNIT)
        if own is not None and state.epoch <= own:
            return  # of somebody who has not heard yet that it is not its turn any more
        self._tell_all(self._board.apply(state, time.time()))

    def _ask_for_states(self, node: str) -> None:
        if node not in self._asking:
            self._asking.add(node)
            self._run(self._fetch(node))

    async def _fetch(self, node: str) -> None:
        """All states of a node, page by page."""
        after = ""
        try:
            while (bus := self._node.bus) is not None:
                data = await bus.request(
                    subject(self._site, "states", node), encode(AskStates(after)), READY_S
                )
                states = decode(States, data).states
                for state in states:
                    self._hear(state)
                if len(states) < MAX_PAGE:
                    return
                after = states[-1].terminal
        except (UnavailableError, TimeoutError, *UNREADABLE) as error:
            logger.debug("node %s does not tell its states: %r", node, error)
            self._hearing.forget()  # its next beat asks again
        finally:
            self._asking.discard(node)

    async def _page(self, bus: Bus, data: bytes, to: str) -> None:
        asked = decode(AskStates, data)
        found: list[State] = []
        if self._acting is not None and self._ready.is_set():
            ids = sorted(terminal for terminal in self._terminals if terminal > asked.after)
            found = [self._state(terminal) for terminal in ids[:MAX_PAGE]]
        with contextlib.suppress(UnavailableError):
            await bus.send(to, encode(States(found)))

    async def _serve(self, bus: Bus, data: bytes, to: str) -> None:
        reply = await self._serving.serve(decode(AskCommand, data))
        with contextlib.suppress(UnavailableError):
            await bus.send(to, reply)

    def _forget(self, data: bytes) -> None:
        self._run(self._serving.forget(decode(Forget, data).ask))

    async def _send_always(self) -> None:
        while True:
            on, data = await self._to_send.get()
            bus = self._node.bus
            if bus is not None:
                with contextlib.suppress(UnavailableError):
                    await bus.send(on, data)

    async def _beat_always(self) -> None:
        while True:
            bus = self._node.bus
            if bus is not None and self._to_send.empty():
                beat = Beat(self._node.name, self._node.run, self._total)
                with contextlib.suppress(UnavailableError):
                    await bus.send(subject(self._site, "told.beat"), encode(beat))
            problem = self._problem()
            await asyncio.sleep(BEAT_S)
            if problem == self._problem():  # a move from one node to another is over sooner
                self._tell_whether_away()

    def _run(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(self._logged(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    @staticmethod
    async def _logged(work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except CallError as error:
            logger.info("%s", error)
        except Exception:
            logger.exception("the cluster has an error")

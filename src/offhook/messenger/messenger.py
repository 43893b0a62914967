"""Call control: passes commands of any interface to the Call Manager, and its events to those who watch."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, cast

from offhook.call import (
    Call,
    CallBoard,
    CallCommand,
    Command,
    Complete,
    Conference,
    Consult,
    Dial,
    Direction,
    Forward,
    Pickup,
    Redirect,
    Result,
    Terminal,
    Transfer,
    TrunkState,
    Unpark,
    live,
)
from offhook.common.tally import Tally
from offhook.errors import AddressError, CallError, Refusal
from offhook.messenger.choose import chosen, whole_id
from offhook.messenger.link import Link
from offhook.messenger.names import Names

logger = logging.getLogger(__name__)

T = TypeVar("T")

CallListener = Callable[[Call], None]

MAX_REMEMBERED = 20_000
"""Dialled addresses that are remembered: two for each phone of the largest site."""

MAX_TOLD = 64
"""Characters of a terminal's name in the log: a TSP session may make up any."""


@dataclass
class _Watch:
    """A terminal that is watched at the Call Manager, with its listeners; `last` hear after the others.

    `begun` is the task that asks for the watch, None if it has failed or not started; `problem` is why it
    failed. `session` is the number of the session to the Call Manager in which its calls were last asked for.
    `value` is the terminal as it was reported last, and `line_listeners` hear when that has changed.
    """

    listeners: dict[object, CallListener] = field(default_factory=dict)
    last: dict[object, CallListener] = field(default_factory=dict)
    line_listeners: dict[object, Callable[[], None]] = field(default_factory=dict)
    value: Terminal | None = None
    begun: asyncio.Task[None] | None = None
    problem: CallError | None = None
    session: int = 0

    @property
    def has_listeners(self) -> bool:
        """Does anybody here listen to it?"""
        return bool(self.listeners or self.last or self.line_listeners)


def _call(listeners: Mapping[object, Callable[..., None]], *value: object) -> None:
    """Tell every listener. What one raises is logged: it harms neither the others nor what is under way."""
    for listener in list(listeners.values()):
        try:
            listener(*value)
        except Exception:
            logger.exception("a listener of the Smart Messenger failed")


def _added(listeners: dict[object, T], listener: T) -> Callable[[], None]:
    """Add a listener; returns the function that removes it."""
    key = object()
    listeners[key] = listener

    def take_off() -> None:
        listeners.pop(key, None)

    return take_off


class Messenger:
    """The Smart Messenger's core; implements the backend of the TSP session's server.

    `normalise` turns an address as a person or TAPI gives it into what the switch dials, or raises
    `AddressError`. `terminals` are those that may be used here, None for all that the Call Manager allows;
    `default_terminal` serves those that name none. `name_of` gives the directory's name of an address, or
    "", at once.
    """

    def __init__(
        self,
        normalise: Callable[[str], str],
        *,
        default_terminal: str | None = None,
        terminals: Sequence[str] | None = None,
        name_of: Callable[[str], str] | None = None,
    ) -> None:
        self._normalise = normalise
        self._default = default_terminal
        self._terminals = None if terminals is None else frozenset(terminals)
        self._names = None if name_of is None else Names(name_of)
        self._dialling: dict[str, int] = {}
        self._link: Link | None = None
        self._link_listeners: dict[object, Callable[[bool], None]] = {}
        self._terminal_listeners: dict[object, Callable[[Terminal], None]] = {}
        self._trunk_listeners: dict[object, Callable[[TrunkState], None]] = {}
        self._phones_listeners: dict[object, Callable[[], None]] = {}
        self._board = CallBoard()
        self._watches: dict[str, _Watch] = {}
        self._dialled: OrderedDict[str, str] = OrderedDict()
        self._session = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._unwatched = Tally(
            logger.warning, lambda seconds, do: asyncio.get_running_loop().call_later(seconds, do)
        )

    def attach(self, link: Link) -> None:
        """Use this session to the Call Manager; its callbacks are `on_call`, `on_link`, `on_terminal`,
        `on_trunk`, `on_phones`."""
        self._link = link

    def default_terminal(self) -> str | None:
        """The terminal of an interface that names none."""
        return self._default

    def may_use(self, terminal: str) -> bool:
        """May the terminal be used here? The Call Manager has the last word at each request."""
        return self._terminals is None or terminal in self._terminals

    def live(self, terminal: str) -> Sequence[Call]:
        """The terminal's live calls as far as they are known, oldest first."""
        return tuple(self._named(call) for call in self._board.of(terminal))

    def watch(self, terminal: str, listener: CallListener, *, last: bool = False) -> Callable[[], None]:
        """Call `listener` with each new value of the terminal's calls, until the function returned is called.
        `last`: after all others, as the window, which takes its time to draw.

        The terminal stays watched at the Call Manager, so that its calls are known when somebody asks next.
        """
        watch = self._watches.setdefault(terminal, _Watch())
        take_off = _added(watch.last if last else watch.listeners, listener)
        self._begin(terminal, watch)

        def unwatch() -> None:
            take_off()
            self._forget(terminal, watch)

        return unwatch

    @property
    def reachable(self) -> bool:
        """Is the Call Manager connected?"""
        return self._link is not None and self._link.connected

    def line(self, terminal: str) -> Terminal | None:
        """A watched terminal as the Call Manager reported it last; None before it has."""
        watch = self._watches.get(terminal)
        return None if watch is None else watch.value

    def watch_line(self, terminal: str, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` when the terminal has changed, and when the Call Manager is connected or lost.

        The function returned ends that.
        """
        watch = self._watches.setdefault(terminal, _Watch())
        take_off = _added(watch.line_listeners, listener)
        self._begin(terminal, watch)

        def unwatch() -> None:
            take_off()
            self._forget(terminal, watch)

        return unwatch

    def forget(self, terminal: str) -> bool:
        """Forget a terminal to which nobody here listens. True if it was watched: end that at the Call
        Manager at once, before anything is awaited."""
        watch = self._watches.get(terminal)
        if (
            watch is None
            or watch.has_listeners
            or terminal in self._dialling
            or watch.begun is None
            or not watch.begun.done()
        ):
            return False
        del self._watches[terminal]
        for call in self._board.of(terminal):
            self._board.forget(call.id)
        return True

    async def all_calls(self, terminal: str) -> Sequence[Call]:
        """The terminal's live calls, oldest first, as the Call Manager has them now. Raises `CallError`."""
        link = self._connected()
        await self._watched(terminal)
        return tuple(self._named(call) for call in await self._known(terminal, link))

    def watch_link(self, listener: Callable[[bool], None]) -> Callable[[], None]:
        """Call `listener` with True when the Call Manager is connected, with False when it is lost."""
        return _added(self._link_listeners, listener)

    def watch_terminals(self, listener: Callable[[Terminal], None]) -> Callable[[], None]:
        """Call `listener` with each new value of a watched terminal: in service or not, and why not."""
        return _added(self._terminal_listeners, listener)

    def watch_trunks(self, listener: Callable[[TrunkState], None]) -> Callable[[], None]:
        """Call `listener` with each new value of a trunk, once `ManagerClient.trunks` has asked for that."""
        return _added(self._trunk_listeners, listener)

    def watch_phones(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` when phones that fetch their configuration have changed, once
        `ManagerClient.phones` has asked for that."""
        return _added(self._phones_listeners, listener)

    def number(self, address: str) -> str:
        """What the switch would dial for an address. Raises `AddressError`."""
        return self._normalise(address)

    async def perform(self, command: Command[Result]) -> Result:
        """Have a command carried out by the Call Manager. Raises `CallError`.

        Addresses are as people write them. A `CallCommand` names its terminal and the call: by its id, by the
        other party's address, or with "" for the newest that fits: one that rings for `Answer`, one on hold
        for `Retrieve` (`choose.py`).
        """
        asked = self._with_numbers(command)
        match asked:
            case Dial(terminal=terminal) | Pickup(terminal=terminal) | Unpark(terminal=terminal):
                result: object = await self._begin_a_call(asked, terminal, getattr(command, "address", ""))
            case CallCommand():
                result = await self._with_call(asked, getattr(command, "address", ""))
            case _:
                result = await self._connected().perform(asked)
        return cast("Result", result)

    def _with_numbers(self, command: Command[Any]) -> Command[Any]:
        """The command with the numbers that the switch calls. Raises `CallError` INVALID_ADDRESS."""
        try:
            if isinstance(command, Dial | Redirect | Transfer | Consult):
                number = self._normalise(command.address)
                return command if number == command.address else replace(command, address=number)
            if isinstance(command, Forward):
                forwardings = tuple(
                    replace(one, address=self._normalise(one.address)) for one in command.forwardings
                )
                return replace(command, forwardings=forwardings)
        except AddressError as error:
            raise CallError(Refusal.INVALID_ADDRESS, str(error)) from error
        return command

    async def _begin_a_call(self, command: Command[Call], terminal: str, address: str) -> Call:
        """A terminal that cannot be watched cannot dial: nobody would hear of the call again."""
        link = self._connected()
        await self._watched(terminal)
        self._dialling[terminal] = self._dialling.get(terminal, 0) + 1
        try:
            call = await link.perform(command)
            if address:
                self._remember(self._dialled, call.id, address)
            self._see(call)
        finally:
            self._dialling[terminal] -= 1
            if not self._dialling[terminal]:
                del self._dialling[terminal]
            self._name_calls(terminal)
        return call

    async def _with_call(self, command: CallCommand[Any], address: str) -> object:
        """Raises `CallError` NO_SUCH_CALL when the terminal has no such call.

        It waits until the Call Manager has told of the terminal's calls, for the call may have been dialled
        by hand before anybody asked.
        """
        link = self._connected()
        if not command.terminal and (known := self._board.get(command.call)) is not None:
            command = replace(command, terminal=known.terminal)
        await self._watched(command.terminal)
        calls = await self._known(command.terminal, link)
        call = chosen(command, calls, self._normalise, self._dialled.get)
        asked = replace(command, call=call.id)
        if isinstance(asked, Complete | Conference) and asked.other:
            asked = replace(asked, other=whole_id(asked.other, calls))
        if isinstance(asked, Consult):
            return await self._begin_a_call(asked, command.terminal, address)
        return await link.perform(asked)

    def on_call(self, call: Call) -> None:
        """The Call Manager reports a call."""
        self._see(call)

    def on_terminal(self, terminal: Terminal) -> None:
        """The Call Manager reports the first or a changed value of a watched terminal."""
        watch = self._watches.get(terminal.id)
        if watch is not None and watch.value != terminal:
            watch.value = terminal
            _call(watch.line_listeners)
        _call(self._terminal_listeners, terminal)

    def on_trunk(self, trunk: TrunkState) -> None:
        """The Call Manager reports a trunk."""
        _call(self._trunk_listeners, trunk)

    def on_phones(self) -> None:
        """The Call Manager reports that phones which fetch their configuration have changed."""
        _call(self._phones_listeners)

    def on_link(self, up: bool) -> None:
        """The session to the Call Manager came up or broke. Live calls are kept until the truth is known."""
        logger.info("Call Manager %s", "connected" if up else "lost; reconnecting")
        if up:
            self._session += 1
            for terminal, watch in self._watches.items():
                self._begin(terminal, watch)
        for watch in list(self._watches.values()):
            _call(watch.line_listeners)
        _call(self._link_listeners, up)

    async def stop(self) -> None:
        """Cancel the tasks that are running."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _connected(self) -> Link:
        if self._link is None or not self._link.connected:
            raise CallError(
                Refusal.UNAVAILABLE, "the Call Manager cannot be reached; check that it runs, then dial again"
            )
        return self._link

    def _begin(self, terminal: str, watch: _Watch) -> None:
        """Ask the Call Manager to report the terminal, if it does not do so already.

        Without a connection nothing is asked: `on_link` does it later.
        """
        if watch.begun is None and self._link is not None and self._link.connected:
            watch.begun = self._run(self._watch_at_manager(self._link, terminal, watch))

    async def _watch_at_manager(self, link: Link, terminal: str, watch: _Watch) -> None:
        session, watch.problem = self._session, None
        try:
            for call in await link.watch(terminal):
                self.on_call(call)
            watch.session = session
        except CallError as error:
            watch.begun, watch.problem = None, error
            self._forget(terminal, watch)
            self._unwatched.note(f"not watched ({error.refusal.value})", f"terminal {terminal[:MAX_TOLD]}")

    def _forget(self, terminal: str, watch: _Watch) -> None:
        """Remove a terminal that is not watched and has no listeners: clients may invent any number."""
        if not watch.has_listeners and watch.begun is None and self._watches.get(terminal) is watch:
            del self._watches[terminal]

    async def _watched(self, terminal: str) -> None:
        """Wait until the Call Manager reports the terminal. Raises `CallError` if it refuses to."""
        watch = self._watches.get(terminal) or self._watches.setdefault(terminal, _Watch())
        self._begin(terminal, watch)
        if watch.begun is not None and not watch.begun.done():
            await asyncio.shield(watch.begun)
        if watch.problem is not None:
            raise CallError(watch.problem.refusal, str(watch.problem))

    async def _known(self, terminal: str, link: Link) -> Sequence[Call]:
        """The terminal's live calls, oldest first; asked for again if they are from an earlier session."""
        watch = self._watches[terminal]
        if watch.session == self._session:
            return self._board.of(terminal)
        session = self._session
        calls = await link.calls(terminal)
        for call in calls:
            self._see(call)
        watch.session = session
        there = {call.id for call in calls}
        return [call for call in self._board.of(terminal) if call.id in there]

    def _see(self, call: Call) -> None:
        """Take a call's value from an event, a snapshot or a reply, and tell the listeners if it is newer."""
        if not self._board.put(call):
            return
        if self._names is not None and call.direction is Direction.INBOUND and live(call):
            self._names.look_up(call)  # who calls is what everybody looks at first
        named = self._named(call)
        if not live(call) and self._names is not None:
            self._names.forget(call)
        self._tell(named)
        self._name_calls(call.terminal)

    def _tell(self, call: Call) -> None:
        watch = self._watches.get(call.terminal)
        if watch is not None:
            _call(watch.listeners, call)
            _call(watch.last, call)

    def _named(self, call: Call) -> Call:
        """The call with the directory's names. It keeps its revision: the call itself has not changed."""
        return call if self._names is None else self._names.into(call)

    def _name_calls(self, terminal: str) -> None:
        """Look up the missing names of the terminal's calls, after the listeners have heard of the calls; of
        one that comes in they have been looked up before.

        Not during a Dial: whoever dialled hears of the call first, and then of the name.
        """
        if self._names is None or terminal in self._dialling:
            return
        for call in self._board.of(terminal):
            if self._names.wanted(call):
                asyncio.get_running_loop().call_soon(self._name, call.id)

    def _name(self, call_id: str) -> None:
        call = self._board.get(call_id)
        if call is not None and self._names is not None and self._names.look_up(call):
            self._tell(self._names.into(call))

    def _run(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_event_loop().create_task(work)  # Qt's slots do not run in the loop
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    @staticmethod
    def _remember(memory: OrderedDict[str, T], key: str, value: T) -> None:
        memory[key] = value
        while len(memory) > MAX_REMEMBERED:
            memory.popitem(last=False)

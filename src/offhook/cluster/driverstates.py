"""What this node's driver has told of terminals and calls, as it goes to the other nodes. No I/O."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

from offhook.call import NOTHING, Call, CallState, Cause, Direction, Features, live, newer, with_members
from offhook.cluster.board import Board
from offhook.cluster.messages import State
from offhook.common.clock import Clock
from offhook.switch.base import (
    CallChanged,
    CapabilitiesChanged,
    ForwardingChanged,
    Switch,
    SwitchEvent,
    TerminalChanged,
)

MAX_ENDED = 4
ENDED_S = 10.0
"""Calls of a terminal that have ended are told for so long with its next states: one of them may get lost."""

MAX_EARLY = 1000
"""Ends that were told before their beginning: of calls that commands are beginning just now."""

KEPT = (
    *("started", "connected", "caller", "callee", "connected_party"),
    *("reason", "redirecting", "external", "by_hand"),
)
"""What a driver that finds a call does not know, or only to the second: how it came, and when. It stays as
the node before has told it, until the driver says something new."""

UNHEARD = 100
"""Other nodes may have heard up to so many more changes of a call than the next owner, which is above them
all the same: else they would pass over what it tells, and a call would end under a revision that it had."""

HUNG_UP = frozenset({Cause.DROPPED, Cause.NORMAL})

NONE_KEPT: Mapping[str, tuple[Any, Any]] = {}

DIALLING = frozenset({CallState.OFF_HOOK, CallState.PROCEED, CallState.RING_BACK})


class DriverStates:
    """What one driver has told, since it was made. `clock` is a steady one."""

    def __init__(
        self, driver: Switch, terminals: Sequence[str], node: str, run: str, epoch: int, clock: Clock
    ) -> None:
        self._driver, self._clock = driver, clock
        self._node, self._run, self.epoch = node, run, epoch
        self._calls: dict[str, dict[str, Call]] = {terminal: {} for terminal in terminals}
        self._ended: dict[str, list[tuple[float, Call]]] = {}
        self._early: OrderedDict[str, Call] = OrderedDict()
        """Ends of calls, by their ids, of whose beginning nothing has been told yet."""
        self._ahead: dict[str, int] = {}
        self._kept: dict[str, dict[str, tuple[Any, Any]]] = {}
        """Of each call that was taken over, by the member's name: what the driver has found, and what was."""
        self._forwardings: dict[str, ForwardingChanged] = {}
        self._problems: dict[str, str] = {}

    def note(self, event: SwitchEvent) -> str:
        """Take an event; returns the terminal that has another state by it, "" if there is none."""
        match event:
            case CallChanged(call=call):
                self.note_call(call)
                terminal = call.terminal
            case TerminalChanged(terminal, _, problem):
                self._problems[terminal] = problem
            case ForwardingChanged(terminal):
                self._forwardings[terminal] = event
            case CapabilitiesChanged(terminal):
                pass
            case _:
                return ""
        return terminal if terminal in self._calls else ""

    def begun(self, call: Call) -> Call | None:
        """Take the result of a command. Returns the call's end if that was told already: where not even the
        first message goes out, a call ends before its command has a result. It is noted next, once its
        beginning has been told."""
        end = self._early.pop(call.id, None)
        self.note_call(call)
        return end

    def note_call(self, call: Call) -> None:
        """Take a call's value, from an event or as the result of a command. An older one than is known is
        nothing, nor is one of a call that is over."""
        calls = self._calls.get(call.terminal)
        if calls is None:
            return
        known = calls.get(call.id)
        if self._is_over(call) if known is None else not newer(call, known):
            return
        if live(call):
            calls[call.id] = call
        elif calls.pop(call.id, None) is not None:
            ended = self._ended.setdefault(call.terminal, [])
            ended.append((self._clock(), call))
            del ended[:-MAX_ENDED]
        else:
            self._early[call.id] = call
            if len(self._early) > MAX_EARLY:
                self._early.popitem(last=False)

    def _is_over(self, call: Call) -> bool:
        return any(one.id == call.id for _, one in self._ended.get(call.terminal, ()))

    def dialling(self, terminal: str) -> bool:
        """Has the terminal dialled, and nobody has answered yet?"""
        calls = self._calls.get(terminal, {}).values()
        return any(call.direction is Direction.OUTBOUND and call.state in DIALLING for call in calls)

    def go_on_with(self, board: Board) -> list[str]:
        """Calls that another node has told of stay what they were, above the revisions that were told. So do
        those that have ended since the driver has found them.

        Returns those that somebody has hung up, as was told, and that are there all the same: what ends them
        at the phones has not gone out, or that it has was not kept.
        """
        over: list[str] = []
        for terminal, calls in self._calls.items():
            found_at_all = {call.id: call for _, call in self._ended.get(terminal, ())} | calls
            if (state := board.state(terminal)) is not None:
                over += [one.id for one in state.calls if one.id in calls and one.cause in HUNG_UP]
            for call_id, told in board.calls(terminal).items():
                call = found_at_all.get(call_id)
                if call is None:
                    continue
                self._ahead[call_id] = max(0, told.revision + UNHEARD + 1 - call.revision)
                self._kept[call_id] = {
                    name: (found, was)
                    for name in KEPT
                    if (was := getattr(told, name)) != (found := getattr(call, name))
                    and not (name == "connected" and was is None)
                }
        return over

    def state(self, terminal: str, n: int, total: int = 0) -> State:
        """The terminal as it is now. `n` and `total` are as in `State`."""
        driver, told = self._driver, self._forwardings.get(terminal)
        calls = [self._told(call, driver.features(terminal, call)) for call in self._calls[terminal].values()]
        since = self._clock() - ENDED_S
        ended = [self._told(call, NOTHING) for at, call in self._ended.get(terminal, []) if at > since]
        return State(
            *(self._node, self._run, total, terminal, self.epoch, n),
            in_service=driver.in_service(terminal),
            problem=self._problems.get(terminal, ""),
            features=driver.features(terminal),
            capabilities=driver.capabilities(terminal),
            forwardings=() if told is None else told.forwardings,
            do_not_disturb=told is not None and told.do_not_disturb,
            calls=(*calls, *ended),
        )

    def _told(self, call: Call, features: Features) -> Call:
        kept = {
            name: was
            for name, (found, was) in self._kept.get(call.id, NONE_KEPT).items()
            if getattr(call, name) == found
        }
        revision = call.revision + self._ahead.get(call.id, 0)
        return with_members(call, features=features, revision=revision, **kept)

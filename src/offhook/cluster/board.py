"""What this node has told its own people of all terminals, and what follows from a terminal's next state.

States come from the owner, by the network or from this node's own switch. They may be lost, and come twice:
each is complete, so that the next one makes up for it. No I/O.
"""

from collections.abc import Iterable

from offhook.call import NOTHING, Call, CallState, Cause, Features, advance, live, newer
from offhook.cluster.messages import State
from offhook.switch.base import (
    CallChanged,
    CapabilitiesChanged,
    ForwardingChanged,
    SwitchEvent,
    TerminalChanged,
)


class Board:
    """The newest state of each terminal."""

    def __init__(self, terminals: Iterable[str]) -> None:
        self._states: dict[str, State | None] = dict.fromkeys(terminals)
        self._calls: dict[str, dict[str, Call]] = {terminal: {} for terminal in self._states}
        self._terminals: dict[str, str] = {}
        self._away: dict[str, str] = {}

    def state(self, terminal: str) -> State | None:
        """The terminal's newest state."""
        return self._states.get(terminal)

    def terminal_of(self, call_id: str) -> str:
        """The terminal that has the live call with this id; "" if there is none."""
        return self._terminals.get(call_id, "")

    def calls(self, terminal: str) -> dict[str, Call]:
        """The live calls of a terminal, by their ids."""
        return self._calls.get(terminal, {})

    def in_service(self, terminal: str) -> bool:
        """Can it be rung?"""
        state = self._states.get(terminal)
        return state is not None and state.in_service and terminal not in self._away

    def features(self, terminal: str, call: Call | None) -> Features:
        """What its owner says can be done; nothing while nobody owns it."""
        state = self._states.get(terminal)
        if state is None or terminal in self._away:
            return NOTHING
        if call is None:
            return state.features
        found = next((one.features for one in state.calls if one.id == call.id), NOTHING)
        return found or NOTHING

    def apply(self, state: State, now: float) -> list[SwitchEvent]:
        """Take a state; returns what is to be told because of it, nothing for one that is not newer."""
        terminal, before = state.terminal, self._states.get(state.terminal)
        if terminal not in self._states:
            return []
        if before is not None and (state.epoch, state.n) <= (before.epoch, before.n):
            return []
        self._states[terminal] = state
        found: list[SwitchEvent] = []
        was_away = self._away.pop(terminal, None) is not None
        if before is None or before.capabilities != state.capabilities:
            found.append(CapabilitiesChanged(terminal))
        if was_away or before is None or _service(before) != _service(state):
            found.append(TerminalChanged(terminal, state.in_service, state.problem))
        if before is None or _forwarding(before) != _forwarding(state):
            found.append(ForwardingChanged(terminal, state.forwardings, state.do_not_disturb))
        return found + self._changes(state, now)

    def _changes(self, state: State, now: float) -> list[SwitchEvent]:
        known, found = self._calls[state.terminal], list[SwitchEvent]()
        there = {call.id for call in state.calls}
        for call in [call for call_id, call in known.items() if call_id not in there]:
            # Its end was not heard of, or whoever had it has died and nobody has found it.
            found.append(self._put(advance(call, CallState.ON_HOOK, now, Cause.FAILURE)))
        for call in state.calls:
            before = known.get(call.id)
            if (before is None and live(call)) or (before is not None and newer(call, before)):
                found.append(self._put(call))
        return found

    def _put(self, call: Call) -> CallChanged:
        if live(call):
            self._calls[call.terminal][call.id] = call
            self._terminals[call.id] = call.terminal
        else:
            self._calls[call.terminal].pop(call.id, None)
            self._terminals.pop(call.id, None)
        return CallChanged(call)

    def away(self, terminal: str, problem: str) -> list[SwitchEvent]:
        """Nobody acts for the terminal now, or nobody who can be reached. Its calls are as they were."""
        if self._away.get(terminal) == problem:
            return []
        self._away[terminal] = problem
        return [TerminalChanged(terminal, False, problem)]

    def back(self, terminal: str) -> list[SwitchEvent]:
        """Its owner can be reached again."""
        state = self._states.get(terminal)
        if self._away.pop(terminal, None) is None or state is None:
            return []
        return [TerminalChanged(terminal, state.in_service, state.problem)]


def _service(state: State) -> tuple[object, ...]:
    return state.in_service, state.problem, state.features


def _forwarding(state: State) -> tuple[object, ...]:
    return state.forwardings, state.do_not_disturb

"""The Call Manager's live calls: the board, names of internal parties, and numbered changes."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from offhook.call import NOTHING, Call, CallBoard, CallState, Direction, Features, can_go, live
from offhook.common.clock import Clock
from offhook.errors import TransitionError
from offhook.manager.terminals import TerminalBook

STEP_S = 0.5
"""From so much on, wall clock and steady clock did not just drift apart: somebody set the wall clock."""

NOT_CONNECTED = frozenset({CallState.OFF_HOOK, CallState.PROCEED, CallState.RING_BACK})


@dataclass(frozen=True, slots=True)
class NumberedCall:
    """A call as it now is; `seq` counts the changes at its terminal by one, `new` marks a call's first."""

    seq: int
    call: Call
    new: bool = False


@dataclass(frozen=True, slots=True)
class TerminalCalls:
    """A terminal's live calls, oldest first, after its change number `seq`."""

    terminal: str
    seq: int
    calls: tuple[Call, ...]


class LiveCalls:
    """Takes in what the switch tells of calls; knows what is live.

    A call begins when the wall clock says so. What comes later in it is as long after that as it really was,
    also when the wall clock was set meanwhile: durations are those that were lived through.
    """

    def __init__(
        self,
        terminals: TerminalBook,
        features: Callable[[str, Call], Features | None] = lambda _terminal, _call: None,
        *,
        clock: Clock = time.time,
        steady: Clock = time.monotonic,
    ) -> None:
        self._terminals, self._features = terminals, features
        self._clock, self._steady = clock, steady
        self._leads: dict[str, float] = {}
        self._board = CallBoard()
        self._numbers: dict[str, int] = {}

    def take(self, call: Call) -> NumberedCall | None:
        """Take in a call's new value; None when it is no news.

        Raises `TransitionError` for a state that the call cannot be in now: the switch contradicts itself.
        """
        if self._board.is_over(call.id):
            return None
        before = self._board.get(call.id)
        if before is not None and before.state is not call.state and not can_go(before, call.state):
            raise TransitionError(f"call {call.id} cannot go from {before.state.value} to {call.state.value}")
        features = self._features(call.terminal, call) if live(call) else NOTHING
        call = replace(self._lived(self._named(call)), features=features)
        if not self._board.put(call):
            return None
        if not live(call):
            self._leads.pop(call.id, None)
            if before is None:
                return None
        number = self._numbers.get(call.terminal, 0) + 1
        self._numbers[call.terminal] = number
        return NumberedCall(number, call, new=before is None)

    def get(self, call_id: str) -> Call | None:
        """The live call with this id."""
        return self._board.get(call_id)

    def dialling(self, terminal: str) -> bool:
        """Has the terminal begun a call that is not connected yet?"""
        return any(
            call.direction is Direction.OUTBOUND and call.state in NOT_CONNECTED
            for call in self._board.of(terminal)
        )

    def snapshot(self, terminal: str) -> TerminalCalls:
        """The terminal's live calls and the number of its last change."""
        return TerminalCalls(terminal, self._numbers.get(terminal, 0), self._board.of(terminal))

    def snapshots(self, terminals: Iterable[str] | None = None) -> list[TerminalCalls]:
        """Of every one of these terminals that has had a call; None for all that there are.

        The others stand at change number 0 with no calls.
        """
        if terminals is None:
            return [self.snapshot(terminal) for terminal in self._numbers]
        return [self.snapshot(terminal) for terminal in terminals if terminal in self._numbers]

    def _lived(self, call: Call) -> Call:
        """With the times of its changes as they are without the steps of the wall clock since it began."""
        lead = self._clock() - self._steady()
        step = lead - self._leads.setdefault(call.id, lead)
        before = self._board.get(call.id)
        connected = before.connected if before is not None else call.connected
        ended = call.ended
        if connected is None and call.connected is not None:
            connected = call.connected - step if abs(step) > STEP_S else call.connected
        if ended is not None:
            ended = max(ended - step if abs(step) > STEP_S else ended, connected or call.started)
        if (connected, ended) == (call.connected, call.ended):
            return call
        return replace(call, connected=connected, ended=ended)

    def _named(self, call: Call) -> Call:
        caller, callee = self._terminals.named(call.caller), self._terminals.named(call.callee)
        if caller is call.caller and callee is call.callee:
            return call
        return replace(call, caller=caller, callee=callee)

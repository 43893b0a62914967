"""The live calls of the Call Manager, with names for internal parties
and a sequence number for each change."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from offhook.call import (
    NOTHING,
    Call,
    CallBoard,
    CallState,
    Direction,
    Features,
    Party,
    can_go,
    changed,
    live,
    with_members,
)
from offhook.common.clock import Clock
from offhook.errors import TransitionError
from offhook.manager.terminals import TerminalBook

STEP_S = 0.5
"""A larger difference between wall clock and steady clock is no drift: somebody has set the wall clock."""

NOT_CONNECTED = frozenset({CallState.OFF_HOOK, CallState.PROCEED, CallState.RING_BACK})


@dataclass(frozen=True, slots=True)
class NumberedCall:
    """A call's new value. `seq` is the number of the change at its
    terminal, `new` marks the call's first one."""

    seq: int
    call: Call
    new: bool = False


@dataclass(frozen=True, slots=True)
class TerminalCalls:
    """The live calls of a terminal, oldest first, as they are after its change number `seq`."""

    terminal: str
    seq: int
    calls: tuple[Call, ...]


class LiveCalls:
    """The state of all live calls, built from the switch's events.

    A call's features may change because another call of its terminal has changed. Then it gets a revision of
    its own here, and all later ones of the switch count from there (`_ahead`).

    A call begins at the time of the wall clock. Its later times are computed from the steady clock, so that
    durations are right even if the wall clock is set during the call.
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
        self._ahead: dict[str, int] = {}
        self._board = CallBoard()
        self._numbers: dict[str, int] = {}

    def apply(self, call: Call) -> NumberedCall | None:
        """Apply a call's new value; None if it changes nothing.

        Raises `TransitionError` for a state that cannot follow the current one: a mistake of the switch.
        """
        if self._board.is_over(call.id):
            return None
        before = self._board.get(call.id)
        if before is not None and before.state is not call.state and not can_go(before, call.state):
            raise TransitionError(f"call {call.id} cannot go from {before.state.value} to {call.state.value}")
        features = self._features(call.terminal, call) if live(call) else NOTHING
        connected, ended = self._lived(call)
        call = with_members(
            self.named(call),
            connected=connected,
            ended=ended,
            features=features,
            revision=call.revision + self._ahead.get(call.id, 0),
        )
        if before is not None and call.revision == before.revision == 0 and _is_other(call, before):
            # A switch tells of a new call twice: by an event, and as the result of the command that began it.
            self._ahead[call.id] = 1
            call = changed(call)
        if not self._board.put(call):
            return None
        if not live(call):
            self._leads.pop(call.id, None)
            self._ahead.pop(call.id, None)
            if before is None:
                return None
        return self._numbered(call, new=before is None)

    def refresh(self, terminal: str, besides: str = "") -> list[NumberedCall]:
        """Ask anew for the features of the terminal's calls, `besides` the one with this id; those whose
        have changed."""
        found = []
        for call in self._board.of(terminal):
            if call.id == besides:
                continue
            features = self._features(terminal, call)
            if features != call.features:
                self._ahead[call.id] = self._ahead.get(call.id, 0) + 1
                call = changed(call, features=features)
                self._board.put(call)
                found.append(self._numbered(call, new=False))
        return found

    def named(self, call: Call) -> Call:
        """The call with the names of those of its parties that are terminals of the site."""
        return with_members(
            call,
            caller=self._terminals.named(call.caller),
            callee=self._terminals.named(call.callee),
            connected_party=self._named(call.connected_party),
            redirecting=self._named(call.redirecting),
            redirected_to=self._named(call.redirected_to),
        )

    def __len__(self) -> int:
        """How many live calls there are."""
        return len(self._board)

    def get(self, call_id: str) -> Call | None:
        """The live call with this id."""
        return self._board.get(call_id)

    def dialling(self, terminal: str) -> bool:
        """Does the terminal have an outbound call that is not connected yet?"""
        calls = self._board.of(terminal)
        return bool(calls) and any(
            call.direction is Direction.OUTBOUND and call.state in NOT_CONNECTED for call in calls
        )

    def all(self) -> Sequence[Call]:
        """All live calls."""
        return tuple(self._board.all())

    def ringing(self) -> list[Call]:
        """The calls that come in and that nobody has answered yet, oldest first."""
        return [call for call in self._board.all() if call.rings_here]

    def snapshot(self, terminal: str) -> TerminalCalls:
        """The live calls of a terminal, and the number of its last change."""
        return TerminalCalls(terminal, self._numbers.get(terminal, 0), self._board.of(terminal))

    def snapshots(self, terminals: Iterable[str] | None = None) -> list[TerminalCalls]:
        """Snapshots of those of these terminals that have had a call; None means all terminals.

        A terminal that is left out has no calls and is at change number 0.
        """
        if terminals is None:
            return [self.snapshot(terminal) for terminal in self._numbers]
        return [self.snapshot(terminal) for terminal in terminals if terminal in self._numbers]

    def _numbered(self, call: Call, *, new: bool) -> NumberedCall:
        number = self._numbers.get(call.terminal, 0) + 1
        self._numbers[call.terminal] = number
        return NumberedCall(number, call, new)

    def _lived(self, call: Call) -> tuple[float | None, float | None]:
        """When it was connected and ended, corrected: steps of the wall clock since its beginning are taken
        out."""
        lead = self._clock() - self._steady()
        step = lead - self._leads.setdefault(call.id, lead)
        before = self._board.get(call.id)
        connected = before.connected if before is not None else call.connected
        ended = call.ended
        if connected is None and call.connected is not None:
            connected = call.connected - step if abs(step) > STEP_S else call.connected
        if ended is not None:
            ended = max(ended - step if abs(step) > STEP_S else ended, connected or call.started)
        return connected, ended

    def _named(self, party: Party | None) -> Party | None:
        return None if party is None else self._terminals.named(party)


def _is_other(call: Call, before: Call) -> bool:
    """Has something changed of it that is not its state?"""
    return call.state is before.state and call != before

"""A client's copy of the Call Manager's live calls, correct even after gaps and broken sessions. No I/O."""

from collections import OrderedDict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from offhook.call import Call, CallBoard, CallState, Cause, live
from offhook.sscp.messages import EVERY_TERMINAL, Snapshot

MAX_HIDDEN = 1024
"""Calls that are kept from being told: as many as dials can be under way when a session breaks."""


@dataclass(frozen=True, slots=True)
class Resync:
    """What a snapshot shows: new or changed calls, and calls that are gone, whose end is to be asked for."""

    changed: list[Call] = field(default_factory=list)
    gone: list[Call] = field(default_factory=list)


class CallReplica:
    """The client's copy of the watched calls, built from events and snapshots.

    A call that is gone stays known until `apply` is told of its end, so that no end is lost when the
    session breaks again while it is being asked for.
    """

    def __init__(self) -> None:
        self._board = CallBoard()
        self._numbers: dict[str, int] = {}
        self._hidden: OrderedDict[str, None] = OrderedDict()

    def new_session(self) -> None:
        """A new session has begun: the event numbers start anew, the calls are kept."""
        self._numbers.clear()

    def hide(self, call_id: str) -> None:
        """Ignore this call from now on, as if it had never begun."""
        self._hidden[call_id] = None
        if len(self._hidden) > MAX_HIDDEN:
            self._hidden.popitem(last=False)

    def shown(self, calls: Iterable[Call]) -> list[Call]:
        """Those of these calls that are not hidden."""
        return [call for call in calls if call.id not in self._hidden]

    def event(self, seq: int, call: Call) -> tuple[Call | None, bool]:
        """Take an event. Returns the call if the value is newer, and whether events before it are missing."""
        expected = self._numbers.get(call.terminal, 0) + 1
        if seq < expected:
            return None, False
        self._numbers[call.terminal] = seq
        return self.apply(call), seq > expected

    def apply(self, call: Call) -> Call | None:
        """Take a call's value from any message. Returns the call, or None if the value is not newer."""
        if call.id in self._hidden:
            return None
        known = self._board.get(call.id) is not None
        if not self._board.put(call):
            return None
        return call if known or live(call) else None

    def snapshot(self, scope: str | Collection[str], snapshots: Iterable[Snapshot]) -> Resync:
        """Take a snapshot of the terminal or terminals `scope`, or of all with `*`."""
        found = Resync()
        terminals = (scope,) if isinstance(scope, str) else scope
        every = EVERY_TERMINAL in terminals
        self._numbers.update(dict.fromkeys(self._numbers if every else terminals, 0))
        present: set[str] = set()
        for one in snapshots:
            self._numbers[one.terminal] = one.seq
            present.update(call.id for call in one.calls)
            found.changed.extend(call for call in one.calls if self.apply(call) is not None)
        known = self._board.all() if every else [c for one in terminals for c in self._board.of(one)]
        found.gone.extend(call for call in known if call.id not in present)
        return found

    def forget(self, call: Call, now: float) -> Call:
        """The call is watched no more: as far as can be seen from here it has ended at `now`. That end.

        Should its terminal be watched again, it is news again.
        """
        self._board.forget(call.id)
        return _lost(call, now)

    def calls(self) -> tuple[Call, ...]:
        """The known live calls, oldest first."""
        return self._board.all()

    def ended(self, call_id: str, logged: Iterable[Call], now: float) -> Call | None:
        """A call that is gone has ended: as the call log has it, else at `now` with the cause FAILURE.

        Returns the end, None when it has become known meanwhile.
        """
        known = self._board.get(call_id)
        if known is None:
            return None
        for end in logged:
            if end.id == call_id and end.state is CallState.ON_HOOK:
                return self.apply(end)
        return self.apply(_lost(known, now))


def _lost(call: Call, now: float) -> Call:
    """The end of a call of which nothing more is known."""
    ended = max(now, call.connected or call.started)  # `now` is of another clock than those
    return replace(call, state=CallState.ON_HOOK, ended=ended, cause=Cause.FAILURE)

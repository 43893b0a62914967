"""The live calls, by id and by terminal: what a snapshot is taken from."""

from offhook.call.machine import TRANSITIONS, live
from offhook.call.model import Call
from offhook.errors import TransitionError


class CallBoard:
    """Keeps the newest value of every live call; forgets a call once it is over."""

    def __init__(self) -> None:
        self._calls: dict[str, Call] = {}
        self._terminals: dict[str, dict[str, None]] = {}

    def put(self, call: Call) -> Call | None:
        """Take a call as it now is; returns the value it replaces, None for a call not seen before.

        Same state with other parties is an update. Raises `TransitionError` for a step backwards.
        """
        before = self._calls.get(call.id)
        if (
            before is not None
            and before.state is not call.state
            and call.state not in TRANSITIONS[before.state]
        ):
            raise TransitionError(f"call {call.id} cannot go from {before.state.value} to {call.state.value}")
        if live(call):
            self._calls[call.id] = call
            self._terminals.setdefault(call.terminal, {})[call.id] = None
        elif before is not None:
            del self._calls[call.id]
            ids = self._terminals[call.terminal]
            del ids[call.id]
            if not ids:
                del self._terminals[call.terminal]
        return before

    def get(self, call_id: str) -> Call | None:
        """The live call with this id."""
        return self._calls.get(call_id)

    def of(self, terminal: str) -> tuple[Call, ...]:
        """The terminal's live calls, oldest first."""
        return tuple(self._calls[call_id] for call_id in self._terminals.get(terminal, ()))

    def newest(self, terminal: str) -> Call | None:
        """The terminal's newest live call."""
        ids = self._terminals.get(terminal)
        return self._calls[next(reversed(ids))] if ids else None

    def all(self) -> tuple[Call, ...]:
        """Every live call, oldest first."""
        return tuple(self._calls.values())

    def __len__(self) -> int:
        return len(self._calls)

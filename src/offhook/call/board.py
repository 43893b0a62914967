"""The live calls, by id and by terminal: what a snapshot is taken from."""

from collections import OrderedDict

from offhook.call.machine import live, newer
from offhook.call.model import Call

MAX_OVER = 20_000
"""Calls that are over and still remembered, so that late news of one does not bring it back to life: two for
each phone of the largest site."""


class CallBoard:
    """Keeps the newest value of every live call, in whatever order the values arrive.

    Of a call that is over it remembers only that it is over.
    """

    def __init__(self) -> None:
        self._calls: dict[str, Call] = {}
        self._terminals: dict[str, dict[str, None]] = {}
        self._over: OrderedDict[str, None] = OrderedDict()

    def put(self, call: Call) -> bool:
        """Store a value of a call. False, and nothing changes, if it is not newer than the stored one."""
        known = self._calls.get(call.id)
        if self.is_over(call.id) or (known is not None and not newer(call, known)):
            return False
        if live(call):
            self._calls[call.id] = call
            self._terminals.setdefault(call.terminal, {})[call.id] = None
        else:
            self.forget(call.id)
            self._over[call.id] = None
            if len(self._over) > MAX_OVER:
                self._over.popitem(last=False)
        return True

    def forget(self, call_id: str) -> None:
        """Remove a live call, without marking it as over: it may be stored again."""
        call = self._calls.pop(call_id, None)
        if call is None:
            return
        ids = self._terminals[call.terminal]
        del ids[call_id]
        if not ids:
            del self._terminals[call.terminal]

    def is_over(self, call_id: str) -> bool:
        """Is the call known to be over?"""
        return call_id in self._over

    def get(self, call_id: str) -> Call | None:
        """The live call with this id."""
        return self._calls.get(call_id)

    def of(self, terminal: str) -> tuple[Call, ...]:
        """The terminal's live calls, oldest first."""
        ids = self._terminals.get(terminal)
        return tuple([self._calls[call_id] for call_id in ids]) if ids else ()

    def newest(self, terminal: str) -> Call | None:
        """The terminal's newest live call."""
        ids = self._terminals.get(terminal)
        return self._calls[next(reversed(ids))] if ids else None

    def all(self) -> tuple[Call, ...]:
        """Every live call, oldest first."""
        return tuple(self._calls.values())

    def __len__(self) -> int:
        return len(self._calls)

"""Which values of calls a session of version 3 is told. No I/O: new values go in, those to tell come out."""

import logging
from typing import Final

from offhook.call import Call, live, newer, with_members
from offhook.tsp.framing import is_call_id

logger = logging.getLogger(__name__)

MAX_CALLS: Final = 256
"""Calls of one terminal that a session follows at a time: far more than any phone holds."""


MAX_SHOWN: Final = 64
"""Characters of an id in the log that is none."""


class CallTeller:
    """Follows the calls of one terminal, and keeps to what version 3 of the TSP session promises:

    - The result of a request that begins a call comes before the first value of that call. So while such
      requests are open, calls that are new are held back, but those that come in: nobody has asked for them.
    - States only go forward, some may be skipped, and OnHookState comes last, exactly once.
    - A value that tells nothing new is not told.
    """

    __slots__ = ("_beginning", "_begun", "_held", "_told")

    def __init__(self) -> None:
        self._told: dict[str, Call] = {}
        self._begun: dict[str, None] = {}
        self._held: dict[str, Call] = {}
        self._beginning = 0

    def changed(self, call: Call) -> list[Call]:
        """A call has begun or changed."""
        before = self._told.get(call.id)
        if before is not None:
            return self._follow(before, call)
        if self._beginning and not call.unasked and call.id not in self._begun:
            self._hold(call)
            return []
        return self._begin(call)

    def beginning(self) -> None:
        """A request that begins a call is passed on."""
        self._beginning += 1

    def begun(self, call_id: str) -> list[Call]:
        """It has begun this call, and its result is written. Returns what was held back, to be told now."""
        if call_id not in self._told:
            self._begun[call_id] = None
            while len(self._begun) > MAX_CALLS:
                del self._begun[next(iter(self._begun))]
        held = self._held.pop(call_id, None)
        return [*([] if held is None else self.changed(held)), *self._over()]

    def failed(self) -> list[Call]:
        """It has begun nothing, and its result is written. Returns what was held back, to be told now."""
        return self._over()

    def _over(self) -> list[Call]:
        """When no such request is open any more, what was held back is nobody's: it is told if it lives."""
        self._beginning -= 1
        if self._beginning:
            return []
        held, self._held = self._held, {}
        return [told for call in held.values() for told in self.changed(call)]

    def _hold(self, call: Call) -> None:
        before = self._held.get(call.id)
        if before is None:
            if len(self._held) < MAX_CALLS:
                self._held[call.id] = call
        elif call.state is before.state or newer(call, before):
            self._held[call.id] = call

    def _begin(self, call: Call) -> list[Call]:
        asked_for = call.id in self._begun
        if not (live(call) or asked_for) or len(self._told) >= MAX_CALLS:
            return []
        if not is_call_id(call.id):
            logger.error(
                "a call of terminal %s cannot be told: %r is no id", call.terminal, call.id[:MAX_SHOWN]
            )
            return []
        self._begun.pop(call.id, None)
        if live(call):
            self._told[call.id] = call
        return [call]

    def _follow(self, before: Call, call: Call) -> list[Call]:
        if call.state is not before.state and not newer(call, before):
            logger.debug("call %s: %s after %s is not told", call.id, call.state.value, before.state.value)
            return []
        if live(call):
            self._told[call.id] = call
        else:
            del self._told[call.id]
        return [call] if with_members(before, revision=call.revision) != call else []

"""What one session is told of its terminal's calls: every state once, forward only, in step with Dial.

No I/O: calls as they now are go in, the messages to send come out.
"""

import logging

from offhook.call import Call, CallState, Direction, live, newer
from offhook.tsp.messages import CallInfoNotify, CallStateNotify, Notify

logger = logging.getLogger(__name__)

MAX_CALLS = 256
"""Calls of one terminal that a session follows at a time: far more than any phone holds."""

MAX_VALUES = 16
"""States of one call that are held back; more than a call comes to while a Dial is pending."""


class CallNotifier:
    """Rules 2, 3 and 7 of the session, for one terminal.

    Only calls that the terminal made are told. While a Dial is pending, calls not seen before are held
    back, for any of them may be its own, and the Response has to come first.
    """

    __slots__ = ("_dialled", "_held", "_told")

    def __init__(self) -> None:
        self._told: dict[str, Call] = {}
        self._dialled: dict[str, None] = {}
        self._held: dict[str, list[Call]] | None = None

    def snapshot(self, calls: tuple[Call, ...]) -> list[Notify]:
        """The session begins while these calls are live."""
        return [notify for call in calls for notify in self.changed(call)]

    def changed(self, call: Call) -> list[Notify]:
        """A call is new, or has another state or party."""
        if call.direction is not Direction.OUTBOUND:
            return []
        before = self._told.get(call.id)
        if before is not None:
            return self._follow(before, call)
        if self._held is not None:
            self._hold(self._held, call)
            return []
        return self._begin(call)

    def dial_begins(self) -> None:
        """A Dial is handed on: hold back what may be its call."""
        self._held = {}

    def dial_succeeded(self, call_id: str) -> list[Notify]:
        """Its Response(Success) has been written: what was held back, to be sent now."""
        if call_id not in self._told:
            self._dialled[call_id] = None
            while len(self._dialled) > MAX_CALLS:
                del self._dialled[next(iter(self._dialled))]
        return self._release(frozenset(self._held or ()))

    def dial_failed(self, calls: tuple[Call, ...]) -> list[Notify]:
        """Its Response(Fail) has been written. Of what was held back, the live calls are somebody else's."""
        return self._release(frozenset(call.id for call in calls))

    def _release(self, ids: frozenset[str]) -> list[Notify]:
        held, self._held = self._held or {}, None
        return [
            notify
            for call_id, values in held.items()
            if call_id in ids
            for call in values
            for notify in self.changed(call)
        ]

    @staticmethod
    def _hold(held: dict[str, list[Call]], call: Call) -> None:
        """Keep a value for each state that a call comes to meanwhile, the newest in it."""
        values = held.get(call.id)
        if values is None:
            if len(held) < MAX_CALLS:
                held[call.id] = [call]
        elif values[-1].state is call.state or len(values) == MAX_VALUES:
            values[-1] = call
        elif newer(call, values[-1]):
            values.append(call)

    def _begin(self, call: Call) -> list[Notify]:
        """The call was not told of yet. One that began without us is told like at a session's beginning."""
        ours = call.id in self._dialled
        if not (live(call) or ours) or len(self._told) >= MAX_CALLS:
            return []
        try:
            notifies: list[Notify] = [CallStateNotify.of(call)]
        except ValueError as error:
            logger.error("call %r of terminal %s cannot be told: %s", call.id, call.terminal, error)
            return []
        self._dialled.pop(call.id, None)
        if live(call):
            self._told[call.id] = call
            if not ours:
                notifies.append(CallInfoNotify.of(call))
        return notifies

    def _follow(self, before: Call, call: Call) -> list[Notify]:
        notifies: list[Notify] = []
        if call.state is not before.state and not newer(call, before):
            logger.debug("call %s: %s after %s is not told", call.id, call.state.value, before.state.value)
            return notifies
        if (call.caller, call.callee) != (before.caller, before.callee):
            notifies.append(
                CallInfoNotify(before.terminal, before.state, before.id, call.caller, call.callee)
            )
        if call.state is not before.state:
            notifies.append(CallStateNotify.of(call))
        if call.state is CallState.ON_HOOK:
            del self._told[call.id]
        else:
            self._told[call.id] = call
        return notifies

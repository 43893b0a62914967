"""Which Notifies one session gets for the calls of its terminal.

No I/O: new values of calls go in, the messages to send come out.
"""

import logging

from offhook.call import Call, CallState, Direction, live, newer
from offhook.tsp.messages import CallInfoNotify, CallStateNotify, Notify

logger = logging.getLogger(__name__)

MAX_CALLS = 256
"""Calls of one terminal that a session follows at a time: far more than any phone holds."""

MAX_VALUES = 16
"""Values of one call that are held back: more than a call has while a Dial is pending."""


class CallNotifier:
    """Follows the calls that one terminal makes, and keeps to what the TSP session promises:

    - The Response to a Dial comes before the first Notify of its call. So while a Dial is pending, calls that
      are new are held back: any of them may be the dialled one.
    - States only go forward, some may be skipped, and OnHookState comes last, exactly once.
    - A name or id that became known or changed is a CALL_INFO, with the state unchanged.
    - A session that begins during calls first gets a CALL_STATE and a CALL_INFO for each.
    """

    __slots__ = ("_dialled", "_held", "_told")

    def __init__(self) -> None:
        self._told: dict[str, Call] = {}
        self._dialled: dict[str, None] = {}
        self._held: dict[str, list[Call]] | None = None

    def snapshot(self, calls: tuple[Call, ...]) -> list[Notify]:
        """The session begins during these calls."""
        return [notify for call in calls for notify in self.changed(call)]

    def changed(self, call: Call) -> list[Notify]:
        """A call has begun or changed."""
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
        """A Dial is passed on: from now on hold back calls that may be its call."""
        self._held = {}

    def dial_succeeded(self, call_id: str) -> list[Notify]:
        """The Success of the Dial has been written. Returns what was held back, to be sent now."""
        if call_id not in self._told:
            self._dialled[call_id] = None
            while len(self._dialled) > MAX_CALLS:
                del self._dialled[next(iter(self._dialled))]
        return self._release(frozenset(self._held or ()))

    def dial_failed(self, calls: tuple[Call, ...]) -> list[Notify]:
        """The Fail of the Dial has been written. Returns what was held back, to be sent now.

        `calls` are the live ones; whatever else was held back belongs to the failed Dial.
        """
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
        """Keep the newest value of each state that the call goes through meanwhile."""
        values = held.get(call.id)
        if values is None:
            if len(held) < MAX_CALLS:
                held[call.id] = [call]
        elif values[-1].state is call.state or len(values) == MAX_VALUES:
            values[-1] = call
        elif newer(call, values[-1]):
            values.append(call)

    def _begin(self, call: Call) -> list[Notify]:
        """The first Notifies of a call. One that this session did not dial gets a CALL_INFO as well."""
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

"""The transitions of a call, as data: a missing entry is the error."""

from dataclasses import replace

from offhook.call.model import Call, CallState, Cause
from offhook.errors import TransitionError

TRANSITIONS: dict[CallState, frozenset[CallState]] = {
    CallState.OFF_HOOK: frozenset(
        {CallState.PROCEED, CallState.RING_BACK, CallState.CONNECTED, CallState.ON_HOOK}
    ),
    CallState.PROCEED: frozenset({CallState.RING_BACK, CallState.CONNECTED, CallState.ON_HOOK}),
    CallState.RING_BACK: frozenset({CallState.CONNECTED, CallState.ON_HOOK}),
    CallState.CONNECTED: frozenset({CallState.ON_HOOK}),
    CallState.ON_HOOK: frozenset(),
}
"""From a state to the states that may follow it. States may be skipped, never repeated or gone back to."""


def live(call: Call) -> bool:
    """Is the call not over yet?"""
    return call.state is not CallState.ON_HOOK


def advance(call: Call, state: CallState, now: float, cause: Cause | None = None) -> Call:
    """The call as it is after going to `state` at `now` (seconds since the epoch).

    A cause goes with ON_HOOK and only with it. Raises `TransitionError` when the call cannot go there.
    """
    if state not in TRANSITIONS[call.state]:
        raise TransitionError(f"call {call.id} cannot go from {call.state.value} to {state.value}")
    if (cause is not None) != (state is CallState.ON_HOOK):
        raise TransitionError(
            f"call {call.id}: a cause goes with {CallState.ON_HOOK.value}, and only with it"
        )
    if state is CallState.CONNECTED:
        return replace(call, state=state, connected=now)
    if state is CallState.ON_HOOK:
        return replace(call, state=state, ended=now, cause=cause)
    return replace(call, state=state)

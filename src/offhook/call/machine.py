"""How calls change, at their source; and which of two values of a call is the newer, everywhere else."""

from typing import Any, Final

from offhook.call.enums import CallState, Cause
from offhook.call.model import Call, Party, new_call_id
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
"""Each state, and the states that may follow it, as the source of a call has to keep to them. Whoever has a
copy of a call compares values by `newer` instead."""


_ON_HOOK: Final = CallState.ON_HOOK
_CONNECTED: Final = CallState.CONNECTED
"""As names of the module: up to Python 3.11 a member of an enumeration takes six times as long."""


def live(call: Call) -> bool:
    """Is the call not over yet?"""
    return call.state is not _ON_HOOK


def can_go(call: Call, state: CallState) -> bool:
    """May this state follow the call's present one?"""
    return state in TRANSITIONS[call.state]


NOTHING_YET = Call("", "", CallState.OFF_HOOK, Party(), Party(), 0.0)
"""What a new call has where it is not told otherwise."""


def new_call(
    terminal: str, state: CallState, caller: Party, callee: Party, started: float, **members: Any
) -> Call:
    """A call that begins now, as `Call(...)` would make it (see `with_members`); with an id of its own,
    unless `id` is among the members."""
    members |= {"terminal": terminal, "state": state, "caller": caller, "callee": callee, "started": started}
    if "id" not in members:
        members["id"] = new_call_id()
    return _with(NOTHING_YET, members)


def changed(call: Call, **members: Any) -> Call:
    """The next revision of the call, with these members changed. The source of a call makes every change by
    this."""
    members["revision"] = call.revision + 1
    return _with(call, members)


def with_members(call: Call, **members: Any) -> Call:
    """The call with these members, and its revision as it was: for who fills in what the source left open.

    `dataclasses.replace` takes ten times as long, most of it in the `__init__` of a frozen class with so many
    members; and each call changes some twenty times, here and in who shows it.
    """
    return _with(call, members)


def _with(call: Call, members: dict[str, Any]) -> Call:
    values = call.__dict__.copy()
    known = len(values)
    values.update(members)
    if len(values) != known:
        raise TypeError(f"a call has no {', '.join(sorted(members.keys() - call.__dict__.keys()))}")
    found = Call.__new__(Call)
    object.__setattr__(found, "__dict__", values)
    return found


def advance(call: Call, state: CallState, now: float, cause: Cause | None = None) -> Call:
    """The call as it is after going to `state` at `now` (seconds since the epoch), its next revision.

    A cause goes with ON_HOOK and only with it. Raises `TransitionError` when the call cannot go there.
    """
    if not can_go(call, state):
        raise TransitionError(f"call {call.id} cannot go from {call.state.value} to {state.value}")
    if (cause is not None) != (state is _ON_HOOK):
        raise TransitionError(f"call {call.id}: a cause goes with {_ON_HOOK.value}, and only with it")
    members: dict[str, Any] = {"state": state, "revision": call.revision + 1}
    if state is _CONNECTED:
        members["connected"] = now
    elif state is _ON_HOOK:
        members["ended"], members["cause"] = now, cause
    return _with(call, members)


def newer(call: Call, known: Call) -> bool:
    """Is this a newer value of the call than the one that is known?

    Nothing is newer than ON_HOOK. Otherwise the higher revision is the newer; an equal one is not. An older
    server of SSCP sends no revisions. Its calls never return to an earlier state, so there the order of the
    states decides.
    """
    if not (live(call) and live(known)):
        return live(known)
    if call.revision or known.revision:
        return call.revision > known.revision
    return call != known and (call.state is known.state or can_go(known, call.state))

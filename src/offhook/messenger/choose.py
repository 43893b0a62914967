"""Which call of a terminal a command is about that does not name it by its id."""

from collections.abc import Callable, Iterable, Sequence

from offhook.call import (
    Answer,
    Call,
    CallCommand,
    CallState,
    Complete,
    Conference,
    Consult,
    Direction,
    Drop,
    Park,
    Redirect,
    Reject,
    Retrieve,
    Swap,
    Transfer,
)
from offhook.errors import AddressError, CallError, Refusal

SHORT_ID = 6
"""As many characters of an id name a call, as `offhook calls` shows them. Fewer may be an extension."""


def chosen(
    command: CallCommand[object],
    calls: Sequence[Call],
    normalise: Callable[[str], str],
    dialled: Callable[[str], str | None],
) -> Call:
    """The call: by its id or how that begins, by the other party's address, or with "" the newest that fits.

    `calls` are the terminal's, oldest first; `dialled` gives the address of a call as somebody wrote it.
    Raises `CallError` NO_SUCH_CALL.
    """
    newest_first = calls[::-1]
    if not command.call:
        return _fitting(command, newest_first)

    def by_id(text: str) -> Call | None:
        return next((call for call in newest_first if call.id == text), None)

    found = by_id(command.call)
    if found is None:
        found = _called(command, newest_first, normalise, dialled) or by_id(whole_id(command.call, calls))
    if found is None:
        raise CallError(
            Refusal.NO_SUCH_CALL,
            f"terminal {command.terminal} has no such call: ask for its calls, and name it by id",
        )
    return found


def _fitting(command: CallCommand[object], calls: Sequence[Call]) -> Call:
    connected = [call for call in calls if call.state is CallState.CONNECTED]
    fit: Iterable[Call]
    match command:
        case Drop():
            fit, what = (call for call in calls if call.direction is Direction.OUTBOUND), "call of its own"
        case Answer() | Reject() | Redirect():
            fit, what = (call for call in calls if call.rings_here), "call that rings"
        case Retrieve() | Swap():
            fit, what = (call for call in connected if call.held), "call on hold"
        case Complete() | Conference():
            fit, what = (call for call in calls if call.consultation and call.related), "consultation"
        case Transfer() | Consult() | Park():
            # One on hold, too: where the first colleague was busy, the next one is asked for who still waits.
            fit = sorted(connected, key=lambda call: call.held)
            what = "call that it is connected with"
        case _:
            fit, what = (call for call in connected if not call.held), "call that it is connected with"
    found = next(iter(fit), None)
    if found is None:
        # Named by its id, one that does not ring could not be answered, either.
        another = isinstance(command, Drop | Complete | Conference) and len(calls) > 0
        raise CallError(
            Refusal.NO_SUCH_CALL,
            f"terminal {command.terminal} has no {what}"
            + (": ask for its calls, and name one by id" if another else ""),
        )
    return found


def whole_id(text: str, calls: Sequence[Call]) -> str:
    """The id of the only call whose id begins so; the text itself, if there is none or more than one."""
    found = [call.id for call in calls if call.id.startswith(text)] if len(text) >= SHORT_ID else []
    return found[0] if len(found) == 1 else text


def _called(
    command: CallCommand[object],
    calls: Sequence[Call],
    normalise: Callable[[str], str],
    dialled: Callable[[str], str | None],
) -> Call | None:
    """The call with whoever has this address. A `Drop` means whom the terminal has called."""
    address = command.call
    try:
        number = normalise(address)
    except AddressError:
        number = address

    def fits(call: Call) -> bool:
        if call.direction is Direction.INBOUND and not isinstance(command, Drop):
            return call.caller.id in (number, address)
        return call.callee.id == number or dialled(call.id) == address

    return next((call for call in calls if fits(call)), None)

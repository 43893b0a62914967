"""What became of a call, in words: for the command line, and for the window, which translates them.

`{name}` stands for the other party, `{target}` for where the call went from here.
"""

from offhook.call.enums import CallState, Cause, Direction
from offhook.call.model import Call


def QT_TRANSLATE_NOOP(_context: str, text: str) -> str:
    """Marks a text for `tools/translations`, which finds it by this function's name."""
    return text


CAUSES = {
    Cause.NORMAL: QT_TRANSLATE_NOOP("formatting", "Call ended"),
    Cause.DROPPED: QT_TRANSLATE_NOOP("formatting", "Call ended"),
    Cause.BUSY: QT_TRANSLATE_NOOP("formatting", "Busy"),
    Cause.NO_ANSWER: QT_TRANSLATE_NOOP("formatting", "No answer"),
    Cause.REJECTED: QT_TRANSLATE_NOOP("formatting", "Declined"),
    Cause.UNREACHABLE: QT_TRANSLATE_NOOP("formatting", "Cannot be reached"),
    Cause.INVALID_ADDRESS: QT_TRANSLATE_NOOP("formatting", "This number does not exist"),
    Cause.NOT_ALLOWED: QT_TRANSLATE_NOOP("formatting", "You may not call this number"),
    Cause.TERMINAL_UNAVAILABLE: QT_TRANSLATE_NOOP("formatting", "Your phone is off or not registered"),
    Cause.TERMINAL_REJECTED: QT_TRANSLATE_NOOP("formatting", "Your phone was not picked up"),
    Cause.FAILURE: QT_TRANSLATE_NOOP("formatting", "The call failed"),
    Cause.ELSEWHERE: QT_TRANSLATE_NOOP("formatting", "Answered at another phone"),
    Cause.CANCELLED: QT_TRANSLATE_NOOP("formatting", "Hung up before the answer"),
    Cause.FORWARDED: QT_TRANSLATE_NOOP("formatting", "Sent on"),
    Cause.TRANSFERRED: QT_TRANSLATE_NOOP("formatting", "Transferred"),
    Cause.PARKED: QT_TRANSLATE_NOOP("formatting", "Parked"),
}
"""Each cause alone, where nothing else is known of the call."""


NO_FAILURE = frozenset(
    {
        Cause.NORMAL,
        Cause.DROPPED,
        Cause.ELSEWHERE,
        Cause.CANCELLED,
        Cause.FORWARDED,
        Cause.TRANSFERRED,
        Cause.PARKED,
    }
)
"""With these causes a call has ended as somebody wanted it."""


def failed(call: Call) -> bool:
    """Has the call ended otherwise than anybody here wanted?"""
    if call.state is not CallState.ON_HOOK or call.missed or call.cause in NO_FAILURE:
        return False
    declined = call.direction is Direction.INBOUND and call.cause is Cause.REJECTED
    return call.cause is not None and not declined


def ended(call: Call, *, target: bool = False) -> str:
    """The phrase for whose phone it is, of a call that is over, not missed; "" if `CAUSES` says it all.

    `target`: is it known where the call went from here?
    """
    outgoing = call.direction is Direction.OUTBOUND
    match call.cause:
        case Cause.BUSY:
            return QT_TRANSLATE_NOOP("phrases", "{name} is busy")
        case Cause.NO_ANSWER:
            return QT_TRANSLATE_NOOP("phrases", "{name} does not answer")
        case Cause.REJECTED if outgoing:
            return QT_TRANSLATE_NOOP("phrases", "{name} has declined")
        case Cause.UNREACHABLE:
            return QT_TRANSLATE_NOOP("phrases", "{name} cannot be reached")
        case Cause.NOT_ALLOWED:
            return QT_TRANSLATE_NOOP("phrases", "You may not call this number: ask your administrator")
        case Cause.TERMINAL_UNAVAILABLE:
            return QT_TRANSLATE_NOOP("phrases", "Your phone is off or not registered: check it")
        case Cause.NORMAL if outgoing and call.connected is None:
            return QT_TRANSLATE_NOOP("phrases", "Your phone hung up before {name} answered")
        case Cause.CANCELLED if outgoing:
            return QT_TRANSLATE_NOOP("phrases", "Call ended")
        case Cause.ELSEWHERE if target:
            return QT_TRANSLATE_NOOP("phrases", "Answered by {target}")
        case Cause.FORWARDED if target:
            return QT_TRANSLATE_NOOP("phrases", "Sent on to {target}")
        case Cause.TRANSFERRED if target:
            return QT_TRANSLATE_NOOP("phrases", "Transferred to {target}")
        case Cause.PARKED if target:
            return QT_TRANSLATE_NOOP("phrases", "Parked: {target}")
    return ""

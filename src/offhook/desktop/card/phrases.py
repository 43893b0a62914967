"""What happens with a call, and what to do, in a phrase; and how it looks."""

from enum import Enum

from PySide6.QtCore import QCoreApplication

from offhook.call import Call, CallState, Cause, Direction, Reason
from offhook.desktop import formatting

translate = QCoreApplication.translate


class Tone(Enum):
    """The colour of a phrase."""

    PLAIN = "plain"
    GOOD = "good"
    QUIET = "quiet"
    ATTENTION = "attention"
    BAD = "bad"


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


def tone(call: Call) -> Tone:
    """How the phrase of the call looks."""
    if call.state is CallState.ON_HOOK:
        return Tone.ATTENTION if call.missed else Tone.BAD if failed(call) else Tone.QUIET
    if call.held or call.held_by_other:
        return Tone.ATTENTION
    return Tone.GOOD if call.rings_here or call.state is CallState.CONNECTED else Tone.PLAIN


def happening(call: Call, name: str, target: str = "") -> str:
    """The phrase. `name` is the other party's, `target` that of the one where the call went from here."""
    if call.state is CallState.ON_HOOK:
        return _ended(call, name, target)
    if call.state is CallState.CONNECTED:
        return _connected(call, name)
    if call.direction is Direction.INBOUND:
        return translate("phrases", "{name} is calling").format(name=name)
    return {
        CallState.OFF_HOOK: translate("phrases", "Your phone is ringing: pick it up"),
        CallState.PROCEED: translate("phrases", "Calling {name} …"),
        CallState.RING_BACK: translate("phrases", "Ringing {name}"),
    }[call.state].format(name=name)


def _connected(call: Call, name: str) -> str:
    if call.held:
        return translate("phrases", "On hold")
    if call.held_by_other:
        return translate("phrases", "{name} has put you on hold").format(name=name)
    if call.conference:
        return translate("phrases", "In a conference")
    return translate("phrases", "Connected")


def _ended(call: Call, name: str, target: str) -> str:
    if call.missed:
        known = formatting.other_party(call).id
        return translate("phrases", "Missed: call back") if known else translate("phrases", "Missed call")
    outgoing = call.direction is Direction.OUTBOUND
    phrase = ""
    match call.cause:
        case Cause.BUSY:
            phrase = translate("phrases", "{name} is busy")
        case Cause.NO_ANSWER:
            phrase = translate("phrases", "{name} does not answer")
        case Cause.REJECTED if outgoing:
            phrase = translate("phrases", "{name} has declined")
        case Cause.UNREACHABLE:
            phrase = translate("phrases", "{name} cannot be reached")
        case Cause.NOT_ALLOWED:
            phrase = translate("phrases", "You may not call this number: ask your administrator")
        case Cause.TERMINAL_UNAVAILABLE:
            phrase = translate("phrases", "Your phone is off or not registered: check it")
        case Cause.NORMAL if outgoing and call.connected is None:
            phrase = translate("phrases", "Your phone hung up before {name} answered")
        case Cause.CANCELLED if outgoing:
            phrase = translate("phrases", "Call ended")
        case Cause.ELSEWHERE if target:
            phrase = translate("phrases", "Answered by {target}")
        case Cause.FORWARDED if target:
            phrase = translate("phrases", "Sent on to {target}")
        case Cause.TRANSFERRED if target:
            phrase = translate("phrases", "Transferred to {target}")
        case Cause.PARKED if target:
            phrase = translate("phrases", "Parked: {target}")
    if phrase:
        return phrase.replace("{name}", name).replace("{target}", target)
    return formatting.cause_text(call.cause or Cause.NORMAL)


def way(call: Call) -> str:
    """Which kind of call it is, for the head of the card."""
    if call.consultation:
        return translate("phrases", "Asking first")
    if call.direction is Direction.OUTBOUND:
        return translate("phrases", "Outgoing call")
    return translate("phrases", "Missed call") if call.missed else translate("phrases", "Incoming call")


def came_by(call: Call, redirecting: str) -> str:
    """How the call came here, if not directly; `redirecting` is the name of who sent it."""
    phrase = {
        Reason.FORWARDED_ALWAYS: translate("phrases", "Forwarded by {name}"),
        Reason.FORWARDED_BUSY: translate("phrases", "Forwarded by {name}, who is busy"),
        Reason.FORWARDED_NO_ANSWER: translate("phrases", "Forwarded by {name}, who does not answer"),
        Reason.REDIRECTED: translate("phrases", "Sent on by {name}"),
        Reason.TRANSFERRED: translate("phrases", "Transferred by {name}"),
        Reason.PICKED_UP: translate("phrases", "Picked up for {name}"),
        Reason.REMINDER: translate("phrases", "Rings back: the call was parked or on hold"),
    }.get(call.reason, "")
    if not redirecting and "{name}" in phrase:
        return ""
    return phrase.replace("{name}", redirecting)

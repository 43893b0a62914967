"""What happens with a call, and what to do, in a phrase; and how it looks."""

from enum import Enum

from PySide6.QtCore import QCoreApplication

from offhook.call import Call, CallState, Cause, Direction, Party, Reason
from offhook.call.phrases import ended, failed
from offhook.desktop import formatting
from offhook.desktop.phonemodel import PhoneModel

translate = QCoreApplication.translate


class Tone(Enum):
    """The colour of a phrase."""

    PLAIN = "plain"
    GOOD = "good"
    QUIET = "quiet"
    ATTENTION = "attention"
    BAD = "bad"


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
    phrase = ended(call, target=bool(target))
    if phrase:
        return translate("phrases", phrase).replace("{name}", name).replace("{target}", target)
    return formatting.cause_text(call.cause or Cause.NORMAL)


def not_registered(phones: PhoneModel, party: Party) -> str:
    """Why a phone of this site cannot be reached."""
    name, number = phones.name_for(party), phones.show(party.id)
    if phones.silent(party.id):
        if not name:
            return translate("phrases", "The phone {number} does not answer").format(number=number)
        phrase = translate("phrases", "{name}'s phone ({number}) does not answer")
    elif not name:
        return translate("phrases", "The phone {number} is not registered").format(number=number)
    else:
        phrase = translate("phrases", "{name}'s phone ({number}) is not registered")
    return phrase.replace("{number}", number).replace("{name}", name)


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

"""States, causes and times as a person reads them."""

import time
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from offhook.call import Call, CallState, Cause, Direction, Party
from offhook.errors import CallError, Refusal


def state_text(call: Call) -> str:
    """Where the call is, in a few words."""
    tr = QCoreApplication.translate
    if call.state is CallState.ON_HOOK:
        return cause_text(call.cause or Cause.NORMAL)
    if call.state is CallState.CONNECTED:
        return tr("words", "Connected")
    if call.direction is Direction.INBOUND:
        return tr("words", "Your phone is ringing …")
    return {
        CallState.OFF_HOOK: tr("words", "Picking up your phone …"),
        CallState.PROCEED: tr("words", "Calling …"),
        CallState.RING_BACK: tr("words", "Ringing …"),
    }[call.state]


def cause_text(cause: Cause) -> str:
    """Why a call ended, and what to do where something can be done."""
    tr = QCoreApplication.translate
    return {
        Cause.NORMAL: tr("words", "Call ended"),
        Cause.DROPPED: tr("words", "Call ended"),
        Cause.BUSY: tr("words", "Busy"),
        Cause.NO_ANSWER: tr("words", "No answer"),
        Cause.REJECTED: tr("words", "Declined"),
        Cause.UNREACHABLE: tr("words", "Cannot be reached"),
        Cause.INVALID_ADDRESS: tr("words", "This number does not exist"),
        Cause.NOT_ALLOWED: tr("words", "You may not call this number"),
        Cause.TERMINAL_UNAVAILABLE: tr("words", "Your phone is off or not registered"),
        Cause.TERMINAL_REJECTED: tr("words", "Your phone was not picked up"),
        Cause.FAILURE: tr("words", "The call failed"),
    }[cause]


def refusal_text(error: CallError) -> str:
    """Why a dial or drop was refused, and what to do."""
    tr = QCoreApplication.translate
    texts = {
        Refusal.INVALID_ADDRESS: tr("words", "This is not a number that can be dialled."),
        Refusal.NOT_ALLOWED: tr("words", "You may not call this number. Ask your administrator."),
        Refusal.NO_SUCH_TERMINAL: tr("words", "You have no phone here. Ask your administrator for one."),
        Refusal.TERMINAL_UNAVAILABLE: tr("words", "Your phone is off or not registered. Check it."),
        Refusal.TERMINAL_BUSY: tr("words", "Your phone is in a call. End it first."),
        Refusal.NO_SUCH_CALL: tr("words", "This call is over already."),
        Refusal.NOT_AUTHENTICATED: tr("words", "You are not logged in. Check user and password."),
        Refusal.OVERLOADED: tr("words", "Too much is going on. Try again in a moment."),
        Refusal.UNAVAILABLE: tr("words", "The Call Manager cannot be reached. It is being tried again."),
    }
    return texts.get(error.refusal, str(error))


def other_party(call: Call) -> Party:
    """Whom the person talks to."""
    return call.callee if call.direction is Direction.OUTBOUND else call.caller


def initials(name: str) -> str:
    """One or two letters for a person's picture."""
    words = [word for word in name.split() if word[0].isalpha()]
    if not words:
        return ""
    if ord(words[0][0]) > 0x2E80:  # the family name, which comes first in East Asian scripts
        return words[0][0]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def duration_text(seconds: float) -> str:
    """1:05, or 1:02:03 from an hour on."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, seconds_left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds_left:02}" if hours else f"{minutes}:{seconds_left:02}"


def talked(call: Call, now: float | None = None) -> float | None:
    """Seconds since the answer, or from answer to end; None when it was never answered."""
    if call.connected is None:
        return None
    return (call.ended or now or time.time()) - call.connected


def when_text(epoch: float) -> str:
    """Time alone for today, else with the date, as the locale writes it."""
    moment = QDateTime.fromSecsSinceEpoch(int(epoch))
    locale = QLocale()
    if datetime.fromtimestamp(epoch).date() == datetime.now().date():
        return locale.toString(moment.time(), QLocale.FormatType.ShortFormat)
    return locale.toString(moment, QLocale.FormatType.ShortFormat)

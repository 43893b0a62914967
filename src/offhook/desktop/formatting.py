"""Formats states, causes and times for people."""

import time
from datetime import datetime, timedelta

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from offhook.call import DOES_NOT_ANSWER, Call, CallState, Cause, Direction, Party, Privacy
from offhook.call.phrases import CAUSES

translate = QCoreApplication.translate

MAX_NAME = 80
"""Characters of a name that are shown."""


def state_text(call: Call) -> str:
    """The state of a call in a few words."""
    if call.state is CallState.ON_HOOK:
        return cause_text(call.cause or Cause.NORMAL)
    if call.state is CallState.CONNECTED:
        return translate("formatting", "On hold") if call.held else translate("formatting", "Connected")
    if call.direction is Direction.INBOUND:
        return translate("formatting", "Your phone is ringing …")
    return {
        CallState.OFF_HOOK: translate("formatting", "Picking up your phone …"),
        CallState.PROCEED: translate("formatting", "Calling …"),
        CallState.RING_BACK: translate("formatting", "Ringing …"),
    }[call.state]


def cause_text(cause: Cause) -> str:
    """Why a call ended, and what to do where something can be done."""
    return translate("formatting", CAUSES[cause])


def problem_text(problem: str) -> str:
    """Why a phone's last registration failed: the Call Manager's text, translated where it is known."""
    if problem == DOES_NOT_ANSWER:
        return translate("formatting", "registered, but does not answer")
    what, _, host = problem.partition(", from ")
    if what == "wrong password" and host:
        return translate("formatting", "wrong password, from {host}").format(host=host)
    return problem


def other_party(call: Call) -> Party:
    """The other party of the call, from the point of view of the own phone."""
    return call.callee if call.direction is Direction.OUTBOUND else call.caller


def privacy_text(privacy: Privacy) -> str:
    """What stands in the place of a number that is not shown."""
    if privacy is Privacy.WITHHELD:
        return translate("formatting", "Number withheld")
    return translate("formatting", "Unknown number")


def shortened(name: str) -> str:
    """A name that is not longer than can be read at a glance: who calls may send any."""
    return name if len(name) <= MAX_NAME else f"{name[: MAX_NAME - 1].rstrip()}…"


def missed_text(missed: int) -> str:
    """How many calls were missed; "" for none."""
    if missed == 1:
        return translate("formatting", "1 missed call")
    return translate("formatting", "{number} missed calls").format(number=missed) if missed else ""


def initials(name: str) -> str:
    """One or two letters for a person's avatar."""
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
    """Seconds since the answer, or from the answer to the end; None if the call was not answered."""
    if call.connected is None:
        return None
    return max(0.0, (call.ended or now or time.time()) - call.connected)


def when_text(epoch: float) -> str:
    """The time; with the date if it is not today. In the locale's format."""
    moment = QDateTime.fromSecsSinceEpoch(int(epoch))
    locale = QLocale()
    if datetime.fromtimestamp(epoch).date() == datetime.now().date():
        return locale.toString(moment.time(), QLocale.FormatType.ShortFormat)
    return locale.toString(moment, QLocale.FormatType.ShortFormat)


def day_text(epoch: float) -> str:
    """The time if it was today, else the day: yesterday, a day of the week, or the date."""
    day, today = datetime.fromtimestamp(epoch).date(), datetime.now().date()
    if day == today:
        return when_text(epoch)
    if day == today - timedelta(days=1):
        return translate("formatting", "Yesterday")
    locale, moment = QLocale(), QDateTime.fromSecsSinceEpoch(int(epoch))
    if today - timedelta(days=7) < day < today:
        return locale.dayName(day.isoweekday(), QLocale.FormatType.LongFormat)
    return locale.toString(moment.date(), QLocale.FormatType.ShortFormat)

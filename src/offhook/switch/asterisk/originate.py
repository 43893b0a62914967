"""The Originate of a call: the own phone first, then the dialplan (Asterisk's action of that name)."""

from __future__ import annotations

import re
from dataclasses import replace

from offhook.call import Call, Party
from offhook.config import AsteriskSettings
from offhook.switch.asterisk.plan import PICKUP, Place
from offhook.switch.asterisk.session import Fields

OURS = "offhook-"
"""What the ids of our own channels begin with."""

BACK = "offhook-back-"
"""What those begin with by which a call on hold rings back."""

NOBODY = "OffhookCheck/nobody"
"""A way to a phone that no Asterisk has: an Originate to it fails, and rings nothing. It tells whether the
number exists."""

ADDRESS = re.compile(r"[0-9A-Za-z*#+._-]{1,64}")
"""What may be dialled. Anything else could mean something to a dialplan: `&` dials a second phone."""

BESIDE = re.compile(r"[0-9*#+][0-9A-Za-z*#+._-]{0,63}|[A-Za-z][0-9A-Za-z*#+._-]{1,63}")
"""What our own contexts take of that: their extensions `h`, `i` and `t` mean something to a dialplan, and
whoever is sent to an extension that is not there is hung up."""

MARGIN_S = 5.0
"""How much longer Asterisk lets the own phone ring than we do: it ends the call should we be gone."""

AUTO_ANSWER = (
    ("Call-Info", "<sip:offhook.invalid>;answer-after=0"),
    ("Alert-Info", "<http://offhook.invalid>;info=alert-autoanswer;delay=0"),
)

_SPECIAL = re.compile(r"[^\w .'@/+-]")


def originate(call: Call, settings: AsteriskSettings) -> Fields:
    """Its headers. No CallerID: that would be shown to the callee. The own phone is shown whom it calls."""
    there = [("Context", settings.context), ("Exten", call.callee.id), ("Priority", "1")]
    seconds = settings.terminal_answer_s + MARGIN_S
    return _ring(call.terminal, OURS + call.id, call.callee, seconds, settings, there)


def fetch(
    call: Call, channel_id: str, seconds: float, settings: AsteriskSettings, application: tuple[str, str]
) -> Fields:
    """Those of one that fetches to the own phone a call which is somewhere else: by an application of the
    dialplan and its data. The phone is shown who that is."""
    there = [("Application", application[0]), ("Data", application[1])]
    return _ring(call.terminal, channel_id, call.caller, seconds, settings, there)


def unpark(call: Call, slot: str, settings: AsteriskSettings) -> Fields:
    """Those of one that fetches a parked call."""
    there = [("Context", PICKUP), ("Exten", f"*{slot}"), ("Priority", "1")]
    there.append(("Variable", f"OFFHOOK_LOT={settings.parking_lot}"))
    seconds = settings.terminal_answer_s
    return _ring(call.terminal, OURS + call.id, call.callee, seconds, settings, there)


def ring_back(call: Call, channel_id: str, shown: Party, place: Place, settings: AsteriskSettings) -> Fields:
    """Those of one that has the phone ring for a call on hold; it does not answer by itself."""
    # in the dialplan, not as an application: only from there can it be moved again
    there = [("Context", place[0]), ("Exten", place[1]), ("Priority", "1")]
    silent = replace(settings, auto_answer=False)
    return _ring(call.terminal, channel_id, shown, settings.terminal_answer_s, silent, there)


def _ring(
    terminal: str,
    channel_id: str,
    shown: Party,
    seconds: float,
    settings: AsteriskSettings,
    there: Fields,
) -> Fields:
    variables = []
    if settings.answers_by_itself:
        variables += [f"PJSIP_HEADER(add,{name})={value}" for name, value in AUTO_ANSWER]
    # Last, for it is an event: who hears of it would be at work while Asterisk's threads add the headers.
    variables.append(f"CONNECTEDLINE(num,i)={shown.id}")
    if shown.name:
        variables.append(f"CONNECTEDLINE(name,i)={_SPECIAL.sub(' ', shown.name)}")
    return [
        ("Channel", settings.device(terminal)),
        *there,
        ("Timeout", str(int(1000 * seconds))),
        ("Async", "true"),
        ("ChannelId", channel_id),
        *(("Variable", variable) for variable in variables),
    ]

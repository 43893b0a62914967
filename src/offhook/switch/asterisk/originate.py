"""The Originate of a call: the own phone first, then the dialplan (Asterisk's action of that name)."""

from __future__ import annotations

import re

from offhook.call import Call
from offhook.config import AsteriskSettings
from offhook.switch.asterisk.session import Fields

OURS = "offhook-"
"""What the ids of our own channels begin with."""

ADDRESS = re.compile(r"[0-9A-Za-z*#+._-]{1,64}")
"""What may be dialled. Anything else could mean something to a dialplan: `&` dials a second phone."""

MARGIN_S = 5.0
"""How much longer Asterisk lets the own phone ring than we do: it ends the call should we be gone."""

AUTO_ANSWER = (
    ("Call-Info", "<sip:offhook.invalid>;answer-after=0"),
    ("Alert-Info", "<http://offhook.invalid>;info=alert-autoanswer;delay=0"),
)

_SPECIAL = re.compile(r"[^\w .'@/+-]")


def originate(call: Call, settings: AsteriskSettings) -> Fields:
    """Its headers. No CallerID: that would be shown to the callee. The own phone is shown whom it calls."""
    device = settings.device(call.terminal)
    variables = [f"__OFFHOOK_CALL={call.id}", f"CONNECTEDLINE(num,i)={call.callee.id}"]
    if call.callee.name:
        variables.append(f"CONNECTEDLINE(name,i)={_SPECIAL.sub(' ', call.callee.name)}")
    if settings.auto_answer and device.upper().startswith("PJSIP/"):
        variables += [f"PJSIP_HEADER(add,{name})={value}" for name, value in AUTO_ANSWER]
    return [
        ("Channel", device),
        ("Context", settings.context),
        ("Exten", call.callee.id),
        ("Priority", "1"),
        ("Timeout", str(int(1000 * (settings.terminal_answer_s + MARGIN_S)))),
        ("Async", "true"),
        ("ChannelId", OURS + call.id),
        *(("Variable", variable) for variable in variables),
    ]

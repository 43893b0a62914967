"""What a PBX's refusals and failures mean, and what to do there."""

from __future__ import annotations

from dataclasses import dataclass

from offhook.sip.digest import unanswerable
from offhook.sip.message import Response
from offhook.sip.sessiontimer import OPTION, lacking
from offhook.switch.upstream.problems import no_answer

KEY = "switch.pbx"
"""Where the settings are that messages name."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is wrong at the PBX, and what to do about it. As text one line."""

    what: str
    fix: str

    def __str__(self) -> str:
        return f"{self.what}; {self.fix}"


NO_ANSWER = no_answer(KEY)
MAX_NAMES = 200
"""Characters of what a PBX names that go into a message."""

_REFUSALS: dict[int, tuple[str, str]] = {
    401: (
        "does not accept the password",
        "set the password of its [[terminal]] to the extension's SIP secret",
    ),
    403: (
        "forbids the account",
        "check password and auth_user, and that the PBX lets this machine's address use the extension "
        "(access list, fail2ban)",
    ),
    404: ("does not know the user", "correct user of its [[terminal]], or add the extension at the PBX"),
    405: ("does not take REGISTER", "set switch.pbx.watch_s = 0 and register = false"),
    407: (
        "does not accept the password",
        "set the password of its [[terminal]] to the extension's SIP secret",
    ),
    408: NO_ANSWER,
    423: ("wants longer registrations", "set switch.pbx.register_s higher"),
    480: ("says that the user is away", "register the phone at the PBX"),
    488: ("does not accept our session description", "allow the codecs of the phones for this extension"),
    502: ("has no way on", "see the PBX's trunks and outbound proxy"),
    503: ("is overloaded or stopping", "see the PBX's own log"),
    504: NO_ANSWER,
}


def diagnose(user: str, response: Response) -> Diagnosis:
    """`extension 4000: the PBX forbids the account (403 Forbidden); check ...`."""
    what, fix = _lacking(response) or _challenge(response) or _refusal(response.status)
    said = f"{response.status} {response.reason}".strip()
    return Diagnosis(f"extension {user}: the PBX {what} ({said})", fix)


def _lacking(response: Response) -> tuple[str, str] | None:
    told = lacking(response)
    names = ", ".join(name for name in told if name.isascii() and name.isprintable())[:MAX_NAMES]
    if response.status == 421:
        if told and all(name.lower() == OPTION for name in told):
            return (
                "wants session timers, and does not take those that it is offered",
                "do not require them there",
            )
        what = f"wants the extension {names}" if names else "wants an extension that it does not name"
        return f"{what}, which Offhook does not have", "do not require it there for this user"
    if response.status == 420:
        what = f"does not know the extension {names}" if names else "does not know an extension"
        return f"{what}, which the request asks for", "see its documentation for those that it has"
    return None


def _challenge(response: Response) -> tuple[str, str] | None:
    if response.status not in (401, 407) or not (why := unanswerable(response)):
        return None
    what = f"asks for a login that Offhook does not know: {why}"
    return what, "let it ask for Digest with MD5 or SHA-256, and qop auth or auth-int"


def _refusal(status: int) -> tuple[str, str]:
    return _REFUSALS.get(status, ("refuses the account", "see the PBX's own log"))

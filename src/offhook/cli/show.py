"""Calls and terminals as text and as JSON."""

import time
import unicodedata
from collections.abc import Sequence

from offhook.call import (
    Call,
    CallState,
    Cause,
    Direction,
    Features,
    Forwarding,
    Party,
    Privacy,
    Reason,
    Terminal,
)
from offhook.call.phrases import CAUSES

STATE_LABELS = {
    CallState.OFF_HOOK: "off hook",
    CallState.PROCEED: "calling",
    CallState.RING_BACK: "ringing",
    CallState.CONNECTED: "connected",
    CallState.ON_HOOK: "over",
}
"""What a person reads of each state."""

PRIVACY_LABELS = {Privacy.WITHHELD: "withheld", Privacy.UNAVAILABLE: "unknown"}

GONE_LABELS = {
    Cause.ELSEWHERE: "answered elsewhere",
    Cause.FORWARDED: "forwarded",
    Cause.TRANSFERRED: "transferred",
    Cause.PARKED: "parked",
}
"""What has become of a call that went on without this phone."""

REASON_LABELS = {
    Reason.FORWARDED_ALWAYS: "forwarded",
    Reason.FORWARDED_BUSY: "forwarded, busy",
    Reason.FORWARDED_NO_ANSWER: "forwarded, no answer",
    Reason.REDIRECTED: "redirected",
    Reason.TRANSFERRED: "transferred",
    Reason.PICKED_UP: "picked up",
    Reason.UNPARKED: "unparked",
    Reason.REMINDER: "rings back",
}
"""How a call came that was not simply called here."""


def counted(number: int, what: str) -> str:
    """`1 call`, `2 calls`."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines with aligned columns; the first row is the heading. Wide characters take two cells."""
    widths = [max(map(_cells, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            text + " " * (width - _cells(text)) for text, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def party(one: Party) -> str:
    """Name and address, or why there is none."""
    return safe(f"{one.name} {one.id}".strip()) or PRIVACY_LABELS.get(one.privacy, "-")


def safe(text: str) -> str:
    """Text that a peer gave, unable to command a terminal."""
    return "".join(character if character.isprintable() else " " for character in text)


def span(seconds: float) -> str:
    """`m:ss` or `h:mm:ss`."""
    whole = max(0, round(seconds))
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def outcome(call: Call) -> str:
    """The state, or what became of a call that is over: missed, answered elsewhere, or else why it ended."""
    if call.cause in GONE_LABELS:
        to = f" to {party(call.redirected_to)}" if call.redirected_to is not None else ""
        return f"{GONE_LABELS[call.cause]}{to}"
    if call.cause:
        words = cause_words(call)
        return f"missed ({words})" if call.missed else words
    more = [STATE_LABELS[call.state]]
    more += ["on hold"] if call.held else []
    more += ["held by the other"] if call.held_by_other else []
    more += ["conference"] if call.conference else ["consultation"] if call.consultation else []
    return ", ".join(more)


def cause_words(call: Call) -> str:
    """Why a call ended, of a phone that may be anybody's: "phone 4000 was not picked up"."""
    cause = call.cause or Cause.NORMAL
    unanswered = call.connected is None and call.direction is Direction.OUTBOUND
    if unanswered and cause in (Cause.NORMAL, Cause.DROPPED):
        cause = Cause.CANCELLED
    words = CAUSES[cause].replace("Your phone", f"phone {safe(call.terminal)}")
    return words[:1].lower() + words[1:]


def came_by(call: Call) -> str:
    """How it came here, where that was not simply by being called: "forwarded, busy, by Park 4002"."""
    reason = REASON_LABELS.get(call.reason, "")
    by = f"by {party(call.redirecting)}" if call.redirecting is not None else ""
    return ", ".join(one for one in (reason, by) if one)


def when(seconds: float) -> str:
    """Local date and time."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))


def moment(seconds: float) -> str:
    """The local time, with the date if that is another day."""
    at = time.localtime(seconds)
    return time.strftime("%H:%M" if at[:3] == time.localtime()[:3] else "%Y-%m-%d %H:%M", at)


def call_fields(call: Call) -> dict[str, object]:
    """A call for JSON; times are seconds since the epoch."""
    return {
        "id": call.id,
        "terminal": call.terminal,
        "direction": call.direction.value,
        "state": call.state.value,
        "caller": _party_fields(call.caller),
        "callee": _party_fields(call.callee),
        "started": call.started,
        "connected": call.connected,
        "ended": call.ended,
        "cause": call.cause.value if call.cause else None,
        "missed": call.missed,
        "reason": call.reason.value,
        "held": call.held,
        "held_by_other": call.held_by_other,
        "related": call.related or None,
        "consultation": call.consultation,
        "conference": call.conference or None,
        "connected_party": _party_fields(call.connected_party),
        "redirecting": _party_fields(call.redirecting),
        "redirected_to": _party_fields(call.redirected_to),
        "external": call.external,
        "by_hand": call.by_hand,
        "features": _features(call.features),
    }


def terminal_fields(terminal: Terminal) -> dict[str, object]:
    """A terminal for JSON."""
    return {
        "id": terminal.id,
        "name": terminal.name,
        "in_service": terminal.in_service,
        "features": _features(terminal.features),
        "capabilities": _features(terminal.capabilities),
        "do_not_disturb": terminal.do_not_disturb,
        "forwardings": [forwarding_fields(one) for one in terminal.forwardings],
        "missed": terminal.missed,
    }


def terminal_state(terminal: Terminal) -> str:
    """Whether it can be rung, and what else there is to know: "ready, do not disturb, 2 missed"."""
    more = ["ready" if terminal.in_service else "does not answer" if terminal.silent else "not registered"]
    more += ["do not disturb"] if terminal.do_not_disturb else []
    more += [forwarding_text(one) for one in terminal.forwardings]
    more += [f"{terminal.missed} missed"] if terminal.missed else []
    return ", ".join(more)


def forwarding_text(one: Forwarding) -> str:
    """Like "no-answer after 20 s to 4002"."""
    after = f" after {one.after_s:g} s" if one.after_s else ""
    return f"{one.when.value}{after} to {safe(one.address)}"


def forwarding_fields(one: Forwarding) -> dict[str, object]:
    """A forwarding for JSON."""
    return {"when": one.when.value, "address": one.address, "after_s": one.after_s}


def _party_fields(one: Party | None) -> dict[str, str] | None:
    return None if one is None else {"name": one.name, "id": one.id, "privacy": one.privacy.value}


def _features(features: Features | None) -> list[str] | None:
    return None if features is None else sorted(one.value for one in features)


def cut(text: str, cells: int) -> str:
    """The text, or as much of its beginning as has room in so many cells, with an ellipsis."""
    if _cells(text) <= cells:
        return text
    while text and _cells(text) >= cells:
        text = text[:-1]
    return f"{text}…"[:cells]


def _cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def registration(terminal: Terminal) -> str:
    """Whether the phone is registered, and if not why."""
    if terminal.in_service:
        return "registered"
    if terminal.silent and terminal.problem_at is not None:
        return f"{terminal.problem} since {moment(terminal.problem_at)}"
    return f"not registered{last_failure(terminal)}"


def last_failure(terminal: Terminal) -> str:
    """What a phone's last attempt to register failed of, to go behind "not registered"; or nothing."""
    if not terminal.problem or terminal.problem_at is None:
        return ""
    return f": {safe(terminal.problem)}, {moment(terminal.problem_at)}"

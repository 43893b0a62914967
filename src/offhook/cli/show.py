"""Calls and terminals as text and as JSON."""

import time
import unicodedata
from collections.abc import Sequence

from offhook.call import Call, CallState, Direction, Features, Party, Terminal

STATE_LABELS = {
    CallState.OFF_HOOK: "off hook",
    CallState.PROCEED: "calling",
    CallState.RING_BACK: "ringing",
    CallState.CONNECTED: "connected",
    CallState.ON_HOOK: "over",
}
"""What a person reads of each state."""


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
    """Name and address."""
    return safe(f"{one.name} {one.id}".strip()) or "-"


def safe(text: str) -> str:
    """Text that a peer gave, unable to command a terminal."""
    return "".join(character if character.isprintable() else " " for character in text)


def span(seconds: float) -> str:
    """`m:ss` or `h:mm:ss`."""
    whole = max(0, round(seconds))
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def outcome(call: Call) -> str:
    """The state, or the cause of a call that is over."""
    return call.cause.value if call.cause else STATE_LABELS[call.state]


def when(seconds: float) -> str:
    """Local date and time."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))


def talked(call: Call, now: float) -> str:
    """How long the two have been connected."""
    return span((call.ended or now) - call.connected) if call.connected else "-"


def calls_table(calls: Sequence[Call], now: float) -> list[str]:
    """Calls as lines, with a heading."""
    rows = [("CALL", "PHONE", "", "WITH", "STARTED", "TALKED", "STATE")]
    for call in calls:
        outbound = call.direction is Direction.OUTBOUND
        other = call.callee if outbound else call.caller
        arrow = "->" if outbound else "<-"
        began, state = when(call.started), outcome(call)
        rows.append((call.id, call.terminal, arrow, party(other), began, talked(call, now), state))
    return table(rows)


def call_fields(call: Call) -> dict[str, object]:
    """A call for JSON; times are seconds since the epoch."""
    return {
        "id": call.id,
        "terminal": call.terminal,
        "direction": call.direction.value,
        "state": call.state.value,
        "caller": {"name": call.caller.name, "id": call.caller.id},
        "callee": {"name": call.callee.name, "id": call.callee.id},
        "started": call.started,
        "connected": call.connected,
        "ended": call.ended,
        "cause": call.cause.value if call.cause else None,
        "features": _features(call.features),
    }


def terminal_fields(terminal: Terminal) -> dict[str, object]:
    """A terminal for JSON."""
    return {
        "id": terminal.id,
        "name": terminal.name,
        "in_service": terminal.in_service,
        "features": _features(terminal.features),
    }


def _features(features: Features | None) -> list[str] | None:
    return None if features is None else sorted(one.value for one in features)


def _cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def last_failure(terminal: Terminal) -> str:
    """What a phone's last attempt to register failed of, to go behind "not registered"; or nothing."""
    if not terminal.problem or terminal.problem_at is None:
        return ""
    at = time.localtime(terminal.problem_at)
    today = at[:3] == time.localtime()[:3]
    return f": {safe(terminal.problem)}, {time.strftime('%H:%M' if today else '%Y-%m-%d %H:%M', at)}"

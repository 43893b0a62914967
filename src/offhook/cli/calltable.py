"""Calls as a table: one row for a call of two phones of the site, short ids, and words for how it ended."""

import sys
from collections.abc import Iterator, Sequence
from typing import TextIO

from offhook.call import Call, CallState, Direction
from offhook.call.phrases import failed
from offhook.cli.colour import GREEN, RED, YELLOW, coloured, paint
from offhook.cli.show import came_by, outcome, party, span, table, when
from offhook.messenger.choose import SHORT_ID


def calls_table(calls: Sequence[Call], now: float, *, stream: TextIO | None = None) -> list[str]:
    """Calls as lines, with a heading; coloured, if the stream (standard output) shows colours."""
    stream = stream or sys.stdout
    length = _id_length([call.id for call in calls])
    rows = [("CALL", "PHONE", "", "WITH", "STARTED", "TALKED", "STATE")]
    shown = list(joined(calls))
    for call in shown:
        outbound = call.direction is Direction.OUTBOUND
        other = call.connected_party or (call.callee if outbound else call.caller)
        began, way = when(call.started), came_by(call)
        state = f"{outcome(call)} ({way})" if way else outcome(call)
        arrow = "->" if outbound else "<-"
        rows.append((call.id[:length], call.terminal, arrow, party(other), began, _talked(call, now), state))
    lines = table(rows)
    return [lines[0], *_painted(lines[1:], shown, stream)]


def joined(calls: Sequence[Call]) -> Iterator[Call]:
    """The calls without those that are the other end of one of them, which says nothing more."""
    ends = [call for call in calls if call.direction is Direction.INBOUND]
    joined = set[str]()
    for call in sorted(calls, key=lambda one: one.started):
        fit = [end for end in ends if end.id not in joined and _other_end(call, end)]
        if fit:
            joined.add(min(fit, key=lambda end: end.started).id)
    yield from (call for call in calls if call.id not in joined)


def _other_end(call: Call, end: Call) -> bool:
    """Is `end` what rang at the phone that `call` has called, while it lasted, and in no other way?"""
    return (
        call.direction is Direction.OUTBOUND
        and end.terminal == call.callee.id
        and end.caller.id == call.terminal
        and not came_by(end)
        and end.redirected_to is None
        and call.started <= end.started <= (call.ended or end.started)
        and (call.ended is None) == (end.ended is None)
    )


def _id_length(ids: Sequence[str]) -> int:
    longest = max(map(len, ids), default=SHORT_ID)
    return next((n for n in range(SHORT_ID, longest) if len({one[:n] for one in ids}) == len(ids)), longest)


def _talked(call: Call, now: float) -> str:
    """How long the two have been connected."""
    return span((call.ended or now) - call.connected) if call.connected else "-"


def _painted(lines: Sequence[str], calls: Sequence[Call], stream: TextIO) -> Iterator[str]:
    for line, call in zip(lines, calls, strict=True):
        yield paint(line, colour_of(call), stream) if coloured(stream) else line


def colour_of(call: Call) -> str:
    """Green talks or rings, yellow was missed, red has failed; what ended as somebody wanted it has none."""
    if call.state is not CallState.ON_HOOK:
        return GREEN if call.rings_here or call.state is CallState.CONNECTED else ""
    return YELLOW if call.missed else RED if failed(call) else ""

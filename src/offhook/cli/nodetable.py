"""The Call Managers of a cluster as text and as JSON."""

import sys
from collections.abc import Sequence
from dataclasses import asdict

from offhook.call import NodeState
from offhook.cli.colour import GREEN, RED, YELLOW, paint
from offhook.cli.show import counted, moment, safe, span, table

GOES_S = 3.0
"""A node that has told of itself so lately is no lost one, though nobody counts on it: it comes, or goes."""


def node_fields(one: NodeState) -> dict[str, object]:
    """A node for JSON."""
    return asdict(one)


def node_line(one: NodeState) -> tuple[str, str]:
    """It in a line, and its colour; most important first, as the end may be cut off."""
    name = safe(one.name) or "this one"
    if not one.live and one.silent_s > GOES_S:
        return f"{name}: not heard of for {span(one.silent_s)}", RED
    what = f"works {_works(one)}" if one.acts_for else "stands by"
    more = [counted(_sessions(one), "session"), counted(one.calls, "call")]
    more += [f"since {moment(one.since)}", safe(one.version)] if one.since else []
    if one.problems:
        return f"{name}: {what}; {'; '.join(map(safe, one.problems))}", YELLOW
    return f"{name}: {what}, {', '.join(more)}", YELLOW if not one.live else ""


def node_table(nodes: Sequence[NodeState]) -> list[str]:
    """All of them, each with what is wrong with it below."""
    rows = [("NODE", "WORKS", "STATE", "SINCE", "SESSIONS", "CALLS", "VERSION")]
    rows += [
        (
            (safe(one.name) or "this one") + (" (asked)" if one.here and len(nodes) > 1 else ""),
            _works(one) or "-",
            _state(one),
            moment(one.since) if one.since else "?",
            str(_sessions(one)) if one.since else "?",
            str(one.calls) if one.since else "?",
            safe(one.version) or "older",
        )
        for one in nodes
    ]
    heading, *lines = table(rows)
    shown = [heading]
    for one, line in zip(nodes, lines, strict=True):
        lost = not one.live and one.silent_s > GOES_S
        shown.append(paint(line, RED if lost else GREEN if one.well else YELLOW, sys.stdout))
        shown += [f"  {safe(why)}" for why in one.problems if not lost]
    return shown


def _state(one: NodeState) -> str:
    if not one.live:
        return f"lost {span(one.silent_s)} ago" if one.silent_s > GOES_S else "comes or goes"
    return "trouble" if one.problems else "well"


def _works(one: NodeState) -> str:
    return safe(", ".join(one.acts_for))


def _sessions(one: NodeState) -> int:
    return sum(one.sessions.values())

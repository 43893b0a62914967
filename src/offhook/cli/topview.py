"""What `offhook top` shows: figures, rates and the calls that last, of what a session tells. No I/O."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

from offhook.call import Call, CallState, Direction, NodeState, Terminal, TrunkState, live
from offhook.call.phrases import failed
from offhook.cli.calltable import colour_of, joined
from offhook.cli.colour import BOLD, DIM, RED, YELLOW
from offhook.cli.nodetable import node_fields, node_line
from offhook.cli.show import counted, cut, outcome, party, safe, span, table

WINDOW_S = 60
"""So many seconds the rates are of."""

ORDERS = ("newest first", "longest first", "by phone", "by state")
"""What the key s changes between."""

LEAST_ROWS = 3
"""Calls that have a line at least, however small the terminal is."""

Line = tuple[str, str]
"""A line and its colour."""


class Rate:
    """How often something happens: one count a second, of the last minute."""

    def __init__(self) -> None:
        self._counts: Counter[int] = Counter()

    def add(self, now: float) -> None:
        """It has happened once more."""
        self._counts[int(now)] += 1
        if len(self._counts) > 2 * WINDOW_S:
            self._counts = Counter({at: one for at, one in self._counts.items() if at > now - WINDOW_S})

    def within(self, now: float) -> int:
        """How often in the last minute."""
        return sum(one for at, one in self._counts.items() if now - WINDOW_S < at <= now)


@dataclass(frozen=True, slots=True)
class Lasting:
    """A live call, and since when by our clock it is in progress, or answered."""

    call: Call
    since: float


class Top:
    """Takes what the session tells; `figures` for programs, `lines` for people."""

    def __init__(
        self, where: str, clock: Callable[[], float] = monotonic, *, wall: Callable[[], float]
    ) -> None:
        self._where, self._clock, self._wall = where, clock, wall
        self._begun_at = clock()
        self._terminals: dict[str, Terminal] = {}
        self._calls: dict[str, Lasting] = {}
        self._begun, self._ended, self._failed = Rate(), Rate(), Rate()
        self._told = False
        self.trunks: Sequence[TrunkState] | None = None
        self.nodes: Sequence[NodeState] | None = None
        """None where they are not shown to this user."""
        self.up = True
        self.order = ORDERS[0]

    def begin(self) -> None:
        """All that was live is told: what begins from now on counts."""
        self._told = True
        self._begun_at = self._clock()

    def on_terminal(self, terminal: Terminal) -> None:
        """A terminal, as it is now."""
        self._terminals[terminal.id] = terminal

    def on_call(self, call: Call) -> None:
        """A call, as it is now."""
        now, before = self._clock(), self._calls.pop(call.id, None)
        counts = self._told and not self._other_end(call)
        if before is None and live(call) and counts:
            self._begun.add(now)
        if live(call):
            answered = call.connected is not None
            known = before is not None and (before.call.connected is not None) == answered
            since = before.since if before is not None and known else self._since(call, now)
            self._calls[call.id] = Lasting(call, since)
        elif counts and before is not None:
            self._ended.add(now)
            if failed(call):
                self._failed.add(now)

    def next_order(self) -> None:
        """Sort the calls in another way."""
        self.order = ORDERS[(ORDERS.index(self.order) + 1) % len(ORDERS)]

    def figures(self) -> Mapping[str, object]:
        """All of it as JSON has it. Rates are None until a second has been watched."""
        now = self._clock()
        watched = min(now - self._begun_at, float(WINDOW_S))
        making, talking = self._states()

        def rate(one: Rate) -> float | None:
            return round(one.within(now) / watched, 3) if watched >= 1 else None

        return {
            "manager": self._where,
            "connected": self.up,
            "terminals": self._phones(),
            "calls": {"being_made": making, "answered": talking},
            "a_second": {
                "begun": rate(self._begun),
                "ended": rate(self._ended),
                "failed": rate(self._failed),
                "of_seconds": round(watched, 1),
            },
            "nodes": None if self.nodes is None else [node_fields(one) for one in self.nodes],
            "trunks": None
            if self.trunks is None
            else [
                {"name": one.name, "usable": one.usable, "problem": one.problem, "calls": one.calls}
                for one in self.trunks
            ],
        }

    def lines(self, width: int, height: int, clock: str) -> list[Line]:
        """All of it for a terminal of this size: it has no more lines, and none is longer."""
        phones, (making, talking), now = self._phones(), self._states(), self._clock()
        head: list[Line] = [(_ends(f"Offhook at {self._where}", clock, width), BOLD)]
        if not self.up:
            head.append(("Call Manager lost; reconnecting. What is shown may be old.", RED))
        away = phones["silent"] + phones["away"]
        head += [
            (
                f"PHONES  {sum(phones.values()):>6}    {phones['in_service']} in service, "
                f"{phones['silent']} silent, {phones['away']} away",
                YELLOW if away else "",
            ),
            (f"CALLS   {making + talking:>6}    {making} being made, {talking} answered", ""),
            (
                f"MINUTE  {self._begun.within(now):>6}    begun, {self._ended.within(now)} ended, "
                f"{self._failed.within(now)} failed",
                "",
            ),
        ]
        nodes = self.nodes or ()
        if len(nodes) > 1 or any(not one.well for one in nodes):
            head[1 if self.up else 2 : 1 if self.up else 2] = [
                (f"NODE    {text}", colour) for text, colour in map(node_line, nodes[: max(0, height // 6)])
            ]
        for one in (self.trunks or ())[: max(0, height // 6)]:
            state = (
                f"up, {counted(one.calls, 'call')}"
                if one.usable
                else f"down: {safe(one.problem) or 'unknown'}"
            )
            head.append((f"TRUNK   {safe(one.name)}: {state}", "" if one.usable else RED))
        head.append(("", ""))
        foot: list[Line] = [(f"q quits   s sorts: {self.order}", DIM)]
        missing = self._missing()
        if missing:
            foot.insert(0, (f"AWAY    {missing}", YELLOW))
        room = max(LEAST_ROWS, height - len(head) - len(foot) - 1)
        shown = [*head, *self._table(room, now), *foot][: max(1, height)]
        return [(cut(text, width), colour) for text, colour in shown]

    def _table(self, room: int, now: float) -> list[Line]:
        calls = self._sorted()
        if not calls:
            return [("No calls just now.", DIM)]
        left = len(calls) - room
        shown = calls if left <= 0 else calls[: room - 1]
        rows = [("PHONE", "", "WITH", "STATE", "FOR")]
        for one in shown:
            call = one.call
            outbound = call.direction is Direction.OUTBOUND
            other = call.connected_party or (call.callee if outbound else call.caller)
            arrow = "->" if outbound else "<-"
            rows.append((call.terminal, arrow, party(other), outcome(call), span(now - one.since)))
        heading, *lines = table(rows)
        painted = [(line, colour_of(one.call)) for line, one in zip(lines, shown, strict=True)]
        more = [(f"... and {left + 1} more", DIM)] if left > 0 else []
        return [(heading, BOLD), *painted, *more]

    def _sorted(self) -> list[Lasting]:
        calls = [self._calls[call.id] for call in joined([one.call for one in self._calls.values()])]
        match self.order:
            case "newest first":
                return sorted(calls, key=lambda one: -one.since)
            case "longest first":
                return sorted(calls, key=lambda one: one.since)
            case "by phone":
                return sorted(calls, key=lambda one: (one.call.terminal, one.since))
            case _:
                return sorted(calls, key=lambda one: (one.call.state.value, one.since))

    def _missing(self) -> str:
        names = [
            safe(f"{one.id} {one.name}").strip() for one in self._terminals.values() if not one.in_service
        ]
        return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")

    def _phones(self) -> dict[str, int]:
        counts = Counter(
            "in_service" if one.in_service else "silent" if one.silent else "away"
            for one in self._terminals.values()
        )
        return {state: counts[state] for state in ("in_service", "silent", "away")}

    def _states(self) -> tuple[int, int]:
        calls = list(joined([one.call for one in self._calls.values()]))
        talking = sum(call.state is CallState.CONNECTED for call in calls)
        return len(calls) - talking, talking

    def _other_end(self, call: Call) -> bool:
        """Is it the called phone's view of a call of the site, which is counted at who calls?"""
        return call.direction is Direction.INBOUND and call.caller.id in self._terminals

    def _since(self, call: Call, now: float) -> float:
        """By the wall clock only for those that were there before."""
        if self._told:
            return now
        return now - max(0.0, self._wall() - (call.connected or call.started))


def _ends(left: str, right: str, width: int) -> str:
    """Two texts at the two ends of a line."""
    return f"{left}{' ' * max(2, width - len(left) - len(right))}{right}"

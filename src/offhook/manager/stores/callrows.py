"""The tables of the call log: how a call is kept in a row."""

import json
from collections.abc import Sequence
from typing import Any

import msgspec

from offhook.call import Call, CallState, Cause, Direction, Party, Privacy, Reason
from offhook.call.model import NOT_MISSED

SCHEMA = """
CREATE TABLE IF NOT EXISTS calls (
    id TEXT PRIMARY KEY,
    terminal TEXT NOT NULL,
    direction TEXT NOT NULL,
    state TEXT NOT NULL,
    caller_name TEXT NOT NULL,
    caller TEXT NOT NULL,
    callee_name TEXT NOT NULL,
    callee TEXT NOT NULL,
    started REAL NOT NULL,
    connected REAL,
    ended REAL,
    cause TEXT,
    reason TEXT NOT NULL DEFAULT 'direct',
    caller_privacy TEXT NOT NULL DEFAULT 'none',
    callee_privacy TEXT NOT NULL DEFAULT 'none',
    connected_party TEXT,
    redirecting TEXT,
    redirected_to TEXT,
    external INTEGER,
    by_hand INTEGER NOT NULL DEFAULT 0,
    missed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS missed (
    terminal TEXT PRIMARY KEY,
    count INTEGER NOT NULL,
    changed REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS calls_by_time ON calls (started);
CREATE INDEX IF NOT EXISTS calls_by_terminal ON calls (terminal, started);
CREATE INDEX IF NOT EXISTS calls_live ON calls (ended) WHERE ended IS NULL;
CREATE INDEX IF NOT EXISTS calls_missed ON calls (terminal, started) WHERE missed = 1
"""
"""`connected_party`, `redirecting` and `redirected_to` are JSON: `{"id", "name", "privacy"}`, or null. The
table `missed` counts each terminal's calls that nobody has looked at yet."""

VERSION = 2

UNANSWERED = "direction = 'inbound' AND connected IS NULL"
_DEALT_WITH = ", ".join(f"'{cause.value}'" for cause in sorted(NOT_MISSED, key=lambda cause: cause.value))

_ADDED = (
    "reason TEXT NOT NULL DEFAULT 'direct'",
    "caller_privacy TEXT NOT NULL DEFAULT 'none'",
    "callee_privacy TEXT NOT NULL DEFAULT 'none'",
    "connected_party TEXT",
    "redirecting TEXT",
    "redirected_to TEXT",
    "external INTEGER",
    "by_hand INTEGER NOT NULL DEFAULT 0",
    "missed INTEGER NOT NULL DEFAULT 0",
)

UPGRADES = {
    1: "; ".join(f"ALTER TABLE calls ADD COLUMN {column}" for column in _ADDED)
    + f"; UPDATE calls SET missed = 1 WHERE {UNANSWERED} AND ended IS NOT NULL"
    + f" AND cause NOT IN ({_DEALT_WITH})"
}

NAMES = (
    "id", "terminal", "direction", "state", "caller_name", "caller", "callee_name", "callee",
    "started", "connected", "ended", "cause", "reason", "caller_privacy", "callee_privacy",
    "connected_party", "redirecting", "redirected_to", "external", "by_hand", "missed",
)  # fmt: skip

ADDED_IN_2 = ("direct", "none", "none", None, None, None, None, 0, 0)
"""What the last columns hold in a row from before there were any."""

COLUMNS = ", ".join(NAMES)
UPDATED = [name for name in NAMES if name not in ("id", "terminal", "direction", "started", "by_hand")]
_UPDATE = f"ON CONFLICT (id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in UPDATED)}"
WRITE = f"INSERT INTO calls ({COLUMNS}) VALUES ({', '.join('?' * len(NAMES))}) {_UPDATE}"

TIMES = ("started", "connected", "ended")
PARTS = 2**22
"""Of a second: in so many the time of a system's clock is a whole number, from 2004 on."""

_MEMBERS = ", ".join(
    f"json_extract(value, '$[{place}]')" + (f" / {PARTS}.0" if name in TIMES else "")
    for place, name in enumerate(NAMES)
)
WRITE_PACKED = f"INSERT INTO calls ({COLUMNS}) SELECT {_MEMBERS} FROM json_each(?) WHERE true {_UPDATE}"
"""Writes all rows of `packed` in one step, for which the event loop need not wait: with one step for each
row it has to wait as often. Where no loop runs meanwhile it takes half as much processor time again."""


def storable(text: str) -> str:
    """The text without half characters (lone surrogates), which windows and command lines may pass on: SQLite
    takes none, and one call of such a name would keep all others out of the log."""
    return text if text.isascii() else text.encode(errors="replace").decode()


def row_of(call: Call) -> tuple[str | float | None, ...]:
    """The values of a call, in the order of `NAMES`."""
    return (
        call.id,
        call.terminal,
        call.direction.value,
        call.state.value,
        storable(call.caller.name),
        storable(call.caller.id),
        storable(call.callee.name),
        storable(call.callee.id),
        call.started,
        call.connected,
        call.ended,
        call.cause.value if call.cause else None,
        call.reason.value,
        call.caller.privacy.value,
        call.callee.privacy.value,
        _packed(call.connected_party),
        _packed(call.redirecting),
        _packed(call.redirected_to),
        call.external,
        call.by_hand,
        call.missed,
    )


def packed(rows: Sequence[tuple[str | float | None, ...]]) -> str | None:
    """The rows for `WRITE_PACKED`; None if one has something that would not arrive there as it is: a time
    that is no such number, or a text with a zero character."""
    first = NAMES.index(TIMES[0])
    last = first + len(TIMES)
    try:
        data = msgspec.json.encode(
            [(*row[:first], *map(_whole, row[first:last]), *row[last:]) for row in rows]
        )
    except (ValueError, OverflowError):
        return None
    return None if b"\\u0000" in data else data.decode()


def _whole(moment: str | float | None) -> int | None:
    if moment is None:
        return None
    parts = float(moment) * PARTS
    if abs(parts) >= 2**62 or not parts.is_integer():
        raise ValueError
    return int(parts)


def call_of(row: tuple[Any, ...]) -> Call:
    """The call of a row."""
    return Call(
        id=row[0],
        terminal=row[1],
        direction=Direction(row[2]),
        state=CallState(row[3]),
        caller=Party(row[4], row[5], Privacy(row[13])),
        callee=Party(row[6], row[7], Privacy(row[14])),
        started=row[8],
        connected=row[9],
        ended=row[10],
        cause=Cause(row[11]) if row[11] else None,
        reason=Reason(row[12]),
        connected_party=_unpacked(row[15]),
        redirecting=_unpacked(row[16]),
        redirected_to=_unpacked(row[17]),
        external=None if row[18] is None else bool(row[18]),
        by_hand=bool(row[19]),
    )


def _packed(party: Party | None) -> str | None:
    if party is None:
        return None
    members = {"id": storable(party.id), "name": storable(party.name), "privacy": party.privacy.value}
    return json.dumps(members, ensure_ascii=False)


def _unpacked(packed: str | None) -> Party | None:
    """The party; None also for what somebody has written there by hand."""
    try:
        members = json.loads(packed or "null")
        return None if members is None else Party(members["name"], members["id"], Privacy(members["privacy"]))
    except (ValueError, TypeError, KeyError):
        return None

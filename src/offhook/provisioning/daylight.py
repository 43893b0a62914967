"""When clocks change, for phones that have rules of their own for it.

No vendor takes the names of the IANA database, and their own tables of places differ with each model. All
of them take an offset and a rule like "the last Sunday in March, at two": what a POSIX time zone has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LAST_HOUR = 23
"""Vendors' rules have an hour of the day; POSIX has -167 to 167 of them, for change-overs like "the night
after the fourth Thursday". Such a one is brought to the nearest hour of its day, some hours early or late."""

_NAME = r"(?:<[A-Za-z0-9+-]{3,}>|[A-Za-z]{3,})"
_TIME = r"(?P<{0}>[+-]?\d{{1,3}}(?::\d\d){{0,2}})"
_CHANGE = r"M(?P<{0}m>\d\d?)\.(?P<{0}w>[1-5])\.(?P<{0}d>[0-6])(?:/(?P<{0}t>[+-]?\d{{1,3}})(?::\d\d){{0,2}})?"
_ZONE = re.compile(
    _NAME
    + _TIME.format("standard")
    + f"(?:{_NAME}(?:{_TIME.format('daylight')})?,{_CHANGE.format('from')},{_CHANGE.format('to')})?"
)

_USUAL_HOUR = 2
"""Where a rule names no hour (POSIX, "TZ")."""


@dataclass(frozen=True, slots=True)
class Change:
    """When clocks change: `week` 1 to 4, or 5 for the last one; `weekday` from 0, Sunday."""

    month: int
    week: int
    weekday: int
    hour: int

    @property
    def monday_first(self) -> int:
        """The day of the week from 1, Monday, to 7, Sunday."""
        return self.weekday or 7

    @property
    def from_day(self) -> int:
        """The day of the month from which on the weekday is looked for; -1: the last one of the month."""
        return -1 if self.week == 5 else (self.week - 1) * 7 + 1


@dataclass(frozen=True, slots=True)
class Daylight:
    """Daylight saving: clocks go forward by `minutes` at `start`, and back at `end`."""

    minutes: int
    start: Change
    end: Change


def daylight(posix_tz: str) -> Daylight | None:
    """The rule of a POSIX time zone; None where clocks do not change, or by a rule that no phone has."""
    found = _ZONE.fullmatch(posix_tz)
    if found is None or found["fromm"] is None:
        return None
    standard = _minutes(found["standard"])
    saved = standard - _minutes(found["daylight"]) if found["daylight"] else 60
    start, end = _change(found, "from"), _change(found, "to")
    # Ireland's summer time is its standard, and its winter time the exception (IANA, europe).
    return Daylight(saved, start, end) if saved > 0 else Daylight(-saved, end, start)


def hours(offset_s: int) -> str:
    """An offset as `+9` or `-3:30`."""
    sign, minutes = "-" if offset_s < 0 else "+", abs(offset_s) // 60
    rest = f":{minutes % 60:02}" if minutes % 60 else ""
    return f"{sign}{minutes // 60}{rest}"


def clock(offset_s: int) -> str:
    """An offset as `+09:00`."""
    sign, minutes = "-" if offset_s < 0 else "+", abs(offset_s) // 60
    return f"{sign}{minutes // 60:02}:{minutes % 60:02}"


def plain_zone(offset_s: int, posix_tz: str) -> str:
    """A POSIX time zone with nothing optional left out and letters only as names, as Grandstream shows them:
    `TZA-1TZB-2,M3.5.0/02:00:00,M10.5.0/03:00:00`."""
    zone, rule = f"TZA{hours(-offset_s)}", daylight(posix_tz)
    if rule is None:
        return zone
    changes = (
        f",M{one.month}.{one.week}.{one.weekday}/{one.hour:02}:00:00" for one in (rule.start, rule.end)
    )
    return f"{zone}TZB{hours(-offset_s - rule.minutes * 60)}{''.join(changes)}"


def _change(found: re.Match[str], which: str) -> Change:
    hour = found[f"{which}t"]
    return Change(
        int(found[f"{which}m"]),
        int(found[f"{which}w"]),
        int(found[f"{which}d"]),
        _USUAL_HOUR if hour is None else min(max(int(hour), 0), LAST_HOUR),
    )


def _minutes(text: str) -> int:
    """Minutes of `[+-]hh[:mm[:ss]]`."""
    hour, _, rest = text.lstrip("+-").partition(":")
    minutes = int(hour) * 60 + int(rest[:2] or 0)
    return -minutes if text.startswith("-") else minutes

"""`[[incoming]]`: which phones ring for a number outside, and when."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Literal, NamedTuple

from offhook.config.kinds import Choice, ListOf, Number, Text
from offhook.config.sections.group import EVERY, MAX_NAME, GroupSettings
from offhook.config.sections.trunk import outside_range
from offhook.config.setting import read_section, section, setting
from offhook.config.table import Table

Order = Literal["all", "in_order", "longest_idle"]

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

REFUSALS: Mapping[str, int] = {"busy": 486, "unavailable": 480, "no-such-number": 404}
"""What a caller may hear instead of a phone, and its SIP status."""

_DAY = "|".join(DAYS)
_HOURS = re.compile(
    rf"({_DAY})(?:-({_DAY}))? ([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])"
)


_ONCE, _EVERY_YEAR = re.compile(r"[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}"), re.compile(r"[0-9]{2}-[0-9]{2}")
_OUTSIDE = re.compile(r"\+[1-9][0-9]{4,14}")


class Hours(NamedTuple):
    """On these days of the week (0 is Monday), from the first minute of a day to before the second."""

    days: frozenset[int]
    first: int
    last: int

    @property
    def text(self) -> str:
        """As it is written in the configuration."""
        first, count = self.first, len(self.days)
        begin = next(day for day in range(7) if all((day + more) % 7 in self.days for more in range(count)))
        days = DAYS[begin] if count == 1 else f"{DAYS[begin]}-{DAYS[(begin + count - 1) % 7]}"
        return f"{days} {first // 60:02}:{first % 60:02}-{self.last // 60:02}:{self.last % 60:02}"

    def has(self, now: datetime) -> bool:
        """Is it then?"""
        return now.weekday() in self.days and self.first <= now.hour * 60 + now.minute < self.last


def hours(text: str) -> Hours:
    """`mon-fri 09:00-17:30`. Raises `ValueError`."""
    found = _HOURS.fullmatch(text)
    if found is None:
        raise ValueError
    begin, end = DAYS.index(found[1]), DAYS.index(found[2] or found[1])
    first, last = int(found[3]) * 60 + int(found[4]), int(found[5]) * 60 + int(found[6])
    if not first < last <= 24 * 60:
        raise ValueError
    return Hours(frozenset((begin + day) % 7 for day in range((end - begin) % 7 + 1)), first, last)


class DaysOff(NamedTuple):
    """From the first to the last of these days, each as year, month and day.

    With 0 as the year they are those of every year, and may go over its end.
    """

    first: tuple[int, int, int]
    last: tuple[int, int, int]

    @property
    def text(self) -> str:
        """As it is written in the configuration."""
        first, last = (_written(*day) for day in self)
        return first if first == last else f"{first}/{last}"

    def has(self, day: date) -> bool:
        """Is it one of them?"""
        at = (day.year if self.first[0] else 0, day.month, day.day)
        if self.first <= self.last:
            return self.first <= at <= self.last
        return at >= self.first or at <= self.last


def _written(year: int, month: int, day: int) -> str:
    return f"{year:04}-{month:02}-{day:02}" if year else f"{month:02}-{day:02}"


def days_off(text: str) -> DaysOff:
    """`2026-12-25`, `2026-12-24/2027-01-01`, or without the year: `12-25`, `12-24/01-01`. Raises
    `ValueError`."""
    first, to, last = text.partition("/")
    found = DaysOff(_day(first), _day(last if to else first))
    if bool(found.first[0]) is not bool(found.last[0]) or (found.first[0] and found.first > found.last):
        raise ValueError
    return found


def _day(text: str) -> tuple[int, int, int]:
    if _EVERY_YEAR.fullmatch(text):
        day = date.fromisoformat(f"2000-{text}")  # a leap year: 02-29 is a day of some years
        return (0, day.month, day.day)
    if not _ONCE.fullmatch(text):
        raise ValueError
    day = date.fromisoformat(text)
    return (day.year, day.month, day.day)


@section
class IncomingSettings:
    """Which phones ring for numbers of the `[[trunk]]`s."""

    name: str = setting(
        "",
        Text(rf"[^\x00-\x1f]{{1,{MAX_NAME}}}", 'a name in quotes, like "office hours"'),
        "what it is called, to be changed and removed by that",
    )
    numbers: tuple[tuple[str, str], ...] = setting(
        (),
        ListOf(outside_range, 'a list of numbers or ranges, like ["+4930900100", "+4930900110-+4930900119"]'),
        "the numbers that it is for",
        shown="all that are no terminal's and in no other entry",
    )
    ring: tuple[str, ...] = setting(
        (),
        ListOf(str, 'a list of phones or groups, like ["4000", "sales"]'),
        "which `[[terminal]]`s ring, or those of which `[[group]]`",
        missing=("is missing: nothing would ring", 'name phones or groups, like ring = ["4000"]'),
    )
    order: Order = setting(
        "all",
        Choice(("all", "in_order", "longest_idle")),
        "all at once, one after the other, or the one first that has had no call for the longest time",
    )
    ring_s: float = setting(
        20.0, Number(3, 600), "how long each phone rings before the next, or before `otherwise`"
    )
    hours: tuple[Hours, ...] = setting(
        (),
        ListOf(hours, 'a list of days and times, like ["mon-fri 09:00-17:30", "sat 10:00-12:00"]'),
        "when they ring, by this machine's clock; of several entries for a number the first open one counts",
        shown="always",
    )
    closed: tuple[DaysOff, ...] = setting(
        (),
        ListOf(days_off, 'a list of days, like ["12-25", "12-24/01-01", "2026-04-03"]'),
        "days on which they do not, like `12-25` in every year, or `2026-12-24/2027-01-01` once",
    )
    otherwise: str = setting(
        "unavailable",
        Text("[A-Za-z0-9_.+-]{1,64}", f"a phone, a number outside, or one of: {', '.join(REFUSALS)}"),
        "what the caller gets at other times, and when nobody answers: a `[[terminal]]`, a number outside "
        f"with `+` and its country, or {', '.join(f'`{word}`' for word in REFUSALS)}",
    )
    otherwise_by: str = setting(
        "",
        Text("[A-Za-z0-9_.+-]{0,64}", "a phone"),
        "the `[[terminal]]` that sends the caller on to a number outside, as by a forwarding: what it may "
        "dial holds, and its number is shown",
        shown="the first that rings",
    )

    def has(self, number: str) -> bool:
        """Is it for this number, by name?"""
        return any(len(number) == len(first) and first <= number <= last for first, last in self.numbers)

    @property
    def leads_outside(self) -> bool:
        """Is `otherwise` a number outside?"""
        return _OUTSIDE.fullmatch(self.otherwise) is not None

    def is_open(self, now: datetime) -> bool:
        """Do they ring at this time?"""
        if any(days.has(now.date()) for days in self.closed):
            return False
        return not self.hours or any(one.has(now) for one in self.hours)


def read_incoming(
    root: Table,
    terminals: Collection[str],
    groups: Collection[GroupSettings],
    *,
    trunks: bool,
    elsewhere: bool,
) -> tuple[IncomingSettings, ...]:
    """The entries in their order, with groups replaced by their phones. Raises `ConfigError`."""
    members = {one.name: terminals if EVERY in one.terminals else one.terminals for one in groups}
    found: list[IncomingSettings] = []
    for table in root.tables("incoming"):
        one = read_section(IncomingSettings, table)
        if one.name and any(one.name == other.name for other in found):
            raise table.error("name", f"{one.name!r} is already used above", "give each its own")
        if not elsewhere:
            _check(table, one, terminals, members, trunks=trunks)
        ring = [
            phone for name in one.ring for phone in ([name] if name in terminals else members.get(name, ()))
        ]
        by = one.otherwise_by or (ring[0] if ring else "")
        found.append(replace(one, ring=tuple(dict.fromkeys(ring)), otherwise_by=by))
    return tuple(found)


def _check(
    table: Table,
    one: IncomingSettings,
    terminals: Collection[str],
    members: Mapping[str, Collection[str]],
    *,
    trunks: bool,
) -> None:
    if not trunks:
        raise table.error(
            "ring", "is of calls by a [[trunk]], and there is none", "add a trunk, or take it out"
        )
    for name in one.ring:
        if name not in terminals and name not in members:
            raise table.error("ring", f"{name!r} is no [[terminal]] and no [[group]]", "correct it")
        if name not in terminals and not members[name]:
            raise table.error("ring", f"the group {name!r} has no phones", "give it some, or name others")
    if one.otherwise_by and one.otherwise_by not in terminals:
        raise table.error("otherwise_by", f"{one.otherwise_by!r} is no [[terminal]]", "name one")
    if one.otherwise not in REFUSALS and one.otherwise not in terminals and not one.leads_outside:
        fix = f"name one, a number like +491701234567, or take: {', '.join(REFUSALS)}"
        raise table.error("otherwise", f"{one.otherwise!r} is no [[terminal]]", fix)

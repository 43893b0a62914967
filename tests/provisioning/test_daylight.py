"""The rules by which clocks change, out of a POSIX time zone."""

import pytest

from offhook.provisioning.daylight import Change, Daylight, clock, daylight, hours, plain_zone


@pytest.mark.parametrize(
    "posix_tz, rule",
    [
        ("CET-1CEST,M3.5.0,M10.5.0/3", Daylight(60, Change(3, 5, 0, 2), Change(10, 5, 0, 3))),
        ("EST5EDT,M3.2.0,M11.1.0", Daylight(60, Change(3, 2, 0, 2), Change(11, 1, 0, 2))),
        (
            "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
            Daylight(30, Change(10, 1, 0, 2), Change(4, 1, 0, 2)),
        ),  # Lord Howe Island: half an hour, and south of the equator
        ("IST-2IDT,M3.4.4/26,M10.5.0", Daylight(60, Change(3, 4, 4, 23), Change(10, 5, 0, 2))),
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", Daylight(60, Change(3, 5, 0, 0), Change(10, 5, 0, 0))),
        ("KST-9", None),
        ("<+0330>-3:30", None),
        ("XXX3YYY,J60,J300", None),
        ("", None),
        ("CET-1CEST,M3.5.0,M10.5.0/3\n", None),
    ],
)
def test_the_rule_of_a_time_zone(posix_tz: str, rule: Daylight | None) -> None:
    assert daylight(posix_tz) == rule


def test_irish_summer_time_is_the_standard_and_still_begins_in_march() -> None:
    rule = daylight("IST-1GMT0,M10.5.0,M3.5.0/1")
    assert rule == Daylight(60, Change(3, 5, 0, 1), Change(10, 5, 0, 2))


@pytest.mark.parametrize(
    "week, weekday, day, monday_first", [(1, 0, 1, 7), (2, 0, 8, 7), (4, 6, 22, 6), (5, 1, -1, 1)]
)
def test_a_week_is_also_a_day_of_the_month(week: int, weekday: int, day: int, monday_first: int) -> None:
    change = Change(3, week, weekday, 2)
    assert (change.from_day, change.monday_first) == (day, monday_first)


@pytest.mark.parametrize(
    "offset_s, short, long",
    [
        (0, "+0", "+00:00"),
        (32400, "+9", "+09:00"),
        (-12600, "-3:30", "-03:30"),
        (20700, "+5:45", "+05:45"),
    ],
)
def test_offsets_are_written_short_and_long(offset_s: int, short: str, long: str) -> None:
    assert (hours(offset_s), clock(offset_s)) == (short, long)


def test_a_time_zone_with_everything_said_in_it() -> None:
    assert plain_zone(32400, "KST-9") == "TZA-9"
    assert plain_zone(-10800, "<-03>3") == "TZA+3"
    zone = plain_zone(37800, "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0")
    assert zone == "TZA-10:30TZB-11,M10.1.0/02:00:00,M4.1.0/02:00:00"

"""How pages of the call log are found in PostgreSQL: what the server reads for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Any, Self

import pytest

from offhook.manager.stores.postgresql import months
from offhook.manager.stores.postgresql.calllog import PostgresCallLog
from offhook.manager.stores.postgresql.callpages import Question, Wanted, answer, read, spans
from offhook.manager.stores.postgresql.months import month_of
from offhook.manager.stores.postgresql.server import Connection, Server
from tests.manager.helpers import OVER
from tests.manager.stores.fullmonths import Clocks, thirty_thousand_calls

SECOND = month_of(Clocks().wall()).following()
LAST = SECOND.following().first


@contextmanager
def full(server: Server) -> Iterator[tuple[PostgresCallLog, Connection]]:
    """A log with calls in the three months from December 2025 on."""
    clocks = Clocks()
    with (
        closing(PostgresCallLog(server, clock=clocks.wall, steady=clocks.steady)) as log,
        server.using(60) as connection,
    ):
        thirty_thousand_calls(connection, clocks)
        yield log, connection


def scans(connection: Connection, wanted: Wanted, now: float = LAST) -> list[dict[str, Any]]:
    """What the server reads for a page, and how."""
    found = list[dict[str, Any]]()

    def explained(connection: Connection, question: Question) -> list[tuple[Any, ...]]:
        ((said,),) = answer(connection, question, "EXPLAIN (ANALYZE, FORMAT JSON) ")
        found.extend(_scans(said[0]["Plan"]))
        return answer(connection, question)

    read(connection, wanted, now, 50, explained)
    return found


def _scans(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "Scan" in node["Node Type"]:
        yield node
    for below in node.get("Plans", ()):
        yield from _scans(below)


def rows(found: list[dict[str, Any]], kind: str) -> int:
    """So many rows came from scans of this kind."""
    return sum(one["Actual Rows"] * one["Actual Loops"] for one in found if one["Node Type"] == kind)


def test_a_page_is_looked_for_in_the_latest_months_first_and_in_all_at_last() -> None:
    now = SECOND.first + 3600
    first, second, rest = spans(None, now)
    assert first == (month_of(Clocks().wall()).first, float("inf"))
    assert second.until == first.since and rest == (float("-inf"), second.since)
    assert (first.since - second.since) // 86_400 == 183, "June to November"


@pytest.mark.parametrize("before", [-1e12, 0.0, SECOND.first, SECOND.first + 1, 1e300])
def test_nothing_is_looked_for_twice_nor_where_it_is_too_late(before: float) -> None:
    found = list(spans(before, SECOND.first + 3600))
    assert found[0].until == before and found[-1].since == float("-inf")
    assert all(one.until <= max(before, two.until) for one, two in zip(found[1:], found, strict=False))
    assert all(one.until == min(two.since, two.until) for one, two in zip(found[1:], found, strict=False))


def test_a_page_of_before_1970_is_looked_for_on_windows_too(monkeypatch: pytest.MonkeyPatch) -> None:
    class AsOnWindows(datetime):
        @classmethod
        def fromtimestamp(cls, timestamp: float, tz: tzinfo | None = None) -> Self:
            if timestamp < 0:
                raise OSError(22, "Invalid argument")
            return super().fromtimestamp(timestamp, tz)

    monkeypatch.setattr(months, "datetime", AsOnWindows)
    assert next(spans(0.0, SECOND.first)).until == 0.0


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(before=SECOND.first),
        Wanted(before=SECOND.first, missed=True),
        Wanted(["4000", "4001"], before=SECOND.first),
        Wanted(["4000"], before=SECOND.first, missed=True),
        Wanted(call_id="c17", before=SECOND.first),
        Wanted(["4017"], "c17", SECOND.first),
    ],
    ids=str,
)
def test_a_page_is_read_by_indexes_and_only_from_the_months_that_it_is_of(
    server: Server, wanted: Wanted
) -> None:
    """Ten thousand calls in each of three months: a page must not look at all of them."""
    with full(server) as (_, connection):
        found = scans(connection, wanted)
    assert {one.get("Relation Name") for one in found} >= {"calls_2025_12"}
    assert not {one.get("Relation Name") for one in found} & {"calls_2026_01", "calls_2026_02"}
    assert "Seq Scan" not in {one["Node Type"] for one in found}
    assert sum(one.get("Rows Removed by Filter", 0) for one in found) == 0


@pytest.mark.parametrize("wanted", [Wanted(["4000"]), Wanted(call_id="c17")], ids=str)
def test_the_server_plans_once_for_any_months(server: Server, wanted: Wanted) -> None:
    """To plan for two years takes it longer than to read a page."""
    with full(server) as (_, connection):
        for before in (None, SECOND.first, LAST):
            read(connection, wanted._replace(before=before), LAST, 50)
        kept = connection.execute("SELECT generic_plans, custom_plans FROM pg_prepared_statements").fetchall()
    assert kept and all(once >= 3 and again == 0 for once, again in kept)


@pytest.mark.parametrize("count", [1, 40])
def test_of_terminals_no_more_of_the_table_is_read_than_is_shown_and_all_of_that_together(
    server: Server, count: int
) -> None:
    """A call is a block of its own, and in a log of years that is on the disk."""
    terminals = [str(4000 + number) for number in range(count)]
    with full(server) as (log, connection):
        connection.execute("CHECKPOINT")  # else what was committed just now does not count as seen by all
        connection.execute("VACUUM calls")
        found = scans(connection, Wanted(terminals))
        newest = connection.execute(
            "SELECT id FROM calls WHERE terminal = ANY(%s) ORDER BY started DESC LIMIT 50", (terminals,)
        ).fetchall()
        assert [(call.id,) for call in log.query(terminals=terminals)] == newest
    assert {one["Node Type"] for one in found} == {
        *("Function Scan", "Index Only Scan"),
        *("Bitmap Index Scan", "Bitmap Heap Scan"),
    }
    assert rows(found, "Bitmap Heap Scan") == 50
    assert sum(one.get("Heap Fetches", 0) for one in found) == 0


def test_where_the_system_reads_nothing_ahead_the_server_is_not_asked_to(server: Server) -> None:
    with full(server) as (_, connection):
        connection.execute("SET effective_io_concurrency = 0")
        assert len(read(connection, Wanted(["4000"]), LAST, 50)) == 50


def test_of_a_terminal_that_has_none_of_late_the_calls_of_others_are_not_passed_over(server: Server) -> None:
    """It had so many in a month that the server expects some of the latest to be its own: a hotline, whose
    number was given up."""
    with full(server) as (_, connection):
        connection.execute(
            "UPDATE calls SET terminal = 'hotline' WHERE started < %s AND right(id, 1) = '0'",
            (Clocks().wall() + 20_000 * 259,),
        )
        connection.execute("VACUUM ANALYZE calls")
        found = scans(connection, Wanted(["hotline"]))
    assert sum(one.get("Rows Removed by Filter", 0) for one in found) == 0
    assert rows(found, "Bitmap Heap Scan") == 50


def test_calls_that_began_at_once_are_each_shown_once(server: Server) -> None:
    ids = [f"c{number}" for number in range(3)]
    with closing(PostgresCallLog(server, keep_days=None)) as log:
        for number, one in enumerate(ids):
            log.record(replace(OVER, id=one, terminal=str(4000 + number % 2)))
        log.flush()
        found = log.query(terminals=["4000", "4001"])
        assert sorted(call.id for call in found) == ids
        assert len(log.query(terminals=["4000", "4001"], limit=2)) == 2
        assert [call.id for call in log.query(terminals=["4000", "4001"], call_id="c1")] == ["c1"]
        assert log.query(terminals=["4000", "4002"], call_id="c1") == []


def test_a_page_goes_on_in_the_months_before_until_it_is_full(server: Server) -> None:
    with closing(PostgresCallLog(server, keep_days=None)) as log:
        calls = [
            replace(OVER, id=f"c{age}", started=OVER.started - age * 86_400.0)
            for age in (0, 40, 100, 300, 900)
        ]
        for one in calls:
            log.record(one)
        log.flush()
        for limit in range(1, 7):
            for terminals in (None, [OVER.terminal]):
                assert log.query(terminals=terminals, limit=limit) == calls[:limit]
        assert log.query(call_id="c900") == calls[-1:]
        assert log.query(before=calls[2].started) == calls[3:]

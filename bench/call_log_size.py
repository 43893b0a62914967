"""The call log of years in PostgreSQL: what its calls take on the disk, and how long a page of them takes.

The calls are of one year, a table for each month, as the Call Manager makes them. A page of 50 is asked for
as people do: the latest, of a user's terminals, of a date, missed calls, one call; the product itself asks.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from time import perf_counter

from bench.call_log import (
    YEAR_S,
    blocks_of_a_page,
    nothing,
    pages_of,
    postgresql,
    tables_of_a_page,
    timed,
    timed_pages,
)
from bench.report import Aim, Table, TooSmallError, percentile
from offhook.manager.stores.postgresql.server import Server

CALL_BYTES, BESIDE_BYTES = 290, 3 << 30
"""On the disk: of a call with its indexes; and beside them, for what is sorted and written before (WAL)."""

AIM_MS = 20.0
PERCENTS = (50, 95, 99)


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every page is fast enough, and only the months are read that it is of."""
    parser = argparse.ArgumentParser(prog="python -m bench call_log_size", description=__doc__)
    parser.add_argument("--calls", type=int, default=20_000_000, help="(20000000)")
    given = parser.parse_args(arguments)
    if given.calls < 1:
        parser.error("--calls has to be above 0")
    try:
        table = measured(given.calls, _say)
    except TooSmallError as error:
        print(f"call_log_size: {error}", file=sys.stderr)
        return 1
    print(table.as_text())
    return 0 if all(aim.met for aim in table.aims) else 1


def check_disk(calls: int) -> None:
    """Raises `TooSmallError` where so many calls do not fit."""
    folder = tempfile.gettempdir()
    free = shutil.disk_usage(folder).free
    needed = calls * CALL_BYTES + BESIDE_BYTES
    if needed > free:
        raise TooSmallError(
            f"{calls:,} calls need {_gib(needed)} in {folder}, where {_gib(free)} are free; set"
            f" TMPDIR, or --calls {max(0, free - BESIDE_BYTES) // CALL_BYTES}"
        )


def measured(calls: int, say: Callable[[str], None] = lambda _: None) -> Table:
    """Make so many calls, and ask for pages of them. Milliseconds."""
    check_disk(calls)

    first, begun = time.time() - YEAR_S, perf_counter()
    with postgresql(calls, first, say) as (log, server):
        made = perf_counter() - begun
        say("all made; pages are asked for")
        baseline = timed(lambda: nothing(server))
        pages = pages_of(first, calls)
        took = {name: timed_pages(log, page) for name, page in pages.items()}
        blocks = {name: float(blocks_of_a_page(server, page)) for name, page in pages.items()}
        read, months, indexed = tables_of_a_page(server, first)
        size = _size(server)
    slowest = max(percentile(one, 95) for one in took.values()) * 1000
    return Table(
        f"A page of 50 of {calls:,} calls in a year, in PostgreSQL (ms)",
        (*(f"p{percent}" for percent in PERCENTS), "max", "first", "blocks"),
        (
            ("SELECT 1", (*_row(baseline), None)),
            *((name, (*_row(one), blocks[name])) for name, one in took.items()),
        ),
        "SELECT 1",
        (
            Aim(f"the slowest page at p95 within {AIM_MS:g} ms (here {slowest:.1f})", slowest <= AIM_MS),
            Aim(f"a page of half a year ago is planned for {read} of {months} months, by indexes", indexed),
        ),
        (
            f"made in {made:.0f} s, {calls / made:,.0f} a second",
            f"on the disk {_gib(size)}, {size / calls:.0f} bytes a call with its indexes:"
            f" {_gib(size / calls * 100_000_000)} for 100 million",
            "the first page of each kind is what nobody has asked for before; 32 MiB of shared buffers",
            "blocks: of 8 KiB, that are looked at for one page, in tables and indexes",
        ),
    )


def _size(server: Server) -> float:
    with server.using() as connection:
        row = connection.execute(
            "SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits"
            " WHERE inhparent = 'calls'::regclass"
        ).fetchone()
    return float(row[0]) if row else 0.0


def _row(took: list[float]) -> tuple[float, ...]:
    return (*(percentile(took, one) * 1000 for one in PERCENTS), max(took) * 1000, took[0] * 1000)


def _gib(size: float) -> str:
    return f"{size / (1 << 30):.1f} GiB"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)

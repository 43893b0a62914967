"""The call log of years in PostgreSQL: what its calls take on the disk, and how long a page of them takes.

The calls are of a site with many terminals, in a table for each month, as the Call Manager makes them. A page
of 50 is asked for as people do: the latest, of a user's terminals, the 50th page, of a date, missed calls,
one call; the product itself asks. Beside it, in the same run, the same is asked of a log with fewer calls:
what differs is what the size costs. Then calls are written, those are looked for that a Call Manager left
behind, all is exported, and a day of old calls is removed, as the product does.
"""

import argparse
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from statistics import mean
from time import perf_counter, thread_time

from bench.call_log import PAGE, ROUNDS, Asked, Pages, blocks_of_a_page, nothing, tables_of_a_page, timed
from bench.call_log_fill import DAY_S, FILLING, Site, fill, site
from bench.call_log_tending import tended
from bench.report import Aim, Table, TooSmallError, percentile
from offhook.call.model import new_call_id
from offhook.manager.stores.postgresql.calllog import PostgresCallLog
from offhook.manager.stores.postgresql.server import Address, Server
from tests.manager.stores.postgres import Postgres

CALL_BYTES, BESIDE_BYTES = 310, 3 << 30
"""On the disk: of a call with its indexes; and beside them, for what is sorted and written before (WAL)."""

SERVING = {
    "wal_level": "replica",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "autovacuum": "on",
    "shared_buffers": "128MB",
}
"""As PostgreSQL is when nobody has set anything."""

AIM_MS, AIM_TIMES = 20.0, 3.0
PERCENTS = (50, 95, 99)
COLD = 3
"""How often each kind of page is asked for when nothing of it is in memory."""


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every page is fast enough, and only the months are read that it is of."""
    parser = argparse.ArgumentParser(prog="python -m bench call_log_size", description=__doc__)
    parser.add_argument("--calls", type=int, default=20_000_000, help="(20000000)")
    parser.add_argument("--beside", type=int, default=1_000_000, help="calls of the other log (1000000)")
    parser.add_argument("--terminals", type=int, default=50_000, help="(50000)")
    parser.add_argument("--months", type=int, default=24, help="(24)")
    given = parser.parse_args(arguments)
    for name in ("calls", "beside", "terminals", "months"):
        if getattr(given, name) < 1:
            parser.error(f"--{name} has to be above 0")
    days = given.months * 365 / 12
    small, large = (site(calls, given.terminals, days) for calls in (given.beside, given.calls))
    try:
        tables = measured(small, large, _say)
    except TooSmallError as error:
        print(f"call_log_size: {error}", file=sys.stderr)
        return 1
    print("\n\n".join(table.as_text() for table in tables))
    return 0 if all(aim.met for table in tables for aim in table.aims) else 1


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


def measured(small: Site, large: Site, say: Callable[[str], None] = lambda _: None) -> tuple[Table, ...]:
    """Make so many calls, ask for pages of them, and do what the product does with them."""
    check_disk(small.calls + large.calls)
    with ExitStack() as stack:
        running = stack.enter_context(Postgres(settings=FILLING))
        addresses = [stack.enter_context(running.database()) for _ in (small, large)]
        begun = perf_counter()
        for of, address in zip((small, large), addresses, strict=True):
            with closing(Server(address)) as server:
                fill(server, of, say)
        say(f"made in {perf_counter() - begun:.0f} s")
        running.stop()
        running.start(SERVING)
        return of_both((addresses[0], small), (addresses[1], large), Forgetting(running), say)


class Forgetting:
    """Lets PostgreSQL and the system forget what they have read of its files: the disk is asked again."""

    def __init__(self, running: Postgres) -> None:
        self._running = running

    def __call__(self) -> None:
        self._running.restart()
        for file in (self._running.data / "base").rglob("*"):
            if file.is_file():
                number = os.open(file, os.O_RDONLY)
                os.posix_fadvise(number, 0, 0, os.POSIX_FADV_DONTNEED)
                os.close(number)


class Full:
    """A log that is full, and the pages that it is asked for."""

    def __init__(self, log: PostgresCallLog, server: Server, of: Site) -> None:
        self.log, self.server, self.of = log, server, of
        self.pages = _pages_of(log, of)

    def took(self, page: Asked) -> tuple[float, float]:
        """Seconds, and seconds of processor time: those do not depend on who else is busy."""
        used, begun = self._used(), perf_counter()
        self.log.query(**page)
        took = perf_counter() - begun
        return took, self._used() - used

    def _used(self) -> float:
        """Of the server's process that works for us, and of this thread."""
        with self.server.using() as connection:
            process = Path(f"/proc/{connection.info.backend_pid}/schedstat")
        return int(process.read_text().split()[0]) / 1e9 + thread_time()

    def size(self) -> float:
        """Bytes on the disk."""
        with self.server.using() as connection:
            row = connection.execute(
                "SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits"
                " WHERE inhparent = 'calls'::regclass"
            ).fetchone()
        return float(row[0]) if row else 0.0


@contextmanager
def opened(address: Address, of: Site) -> Iterator[Full]:
    """The log in this database."""
    with closing(Server(address)) as server, closing(PostgresCallLog(server, keep_days=None)) as log:
        yield Full(log, server, of)


def of_both(
    beside: tuple[Address, Site],
    of: tuple[Address, Site],
    forget: Callable[[], None],
    say: Callable[[str], None] = lambda _: None,
) -> tuple[Table, ...]:
    """Of two databases that are full."""
    with opened(*beside) as small, opened(*of) as large:
        say("pages are asked for")
        pages = _pages(small, large, forget)
    say("calls are written, looked for, exported and removed")
    return pages, tended(beside, of)


def _pages_of(log: PostgresCallLog, of: Site) -> Pages:
    middle = of.first + of.days * DAY_S / 2

    def after_49(terminal: str) -> Asked:
        newer = log.query(terminals=[terminal], limit=49 * PAGE)
        return {"terminals": [terminal], "before": newer[-1].started if newer else of.now}

    return {
        "latest of all": lambda: {},
        "half of the time ago": lambda: {"before": middle + random.random()},
        "missed of all": lambda: {"missed": True},
        "of a terminal": lambda: {"terminals": [of.terminal()]},
        "its 50th page": lambda: after_49(of.terminal()),
        "of the busiest": lambda: {"terminals": [of.busiest]},
        "its 50th page (busiest)": lambda: after_49(of.busiest),
        "without any call": lambda: {"terminals": ["none"]},
        "of ten terminals": lambda: {"terminals": [of.terminal() for _ in range(10)]},
        "missed of a terminal": lambda: {"terminals": [of.terminal()], "missed": True},
        "by its id": lambda: {"call_id": of.call_id()},
        "an id that is not there": lambda: {"call_id": new_call_id()},
    }


def _pages(small: Full, large: Full, forget: Callable[[], None]) -> Table:
    baseline = timed(lambda: nothing(large.server))
    rows: list[tuple[str, tuple[float | None, ...]]] = [
        ("SELECT 1", (None, None, None, None, *_ms(baseline, PERCENTS), None, None, None))
    ]
    worst = most = 0.0
    for name, page in large.pages.items():
        cold = []
        for _ in range(COLD):
            asked = page()
            forget()
            nothing(large.server)  # the new connection
            cold.append(large.took(asked)[0])
        both = [(full, full.pages[name]()) for _ in range(ROUNDS) for full in (small, large)]
        all_took = [full.took(asked) for full, asked in both]
        (few_s, few_used), (many_s, many_used) = (
            zip(*all_took[number::2], strict=True) for number in range(2)
        )
        few, many = (
            float(blocks_of_a_page(full.server, full.pages[name](), full.of.now)) for full in (small, large)
        )
        rows.append(
            (
                name,
                (
                    *(*_ms(few_s, (50, 99)), mean(few_used) * 1000, few),
                    *(*_ms(many_s, PERCENTS), mean(many_used) * 1000, many, max(cold) * 1000),
                ),
            )
        )
        worst = max(worst, percentile(many_s, 95) * 1000)
        most = max(most, mean(many_used) / mean(few_used))
    read, months, indexed = tables_of_a_page(large.server, large.of.now - large.of.days * DAY_S / 2)
    size, calls = large.size(), large.of.calls
    return Table(
        f"A page of {PAGE} of {calls:,} calls of {large.of.terminals:,} terminals in {large.of.days:.0f}"
        f" days, beside one of {small.of.calls:,} (few), in PostgreSQL (ms)",
        (
            *("few p50", "few p99", "few cpu", "few blocks"),
            *(*(f"p{percent}" for percent in PERCENTS), "cpu", "blocks", "cold"),
        ),
        tuple(rows),
        "SELECT 1",
        (
            Aim(f"the slowest page at p95 within {AIM_MS:g} ms (here {worst:.1f})", worst <= AIM_MS),
            Aim(
                f"no page takes {AIM_TIMES:g} times the processor time of few (here {most:.1f})",
                most < AIM_TIMES,
            ),
            Aim(
                f"a page of half of the time ago is planned for {read} of {months} months, by indexes",
                indexed,
            ),
        ),
        (
            f"on the disk {_gib(size)}, {size / calls:.0f} bytes a call with its indexes:"
            f" {_gib(size / calls * 100_000_000)} for 100 million",
            f"cold: the slowest of {COLD} that are each asked for when nothing of the log is in memory",
            "cpu: processor time of a page at the server and here, on average",
            "blocks: of 8 KiB, that are looked at for one page, in tables and indexes",
        ),
    )


def _ms(took: Sequence[float], percents: Sequence[int]) -> tuple[float, ...]:
    return tuple(percentile(took, one) * 1000 for one in percents)


def _gib(size: float) -> str:
    return f"{size / (1 << 30):.1f} GiB"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)

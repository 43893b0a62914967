"""What the product does with a full call log in PostgreSQL, besides showing pages: it writes calls, closes
what a Call Manager left behind, exports all of it, and removes what is old while people ask for pages."""

import random
import threading
import time
from contextlib import closing
from dataclasses import replace
from itertools import islice
from time import perf_counter

from bench.call_log_fill import DAY_S, Site
from bench.report import Table, percentile
from offhook.call import Call, CallState, Cause, Direction, Party
from offhook.call.model import new_call_id
from offhook.manager.stores.postgresql.calllog import PostgresCallLog
from offhook.manager.stores.postgresql.server import Address, Server
from offhook.manager.stores.postgresql.transfer import PostgresState

AT_ONCE, BATCHES = 50, 100
"""Calls that are written in one transaction, and how often."""

LEFT = 100
EXPORTED = 300_000


def tended(*logs: tuple[Address, Site]) -> Table:
    """In each of these databases."""
    columns = [_of_one(address, of) for address, of in logs]
    names = [name for name, _ in columns[0]]
    return Table(
        "What else is done with the call log in PostgreSQL",
        tuple(f"{of.calls:,}" for _, of in logs),
        tuple((name, tuple(dict(column)[name] for column in columns)) for name in names),
        names[0],
        (),
        (
            f"written: {BATCHES} times {AT_ONCE} calls as they begin, and as they end, in a transaction each",
            f"a start that finds {LEFT} calls which its last run left behind",
            f"an export of the first {EXPORTED:,}; removed is the oldest day, as every hour",
        ),
    )


def _of_one(address: Address, of: Site) -> list[tuple[str, float]]:
    rows = list[tuple[str, float]]()
    with closing(Server(address)) as server:
        with closing(PostgresCallLog(server, node="one", keep_days=None)) as log:
            begun, ended = _write(log, of)
            for name, took in (("begun", begun), ("ended", ended)):
                rows += [(f"written as {name}, p{one} ms", percentile(took, one) * 1000) for one in (50, 99)]
            for _ in range(LEFT):
                log.record(_call(of))
        before = perf_counter()
        with closing(PostgresCallLog(server, node="one", keep_days=None)) as log:
            rows.append(("a start ms", (perf_counter() - before) * 1000))
            assert log.orphans == LEFT
        rows.append(("exported a second", _exported(address)))
        with closing(PostgresCallLog(server, node="one", keep_days=None)) as log:
            rows += _removed(log, server, of)
    return rows


def _call(of: Site) -> Call:
    return Call(
        id=new_call_id(),
        terminal=of.terminal(),
        direction=Direction.OUTBOUND,
        state=CallState.PROCEED,
        caller=Party("Kim", "4000"),
        callee=Party("Park", "+49301234567"),
        started=time.time(),
    )


def _write(log: PostgresCallLog, of: Site) -> tuple[list[float], list[float]]:
    begun, ended = list[float](), list[float]()
    for _ in range(BATCHES):
        calls = [_call(of) for _ in range(AT_ONCE)]
        over = [
            replace(one, state=CallState.ON_HOOK, ended=time.time(), cause=Cause.NO_ANSWER) for one in calls
        ]
        for batch, took in ((calls, begun), (over, ended)):
            since = perf_counter()
            for one in batch:
                log.record(one)
            log.flush()
            took.append(perf_counter() - since)
    return begun, ended


def _exported(address: Address) -> float:
    with closing(PostgresState(Server(address))) as state:
        begun = perf_counter()
        count = sum(1 for _ in islice(state.rows("calls"), EXPORTED))
        return count / (perf_counter() - begun)


def _removed(log: PostgresCallLog, server: Server, of: Site) -> list[tuple[str, float]]:
    """A day of calls, and pages meanwhile."""
    done, took = threading.Event(), list[float]()

    def ask() -> None:
        while not done.wait(0.002):
            since = perf_counter()
            log.query(terminals=[of.terminal()], before=of.now - random.random() * of.days * DAY_S)
            took.append(perf_counter() - since)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        begun = perf_counter()
        with server.using(600) as connection:
            log._prune(connection, of.first + 2 * DAY_S)
        seconds = perf_counter() - begun
    finally:
        done.set()
        asking.join()
    return [("a day removed s", seconds), ("pages meanwhile, p99 ms", percentile(took or [0.0], 99) * 1000)]

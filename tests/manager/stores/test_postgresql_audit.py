"""The audit log, and forwarding, in PostgreSQL."""

from __future__ import annotations

from contextlib import closing

import pytest

from offhook.call import Forwarding, ForwardWhen
from offhook.errors import UnavailableError
from offhook.manager.audit import Entry, Event
from offhook.manager.stores.audit import MAX_ALIKE
from offhook.manager.stores.auditfiles import DAY_S
from offhook.manager.stores.postgresql.audit import ENTRY, PRUNE_EVERY_S, PostgresAuditLog, read_audit
from offhook.manager.stores.postgresql.server import Server
from offhook.manager.stores.postgresql.terminals import PostgresForwardings
from offhook.switch.b2bua.forwardings import KeptForwarding
from offhook.switch.b2bua.forwardingtexts import TextForwardings
from tests.manager.stores.postgres import Postgres


class Clock:
    """Seconds, as the test wants them."""

    now = 100.0 * DAY_S

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_an_entry_says_who_did_what_from_where_and_what_came_of_it(server: Server, clock: Clock) -> None:
    with closing(PostgresAuditLog(server, clock=clock, steady=clock)) as log:
        log.record(Event.DIAL, "ok", door="sscp", user="kim", source="192.0.2.9", terminal="4000", number="1")
        log.record(Event.LOGIN, "not-allowed", door="http", user="x\0\ud83d")
    assert list(read_audit(server)) == [
        Entry(clock.now, "dial", "sscp", "kim", "192.0.2.9", "ok", terminal="4000", number="1"),
        Entry(clock.now, "login", "http", "x\ufffd?", result="not-allowed"),
    ]


def test_entries_of_several_nodes_say_where_it_was_done(server: Server, clock: Clock) -> None:
    for node in ("north", "south"):
        with closing(PostgresAuditLog(server, node=node, clock=clock, steady=clock)) as log:
            log.record(Event.LOGIN, "ok", door="http", user="kim")
    assert [one.node for one in read_audit(server)] == ["north", "south"]


def test_a_node_of_before_goes_on_writing_into_newer_tables(server: Server) -> None:
    with server.using() as connection:
        connection.execute(
            'INSERT INTO audit (time, event, door, "user", source, result, terminal, number, call, repeated)'
            " VALUES (1, 'login', 'http', 'kim', '', 'ok', '', '', '', 0)"
        )
    assert list(read_audit(server)) == [Entry(1.0, "login", "http", "kim", result="ok")]


def test_a_flood_of_failures_is_counted_and_hides_nothing_else(server: Server, clock: Clock) -> None:
    with closing(PostgresAuditLog(server, clock=clock, steady=clock)) as log:
        for _ in range(200):
            log.record(Event.LOGIN, "not-authenticated", door="sscp", user="kim", source="192.0.2.9")
        log.record(Event.LOGIN, "ok", door="sscp", user="kim", source="192.0.2.9")
    entries = list(read_audit(server))
    assert len(entries) == MAX_ALIKE + 2
    assert [one.repeated for one in entries if one.repeated] == [200 - MAX_ALIKE]


def test_old_entries_are_removed(server: Server, clock: Clock) -> None:
    with closing(PostgresAuditLog(server, keep_days=30, clock=clock, steady=clock)) as log:
        log.record(Event.DIAL, "ok", door="sscp", user="old")
        log.flush()
        clock.now += 20 * DAY_S
        log.record(Event.DIAL, "ok", door="sscp", user="young")
        log.flush()
        clock.now += 20 * DAY_S
        log.record(Event.DIAL, "ok", door="sscp", user="new")
        log.flush()
        clock.now += PRUNE_EVERY_S  # a clock is believed when it has gone on for an hour
        log.record(Event.DIAL, "ok", door="sscp", user="newer")
    assert [one.user for one in read_audit(server)] == ["young", "new", "newer"]


def test_above_the_limit_strangers_failures_go_first_and_then_the_oldest(
    server: Server, clock: Clock
) -> None:
    def fill(most: int) -> list[str]:
        with server.using() as connection:
            connection.execute("TRUNCATE audit")
        with closing(PostgresAuditLog(server, max_bytes=most * ENTRY, clock=clock, steady=clock)) as log:
            for number in range(3):
                log.record(Event.DIAL, "ok", door="sscp", user=f"ok{number}")
                log.record(Event.LOGIN, "not-allowed", door="sscp", user=f"no{number}")
            clock.now += PRUNE_EVERY_S
        return [one.user for one in read_audit(server)]

    assert fill(4) == ["ok0", "ok1", "ok2", "no2"]
    assert fill(2) == ["ok1", "ok2"]


def test_entries_wait_while_the_server_is_away(postgres: Postgres, server: Server, clock: Clock) -> None:
    with closing(PostgresAuditLog(server, clock=clock, steady=clock)) as log:
        postgres.stop()
        try:
            log.record(Event.DIAL, "ok", door="sscp", user="kim")
            with pytest.raises(UnavailableError):
                log.flush()
        finally:
            postgres.start()
    assert [one.user for one in read_audit(server)] == ["kim"]


ALWAYS = KeptForwarding((Forwarding(ForwardWhen.ALWAYS, "4002", 0.0),), False)
DO_NOT_DISTURB = KeptForwarding((), True)


def test_forwarding_is_kept_and_what_another_node_has_changed_stays(server: Server) -> None:
    one, two = TextForwardings(PostgresForwardings(server)), TextForwardings(PostgresForwardings(server))
    assert one.read() == two.read() == {}
    one.write({"4000": ALWAYS})
    two.write({"4001": DO_NOT_DISTURB})
    assert TextForwardings(PostgresForwardings(server)).read() == {"4000": ALWAYS, "4001": DO_NOT_DISTURB}
    one.write({})
    assert TextForwardings(PostgresForwardings(server)).read() == {"4001": DO_NOT_DISTURB}


def test_a_forwarding_that_cannot_be_read_is_logged_and_the_others_hold(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    texts = PostgresForwardings(server)
    TextForwardings(texts).write({"4000": ALWAYS})
    texts.write({"4001": "{", "4002": '{"forwardings": 4, "do_not_disturb": false}'}, [])
    assert TextForwardings(texts).read() == {"4000": ALWAYS}
    assert "forwardings of 4001 are lost" in caplog.text and "4002" in caplog.text


def test_forwardings_that_cannot_be_kept_or_read_are_told_so(postgres: Postgres, server: Server) -> None:
    store = TextForwardings(PostgresForwardings(server))
    postgres.stop()
    try:
        with pytest.raises(UnavailableError):
            store.read()
        with pytest.raises(UnavailableError):
            store.write({"4000": ALWAYS})
    finally:
        postgres.start()

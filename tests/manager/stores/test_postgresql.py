"""What only PostgreSQL has: a server that may be away, tables that several make, months, nodes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

import pytest

from offhook.call import CallState, Cause
from offhook.errors import ConfigError, UnavailableError
from offhook.manager.audit import Entry
from offhook.manager.outbox import Letter
from offhook.manager.stores.postgresql import schema
from offhook.manager.stores.postgresql.audit import read_audit
from offhook.manager.stores.postgresql.calllog import (
    AHEAD,
    DAY_S,
    TEND_EVERY_S,
    PostgresCallLog,
    sign_of_life,
)
from offhook.manager.stores.postgresql.months import month_of, months_ahead
from offhook.manager.stores.postgresql.node import NodeClaim
from offhook.manager.stores.postgresql.outbox import CLAIM_S, PostgresOutbox
from offhook.manager.stores.postgresql.schema import MIGRATIONS, migrate
from offhook.manager.stores.postgresql.server import MOST, Address, Connection, Server
from offhook.manager.stores.postgresql.tables import Area, PostgresTables
from offhook.manager.stores.users import StoredUsers
from tests.manager.helpers import OVER, QUICK, STARTED, TALKING
from tests.manager.stores.fullmonths import Clocks, thirty_thousand_calls
from tests.manager.stores.postgres import Postgres


def answers(server: Server) -> bool:
    try:
        with server.using() as connection:
            return bool(connection.execute("SELECT 1").fetchone() == (1,))
    except UnavailableError:
        return False


def until_so(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def tables(server: Server) -> list[str]:
    with server.using() as connection:
        return [
            name
            for (name,) in connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'offhook' ORDER BY 1"
            )
        ]


def test_a_restart_of_the_server_breaks_nothing_that_begins_after_it(
    postgres: Postgres, server: Server
) -> None:
    assert answers(server)
    postgres.restart()
    assert answers(server)


def test_a_server_that_is_away_is_found_out_once_and_then_nobody_waits(
    postgres: Postgres, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts: list[None] = []
    connect = server.connect

    def counted() -> Connection:
        attempts.append(None)
        return connect()

    monkeypatch.setattr(server, "connect", counted)
    monkeypatch.setattr("offhook.manager.stores.postgresql.server.AGAIN_S", 60.0)
    postgres.stop()
    try:
        for _ in range(20):
            with pytest.raises(
                UnavailableError, match=r"at 127\.0\.0\.1 cannot be used .*wait until it is back"
            ):
                PostgresTables(server, Area.USERS).read("SELECT name FROM users")
    finally:
        postgres.start()
    assert len(attempts) == 1


def test_a_server_that_hangs_is_waited_for_within_limits(postgres: Postgres, server: Server) -> None:
    with server.using() as connection:
        pid = connection.info.backend_pid
    postgres.pause(pid)
    try:
        with pytest.raises(UnavailableError), server.using(limit_s=0.1) as connection:
            assert connection.info.backend_pid == pid
            connection.execute("SELECT 1")
    finally:
        postgres.go_on()
    assert answers(server)


def test_more_threads_than_connections_take_turns(server: Server) -> None:
    open_at_once = []

    def ask(number: int) -> int:
        with server.using() as connection:
            open_at_once.append(len(server._busy))
            row = connection.execute("SELECT %s::integer, pg_sleep(0.001)", (number,)).fetchone()
        assert row is not None
        return int(row[0])

    with ThreadPoolExecutor(3 * MOST) as threads:
        assert list(threads.map(ask, range(200))) == list(range(200))
    assert max(open_at_once) <= MOST


def test_what_was_begun_when_the_connection_broke_is_done_whole_or_not_at_all(server: Server) -> None:
    users = StoredUsers(PostgresTables(server, Area.USERS), hasher=QUICK)
    users.add("kim", "secret")
    found = PostgresTables(server, Area.USERS)
    with pytest.raises(UnavailableError), found.transaction() as database:
        database.execute("DELETE FROM users")
        database.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    assert [one.name for one in users.list()] == ["kim"]


def test_a_text_that_postgresql_does_not_take_is_nobodys_name_and_no_error(server: Server) -> None:
    users = StoredUsers(PostgresTables(server, Area.USERS), hasher=QUICK)
    users.add("kim", "secret")
    assert users.verify("kim\0", "secret") is None
    assert users.verify("ki\ud83d", "secret") is None
    assert users.find("kim\0") is None


def test_of_two_that_add_the_same_user_one_is_told_that_it_is_there(server: Server) -> None:
    def add(password: str) -> str:
        users = StoredUsers(PostgresTables(server, Area.USERS), hasher=QUICK)
        try:
            users.add("kim", password)
        except Exception as error:
            return str(error)
        return ""

    with ThreadPoolExecutor(4) as threads:
        said = list(threads.map(add, "abcd"))
    assert sorted(map(bool, said)) == [False, True, True, True]
    assert all("kim exists" in one for one in said if one)


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("postgresql://offhook@127.0.0.1/offhook?hostaddr=192.0.2.1", "has hostaddr in it"),
        ("postgresql://offhook@127.0.0.1/offhook?sslmode=disable", "has sslmode in it"),
        ("postgresql:///offhook", "names no host"),
        ("postgresql://offhook@127.0.0.1/offhook?nonsense=1", "cannot be read"),
    ],
)
def test_an_address_says_where_and_who_and_nothing_else(url: str, wrong: str) -> None:
    with pytest.raises(ConfigError, match=wrong):
        Server(Address(url))


def test_what_leaves_this_machine_is_encrypted_and_the_server_has_to_be_the_named_one() -> None:
    away = Address("postgresql://offhook@db.example/offhook", "secret").parameters()
    assert (away["sslmode"], away["sslrootcert"]) == ("verify-full", "system")
    for here in ("postgresql://offhook@127.0.0.1/x", "postgresql:///x?host=/run/postgresql"):
        assert "sslmode" not in Address(here).parameters()
    both = Address("postgresql://offhook@127.0.0.1,db.example/offhook").parameters()
    assert (both["sslmode"], both["target_session_attrs"]) == ("verify-full", "read-write")
    assert "secret" not in repr(Address("postgresql://x", "secret"))


def test_tables_of_a_newer_offhook_are_refused_with_what_to_do(server: Server) -> None:
    with server.using() as connection:
        connection.execute("UPDATE version SET number = 99")
    with pytest.raises(ConfigError, match=r"newer Offhook \(version 99\)\. upgrade this Offhook"):
        migrate(server)


def test_tables_are_carried_forward_with_what_is_in_them_and_by_one_of_many(
    database: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Server(database)) as old:
        migrate(old)
        StoredUsers(PostgresTables(old, Area.USERS), hasher=QUICK).add("kim", "secret")
    second = "ALTER TABLE users ADD COLUMN room text NOT NULL DEFAULT 'none'"
    monkeypatch.setattr(schema, "MIGRATIONS", (*MIGRATIONS, second))
    barrier = threading.Barrier(4)

    def start() -> None:
        with closing(Server(database)) as node:
            barrier.wait()
            migrate(node)

    with ThreadPoolExecutor(4) as threads:
        for one in [threads.submit(start) for _ in range(4)]:
            one.result()
    with closing(Server(database)) as new, new.using() as connection:
        assert connection.execute("SELECT name, room FROM users").fetchall() == [("kim", "none")]
        assert connection.execute("SELECT number FROM version").fetchall() == [(len(MIGRATIONS) + 1,)]


def test_data_of_each_older_version_is_carried_forward(
    database: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "MIGRATIONS", MIGRATIONS[:1])
    with closing(Server(database)) as old:
        migrate(old)
        with old.using() as connection:
            connection.execute(
                "INSERT INTO letters (id, hook, call, body, made, next_at, attempts, problem, dead)"
                " VALUES ('m1', 'crm', 'c1', 'x', 1, 1, 0, '', 0)"
            )
            connection.execute(
                'INSERT INTO audit (time, event, door, "user", source, result, terminal, number, call,'
                " repeated) VALUES (1, 'login', 'http', 'kim', '', 'ok', '', '', '', 0)"
            )
    monkeypatch.setattr(schema, "MIGRATIONS", MIGRATIONS)
    with closing(Server(database)) as new:
        migrate(new)
        assert [letter.id for letter in PostgresOutbox(new).due("crm", 2.0, 10)] == ["m1"]
        assert list(read_audit(new)) == [Entry(1.0, "login", "http", "kim", result="ok")]


def test_a_letter_is_tried_by_one_call_manager_at_a_time_and_by_another_if_that_one_dies(
    server: Server,
) -> None:
    one, two = PostgresOutbox(server), PostgresOutbox(server)
    one.add([Letter("m1", "crm", "c1", b"", 0.0, 0.0), Letter("m2", "crm", "c2", b"", 0.0, 0.0)])
    (first,) = one.due("crm", 10.0, 1)
    (second,) = two.due("crm", 10.0, 10)
    assert {first.id, second.id} == {"m1", "m2"}
    assert two.due("crm", 11.0, 10) == [second] and one.due("crm", 11.0, 10) == [first]
    third = PostgresOutbox(server)
    assert third.due("crm", 12.0, 10) == [] and third.next_at("crm") == 11.0 + CLAIM_S
    one.failed(replace(first, attempts=1, next_at=15.0))
    assert [letter.id for letter in third.due("crm", 16.0, 10)] == [first.id]
    assert {letter.id for letter in third.due("crm", 17.0 + CLAIM_S, 10)} == {first.id, second.id}


def test_a_step_that_fails_changes_nothing(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    before = tables(server)
    monkeypatch.setattr(schema, "MIGRATIONS", (*MIGRATIONS, "CREATE TABLE half (); SELECT nonsense"))
    with pytest.raises(UnavailableError, match="nonsense"):
        migrate(server)
    assert tables(server) == before


def test_a_node_is_there_once_and_free_again_at_its_end(server: Server) -> None:
    with closing(NodeClaim(server, "seoul", wait_s=0)):
        with pytest.raises(ConfigError, match=r"state\.node: another Offhook named seoul uses"):
            NodeClaim(server, "seoul", wait_s=0)
        NodeClaim(server, "busan", wait_s=0).close()
    NodeClaim(server, "seoul", wait_s=10).close()


def test_the_name_is_still_the_node_s_after_a_restart_of_the_server(
    postgres: Postgres, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.manager.stores.postgresql.node.LOOK_S", 0.01)
    with closing(NodeClaim(server, "seoul", wait_s=0)) as claim:
        before = claim._connection
        postgres.restart()
        while claim._connection is before or claim._connection is None:
            time.sleep(0.01)
        with pytest.raises(ConfigError):
            NodeClaim(server, "seoul", wait_s=0)


def test_that_the_server_is_away_is_known_without_anything_to_write(
    postgres: Postgres, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.manager.stores.postgresql.node.LOOK_S", 0.01)
    with closing(NodeClaim(server, "seoul", wait_s=0)) as claim:
        assert claim.problem == ""
        postgres.stop()
        try:
            until_so(lambda: claim.problem.endswith("does not answer"))
        finally:
            postgres.start()
        until_so(lambda: claim.problem == "")


def test_a_node_closes_its_own_calls_and_leaves_those_of_others(server: Server) -> None:
    for node, call in (("one", STARTED), ("two", replace(TALKING, id="c2"))):
        log = PostgresCallLog(server, node=node, keep_days=None)
        log.record(call)
        log.close()
    with closing(PostgresCallLog(server, node="one", keep_days=None)) as log:
        assert log.orphans == 1
        states = {call.id: (call.state, call.cause) for call in log.query()}
    assert states == {"c1": (CallState.ON_HOOK, Cause.FAILURE), "c2": (CallState.CONNECTED, None)}


def test_a_call_is_the_last_node_s_that_has_told_of_it(server: Server) -> None:
    for node in ("one", "two"):
        log = PostgresCallLog(server, node=node, keep_days=None)
        log.record(TALKING)
        log.close()
    with closing(PostgresCallLog(server, node="one", keep_days=None)) as log:
        assert log.orphans == 0


def test_all_nodes_lock_calls_in_one_order_so_that_none_waits_for_another_in_a_circle(server: Server) -> None:
    first, second = (replace(STARTED, id=name) for name in ("a", "b"))
    with closing(PostgresCallLog(server, node="one")) as log, server.using() as holder:
        log.record(first)
        log.record(second)
        log.flush()
        with holder.transaction(), server.using() as looker:
            holder.execute("SELECT 1 FROM calls WHERE id = 'a' FOR UPDATE")
            log.record(replace(second, state=CallState.PROCEED))
            log.record(replace(first, state=CallState.PROCEED))
            waits = (
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            while looker.execute(waits).fetchone() == (0,):
                time.sleep(0.005)
            # It waits for the first one, and has not locked the second.
            assert looker.execute("SELECT id FROM calls WHERE id = 'b' FOR UPDATE NOWAIT").fetchone() == (
                "b",
            )


def test_a_node_that_is_late_does_not_bring_an_ended_call_back(server: Server) -> None:
    with (
        closing(PostgresCallLog(server, node="one")) as one,
        closing(PostgresCallLog(server, node="two")) as two,
    ):
        one.record(OVER)
        one.flush()
        two.record(TALKING)
        two.flush()
        assert one.query() == [OVER]


def test_a_call_that_a_node_saw_begin_at_another_time_is_there_once_when_it_has_ended(server: Server) -> None:
    with (
        closing(PostgresCallLog(server, node="cut-off")) as cut_off,
        closing(PostgresCallLog(server, node="next")) as following,
    ):
        cut_off.record(TALKING)
        cut_off.flush()
        found = replace(OVER, started=OVER.started + 0.7)
        following.record(found)
        following.flush()
        assert following.query() == [found]


def test_a_call_that_was_closed_as_failed_goes_on_if_another_node_has_it_still(server: Server) -> None:
    with closing(PostgresCallLog(server, node="one")) as one:
        one.record(TALKING)
        one.flush()
    with (
        closing(PostgresCallLog(server, node="one")) as again,
        closing(PostgresCallLog(server, node="two")) as two,
    ):
        assert [call.cause for call in again.query()] == [Cause.FAILURE]
        two.record(TALKING)
        two.flush()
        assert again.query() == [TALKING]


@pytest.mark.parametrize(
    ("seconds", "table", "following"),
    [
        (1_764_547_199.9, "calls_2025_11", "calls_2025_12"),
        (1_764_547_200.0, "calls_2025_12", "calls_2026_01"),
        (0.0, "calls_1970_01", "calls_1970_02"),
    ],
)
def test_a_month_ends_where_the_next_begins(seconds: float, table: str, following: str) -> None:
    month = month_of(seconds)
    assert month.table == table and month.first <= seconds < month.end
    assert month.following().table == following and month.following().first == month.end


def test_months_are_made_ahead_and_gone_when_all_in_them_is_old(server: Server) -> None:
    clocks = Clocks()
    log = PostgresCallLog(server, keep_days=40, clock=clocks.wall, steady=clocks.steady)
    ahead = [month.table for month in months_ahead(clocks.wall(), AHEAD)]
    assert ahead == ["calls_2025_12", "calls_2026_01", "calls_2026_02"]
    assert set(ahead) <= set(tables(server))
    old = clocks.wall() - 80 * DAY_S
    log.record(replace(OVER, id="old", started=old, connected=None, ended=old + 5))
    log.record(replace(OVER, started=clocks.wall(), connected=None, ended=clocks.wall() + 5))
    log.flush()
    assert month_of(old).table in tables(server)
    clocks.lived = TEND_EVERY_S
    log.close()
    assert month_of(old).table not in tables(server)
    with closing(PostgresCallLog(server)) as log:
        assert [call.id for call in log.query()] == [OVER.id]


def test_a_call_of_a_month_that_somebody_has_dropped_is_written_all_the_same(server: Server) -> None:
    with closing(PostgresCallLog(server, keep_days=None)) as log:
        log.record(OVER)
        log.flush()
        with server.using() as connection:
            connection.execute(f"DROP TABLE {month_of(OVER.started).table}".encode())
        log.record(OVER)
        with pytest.raises(UnavailableError):
            log.flush()
        log.flush()
        assert log.query() == [OVER]


def test_a_call_waits_while_the_server_is_away_and_is_shown_and_written_when_it_is_back(
    postgres: Postgres, server: Server
) -> None:
    with closing(PostgresCallLog(server, keep_days=None)) as log:
        postgres.stop()
        try:
            log.record(OVER)
            with pytest.raises(UnavailableError):
                log.query()
        finally:
            postgres.start()
        while log.waiting:
            time.sleep(0.01)
        with server.using() as connection:
            assert connection.execute("SELECT id FROM calls").fetchall() == [(OVER.id,)]


def _explained(connection: Connection, question: str, values: Sequence[object]) -> str:
    """How the server would find the answer."""
    said = connection.execute(f"EXPLAIN {question}".encode(), values, prepare=False)
    return "\n".join(row[0] for row in said)


def test_the_last_sign_of_life_of_a_node_is_found_without_reading_the_log_of_years(server: Server) -> None:
    """A hundred million calls would take minutes, and the start gives up after ten seconds."""
    clocks = Clocks()
    with (
        closing(PostgresCallLog(server, clock=clocks.wall, steady=clocks.steady)),
        server.using(60) as connection,
    ):
        thirty_thousand_calls(connection, clocks)
        last = clocks.wall() + 29_999 * 259
        question, values = sign_of_life("north", last + DAY_S, last)
        said = _explained(connection, question, values)
        found = connection.execute(question.encode(), values).fetchone()
    assert "Seq Scan" not in said
    assert found == (last + 5,)


def test_a_password_is_never_in_an_error(postgres: Postgres) -> None:
    server = Server(Address(postgres.url("nonsense"), "s3cret-pass"))
    with closing(server), pytest.raises(ConfigError) as told:
        server.wait_for(0)
    assert "nonsense" in str(told.value) and "s3cret-pass" not in str(told.value)

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from offhook.errors import ConfigError, UnavailableError, UserError
from offhook.manager.principal import LOCAL, User
from offhook.manager.stores.tokens import MAX_TOKENS
from offhook.manager.stores.users import SqliteUsers, StoredUsers
from tests.manager.helpers import QUICK
from tests.manager.stores.sites import Site


class Clock:
    """Seconds since the epoch, as the test wants them."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def users(site: Site, clock: Clock) -> Iterator[StoredUsers]:
    with closing(site.users(clock=clock)) as store:
        store.add("kim", "secret", terminals=["4000"])
        yield store


@pytest.fixture
def in_a_file(tmp_path: Path, clock: Clock) -> Iterator[SqliteUsers]:
    with closing(SqliteUsers(tmp_path / "users.sqlite", hasher=QUICK, clock=clock)) as store:
        store.add("kim", "secret", terminals=["4000"])
        yield store


def test_the_right_password_gives_the_users_rights(users: StoredUsers) -> None:
    principal = users.verify("kim", "secret")
    assert principal is not None
    assert principal.may_use("4000")
    assert not principal.may_use("4001")


@pytest.mark.parametrize(
    ("name", "password"), [("kim", "Secret"), ("kim", ""), ("nobody", "secret"), ("KIM", "secret")]
)
def test_anything_else_gives_none(users: StoredUsers, name: str, password: str) -> None:
    assert users.verify(name, password) is None


def test_an_administrator_may_use_every_terminal(users: StoredUsers) -> None:
    users.add("root", "toor", administrator=True)
    principal = users.verify("root", "toor")
    assert principal is not None and principal.uses_all and principal.may_use("4001")


def test_a_star_stands_for_every_terminal(users: StoredUsers) -> None:
    users.set_terminals("kim", ["*"])
    principal = users.verify("kim", "secret")
    assert principal is not None and principal.may_use("4711") and not principal.administrator


def test_the_list_shows_users_by_name(users: StoredUsers) -> None:
    users.add("alice", "secret", administrator=True)
    assert users.list() == [
        User("alice", True, frozenset()),
        User("kim", False, frozenset({"4000"})),
    ]


def test_a_taken_name_is_refused(users: StoredUsers) -> None:
    with pytest.raises(UserError, match="kim exists"):
        users.add("kim", "other")
    assert users.verify("kim", "secret") is not None


@pytest.mark.parametrize("name", ["", "local", "two words", "tab\t", "x" * 65])
def test_an_unfit_name_is_refused(users: StoredUsers, name: str) -> None:
    with pytest.raises(UserError, match="cannot be a user's name"):
        users.add(name, "secret")


def test_an_empty_password_is_refused(users: StoredUsers) -> None:
    with pytest.raises(UserError, match="password"):
        users.add("lee", "")


def test_a_removed_user_logs_in_no_more(users: StoredUsers) -> None:
    token = users.issue_token("kim", 60)
    users.remove("kim")
    assert users.verify("kim", "secret") is None
    assert users.verify_token(token) is None


def test_changing_who_is_not_there_is_refused(users: StoredUsers) -> None:
    for change in (
        lambda: users.remove("lee"),
        lambda: users.set_terminals("lee", []),
        lambda: users.set_password("lee", "new"),
        lambda: users.issue_token("lee", 60),
    ):
        with pytest.raises(UserError, match="no user lee"):
            change()


def test_a_new_password_ends_the_tokens(users: StoredUsers) -> None:
    token = users.issue_token("kim", 60)
    users.set_password("kim", "better")
    assert users.verify_token(token) is None
    assert users.verify("kim", "secret") is None
    assert users.verify("kim", "better") is not None


def test_a_token_logs_in_until_it_expires(users: StoredUsers, clock: Clock) -> None:
    token = users.issue_token("kim", 60)
    principal = users.verify_token(token)
    assert principal is not None and principal.name == "kim"
    clock.now += 61
    assert users.verify_token(token) is None


def test_a_clock_that_is_years_ahead_for_a_moment_ends_no_token(users: StoredUsers, clock: Clock) -> None:
    token = users.issue_token("kim", 60)
    clock.now += 800 * 86_400
    users.issue_token("kim", 60)
    clock.now -= 800 * 86_400
    assert users.verify_token(token) is not None


def test_a_revoked_token_is_worth_nothing(users: StoredUsers) -> None:
    token, other = users.issue_token("kim", 60), users.issue_token("kim", 60)
    users.revoke_token(other, "lee")
    users.revoke_token(token, "kim")
    assert users.verify_token(token) is None
    assert users.verify_token(other) is not None


def test_only_the_newest_tokens_of_a_user_are_kept(users: StoredUsers, clock: Clock) -> None:
    first = users.issue_token("kim", 600)
    for _ in range(MAX_TOKENS):
        clock.now += 1
        users.issue_token("kim", 600)
    assert users.verify_token(first) is None


def test_a_token_is_not_in_the_file(in_a_file: SqliteUsers, tmp_path: Path) -> None:
    token = in_a_file.issue_token("kim", 60)
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert token.encode() not in kept
    assert b"secret" not in kept


def test_the_local_token_is_the_local_administrators(users: StoredUsers) -> None:
    assert users.verify_token(users.local_token) == LOCAL
    assert users.verify_token(users.local_token + "x") is None
    assert users.verify_token("schlüssel") is None


def test_changed_rights_make_a_principal_stale(users: StoredUsers) -> None:
    users.add("lee", "secret")
    kim, lee = users.verify("kim", "secret"), users.verify("lee", "secret")
    assert kim is not None and lee is not None
    assert users.stale({kim, lee, LOCAL}) == set()
    users.set_terminals("kim", [])
    assert users.stale({kim, lee, LOCAL}) == {kim}


def test_a_user_added_anew_is_not_the_old_one(users: StoredUsers) -> None:
    kim = users.verify("kim", "secret")
    assert kim is not None
    users.remove("kim")
    users.add("kim", "secret", terminals=["4000"])
    assert users.stale({kim}) == {kim}


def test_another_process_may_add_a_user(users: StoredUsers, site: Site) -> None:
    with closing(site.users()) as other:
        other.add("lee", "secret")
    assert users.verify("lee", "secret") is not None


def test_the_file_is_for_its_owner_only(in_a_file: SqliteUsers, tmp_path: Path) -> None:
    assert (tmp_path / "users.sqlite").stat().st_mode & 0o077 == 0


def test_a_file_of_something_else_is_named(tmp_path: Path) -> None:
    path = tmp_path / "users.sqlite"
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(ConfigError, match=r"users\.sqlite: is not a sound SQLite file"):
        SqliteUsers(path, hasher=QUICK)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="check the state folder"):
        SqliteUsers(tmp_path / "missing" / "users.sqlite", hasher=QUICK)


def test_logging_out_ends_every_token_and_makes_open_sessions_stale(users: StoredUsers) -> None:
    principal = users.verify("kim", "secret")
    tokens = [users.issue_token("kim", 60) for _ in range(2)]
    assert principal is not None
    assert users.log_out("kim") == 2
    assert [users.verify_token(token) for token in tokens] == [None, None]
    assert users.stale([principal]) == {principal}
    assert users.verify("kim", "secret") is not None


def test_a_changed_role_holds_from_the_next_login(users: StoredUsers) -> None:
    before = users.verify("kim", "secret")
    users.set_administrator("kim", True)
    after = users.verify("kim", "secret")
    assert before is not None and after is not None
    assert after.administrator and users.stale([before, after]) == {before}


def test_users_of_an_older_file_are_local_ones(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    with closing(sqlite3.connect(path)) as old:
        old.executescript(
            "CREATE TABLE users (name TEXT PRIMARY KEY, password TEXT NOT NULL,"
            " administrator INTEGER NOT NULL, terminals TEXT NOT NULL,"
            " revision INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
            f"INSERT INTO users VALUES ('kim', '{QUICK.hash('secret')}', 0, '[\"4000\"]', 7);"
            "PRAGMA user_version = 1;"
        )
    with closing(SqliteUsers(path, hasher=QUICK)) as store:
        assert store.list() == [User("kim", False, frozenset({"4000"}))]
        assert store.verify("kim", "secret") is not None


def test_what_a_user_may_watch_is_kept_and_changing_it_ends_open_sessions(users: StoredUsers) -> None:
    before = users.verify("kim", "secret")
    users.set_watches("kim", ["4001", "4002"])
    after = users.verify("kim", "secret")
    assert before is not None and after is not None
    assert (before.watches, after.watches) == (frozenset(), frozenset({"4001", "4002"}))
    assert users.stale([before, after]) == {before}
    found = users.find("kim")
    assert found is not None and found.watches == after.watches
    token = users.verify_token(users.issue_token("kim", 60))
    assert token is not None and token.watches == after.watches


def test_a_directorys_user_keeps_what_an_administrator_lets_it_watch(users: StoredUsers) -> None:
    users.admit("lee", "corp", ["4001"], administrator=False)
    users.set_watches("lee", ["*"])
    again = users.admit("lee", "corp", ["4001", "4002"], administrator=False)
    assert again is not None
    assert (again.terminals, again.watches_all) == (frozenset({"4001", "4002"}), True)


NO_MEMORY = "$argon2id$v=19$m=4294967295,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43
"""A hash that takes 4 TiB to verify."""


def test_a_lack_of_memory_is_no_wrong_password(in_a_file: SqliteUsers) -> None:
    in_a_file.file.connection.execute("UPDATE users SET password = ? WHERE name = 'kim'", (NO_MEMORY,))
    with pytest.raises(UnavailableError, match="lacks memory"):
        in_a_file.verify("kim", "secret")
    in_a_file._nobodys_hash = ""
    in_a_file._hasher = PasswordHasher(time_cost=1, memory_cost=2**32 - 1, parallelism=1)
    with pytest.raises(UnavailableError, match="lacks memory"):
        in_a_file.verify("nobody", "x")
    with pytest.raises(UnavailableError, match="lacks memory"):
        in_a_file.set_password("kim", "x")


def test_what_a_login_leaves_is_written_without_reading_a_table_row_by_row(in_a_file: SqliteUsers) -> None:
    """Ten thousand in the morning would read a hundred million rows otherwise."""
    asked: list[str] = []
    database = in_a_file.file.connection
    database.set_trace_callback(asked.append)
    in_a_file.remember_place("kim", "192.0.2.1")
    in_a_file.issue_token("kim", 60.0)
    database.set_trace_callback(None)
    plans = [
        (one, row[3])
        for one in asked
        if one.startswith(("INSERT", "DELETE"))
        for row in database.execute(f"EXPLAIN QUERY PLAN {one}")
    ]
    assert len(plans) > 4
    assert not [plan for plan in plans if plan[1].startswith("SCAN") and "USING" not in plan[1]]

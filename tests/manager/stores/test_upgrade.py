"""The state of the oldest Offhook becomes the newest one's, in files or in PostgreSQL, with all in it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from offhook.call import Cause
from offhook.manager.principal import User
from offhook.manager.stores.postgresql.server import Server
from offhook.manager.stores.transfer import load, write
from tests.manager.helpers import OVER
from tests.manager.stores.earlier import CALLS_1, USERS_1, USERS_1_TOKEN
from tests.manager.stores.sites import PostgresSite, Site, SqliteSite


@pytest.fixture
def oldest(tmp_path: Path) -> SqliteSite:
    for name, statements in (("users", USERS_1), ("calls", CALLS_1)):
        with closing(sqlite3.connect(tmp_path / f"{name}.sqlite")) as file:
            file.executescript(statements)
    return SqliteSite(tmp_path)


def look(site: Site) -> None:
    """Everybody logs in as before, and every call is there."""
    with closing(site.users()) as users:
        assert users.list() == [User("kim", False, frozenset({"4000"})), User("root", True, frozenset())]
        kim, root = users.verify("kim", "secret"), users.verify("root", "toor")
        assert kim is not None and kim.may_use("4000") and not kim.may_use("4001")
        assert root is not None and root.administrator
        assert users.verify_token(USERS_1_TOKEN) == kim
    with closing(site.calls(keep_days=None)) as log:
        assert [call.id for call in log.query()] == ["c4", "c3", "c2", "c1"]
        assert log.query(call_id="c1") == [OVER]
        assert log.query(call_id="c4")[0].cause is Cause.FAILURE
        assert [call.id for call in log.query(missed=True)] == ["c4", "c2"]


def test_in_files(oldest: SqliteSite) -> None:
    look(oldest)
    look(oldest)


def test_in_postgresql(oldest: SqliteSite, server: Server, tmp_path: Path) -> None:
    with closing(oldest.state()) as store:
        counts = write(store, tmp_path / "all")
    assert counts == {"users": 2, "tokens": 1, "calls": 4}
    with closing(PostgresSite(server).state()) as store:
        load(store, tmp_path / "all")
    look(PostgresSite(server))

"""The databases that the stores are tested with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from offhook.manager.stores.postgresql.schema import migrate
from offhook.manager.stores.postgresql.server import Address, Server
from tests.manager.stores.postgres import Postgres
from tests.manager.stores.sites import PostgresSite, Site, SqliteSite


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The server, for all tests of this process that leave it running."""
    with Postgres() as running:
        yield running


@pytest.fixture
def database(postgres: Postgres) -> Iterator[Address]:
    """An empty database."""
    with postgres.database() as address:
        yield address


@pytest.fixture
def server(database: Address) -> Iterator[Server]:
    """A database with our tables."""
    found = Server(database)
    migrate(found)
    yield found
    found.close()


@pytest.fixture
def another_server(postgres: Postgres) -> Iterator[Server]:
    """A second one."""
    with postgres.database() as address:
        found = Server(address)
        migrate(found)
        yield found
        found.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    """A site with SQLite, and one with PostgreSQL: the tests with it are the contract of both."""
    if request.param == "sqlite":
        return SqliteSite(tmp_path)
    return PostgresSite(request.getfixturevalue("server"))

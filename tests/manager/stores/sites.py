"""The same stores in SQLite and in PostgreSQL: what one does, the other does as well."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from offhook.manager.ports import CallLog
from offhook.manager.stores.calllog import SqliteCallLog
from offhook.manager.stores.outbox import SqliteOutbox, StoredOutbox
from offhook.manager.stores.phones import SqlitePhones, StoredPhones
from offhook.manager.stores.postgresql.calllog import PostgresCallLog
from offhook.manager.stores.postgresql.server import Server
from offhook.manager.stores.postgresql.tables import Area, PostgresTables
from offhook.manager.stores.users import SqliteUsers, StoredUsers
from tests.manager.helpers import QUICK


class Calls(CallLog, Protocol):
    """What the tests do with a call log besides."""

    orphans: int

    def flush(self) -> None: ...

    def close(self) -> None: ...

    def _write_and_prune(self) -> None: ...


class Site(Protocol):
    """Opens the stores of one site, each as often as is wanted: each time it is another process's."""

    def users(self, **more: Any) -> StoredUsers: ...

    def phones(self) -> StoredPhones: ...

    def outbox(self) -> StoredOutbox: ...

    def calls(self, **more: Any) -> Calls: ...


@dataclass
class SqliteSite:
    """A state folder."""

    folder: Path

    def users(self, **more: Any) -> SqliteUsers:
        return SqliteUsers(self.folder / "users.sqlite", hasher=QUICK, **more)

    def phones(self) -> SqlitePhones:
        return SqlitePhones(self.folder / "phones.sqlite")

    def outbox(self) -> SqliteOutbox:
        return SqliteOutbox(self.folder / "webhooks.sqlite")

    def calls(self, **more: Any) -> SqliteCallLog:
        return SqliteCallLog(self.folder / "calls.sqlite", **more)


@dataclass
class PostgresSite:
    """A database."""

    server: Server

    def users(self, **more: Any) -> StoredUsers:
        return StoredUsers(PostgresTables(self.server, Area.USERS), hasher=QUICK, **more)

    def phones(self) -> StoredPhones:
        return StoredPhones(PostgresTables(self.server, Area.PHONES, counted=True))

    def outbox(self) -> StoredOutbox:
        return StoredOutbox(PostgresTables(self.server, Area.OUTBOX))

    def calls(self, **more: Any) -> PostgresCallLog:
        return PostgresCallLog(self.server, **more)

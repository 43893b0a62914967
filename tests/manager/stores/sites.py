"""The same stores in SQLite and in PostgreSQL: what one does, the other does as well."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from offhook.common.privatefile import write_private
from offhook.common.quiet import Pace
from offhook.manager.ports import CallLog
from offhook.manager.stores.audit import FileAuditLog, QueuedAuditLog
from offhook.manager.stores.calllog import SqliteCallLog
from offhook.manager.stores.outbox import SqliteOutbox, StoredOutbox
from offhook.manager.stores.phones import SqlitePhones, StoredPhones
from offhook.manager.stores.postgresql.audit import PostgresAuditLog
from offhook.manager.stores.postgresql.calllog import PostgresCallLog
from offhook.manager.stores.postgresql.outbox import PostgresOutbox
from offhook.manager.stores.postgresql.server import Server
from offhook.manager.stores.postgresql.tables import Area, PostgresTables
from offhook.manager.stores.postgresql.terminals import PostgresForwardings
from offhook.manager.stores.postgresql.transfer import PostgresState
from offhook.manager.stores.statefiles import StateFiles
from offhook.manager.stores.transfer import StateStore
from offhook.manager.stores.users import SqliteUsers, StoredUsers
from tests.manager.helpers import QUICK


class Calls(CallLog, Protocol):
    """What the tests do with a call log besides."""

    orphans: int

    def flush(self) -> None: ...

    def close(self) -> None: ...

    def _write_and_prune(self, pace: Pace) -> None: ...


class Store(StateStore, Protocol):
    """The same for all that is stored."""

    def holds_audit(self) -> bool: ...

    def close(self) -> None: ...


class Site(Protocol):
    """Opens the stores of one site, each as often as is wanted: each time it is another process's."""

    def users(self, **more: Any) -> StoredUsers: ...

    def phones(self) -> StoredPhones: ...

    def outbox(self) -> StoredOutbox: ...

    def calls(self, **more: Any) -> Calls: ...

    def audit(self, **more: Any) -> QueuedAuditLog: ...

    def state(self) -> Store: ...

    def forward(self, value: str) -> None:
        """Keep this of terminal 4000."""
        ...


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

    def audit(self, **more: Any) -> FileAuditLog:
        return FileAuditLog(self.folder, **more)

    def state(self) -> StateFiles:
        return StateFiles(self.folder)

    def forward(self, value: str) -> None:
        write_private(self.folder / "forwardings.json", f'{{"terminals": {{"4000": {value}}}}}')


@dataclass
class PostgresSite:
    """A database."""

    server: Server

    def users(self, **more: Any) -> StoredUsers:
        return StoredUsers(PostgresTables(self.server, Area.USERS), hasher=QUICK, **more)

    def phones(self) -> StoredPhones:
        return StoredPhones(PostgresTables(self.server, Area.PHONES, counted=True))

    def outbox(self) -> StoredOutbox:
        return PostgresOutbox(self.server)

    def calls(self, **more: Any) -> PostgresCallLog:
        return PostgresCallLog(self.server, **more)

    def audit(self, **more: Any) -> PostgresAuditLog:
        return PostgresAuditLog(self.server, **more)

    def state(self) -> PostgresState:
        return PostgresState(Server(self.server.address))

    def forward(self, value: str) -> None:
        PostgresForwardings(self.server).write({"4000": value}, [])

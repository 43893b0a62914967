"""Opens what the configuration keeps in PostgreSQL, and the files otherwise."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from offhook.common.extras import how_to_install
from offhook.config import Config
from offhook.errors import ConfigError, UnavailableError
from offhook.manager.audit import Entry
from offhook.manager.stores.audit import FileAuditLog, QueuedAuditLog, read_audit
from offhook.manager.stores.calllog import SqliteCallLog
from offhook.manager.stores.outbox import SqliteOutbox, StoredOutbox
from offhook.manager.stores.phones import SqlitePhones, StoredPhones

if TYPE_CHECKING:
    from offhook.manager.stores.postgresql.calllog import PostgresCallLog
    from offhook.manager.stores.postgresql.server import Server
    from offhook.manager.stores.postgresql.transfer import PostgresState
    from offhook.manager.stores.statefiles import StateFiles

OUTBOX = "webhooks.sqlite"
"""In the state folder: what waits for webhooks, and what could not be delivered."""

COMMAND_S = 3.0
"""How long a command waits for a database that is away; a start waits longer, see `START_S` there."""


def uses_database(config: Config) -> bool:
    """Is the state in PostgreSQL? Never where the Call Manager is elsewhere: that is the one to have it."""
    return bool(config.state.database) and not config.sscp.url


def open_server(config: Config, wait_s: float = COMMAND_S, *, change: bool = True) -> Server:
    """The database with our tables, which are made or carried forward, unless nothing is to `change`.

    Raises `ConfigError`.
    """
    try:
        from offhook.manager.stores.postgresql.schema import migrate
        from offhook.manager.stores.postgresql.server import Address, Server
    except ImportError as error:
        raise config.error(
            "state.database", f"needs a library ({error})", how_to_install("postgresql")
        ) from error
    state = config.state
    try:
        server = Server(Address(state.database, state.database_password, state.database_ca_file))
        try:
            server.wait_for(wait_s)
            if change:
                migrate(server)
        except BaseException:
            server.close()
            raise
    except ConfigError as error:
        raise config.error(error.key, error.what, error.fix) from error
    except UnavailableError as error:
        raise config.error("state.database", error.what, error.fix) from error
    return server


@contextlib.contextmanager
def unchanged_server(config: Config) -> Iterator[Server | None]:
    """The database for who only looks; None where there are files. Raises `ConfigError`."""
    if not uses_database(config):
        yield None
        return
    with contextlib.closing(open_server(config, change=False)) as server:
        yield server


def claimed_server(config: Config, stack: AsyncExitStack) -> tuple[Server | None, Callable[[], str]]:
    """The database, of which this process is the node of its name from now on; None where there are files.
    With it, what says why the database cannot be used just now, "" if it can.

    Raises `ConfigError`.
    """
    if not uses_database(config):
        return None, str
    from offhook.manager.stores.postgresql.node import NodeClaim
    from offhook.manager.stores.postgresql.server import START_S

    server = stack.enter_context(contextlib.closing(open_server(config, START_S)))
    try:
        claim = stack.enter_context(contextlib.closing(NodeClaim(server, _node(config), wait_s=START_S)))
    except ConfigError as error:
        raise config.error(error.key, error.what, error.fix) from error
    except UnavailableError as error:
        raise config.error("state.database", error.what, error.fix) from error
    return server, lambda: claim.problem


def _node(config: Config) -> str:
    """This Call Manager's name among those that use the database."""
    return config.state.node or config.cluster.node


def open_calls(
    config: Config, folder: Path, server: Server | None, acts: Callable[[str], bool]
) -> SqliteCallLog | PostgresCallLog:
    """The call log; `acts` tells for which terminals this Call Manager acts, of those that share it. Raises
    `ConfigError`."""
    if server is None:
        return SqliteCallLog(folder / "calls.sqlite")
    from offhook.manager.stores.postgresql.calllog import PostgresCallLog

    try:
        return PostgresCallLog(server, node=_node(config), acts=acts)
    except UnavailableError as error:
        raise config.error("state.database", error.what, error.fix) from error


def open_phones(
    config: Config, folder: Path, server: Server | None = None, *, fault_tolerant: bool = False
) -> StoredPhones:
    """The phones that fetch their configuration. Raises `ConfigError`."""
    if not uses_database(config):
        return SqlitePhones(folder / "phones.sqlite", fault_tolerant=fault_tolerant)
    from offhook.manager.stores.postgresql.tables import Area, PostgresTables

    own = server is None
    return StoredPhones(PostgresTables(server or open_server(config), Area.PHONES, counted=True, own=own))


def open_outbox(config: Config, folder: Path, server: Server | None = None) -> StoredOutbox:
    """What waits for webhooks. Raises `ConfigError`."""
    if not uses_database(config):
        return SqliteOutbox(folder / OUTBOX)
    from offhook.manager.stores.postgresql.outbox import PostgresOutbox

    return PostgresOutbox(server or open_server(config), own=server is None)


def audit_log(config: Config, server: Server | None = None) -> QueuedAuditLog:
    """The audit log, open for writing. Each process has one; several may on the same files."""
    keep_days, max_bytes = config.auth.audit_days, config.auth.audit_mb * 1_000_000
    node = _node(config)
    if not uses_database(config):
        return FileAuditLog(config.state.dir, keep_days=keep_days, max_bytes=max_bytes, node=node)
    from offhook.manager.stores.postgresql.audit import PostgresAuditLog

    own = server is None
    return PostgresAuditLog(
        server or open_server(config), keep_days=keep_days, max_bytes=max_bytes, node=node, own=own
    )


def open_state(config: Config, folder: Path) -> StateFiles | PostgresState:
    """All that is stored, for export and import. Raises `ConfigError`."""
    from offhook.manager.stores.statefiles import StateFiles

    if not uses_database(config):
        return StateFiles(folder)
    from offhook.manager.stores.postgresql.transfer import PostgresState

    return PostgresState(open_server(config))


def audit_entries(
    config: Config, server: Server | None = None, unreadable: list[None] | None = None
) -> Iterator[Entry]:
    """Every entry of the audit log, oldest first; `unreadable` gets one for each line that is left out.

    Raises `ConfigError` and `UnavailableError`.
    """
    if not uses_database(config):
        passed = [] if unreadable is None else unreadable
        yield from read_audit(config.state.dir, lambda: passed.append(None))
        return
    from offhook.manager.stores.postgresql import audit

    with contextlib.ExitStack() as stack:
        if server is None:
            server = stack.enter_context(contextlib.closing(open_server(config)))
        yield from audit.read_audit(server)

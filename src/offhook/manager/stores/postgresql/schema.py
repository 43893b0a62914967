"""The tables in PostgreSQL, and how older ones are carried forward."""

import logging
from typing import LiteralString

from offhook.errors import ConfigError
from offhook.manager.stores.postgresql.server import Connection, Server
from offhook.manager.stores.postgresql.tables import Area

logger = logging.getLogger(__name__)

MIGRATE_S = 3600.0
"""How long tables may take to be carried forward: a new index on a hundred million calls takes minutes."""

FIRST: LiteralString = """
CREATE TABLE changes (area integer PRIMARY KEY, number bigint NOT NULL);

CREATE TABLE users (
    name text PRIMARY KEY,
    password text NOT NULL,
    administrator integer NOT NULL,
    terminals text NOT NULL,
    revision bigint NOT NULL,
    source text NOT NULL DEFAULT 'local',
    automatic integer NOT NULL DEFAULT 0,
    watches text NOT NULL DEFAULT '[]'
);
CREATE TABLE places (
    "user" text NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    network text NOT NULL,
    seen double precision NOT NULL,
    PRIMARY KEY ("user", network)
);
CREATE TABLE tokens (
    hash bytea PRIMARY KEY,
    "user" text NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    issued double precision NOT NULL,
    expires double precision NOT NULL
);
CREATE TABLE token_names (
    hash bytea PRIMARY KEY REFERENCES tokens (hash) ON DELETE CASCADE,
    name text NOT NULL
);
CREATE TABLE settings (
    "user" text PRIMARY KEY REFERENCES users (name) ON DELETE CASCADE,
    value text NOT NULL
);
CREATE INDEX tokens_by_user ON tokens ("user", issued);
CREATE INDEX tokens_by_expiry ON tokens (expires);
CREATE INDEX places_by_age ON places (seen);

CREATE TABLE phones (mac text PRIMARY KEY, value text NOT NULL);

CREATE TABLE letters (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text NOT NULL UNIQUE,
    hook text NOT NULL,
    call text NOT NULL,
    body bytea NOT NULL,
    made double precision NOT NULL,
    next_at double precision NOT NULL,
    attempts integer NOT NULL,
    problem text NOT NULL,
    dead integer NOT NULL
);
CREATE INDEX letters_due ON letters (hook, dead, next_at);
CREATE INDEX letters_of_call ON letters (hook, call, dead, number);

CREATE TABLE forwardings (terminal text PRIMARY KEY, value text NOT NULL);

CREATE TABLE calls (
    id text NOT NULL,
    terminal text NOT NULL,
    direction text NOT NULL,
    state text NOT NULL,
    caller_name text NOT NULL,
    caller text NOT NULL,
    callee_name text NOT NULL,
    callee text NOT NULL,
    started double precision NOT NULL,
    connected double precision,
    ended double precision,
    cause text,
    reason text NOT NULL DEFAULT 'direct',
    caller_privacy text NOT NULL DEFAULT 'none',
    callee_privacy text NOT NULL DEFAULT 'none',
    connected_party text,
    redirecting text,
    redirected_to text,
    external integer,
    by_hand integer NOT NULL DEFAULT 0,
    missed integer NOT NULL DEFAULT 0,
    node text NOT NULL DEFAULT '',
    PRIMARY KEY (id, started)
) PARTITION BY RANGE (started);
CREATE INDEX calls_by_time ON calls (started);
CREATE INDEX calls_by_terminal ON calls (terminal, started);
CREATE INDEX calls_live ON calls (node) WHERE ended IS NULL;
CREATE INDEX calls_missed ON calls (started) WHERE missed = 1;
CREATE INDEX calls_missed_by_terminal ON calls (terminal, started) WHERE missed = 1;

CREATE TABLE missed (
    terminal text PRIMARY KEY,
    count integer NOT NULL,
    changed double precision NOT NULL
);

CREATE TABLE audit (
    line bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    time double precision NOT NULL,
    event text NOT NULL,
    door text NOT NULL,
    "user" text NOT NULL,
    source text NOT NULL,
    result text NOT NULL,
    terminal text NOT NULL,
    number text NOT NULL,
    call text NOT NULL,
    repeated integer NOT NULL
);
CREATE INDEX audit_by_time ON audit (time);
CREATE INDEX audit_failures ON audit (line) WHERE result <> 'ok';
"""
"""Columns are those of the SQLite files, so that each can be exported to the other. `node` is the Call
Manager that a call is at."""

CLAIMS: LiteralString = """
ALTER TABLE letters ADD COLUMN claimed double precision NOT NULL DEFAULT 0;
ALTER TABLE letters ADD COLUMN claimer text NOT NULL DEFAULT '';
"""
"""Until when a letter is left to the Call Manager that tries it, and which that is."""

AUDIT_NODE: LiteralString = """
ALTER TABLE audit ADD COLUMN node text NOT NULL DEFAULT '';
"""
"""At which Call Manager it was done. One of an older version that still runs writes none."""

MIGRATIONS: tuple[LiteralString, ...] = (FIRST, CLAIMS, AUDIT_NODE)
"""From each version to the next, beginning with none. What was released is never changed, only added to."""


def migrate(server: Server) -> None:
    """Make the tables, or carry them forward; of several nodes that start at once one does it, and the others
    wait. All of it happens or nothing. Raises `ConfigError`, also for the tables of a newer Offhook, and
    `UnavailableError`."""
    with server.using(MIGRATE_S) as connection:
        if _version(connection) == len(MIGRATIONS):
            return
        with connection.transaction():
            connection.execute("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")
            connection.execute("SELECT pg_advisory_xact_lock(%s, 0)", (Area.SCHEMA,))
            connection.execute("CREATE SCHEMA IF NOT EXISTS offhook")
            connection.execute("CREATE TABLE IF NOT EXISTS version (number integer NOT NULL)")
            found = _version(connection)
            for statements in MIGRATIONS[found:]:
                connection.execute(statements)
            if found < len(MIGRATIONS):
                connection.execute("DELETE FROM version")
                connection.execute("INSERT INTO version VALUES (%s)", (len(MIGRATIONS),))
                logger.info(
                    "%s: tables of version %d are now of version %d", server.place, found, len(MIGRATIONS)
                )


def version_of(server: Server) -> tuple[int, str]:
    """The version of the tables, 0 when there are none, and PostgreSQL's. Raises as `migrate`."""
    with server.using() as connection:
        return _version(connection), connection.info.parameter_status("server_version") or ""


def _version(connection: Connection) -> int:
    """The version of the tables; 0 when there are none. Raises `ConfigError` for one that is newer."""
    if connection.execute("SELECT to_regclass('offhook.version')").fetchone() == (None,):
        return 0
    row = connection.execute("SELECT number FROM version").fetchone()
    found = int(row[0]) if row else 0
    if found > len(MIGRATIONS):
        raise ConfigError(
            "configuration",
            "state.database",
            f"was written by a newer Offhook (version {found})",
            "upgrade this Offhook",
        )
    return found

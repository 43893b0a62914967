"""The tables of users in SQLite, and what stands in a row, in any database."""

import json
from collections.abc import Iterable
from typing import Any

from offhook.errors import UserError
from offhook.manager.principal import Principal, User

SCHEMA = """
CREATE TABLE IF NOT EXISTS users (
    name TEXT PRIMARY KEY,
    password TEXT NOT NULL,
    administrator INTEGER NOT NULL,
    terminals TEXT NOT NULL,
    revision INTEGER NOT NULL,
    source TEXT NOT NULL DEFAULT 'local',
    automatic INTEGER NOT NULL DEFAULT 0,
    watches TEXT NOT NULL DEFAULT '[]'
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS places (
    user TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    network TEXT NOT NULL,
    seen REAL NOT NULL,
    PRIMARY KEY (user, network)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tokens (
    hash BLOB PRIMARY KEY,
    user TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    issued REAL NOT NULL,
    expires REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS token_names (
    hash BLOB PRIMARY KEY REFERENCES tokens (hash) ON DELETE CASCADE,
    name TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS settings (
    user TEXT PRIMARY KEY REFERENCES users (name) ON DELETE CASCADE,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tokens_by_user ON tokens (user, issued);
CREATE INDEX IF NOT EXISTS tokens_by_expiry ON tokens (expires);
CREATE INDEX IF NOT EXISTS places_by_age ON places (seen)
"""

VERSION = 3
UPGRADES = {
    1: "ALTER TABLE users ADD COLUMN source TEXT NOT NULL DEFAULT 'local';"
    " ALTER TABLE users ADD COLUMN automatic INTEGER NOT NULL DEFAULT 0",
    2: "ALTER TABLE users ADD COLUMN watches TEXT NOT NULL DEFAULT '[]'",
}

COLUMNS = "name, administrator, terminals, source, automatic, watches"
RIGHTS = "name, administrator, terminals, revision, watches"


def user_of(row: tuple[Any, ...]) -> User:
    """The user of a row of `COLUMNS`."""
    return User(row[0], bool(row[1]), unpacked(row[2]), row[3], bool(row[4]), unpacked(row[5]))


def principal_of(row: tuple[Any, ...]) -> Principal:
    """The principal of a row of `RIGHTS`."""
    return Principal(row[0], bool(row[1]), unpacked(row[2]), row[3], watches=unpacked(row[4]))


def packed(terminals: Iterable[str]) -> str:
    """Terminals as they stand in a row."""
    return json.dumps(sorted(set(terminals)))


def unpacked(text: str) -> frozenset[str]:
    """Terminals of a row."""
    return frozenset(json.loads(text))


def unknown_user(name: str) -> UserError:
    """The error for a user that there is not."""
    return UserError(f"there is no user {name}; list the users, or add this one")

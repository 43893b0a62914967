"""The tables of users in SQLite."""

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

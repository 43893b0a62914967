"""`UserAdministration` in tables: who may log in to the Call Manager, and which terminals each may use."""

import base64
import json
import secrets
import time
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import HashingError, InvalidHashError, VerificationError, VerifyMismatchError

from offhook.common.clock import Clock, SettledClock
from offhook.errors import UnavailableError, UserError
from offhook.manager.passwordcost import password_hasher
from offhook.manager.principal import (
    LOCAL,
    LOCAL_SOURCE,
    LOCAL_USER,
    MAX_NAME,
    Principal,
    TokenInfo,
    User,
    fit_name,
)
from offhook.manager.stores.sqlitetables import SqliteTables
from offhook.manager.stores.tables import Statements, Tables, TakenError
from offhook.manager.stores.userrows import SCHEMA, UPGRADES, VERSION

MAX_PASSWORD = 1024
MAX_PLACES = 20_000
"""The latest pairs of user and network that are remembered: two for each of 10,000 users."""

MAX_TOKENS = 50
"""Tokens of one user's logins; above this, the oldest is revoked. As many more it may make for programs."""

MAX_TOKEN_NAME = 64
"""Characters of the name of a program's token."""

FORGET_S = 1000 * 86_400.0
"""How long after its expiry a token is deleted: a clock that is years ahead at the start must not cost all of
them. There are at most `MAX_TOKENS` of a user anyway."""

COLUMNS = "name, administrator, terminals, source, automatic, watches"
RIGHTS = "name, administrator, terminals, revision, watches"
TOKENS = (
    "SELECT hash, user, coalesce(name, ''), issued, expires FROM tokens LEFT JOIN token_names USING (hash)"
)
UNNAMED = "hash NOT IN (SELECT hash FROM token_names)"


class StoredUsers:
    """The users in a database. Every method reads it, because other processes change it.

    Passwords are stored as argon2id hashes, tokens as SHA-256 (256 random bits cannot be guessed). `verify`
    takes some 50 ms of a core by design: call it from a thread. All methods may be called from any thread.
    `local_token` logs in local programs as administrator while this object lives.
    """

    def __init__(
        self, tables: Tables, *, hasher: PasswordHasher | None = None, clock: Clock | None = None
    ) -> None:
        self._tables = tables
        self._hasher = hasher or password_hasher()
        # Expiry goes by the settled clock, issuing by the wall clock: a machine without a battery sets it
        # late.
        self._clock, self._wall = clock or SettledClock().now, clock or time.time
        self._nobodys_hash = ""
        self.local_token = secrets.token_urlsafe(32)

    def add(
        self,
        name: str,
        password: str,
        *,
        administrator: bool = False,
        terminals: Iterable[str] = (),
        source: str = LOCAL_SOURCE,
        watches: Iterable[str] = (),
    ) -> None:
        """Add a user; one of a directory (`source`) has no password here.

        Raises `UserError` if the name is taken or invalid, or the password empty.
        """
        if not fit_name(name):
            raise UserError(
                f"{name!r} cannot be a user's name; take 1 to {MAX_NAME} printable characters without blanks"
                f", other than {LOCAL_USER!r}"
            )
        hashed = self._hash(password) if source == LOCAL_SOURCE else ""
        with self._tables.transaction(name) as database:
            try:
                _insert(
                    database,
                    name,
                    hashed,
                    administrator,
                    terminals,
                    source,
                    automatic=False,
                    watches=watches,
                )
            except TakenError as error:
                raise UserError(f"user {name} exists; remove it first or choose another name") from error

    def list(self) -> list[User]:
        """All users, by name."""
        return [_user(row) for row in self._tables.read(f"SELECT {COLUMNS} FROM users ORDER BY name")]

    def count(self) -> int:
        """How many users there are."""
        return int(self._tables.read("SELECT count(*) FROM users")[0][0])

    def find(self, name: str) -> User | None:
        """The user of this name."""
        rows = self._tables.read(f"SELECT {COLUMNS} FROM users WHERE name = ?", name)
        return _user(rows[0]) if rows else None

    def admit(
        self, name: str, source: str, terminals: Iterable[str] | None, administrator: bool
    ) -> Principal | None:
        """The principal of a directory's user, whose password the directory has accepted.

        With `terminals` an unknown user is added, and an automatic one gets these rights; rights given by an
        administrator stay. None if the user is unknown here or belongs to another source.
        """
        with self._tables.transaction(name) as database:
            row = database.execute(f"SELECT {COLUMNS} FROM users WHERE name = ?", (name,)).fetchone()
            if row is None and terminals is not None and fit_name(name):
                _insert(database, name, "", administrator, terminals, source, automatic=True)
            elif row is not None and row[3] == source and row[4] and terminals is not None:
                rights = (int(administrator), _packed(terminals))
                if (row[1], row[2]) != rights:
                    database.execute(
                        "UPDATE users SET administrator = ?, terminals = ?, revision = ? WHERE name = ?",
                        (*rights, _new_revision(), name),
                    )
            found = database.execute(
                f"SELECT {RIGHTS} FROM users WHERE name = ? AND source = ?",
                (name, source),
            ).fetchone()
        return _principal(found) if found else None

    def remove(self, name: str) -> None:
        """Remove a user with its tokens. Raises `UserError` when there is none."""
        self._change(name, "DELETE FROM users WHERE name = ?", ())

    def set_terminals(self, name: str, terminals: Iterable[str]) -> None:
        """Set which terminals the user may use. Raises `UserError` for an unknown user."""
        self._change(
            name,
            "UPDATE users SET terminals = ?, automatic = 0, revision = ? WHERE name = ?",
            (_packed(terminals), _new_revision()),
        )

    def set_watches(self, name: str, terminals: Iterable[str]) -> None:
        """Set which terminals the user may watch besides its own. Raises `UserError` for an unknown user."""
        self._change(
            name,
            "UPDATE users SET watches = ?, revision = ? WHERE name = ?",
            (_packed(terminals), _new_revision()),
        )

    def set_administrator(self, name: str, administrator: bool) -> None:
        """Set the user's role. Raises `UserError` for an unknown user."""
        self._change(
            name,
            "UPDATE users SET administrator = ?, automatic = 0, revision = ? WHERE name = ?",
            (int(administrator), _new_revision()),
        )

    def set_password(self, name: str, password: str) -> None:
        """Set the password and revoke the user's tokens. Raises `UserError`, also for a directory's user."""
        user = self.find(name)
        if user is not None and user.source != LOCAL_SOURCE:
            raise UserError(f"{name}'s password is kept by the directory {user.source}; change it there")
        self._change(
            name,
            "UPDATE users SET password = ?, revision = ? WHERE name = ?",
            (self._hash(password), _new_revision()),
        )
        self._forget_tokens(name)

    def log_out(self, name: str) -> int:
        """Revoke the user's tokens and, within seconds, end its sessions. The
        number of tokens. Raises `UserError`."""
        self._change(name, "UPDATE users SET revision = ? WHERE name = ?", (_new_revision(),))
        return self._forget_tokens(name)

    def verify(self, name: str, password: str) -> Principal | None:
        """The principal for this name and password; None if wrong. Unknown users take as long.

        Raises `UnavailableError` if it cannot be verified now: that is no failed login.
        """
        rows = self._tables.read(
            f"SELECT password, {RIGHTS} FROM users WHERE name = ? AND source = ?",
            name,
            LOCAL_SOURCE,
        )
        row = rows[0] if rows else None
        try:
            if not self._nobodys_hash:
                self._nobodys_hash = self._hasher.hash(secrets.token_urlsafe())
            stored = row[0] if row else self._nobodys_hash
            self._hasher.verify(stored, password[:MAX_PASSWORD])
        except (VerifyMismatchError, InvalidHashError):
            return None
        except (VerificationError, HashingError, MemoryError) as error:
            raise _no_memory(error) from error
        if row is None:
            return None
        if self._hasher.check_needs_rehash(stored):
            with suppress(HashingError, MemoryError):
                self._keep_hash(name, stored, self._hasher.hash(password))
        return _principal(row[1:])

    def issue_token(self, user: str, lifetime_s: float, name: str = "") -> str:
        """A token that logs the user in for this many seconds. Raises `UserError` for an unknown user.

        With a `name` it is one that a person makes for a program: it is not revoked for younger ones, but
        above `MAX_TOKENS` of them `UserError` is raised.
        """
        if name and not (len(name) <= MAX_TOKEN_NAME and name.isprintable()):
            raise UserError(
                f"a token's name has at most {MAX_TOKEN_NAME} printable characters; choose another"
            )
        token, now = secrets.token_urlsafe(32), self._wall()
        with self._tables.transaction(user) as database:
            database.execute("DELETE FROM tokens WHERE expires <= ?", (self._clock() - FORGET_S,))
            if name:
                ((made,),) = database.execute(
                    "SELECT count(*) FROM tokens JOIN token_names USING (hash)"
                    " WHERE user = ? AND expires > ?",
                    (user, self._clock()),
                )
                if made >= MAX_TOKENS:
                    raise UserError(f"{user} has {made} tokens for programs; remove one first")
            try:
                database.execute(
                    "INSERT INTO tokens VALUES (?, ?, ?, ?)", (_digest(token), user, now, now + lifetime_s)
                )
            except TakenError as error:
                raise _unknown(user) from error
            if name:
                database.execute("INSERT INTO token_names VALUES (?, ?)", (_digest(token), name))
            database.execute(
                f"DELETE FROM tokens WHERE user = ? AND {UNNAMED} AND hash NOT IN"
                f" (SELECT hash FROM tokens WHERE user = ? AND {UNNAMED} ORDER BY issued DESC LIMIT ?)",
                (user, user, MAX_TOKENS),
            )
        return token

    def find_token(self, token: str) -> TokenInfo | None:
        """What is stored of a token that is valid; None for `local_token`."""
        rows = self._tables.read(f"{TOKENS} WHERE hash = ? AND expires > ?", _digest(token), self._clock())
        return _token(rows[0]) if rows else None

    def tokens(self, user: str) -> Sequence[TokenInfo]:
        """The user's valid tokens, oldest first."""
        rows = self._tables.read(
            f"{TOKENS} WHERE user = ? AND expires > ? ORDER BY issued", user, self._clock()
        )
        return [_token(row) for row in rows]

    def remove_token(self, user: str, token_id: str) -> bool:
        """Revoke the user's token with this id. False if there is none."""
        with self._tables.transaction(user) as database:
            rows = database.execute("SELECT hash FROM tokens WHERE user = ?", (user,)).fetchall()
            found = [row for row in rows if _token_id(row[0]) == token_id]
            database.executemany("DELETE FROM tokens WHERE hash = ?", found)
        return bool(found)

    def settings(self, user: str) -> str:
        """What the user's programs have kept for it, as JSON; "" if nothing."""
        rows = self._tables.read("SELECT value FROM settings WHERE user = ?", user)
        return str(rows[0][0]) if rows else ""

    def keep_settings(self, user: str, value: str) -> None:
        """Keep that for the user. Raises `UserError` for an unknown one."""
        with self._tables.transaction(user) as database:
            try:
                database.execute(
                    "INSERT INTO settings VALUES (?, ?)"
                    " ON CONFLICT (user) DO UPDATE SET value = excluded.value",
                    (user, value),
                )
            except TakenError as error:
                raise _unknown(user) from error

    def verify_token(self, token: str) -> Principal | None:
        """The principal of this token; None if it has expired or been revoked."""
        if self.is_local_token(token):
            return LOCAL
        rows = self._tables.read(
            f"SELECT {RIGHTS} FROM tokens JOIN users ON name = user WHERE hash = ? AND expires > ?",
            _digest(token),
            self._clock(),
        )
        return _principal(rows[0]) if rows else None

    def is_local_token(self, token: str) -> bool:
        """Is this the token of this process? Reads no file."""
        return secrets.compare_digest(token.encode(errors="replace"), self.local_token.encode())

    def places(self) -> Sequence[tuple[str, str]]:
        """The networks from which users have logged in with a password: (network, user), latest last."""
        return self._tables.read(
            "SELECT network, user FROM (SELECT * FROM places ORDER BY seen DESC LIMIT ?) AS latest"
            " ORDER BY seen",
            MAX_PLACES,
        )

    def remember_place(self, user: str, network: str) -> None:
        """Remember that the user has logged in from this network."""
        with self._tables.transaction(user) as database:
            database.execute(
                "INSERT INTO places SELECT name, ?, ? FROM users WHERE name = ?"
                " ON CONFLICT (user, network) DO UPDATE SET seen = excluded.seen",
                (network, self._clock(), user),
            )
            database.execute(
                "DELETE FROM places WHERE seen <"
                " (SELECT seen FROM places ORDER BY seen DESC LIMIT 1 OFFSET ?)",
                (MAX_PLACES - 1,),
            )

    def revoke_token(self, token: str, user: str) -> None:
        """Revoke one token of this user; sessions that it has logged in go on."""
        with self._tables.transaction(user) as database:
            database.execute("DELETE FROM tokens WHERE hash = ? AND user = ?", (_digest(token), user))

    def stale(self, principals: Collection[Principal]) -> set[Principal]:
        """Those principals whose user has been removed, or whose password or rights have changed since."""
        revisions: dict[str, int] = dict(self._tables.read("SELECT name, revision FROM users"))
        return {one for one in principals if one != LOCAL and revisions.get(one.name) != one.revision}

    def close(self) -> None:
        """Close the database."""
        self._tables.close()

    def _keep_hash(self, name: str, before: str, now: str) -> None:
        """Replace the hash by one with the current cost. If that fails, the next login tries again."""
        with suppress(UnavailableError), self._tables.transaction(name) as database:
            database.execute(
                "UPDATE users SET password = ? WHERE name = ? AND password = ?", (now, name, before)
            )

    def _forget_tokens(self, name: str) -> int:
        with self._tables.transaction(name) as database:
            return database.execute("DELETE FROM tokens WHERE user = ?", (name,)).rowcount

    def _hash(self, password: str) -> str:
        if not 1 <= len(password) <= MAX_PASSWORD:
            raise UserError(f"the password must have 1 to {MAX_PASSWORD} characters; choose another one")
        try:
            return self._hasher.hash(password)
        except (HashingError, MemoryError) as error:
            raise _no_memory(error) from error

    def _change(self, name: str, statement: str, values: tuple[str | int, ...]) -> None:
        with self._tables.transaction(name) as database:
            if database.execute(statement, (*values, name)).rowcount == 0:
                raise _unknown(name)


class SqliteUsers(StoredUsers):
    """The users in one file. `fault_tolerant`: they can log in even if the disk is full or fails."""

    def __init__(
        self,
        path: Path,
        *,
        hasher: PasswordHasher | None = None,
        clock: Clock | None = None,
        fault_tolerant: bool = False,
    ) -> None:
        self.file = SqliteTables(
            path, SCHEMA, VERSION, "the users", upgrades=UPGRADES, fault_tolerant=fault_tolerant
        )
        super().__init__(self.file, hasher=hasher, clock=clock)


def _insert(
    database: Statements,
    name: str,
    hashed: str,
    administrator: bool,
    terminals: Iterable[str],
    source: str,
    *,
    automatic: bool,
    watches: Iterable[str] = (),
) -> None:
    database.execute(
        "INSERT INTO users (name, password, administrator, terminals, revision, source, automatic, watches)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            name,
            hashed,
            int(administrator),
            _packed(terminals),
            _new_revision(),
            source,
            int(automatic),
            _packed(watches),
        ),
    )


def _user(row: tuple[Any, ...]) -> User:
    return User(row[0], bool(row[1]), _unpacked(row[2]), row[3], bool(row[4]), _unpacked(row[5]))


def _principal(row: tuple[Any, ...]) -> Principal:
    return Principal(row[0], bool(row[1]), _unpacked(row[2]), row[3], watches=_unpacked(row[4]))


def _token(row: tuple[Any, ...]) -> TokenInfo:
    return TokenInfo(_token_id(row[0]), row[1], row[2], row[3], row[4])


def _token_id(digest: bytes) -> str:
    """The beginning of its digest, which tells nothing of the token."""
    return base64.urlsafe_b64encode(digest[:9]).decode()


def _unknown(name: str) -> UserError:
    return UserError(f"there is no user {name}; list the users, or add this one")


def _packed(terminals: Iterable[str]) -> str:
    return json.dumps(sorted(set(terminals)))


def _unpacked(packed: str) -> frozenset[str]:
    return frozenset(json.loads(packed))


def _digest(token: str) -> bytes:
    return sha256(token.encode(errors="replace")).digest()


def _no_memory(error: Exception) -> UnavailableError:
    """The error for too little memory: argon2 needs some 64 MiB for a password, by design."""
    return UnavailableError(
        f"a password cannot be verified ({str(error) or type(error).__name__})",
        "the machine, or the limit set for this process, lacks memory",
    )


def _new_revision() -> int:
    """Random, so that a user who was removed and added again counts as another one."""
    return secrets.randbits(62) + 1

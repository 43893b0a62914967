"""`UserAdministration` in tables: who may log in to the Call Manager, and which terminals each may use."""

import secrets
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import HashingError, InvalidHashError, VerificationError, VerifyMismatchError

from offhook.common.clock import Clock
from offhook.errors import UnavailableError, UserError
from offhook.manager.passwordcost import password_hasher
from offhook.manager.principal import (
    LOCAL,
    LOCAL_SOURCE,
    LOCAL_USER,
    MAX_NAME,
    Principal,
    User,
    fit_name,
)
from offhook.manager.stores.sqlitetables import SqliteTables
from offhook.manager.stores.tables import Statements, Tables, TakenError
from offhook.manager.stores.tokens import StoredTokens
from offhook.manager.stores.userrows import (
    COLUMNS,
    RIGHTS,
    SCHEMA,
    UPGRADES,
    VERSION,
    packed,
    principal_of,
    unknown_user,
    user_of,
)

MAX_PASSWORD = 1024
MAX_PLACES = 20_000
"""The latest pairs of user and network that are remembered: two for each of 10,000 users."""


class StoredUsers(StoredTokens):
    """The users in a database, with their tokens. Every method reads it, because other processes change it.

    Passwords are stored as argon2id hashes. `verify` takes some 50 ms of a core by design: call it from a
    thread. All methods may be called from any thread.
    """

    def __init__(
        self, tables: Tables, *, hasher: PasswordHasher | None = None, clock: Clock | None = None
    ) -> None:
        super().__init__(tables, clock)
        self._hasher = hasher or password_hasher()
        self._nobodys_hash = ""

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
        return [user_of(row) for row in self._tables.read(f"SELECT {COLUMNS} FROM users ORDER BY name")]

    def count(self) -> int:
        """How many users there are."""
        return int(self._tables.read("SELECT count(*) FROM users")[0][0])

    def find(self, name: str) -> User | None:
        """The user of this name."""
        rows = self._tables.read(f"SELECT {COLUMNS} FROM users WHERE name = ?", name)
        return user_of(rows[0]) if rows else None

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
                rights = (int(administrator), packed(terminals))
                if (row[1], row[2]) != rights:
                    database.execute(
                        "UPDATE users SET administrator = ?, terminals = ?, revision = ? WHERE name = ?",
                        (*rights, _new_revision(), name),
                    )
            found = database.execute(
                f"SELECT {RIGHTS} FROM users WHERE name = ? AND source = ?",
                (name, source),
            ).fetchone()
        return principal_of(found) if found else None

    def remove(self, name: str) -> None:
        """Remove a user with its tokens. Raises `UserError` when there is none."""
        self._change(name, "DELETE FROM users WHERE name = ?", ())

    def set_terminals(self, name: str, terminals: Iterable[str]) -> None:
        """Set which terminals the user may use. Raises `UserError` for an unknown user."""
        self._change(
            name,
            "UPDATE users SET terminals = ?, automatic = 0, revision = ? WHERE name = ?",
            (packed(terminals), _new_revision()),
        )

    def set_watches(self, name: str, terminals: Iterable[str]) -> None:
        """Set which terminals the user may watch besides its own. Raises `UserError` for an unknown user."""
        self._change(
            name,
            "UPDATE users SET watches = ?, revision = ? WHERE name = ?",
            (packed(terminals), _new_revision()),
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
        self.forget_tokens(name)

    def log_out(self, name: str) -> int:
        """Revoke the user's tokens and, within seconds, end its sessions. The
        number of tokens. Raises `UserError`."""
        self._change(name, "UPDATE users SET revision = ? WHERE name = ?", (_new_revision(),))
        return self.forget_tokens(name)

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
        return principal_of(row[1:])

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
                raise unknown_user(user) from error

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
                raise unknown_user(name)


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
            packed(terminals),
            _new_revision(),
            source,
            int(automatic),
            packed(watches),
        ),
    )


def _no_memory(error: Exception) -> UnavailableError:
    """The error for too little memory: argon2 needs some 64 MiB for a password, by design."""
    return UnavailableError(
        f"a password cannot be verified ({str(error) or type(error).__name__})",
        "the machine, or the limit set for this process, lacks memory",
    )


def _new_revision() -> int:
    """Random, so that a user who was removed and added again counts as another one."""
    return secrets.randbits(62) + 1

"""Tokens by which users log in without their password."""

import base64
import secrets
import time
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from offhook.common.clock import Clock, SettledClock
from offhook.errors import UserError
from offhook.manager.principal import LOCAL, Principal, TokenInfo
from offhook.manager.stores.tables import Tables, TakenError
from offhook.manager.stores.userrows import RIGHTS, principal_of, unknown_user

MAX_TOKENS = 50
"""Tokens of one user's logins; above this, the oldest is revoked. As many more it may make for programs."""

MAX_TOKEN_NAME = 64
"""Characters of the name of a program's token."""

FORGET_S = 1000 * 86_400.0
"""How long after its expiry a token is deleted: a clock that is years ahead at the start must not cost all of
them. There are at most `MAX_TOKENS` of a user anyway."""

TOKENS = (
    "SELECT hash, user, coalesce(name, ''), issued, expires FROM tokens LEFT JOIN token_names USING (hash)"
)
UNNAMED = "hash NOT IN (SELECT hash FROM token_names)"


class StoredTokens:
    """The tokens of the users in a database, as SHA-256: 256 random bits cannot be guessed.

    `local_token` logs in local programs as administrator while this object lives.
    """

    def __init__(self, tables: Tables, clock: Clock | None = None) -> None:
        self._tables = tables
        # Expiry goes by the settled clock, issuing by the wall clock: a machine without a battery sets it
        # late.
        self._clock, self._wall = clock or SettledClock().now, clock or time.time
        self.local_token = secrets.token_urlsafe(32)

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
                raise unknown_user(user) from error
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

    def verify_token(self, token: str) -> Principal | None:
        """The principal of this token; None if it has expired or been revoked."""
        if self.is_local_token(token):
            return LOCAL
        rows = self._tables.read(
            f"SELECT {RIGHTS} FROM tokens JOIN users ON name = user WHERE hash = ? AND expires > ?",
            _digest(token),
            self._clock(),
        )
        return principal_of(rows[0]) if rows else None

    def is_local_token(self, token: str) -> bool:
        """Is this the token of this process? Reads no file."""
        return secrets.compare_digest(token.encode(errors="replace"), self.local_token.encode())

    def revoke_token(self, token: str, user: str) -> None:
        """Revoke one token of this user; sessions that it has logged in go on."""
        with self._tables.transaction(user) as database:
            database.execute("DELETE FROM tokens WHERE hash = ? AND user = ?", (_digest(token), user))

    def forget_tokens(self, name: str) -> int:
        """Revoke all tokens of this user; how many there were."""
        with self._tables.transaction(name) as database:
            return database.execute("DELETE FROM tokens WHERE user = ?", (name,)).rowcount


def _token(row: tuple[Any, ...]) -> TokenInfo:
    return TokenInfo(_token_id(row[0]), row[1], row[2], row[3], row[4])


def _token_id(digest: bytes) -> str:
    """The beginning of its digest, which tells nothing of the token."""
    return base64.urlsafe_b64encode(digest[:9]).decode()


def _digest(token: str) -> bytes:
    return sha256(token.encode(errors="replace")).digest()

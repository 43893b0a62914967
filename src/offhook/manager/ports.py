"""What the Call Manager needs of the world. `offhook.manager.stores` has it in SQLite and in files.

Whatever keeps these raises `UnavailableError` when it cannot be read or written just now, and no error of its
own library. Unless it says otherwise, a method may block: call it from a thread.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Protocol

from offhook.call import Call
from offhook.manager.audit import Event
from offhook.manager.principal import LOCAL_SOURCE, Principal, User


class CallLog(Protocol):
    """Every call of the site, the newest value of each."""

    def record(self, call: Call) -> None:
        """Have the call's value written soon. Never blocks, never raises."""
        ...

    def query(
        self,
        *,
        terminals: Collection[str] | None = None,
        call_id: str | None = None,
        before: float | None = None,
        limit: int = 50,
    ) -> Sequence[Call]:
        """Calls newest first, with everything recorded so far.

        Of these terminals (None: of all), with this id, begun before this time (seconds since the epoch).
        """
        ...


class AuditLog(Protocol):
    """Who did what from where, and what came of it."""

    def record(
        self,
        event: Event,
        result: str,
        *,
        door: str,
        user: str = "",
        source: str = "",
        terminal: str = "",
        number: str = "",
        call: str = "",
    ) -> None:
        """Have this written soon: see `offhook.manager.audit.Entry`. Never blocks, never raises."""
        ...


class Users(Protocol):
    """Who may log in, which terminals they may use, their tokens, and where they logged in before."""

    @property
    def local_token(self) -> str:
        """Logs in this account's own programs, for the life of this process. Does not block."""
        ...

    def is_local_token(self, token: str) -> bool:
        """Is this `local_token`? Does not block."""
        ...

    def find(self, name: str) -> User | None:
        """The user of this name."""
        ...

    def verify(self, name: str, password: str) -> Principal | None:
        """Who logs in with this name and password, if right. Takes as long for a user that is unknown."""
        ...

    def settle(
        self, name: str, source: str, terminals: Iterable[str] | None, administrator: bool
    ) -> Principal | None:
        """Who a directory's user is here, after its password was found good there.

        With `terminals` an unknown user is added, and an automatic one gets these rights; rights that an
        administrator gave stay. None when the user is not known here, or belongs to another source.
        """
        ...

    def issue_token(self, user: str, lifetime_s: float) -> str:
        """A token that logs the user in for so many seconds. Raises `UserError` for an unknown user."""
        ...

    def verify_token(self, token: str) -> Principal | None:
        """Whom this token logs in, unless it expired or was revoked."""
        ...

    def revoke_token(self, token: str, user: str) -> None:
        """End one token of this user; sessions that it logged in go on."""
        ...

    def log_out(self, name: str) -> int:
        """End the user's tokens and, within seconds, sessions; how many tokens. Raises `UserError`."""
        ...

    def stale(self, principals: Collection[Principal]) -> set[Principal]:
        """Those of the principals whose user is gone or whose password or rights were set anew since."""
        ...

    def places(self) -> Sequence[tuple[str, str]]:
        """Where users logged in by password before: network and user, the latest ones last."""
        ...

    def remember_place(self, user: str, network: str) -> None:
        """A user has logged in from there."""
        ...


class UserAdministration(Users, Protocol):
    """What `offhook user` changes. Everything that names a user raises `UserError` for an unknown one."""

    def list(self) -> Sequence[User]:
        """All users, by name."""
        ...

    def add(
        self,
        name: str,
        password: str,
        *,
        administrator: bool = False,
        terminals: Iterable[str] = (),
        source: str = LOCAL_SOURCE,
    ) -> None:
        """Add a user; of a directory (`source`) without a password.

        Raises `UserError` when the name is taken or unfit, or the password empty.
        """
        ...

    def remove(self, name: str) -> None:
        """Remove a user with its tokens."""
        ...

    def set_terminals(self, name: str, terminals: Iterable[str]) -> None:
        """Set which terminals the user may use."""
        ...

    def set_administrator(self, name: str, administrator: bool) -> None:
        """Set the user's role."""
        ...

    def set_password(self, name: str, password: str) -> None:
        """Set the password and end the user's tokens. Raises `UserError` for a directory's user as well."""
        ...

    def close(self) -> None:
        """Close it."""
        ...

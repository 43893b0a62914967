"""What the Call Manager stores, as interfaces. `offhook.manager.stores` implements them in SQLite and files.

An implementation raises `UnavailableError` when it cannot read or write at the moment, and no error of its
own library. Unless stated otherwise a method may block: call it from a thread.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Protocol

from offhook.call import Call
from offhook.manager.audit import Event
from offhook.manager.phones import ProvisionedPhone
from offhook.manager.principal import LOCAL_SOURCE, Principal, TokenInfo, User


class CallLog(Protocol):
    """The call log: every call of the site, each with its latest value."""

    def record(self, call: Call) -> None:
        """Store the call's value in the background. Never blocks, never raises."""
        ...

    def query(
        self,
        *,
        terminals: Collection[str] | None = None,
        call_id: str | None = None,
        before: float | None = None,
        limit: int = 50,
        missed: bool = False,
    ) -> Sequence[Call]:
        """Calls newest first, including everything recorded so far.

        Filters: these terminals (None: all), this id, begun before this time (seconds since the epoch), those
        that were missed (`Call.missed`).
        """
        ...

    def missed(self) -> Mapping[str, int]:
        """How many missed calls of each terminal nobody had looked at when this was last open."""
        ...

    def keep_missed(self, terminal: str, count: int) -> None:
        """Store this count of missed calls in the background. Never blocks, never raises."""
        ...


class Backlog(Protocol):
    """A store that writes in the background, as who looks after it sees it. Does not block."""

    @property
    def waiting(self) -> int:
        """How many entries wait to be written."""
        ...

    @property
    def problem(self) -> str:
        """Why nothing can be written just now; "" if it can."""
        ...


class AuditLog(Protocol):
    """The audit log: who did what, from where, with which result."""

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
        """Store an entry (see `offhook.manager.audit.Entry`) in the
        background. Never blocks, never raises."""
        ...


class Users(Protocol):
    """Users: their rights, their tokens, and the networks they have logged in from."""

    @property
    def local_token(self) -> str:
        """A token for programs of this account, valid while this process lives. Does not block."""
        ...

    def is_local_token(self, token: str) -> bool:
        """Is this `local_token`? Does not block."""
        ...

    def find(self, name: str) -> User | None:
        """The user of this name."""
        ...

    def verify(self, name: str, password: str) -> Principal | None:
        """The principal for this name and password; None if wrong. Unknown
        users take as long, so cannot be probed."""
        ...

    def admit(
        self, name: str, source: str, terminals: Iterable[str] | None, administrator: bool
    ) -> Principal | None:
        """The principal of a directory's user, whose password the directory has accepted.

        With `terminals` an unknown user is added, and an automatic one gets these rights; rights given by an
        administrator stay. None if the user is unknown here or belongs to another source.
        """
        ...

    def issue_token(self, user: str, lifetime_s: float, name: str = "") -> str:
        """A token that logs the user in for this many seconds. Raises `UserError` for an unknown user.

        With a `name` it is one that a person makes for a program: it is not revoked for younger ones, and
        there is a limit, above which `UserError` is raised.
        """
        ...

    def find_token(self, token: str) -> TokenInfo | None:
        """What is stored of a token that is valid; None for `local_token`."""
        ...

    def tokens(self, user: str) -> Sequence[TokenInfo]:
        """The user's valid tokens, oldest first."""
        ...

    def remove_token(self, user: str, token_id: str) -> bool:
        """Revoke the user's token with this id. False if there is none."""
        ...

    def verify_token(self, token: str) -> Principal | None:
        """The principal of this token; None if it has expired or been revoked."""
        ...

    def revoke_token(self, token: str, user: str) -> None:
        """Revoke one token of this user; sessions that it has logged in go on."""
        ...

    def log_out(self, name: str) -> int:
        """Revoke the user's tokens and, within seconds, end its sessions. The
        number of tokens. Raises `UserError`."""
        ...

    def stale(self, principals: Collection[Principal]) -> set[Principal]:
        """Those principals whose user has been removed, or whose password or rights have changed since."""
        ...

    def settings(self, user: str) -> str:
        """What the user's programs have kept for it, as JSON; "" if nothing."""
        ...

    def keep_settings(self, user: str, value: str) -> None:
        """Keep that for the user. Raises `UserError` for an unknown one."""
        ...

    def places(self) -> Sequence[tuple[str, str]]:
        """The networks from which users have logged in with a password: (network, user), latest last."""
        ...

    def remember_place(self, user: str, network: str) -> None:
        """Remember that the user has logged in from this network."""
        ...


class UserAdministration(Users, Protocol):
    """What `offhook user` needs. Every method that names a user raises `UserError` for an unknown one."""

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
        watches: Iterable[str] = (),
    ) -> None:
        """Add a user; one of a directory (`source`) has no password here.

        Raises `UserError` if the name is taken or invalid, or the password empty.
        """
        ...

    def remove(self, name: str) -> None:
        """Remove a user with its tokens."""
        ...

    def set_terminals(self, name: str, terminals: Iterable[str]) -> None:
        """Set which terminals the user may use."""
        ...

    def set_watches(self, name: str, terminals: Iterable[str]) -> None:
        """Set which terminals the user may watch besides its own."""
        ...

    def set_administrator(self, name: str, administrator: bool) -> None:
        """Set the user's role."""
        ...

    def set_password(self, name: str, password: str) -> None:
        """Set the password and revoke the user's tokens. Raises
        `UserError` for a directory's user as well."""
        ...

    def close(self) -> None:
        """Close it."""
        ...


class PhoneStore(Protocol):
    """The phones that fetch their configuration. `offhook phone` changes them while the Call Manager runs."""

    def list(self) -> Sequence[ProvisionedPhone]:
        """All phones that can be read, by MAC address."""
        ...

    def unreadable(self) -> Sequence[str]:
        """The MAC addresses of those that cannot be read."""
        ...

    def version(self) -> int:
        """A number that changes with every change by another process."""
        ...

    def add(self, phone: ProvisionedPhone) -> None:
        """Raises `PhoneError` if there is this MAC address already, or no room."""
        ...

    def change(
        self, mac: str, change: Callable[[ProvisionedPhone], ProvisionedPhone]
    ) -> ProvisionedPhone | None:
        """Change a phone, with nobody between reading and writing; its new value, None if there is none."""
        ...

    def remove(self, mac: str) -> bool:
        """False if there is none."""
        ...

    def close(self) -> None:
        """Close it."""
        ...

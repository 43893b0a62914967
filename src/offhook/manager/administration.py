"""What administrators do over the network: manage users, try dial rules on a number, read the audit log."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from offhook.common.threads import Threads
from offhook.errors import CallError, Refusal, UnavailableError, UserError
from offhook.manager.audit import Entry, Event
from offhook.manager.dialrules import DialRules
from offhook.manager.groups import Groups
from offhook.manager.ports import AuditLog, UserAdministration
from offhook.manager.principal import LOCAL, Principal, User
from offhook.manager.recorded import recorded

T = TypeVar("T")

THREADS = 2
"""Changes and readings of files at the same time: there are few administrators."""


class Administration:
    """Each method is given the principal for the audit log. The caller has checked its rights.

    All of them raise `CallError`. `read_audit` gives the entries of the audit log, oldest first.
    """

    def __init__(
        self,
        users: UserAdministration,
        rules: DialRules,
        groups: Groups,
        audit: AuditLog | None = None,
        read_audit: Callable[[], Iterator[Entry]] = lambda: iter(()),
    ) -> None:
        self._users, self._rules, self._groups = users, rules, groups
        self._audit, self._read_audit = audit, read_audit
        self._threads = Threads("administration", THREADS)
        self._changing = asyncio.Lock()

    async def users(self) -> Sequence[User]:
        """All users, by name."""
        return await self._run(self._users.list)

    async def find(self, name: str) -> User | None:
        """The user of this name."""
        return await self._run(self._users.find, name)

    async def user(self, name: str) -> User:
        """Like `find`, but for a user that has to exist."""
        found = await self.find(name)
        if found is None:
            raise _no_such_user(name)
        return found

    async def add(
        self,
        by: Principal,
        name: str,
        password: str,
        *,
        administrator: bool,
        terminals: Iterable[str],
        watches: Iterable[str],
    ) -> User:
        """Add a user with a password."""
        await self._change(
            by,
            name,
            lambda: self._users.add(
                name, password, administrator=administrator, terminals=terminals, watches=watches
            ),
        )
        return await self.user(name)

    async def change(
        self,
        by: Principal,
        name: str,
        *,
        administrator: bool | None = None,
        terminals: Iterable[str] | None = None,
        watches: Iterable[str] | None = None,
        password: str | None = None,
    ) -> User:
        """Change those members that are given."""
        await self.user(name)
        if administrator is False:
            self._not_oneself(by, name, "take away your own rights")

        def change() -> None:
            if password is not None:
                self._users.set_password(name, password)
            if administrator is not None:
                self._users.set_administrator(name, administrator)
            if terminals is not None:
                self._users.set_terminals(name, terminals)
            if watches is not None:
                self._users.set_watches(name, watches)

        await self._change(by, name, change)
        return await self.user(name)

    async def remove(self, by: Principal, name: str) -> None:
        """Remove a user with its tokens."""
        await self.user(name)
        self._not_oneself(by, name, "remove yourself")
        await self._change(by, name, lambda: self._users.remove(name))

    async def log_out(self, by: Principal, name: str) -> None:
        """End the user's tokens and sessions."""
        await self.user(name)
        await self._change(by, name, lambda: self._users.log_out(name))

    async def may_dial(self, user: str, terminal: str, number: str) -> bool:
        """Would this user, or "" for programs of this account, be allowed to dial the number from there?"""
        principal = LOCAL
        if user:
            found = await self.user(user)
            principal = self._groups.admitted(
                Principal(found.name, found.administrator, found.terminals, watches=found.watches)
            )
        return self._rules.allow(principal, terminal, number)

    async def audit(
        self, wanted: Callable[[Entry], bool], *, limit: int, before: float | None = None
    ) -> list[Entry]:
        """The newest of these entries, newest first; with `before` those up to that time."""

        def read() -> list[Entry]:
            kept = deque(
                (one for one in self._read_audit() if (before is None or one.time <= before) and wanted(one)),
                maxlen=limit,
            )
            return list(reversed(kept))

        return await self._run(read)

    def _not_oneself(self, by: Principal, name: str, what: str) -> None:
        if by.name == name:
            raise CallError(Refusal.NOT_POSSIBLE_NOW, f"you cannot {what}; have another administrator do it")

    async def _change(self, by: Principal, name: str, work: Callable[[], object]) -> None:
        """Carry a change out, one at a time, and record it in the audit log."""
        with recorded(self._audit, Event.USER, by, number=name):
            async with self._changing:
                await self._run(work)

    async def _run(self, work: Callable[..., T], *arguments: object) -> T:
        try:
            return await self._threads.run(work, *arguments)
        except UserError as error:
            raise CallError(Refusal.BAD_REQUEST, str(error)) from error
        except (UnavailableError, OSError) as error:
            raise CallError(Refusal.UNAVAILABLE, f"{error}; try again later") from error


def _no_such_user(name: str) -> CallError:
    return CallError(Refusal.BAD_REQUEST, f"there is no user {name[:64]}; list the users, or add this one")

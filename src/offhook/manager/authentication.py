"""Authentication: local users and users of directories. Each name is
checked by the source that it belongs to."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

from offhook.errors import CallError, Refusal, UnavailableError
from offhook.manager.passwordqueue import PasswordQueue, Told
from offhook.manager.ports import Users
from offhook.manager.principal import LOCAL, LOCAL_SOURCE, Principal, fit_name

logger = logging.getLogger(__name__)

MAX_BINDS = 8
"""Passwords that directories check at the same time; further ones wait."""

MAX_TOKEN_LOOKUPS = 8
"""Directory lookups for tokens at the same time. They have a limit of their
own, so they never wait for passwords."""

TOKEN_LOOKUP_S = 2.0
"""How long a valid token waits for its user's directory. If the
directory is down, the token is still good."""

AWAY_S = 30.0
"""For this long after such a timeout the directory is not asked about tokens."""

TOKEN_DAYS = 7.0
"""Lifetime of a token: how long a client can log in again without the password."""

NO_MEMORY = (MemoryError, RuntimeError)
"""What Python raises when memory is short: for an object, and for the stack of a new thread."""

DAY_S = 86_400.0

T = TypeVar("T")


class DirectoryEntry(Protocol):
    """A person in a directory. `terminals` is None when the directory has no attribute for them."""

    @property
    def name(self) -> str:
        """The login name in the directory's spelling."""
        ...

    @property
    def terminals(self) -> frozenset[str] | None:
        """The phones that the person may use."""
        ...

    @property
    def administrator(self) -> bool:
        """Is this an administrator?"""
        ...

    @property
    def key(self) -> str:
        """What the directory identifies the entry by (for LDAP its DN)."""
        ...


class DirectorySource(Protocol):
    """A directory that finds people by login name and checks passwords. Both methods raise
    `UnavailableError`."""

    @property
    def name(self) -> str:
        """Its name in the configuration."""
        ...

    async def find(self, user: str) -> DirectoryEntry | None:
        """The one person with this login name."""
        ...

    async def check(self, key: str, password: str) -> bool:
        """Is this the password of the entry with this key?"""
        ...


class Authenticator:
    """Turns passwords and tokens into principals.

    `sources` are asked in order for names that are not known here yet; None stands for the local users.
    The first source that knows a name decides. Nobody can take over a name by having it in a later source,
    nor by making the first one unreachable.
    """

    def __init__(
        self,
        users: Users,
        sources: Sequence[DirectorySource | None] = (None,),
        *,
        token_days: float = TOKEN_DAYS,
    ) -> None:
        self.users = users
        self._sources = sources
        self._token_s = token_days * DAY_S
        self._passwords = PasswordQueue()
        # One thread each: when another process locks the file, only writers wait.
        self._reading = ThreadPoolExecutor(1, thread_name_prefix="users-read")
        self._writing = ThreadPoolExecutor(1, thread_name_prefix="users-write")
        self._binds = asyncio.Semaphore(MAX_BINDS)
        self._token_lookups = asyncio.Semaphore(MAX_TOKEN_LOOKUPS)
        self._away_until: dict[str, float] = {}

    def close(self) -> None:
        """Stop the threads without waiting for what they are doing."""
        self._passwords.close()
        for threads in (self._reading, self._writing):
            threads.shutdown(wait=False, cancel_futures=True)

    def retry_after_s(self) -> float:
        """For a client that is refused now: in how many seconds its password could be verified."""
        return self._passwords.book()

    async def read(self, work: Callable[..., T], *arguments: Any) -> T:
        """Call a reading method of the `Users` in its thread. Raises `CallError` UNAVAILABLE."""
        return await self._in(self._reading, work, arguments)

    async def write(self, work: Callable[..., T], *arguments: Any) -> T:
        """Call a writing method of the `Users` in its thread. Raises `CallError` UNAVAILABLE."""
        return await self._in(self._writing, work, arguments)

    async def by_password(
        self, name: str, password: str, *, known: bool = False, told: Told | None = None
    ) -> Principal | None:
        """The principal for a name and password; None if either is wrong.

        `known`: this user has logged in from this network before, so does not queue behind strangers. `told`
        is called with the place in the queue. Raises `CallError`: NOT_ALLOWED for a directory's user without
        rights here, UNAVAILABLE when the directory does not answer, OVERLOADED (with `retry_s`) when too many
        wait.
        """
        if not password or not fit_name(name):
            name, password = "", password or " "
        user = await self.read(self.users.find, name)
        for source in self._sources:
            mine = LOCAL_SOURCE if source is None else source.name
            if user is not None and user.source != mine:
                continue
            if source is None:
                if user is not None or len(self._sources) == 1:
                    return await self._verified(name, password, known, told)
                continue
            async with self._binds:
                entry, good = await _ask(source, name, password)
            if entry is not None:
                return await self._settled(source, entry) if good else None
        return None

    async def _verified(self, name: str, password: str, known: bool, told: Told | None) -> Principal | None:
        """Check the password in the queue. A lack of memory or a failing disk raises `CallError` UNAVAILABLE,
        so that it does not count as a failed login."""
        try:
            return await self._passwords.run(
                lambda: self.users.verify(name, password), known=known, told=told
            )
        except (UnavailableError, *NO_MEMORY) as error:
            logger.error("a login could not be checked: %s", error)
            raise CallError(
                Refusal.UNAVAILABLE,
                "the Call Manager cannot verify passwords just now; try again later, and see its log",
            ) from error

    async def by_token(self, token: str) -> Principal | None:
        """The principal of a token. A user of a directory is looked up
        there again if it answers soon enough."""
        if self.users.is_local_token(token):
            return LOCAL
        principal = await self.read(self.users.verify_token, token)
        if principal is None:
            return None
        user = await self.read(self.users.find, principal.name)
        source = self._source(user.source) if user is not None and user.source != LOCAL_SOURCE else None
        if user is None or (source is None and user.source != LOCAL_SOURCE):
            return None
        return principal if source is None else await self._looked_up(source, principal)

    async def issue_token(self, principal: Principal, lifetime_s: float | None = None, name: str = "") -> str:
        """A token for later logins of this user, lasting as configured unless `lifetime_s` says otherwise.

        Raises `CallError` when it cannot be stored, `UserError` as `Users.issue_token` does.
        """
        return await self.write(self.users.issue_token, principal.name, lifetime_s or self._token_s, name)

    async def _looked_up(self, source: DirectorySource, principal: Principal) -> Principal | None:
        """The current rights of a valid token's user; the last known
        ones if the directory does not answer."""
        now = asyncio.get_running_loop().time()
        if self._away_until.get(source.name, now) > now:
            return principal
        try:
            async with asyncio.timeout(TOKEN_LOOKUP_S), self._token_lookups:
                entry = await source.find(principal.name)
        except UnavailableError as error:
            logger.warning("%s; its user %s is let in by token all the same", error, principal.name)
            return principal
        except TimeoutError:
            self._away_until[source.name] = now + AWAY_S
            logger.warning(
                "the directory %s does not answer; for %g s its users are let in by token without asking it",
                source.name,
                AWAY_S,
            )
            return principal
        return None if entry is None else await self._settled(source, entry)

    async def _in(self, threads: ThreadPoolExecutor, work: Callable[..., T], arguments: Sequence[Any]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(threads, work, *arguments)
        except (UnavailableError, *NO_MEMORY) as error:
            logger.error("%s", str(error) or type(error).__name__)
            raise CallError(
                Refusal.UNAVAILABLE, "the Call Manager cannot use its file of users just now; try again later"
            ) from error

    async def _settled(self, source: DirectorySource, entry: DirectoryEntry) -> Principal:
        principal = await self.write(
            self.users.admit, entry.name, source.name, entry.terminals, entry.administrator
        )
        if principal is None:
            raise CallError(
                Refusal.NOT_ALLOWED,
                f"user {entry.name} has no rights here; an administrator gives them with:"
                f" offhook user add {entry.name} --directory {source.name}",
            )
        return principal

    def _source(self, name: str) -> DirectorySource | None:
        return next((source for source in self._sources if source is not None and source.name == name), None)


async def _ask(source: DirectorySource, name: str, password: str) -> tuple[DirectoryEntry | None, bool]:
    """The directory's entry for the name, and whether the password is right."""
    if not name:
        return None, False
    try:
        entry = await source.find(name)
        return entry, entry is not None and await source.check(entry.key, password)
    except UnavailableError as error:
        logger.error("a login could not be checked: %s", error)
        raise CallError(
            Refusal.UNAVAILABLE, "the directory that knows the password does not answer; try again later"
        ) from error

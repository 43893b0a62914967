"""Who logs in: local users and those of directories, each name checked by the source that it belongs to."""

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from offhook.errors import CallError, Refusal, UnavailableError
from offhook.manager.users import LOCAL_SOURCE, LOCAL_USER, Principal, UserStore, fit_name

logger = logging.getLogger(__name__)

VERIFIERS = 2
"""Passwords verified at once. Each takes a core for some 50 ms and 64 MiB (argon2id by RFC 9106)."""

MAX_BINDS = 8
"""Logins asked of directories at once; the others wait for their turn."""

TOKEN_DAYS = 7.0
"""How long a client that asked for it logs in again without its password."""

DAY_S = 86_400.0


class DirectoryEntry(Protocol):
    """A person as a directory has it. `terminals`: None when the directory does not tell."""

    @property
    def name(self) -> str:
        """The login name as the directory writes it."""
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
        """The entry, for the directory itself."""
        ...


class DirectorySource(Protocol):
    """A directory that knows names and checks passwords. Both raise `UnavailableError`."""

    @property
    def name(self) -> str:
        """What the configuration calls it."""
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
    The first source that knows a name decides, so that nobody gets in by another source under a name that
    is taken, nor by keeping the first one from answering.
    """

    def __init__(
        self,
        users: UserStore,
        sources: Sequence[DirectorySource | None] = (None,),
        *,
        token_days: float = TOKEN_DAYS,
    ) -> None:
        self.users = users
        self._sources = sources
        self._token_s = token_days * DAY_S
        self._threads = ThreadPoolExecutor(VERIFIERS, thread_name_prefix="login")
        self._known_threads = ThreadPoolExecutor(1, thread_name_prefix="known-login")
        self._binds = asyncio.Semaphore(MAX_BINDS)

    def close(self) -> None:
        """End the threads; what they verify just now is not waited for."""
        for threads in (self._threads, self._known_threads):
            threads.shutdown(wait=False, cancel_futures=True)

    async def by_password(self, name: str, password: str, *, known: bool = False) -> Principal | None:
        """Who this is; None for a wrong name or password.

        `known`: that user logged in from there before, and does not queue behind strangers. Raises
        `CallError`: NOT_ALLOWED for a directory's user without rights here, UNAVAILABLE when its directory
        is away.
        """
        if not password or not fit_name(name):
            name, password = "", password or " "
        user = await asyncio.to_thread(self.users.find, name)
        for source in self._sources:
            mine = LOCAL_SOURCE if source is None else source.name
            if user is not None and user.source != mine:
                continue
            if source is None:
                if user is not None or len(self._sources) == 1:
                    return await self._local(name, password, known)
                continue
            async with self._binds:
                entry, good = await _ask(source, name, password)
            if entry is not None:
                return await self._settled(source, entry) if good else None
        return None

    async def by_token(self, token: str) -> Principal | None:
        """Whom the token logs in. One of a directory is asked after there, as long as it answers."""
        principal = await asyncio.to_thread(self.users.verify_token, token)
        if principal is None or principal.name == LOCAL_USER:
            return principal
        user = await asyncio.to_thread(self.users.find, principal.name)
        source = self._source(user.source) if user is not None and user.source != LOCAL_SOURCE else None
        if user is None or (source is None and user.source != LOCAL_SOURCE):
            return None
        if source is not None:
            try:
                async with self._binds:
                    entry = await source.find(principal.name)
            except UnavailableError as error:
                logger.warning("%s; its user %s is let in by token all the same", error, principal.name)
                return principal
            return None if entry is None else await self._settled(source, entry)
        return principal

    async def issue_token(self, principal: Principal) -> str:
        """A token for the next logins of this user."""
        return await asyncio.to_thread(self.users.issue_token, principal.name, self._token_s)

    async def _local(self, name: str, password: str, known: bool) -> Principal | None:
        threads = self._known_threads if known else self._threads
        return await asyncio.get_running_loop().run_in_executor(threads, self.users.verify, name, password)

    async def _settled(self, source: DirectorySource, entry: DirectoryEntry) -> Principal:
        principal = await asyncio.to_thread(
            self.users.settle, entry.name, source.name, entry.terminals, entry.administrator
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
    """The person, and whether the password is right."""
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

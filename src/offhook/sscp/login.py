"""Logs sessions in: passwords are verified in threads, few at a time, and failures are slowed down."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

from offhook.errors import CallError, Refusal
from offhook.manager.users import Principal, UserStore
from offhook.sscp.messages import Login
from offhook.sscp.throttle import LoginThrottle

logger = logging.getLogger(__name__)

VERIFIERS = 2
"""Passwords verified at once. Each takes a core for some 50 ms and 64 MiB (argon2id by RFC 9106)."""

MAX_WAITING = 200
"""Passwords that wait to be verified: about what is done within `MAX_WAIT_S`; more are told to come back."""

MAX_WAIT_S = 8.0
"""The longest that a throttled login waits; one that had to wait longer is refused at once."""

TOKEN_LIFETIME_S = 7 * 86_400.0
"""How long a client that asked for it logs in again without its password."""


class Logins:
    """Answers logins for all sessions of a server."""

    def __init__(self, users: UserStore) -> None:
        self._users = users
        self._throttle = LoginThrottle()
        self._threads = ThreadPoolExecutor(VERIFIERS, thread_name_prefix="login")
        self._waiting = 0

    async def login(self, command: Login, source: str) -> tuple[Principal, str | None]:
        """Who this is, and a token when the command asked for one. Raises `CallError`."""
        if command.token:
            return await self._by_token(command.token, source), None
        if self._waiting >= MAX_WAITING:
            raise CallError(Refusal.OVERLOADED, "too many logins at once; try again in a few seconds")
        self._waiting += 1
        try:
            return await self._by_password(command, source)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """End the threads; what they verify just now is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _by_token(self, token: str, source: str) -> Principal:
        """Not throttled: a token is 256 random bits, and good clients may have bad neighbours."""
        principal = await asyncio.to_thread(self._users.verify_token, token)
        if principal is None:
            logger.warning("login from %s refused: its token is unknown or expired", source)
            raise CallError(
                Refusal.NOT_AUTHENTICATED, "the token is unknown or expired; log in with the password"
            )
        return principal

    async def _by_password(self, command: Login, source: str) -> tuple[Principal, str | None]:
        loop = asyncio.get_running_loop()
        wait = self._throttle.wait(source, loop.time())
        if wait > MAX_WAIT_S:
            raise CallError(
                Refusal.OVERLOADED, f"too many failed logins from here; try again in {wait:.0f} seconds"
            )
        await asyncio.sleep(wait)
        principal = await loop.run_in_executor(
            self._threads, self._users.verify, command.user, command.password
        )
        if principal is None:
            self._throttle.failed(source, loop.time())
            logger.warning("login from %s refused: wrong user or password", source)
            raise CallError(
                Refusal.NOT_AUTHENTICATED, "wrong user or password; check both, then log in again"
            )
        self._throttle.succeeded(source)
        token = None
        if command.keep:
            token = await loop.run_in_executor(
                self._threads, self._users.issue_token, principal.name, TOKEN_LIFETIME_S
            )
        return principal, token

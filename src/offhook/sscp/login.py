"""Logs sessions in: failures are slowed down by where they come from, and everything is in the audit log."""

import asyncio
import logging
from dataclasses import replace

from offhook.errors import CallError, Refusal
from offhook.manager.audit import OK, AuditLog, Event
from offhook.manager.authentication import Authenticator
from offhook.manager.users import LOCAL_USER, Principal
from offhook.sscp.messages import Login
from offhook.sscp.throttle import MAX_WAIT_S, LoginThrottle

logger = logging.getLogger(__name__)

MAX_WAITING = 200
"""Passwords that wait to be verified: about what is done within `MAX_WAIT_S`; more are told to come back."""

DOOR = "sscp"


class Logins:
    """Answers logins for all sessions of a server."""

    def __init__(self, authenticator: Authenticator, audit: AuditLog | None = None) -> None:
        self._authenticator = authenticator
        self._audit = audit
        self._throttle = LoginThrottle()
        self._waiting = 0

    async def login(self, command: Login, source: str) -> tuple[Principal, str | None]:
        """Who this is, and a token when the command asked for one. Raises `CallError`."""
        try:
            if command.token:
                principal, token = await self._by_token(command.token, source), None
            else:
                principal, token = await self._by_password(command, source)
        except CallError as error:
            self._note(error.refusal.value, command.user, source)
            raise
        self._note(OK, principal.name, source)
        return replace(principal, origin=source), token

    async def logout(self, principal: Principal, token: str = "") -> None:
        """End this token of the user, or every token and session. Raises `CallError`."""
        users = self._authenticator.users
        if principal.name == LOCAL_USER:
            raise CallError(Refusal.BAD_REQUEST, "this account's own programs have no login to end")
        if token:
            await asyncio.to_thread(users.revoke_token, token, principal.name)
        else:
            await asyncio.to_thread(users.log_out, principal.name)
        if self._audit is not None:
            self._audit.record(Event.LOGOUT, OK, door=DOOR, user=principal.name, source=principal.origin)

    def _note(self, result: str, user: str, source: str) -> None:
        if self._audit is not None:
            self._audit.record(Event.LOGIN, result, door=DOOR, user=user, source=source)

    async def _by_token(self, token: str, source: str) -> Principal:
        """Not throttled: a token is 256 random bits, and good clients may have bad neighbours."""
        principal = await self._authenticator.by_token(token)
        if principal is None:
            logger.warning("login from %s refused: its token is unknown or expired", source)
            raise CallError(
                Refusal.NOT_AUTHENTICATED, "the token is unknown or expired; log in with the password"
            )
        return principal

    async def _by_password(self, command: Login, source: str) -> tuple[Principal, str | None]:
        known = self._throttle.known(source, command.user)
        if self._waiting >= MAX_WAITING and not known:
            raise CallError(Refusal.OVERLOADED, "too many logins at once; try again in a few seconds")
        self._waiting += 1
        try:
            principal = await self._verified(command, source, known)
        finally:
            self._waiting -= 1
        return principal, await self._authenticator.issue_token(principal) if command.keep else None

    async def _verified(self, command: Login, source: str, known: bool) -> Principal:
        loop = asyncio.get_running_loop()
        wait = self._throttle.wait(source, command.user, loop.time())
        if wait > MAX_WAIT_S:
            raise CallError(
                Refusal.OVERLOADED, f"too many failed logins from here; try again in {wait:.0f} seconds"
            )
        await asyncio.sleep(wait)
        principal = await self._authenticator.by_password(command.user, command.password, known=known)
        if principal is None:
            self._throttle.failed(source, command.user, loop.time())
            logger.warning("login from %s refused: wrong user or password", source)
            raise CallError(
                Refusal.NOT_AUTHENTICATED, "wrong user or password; check both, then log in again"
            )
        self._throttle.succeeded(source, command.user)
        return principal

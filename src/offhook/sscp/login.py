"""Logs sessions in: failures are slowed down by where they come from, and everything is in the audit log."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import replace

from offhook.common.network import Places
from offhook.common.tally import Tally
from offhook.errors import CallError, Refusal
from offhook.manager.audit import OK, AuditLog, Event
from offhook.manager.authentication import Authenticator
from offhook.manager.passwordqueue import Told
from offhook.manager.users import LOCAL_USER, Principal
from offhook.sscp.messages import Login
from offhook.sscp.throttle import MAX_WAIT_S, LoginThrottle

logger = logging.getLogger(__name__)

DOOR = "sscp"


class Logins:
    """Answers logins for all sessions of a server."""

    def __init__(
        self, authenticator: Authenticator, audit: AuditLog | None = None, places: Places | None = None
    ) -> None:
        self._authenticator = authenticator
        self._audit = audit
        self._tally: Tally | None = None
        self._throttle = LoginThrottle(authenticator.users.places(), places)

    async def login(
        self, command: Login, source: str, told: Told | None = None
    ) -> tuple[Principal, str | None]:
        """Who this is, and a token when the command asked for one. Raises `CallError`.

        `told` hears of the place in the queue when the command asked for that.
        """
        try:
            if command.token:
                principal, token = await self._by_token(command.token, source), None
            else:
                principal, token = await self._by_password(
                    command, source, told if command.progress else None
                )
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
            await self._authenticator.write(users.revoke_token, token, principal.name)
        else:
            await self._authenticator.write(users.log_out, principal.name)
        if self._audit is not None:
            self._audit.record(Event.LOGOUT, OK, door=DOOR, user=principal.name, source=principal.origin)

    def _warn(self, what: str, source: str) -> None:
        """A stranger's doing: a line of the log for the first ones, the rest is summed up."""
        if self._tally is None:
            self._tally = Tally(logger.warning, asyncio.get_running_loop().call_later)
        self._tally.note(what, source)

    def _note(self, result: str, user: str, source: str) -> None:
        if self._audit is not None:
            self._audit.record(Event.LOGIN, result, door=DOOR, user=user, source=source)

    async def _by_token(self, token: str, source: str) -> Principal:
        """Not throttled: a token is 256 random bits, and good clients may have bad neighbours."""
        principal = await self._authenticator.by_token(token)
        if principal is None:
            self._warn("login refused: the token is unknown or expired", source)
            raise CallError(
                Refusal.NOT_AUTHENTICATED, "the token is unknown or expired; log in with the password"
            )
        return principal

    async def _by_password(
        self, command: Login, source: str, told: Told | None
    ) -> tuple[Principal, str | None]:
        principal, token = await self._verified(command, source, told), None
        if command.keep:
            with suppress(CallError):  # logged; the login is good, the next one takes the password again
                token = await self._authenticator.issue_token(principal)
        return principal, token

    async def _verified(self, command: Login, source: str, told: Told | None) -> Principal:
        loop = asyncio.get_running_loop()
        known = self._throttle.known(source, command.user)
        wait = self._throttle.wait(source, command.user, loop.time())
        if wait > MAX_WAIT_S:
            raise CallError(
                Refusal.OVERLOADED,
                f"too many failed logins from here; try again in {wait:.0f} seconds",
                retry_s=wait,
            )
        await asyncio.sleep(wait)
        principal = await self._authenticator.by_password(
            command.user, command.password, known=known, told=told
        )
        if principal is None:
            self._throttle.failed(source, command.user, loop.time())
            self._warn("login refused: wrong user or password", source)
            raise CallError(
                Refusal.NOT_AUTHENTICATED, "wrong user or password; check both, then log in again"
            )
        await self._remember(source, command.user)
        return principal

    async def _remember(self, source: str, user: str) -> None:
        """This user is known at that address from now on, after a restart as well."""
        if self._throttle.succeeded(source, user):
            with suppress(CallError):  # logged; the login is good
                await self._authenticator.write(
                    self._authenticator.users.remember_place, user, self._throttle.place(source)
                )

"""Logs people and programs in, for every door: failures are slowed down by where they come from, and
everything is in the audit log."""

import asyncio
import logging
from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace

from offhook.common.network import Places
from offhook.common.tally import Tally
from offhook.errors import CallError, Refusal
from offhook.manager.audit import OK, Event
from offhook.manager.authentication import Authenticator
from offhook.manager.loginthrottle import MAX_WAIT_S, LoginThrottle
from offhook.manager.passwordqueue import Told
from offhook.manager.ports import AuditLog
from offhook.manager.principal import LOCAL_USER, Principal

logger = logging.getLogger(__name__)


class Logins:
    """Answers the logins of all doors."""

    def __init__(
        self, authenticator: Authenticator, audit: AuditLog | None = None, places: Places | None = None
    ) -> None:
        self._authenticator = authenticator
        self._audit = audit
        self._tally: Tally | None = None
        self._throttle = LoginThrottle(authenticator.users.places(), places)

    async def login(
        self,
        name: str | None,
        secret: str,
        source: str,
        door: str,
        *,
        keep: bool = False,
        told: Told | None = None,
    ) -> tuple[Principal, str | None]:
        """Who this is, and a token when `keep` asks for one. Raises `CallError`.

        `secret` is the password, or without a `name` a token. `source` is the host that it comes from,
        `door` the protocol: both stay with the principal. `told` hears of the place in the queue.
        """
        token: str | None = None
        try:
            if name is not None:
                principal = await self._by_password(name, secret, source, told)
            else:
                principal = await self._by_token(secret, source)
        except CallError as error:
            self._note(Event.LOGIN, error.refusal.value, name or "", source, door)
            raise
        if keep and name is not None:
            with suppress(CallError):  # logged; the login is good, the next one takes the password again
                token = await self._authenticator.issue_token(principal)
        self._note(Event.LOGIN, OK, principal.name, source, door)
        return replace(principal, origin=source, door=door), token

    def come_back_s(self) -> float:
        """In how many seconds a stranger who is turned away now can have a password verified."""
        return self._authenticator.come_back_s()

    async def stale(self, principals: Collection[Principal]) -> set[Principal]:
        """Whose user is gone, or has another password or other rights since. Raises `CallError`."""
        return await self._authenticator.read(self._authenticator.users.stale, principals)

    def close(self) -> None:
        """End what is under way, without waiting for it."""
        self._authenticator.close()

    async def logout(self, principal: Principal, token: str = "") -> None:
        """End this token of the user, or every token and session. Raises `CallError`."""
        users = self._authenticator.users
        if principal.name == LOCAL_USER:
            raise CallError(Refusal.BAD_REQUEST, "this account's own programs have no login to end")
        if token:
            await self._authenticator.write(users.revoke_token, token, principal.name)
        else:
            await self._authenticator.write(users.log_out, principal.name)
        self._note(Event.LOGOUT, OK, principal.name, principal.origin, principal.door)

    def _warn(self, what: str, source: str) -> None:
        """A stranger's doing: a line of the log for the first ones, the rest is summed up."""
        if self._tally is None:
            self._tally = Tally(logger.warning, asyncio.get_running_loop().call_later)
        self._tally.note(what, source)

    def _note(self, event: Event, result: str, user: str, source: str, door: str) -> None:
        if self._audit is not None:
            self._audit.record(event, result, door=door, user=user, source=source)

    async def _by_token(self, token: str, source: str) -> Principal:
        """Not throttled: a token is 256 random bits, and good clients may have bad neighbours."""
        principal = await self._authenticator.by_token(token)
        if principal is None:
            self._warn("login refused: the token is unknown or expired", source)
            raise CallError(
                Refusal.NOT_AUTHENTICATED, "the token is unknown or expired; log in with the password"
            )
        return principal

    async def _by_password(self, name: str, password: str, source: str, told: Told | None) -> Principal:
        loop = asyncio.get_running_loop()
        known = self._throttle.known(source, name)
        wait = self._throttle.wait(source, name, loop.time())
        if wait > MAX_WAIT_S:
            raise CallError(
                Refusal.OVERLOADED,
                f"too many failed logins from here; try again in {wait:.0f} seconds",
                retry_s=wait,
            )
        await asyncio.sleep(wait)
        principal = await self._authenticator.by_password(name, password, known=known, told=told)
        if principal is None:
            self._throttle.failed(source, name, loop.time())
            self._warn("login refused: wrong user or password", source)
            raise CallError(
                Refusal.NOT_AUTHENTICATED, "wrong user or password; check both, then log in again"
            )
        await self._remember(source, name)
        return principal

    async def _remember(self, source: str, user: str) -> None:
        """This user is known at that address from now on, after a restart as well."""
        if self._throttle.succeeded(source, user):
            with suppress(CallError):  # logged; the login is good
                await self._authenticator.write(
                    self._authenticator.users.remember_place, user, self._throttle.place(source)
                )

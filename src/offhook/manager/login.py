"""Logins, for every protocol: repeated failures are throttled, and each login is in the audit log."""

import asyncio
import logging
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace

from offhook.common.network import RateLimitKeys
from offhook.common.tally import Tally
from offhook.errors import CallError, Refusal, UserError
from offhook.manager.audit import OK, Event
from offhook.manager.authentication import Authenticator
from offhook.manager.groups import Groups
from offhook.manager.loginthrottle import MAX_WAIT_S, LoginThrottle
from offhook.manager.passwordqueue import Told
from offhook.manager.ports import AuditLog
from offhook.manager.principal import LOCAL_USER, Principal, TokenInfo

logger = logging.getLogger(__name__)


class Logins:
    """Checks the logins of all protocols."""

    def __init__(
        self,
        authenticator: Authenticator,
        audit: AuditLog | None = None,
        places: RateLimitKeys | None = None,
        *,
        groups: Groups | None = None,
    ) -> None:
        self._authenticator = authenticator
        self._audit = audit
        self._groups = groups or Groups()
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
        lifetime_s: float | None = None,
        told: Told | None = None,
        quiet: bool = False,
    ) -> tuple[Principal, str | None]:
        """The principal, and a token for later logins if `keep`. Raises `CallError`.

        `secret` is the password, or a token if there is no `name`. `source` is the client's host and `door`
        the protocol; the principal carries both. `told` is called with the place in the password queue.
        The token lasts `lifetime_s`, else as configured. `quiet`: this token has logged in before and is only
        verified again, which is not worth an entry in the audit log.
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
            with suppress(
                CallError
            ):  # logged; this login is valid, only the next one needs the password again
                token = await self._authenticator.issue_token(principal, lifetime_s)
        if not quiet:
            self._note(Event.LOGIN, OK, principal.name, source, door)
        return replace(self._groups.admitted(principal), origin=source, door=door), token

    def known(self, source: str, name: str) -> bool:
        """Has this user logged in from there before?"""
        return self._throttle.known(source, name)

    def held_up(self) -> int:
        """How many addresses and names have to wait because of wrong passwords."""
        return self._throttle.held_up(asyncio.get_running_loop().time())

    async def token_info(self, token: str) -> TokenInfo | None:
        """What is stored of a valid token; None for that of this account's own programs."""
        return await self._authenticator.read(self._authenticator.users.find_token, token)

    async def token_lives(self, token: TokenInfo) -> bool:
        """Has it neither ended nor been revoked? Raises `CallError`."""
        return any(one.id == token.id for one in await self.tokens(token.user))

    async def tokens(self, user: str) -> Sequence[TokenInfo]:
        """The user's valid tokens, oldest first. Raises `CallError`."""
        return await self._authenticator.read(self._authenticator.users.tokens, user)

    async def make_token(self, principal: Principal, name: str, lifetime_s: float) -> str:
        """A token for a program of this person, who has given it the name. Raises `CallError`."""
        if principal.name == LOCAL_USER:
            raise CallError(
                Refusal.NOT_ALLOWED, "this account's own programs have local.token; log in as a user"
            )
        try:
            return await self._authenticator.issue_token(principal, lifetime_s, name)
        except UserError as error:
            raise CallError(Refusal.NOT_ALLOWED, str(error)) from error

    async def end_token(self, principal: Principal, token_id: str) -> bool:
        """Revoke the principal's token with this id. False if there is none. Raises `CallError`."""
        users = self._authenticator.users
        found = await self._authenticator.write(users.remove_token, principal.name, token_id)
        if found:
            self._note(Event.LOGOUT, OK, principal.name, principal.origin, principal.door)
        return found

    async def settings(self, user: str) -> str:
        """What the user's programs have kept for it, as JSON; "" if nothing. Raises `CallError`."""
        return await self._authenticator.read(self._authenticator.users.settings, user)

    async def keep_settings(self, user: str, value: str) -> None:
        """Keep that for the user. Raises `CallError`, and `UserError` for an unknown one."""
        await self._authenticator.write(self._authenticator.users.keep_settings, user, value)

    def retry_after_s(self) -> float:
        """For a client that is refused now: in how many seconds its password could be verified."""
        return self._authenticator.retry_after_s()

    async def stale(self, principals: Collection[Principal]) -> set[Principal]:
        """The principals whose user has been removed or changed since their login. Raises `CallError`.

        Groups change with the configuration only, and so with a restart.
        """
        return await self._authenticator.read(self._authenticator.users.stale, principals)

    def close(self) -> None:
        """Stop the threads without waiting for what they are doing."""
        self._authenticator.close()

    async def logout(self, principal: Principal, token: str = "") -> None:
        """Revoke this token of the user, or without one all tokens and sessions. Raises `CallError`."""
        users = self._authenticator.users
        if principal.name == LOCAL_USER:
            raise CallError(Refusal.BAD_REQUEST, "this account's own programs have no login to end")
        if token:
            await self._authenticator.write(users.revoke_token, token, principal.name)
        else:
            await self._authenticator.write(users.log_out, principal.name)
        self._note(Event.LOGOUT, OK, principal.name, principal.origin, principal.door)

    def _warn(self, what: str, source: str) -> None:
        """Log what a stranger has caused: the first times one line each, then a sum."""
        if self._tally is None:
            self._tally = Tally(logger.warning, asyncio.get_running_loop().call_later)
        self._tally.note(what, source)

    def _note(self, event: Event, result: str, user: str, source: str, door: str) -> None:
        if self._audit is not None:
            self._audit.record(event, result, door=door, user=user, source=source)

    async def _by_token(self, token: str, source: str) -> Principal:
        """Not throttled: a token has 256 random bits, and a good client
        may share its address with a bad one."""
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
        """Mark the user as known at this address, also after a restart."""
        if self._throttle.succeeded(source, user):
            with suppress(CallError):  # logged; this login is valid all the same
                await self._authenticator.write(
                    self._authenticator.users.remember_place, user, self._throttle.place(source)
                )

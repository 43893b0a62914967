"""The Login of one TSP session: may it be looked at already, is it good, and for which terminal is it?"""

import asyncio
from collections.abc import Callable

from offhook.errors import Refusal
from offhook.tsp.auditrecord import OK, AuditRecord
from offhook.tsp.loginthrottle import MAX_BAD_LOGINS
from offhook.tsp.messages import Fail, Login, Response, Success
from offhook.tsp.shared import Shared


class LoginDesk:
    """Answers the Logins of a session.

    `answer` writes the Response. `begin` is called behind it, with the terminal and the version that are
    agreed on; `end` ends a session that is not let in.
    """

    __slots__ = ("_answer", "_bad", "_begin", "_end", "_peer", "_shared")

    def __init__(
        self,
        shared: Shared,
        peer: str,
        *,
        answer: Callable[[Response], None],
        begin: Callable[[str, int], None],
        end: Callable[[], None],
    ) -> None:
        self._shared, self._peer = shared, peer
        self._answer, self._begin, self._end = answer, begin, end
        self._bad = 0

    def take(self, login: Login, looked_at: Callable[[], None]) -> asyncio.TimerHandle | None:
        """Answer a Login, now or when its turn comes: then `looked_at` is called, and the timer returned."""
        shared = self._shared
        if shared.token.unguessable and shared.token.right(login):
            self._check(login)
            return None
        wait = shared.throttle.wait(self._peer, shared.loop.time())
        if wait is None:
            self._refuse(login, Refusal.OVERLOADED)
            self._end()
        elif wait:
            return shared.loop.call_later(wait, self._check_late, login, looked_at)
        else:
            self._check(login)
        return None

    def _check_late(self, login: Login, looked_at: Callable[[], None]) -> None:
        self._check(login)
        looked_at()

    def _check(self, login: Login) -> None:
        shared = self._shared
        if not shared.token.right(login):
            self._bad_login(login)
            return
        terminal = login.terminal or shared.backend.default_terminal()
        if terminal is None:
            self._refuse(login, Refusal.NO_SUCH_TERMINAL)
        elif not shared.backend.may_use(terminal):
            self._refuse(login, Refusal.NOT_ALLOWED)
        else:
            version = 3 if (login.version or 2) >= 3 else 2
            self._answer(Success(version, terminal if version >= 3 else ""))
            self._note(login, OK, terminal)
            self._begin(terminal, version)

    def _refuse(self, login: Login, refusal: Refusal) -> None:
        self._answer(Fail(refusal.value))
        self._note(login, refusal.value, login.terminal)

    def _bad_login(self, login: Login) -> None:
        self._shared.throttle.bad_login(self._peer, self._shared.loop.time())
        self._bad += 1
        self._refuse(login, Refusal.NOT_AUTHENTICATED)
        if self._bad >= MAX_BAD_LOGINS:
            self._shared.note(f"ended a session after {self._bad} bad Logins", self._peer)
            self._end()

    def _note(self, login: Login, result: str, terminal: str) -> None:
        self._shared.on_audit(AuditRecord("login", self._peer, result, login.terminal or terminal))

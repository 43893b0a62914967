"""What a principal may do: which terminals it may use and watch, which numbers it may call."""

import logging
import time

from offhook.errors import CallError, Refusal
from offhook.manager.audit import OK, Event
from offhook.manager.dialrules import DialRules
from offhook.manager.ports import AuditLog
from offhook.manager.principal import LOCAL, Principal
from offhook.manager.terminals import TerminalBook

logger = logging.getLogger(__name__)

DENIED_S = 60.0
"""How often it is logged that the dial rules deny a user a number."""

MAX_SHOWN = 64
"""Characters of a terminal or call that go into a message."""


class Permissions:
    """Answers on behalf of the Call Manager. Every check raises `CallError`."""

    def __init__(self, rules: DialRules, terminals: TerminalBook, audit: AuditLog | None) -> None:
        self._rules, self._terminals, self._audit = rules, terminals, audit
        self._denied: dict[str, float] = {}

    def check_use(self, principal: Principal, terminal: str) -> None:
        """May it give commands for the terminal, and is there such a one?"""
        if not principal.may_use(terminal):
            raise may_not_use(principal, terminal)
        self._check_there(terminal)

    def check_watch(self, principal: Principal, terminal: str) -> None:
        """May it see the terminal's live calls, and is there such a one?"""
        if not principal.may_watch(terminal):
            raise CallError(
                Refusal.NOT_ALLOWED,
                f"user {principal.name} may neither use nor watch terminal {terminal[:MAX_SHOWN]};"
                " ask an administrator for it",
            )
        self._check_there(terminal)

    def check_number(self, principal: Principal, terminal: str, address: str) -> None:
        """May it call the address from the terminal, or send a call there?"""
        if not self._rules.allow(principal, terminal, address):
            self._tell_denied(principal, terminal, address)
            raise CallError(
                Refusal.NOT_ALLOWED,
                f"{address} may not be dialled from here; ask the administrator, who sets the dial rules",
            )

    def for_help(self, number: str) -> bool:
        """Is it a number for help, which can always be called?"""
        return self._rules.for_help(number)

    def phone_may_call(self, terminal: str, number: str) -> bool:
        """May a phone call the number by itself? Asked by the switch, which knows no rules.

        Nobody logs in at a phone, so the rules for this account's own programs apply: those of the terminal.
        """
        allowed = self._rules.allow(LOCAL, terminal, number)
        if self._audit is not None and not (allowed and number in self._terminals):
            result = OK if allowed else Refusal.NOT_ALLOWED.value
            self._audit.record(Event.DIAL, result, door="phone", terminal=terminal, number=number)
        return allowed

    def _check_there(self, terminal: str) -> None:
        if terminal not in self._terminals:
            raise CallError(
                Refusal.NO_SUCH_TERMINAL,
                f"there is no phone {terminal[:MAX_SHOWN]}",
            )

    def _tell_denied(self, principal: Principal, terminal: str, address: str) -> None:
        """Log a denied number, at most once in `DENIED_S` for each user; the audit log has them all."""
        now = time.monotonic()
        if now - self._denied.get(principal.name, -DENIED_S) >= DENIED_S:
            self._denied[principal.name] = now
            logger.warning("user %s may not dial %s from terminal %s", principal.name, address, terminal)


def may_not_use(principal: Principal, terminal: str) -> CallError:
    """The answer to a command for a terminal that the principal may not use."""
    return CallError(
        Refusal.NOT_ALLOWED,
        f"user {principal.name} may not use terminal {terminal[:MAX_SHOWN]}; ask an administrator for it",
    )

"""Which numbers may be dialled by whom: prefixes that are allowed or denied.

Of all prefixes that apply and match, the longest decides; of equally long ones that of the user before the
terminal's, before the role's, before the site's; of equal ones the denial. Where none matches, the number is
allowed. The empty prefix matches every number: `deny = [""]` turns the lists into lists of what is allowed.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from offhook.manager.users import Principal

SEPARATORS = re.compile(r"[-.() /~!']")
"""Signs that a gateway may pass over inside a number (RFC 3966 section 3, RFC 3261 section 19.1.4)."""

NUMBER = re.compile(r"\+?[0-9*#]+")


@dataclass(frozen=True, slots=True)
class DialRule:
    """Prefixes for whoever is named: any of these users, terminals or roles; nobody named: the site."""

    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    users: frozenset[str] = frozenset()
    terminals: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()

    def rank(self, principal: Principal, terminal: str) -> int | None:
        """How personal the rule is for this principal's dial from this terminal; None: not meant for it."""
        if principal.name in self.users:
            return 3
        if terminal in self.terminals:
            return 2
        if principal.role in self.roles:
            return 1
        return None if self.users or self.terminals or self.roles else 0


class DialRules:
    """The site's rules.

    `dialled` turns a number into what the site dials for it, `internal` are the terminals' ids. A number is
    looked at as it was asked for and as it is dialled, without separators, and `+` also as `00`: whichever
    way a gateway reads it, the longest prefix decides.
    """

    def __init__(
        self,
        rules: Sequence[DialRule] = (),
        *,
        dialled: Callable[[str], str] = lambda number: number,
        internal: Iterable[str] = (),
    ) -> None:
        self._rules = tuple(rule for rule in rules if rule.allow or rule.deny)
        self._dialled = dialled
        self._internal = frozenset(internal)

    def allow(self, principal: Principal, terminal: str, address: str) -> bool:
        """May this principal dial the address from this terminal?

        Where there are rules at all, nothing but numbers and the site's own terminals can be dialled: what
        a gateway makes of anything else is not known here.
        """
        if not self._rules or (address in self._internal and not NUMBER.fullmatch(address)):
            return True
        numbers = self._readings(address)
        best = (-1, 0, False)
        for rule in self._rules:
            rank = rule.rank(principal, terminal)
            if rank is None:
                continue
            for prefixes, denies in ((rule.allow, False), (rule.deny, True)):
                for prefix in prefixes:
                    if any(number.startswith(prefix) for number in numbers):
                        best = max(best, (len(prefix), rank, denies))
        return bool(numbers) and not best[2]

    def _readings(self, address: str) -> frozenset[str]:
        """What the address may mean; nothing when it is no number."""
        plain = SEPARATORS.sub("", unquote(unquote(address)))
        if not NUMBER.fullmatch(plain):
            return frozenset()
        found = {plain, self._dialled(plain)}
        return frozenset(found | {"00" + number[1:] for number in found if number.startswith("+")})

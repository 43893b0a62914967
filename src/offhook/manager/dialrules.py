"""Which numbers may be dialled by whom: prefixes that are allowed or denied.

Of all prefixes that apply and match, the longest decides; of equally long ones that of the user before the
terminal's, before the role's, before the site's; of equal ones the denial. Where none matches, the number is
allowed. The empty prefix matches every number: `deny = [""]` turns the lists into lists of what is allowed.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from offhook.manager.principal import Principal

SEPARATORS = re.compile(r"[-.() /~!']")
"""Signs that a gateway may pass over inside a number (RFC 3966 section 3, RFC 3261 section 19.1.4)."""

NUMBER = re.compile(r"\+?[0-9*#]+")

_CODED = re.compile(r"(?<=[*#])([0-9]+)(?=([*#])?)")
"""Digits behind a * or #: a number that the code is given, or the code's own."""

CODE_DIGITS = 3
"""Digits between two * or # that are a code's own: `*31#`, `**61*`."""

HIDING = re.compile(r"[*#](?:67|82|65|31|30|23|43)[*#]?(?=[0-9*#]{3})")
"""What hides or shows the caller, with a number behind it: North America's *67 and *82, GSM's *31#,
Korea's *23, Israel's *43."""

HIDING_DIGITS = {
    "AU": ("1831", "1832"),
    "ES": ("067",),
    "FR": ("3651",),
    "GB": ("141", "1470"),
    "HK": ("133", "1357"),
    "IE": ("141", "142"),
    "JP": ("184", "186"),
    "KR": ("169",),
    "NZ": ("0197", "0196"),
}
"""The same without a sign, by country."""


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
    way a gateway reads it, the longest prefix decides. What is left of it without the prefix for a line
    (`outside_prefix`), and what stands behind a feature code, has to be allowed as well: `9*31#0060...`.
    """

    def __init__(
        self,
        rules: Sequence[DialRule] = (),
        *,
        dialled: Callable[[str], str] = lambda number: number,
        internal: Iterable[str] = (),
        outside_prefix: str = "",
        country: str = "",
    ) -> None:
        self._rules = tuple(rule for rule in rules if rule.allow or rule.deny)
        self._dialled = dialled
        self._internal = frozenset(internal)
        self._outside = outside_prefix
        self._hiding = HIDING_DIGITS.get(country, ())

    def allow(self, principal: Principal, terminal: str, address: str) -> bool:
        """May this principal dial the address from this terminal?

        Where there are rules at all, nothing but numbers and the site's own terminals can be dialled: what
        a gateway makes of anything else is not known here.
        """
        if not self._rules or (address in self._internal and not NUMBER.fullmatch(address)):
            return True
        plain = SEPARATORS.sub("", unquote(unquote(address)))
        if not NUMBER.fullmatch(plain):
            return False
        return all(
            self._allowed(principal, terminal, self._readings(one), least=0 if one == plain else 1)
            for one in self._within(plain)
        )

    def _allowed(self, principal: Principal, terminal: str, numbers: frozenset[str], *, least: int) -> bool:
        """`least` digits has a prefix that denies: what is in a number is denied by its own rule only."""
        best = (-1, 0, False)
        for rule in self._rules:
            rank = rule.rank(principal, terminal)
            if rank is None:
                continue
            for prefixes, denies in ((rule.allow, False), (rule.deny, True)):
                for prefix in prefixes:
                    if any(number.startswith(prefix) for number in numbers):
                        best = max(best, (len(prefix), rank, denies))
        return not best[2] or best[0] < least

    def _readings(self, plain: str) -> frozenset[str]:
        """What one number may be written as."""
        found = {plain, self._dialled(plain)}
        return frozenset(found | {"00" + number[1:] for number in found if number.startswith("+")})

    def _within(self, plain: str) -> list[str]:
        """The number, and the numbers in it that a switch or a network may call instead."""
        found = [plain]
        for one in found:  # grows on the way; each is shorter than the one that it stands in
            inner = [digits for digits, end in _CODED.findall(one) if not end or len(digits) > CODE_DIGITS]
            if hidden := HIDING.match(one):
                inner.append(one[hidden.end() :])
            inner += [one[len(code) :] for code in self._hiding if one.startswith(code)]
            if self._outside and one.startswith(self._outside) and one not in self._internal:
                inner.append(one[len(self._outside) :])
            found += [number for number in inner if number and number not in found]
        return found

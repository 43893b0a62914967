"""Dial rules: which numbers a user may dial, by allowed and denied prefixes.

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
"""Visual separators, which a gateway may ignore (RFC 3966 section 3, RFC 3261 section 19.1.4)."""

NUMBER = re.compile(r"\+?[0-9*#]+")

_CODED = re.compile(r"(?<=[*#])([0-9]+)(?=([*#])?)")
"""Digits after a * or #: either the feature code itself, or a number that is its argument."""

CODE_DIGITS = 3
"""Up to so many digits between two * or # are the code itself: `*31#`, `**61*`."""

HIDING = re.compile(r"[*#](?:67|82|65|31|30|23|43)[*#]?(?=[0-9*#]{3})")
"""Prefixes that hide or show the caller's number: *67 and *82 in North America, *31#
in GSM, *23 in Korea, *43 in Israel."""

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
"""Such prefixes without * or #, by country."""


@dataclass(frozen=True, slots=True)
class DialRule:
    """Allowed and denied prefixes for the users, terminals and roles that
    are named; if none is, for the site."""

    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    users: frozenset[str] = frozenset()
    terminals: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()

    def rank(self, principal: Principal, terminal: str) -> int | None:
        """How specific the rule is for this principal at this terminal:
        higher wins. None: it does not apply."""
        if principal.name in self.users:
            return 3
        if terminal in self.terminals:
            return 2
        if principal.role in self.roles:
            return 1
        return None if self.users or self.terminals or self.roles else 0


class DialRules:
    """The site's rules.

    `dialled` turns a number into what the site dials for it, `internal` are the terminals' ids. The rules are
    applied to every form in which a gateway may read the number: as requested and as dialled, without
    separators, `+` also as `00`. A number without its `outside_prefix`, and one after a feature code, has to
    be allowed as well: `9*31#0060...`. `canonical` gives a number that goes out by a trunk with `+` and its
    country, as rules may have it too; `for_help` says which numbers no rule may deny.
    """

    def __init__(
        self,
        rules: Sequence[DialRule] = (),
        *,
        dialled: Callable[[str], str] = lambda number: number,
        internal: Iterable[str] = (),
        outside_prefix: str = "",
        country: str = "",
        canonical: Callable[[str], str] = lambda _number: "",
        for_help: Callable[[str], bool] = lambda _number: False,
    ) -> None:
        self._rules = tuple(rule for rule in rules if rule.allow or rule.deny)
        self._dialled, self._canonical, self.for_help = dialled, canonical, for_help
        self._internal = frozenset(internal)
        self._outside = outside_prefix
        self._hiding = HIDING_DIGITS.get(country, ())

    def allow(self, principal: Principal, terminal: str, address: str) -> bool:
        """May this principal dial the address from this terminal?

        If there are any rules, only numbers and the site's own terminals can be dialled: it is not known here
        what a gateway would make of anything else.
        """
        if not self._rules or (address in self._internal and not NUMBER.fullmatch(address)):
            return True
        plain = SEPARATORS.sub("", unquote(unquote(address)))
        if not NUMBER.fullmatch(plain):
            return False
        if self.for_help(plain):
            return True
        return all(
            self._allowed(principal, terminal, self._readings(one), least=0 if one == plain else 1)
            for one in self._within(plain)
        )

    def _allowed(self, principal: Principal, terminal: str, numbers: frozenset[str], *, least: int) -> bool:
        """Only denied prefixes of at least `least` digits count: a number
        within another needs a rule of its own."""
        best = (-1, 0, False)
        for rule in self._rules:
            rank = rule.rank(principal, terminal)
            if rank is None:
                continue
            for prefixes, denies in ((rule.allow, False), (rule.deny, True)):
                longest = _longest(prefixes, numbers)
                if longest >= 0:
                    best = max(best, (longest, rank, denies))
        return not best[2] or best[0] < least

    def _readings(self, plain: str) -> frozenset[str]:
        """The ways in which a number can be written."""
        found = {plain, self._dialled(plain)}
        found |= {"00" + number[1:] for number in found if number.startswith("+")}
        # Not with 00: a rule against 00 is one against numbers abroad, and this may be one of the country.
        return frozenset(found | {self._canonical(plain)} - {""})

    def _within(self, plain: str) -> list[str]:
        """The number, and the numbers within it that a switch or network may call instead."""
        found = [plain]
        for one in found:  # grows during the loop; each number is shorter than the one around it
            inner = [digits for digits, end in _CODED.findall(one) if not end or len(digits) > CODE_DIGITS]
            if hidden := HIDING.match(one):
                inner.append(one[hidden.end() :])
            inner += [one[len(code) :] for code in self._hiding if one.startswith(code)]
            if self._outside and one.startswith(self._outside) and one not in self._internal:
                inner.append(one[len(self._outside) :])
            found += [number for number in inner if number and number not in found]
        return found


def _longest(prefixes: Iterable[str], numbers: frozenset[str]) -> int:
    """The length of the longest prefix with which one of the numbers begins; -1 if none does."""
    longest = -1
    for prefix in prefixes:
        if any(number.startswith(prefix) for number in numbers):
            longest = max(longest, len(prefix))
    return longest

"""Decides whether two runs of digits are one number, by the signs between them."""

import re
from enum import Enum

from offhook.address.site import (
    SHORTEST,
    SUBSCRIBER_DIGITS,
    AddressRules,
    good,
    good_as_typed,
    internal,
    local_writing,
    region_of,
    too_long,
    whole,
)

RANGE = 100
"""Two extensions that differ by less are the ends of a range."""


class Gap(Enum):
    """The signs between two runs of digits."""

    NONE = "nothing"
    SOFT = "signs within numbers"
    BLANK = "a blank"
    PAUSE = "dial modifiers"
    DOUBT = "signs within numbers and between them"
    SPACED = "a dash between blanks"
    BRACKET = "an opening bracket"
    STOP = "signs that are in no number"

    @classmethod
    def of(cls, text: str, words: bool) -> "Gap":
        """`words`: there are the modifiers T, P or W among the signs."""
        if words or pause(text):
            return cls.PAUSE if re.fullmatch(r"[\s,;!@$?TPWtpw]*", text) else cls.STOP
        if not text:
            return cls.NONE
        if text == " ":
            return cls.BLANK
        if ".." in text:
            return cls.STOP  # `3848..49` is a range
        if re.fullmatch(r" ?[-.()] ?|[ ()]{0,4}|[.-]?[ ()]{0,3}[.-]?", text) and "  " not in text:
            spaced = re.fullmatch(r" [-.] ", text)
            return cls.SPACED if spaced else cls.BRACKET if "(" in text else cls.SOFT
        return cls.DOUBT if re.fullmatch(r"[\s()./~\-]*", text) else cls.STOP


WITHIN = (Gap.NONE, Gap.SOFT, Gap.BLANK, Gap.SPACED, Gap.BRACKET)
"""What may stand between a + and its digits."""


class Verdict(Enum):
    """The result for two runs of digits."""

    JOIN = "one number"
    END = "the number ends before"
    PREFIX = "the first is the prefix for a line"
    REFUSE = "either may be"


def pause(text: str) -> bool:
    """Do the signs include a dial modifier of TAPI?"""
    return any(sign in ",;!@$?" for sign in text)


def judge(keys: str, gap: Gap, after: str, rules: AddressRules, *, alike: bool = False) -> Verdict:
    """Does `after` belong to the number read so far, `keys`? `alike`: the
    same sign as the last one is between."""
    if keys == "+":
        return Verdict.JOIN if gap in WITHIN else Verdict.REFUSE
    if after.startswith("+"):
        if keys == rules.outside_prefix:
            return Verdict.PREFIX
        if "*" in keys or "#" in keys:
            return Verdict.REFUSE
        return Verdict.END
    if "*" in keys or "#" in keys:
        return _code(keys, gap)
    if after[0] in "*#":
        return _before_code(keys, gap, rules)
    match gap:
        case Gap.NONE:
            return Verdict.JOIN
        case Gap.BRACKET if len(keys.lstrip("+")) < SUBSCRIBER_DIGITS:
            return _soft(keys, after, rules, blank=False)
        case Gap.SOFT | Gap.BLANK:
            return _soft(keys, after, rules, blank=gap is Gap.BLANK, alike=alike)
        case Gap.PAUSE:
            return _pause(keys, _digits(after), rules)
        case Gap.DOUBT | Gap.SPACED | Gap.BRACKET:
            return _doubt(keys, after, rules, spaced=gap is Gap.SPACED)
        case Gap.STOP:
            return Verdict.END


def numbered(keys: str, signs: str, after: str, rules: AddressRules, *, opened: bool) -> bool:
    """Is it the number of a list item: `1) 02-568-3848`, `2. 4001`?
    `opened`: there was an opening bracket."""
    if len(keys) >= SHORTEST or keys[0] in "+0" or keys == rules.outside_prefix:
        return False
    if not re.fullmatch(r" ?(?:\)|\.(?= )) *", signs):
        return False
    known = whole(keys + _digits(after), rules) if region_of(rules) else len(keys) > 1
    return not (opened and known)


def _code(keys: str, gap: Gap) -> Verdict:
    """Within a feature code, which began with * or #."""
    if gap in (Gap.NONE, Gap.SOFT, Gap.BLANK):
        return Verdict.JOIN
    if gap is Gap.PAUSE:
        return Verdict.JOIN if len(keys) < SUBSCRIBER_DIGITS else Verdict.END
    return Verdict.REFUSE


def _before_code(keys: str, gap: Gap, rules: AddressRules) -> Verdict:
    """A * or # after digits: after a complete number it begins an
    extension, otherwise it is part of a code."""
    if keys.startswith("+") or len(keys) >= SUBSCRIBER_DIGITS:
        return Verdict.END
    if gap is not Gap.NONE and rules.extension_lengths and internal(keys, rules):
        return Verdict.END
    return Verdict.JOIN if gap in (Gap.NONE, Gap.SOFT, Gap.BLANK, Gap.PAUSE) else Verdict.REFUSE


def _soft(keys: str, after: str, rules: AddressRules, *, blank: bool, alike: bool = False) -> Verdict:
    """Blanks, dashes, dots and brackets: usually within a number, sometimes between two.

    A sign that is `alike` the one before does not separate numbers: `011 44 20 7031 3000`.
    """
    more = _digits(after)
    both, joined = len(more) >= SUBSCRIBER_DIGITS, keys + more
    if _extension(keys, rules) and whole(more, rules) and not whole(joined, rules):
        return Verdict.REFUSE  # `4001 4002`, which together are no valid number
    if _two_extensions(keys, more, rules, blank=blank) and not good_as_typed(joined, rules):
        return Verdict.REFUSE
    early = SHORTEST <= len(keys) < SUBSCRIBER_DIGITS and keys[0] not in "+0"
    if early and both and more.startswith("0") and not _known(keys, rules):
        return Verdict.REFUSE  # `4001 (02-568-3848)`
    if len(keys) < SUBSCRIBER_DIGITS or not _known_whole(keys, rules) or whole(joined, rules):
        return Verdict.JOIN
    if both and whole(more, rules):
        return Verdict.END  # the first one is a number, both together are not
    if too_long(joined, rules) or _extension(more, rules):
        return Verdict.REFUSE if alike else Verdict.END
    return Verdict.JOIN


def _two_extensions(keys: str, more: str, rules: AddressRules, *, blank: bool) -> bool:
    """Are these two extensions of the site, or a range, rather than a
    local number: `4001 4002`, `4001-4005`?"""
    if keys[0] in "+0" or not (_extension(keys, rules) and _extension(more, rules)):
        return False
    if blank and abs(int(more) - int(keys)) >= RANGE and local_writing(f"{keys} {more}", rules):
        return False  # local numbers are written like this, as `6123 4567` in Sydney
    return blank or (len(keys) == len(more) and 0 < int(more) - int(keys) < RANGE)


def _pause(keys: str, more: str, rules: AddressRules) -> Verdict:
    if len(keys) >= SUBSCRIBER_DIGITS:
        return Verdict.END
    prefix = rules.outside_prefix
    if keys == prefix:
        return Verdict.JOIN
    if rules.extension_lengths and internal(keys, rules) and not keys.startswith("0"):
        return Verdict.END
    core = keys[len(prefix) :] if prefix and keys.startswith(prefix) else keys
    if not prefix and len(keys) > 1 and len(more) < SHORTEST and keys[0] not in "+0":
        return Verdict.REFUSE  # `12, 13`
    begins = keys[0] in "+0" or core.startswith("0")
    if begins or (len(core) < SHORTEST and (core != keys or not prefix)):
        return Verdict.JOIN
    return Verdict.END


def _doubt(keys: str, after: str, rules: AddressRules, *, spaced: bool) -> Verdict:
    """`030/123456` is one number, `02-568-3848 / 02-568-3849` are two, `02-568-3848~9` is a range."""
    more = _digits(after)
    if len(keys.lstrip("+")) < SUBSCRIBER_DIGITS:
        return _doubt_early(keys, more, rules)
    one, both = _known_whole(keys, rules), _known_whole(keys + more, rules)
    if one != both:
        return Verdict.END if one else Verdict.JOIN
    if (more.startswith("0") and len(more) >= SHORTEST) or (len(more) >= SUBSCRIBER_DIGITS and not both):
        return Verdict.END
    if both and spaced:
        return Verdict.JOIN  # direct dialling in, as in Germany: 030 / 123 456 - 78
    return Verdict.REFUSE


def _doubt_early(keys: str, more: str, rules: AddressRules) -> Verdict:
    if keys[0] not in "+0" and keys != rules.outside_prefix and len(keys) + len(more) <= SHORTEST + 1:
        return Verdict.REFUSE  # `24/7`
    joined = keys + more
    if good_as_typed(joined, rules) and len(more) >= SUBSCRIBER_DIGITS and not good_as_typed(more, rules):
        return Verdict.JOIN  # `347/1234567`, a mobile phone in Italy
    if keys[0] not in "+0" and len(keys) == len(more) >= SHORTEST and keys != rules.outside_prefix:
        return Verdict.REFUSE  # `4001/4002`, although it could be one number as well
    if (
        keys[0] in "+0"
        or keys == rules.outside_prefix
        or (good(keys + more, rules) and not _extension(keys, rules))
    ):
        return Verdict.JOIN
    if len(keys) >= SHORTEST and (_extension(keys, rules) or len(more) <= len(keys)):
        return Verdict.REFUSE
    return Verdict.JOIN


def _extension(keys: str, rules: AddressRules) -> bool:
    return bool(rules.extension_lengths) and internal(keys, rules)


def _known(keys: str, rules: AddressRules) -> bool:
    return keys.startswith("+") or bool(region_of(rules))


def _known_whole(keys: str, rules: AddressRules) -> bool:
    return _known(keys, rules) and whole(keys, rules)


def _digits(after: str) -> str:
    """The digits up to a * or #."""
    return re.split("[^0-9]", after, maxsplit=1)[0]

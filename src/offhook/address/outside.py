"""Numbers outside of the site, as networks know them: for calls that go out by a provider, or come in."""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from offhook.address.refusal import NumberError
from offhook.address.rules import normalise, writings
from offhook.address.site import (
    DEFAULT_INTERNATIONAL,
    MAX_RECENT,
    AddressRules,
    emergency,
    internal,
    parse,
    region_of,
    typed_international_prefix,
    valid,
)

_SEPARATORS = re.compile(r"[-.() /]")
"""Visual separators (RFC 3966 §3); whoever rings a phone by hand may send them."""

_NUMBER = re.compile(r"\+?[0-9]{1,32}")

WITHOUT_COUNTRY = frozenset({"112", "911"})
"""Emergency numbers where no country is set: every mobile phone knows these two (3GPP TS 22.101 §10.1.1)."""


@dataclass(frozen=True, slots=True)
class Outside:
    """A number outside. `keyed` is as it is dialled on an outside line, without the prefix for one.

    `canonical` is the same as `+`, country and number (ITU-T E.164); "" for what has no such form: short
    numbers of the country, and what the country does not know.
    """

    keyed: str
    canonical: str = ""
    emergency: bool = False


def is_emergency(number: str, rules: AddressRules) -> bool:
    """Is it an emergency number of the site's country, also behind the prefix for an outside line?"""
    region, prefix = region_of(rules), rules.outside_prefix
    behind = number[len(prefix) :] if prefix and number.startswith(prefix) else number
    return any(
        emergency(one, region) if region else one in WITHOUT_COUNTRY
        for one in (number, behind)
        if one.isascii() and one.isdecimal()
    )


@lru_cache(maxsize=MAX_RECENT)
def outside(number: str, rules: AddressRules) -> Outside | None:
    """The number, if it is one outside of the site: no extension, and no feature code.

    Remembered, since each call asks some times for the same.
    """
    plain = _SEPARATORS.sub("", unquote(unquote(number)))
    if not _NUMBER.fullmatch(plain):
        return None
    prefix = rules.outside_prefix
    if is_emergency(plain, rules):
        alone = is_emergency_alone(plain, rules)
        return Outside(plain if alone else plain[len(prefix) :], emergency=True)
    if internal(plain, rules):
        return None
    try:
        dialled = normalise(plain, rules)
    except NumberError:
        return None
    keyed = dialled[len(prefix) :] if prefix and dialled.startswith(prefix) else dialled
    if not _NUMBER.fullmatch(keyed):
        return None
    # +49112 is no number, but goes out as what it is read as: 112, which is a call for help then.
    helps = is_emergency_alone(keyed, rules)
    return Outside(keyed, writings(dialled, rules)[0] or _abroad(keyed, rules), helps)


def is_emergency_alone(number: str, rules: AddressRules) -> bool:
    """Is it an emergency number as it stands, without looking for a prefix?"""
    region = region_of(rules)
    return emergency(number, region) if region else number in WITHOUT_COUNTRY


def canonical(number: str, rules: AddressRules, *, with_country: bool) -> str:
    """A number as a network shows it in E.164 with `+`; "" for what is none.

    `with_country`: the network writes the country first, also without `+`.
    """
    plain = _SEPARATORS.sub("", unquote(number))
    if not _NUMBER.fullmatch(plain):
        return ""
    region = region_of(rules)
    tried = [(plain, region)] if plain.startswith("+") else [(plain, region), (f"+{plain}", "")]
    for text, at in reversed(tried) if with_country else tried:
        parsed = parse(text, at)
        if parsed is not None and valid(parsed):
            return _e164(text, at)
    return _abroad(plain, rules)


def _abroad(number: str, rules: AddressRules) -> str:
    """A number with the international prefix in E.164, also one of which the country is all that is known."""
    region = region_of(rules)
    prefix = typed_international_prefix(number, rules, region) if region else ""
    rest = number[len(prefix or DEFAULT_INTERNATIONAL) :]
    if number.startswith("+"):
        return number
    if not prefix and (region or not number.startswith(DEFAULT_INTERNATIONAL)):
        return ""
    parsed = parse(f"+{rest}", "")
    return "" if parsed is None else _e164(f"+{rest}", "")


def _e164(number: str, region: str) -> str:
    import phonenumbers

    parsed = parse(number, region)
    return "" if parsed is None else phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)

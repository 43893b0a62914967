"""A site's dialling rules: from a clean number to what the switch dials, and to what a person reads.

What is dialled, in this order:

1.  A feature code (with `*` or `#`) as it is. Without rules, everything as it is.
2.  A number as long as an extension, as it is: also 112 or 119 where extensions have three digits. Where no
    lengths are set, numbers of up to six digits. Click-to-dial is no way to call for help: lift the handset.
3.  A number of the own country: outside prefix, then the number as it is dialled within the country. A local
    number gets the area before it where that makes it a good one.
4.  A number of another country: outside prefix, international prefix, country, number. One that was written
    with an international prefix keeps that.
5.  A number that begins with the outside prefix: as it is, unless the whole is a good number that happens
    to begin so (917 in New York); that is taken for one without the prefix. If both can be, the prefix is one
    where it is set off: `0,0 82 25...` has it, `0082 2 568 3848` does not.
6.  Short numbers of the country, emergency numbers among them, and what is none of these: outside prefix,
    number.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from offhook.address.clean import MAX_ADDRESS, clean, plain
from offhook.errors import AddressError

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

INTERNAL_DIGITS = 6
"""Up to so many digits a number is internal where no lengths are set: few subscribers' are as short."""

DEFAULT_INTERNATIONAL = "00"
"""ITU-T E.164's recommendation, for a site whose country is not set."""


@dataclass(frozen=True, slots=True)
class AddressRules:
    """What is to know of a site. None and empty: as the country has it, or not at all.

    `country` has two letters; `country_prefix` (digits) may stand for it. `names` are terminals that are
    no numbers, and are dialled by name.
    """

    country: str = ""
    country_prefix: str = ""
    area: str = ""
    outside_prefix: str = ""
    international_prefix: str | None = None
    national_prefix: str | None = None
    extension_lengths: tuple[int, ...] = ()
    names: frozenset[str] = frozenset()


def normalise(text: str, rules: AddressRules) -> str:
    """What the switch dials. Raises `AddressError` when nothing in the text can be dialled."""
    name = text.strip()
    if name in rules.names:
        return name
    dialled = _dialled(clean(text), rules, _set_off(text, rules.outside_prefix))
    if len(dialled) > MAX_ADDRESS:
        raise AddressError(f"a number has at most {MAX_ADDRESS} digits, this has {len(dialled)}; shorten it")
    return dialled


def show(dialled: str, rules: AddressRules) -> str:
    """What a person reads: the number without its outside prefix, written as it is where it belongs to."""
    if not dialled.lstrip("+").isdecimal() or _internal(dialled, rules):
        return dialled
    region = _region(rules)
    number = dialled
    if rules.outside_prefix and number.startswith(rules.outside_prefix):
        number = number[len(rules.outside_prefix) :]
    own = rules.international_prefix
    if own and region and number.startswith(own):
        number = "+" + number[len(own) :]
    parsed = _parse(number, region)
    if parsed is None or not _valid(parsed):
        return dialled
    return _written(parsed, region)


def known_country(country: str) -> bool:
    """Does the phone-number library know this country (two letters)?"""
    import phonenumbers

    return country in phonenumbers.SUPPORTED_REGIONS


def _set_off(text: str, prefix: str) -> bool:
    """Does the text begin with the outside prefix and a sign that sets it off?"""
    return bool(prefix) and re.match(rf"[^0-9+*#]*{re.escape(prefix)}[^0-9]", plain(text)) is not None


def _dialled(number: str, rules: AddressRules, set_off: bool) -> str:
    if "*" in number or "#" in number or not (rules.country or rules.country_prefix or rules.outside_prefix):
        return number
    if _internal(number, rules):
        return number
    outside = rules.outside_prefix
    if number.startswith("+"):
        return outside + _outside(number, rules)
    if outside and number.startswith(outside):
        after = number[len(outside) :]
        if not _good(number, rules) or (set_off and _dialable(after, rules)):
            return number
    return outside + _outside(number, rules)


def _internal(number: str, rules: AddressRules) -> bool:
    if rules.extension_lengths:
        return len(number) in rules.extension_lengths and not number.startswith("+")
    return len(number) <= INTERNAL_DIGITS and not number.startswith("+")


def _outside(number: str, rules: AddressRules) -> str:
    """The number as it is dialled once the line goes outside."""
    region = _region(rules)
    international = number.startswith("+")
    parsed = _parse(number, region)
    if parsed is None or not region or parsed.country_code != _country_code(region):
        return _international_prefix(rules, region) + number[1:] if international else number
    if international:
        return _national(parsed, rules, region)
    if _valid(parsed) and _national(parsed, rules, region) == number:
        return number
    local = _with_area(number, rules, region) or parsed
    return _national(local, rules, region) if _valid(local) else number


def _with_area(number: str, rules: AddressRules, region: str) -> "PhoneNumber | None":
    """A local number completed by the site's area, if that makes a good one."""
    trunk = _trunk(rules, region)
    if not rules.area or (trunk and number.startswith(trunk)):
        return None
    parsed = _parse(f"+{_country_code(region)}{rules.area}{number}", region)
    return parsed if parsed is not None and _valid(parsed) else None


def _national(number: "PhoneNumber", rules: AddressRules, region: str) -> str:
    """The digits that are dialled within the country."""
    import phonenumbers

    if rules.national_prefix is not None:
        return rules.national_prefix + phonenumbers.national_significant_number(number)
    written = phonenumbers.format_out_of_country_calling_number(number, region)
    return "".join(re.findall("[0-9]", written.partition(" ext")[0]))


def _dialable(number: str, rules: AddressRules) -> bool:
    """Can this be dialled outside just as it stands? The own country's trunk digit has to be there."""
    region = _region(rules)
    if not region or _emergency(number, region):
        return bool(number)
    parsed = _parse(number, region)
    if parsed is None or not _valid(parsed):
        return False
    return parsed.country_code != _country_code(region) or number == _national(parsed, rules, region)


def _good(number: str, rules: AddressRules) -> bool:
    """Is this a number that the country knows, by whatever writing?"""
    region = _region(rules)
    if not region:
        return False
    parsed = _parse(number, region)
    return _emergency(number, region) or (parsed is not None and _valid(parsed))


def _emergency(number: str, region: str) -> bool:
    import phonenumbers

    return phonenumbers.is_emergency_number(number, region)


def _parse(number: str, region: str) -> "PhoneNumber | None":
    import phonenumbers

    try:
        return phonenumbers.parse(number, region or None)
    except phonenumbers.NumberParseException:
        return None


def _valid(number: "PhoneNumber") -> bool:
    import phonenumbers

    return phonenumbers.is_valid_number(number)


def _written(number: "PhoneNumber", region: str) -> str:
    import phonenumbers
    from phonenumbers import PhoneNumberFormat as Format

    own = bool(region) and number.country_code == _country_code(region)
    return phonenumbers.format_number(number, Format.NATIONAL if own else Format.INTERNATIONAL)


@lru_cache(maxsize=16)
def _region(rules: AddressRules) -> str:
    """The site's country as the library has it; "" when it is not set or not known."""
    import phonenumbers

    if rules.country:
        return rules.country if known_country(rules.country) else ""
    if rules.country_prefix:
        region = phonenumbers.region_code_for_country_code(int(rules.country_prefix))
        return region if known_country(region) else ""
    return ""


def _country_code(region: str) -> int:
    import phonenumbers

    return phonenumbers.country_code_for_region(region)


def _trunk(rules: AddressRules, region: str) -> str:
    import phonenumbers

    if rules.national_prefix is not None:
        return rules.national_prefix
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
    return (metadata.national_prefix if metadata else None) or ""


def _international_prefix(rules: AddressRules, region: str) -> str:
    if rules.international_prefix is not None:
        return rules.international_prefix
    return _country_international_prefix(region) if region else DEFAULT_INTERNATIONAL


@lru_cache(maxsize=16)
def _country_international_prefix(region: str) -> str:
    """The country's prefix; where it has several (a carrier each), the lowest of the shortest."""
    import phonenumbers

    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
    if metadata is None or not metadata.international_prefix:
        return DEFAULT_INTERNATIONAL
    preferred = (metadata.preferred_international_prefix or "").replace("~", "")
    if preferred:
        return preferred
    pattern = re.compile(metadata.international_prefix)
    tried = (f"{number:0{length}}" for length in range(2, 6) for number in range(10**length))
    return next(filter(pattern.fullmatch, tried), DEFAULT_INTERNATIONAL)

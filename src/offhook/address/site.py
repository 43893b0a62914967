"""The dialling settings of a site, and what the phone-number library knows about numbers there."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from offhook.config import AddressSettings

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

INTERNAL_DIGITS = 6
"""If no lengths are configured, numbers with up to this many digits are internal: few others are as short."""

DEFAULT_INTERNATIONAL = "00"
"""The international prefix recommended by ITU-T E.164, for a site without a country."""

MAX_RECENT = 64
"""Readings that are remembered: one text is looked at from several sides, each of which asks the library."""

MAX_ADDRESS = 64
"""Characters of a dialled number: the limit of the TSP session, far more than any number needs."""

MOST_DIGITS = 15
"""Digits of the longest possible number (ITU-T E.164 section 6)."""

MOST_PREFIX = 8
"""Digits that may precede it: outside, carrier and international prefixes."""

SHORTEST_LOCAL = 5
"""Digits of the shortest local numbers."""


@dataclass(frozen=True)
class AddressRules(AddressSettings):
    """The dialling settings of a site. None or empty: the country's default, or nothing."""

    names: frozenset[str] = frozenset()
    """Ids of terminals that are not numbers; they are dialled by name."""

    @property
    def any(self) -> bool:
        """Are there any settings that change what is dialled? Otherwise numbers are only cleaned."""
        return bool(self.country or self.country_prefix or self.outside_prefix)


NO_RULES = AddressRules()


def known_country(country: str) -> bool:
    """Does the phone-number library know this country (two letters)?"""
    import phonenumbers

    return country in phonenumbers.SUPPORTED_REGIONS


def countries() -> list[str]:
    """The countries that the phone-number library knows, by their two letters."""
    import phonenumbers

    return sorted(phonenumbers.SUPPORTED_REGIONS)


def known_code(code: int) -> bool:
    """Is it a country's calling code?"""
    import phonenumbers

    return code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE


@lru_cache(maxsize=16)
def region_of(rules: AddressRules) -> str:
    """The country code for the library; "" if it is missing or unknown."""
    import phonenumbers

    if rules.country:
        return rules.country if known_country(rules.country) else ""
    if rules.country_prefix:
        region = phonenumbers.region_code_for_country_code(int(rules.country_prefix))
        return region if known_country(region) else ""
    return ""


def internal(number: str, rules: AddressRules) -> bool:
    """Does it have the length of an extension? If no lengths are configured: is it short?"""
    if rules.extension_lengths:
        return len(number) in rules.extension_lengths and not number.startswith("+")
    return len(number) <= INTERNAL_DIGITS and not number.startswith("+")


@lru_cache(maxsize=MAX_RECENT)
def parse(number: str, region: str) -> "PhoneNumber | None":
    """Parse a number with the library; None if that fails. The result is cached, so do not change it."""
    import phonenumbers

    number = _current(number, region)
    try:
        return phonenumbers.parse(number, region or None)
    except phonenumbers.NumberParseException:
        return None


_MEXICO_ABROAD = re.compile(r"\+521(?=[0-9]{10}$)")
_MEXICO_WITHIN = re.compile(r"(?:01|04[45])(?=[1-9][0-9]{9}$)")


def _current(number: str, region: str) -> str:
    """Mexico's numbers as they have been dialled since 2019: without the 1, 01, 044 or 045 before ten digits.

    Source: IFT, Plan Tecnico Fundamental de Numeracion (2018). WhatsApp and old lists still have them.
    """
    number = _MEXICO_ABROAD.sub("+52", number)
    return _MEXICO_WITHIN.sub("", number) if region == "MX" else number


def valid(number: "PhoneNumber") -> bool:
    """Is it a valid number of its country, so possibly assigned?"""
    return _valid(_Hashed(number))


class _Hashed:
    """A number as a key: all that its country looks at."""

    __slots__ = ("key", "number")

    def __init__(self, number: "PhoneNumber") -> None:
        self.number = number
        self.key = (
            number.country_code,
            number.national_number,
            number.italian_leading_zero,
            number.number_of_leading_zeros,
        )

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Hashed) and self.key == other.key


@lru_cache(maxsize=MAX_RECENT)
def _valid(hashed: _Hashed) -> bool:
    import phonenumbers

    return phonenumbers.is_valid_number(hashed.number)


def possible(number: str, rules: AddressRules) -> bool:
    """Does it have the right number of digits for a complete number of its country?"""
    import phonenumbers

    parsed = parse(number, region_of(rules))
    return parsed is not None and (
        phonenumbers.is_possible_number_with_reason(parsed) == phonenumbers.ValidationResult.IS_POSSIBLE
    )


def too_long(number: str, rules: AddressRules) -> bool:
    """Does it have more digits than any number of its country?"""
    import phonenumbers

    parsed = parse(number, region_of(rules))
    return parsed is None or (
        phonenumbers.is_possible_number_with_reason(parsed) == phonenumbers.ValidationResult.TOO_LONG
    )


def good(number: str, rules: AddressRules) -> bool:
    """Is it a valid number in any spelling, including local and emergency numbers?"""
    region = region_of(rules)
    parsed = parse(number, region)
    if parsed is not None and valid(parsed):
        return True
    if number.startswith("00") and (parsed := parse("+" + number[2:], "")) is not None and valid(parsed):
        return True
    if not region or number.startswith("+"):
        return False
    return emergency(number, region) or with_area(number, rules, region) is not None


def good_as_typed(number: str, rules: AddressRules) -> bool:
    """Is it a valid number in any spelling, without adding the site's area code?"""
    region = region_of(rules)
    if not region:
        return False
    parsed = parse(number, region)
    return emergency(number, region) or free_service(number, region) or (parsed is not None and valid(parsed))


def whole(number: str, rules: AddressRules) -> bool:
    """Is the number complete, so that what follows does not belong to it?

    Without a country this is judged by its length.
    """
    if internal(number, rules) and (rules.extension_lengths or len(number) >= SHORTEST):
        return True
    if number.startswith("+") or region_of(rules):
        return good(number, rules) or _behind_prefix(number, rules)
    return len(number) >= SUBSCRIBER_DIGITS


SHORTEST = 3
"""If no lengths are configured, shorter numbers are not extensions but the beginning of a number."""

SUBSCRIBER_DIGITS = 7
"""A number with this many digits may be a subscriber's: no outside or carrier prefix is as long."""


def _behind_prefix(number: str, rules: AddressRules) -> bool:
    outside = rules.outside_prefix
    return bool(outside) and number.startswith(outside) and good(number[len(outside) :], rules)


def with_area(number: str, rules: AddressRules, region: str) -> "PhoneNumber | None":
    """The local number with the site's area code, if that is valid."""
    prefix = trunk(rules, region)
    if not rules.area or (prefix and number.startswith(prefix)):
        return None
    parsed = parse(f"+{country_code(region)}{rules.area}{number}", region)
    return parsed if parsed is not None and valid(parsed) else None


def local_writing(text: str, rules: AddressRules) -> bool:
    """Is this the usual format of a local number in the site's area?"""
    import phonenumbers

    region = region_of(rules)
    if not region:
        return False
    parsed = with_area(text.replace(" ", ""), rules, region)
    if parsed is None:
        return False
    written: str = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
    return written.endswith(f" {text}")


def emergency(number: str, region: str) -> bool:
    """Is it an emergency number there?"""
    import phonenumbers

    return phonenumbers.is_emergency_number(number, region)


def free_service(number: str, region: str) -> bool:
    """Is it a toll-free short number of the country, such as 116117 in Germany?"""
    import phonenumbers

    parsed = parse(number, region)
    return (
        parsed is not None
        and len(number) <= INTERNAL_DIGITS
        and phonenumbers.expected_cost_for_region(parsed, region) == phonenumbers.ShortNumberCost.TOLL_FREE
    )


def service(number: str, region: str) -> bool:
    """Is it a short number of the country, which takes no area code?"""
    import phonenumbers

    parsed = parse(number, region)
    if parsed is None:
        return False
    return free_service(number, region) or (
        len(number) < SHORTEST_LOCAL and phonenumbers.is_valid_short_number_for_region(parsed, region)
    )


def country_code(region: str) -> int:
    """The calling code of a country."""
    import phonenumbers

    return phonenumbers.country_code_for_region(region)


def trunk(rules: AddressRules, region: str) -> str:
    """The trunk prefix: dialled before the area code within the country."""
    import phonenumbers

    if rules.national_prefix is not None:
        return rules.national_prefix
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
    return (metadata.national_prefix if metadata else None) or ""


def international_prefix(rules: AddressRules, region: str) -> str:
    """The international prefix: dialled before the country code."""
    if rules.international_prefix is not None:
        return rules.international_prefix
    return _country_international_prefix(region) if region else DEFAULT_INTERNATIONAL


def typed_international_prefix(number: str, rules: AddressRules, region: str) -> str:
    """The international prefix of the country with which the number begins; "" if it does not."""
    import phonenumbers

    own = rules.international_prefix
    if own and number.startswith(own):
        return own
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
    if metadata is None or not metadata.international_prefix:
        return ""
    found = re.match(metadata.international_prefix, number)
    return found[0] if found else ""


@lru_cache(maxsize=16)
def _country_international_prefix(region: str) -> str:
    """The country's international prefix. Of several (one for each carrier) the shortest, then the lowest."""
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

"""What is to know of a site's numbers, and what the phone-number library says of a number there."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from offhook.config import AddressSettings

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

INTERNAL_DIGITS = 6
"""Up to so many digits a number is internal where no lengths are set: few subscribers' are as short."""

DEFAULT_INTERNATIONAL = "00"
"""ITU-T E.164's recommendation, for a site whose country is not set."""

MAX_RECENT = 64
"""Readings that are remembered: one text is looked at from several sides, each of which asks the library."""

MAX_ADDRESS = 64
"""Characters of what is dialled: the TSP session's limit, many times what any number needs."""

MOST_DIGITS = 15
"""Digits of the longest number that there is (ITU-T E.164 section 6)."""

MOST_PREFIX = 8
"""Digits that may stand before: an outside prefix, a carrier's and an international one."""

SHORTEST_LOCAL = 5
"""Digits of the shortest local numbers."""


@dataclass(frozen=True)
class AddressRules(AddressSettings):
    """What is to know of a site. None and empty: as the country has it, or not at all."""

    names: frozenset[str] = frozenset()
    """Terminals that are no numbers, and are dialled by name."""

    @property
    def any(self) -> bool:
        """Is there anything that a number is dialled by? Otherwise numbers are only cleaned."""
        return bool(self.country or self.country_prefix or self.outside_prefix)


NO_RULES = AddressRules()


def known_country(country: str) -> bool:
    """Does the phone-number library know this country (two letters)?"""
    import phonenumbers

    return country in phonenumbers.SUPPORTED_REGIONS


def known_code(code: int) -> bool:
    """Is it a country's calling code?"""
    import phonenumbers

    return code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE


@lru_cache(maxsize=16)
def region_of(rules: AddressRules) -> str:
    """The site's country as the library has it; "" when it is not set or not known."""
    import phonenumbers

    if rules.country:
        return rules.country if known_country(rules.country) else ""
    if rules.country_prefix:
        region = phonenumbers.region_code_for_country_code(int(rules.country_prefix))
        return region if known_country(region) else ""
    return ""


def internal(number: str, rules: AddressRules) -> bool:
    """Is it as long as an extension? Where no lengths are set: as short."""
    if rules.extension_lengths:
        return len(number) in rules.extension_lengths and not number.startswith("+")
    return len(number) <= INTERNAL_DIGITS and not number.startswith("+")


@lru_cache(maxsize=MAX_RECENT)
def parse(number: str, region: str) -> "PhoneNumber | None":
    """The library's reading of a number, not to be changed; None when it is none."""
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
    """Is it a number that its country has given out?"""
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
    """Has it as many digits as a whole number of its country?"""
    import phonenumbers

    parsed = parse(number, region_of(rules))
    return parsed is not None and (
        phonenumbers.is_possible_number_with_reason(parsed) == phonenumbers.ValidationResult.IS_POSSIBLE
    )


def too_long(number: str, rules: AddressRules) -> bool:
    """Has it more digits than any number of its country?"""
    import phonenumbers

    parsed = parse(number, region_of(rules))
    return parsed is None or (
        phonenumbers.is_possible_number_with_reason(parsed) == phonenumbers.ValidationResult.TOO_LONG
    )


def good(number: str, rules: AddressRules) -> bool:
    """Is it a number that may be called, by whatever writing: also local ones, and emergency numbers?"""
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
    """Is this a number that the country knows, by whatever writing, without the site's area?"""
    region = region_of(rules)
    if not region:
        return False
    parsed = parse(number, region)
    return emergency(number, region) or free_service(number, region) or (parsed is not None and valid(parsed))


def whole(number: str, rules: AddressRules) -> bool:
    """Does the number stand by itself, so that what follows is no part of it?

    Without a country only its length can tell.
    """
    if internal(number, rules) and (rules.extension_lengths or len(number) >= SHORTEST):
        return True
    if number.startswith("+") or region_of(rules):
        return good(number, rules) or _behind_prefix(number, rules)
    return len(number) >= SUBSCRIBER_DIGITS


SHORTEST = 3
"""Shorter numbers are no extensions where no lengths are set: they are the beginning of something."""

SUBSCRIBER_DIGITS = 7
"""From so many digits on a number may be a subscriber's: no prefix for a line or a carrier is as long."""


def _behind_prefix(number: str, rules: AddressRules) -> bool:
    outside = rules.outside_prefix
    return bool(outside) and number.startswith(outside) and good(number[len(outside) :], rules)


def with_area(number: str, rules: AddressRules, region: str) -> "PhoneNumber | None":
    """A local number completed by the site's area, if that makes a good one."""
    prefix = trunk(rules, region)
    if not rules.area or (prefix and number.startswith(prefix)):
        return None
    parsed = parse(f"+{country_code(region)}{rules.area}{number}", region)
    return parsed if parsed is not None and valid(parsed) else None


def local_writing(text: str, rules: AddressRules) -> bool:
    """Is this how the country writes a local number of the site's area?"""
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
    """Is it a short number of the country that is free of charge, as 116117 is in Germany?"""
    import phonenumbers

    parsed = parse(number, region)
    return (
        parsed is not None
        and len(number) <= INTERNAL_DIGITS
        and phonenumbers.expected_cost_for_region(parsed, region) == phonenumbers.ShortNumberCost.TOLL_FREE
    )


def service(number: str, region: str) -> bool:
    """Is it a short number of the country, to which no area belongs?"""
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
    """What is dialled before an area within the country."""
    import phonenumbers

    if rules.national_prefix is not None:
        return rules.national_prefix
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
    return (metadata.national_prefix if metadata else None) or ""


def international_prefix(rules: AddressRules, region: str) -> str:
    """What is dialled before a country's code."""
    if rules.international_prefix is not None:
        return rules.international_prefix
    return _country_international_prefix(region) if region else DEFAULT_INTERNATIONAL


def typed_international_prefix(number: str, rules: AddressRules, region: str) -> str:
    """The international prefix with which the number begins, one of those of the country; "" for none."""
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

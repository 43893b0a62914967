"""A site's dialling rules: from a number that was read to what the switch dials, and to what a person reads.

What is dialled, in this order:

1.  A feature code (with `*` or `#`) as it is. Without rules, everything as it is.
2.  A number as long as an extension, as it is: also 112 or 119 where extensions have three digits. Where no
    lengths are set, numbers of up to six digits. Click-to-dial is no way to call for help: lift the handset.
3.  A number of the own country: outside prefix, then the number as it is dialled within the country. A local
    number gets the area before it where that makes it a good one.
4.  A number of another country: outside prefix, international prefix, country, number. One that was written
    with an international prefix keeps that. What is dialled of 3 and 4 is what the phone-number library
    understood, not what was typed: `+44 0161 ...` has no 0 behind its 44, `+39 06 ...` has.
5.  A number that begins with the outside prefix: as it is, unless the whole is a good number that happens
    to begin so (917 in New York); that is taken for one without the prefix. If both can be, the prefix is one
    where it is set off: `0,0 82 25...` has it, `0082 2 568 3848` does not.
6.  Short numbers of the country, emergency numbers among them, and all other numbers: outside prefix,
    number.
"""

import re
from typing import TYPE_CHECKING

from offhook.address.plain import plain
from offhook.address.reader import MAX_TEXT, Read, read
from offhook.address.refusal import NumberError, Reason
from offhook.address.site import (
    DEFAULT_INTERNATIONAL,
    MAX_ADDRESS,
    MOST_DIGITS,
    NO_RULES,
    AddressRules,
    country_code,
    emergency,
    good,
    good_as_typed,
    internal,
    international_prefix,
    known_code,
    parse,
    region_of,
    service,
    trunk,
    typed_international_prefix,
    valid,
    with_area,
)
from offhook.address.trail import Kind, Trail

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber


def clean(text: str) -> str:
    """Read a text without a site's rules: an optional `+`, then digits, `*` and `#`; at most 64.

    Raises `NumberError`, which names the part that is not understood.
    """
    return normalise(text, NO_RULES)


def normalise(text: str, rules: AddressRules, trail: Trail | None = None) -> str:
    """What the switch dials for a text. Raises `NumberError`, which names the part that is not understood.

    The steps are added to `trail`.
    """
    trail = trail if trail is not None else Trail()
    name = text.strip()
    if name in rules.names:
        trail.note(Kind.NAME, name)
        return name
    found = read(text, rules, trail)
    set_off = found.set_off or _set_off(text[:MAX_TEXT], rules.outside_prefix)
    abroad = bool(rules.outside_prefix) and _country_set_off(text[:MAX_TEXT], found.keys, rules)
    dialled = _dialled(found, rules, trail, set_off=set_off, abroad=abroad)
    if len(dialled) > MAX_ADDRESS:
        raise NumberError(Reason.TOO_MANY_DIGITS, beside=str(len(dialled)), limit=MAX_ADDRESS)
    return dialled


def show(dialled: str, rules: AddressRules) -> str:
    """A dialled number for people: without the outside prefix, in the format of its country."""
    if not dialled.lstrip("+").isdecimal() or internal(dialled, rules):
        return dialled
    region = region_of(rules)
    number = dialled
    if rules.outside_prefix and number.startswith(rules.outside_prefix):
        number = number[len(rules.outside_prefix) :]
    own = rules.international_prefix
    if own and region and number.startswith(own):
        number = "+" + number[len(own) :]
    parsed = parse(number, region)
    if parsed is None or not valid(parsed):
        return dialled
    return _written(parsed, region)


def writings(number: str, rules: AddressRules) -> tuple[str, str]:
    """A number, dialled or as a network shows it, in E.164 and as it is written within its country.

    "" for what has no such writing: an extension, a feature code, what the country does not know.
    """
    region = region_of(rules)
    plain = number
    if rules.outside_prefix and plain.startswith(rules.outside_prefix):
        plain = plain[len(rules.outside_prefix) :]
    if not plain.lstrip("+").isdecimal() or internal(number, rules):
        return "", ""
    if rules.international_prefix and region and plain.startswith(rules.international_prefix):
        plain = "+" + plain[len(rules.international_prefix) :]
    for one in dict.fromkeys((plain, number)):
        parsed = parse(one, region)
        if parsed is not None and valid(parsed):
            return _e164(parsed), _in_country(parsed)
    return "", ""


def _in_country(number: "PhoneNumber") -> str:
    import phonenumbers

    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)


def _set_off(text: str, prefix: str) -> bool:
    """Does the text begin with the outside prefix and a separating sign?"""
    return bool(prefix) and re.match(rf"[^0-9+*#]*{re.escape(prefix)}[^0-9]", plain(text)) is not None


_COUNTRY_SET_OFF = re.compile(r"[^0-9+*#]*00([1-9][0-9]{0,2})[^0-9]")


def _country_set_off(text: str, number: str, rules: AddressRules) -> bool:
    """Does it begin with 00, a country code and a separator: `0043/1/1234567`?

    Not if it is a prefix 0 and an area code of this country: in Berlin `0040 123456` is in Hamburg.
    """
    found = _COUNTRY_SET_OFF.match(plain(text))
    if found is None or not known_code(int(found[1])) or not number.startswith("00"):
        return False
    after, region = number[len(rules.outside_prefix) :], region_of(rules)
    parsed = parse(after, region)
    if parsed is None or not valid(parsed):
        return True
    area = "".join(filter(str.isdecimal, re.split("[ /-]", _written(parsed, region), maxsplit=1)[0]))
    return area != after[: len(found[1]) + 1]


def _dialled(found: Read, rules: AddressRules, trail: Trail, *, set_off: bool, abroad: bool) -> str:
    number = found.keys
    if "*" in number or "#" in number:
        trail.note(Kind.CODE, number)
        return number
    if not rules.any:
        return _canonical(number)
    if found.extension or internal(number, rules):
        trail.note(Kind.INTERNAL, number)
        return number
    outside = rules.outside_prefix
    if not number.startswith("+") and outside and number.startswith(outside):
        after = number[len(outside) :]
        if set_off and _dialable(after, rules):
            trail.note(Kind.PREFIXED, number)
            return outside + _untangled(after, rules)
        if not good_as_typed(number, rules) and not (
            _abroad_as_typed(number, rules) and (abroad or not good(after, rules))
        ):
            trail.note(Kind.PREFIXED, number)
            return outside + _untangled(after, rules)
    dialled = outside + _outside(number, rules, trail)
    if outside:
        trail.note(Kind.OUTSIDE, dialled)
    return dialled


def _canonical(number: str) -> str:
    """The canonical form of an international number: without a 0 that is not dialled from abroad."""
    prefix = next((one for one in ("+", DEFAULT_INTERNATIONAL) if number.startswith(one)), "")
    parsed = parse("+" + number[len(prefix) :], "") if prefix else None
    return prefix + _e164(parsed)[1:] if parsed is not None and valid(parsed) else number


def _outside(number: str, rules: AddressRules, trail: Trail) -> str:
    """The number as it is dialled on an outside line."""
    region = region_of(rules)
    number = _plus_for_zeros(number, rules, region)
    international = number.startswith("+")
    parsed = parse(number, region)
    if parsed is None or not region or parsed.country_code != country_code(region):
        if parsed is None or not valid(parsed):
            _not_too_long(number, rules, region)
        abroad = _abroad(number, parsed, rules, region)
        return _noted(trail, Kind.ABROAD if international or parsed is not None else Kind.UNKNOWN, abroad)
    if international or (valid(parsed) and typed_international_prefix(number, rules, region)):
        return _noted(
            trail, Kind.COUNTRY if valid(parsed) else Kind.UNKNOWN, _national(parsed, rules, region)
        )
    if valid(parsed) and _as_dialled(number, parsed, rules, region):
        return _noted(trail, Kind.COUNTRY, number)
    if region and service(number, region):
        return _noted(trail, Kind.COUNTRY, number)
    if (local := with_area(number, rules, region)) is not None:
        return _noted(trail, Kind.AREA, _national(local, rules, region))
    if valid(parsed):
        return _noted(trail, Kind.COUNTRY, _national(parsed, rules, region))
    _not_too_long(number, rules, region)
    return _noted(trail, Kind.UNKNOWN, number)


def _noted(trail: Trail, kind: Kind, number: str) -> str:
    trail.note(kind, number)
    return number


def _plus_for_zeros(number: str, rules: AddressRules, region: str) -> str:
    """Replace 00 by +: most of the world writes it so, even where another prefix is dialled."""
    if not number.startswith("00") or (region and good_as_typed(number, rules)):
        return number
    parsed = parse("+" + number[2:], "")
    return _e164(parsed) if parsed is not None and valid(parsed) else number


def _abroad(number: str, parsed: "PhoneNumber | None", rules: AddressRules, region: str) -> str:
    """International prefix, country code, number. A typed international prefix is kept."""
    if number.startswith("+"):
        whole = _e164(parsed) if parsed is not None and valid(parsed) else number
        return international_prefix(rules, region) + whole[1:]
    prefix = typed_international_prefix(number, rules, region) if region else ""
    if prefix and parsed is not None and valid(parsed):
        return prefix + _e164(parsed)[1:]
    return number


def _untangled(after: str, rules: AddressRules) -> str:
    """What follows an outside prefix, unchanged except for a trunk 0 after a country code."""
    region = region_of(rules)
    prefix = typed_international_prefix(after, rules, region) if region else ""
    parsed = parse(after, region) if prefix else None
    return prefix + _e164(parsed)[1:] if parsed is not None and valid(parsed) else after


def _abroad_as_typed(number: str, rules: AddressRules) -> bool:
    """Does it begin with an international prefix, of this country or 00?"""
    region = region_of(rules)
    if number.startswith("00") and (parsed := parse("+" + number[2:], "")) is not None and valid(parsed):
        return True
    parsed = parse(number, region) if region and typed_international_prefix(number, rules, region) else None
    return parsed is not None and parsed.country_code != country_code(region)


def _not_too_long(number: str, rules: AddressRules, region: str) -> None:
    """Raises `NumberError` for an unknown number that is longer than any number of the country."""
    digits = number.lstrip("+")
    prefix = typed_international_prefix(digits, rules, region) if region else ""
    allowed = MOST_DIGITS + len(prefix)
    if not region and digits.startswith("00"):
        allowed += len("00")
    if allowed < len(digits) <= MAX_ADDRESS - len(rules.outside_prefix + international_prefix(rules, region)):
        raise NumberError(Reason.LONGER_THAN_A_NUMBER, number)


def _as_dialled(number: str, parsed: "PhoneNumber", rules: AddressRules, region: str) -> bool:
    """Is it written as it is dialled, possibly with a trunk prefix that is not written (Brazil)?"""
    national = _national(parsed, rules, region)
    prefix = trunk(rules, region)
    return number == national or bool(prefix and number.startswith(prefix) and number.endswith(national))


def _national(number: "PhoneNumber", rules: AddressRules, region: str) -> str:
    """The digits to dial within the country."""
    import phonenumbers

    if rules.national_prefix is not None:
        return rules.national_prefix + phonenumbers.national_significant_number(number)
    written = phonenumbers.format_out_of_country_calling_number(number, region)
    return "".join(re.findall("[0-9]", written.partition(" ext")[0]))


def _dialable(number: str, rules: AddressRules) -> bool:
    """Can this be dialled on an outside line unchanged? A number of this country needs its trunk digit."""
    region = region_of(rules)
    if not region or emergency(number, region):
        return bool(number)
    parsed = parse(number, region)
    if parsed is None or not valid(parsed):
        return False
    return parsed.country_code != country_code(region) or number == _national(parsed, rules, region)


def _e164(number: "PhoneNumber") -> str:
    import phonenumbers

    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _written(number: "PhoneNumber", region: str) -> str:
    import phonenumbers
    from phonenumbers import PhoneNumberFormat as Format

    own = bool(region) and number.country_code == country_code(region)
    return phonenumbers.format_number(number, Format.NATIONAL if own else Format.INTERNATIONAL)

"""Texts that are something else than a telephone number, though they are full of digits."""

import re
import unicodedata

from offhook.address.site import SHORTEST_LOCAL, AddressRules, good, good_as_typed, region_of
from offhook.address.trail import refused

_MAIL = re.compile(r"[^\s<>\"'(),;]+@[^\s<>\"'(),;]*[^\W\d_][^\s<>\"'(),;]*")
_MODIFIED = re.compile(r"[TPWtpw0-9+*#.@,;!$?-]+")
_AT_HOST = re.compile(r"[^\s@]*@\s*[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_IPV4 = re.compile(
    r"(?<![0-9.])([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})(?![0-9]|\.[0-9])(?:/[0-9]{1,2}(?![0-9]))?"
)
_YEAR_FIRST = re.compile(
    r"(?<![0-9])((?:19|20)[0-9]{2})\s?([-./])\s?(1[0-2]|0?[1-9])\s?\2\s?(3[01]|[12][0-9]|0?[1-9])(?![0-9])(?!\s?[-/.]\s?[0-9])"
)
_YEAR_LAST = re.compile(
    r"(?<![0-9])(?<![0-9][-./])(3[01]|[12][0-9]|0?[1-9])\s?([-./])\s?(3[01]|[12][0-9]|0?[1-9])\s?\2\s?((?:19|20)[0-9]{2})(?![0-9])(?!\s?[-/.]\s?[0-9])"
)
_SHORT_DATE = re.compile(r"\s*(3[01]|[12][0-9]|0?[1-9])([./])(3[01]|[12][0-9]|0?[1-9])\2([0-9]{2})\s*\.?\s*")
_CARD = re.compile(r"\s*[0-9]{4}([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{4}\s*")
_TIME = re.compile(r"[0-9]\s*:\s*[0-9]")
_AMOUNT = re.compile(
    r"\s*[$\-]?\s*(?:[0-9]{1,3}(?:,[0-9]{3})*\.[0-9]{1,2}|[0-9]{1,3}(?:\.[0-9]{3})*,[0-9]{2}|[0-9]{1,3}(?:,[0-9]{3}){2,})\s*\$?\s*"
)
_DOLLARS = re.compile(r"\s*(?:\$\s*[0-9]{1,3}(?:,?[0-9]{3})*(?:\.[0-9]+)?|[0-9]+(?:[.,][0-9]+)?\s*\$)\s*")
_DECIMAL = re.compile(r"\s*\+?[0-9]{3,}\.0+\s*")
_THOUSANDS = re.compile(r"\s*[1-8][0-9]{0,2},[0-9]{3}\s*")
_PLACE = re.compile(r"\s*-?[0-9]{1,3}\.[0-9]{3,}\s*,\s*-?[0-9]{1,3}\.[0-9]{3,}\s*")
_VERSION = re.compile(r"\s*[0-9]{1,2}(?:\.[0-9]{1,2}){1,2}\s*")
_COLONS = re.compile(r"(?<![0-9a-z])[0-9a-f]{0,4}:[0-9a-f]{0,4}:[0-9a-f]", re.IGNORECASE)
_POWER = re.compile(r"\s*[0-9]+(?:[.,][0-9]+)?[eE]\+?[0-9]+\s*")

_DOCUMENTS = {
    "BR": re.compile(
        r"\s*(?:[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}|[0-9]{2}\.[0-9]{3}\.[0-9]{3}/[0-9]{4}-[0-9]{2}|[0-9]{5}-[0-9]{3})\s*"
    ),
    "CH": re.compile(r"\s*756\.[0-9]{4}\.[0-9]{4}\.[0-9]{2}\s*"),
    "KR": re.compile(r"\s*(?:[0-9]{6}\s?-\s?[1-8][0-9]{6}|[1-9][0-9]{2}-[0-9]{2}-[0-9]{5})\s*"),
    "US": re.compile(r"\s*[0-9]{3}-[0-9]{2}-[0-9]{4}\s*"),
}
"""A country's writing of people's, companies' and postal numbers, which no telephone number there has."""


def check(text: str, rules: AddressRules) -> None:
    """Raises `AddressError` for what is no telephone number by its form."""
    if "\ufffd" in text:
        raise refused(text, "has signs that were lost on the way (its encoding); write the number anew")
    found = _MAIL.search(text)
    if found and not _MODIFIED.fullmatch(found[0]):
        raise refused(
            found[0], "is an e-mail address or a user at a host, not a number; dial the person's number"
        )
    if found := _AT_HOST.search(text):
        raise refused(found[0], "is a user at a host, not a number; dial the person's number")
    for sign in text:
        if sign != "$" and unicodedata.category(sign) == "Sc":
            raise refused(text, f"is an amount of money ({sign}), not a telephone number")
    found = _IPV4.search(text)
    if found and max(map(int, found.groups()[:4])) <= 255 and not _paired(found, rules):
        raise refused(found[0], "is an IP address, not a telephone number")
    for form in (_YEAR_FIRST, _YEAR_LAST):
        if found := form.search(text):
            raise refused(found[0], "is a date, not a telephone number")
    if (found := _SHORT_DATE.fullmatch(text)) and not good_as_typed(_digits(text), rules):
        raise refused(text, "is a date, not a telephone number")
    if _CARD.fullmatch(text):
        raise refused(text, "is written like the number of a card; give the telephone number alone")
    document = _DOCUMENTS.get(region_of(rules))
    if document and document.fullmatch(text):
        raise refused(text, "is a person's, a company's or a postal number, not a telephone number")
    if _COLONS.search(text):
        raise refused(text, "is a hardware or IP address, not a telephone number")
    if found := _TIME.search(text):
        raise refused(text, "has a time or a port in it; give the number alone")
    if _POWER.fullmatch(text):
        raise refused(text, "is a number as a spreadsheet shortens it: its last digits are lost")
    if _DECIMAL.fullmatch(text):
        raise refused(text, "has a spreadsheet's decimals at its end; give the number without them")
    if _PLACE.fullmatch(text):
        raise refused(text, "is a place on the map, not a telephone number")
    if _VERSION.fullmatch(text) and len(_digits(text)) < SHORTEST_LOCAL:
        raise refused(text, "is the number of a version or a chapter, not a telephone number")
    if _THOUSANDS.fullmatch(text) and not _prefixed(text, rules):
        raise refused(text, "is an amount, not a telephone number")
    if _DOLLARS.fullmatch(text) or (_AMOUNT.fullmatch(text) and not _prefixed(text, rules)):
        raise refused(text, "is an amount, not a telephone number")


def _paired(found: re.Match[str], rules: AddressRules) -> bool:
    """Numbers of Denmark, Switzerland and others are in four groups; only one that is good there is one."""
    pairs = found.groups()[:4]
    if found[0].startswith("0") and good_as_typed("".join(pairs), rules):
        return True  # `044.123.45.67`: no address begins with a 0 that is not by itself
    return all(len(pair) == 2 for pair in pairs) and good("".join(pairs), rules)


def _prefixed(text: str, rules: AddressRules) -> bool:
    """`9,112` gets a line and calls for help, `0,371,381` has a pause more."""
    return bool(rules.outside_prefix) and text.strip().startswith(rules.outside_prefix + ",")


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text))

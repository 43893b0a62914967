"""Recognises texts that are full of digits but are not telephone numbers."""

import re
import unicodedata

from offhook.address.refusal import NumberError, Reason
from offhook.address.site import SHORTEST_LOCAL, AddressRules, good, good_as_typed, region_of

# kim@corp.example: a letter after the @ makes it a domain
_MAIL = re.compile(r"[^\s<>\"'(),;]+@[^\s<>\"'(),;]*[^\W\d_][^\s<>\"'(),;]*")
# 02@5683848: here the @ is a dial modifier of TAPI (wait for quiet)
_MODIFIED = re.compile(r"[TPWtpw0-9+*#.@,;!$?-]+")
# kim@10.0.0.7
_AT_HOST = re.compile(r"[^\s@]*@\s*[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
# 10.0.0.7, 10.0.0.0/8
_IPV4 = re.compile(
    r"(?<![0-9.])([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})(?![0-9]|\.[0-9])(?:/[0-9]{1,2}(?![0-9]))?"
)
# 2024-12-24; not if more digits follow, as in 2024-12-24-55
_YEAR_FIRST = re.compile(
    r"(?<![0-9])((?:19|20)[0-9]{2})\s?([-./])\s?(1[0-2]|0?[1-9])\s?\2\s?(3[01]|[12][0-9]|0?[1-9])(?![0-9])(?!\s?[-/.]\s?[0-9])"
)
# 24.12.2024, 12/24/2024
_YEAR_LAST = re.compile(
    r"(?<![0-9])(?<![0-9][-./])(3[01]|[12][0-9]|0?[1-9])\s?([-./])\s?(3[01]|[12][0-9]|0?[1-9])\s?\2\s?((?:19|20)[0-9]{2})(?![0-9])(?!\s?[-/.]\s?[0-9])"
)
# 24.12.24 as the whole text; may also be a number, so it is checked against the country
_SHORT_DATE = re.compile(r"\s*(3[01]|[12][0-9]|0?[1-9])([./])(3[01]|[12][0-9]|0?[1-9])\2([0-9]{2})\s*\.?\s*")
# 4111 1111 1111 1111
_CARD = re.compile(r"\s*[0-9]{4}([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{4}\s*")
# 14:30, 10.0.0.7:5060
_TIME = re.compile(r"[0-9]\s*:\s*[0-9]")
# 1,234.56 or 1.234,56 or 1,234,567
_AMOUNT = re.compile(
    r"\s*[$\-]?\s*(?:[0-9]{1,3}(?:,[0-9]{3})*\.[0-9]{1,2}|[0-9]{1,3}(?:\.[0-9]{3})*,[0-9]{2}|[0-9]{1,3}(?:,[0-9]{3}){2,})\s*\$?\s*"
)
# $1,234.56, 99.90 $
_DOLLARS = re.compile(r"\s*(?:\$\s*[0-9]{1,3}(?:,?[0-9]{3})*(?:\.[0-9]+)?|[0-9]+(?:[.,][0-9]+)?\s*\$)\s*")
# 5683848.0: a spreadsheet has taken the number for a quantity
_DECIMAL = re.compile(r"\s*\+?[0-9]{3,}\.0+\s*")
# 1,234; not 9,112 or 0,371 with an outside prefix and a pause
_THOUSANDS = re.compile(r"\s*[1-8][0-9]{0,2},[0-9]{3}\s*")
# 37.5665, 126.9780: latitude and longitude
_PLACE = re.compile(r"\s*-?[0-9]{1,3}\.[0-9]{3,}\s*,\s*-?[0-9]{1,3}\.[0-9]{3,}\s*")
# 1.2.3
_VERSION = re.compile(r"\s*[0-9]{1,2}(?:\.[0-9]{1,2}){1,2}\s*")
# 2001:db8::1, 00:1b:44:11:3a:b7
_COLONS = re.compile(r"(?<![0-9a-z])[0-9a-f]{0,4}:[0-9a-f]{0,4}:[0-9a-f]", re.IGNORECASE)
# 8.22568E+11: a spreadsheet has shortened a long number
_POWER = re.compile(r"\s*[0-9]+(?:[.,][0-9]+)?[eE]\+?[0-9]+\s*")

_DOCUMENTS = {
    "BR": re.compile(
        r"\s*(?:[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}|[0-9]{2}\.[0-9]{3}\.[0-9]{3}/[0-9]{4}-[0-9]{2}|[0-9]{5}-[0-9]{3})\s*"
    ),
    "CH": re.compile(r"\s*756\.[0-9]{4}\.[0-9]{4}\.[0-9]{2}\s*"),
    "KR": re.compile(r"\s*(?:[0-9]{6}\s?-\s?[1-8][0-9]{6}|[1-9][0-9]{2}-[0-9]{2}-[0-9]{5})\s*"),
    "US": re.compile(r"\s*[0-9]{3}-[0-9]{2}-[0-9]{4}\s*"),
}
"""Formats of personal, company and postal numbers by country; no telephone number there has them."""


def check(text: str, rules: AddressRules) -> None:
    """Raises `NumberError` if the form of the text shows that it is not a telephone number."""
    if "\ufffd" in text:
        raise NumberError(Reason.LOST_SIGNS, text)
    found = _MAIL.search(text)
    if found and not _MODIFIED.fullmatch(found[0]):
        raise NumberError(Reason.E_MAIL, found[0])
    if found := _AT_HOST.search(text):
        raise NumberError(Reason.USER_AT_HOST, found[0])
    for sign in text:
        if sign != "$" and unicodedata.category(sign) == "Sc":
            raise NumberError(Reason.MONEY, text, beside=sign)
    found = _IPV4.search(text)
    if found and max(map(int, found.groups()[:4])) <= 255 and not _paired(found, rules):
        raise NumberError(Reason.IP_ADDRESS, found[0])
    for form in (_YEAR_FIRST, _YEAR_LAST):
        if found := form.search(text):
            raise NumberError(Reason.DATE, found[0])
    if (found := _SHORT_DATE.fullmatch(text)) and not good_as_typed(_digits(text), rules):
        raise NumberError(Reason.DATE, text)
    if _CARD.fullmatch(text):
        raise NumberError(Reason.CARD, text)
    document = _DOCUMENTS.get(region_of(rules))
    if document and document.fullmatch(text):
        raise NumberError(Reason.DOCUMENT, text)
    if _COLONS.search(text):
        raise NumberError(Reason.HARDWARE_ADDRESS, text)
    if found := _TIME.search(text):
        raise NumberError(Reason.TIME, text)
    if _POWER.fullmatch(text):
        raise NumberError(Reason.SPREADSHEET_SHORTENED, text)
    if _DECIMAL.fullmatch(text):
        raise NumberError(Reason.SPREADSHEET_DECIMALS, text)
    if _PLACE.fullmatch(text):
        raise NumberError(Reason.PLACE, text)
    if _VERSION.fullmatch(text) and len(_digits(text)) < SHORTEST_LOCAL:
        raise NumberError(Reason.VERSION, text)
    if _THOUSANDS.fullmatch(text) and not _prefixed(text, rules):
        raise NumberError(Reason.AMOUNT, text)
    if _DOLLARS.fullmatch(text) or (_AMOUNT.fullmatch(text) and not _prefixed(text, rules)):
        raise NumberError(Reason.AMOUNT, text)


def _paired(found: re.Match[str], rules: AddressRules) -> bool:
    """Is it a number in four groups, as in Denmark or Switzerland? Only if it is valid there."""
    pairs = found.groups()[:4]
    if found[0].startswith("0") and good_as_typed("".join(pairs), rules):
        return True  # `044.123.45.67`: no part of an IP address has a leading 0
    return all(len(pair) == 2 for pair in pairs) and good("".join(pairs), rules)


def _prefixed(text: str, rules: AddressRules) -> bool:
    """`9,112` dials 9 for a line, then 112; `0,371,381` has one pause more."""
    return bool(rules.outside_prefix) and text.strip().startswith(rules.outside_prefix + ",")


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text))

"""Recognises texts that are full of digits but are not telephone numbers."""

import re
import unicodedata

from offhook.address.refusal import NumberError, Reason
from offhook.address.site import SHORTEST_LOCAL, AddressRules, good, good_as_typed, region_of

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

"""Reads a number in any spelling into `+`, digits, `*` and `#`, or refuses it, naming what was not
understood.

A wrong number rings a stranger's phone. So only digits that belong together are dialled, with signs between
them that occur within numbers; all other text has to be understood.

In this order:

1.  Look-alike characters become ASCII, invisible ones are removed (`plain`). 2.  The text is cut at the end
of the first line, and at TAPI's `^` (a name follows) and `|` (a subaddress). 3.  The number is taken out of
`tel:`, `sip:`, `sips:` and `callto:` links (`links`). 4.  Dates, IP addresses, amounts, e-mail addresses and
so on are refused by their form (`forms`). 5.  A text that as a whole has the form of a vanity number is one
(`vanity`). Otherwise letters are never keys. 6.  Words in front are left out: labels (`Tel.`), and other
words before a complete number. 7.  T, P and W on their own and `, ; ! @ $ ?` are TAPI's dial modifiers. After
an outside prefix or the beginning of a number they are ignored; after a complete number they begin what is
keyed after the answer. 8.  The number ends at a word for an extension, at a note, and where another number
begins.
"""

import re
from dataclasses import dataclass

from offhook.address import forms
from offhook.address.checks import check
from offhook.address.links import number_of
from offhook.address.plain import plain
from offhook.address.refusal import NumberError, Reason
from offhook.address.scan import Scan
from offhook.address.site import MAX_ADDRESS, NO_RULES, AddressRules, known_code, region_of, whole
from offhook.address.tokens import Sort, tokens
from offhook.address.trail import Kind, Trail
from offhook.address.vanity import vanity

MAX_TEXT = 1024
"""Characters that are read, without names, further lines and the parameters of a link."""

MAX_LINK = 8192
"""Characters of the text before that: room for a link with parameters and header fields."""

_ENDS = re.compile("[?;@]")
"""Signs that end the number of a link. Without one, the text beyond `MAX_LINK` may be part of it."""

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});")
"""An HTML entity: `&nbsp;`, `&#45;`."""

_BULLET = re.compile(r"\A\s*[*#]\s+(?=[+(]*[0-9]([^0-9]{0,3}[0-9]){6})")
"""A bullet before a complete number. Feature codes have no blank after `*` or `#`."""

_BRACKETED = re.compile(r"((?:\+|(?<![0-9])(?:00|011))[ (]*([1-9][0-9]{0,2})[ )./-]*\(\s*)0(?=[0-9]*\s*\))")
"""A country code, then a 0 in brackets: `+44 (0)20`, `+61 (02)`."""

_KEEPS_ZERO = frozenset({39, 378, 379})
"""Countries whose numbers keep their 0 from abroad: Italy, San Marino, the Vatican."""

_PLAIN_NUMBER = re.compile(r"\+?[0-9]+|[*#][0-9*#]*")


@dataclass(frozen=True, slots=True)
class Read:
    """What was read: the keys to dial; whether a word marks an extension;
    whether an outside prefix was set off."""

    keys: str
    extension: bool = False
    set_off: bool = False


def cut(text: str) -> str:
    """The number of a dialable address of TAPI, without subaddress, name and further lines.

    Source: Microsoft, Dialable Addresses (`DialableNumber | Subaddress ^ Name CRLF`).
    """
    return re.split(r"[\r\n^|]", text.lstrip("\r\n\t "), maxsplit=1)[0]


def _unescaped(entity: re.Match[str]) -> str:
    import html  # with its 2,231 names of characters; few texts are pieces of HTML

    return html.unescape(entity[0])


def read(text: str, rules: AddressRules = NO_RULES, trail: Trail | None = None) -> Read:
    """Read a text. Raises `NumberError`, which names the part that is not understood."""
    trail = trail if trail is not None else Trail()
    if _PLAIN_NUMBER.fullmatch(text) and len(text) <= MAX_ADDRESS:
        return Read(_checked(text, text))
    seen = plain(_ENTITY.sub(_unescaped, text[:MAX_LINK]))
    looked = cut(seen)
    left_out = seen.lstrip("\n\t ")[len(looked) :]
    if left_out.strip():
        trail.note(Kind.CUT, left_out)
    if looked.strip() not in text:
        trail.note(Kind.LOOKS, looked)
    number = _without_trunk(_unwrapped(number_of(looked, trail, rules)), rules)
    unseen = len(text) > MAX_LINK and not left_out and not _ENDS.search(looked)
    if len(number) > MAX_TEXT or unseen:
        raise NumberError(Reason.TOO_LONG_TEXT, limit=MAX_TEXT)
    forms.check(number, rules)
    if keys := vanity(number, rules, trail):
        return Read(keys.replace(",", ""), set_off="," in keys)
    found = _scanned(text, number, rules, trail)
    torn = left_out[:1] in ("\n", "|") and any(map(str.isdecimal, left_out))
    if torn and found.keys.isdecimal() and not found.extension and not whole(found.keys, rules):
        raise NumberError(Reason.CUT_IN_TWO, left_out, beside=found.keys)
    return found


def _unwrapped(text: str) -> str:
    """The text without enclosing brackets and quotes."""
    text = text.strip(" \t\"'<>")
    while text.startswith("(") and text.endswith(")") and text.count("(") == 1:
        text = text[1:-1].strip(" \t\"'<>")
    return text


def _without_trunk(text: str, rules: AddressRules) -> str:
    """The text without a bullet, and without a 0 in brackets after a country code.

    The brackets say that it is not dialled from abroad, even if the library does not know the number.
    """
    found = _BRACKETED.search(text)
    if found and int(found[2]) not in _KEEPS_ZERO and known_code(int(found[2])):
        text = text[: found.end() - 1] + text[found.end() :]
        text = re.sub(r"\(\s*\)", " ", text)
        if region_of(rules):
            # Nobody writes an outside prefix before that, so it is international even without a +.
            text = text[: found.start()] + "+" + text[found.start(2) :]
    return _BULLET.sub("", text)


def _checked(keys: str, text: str) -> str:
    if not keys.strip("+"):
        raise NumberError(Reason.NOTHING_TO_DIAL, text[:MAX_ADDRESS])
    if len(keys) > MAX_ADDRESS:
        raise NumberError(Reason.TOO_MANY_DIGITS, beside=str(len(keys)), limit=MAX_ADDRESS)
    if keys.startswith("+00") and keys[3:].strip("0"):
        return _checked("+" + keys[3:], text)
    if keys.startswith("+0"):
        raise NumberError(Reason.PLUS_AND_ZERO, keys)
    if keys.startswith("+") and not re.fullmatch(r"\+[0-9]+", keys):
        raise NumberError(Reason.PLUS_IN_CODE, keys)
    return keys


def _scanned(text: str, number: str, rules: AddressRules, trail: Trail, *, inner: bool = False) -> Read:
    """The number in the text, or else in its only brackets (`Kim (ext.
    1234)`); `inner`: this is such a part."""
    scan = Scan(number, tokens(number), rules, trail)
    if scan.read():
        trail.note(Kind.NUMBER, scan.keys)
        check(scan)
        return Read(_checked(scan.keys, text), scan.extension, scan.set_off)
    within = [one.text for one in scan.tokens if one.sort is Sort.NOTE and re.search("[0-9]", one.text)]
    if len(within) == 1 and not inner and not scan.extension:
        return _scanned(text, within[0].strip("() "), rules, trail, inner=True)
    if any(one.sort in (Sort.WORD, Sort.NOTE) for one in scan.tokens):
        raise NumberError(Reason.NOT_A_NUMBER, number)
    raise NumberError(Reason.NOTHING_TO_DIAL, text[:MAX_ADDRESS])

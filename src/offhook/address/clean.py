"""Any writing of a number to `+`, digits, `*` and `#`. Knows nothing of a site's dialling rules.

In this order:

1.  Cut at the first CR or LF, then at `^` (a name follows) and `|` (a subaddress), as TAPI has it.
2.  `tel:`, `callto:`, `sip:` and `sips:` links give their number; `;phone-context=+82` goes before a local
    one, other parameters (`;ext=`, `;isub=`) go. A SIP user with letters is a person, not a number: refused.
3.  Digits of any script are digits; fullwidth signs are the plain ones.
4.  A label in front (`Tel.`, `Phone:`) goes, and so does an extension behind the number (`ext. 12`, `x12`),
    which is dialled by hand once somebody answers.
5.  The trunk `0` in brackets of an international number goes: `+44 (0)20`. Italy's is part of the number.
6.  A run of letters that are all T, P or W is TAPI's dial modifiers (tone, pulse, wait) and goes, wherever it
    stands. All other letters are digits as on the keypad, A to D included: `1-800-FLOWERS`, `T1-800-FLOWERS`.
7.  `, ; ! @ $ ?` are modifiers and go. Where seven digits already stand before one of them or before a W, the
    rest is what would be keyed after the answer, and goes as well: `9,0W25683848` is one number, in
    `25683848,,12` the 12 is not part of it.
8.  `+` is kept in front only; `*` and `#` are kept; everything else goes.
"""

import re
import unicodedata
from urllib.parse import unquote

from offhook.errors import AddressError

MAX_ADDRESS = 64
"""Characters of what is dialled: the TSP session's limit, many times what any number needs."""

MAX_TEXT = 1024
"""Characters of what is looked at: room for a link with its parameters."""

SUBSCRIBER_DIGITS = 7
"""From so many digits on a pause ends the number: no prefix for a line or a carrier is as long."""

_LINK = re.compile(r"\s*(tel|callto|sips?):(?://)?(.*)", re.IGNORECASE | re.DOTALL)
_CONTEXT = re.compile(r";\s*phone-context=([^;]*)", re.IGNORECASE)
_EXTENSION = re.compile(
    r"(?<=[0-9)])[\s,;.-]*(?:\(?\s*(?:extension|extn|ext|x|내선)\s*[.:#=]?\s*)[0-9]{1,8}\)?\s*$",
    re.IGNORECASE,
)
_MODIFIERS = re.compile(r"(?<![A-Z])[TPW]+(?![A-Z])")
_LABEL = re.compile(r"^\s*[^\W\d_]+\s*[.:]")
_TRUNK = re.compile(r"^([^0-9]*\+(?![\s(]*39)[^(]*)\(\s*0\s*\)")
_MODIFIERS = re.compile(r"(?<![A-Za-z])[TPWtpw]+(?![A-Za-z])")
_PAUSES = ",;!@$?"
_KEYPAD = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    "2223334445556667777888999922233344455566677778889999",
)


def clean(text: str) -> str:
    """What is to be dialled of a text: `+` in front or not, then digits, `*` and `#`; at most 64 characters.

    Raises `AddressError` when nothing is left, or too much.
    """
    if len(text) > MAX_TEXT:
        raise AddressError(f"an address has at most {MAX_TEXT} characters, this has {len(text)}; shorten it")
    number = _keys(_number_of(_cut(text)))
    if not number.strip("+"):
        raise AddressError(f"nothing in {text[:MAX_ADDRESS]!r} can be dialled; give a number, like 4001")
    if len(number) > MAX_ADDRESS:
        raise AddressError(f"a number has at most {MAX_ADDRESS} digits, this has {len(number)}; shorten it")
    return number


def _cut(text: str) -> str:
    return re.split(r"[\r\n]", text.lstrip("\r\n\t "), maxsplit=1)[0].partition("^")[0].partition("|")[0]


def _number_of(text: str) -> str:
    """The number of a link; any other text as it is."""
    link = _LINK.match(text)
    if link is None:
        return text
    scheme, rest = link[1].lower(), link[2]
    if scheme.startswith("sip"):
        return _sip_user(rest)
    number, semicolon, parameters = unquote(rest.partition("?")[0]).partition(";")
    context = _CONTEXT.search(semicolon + parameters)
    if context and context[1].lstrip().startswith("+") and "+" not in number:
        return f"{context[1]}{number}"
    return number


def _sip_user(rest: str) -> str:
    """The number in a SIP link. One without `@` names a host; only plain digits are taken for a number."""
    user, at, _ = rest.partition("@")
    user = unquote(user.partition(";")[0] if at else rest.partition(";")[0].partition("?")[0])
    user = user.partition(":")[0]
    if any(character.isalpha() for character in user) or (not at and not re.fullmatch(r"\+?\w+", user)):
        raise AddressError(f"{user[:MAX_ADDRESS]!r} is not a number; dial the person's number")
    return user


def _keys(text: str) -> str:
    """The keys to press, `+` in front included."""
    text = _EXTENSION.sub("", _LABEL.sub("", plain(text)))
    text = _MODIFIERS.sub(lambda run: "," if "W" in run[0].upper() else "", _TRUNK.sub(r"\1", text))
    keys: list[str] = []
    for character in text.translate(_KEYPAD):
        if character in "0123456789*#" or (character == "+" and not keys):
            keys.append(character)
        elif character in _PAUSES and len(keys) >= SUBSCRIBER_DIGITS:
            break
    return "".join(keys)


def plain(text: str) -> str:
    """The text with ASCII for the digits of every script and for fullwidth signs and letters."""
    return text if text.isascii() else "".join(map(_plain, text))


def _plain(character: str) -> str:
    decimal = unicodedata.decimal(character, None)
    if decimal is not None:
        return str(decimal)
    if "\uff01" <= character <= "\uff5e":
        return chr(ord(character) - 0xFEE0)
    return character

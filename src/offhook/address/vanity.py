"""Vanity numbers: `1-800-FLOWERS`. Letters are keys only if the whole text has this form."""

import re

from offhook.address.refusal import NumberError, Reason
from offhook.address.site import AddressRules, country_code, good, parse, region_of, whole
from offhook.address.trail import Kind, Trail
from offhook.address.words import LABELS

KEYPAD = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    "2223334445556667777888999922233344455566677778889999",
)

LETTERS = 3
"""A vanity number has at least this many letters in a row: `90A4001AA` spells no word."""

MOST_TOO_MANY = 3
"""Letters beyond the last digit of the number, which the network ignores."""

SHORTENED = 10
"""Without the extra letters at least this many digits are left; a shorter number would be a different one."""

AUSTRALIA = 61
"""Toll-free numbers of Australia may have one or two letters too many as well: `1800 RESPECT`."""

FREE_DIGITS = range(9, 12)
"""Digits of a toll-free number, if no country is configured."""

_FORM = re.compile(
    r"(?:[TP]{1,2}(?=[0-9(+]))?([0-9]{1,3}\s*[,W]\s*)?"  # modifiers, and a prefix for a line
    r"(\+?[0-9( ][0-9() .-]*[A-Za-z][A-Za-z0-9 .-]*[A-Za-z0-9])"
)
# a label before it: `Tel: 1-800-FLOWERS`
_WORD = re.compile(r"([^\W\d_]{2,})[.:]?\s+")
# a note after it: `1-800-FLOWERS (24 h)`
_BEHIND = re.compile(r"\s*\([^()]*\)\s*$")
# the beginning of toll-free and similar numbers: 1-800, 0800, 0900, 1300, 13
_FREE = re.compile(r"(?:\+?1)?(?:8(?:00|88|77|66|55|44|33|22)|900)|0?[89]00|0?80[0-9]|1[38]00?|13")
# the same kinds in the phone-number library
_TOLL = ("TOLL_FREE", "SHARED_COST", "PREMIUM_RATE", "UAN")


def vanity(text: str, rules: AddressRules, trail: Trail) -> str:
    """The digits of a vanity number, with an outside prefix if it has one; "" for any other text.

    The digits before the letters must not be a number themselves; together with them they must be a valid
    one. If the letters are in lower case or set off by blanks, only toll-free and similar numbers count: in
    `650 253 Axel` the word is a name.
    """
    written = _BEHIND.sub("", text).strip()
    while (first := _WORD.match(written)) and first[1].casefold() in LABELS:
        written = written[first.end() :]
    found = _FORM.fullmatch(written)
    if found is None:
        return ""
    prefix, body = (found[1] or "").strip(" ,W"), found[2].strip()
    letters = "".join(filter(str.isalpha, body))
    number = _digits(body.translate(KEYPAD))
    before = _digits(re.split("[A-Za-z]", body, maxsplit=1)[0])
    free = _FREE.fullmatch(before) is not None
    zeros = set(letters.upper()) == {"O"}  # `1-650-253-OOOO`: letters O typed instead of zeros
    word = max(map(len, re.findall("[A-Za-z]+", body)))
    if zeros or word < LETTERS or len(before.lstrip("+")) < 2 or (whole(before, rules) and not free):
        return ""
    plainly = letters.isupper() and not re.search(r"[ ](?=[A-Za-z])", body)
    number = _whole_vanity(number, rules, free=free)
    if free and not number and before.startswith("0") and letters.isupper():
        raise NumberError(Reason.NO_SUCH_VANITY_NUMBER, body)
    # `1300 Axel` begins like toll-free numbers of Australia: in the own country the whole number must be one.
    known_free = _called_free(number, rules) if region_of(rules) else free
    if not number or not (plainly or known_free):
        return ""
    trail.note(Kind.VANITY, f"{body} \u2192 {number}")
    return f"{prefix},{number}" if prefix else number


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign in "+0123456789")


def _whole_vanity(number: str, rules: AddressRules, *, free: bool) -> str:
    """The number without surplus letters (`1-800-CONTACTS`); "" if it is not valid.

    If no country is configured, toll-free numbers of North America are known by their beginning.
    """
    region = region_of(rules)
    if not region and free and not number.startswith("+"):
        rules = AddressRules(country="US")
    if good(number, rules):
        return number
    code = country_code(region_of(rules)) if region_of(rules) else 0
    longer = number.startswith("+1") or code == 1 or (free and code == AUSTRALIA)
    for length in range(len(number) - 1, max(len(number) - MOST_TOO_MANY, SHORTENED) - 1, -1):
        if longer and good(number[:length], rules):
            return number[:length]
    return number if free and not region and len(number) in FREE_DIGITS else ""


def _called_free(number: str, rules: AddressRules) -> bool:
    import phonenumbers

    parsed = parse(number, region_of(rules))
    if parsed is None:
        return False
    kind: int = phonenumbers.number_type(parsed)
    return kind in {getattr(phonenumbers.PhoneNumberType, name) for name in _TOLL}

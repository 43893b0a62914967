"""One writing for signs that look alike: ASCII digits, letters and signs, and nothing that cannot be seen.

Text that is copied from pages, mails and phones brings marks that nobody sees (direction, byte order, zero
width, Unicode's general category Cf), fullwidth and other digits, and a dozen dashes, blanks and brackets.
"""

import unicodedata
from functools import lru_cache

_LOOK_ALIKE = {
    **dict.fromkeys("\u2212\u30fc\uff70\u02d7\u2043\u2500\u2501\u3161", "-"),
    **dict.fromkeys("\u2044\u2215\u2571", "/"),
    **dict.fromkeys("\u301c\u223c\u2053\u02dc", "~"),
    **dict.fromkeys("\ufb29\ufe62\u207a\u208a\u2795\uff0b", "+"),
    **dict.fromkeys("\u00b7\u2022\u2024\u2027\u2219\u22c5\u30fb\uff65\u3002\uff61\u318d\u119e", "."),
    **dict.fromkeys("\u060c\u3001\uff64", ","),
    **dict.fromkeys("\u201e\u201a", '"'),
    **dict.fromkeys("[{", "("),
    **dict.fromkeys("]}", ")"),
    "\u00d7": "x",
    "\u2116": "No",
    "\u2121": "Tel",
    "\u213b": "Fax",
    "\u061b": ";",
    "\t": "\t",
}
"""Signs that Unicode's categories do not bring together, and abbreviations that are one sign."""

_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0\u20e3")
"""Marks that show nothing, or only dress up the sign before (a keycap), and are not of the category Cf.

Variation selectors do so as well."""

_MATHEMATICAL = ("\U0001d400", "\U0001d7ff")
"""Bold, italic and other letters that are letters of ASCII."""


def plain(text: str) -> str:
    """The text in ASCII as far as it means digits, letters or signs of a number; a control is a new line."""
    return "".join(map(_plain, text))


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    if " " <= character <= "~" and character not in "[]{}":
        return character
    if character in _UNSEEN or "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef":
        return ""
    if character in _LOOK_ALIKE:
        return _LOOK_ALIKE[character]
    decimal = unicodedata.decimal(character, None)
    if decimal is not None:
        return str(decimal)
    if "\uff01" <= character <= "\uff5e":
        return _plain(chr(ord(character) - 0xFEE0))
    if _MATHEMATICAL[0] <= character <= _MATHEMATICAL[1] or "\ufe50" <= character <= "\ufe6b":
        folded = unicodedata.normalize("NFKC", character)
        return _plain(folded) if len(folded) == 1 and folded.isascii() else character
    return _CATEGORIES.get(unicodedata.category(character), character)


_CATEGORIES = {
    "Cf": "",
    "Cc": "\n",
    "Zl": "\n",
    "Zp": "\n",
    "Zs": " ",
    "Pd": "-",
    "Ps": "(",
    "Pe": ")",
    "Pi": '"',
    "Pf": '"',
}

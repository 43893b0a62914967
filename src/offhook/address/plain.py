"""Normalises look-alike characters to ASCII digits, letters and signs, and removes invisible ones.

Text copied from pages, mails and phones contains invisible marks (direction, byte order, zero width: Unicode
category Cf), fullwidth and other digits, and a dozen kinds of dashes, blanks and brackets.
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
"""Look-alikes that Unicode's categories do not cover, and abbreviations in one character."""

_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0\u20e3")
"""Invisible marks, and marks that only modify the character before (a keycap), which are not in category Cf.

Variation selectors are treated in the same way."""

_MATHEMATICAL = ("\U0001d400", "\U0001d7ff")
"""Mathematical bold, italic and other styles of ASCII letters and digits: first and last."""


def plain(text: str) -> str:
    """The text with digits, letters and signs of numbers in ASCII; control characters become line feeds."""
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

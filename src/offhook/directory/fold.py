"""Text made comparable for search: without case, accents and widths, Hangul as the keys that type it.

    fold("Kím")   ->  "kim"
    fold("김철")   ->  "ㄱㅣㅁㅊㅓㄹ"

While a Korean name is typed, intermediate syllables appear that are not in it (`간` on the way to `가나`).
Compared as keys, what has been typed so far is always a prefix of the name.
"""

import re
import unicodedata

_LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = tuple(re.split(",", "ㅏ,ㅐ,ㅑ,ㅒ,ㅓ,ㅔ,ㅕ,ㅖ,ㅗ,ㅗㅏ,ㅗㅐ,ㅗㅣ,ㅛ,ㅜ,ㅜㅓ,ㅜㅔ,ㅜㅣ,ㅠ,ㅡ,ㅡㅣ,ㅣ"))
_TAILS = tuple(
    re.split(
        ",",
        ",ㄱ,ㄲ,ㄱㅅ,ㄴ,ㄴㅈ,ㄴㅎ,ㄷ,ㄹ,ㄹㄱ,ㄹㅁ,ㄹㅂ,ㄹㅅ,ㄹㅌ,ㄹㅍ,ㄹㅎ,ㅁ,ㅂ,ㅂㅅ,ㅅ,ㅆ,ㅇ,ㅈ,ㅊ,ㅋ,ㅌ,ㅍ,ㅎ",
    )
)
_FIRST, _LAST = 0xAC00, 0xD7A3


class _Keys(dict[int, str]):
    """The keys of a syllable, made when it is first met: few sites have all 11,172 in their names."""

    def __missing__(self, character: int) -> str:
        if not _FIRST <= character <= _LAST:
            raise KeyError(character)
        lead, rest = divmod(character - _FIRST, 21 * 28)
        vowel, tail = divmod(rest, 28)
        self[character] = keys = _LEADS[lead] + _VOWELS[vowel] + _TAILS[tail]
        return keys


_KEYS = _Keys()
_BREAKS = re.compile(r"[\s.,;:()\[\]<>\"'@/_-]+")


def fold(text: str) -> str:
    """The text for comparison, without accents and half or full width."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold())
    plain = plain.translate(_JAMO)
    if any(character > "\u007f" and not _hangul(character) for character in plain):
        plain = "".join(map(_bare, plain))
    return plain if plain.isascii() else plain.translate(_KEYS)


def words(text: str) -> list[str]:
    """The folded words of a text."""
    return [word for word in _BREAKS.split(fold(text)) if word]


def initials(text: str) -> str:
    """The first consonant of each Hangul syllable, so that `ㄱㅊㅅ` finds `김철수`; "" without Hangul."""
    return "".join(_LEADS[(ord(one) - _FIRST) // 588] for one in text if _FIRST <= ord(one) <= _LAST)


_JAMO = {
    **{0x1100 + number: letter for number, letter in enumerate(_LEADS)},
    **{0x1161 + number: keys for number, keys in enumerate(_VOWELS)},
    **{0x11A7 + number: keys for number, keys in enumerate(_TAILS) if keys},
}
"""Conjoining jamo: NFKC converts standalone letters to them."""


def _hangul(character: str) -> bool:
    return _FIRST <= ord(character) <= _LAST or "\u3131" <= character <= "\u3163"


def _bare(character: str) -> str:
    """The character without accents; Hangul syllables are kept."""
    if _hangul(character):
        return character
    parts = unicodedata.normalize("NFD", character)
    return "".join(part for part in parts if not unicodedata.combining(part))

"""Splits a text into digits, keys, words, notes in brackets, and signs."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import accumulate, groupby


class Sort(Enum):
    """The sort of a token."""

    DIGITS = "digits"
    PLUS = "+"
    KEYS = "* and #"
    WORD = "word"
    NOTE = "note in brackets"
    SIGN = "signs"


@dataclass(frozen=True, slots=True)
class Token:
    """A run of characters of one sort."""

    sort: Sort
    text: str

    @property
    def dialled(self) -> bool:
        """Is it part of a number (digits, +, * or #)?"""
        return self.sort in (Sort.DIGITS, Sort.PLUS, Sort.KEYS)


MODIFIERS = re.compile(r"[TPWtpw]+")
"""TAPI's dial modifiers that are letters: tone, pulse, wait."""

HYPHENED = re.compile(r"[-._'/&]+")
"""Signs that join two words."""

HARMLESS = re.compile(r"[\s\"'`_<>:.,;!?/|()~\-\u2013>]*")
"""Signs around a number that mean nothing."""


def symbol(sign: str) -> bool:
    """Is it a pictogram, bullet or arrow, as on business cards?"""
    return not sign.isascii() and unicodedata.category(sign) in ("So", "Sk", "Sm", "Po", "Pi", "Pf")


def tokens(text: str) -> list[Token]:
    """The tokens in order; joined they are the text."""
    return list(_tokens(text))


def _tokens(text: str) -> Iterator[Token]:
    closings = _closings(text)
    words = list(accumulate((_sort(sign) is Sort.WORD for sign in text), initial=0))
    position = 0
    while position < len(text):
        if position in closings and words[closings[position]] > words[position]:
            yield Token(Sort.NOTE, text[position : closings[position]])
            position = closings[position]
            continue
        opening = text.find("(", position + 1)
        upto = opening if opening >= 0 else len(text)
        for sort, run in groupby(text[position:upto], _sort):
            yield Token(sort, "".join(run))
        position = upto


def _closings(text: str) -> dict[int, int]:
    """The end of each bracket, by the index of its opening; an unclosed one ends with the text."""
    found: dict[int, int] = {}
    still_open: list[int] = []
    for position, sign in enumerate(text):
        if sign == "(":
            still_open.append(position)
        elif sign == ")" and still_open:
            found[still_open.pop()] = position + 1
    return found | dict.fromkeys(still_open, len(text))


def _sort(sign: str) -> Sort:
    if "0" <= sign <= "9":
        return Sort.DIGITS
    if sign == "+":
        return Sort.PLUS
    if sign in "*#":
        return Sort.KEYS
    return Sort.WORD if unicodedata.category(sign)[0] in "LM" else Sort.SIGN

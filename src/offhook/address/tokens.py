"""A text in ASCII, cut into digits, keys, words, notes in brackets, and the signs between them."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import accumulate, groupby


class Sort(Enum):
    """What a token is."""

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
        """Is it part of what is pressed?"""
        return self.sort in (Sort.DIGITS, Sort.PLUS, Sort.KEYS)


MODIFIERS = re.compile(r"[TPWtpw]+")
"""TAPI's dial modifiers that are letters: tone, pulse, wait."""

HYPHENED = re.compile(r"[-._'/&]+")
"""Signs that make one word of two."""

HARMLESS = re.compile(r"[\s\"'`_<>:.,;!?/|()~\-\u2013>]*")
"""Signs that may stand around a number, and mean nothing."""


def symbol(sign: str) -> bool:
    """A picture, a bullet or an arrow, as stands before a number on a card."""
    return not sign.isascii() and unicodedata.category(sign) in ("So", "Sk", "Sm", "Po", "Pi", "Pf")


def tokens(text: str) -> list[Token]:
    """The tokens in their order; together they are the text."""
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
    """Where each opening bracket's text ends; one that is not closed goes to the end."""
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

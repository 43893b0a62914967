"""Names that somebody may have meant: those that begin as the text does, and those that nearly are it."""

from collections.abc import Iterable
from difflib import SequenceMatcher

from offhook.directory.fold import words

CLOSE = 0.75
"""How alike two words are of which one may be a slip of the other (`mueler`, `Müller`)."""

SHORTEST = 3
"""Shorter words resemble too many; and words that differ so much in length are others."""


def begins(text: str, name: str) -> bool:
    """Does each word of the text begin a word of the name?"""
    typed, named = words(text), words(name)
    return bool(typed) and all(any(word.startswith(one) for word in named) for one in typed)


def resembles(text: str, name: str) -> bool:
    """Is each word of the text nearly a word of the name?"""
    return all_alike(words(text), words(name))


def all_alike(typed: Iterable[str], named: Iterable[str]) -> bool:
    """The same for words that are folded already."""
    known = list(named)
    found = [any(_alike(one, word) for word in known) for one in typed]
    return bool(found) and all(found)


def _alike(one: str, word: str) -> bool:
    if word.startswith(one):
        return True
    if min(len(one), len(word)) < SHORTEST or one[0] != word[0] or abs(len(one) - len(word)) >= SHORTEST:
        return False
    return SequenceMatcher(None, one, word).ratio() >= CLOSE

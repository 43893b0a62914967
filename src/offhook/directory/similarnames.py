"""Compares typed text with names: does a name begin with it, or is it similar (a typing mistake)?"""

from collections.abc import Iterable
from difflib import SequenceMatcher

from offhook.directory.fold import words

CLOSE = 0.75
"""Similarity from which two words count as a typing mistake of one another (`mueler`, `Müller`)."""

SHORTEST = 3
"""Shorter words are similar to too many; words that differ this much in length are different ones."""


def begins(text: str, name: str) -> bool:
    """Is each word of the text the beginning of a word of the name?"""
    typed, named = words(text), words(name)
    return bool(typed) and all(any(word.startswith(one) for word in named) for one in typed)


def resembles(text: str, name: str) -> bool:
    """Is each word of the text similar to a word of the name?"""
    return all_alike(words(text), words(name))


def all_alike(typed: Iterable[str], named: Iterable[str]) -> bool:
    """`resembles` for words that are folded already."""
    known = list(named)
    found = [any(_alike(one, word) for word in known) for one in typed]
    return bool(found) and all(found)


def _alike(one: str, word: str) -> bool:
    if word.startswith(one):
        return True
    if min(len(one), len(word)) < SHORTEST or one[0] != word[0] or abs(len(one) - len(word)) >= SHORTEST:
        return False
    return SequenceMatcher(None, one, word).ratio() >= CLOSE

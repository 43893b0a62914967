"""Compares typed text with names: does a name begin with it, or is it similar (a typing mistake)?"""

from collections.abc import Iterable, Sequence

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
    return NameMatcher(words(text)).all_in(words(name))


class NameMatcher:
    """`resembles` for words that are folded already, and for many names: most share their words."""

    def __init__(self, typed: Sequence[str]) -> None:
        self._typed = typed
        self._known: dict[str, tuple[bool, ...]] = {}

    def all_in(self, named: Iterable[str]) -> bool:
        """Is each typed word similar to one of these?"""
        found = [self._of(word) for word in named]
        return bool(found and self._typed) and all(map(any, zip(*found, strict=True)))

    def _of(self, word: str) -> tuple[bool, ...]:
        known = self._known.get(word)
        if known is None:
            known = self._known[word] = tuple(_alike(one, word) for one in self._typed)
        return known


def _alike(one: str, word: str) -> bool:
    if word.startswith(one):
        return True
    if min(len(one), len(word)) < SHORTEST or one[0] != word[0] or abs(len(one) - len(word)) >= SHORTEST:
        return False
    from difflib import SequenceMatcher  # until somebody mistypes a name, it takes memory for nothing

    return SequenceMatcher(None, one, word).ratio() >= CLOSE

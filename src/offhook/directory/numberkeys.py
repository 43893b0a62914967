"""Keys that make numbers comparable: the form that the switch dials, for any spelling."""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from offhook.errors import AddressError

Normalise = Callable[[str], str]
"""Converts a number to the form that the switch dials. Raises `AddressError`."""

EXTENSION_DIGITS = 6
"""A number with up to this many digits may be an extension."""

MAX_RECENT = 4096
"""Cached numbers that are not in the directory: many times those of the live calls."""


class NumberKeys:
    """Computes and caches the keys of numbers: computing takes a tenth of a millisecond each.

    `own` are the prefixes of the site's own numbers, up to the extension (`+82-2-568-`): with it `3848` and
    `+82-2-568-3848` are the same phone. `rules` identifies the dialling rules: stored keys made by other
    rules are not used.
    """

    def __init__(self, normalise: Normalise, own: Iterable[str] = (), rules: str = "") -> None:
        self._normalise, self._own = normalise, tuple(own)
        self.rules = repr((rules, self._own))
        self._known: dict[str, tuple[str, ...]] = {}
        self._recent = lru_cache(MAX_RECENT)(self._work_out)

    def __call__(self, number: str) -> tuple[str, ...]:
        """The keys, most specific first; empty if it is not a number."""
        known = self._known.get(number)
        return self._recent(number) if known is None else known

    def remember(self, numbers: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        """Compute the keys of these numbers, cache and return them."""
        return {number: self._known.setdefault(number, self(number)) for number in numbers}

    def recall(self, keys: Mapping[str, tuple[str, ...]], rules: str) -> None:
        """Take stored keys over, if they were made by the same rules."""
        if rules == self.rules:
            self._known.update(keys)

    def keep(self, numbers: Iterable[str]) -> None:
        """Drop the keys of all other numbers."""
        known = self._known
        self._known = {number: known[number] for number in numbers if number in known}

    def _work_out(self, number: str) -> tuple[str, ...]:
        key = self._key(number)
        if key is None:
            return ()
        if not key.isdecimal() or len(key) > EXTENSION_DIGITS:
            return (key,)
        whole = [self._key(f"{prefix}{key}") for prefix in self._own]
        return (key, *(one for one in whole if one is not None))

    def _key(self, number: str) -> str | None:
        try:
            return self._normalise(number)
        except AddressError:
            return None

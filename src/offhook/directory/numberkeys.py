"""What numbers are compared by: as the switch dials them, however a directory or a switch writes them."""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from offhook.errors import AddressError

Normalise = Callable[[str], str]
"""A number as the switch dials it. Raises `AddressError`."""

EXTENSION_DIGITS = 6
"""Up to so many digits a number may be an extension."""

MAX_RECENT = 4096
"""Numbers in no directory that were asked for lately: those of the calls that are up, many times."""


class NumberKeys:
    """The keys of a number, remembered, since working them out takes a tenth of a millisecond each.

    `own` are what the site's own numbers begin with, up to the extension (`+82-2-568-`): there `3848` and
    `+82-2-568-3848` are the same phone. `rules` stands for the dialling rules; remembered keys of others are
    not used.
    """

    def __init__(self, normalise: Normalise, own: Iterable[str] = (), rules: str = "") -> None:
        self._normalise, self._own = normalise, tuple(own)
        self.rules = repr((rules, self._own))
        self._known: dict[str, tuple[str, ...]] = {}
        self._recent = lru_cache(MAX_RECENT)(self._work_out)

    def __call__(self, number: str) -> tuple[str, ...]:
        """The keys, the closest first; none for what is no number."""
        known = self._known.get(number)
        return self._recent(number) if known is None else known

    def remember(self, numbers: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        """Work out these, keep them, and return them."""
        return {number: self._known.setdefault(number, self(number)) for number in numbers}

    def recall(self, keys: Mapping[str, tuple[str, ...]], rules: str) -> None:
        """Take over what was worked out before, if by the same rules."""
        if rules == self.rules:
            self._known.update(keys)

    def keep(self, numbers: Iterable[str]) -> None:
        """Forget all but these."""
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

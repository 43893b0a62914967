"""Whom a phone may watch: the others of its groups, and the phones that these may watch besides."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from offhook.config import GroupSettings


class Watchable:
    """Of all terminals. `elsewhere` says which there are besides, at other telephone systems."""

    def __init__(
        self,
        terminals: Collection[str],
        groups: Sequence[GroupSettings],
        elsewhere: Callable[[str], bool] = lambda _terminal: False,
    ) -> None:
        self._terminals, self._groups, self._elsewhere = terminals, groups, elsewhere

    def may(self, terminal: str, other: str) -> bool:
        """May a phone of this terminal watch the other one?"""
        named = any(other in names or "*" in names for names in self._named(terminal))
        return named and other != terminal and (other in self._terminals or self._elsewhere(other))

    def by(self, terminal: str) -> Sequence[str]:
        """Those that it may watch, as they are named: first those of its groups."""
        found = dict.fromkeys(
            one for names in self._named(terminal) for one in (self._terminals if "*" in names else names)
        )
        return [one for one in found if self.may(terminal, one)]

    def _named(self, terminal: str) -> Sequence[Sequence[str]]:
        own = [one for one in self._groups if terminal in one.terminals or "*" in one.terminals]
        return [one.terminals for one in own] + [one.watch for one in own]

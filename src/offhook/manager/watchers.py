"""Who watches which terminal."""

from typing import Generic, TypeVar

from offhook.manager.principal import EVERY_TERMINAL

T = TypeVar("T")


class Watchers(Generic[T]):
    """An index from a terminal to its watchers; `*` stands for every terminal."""

    def __init__(self) -> None:
        self._by_terminal: dict[str, dict[T, None]] = {}

    def add(self, terminal: str, watcher: T) -> None:
        """Add a watcher of the terminal."""
        self._by_terminal.setdefault(terminal, {})[watcher] = None

    def discard(self, terminal: str, watcher: T) -> None:
        """Remove a watcher of the terminal."""
        watchers = self._by_terminal.get(terminal, {})
        watchers.pop(watcher, None)
        if not watchers:
            self._by_terminal.pop(terminal, None)

    def of(self, terminal: str) -> list[T]:
        """The watchers of the terminal, each once."""
        named = self._by_terminal.get(terminal, {})
        every = self._by_terminal.get(EVERY_TERMINAL, {})
        return list(named | every) if every else list(named)

"""What the TSP session's server needs of the Smart Messenger."""

from collections.abc import Callable, Sequence
from typing import Protocol

from offhook.call import Call, Command, Result, Terminal


class Backend(Protocol):
    """Carries out commands and reports calls; `offhook.messenger.Messenger` is one. All on one event loop."""

    def default_terminal(self) -> str | None:
        """The terminal of a session that names none; None if there is no default."""
        ...

    def may_use(self, terminal: str) -> bool:
        """May sessions use this terminal?"""
        ...

    async def perform(self, command: Command[Result]) -> Result:
        """Have a command carried out. If it raises `CallError`, nothing was begun.

        A `CallCommand` names its call as a Drop does: by id, by the address as dialled, or "" for the newest.
        """
        ...

    def live(self, terminal: str) -> Sequence[Call]:
        """The terminal's live calls, oldest first."""
        ...

    def watch(self, terminal: str, listener: Callable[[Call], None]) -> Callable[[], None]:
        """Call `listener` with each new value of the terminal's calls. The function returned ends that."""
        ...

    @property
    def reachable(self) -> bool:
        """Can commands be carried out now, as far as is known?"""
        ...

    def line(self, terminal: str) -> Terminal | None:
        """The terminal as it is; None if it is not watched, or not known yet."""
        ...

    def watch_line(self, terminal: str, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` when `line` or `reachable` have changed. The function returned ends that."""
        ...

    async def all_calls(self, terminal: str) -> Sequence[Call]:
        """Wait until the terminal's live calls and its `line` are known; the calls. Raises `CallError`."""
        ...

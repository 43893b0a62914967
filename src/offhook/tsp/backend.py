"""What the TSP session's server needs of the Smart Messenger."""

from collections.abc import Callable, Sequence
from typing import Protocol

from offhook.call import Call, Command, Result


class Backend(Protocol):
    """Takes Dial and Drop, tells of calls; `offhook.messenger.Messenger` is one. All in one event loop."""

    def default_terminal(self) -> str | None:
        """The terminal of a session that names none; None when there is no such terminal."""
        ...

    def may_use(self, terminal: str) -> bool:
        """May sessions use this terminal?"""
        ...

    async def perform(self, command: Command[Result]) -> Result:
        """Have a command carried out. Raises `CallError` when nothing was begun.

        A `CallCommand` names its call as rule 5 says.
        """
        ...

    def live(self, terminal: str) -> Sequence[Call]:
        """The terminal's live calls, oldest first."""
        ...

    def watch(self, terminal: str, listener: Callable[[Call], None]) -> Callable[[], None]:
        """Call `listener` with each new value of the terminal's calls; returns what ends it."""
        ...

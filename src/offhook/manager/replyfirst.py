"""The reply to a command comes before the events that it causes."""

import asyncio
from typing import Generic, TypeVar

E = TypeVar("E")


class ReplyFirst(Generic[E]):
    """Holds events back while a command is under way.

    Until the command waits for something, whatever happens is its doing: every event is held. A command that
    does wait must not hold up the calls of others: from then on only events of `terminal` are held, where
    the call is that the command is about.
    """

    def __init__(self, terminal: str) -> None:
        self._terminal = terminal
        self._all = True
        self._held: list[E] = []
        self._waits = asyncio.get_running_loop().call_soon(self._command_waits)

    def holds(self, terminal: str, event: E) -> bool:
        """An event of this terminal: True when it is kept."""
        if self._all or terminal == self._terminal:
            self._held.append(event)
            return True
        return False

    def release(self) -> list[E]:
        """The reply is out: what was held, in order."""
        self._waits.cancel()
        held, self._held = self._held, []
        return held

    def _command_waits(self) -> None:
        """The loop has gone round, and the command has no reply yet."""
        self._all = False

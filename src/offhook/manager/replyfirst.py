"""Keeps the order: the reply to a command comes before the events that it causes."""

import asyncio
from typing import Generic, TypeVar

E = TypeVar("E")


class ReplyFirst(Generic[E]):
    """Holds events back while a command is being carried out.

    Until the command waits for something, every event may be caused by it, so all are held. Once it waits,
    the calls of others must not be delayed: from then on only events of `terminal`, the terminal of the
    command, are held.
    """

    def __init__(self, terminal: str) -> None:
        self._terminal = terminal
        self._all = True
        self._held: list[E] = []
        self._waits = asyncio.get_running_loop().call_soon(self._command_waits)

    def holds(self, terminal: str, event: E) -> bool:
        """Handle an event of this terminal; True if it is held back."""
        if self._all or terminal == self._terminal:
            self._held.append(event)
            return True
        return False

    def release(self) -> list[E]:
        """The held events in order, after the reply has been sent."""
        self._waits.cancel()
        held, self._held = self._held, []
        return held

    def _command_waits(self) -> None:
        """Called after one turn of the event loop, if there is no reply yet."""
        self._all = False

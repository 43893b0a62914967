"""Keeps the order: the reply to a command comes before the events that it causes."""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

E = TypeVar("E")


class ReplyFirst(Generic[E]):
    """Holds events back while a command is being carried out.

    Until the command waits for something, every event may be caused by it, so all are held. Once it waits,
    the calls of others must not be delayed: from then on only events of `terminal`, the terminal of the
    command, are held, and `tell` is called with the others. The events of each terminal stay in order.

    A command that `begins` a call may wait for a phone for seconds, and a call that comes in at the same
    terminal must not wait with it. It holds no event before the first one that was `asked` for: the beginning
    of a call that somebody here has made or taken.

    Nothing is held if `terminal` is None: what such a command changes is told before its reply.

    Another command may be under way as well: what `tell` and `release` give back is to be offered to it.
    """

    def __init__(self, terminal: str | None, tell: Callable[[str, E], None], *, begins: bool = False) -> None:
        self._terminal, self._tell, self._begins = terminal, tell, begins
        self._all = terminal is not None
        self._held: list[tuple[str, E, bool]] = []
        self._waits: asyncio.Handle | None = None

    def holds(self, terminal: str, event: E, *, asked: bool = True) -> bool:
        """Handle an event of this terminal; True if it is held back."""
        own = terminal == self._terminal and (asked or bool(self._held) or not self._begins)
        if self._all or own:
            self._held.append((terminal, event, asked))
            if self._all and self._waits is None:
                # Only now: most commands have their reply before anything happens.
                self._waits = asyncio.get_running_loop().call_soon(self._command_waits)
            return True
        return False

    def replied(self) -> None:
        """The command has its result, and `release` follows in the next turn of the loop."""
        if self._waits is not None:
            self._waits.cancel()

    def release(self) -> list[tuple[str, E]]:
        """The held events with their terminals, in order, after the reply has been sent."""
        self.replied()
        held, self._held = self._held, []
        return [(terminal, event) for terminal, event, _ in held]

    def _command_waits(self) -> None:
        """Called in the next turn of the event loop, if there is no reply by then."""
        self._all = False
        held, self._held = self._held, []
        for terminal, event, asked in held:
            if not self.holds(terminal, event, asked=asked):
                self._tell(terminal, event)

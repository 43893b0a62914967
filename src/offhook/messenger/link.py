"""What the Smart Messenger needs of its session to the Call Manager (`offhook.sscp.client` is one)."""

from collections.abc import Sequence
from typing import Protocol

from offhook.call import Call, Command, Result


class Link(Protocol):
    """A session to the Call Manager that mends itself.

    While it is down every request raises `CallError` UNAVAILABLE at once. Call changes come by the
    callbacks that it was built with; after a break it reports the true state of every watched terminal.
    Answers come in the order in which they were asked for. A call whose `Dial` raised is never told of.
    """

    @property
    def connected(self) -> bool:
        """Is the session up and logged in?"""
        ...

    async def perform(self, command: Command[Result]) -> Result:
        """Have a command carried out; its result comes before the events that it causes."""
        ...

    async def watch(self, terminal: str) -> Sequence[Call]:
        """Hear of the terminal's calls from now on, after breaks too; the live calls."""
        ...

    async def calls(self, terminal: str) -> Sequence[Call]:
        """The terminal's live calls."""
        ...

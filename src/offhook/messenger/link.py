"""What the Smart Messenger needs of its session to the Call Manager (`offhook.sscp.client` is one)."""

from collections.abc import Sequence
from typing import Protocol

from offhook.call import Call, Command, Result, Terminal


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


class ManagerClient(Link, Protocol):
    """A link with all else that programs of people ask a Call Manager for."""

    @property
    def problem(self) -> str | None:
        """Why it is not connected, as far as that is known."""
        ...

    @property
    def refused(self) -> bool:
        """Was the last login refused? Trying again needs other credentials."""
        ...

    async def start(self) -> None:
        """Begin to connect; returns at once. Goes on trying until `stop`."""
        ...

    async def connected_once(self, limit_s: float) -> None:
        """Wait until it is connected. Raises `CallError`."""
        ...

    async def stop(self) -> None:
        """End the session."""
        ...

    async def unwatch(self, terminal: str) -> None:
        """Hear of the terminal no more. Raises `CallError`, but is not told any more in any case."""
        ...

    async def terminals(self) -> list[Terminal]:
        """The terminals that the user may use. Raises `CallError`."""
        ...

    async def history(
        self, terminal: str | None = None, *, limit: int = 50, before: float | None = None
    ) -> list[Call]:
        """Calls from the call log, newest first, begun before `before` (epoch). Raises `CallError`."""
        ...

    async def logout(self, token: str = "") -> None:
        """End this token, or without one every token and session of the user. Raises `CallError`."""
        ...

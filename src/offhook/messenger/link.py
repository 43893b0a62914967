"""What the Smart Messenger needs of its session to the Call Manager (`offhook.sscp.client` is one)."""

from collections.abc import Sequence
from typing import Protocol

from offhook.call import Call, Command, Result, Terminal, TrunkState
from offhook.call.provisioned import PhoneDone, PhoneList, PhoneOrder, PhoneVendor


class Link(Protocol):
    """A session to the Call Manager that reconnects by itself.

    Without a connection every request raises `CallError` UNAVAILABLE at once. Changes of calls come by the
    callbacks that it was built with; after a reconnection it reports the present state of every watched
    terminal. Replies come in the order of the requests, but for commands that wait for a phone. A call whose
    `Dial` raised is never reported.
    """

    @property
    def connected(self) -> bool:
        """Is the session up and logged in?"""
        ...

    async def perform(self, command: Command[Result]) -> Result:
        """Have a command carried out.

        The result of one that begins or clears a call comes before the events that it causes. What any other
        command changes is told before its result.
        """
        ...

    async def watch(self, terminal: str) -> Sequence[Call]:
        """Report the terminal's calls from now on, also after reconnections. Returns its live calls."""
        ...

    async def calls(self, terminal: str) -> Sequence[Call]:
        """The terminal's live calls."""
        ...


class ManagerClient(Link, Protocol):
    """A link with everything else that the window and the command line ask of a Call Manager."""

    @property
    def problem(self) -> str | None:
        """Why it is not connected, as far as that is known."""
        ...

    @property
    def place(self) -> str:
        """Where the Call Manager is that is used, of those there may be; "" for the one of this process."""
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
        """Stop reporting the terminal's calls; this holds even if it raises `CallError`."""
        ...

    async def terminals(self, *, watched: bool = False) -> list[Terminal]:
        """The terminals that the user may use; `watched`: all that it may watch. Raises `CallError`."""
        ...

    async def trunks(self, *, watch: bool = False) -> list[TrunkState]:
        """The trunks, for administrators, in the order of the configuration. With `watch` the callback
        `on_trunk` gets each that changes from now on, and after a reconnection all. Raises `CallError`."""
        ...

    async def phones(self, *, watch: bool = False) -> PhoneList:
        """The phones that fetch their configuration, for administrators. With `watch` the callback
        `on_phones` is called when they have changed, as long as the connection lasts. Raises `CallError`."""
        ...

    async def phone_models(self) -> list[PhoneVendor]:
        """The models that they may be. Raises `CallError`."""
        ...

    async def order_phone(self, order: PhoneOrder) -> PhoneDone:
        """Add one, let it in, have it start anew ... Raises `CallError`."""
        ...

    async def history(
        self,
        terminal: str | None = None,
        *,
        limit: int = 50,
        before: float | None = None,
        missed: bool = False,
    ) -> list[Call]:
        """Calls from the call log, newest first: begun before `before` (epoch), or only those that were
        `missed`. Raises `CallError`."""
        ...

    async def logout(self, token: str = "") -> None:
        """End this token, or without one every token and session of the user. Raises `CallError`."""
        ...

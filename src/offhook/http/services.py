"""What the endpoints work with."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from offhook.address import AddressRules, normalise
from offhook.call import Call, Command, Consult, Dial, Pickup, Result, Unpark
from offhook.call.teams import IncomingState
from offhook.directory import Directory, SourceState
from offhook.errors import AddressError, CallError, Refusal
from offhook.http.events import EventHub
from offhook.http.requests import Asked
from offhook.http.sessions import HttpSessions
from offhook.http.settings import OwnSettings
from offhook.http.values import CallValues
from offhook.manager.login import Logins
from offhook.manager.service import CallManager
from offhook.manager.turns import Turns

MAX_READ = 256
"""Numbers whose reading is remembered. With the longest texts that are read, of 8 KiB, this takes 2 MiB."""

DEFAULT_TERMINAL = "default"
"""Stands in a path for the terminal that a person dials with."""


@dataclass(frozen=True, slots=True)
class Services:
    """The Call Manager and what stands beside it; `directory` is None where there is none."""

    manager: CallManager
    logins: Logins
    sessions: HttpSessions
    hub: EventHub
    turns: Turns
    values: CallValues
    settings: OwnSettings
    rules: AddressRules
    read: Callable[[str], str]
    directory: Directory | None = None
    sources: Callable[[], Sequence[SourceState]] = lambda: ()
    """The state of each source of the directory."""
    incoming: Callable[[], Sequence[IncomingState]] = lambda: ()
    """What rings for numbers outside."""
    under_way: dict[tuple[str, str], asyncio.Future[None]] = field(default_factory=dict)
    """What has been asked for with an `Idempotency-Key` and has no answer yet, by user and key."""

    def number(self, text: str) -> str:
        """What is dialled for a text. Raises `CallError`."""
        try:
            return self.read(text)
        except AddressError as error:
            raise CallError(Refusal.INVALID_ADDRESS, str(error)) from error

    async def perform(self, asked: Asked, command: Command[Result]) -> Result:
        """Carry out a command; what it causes is told after the answer. Raises `CallError`."""
        assert asked.session is not None
        with self.hub.performing(asked.session, command) as release:
            async with self.turns.turn(asked.principal.name):
                result = await self.manager.perform(asked.principal, command)
        asked.after.append(release)
        return result

    async def begin(self, asked: Asked, command: Dial | Consult | Pickup | Unpark) -> tuple[Call, bool]:
        """The call that a command begins, and whether it was begun before, by a request with the same key.

        While that one is under way it is waited for: whoever asks again has lost patience, or the connection.
        Raises `CallError`.
        """
        if not command.dial_id:
            return await self.perform(asked, command), False
        key = asked.principal.name, command.dial_id
        while (other := self.under_way.get(key)) is not None:
            await asyncio.wait([other])
        own = self.under_way[key] = asyncio.get_running_loop().create_future()
        try:
            repeated = self.manager.has_dialled(asked.principal, command.dial_id)
            return await self.perform(asked, command), repeated
        finally:
            del self.under_way[key]
            own.set_result(None)

    async def terminal(self, asked: Asked) -> str:
        """The terminal that the path names. Raises `CallError`."""
        name = asked.path("terminal")
        if name != DEFAULT_TERMINAL:
            return name
        found = await self.settings.default_terminal(asked.principal)
        if not found:
            raise CallError(
                Refusal.NO_SUCH_TERMINAL,
                "you have no default terminal; name one, or set default_terminal in your settings",
            )
        return found


def reader(rules: AddressRules) -> Callable[[str], str]:
    """Reads numbers by these rules; the same ones come again and again."""
    return lru_cache(MAX_READ)(lambda text: normalise(text, rules))

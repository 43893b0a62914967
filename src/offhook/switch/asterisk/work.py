"""How a command is carried out: it is looked whether it can be, Asterisk is asked, and the events are waited
for that say that it is done."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

from offhook.call import CallCommand, Command, Feature, live
from offhook.errors import CallError, UnavailableError
from offhook.switch.asterisk.abilities import Abilities
from offhook.switch.asterisk.channels import Channel
from offhook.switch.asterisk.exchange import Exchange
from offhook.switch.asterisk.leg import Leg
from offhook.switch.asterisk.offers import Offers
from offhook.switch.asterisk.originate import NOBODY
from offhook.switch.asterisk.session import Fields, Reply
from offhook.switch.base import COMMAND_S, failed, no_such_call, not_now, unsupported

Ask = Callable[[str, Fields], Awaitable[Reply]]

GONE = "the other party has hung up"

PUT_RIGHT_S = 2.0
"""So long what a command has done halfway may take to be undone: who asked waits for it, after all that the
command itself may take."""


class Work:
    """One command at a time for each terminal; `changed` is to be called after each event."""

    def __init__(
        self, exchange: Exchange, abilities: Abilities, ask: Ask, reachable: Callable[[str], bool]
    ) -> None:
        self.exchange, self.abilities = exchange, abilities
        self.offers = Offers(exchange)
        self._ask, self._reachable = ask, reachable
        self._waiting: list[tuple[Callable[[], bool], asyncio.Future[None]]] = []
        self._locks: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()

    def check(self, command: CallCommand[Any], feature: Feature) -> Leg:
        """The call of the command, if this is offered for it. Raises `CallError`."""
        self.check_able(command, feature)
        leg = self.exchange.calls.by_call(command.call)
        if leg is None or not live(leg.call):
            raise no_such_call(command.call)
        if feature not in self.offers.of_call(leg):
            raise not_now(command, "the call is in a state that does not allow it")
        return leg

    def check_able(self, command: Command[Any], feature: Feature) -> None:
        """Raises `CallError` for what Asterisk cannot do for us."""
        if feature not in self.abilities.features:
            raise unsupported(command)

    @asynccontextmanager
    async def at(self, command: Command[Any], *terminals: str) -> AsyncIterator[None]:
        """Carry out the command once those before it at these terminals are done; in all it may take
        `COMMAND_S`."""
        try:
            async with asyncio.timeout(COMMAND_S), AsyncExitStack() as locks:
                for terminal in sorted(set(terminals)):  # in one order, so that no two wait for each other
                    lock = self._locks.get(terminal) or asyncio.Lock()
                    self._locks[terminal] = lock
                    await locks.enter_async_context(lock)
                yield
        except TimeoutError:
            raise failed(command, "Asterisk has not done it in time") from None
        except UnavailableError:
            raise failed(command, "the connection to Asterisk is lost") from None

    async def ask(self, command: Command[Any], action: str, fields: Fields) -> None:
        """Have Asterisk do something. Raises `CallError` if it refuses."""
        reply = await self._ask(action, fields)
        if not reply.good:
            raise failed(command, f"Asterisk says: {reply.text}")

    async def query(self, command: Command[Any], action: str, fields: Fields) -> Reply:
        """Ask for something. Raises `CallError` without a connection."""
        try:
            async with asyncio.timeout(COMMAND_S):
                return await self._ask(action, fields)
        except (UnavailableError, TimeoutError):
            raise failed(command, "Asterisk does not answer") from None

    async def check_exists(self, command: Command[Any], number: str) -> None:
        """Raises `CallError` for a number that the dialplan does not have, and for a phone of ours that is
        not there. Other numbers are only known by calling them."""
        if number in self.exchange.terminals and not self._reachable(number):
            raise failed(command, f"phone {number} is not there")
        there = [("Context", self.exchange.settings.context), ("Exten", number), ("Priority", "1")]
        reply = await self._ask("Originate", [("Channel", NOBODY), ("Async", "true"), *there])
        if not reply.good and reply.text.startswith("Extension does not exist"):
            raise failed(command, f"there is no number {number}")

    async def put_right(self, work: Coroutine[Any, Any, None]) -> None:
        """Undo what a command has done before it failed, as far as that is possible in a short time."""
        with suppress(TimeoutError, CallError):
            async with asyncio.timeout(PUT_RIGHT_S):
                await work

    async def pause(self, seconds: float) -> None:
        """Do nothing for so long."""
        await asyncio.sleep(seconds)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for an event after which this is so."""
        if condition():
            return
        entry = condition, asyncio.get_running_loop().create_future()
        self._waiting.append(entry)
        try:
            await entry[1]
        finally:
            self._waiting.remove(entry)

    async def within(self, seconds: float, condition: Callable[[], bool]) -> bool:
        """Wait for it for so long only. Is it so?"""
        try:
            async with asyncio.timeout(seconds):
                await self.until(condition)
        except TimeoutError:
            return False
        return True

    async def moved(self, leg: Leg, condition: Callable[[], bool], *channels: Channel) -> None:
        """Wait until this is so, or the call is over, or one of the channels is."""
        known = self.exchange.channels

        def over() -> bool:
            return not live(leg.call) or any(known.get(one.id) is None for one in channels)

        await self.until(lambda: condition() or over())

    def changed(self) -> None:
        """An event has been applied."""
        for condition, done in self._waiting:
            if not done.done() and condition():
                done.set_result(None)

    def lost(self) -> None:
        """The connection is lost, and nobody knows what becomes of the commands under way."""
        for _, done in self._waiting:
            if not done.done():
                done.set_exception(UnavailableError("the connection to Asterisk is lost", "try again"))

    def phone(self, command: Command[Any], leg: Leg) -> Channel:
        """The channel of the call's phone. Raises `CallError`."""
        channel = self.exchange.channels.get(leg.channel_id)
        if channel is None:
            raise not_now(command, "the phone is being hung up")
        return channel

    async def joined(self, command: Command[Any], leg: Leg) -> Channel:
        """The channel of the other party, once Asterisk has joined it with the phone: it answers before it
        joins, and what is asked of it in between goes wrong. Raises `CallError`."""

        def up() -> bool:
            far = self.exchange.parties.far(leg)
            phone = self.exchange.channels.get(leg.channel_id)
            return far is None or phone is None or bool(far.bridge and (leg.far or phone.bridge))

        await self.until(up)
        far = self.exchange.parties.far(leg)
        if far is None or not live(leg.call):
            raise not_now(command, GONE)
        return far

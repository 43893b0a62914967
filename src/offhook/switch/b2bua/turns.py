"""The commands for calls with two legs take turns, each for as long as a command may take."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager
from typing import Any, Protocol

from offhook.call import Call, CallCommand, CallState, Feature, Features
from offhook.errors import CallError
from offhook.switch.b2bua.call import B2buaCall
from offhook.switch.b2bua.clicktodial import ClickToDialCall
from offhook.switch.b2bua.leg import Leg
from offhook.switch.b2bua.line import Line
from offhook.switch.b2bua.negotiation import NotDoneError
from offhook.switch.base import COMMAND_S, failed, not_now


class ControlHost(Protocol):
    """What the commands need of the switch."""

    repeats_answers: bool

    def own_silence(self, leg: Leg) -> bytes:
        """What the phone of who holds is offered."""
        ...

    def sending(self) -> AbstractContextManager[None]:
        """For work outside of the endpoint's callbacks."""
        ...

    def unknown(self, command: CallCommand[Any]) -> CallError:
        """What a command for a call is answered that is none of ours."""
        ...

    def find(self, call_id: str) -> B2buaCall | None:
        """The live call with this id."""
        ...

    def others(self, value: Call) -> list[tuple[B2buaCall, Call]]:
        """The other live calls of its terminal, each with its value there, the oldest first."""
        ...

    def features(self, terminal: str, call: Call | None = None) -> Features:
        """What can be done."""
        ...

    def number_of(self, terminal: str) -> str:
        """The number that rings this terminal."""
        ...

    def check_call(self, terminal: str, address: str) -> None:
        """Raises `CallError` if the terminal cannot call this address now."""
        ...

    def hang_up(self, leg: Leg, line: Line | None) -> None:
        """A phone has left its call: it is hung up, or goes to another call that it has."""
        ...

    def consultation(self, terminal: str, address: str) -> ClickToDialCall:
        """A call of the terminal to this address, not begun yet. Raises `CallError`."""
        ...


class Turns:
    """Finds the calls that a command is for, and lets one command at a time change each of them."""

    def __init__(self, host: ControlHost) -> None:
        self._host = host

    @asynccontextmanager
    async def _turn(self, command: CallCommand[Any], *call_ids: str) -> AsyncIterator[tuple[B2buaCall, ...]]:
        """The calls with these ids, when nobody else changes them. Raises `CallError`."""
        calls = tuple(self._call(command, call_id) for call_id in call_ids)
        try:
            async with asyncio.timeout(COMMAND_S), AsyncExitStack() as turns:
                for call in sorted(set(calls), key=id):
                    await turns.enter_async_context(self._alone(call))
                self._check_allowed(command)
                for call_id in call_ids:
                    self._call(command, call_id)
                yield calls
        except NotDoneError as error:
            raise failed(command, error.why) from None
        except TimeoutError:
            raise failed(command, "a phone did not answer in time") from None

    @asynccontextmanager
    async def _alone(self, call: B2buaCall) -> AsyncIterator[None]:
        """Nobody else changes the call; what has waited for that is done afterwards."""
        try:
            async with call.turn:
                yield
        finally:
            with self._host.sending():
                call.change_over()

    def _check_allowed(self, command: CallCommand[Any]) -> None:
        value = self._value(command, command.call)
        if Feature(command.name) not in self._host.features(value.terminal, value):
            raise not_now(command, _why_not(value))

    def _call(self, command: CallCommand[Any], call_id: str) -> B2buaCall:
        call = self._host.find(call_id)
        if call is None or call.value(call_id) is None:
            raise self._host.unknown(command)
        return call

    def _value(self, command: CallCommand[Any], call_id: str) -> Call:
        value = self._call(command, call_id).value(call_id)
        assert value is not None
        return value


def _why_not(value: Call) -> str:
    if value.state is not CallState.CONNECTED:
        return "the call is not up"
    if value.held:
        return "the call is on hold"
    if value.related:
        return "the call belongs to a consultation"
    return "there is no call on hold, or the call is just being changed"

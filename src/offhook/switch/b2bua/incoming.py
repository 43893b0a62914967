"""The commands for calls that come in, of the drivers that speak SIP."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager
from typing import Any

from offhook.call import (
    Answer,
    Call,
    CallCommand,
    CallState,
    Command,
    Feature,
    Features,
    Hold,
    Party,
    Pickup,
    Redirect,
    Reject,
)
from offhook.switch.b2bua.call import B2buaCall
from offhook.switch.b2bua.called import CalledSide
from offhook.switch.b2bua.line import Line
from offhook.switch.b2bua.number import callable_number
from offhook.switch.b2bua.outcome import Outcome
from offhook.switch.b2bua.pickup import PickUpByProgram
from offhook.switch.base import (
    Switch,
    away,
    invalid_address,
    no_such_call,
    no_such_terminal,
    not_now,
    unsupported,
)

INCOMING: Features = frozenset({Feature.ANSWER, Feature.REJECT, Feature.REDIRECT, Feature.PICKUP})
"""What a terminal is capable of that has its incoming calls here."""


Ringing = tuple[B2buaCall, Call, CalledSide]
"""A call, its value at the terminal where it rings, and the side whose phones ring there."""


class IncomingCalls(Switch):
    """Answer, reject, redirect, and picking up a call that rings at another terminal."""

    _calls: dict[str, B2buaCall]
    _at: dict[str, dict[str, B2buaCall]]

    @property
    @abstractmethod
    def _incoming(self) -> Features:
        """Those of `INCOMING` that this driver can do, with its settings."""

    @abstractmethod
    def _sending(self) -> AbstractContextManager[None]:
        """For work outside of the endpoint's callbacks."""

    @abstractmethod
    def _party(self, terminal: str) -> Party | None:
        """The terminal as a party: `id` is the number that rings it. None if there is no such terminal."""

    def _group_of(self, terminal: str) -> Collection[str]:
        """The terminals whose calls may be picked up without naming them."""
        return ()

    async def answer(self, command: Answer) -> None:
        self._check_capable(command, Feature.ANSWER)
        terminal = self._ringing(command)[0].terminal_of(command.call)
        if not self._can_answer(terminal):
            raise not_now(command, "the phone is in another call; put that on hold there, and answer there")
        await self._hold_what_it_talks_to(terminal)
        line = self.line_for(terminal)
        own = self._ringing(command)[0].rings_at(command.call)  # a transfer's target gets another offer
        if own and line is not None and await self._answered_on(line, self._ringing(command)[0]):
            return
        outcome = Outcome(command)
        with self._sending():
            self._ringing(command)[1].answer(outcome)
        await outcome.wait("the phone has not answered by itself, and rings on")

    async def reject(self, command: Reject) -> None:
        self._check_capable(command, Feature.REJECT)
        with self._sending():
            self._ringing(command)[0].reject(command.call)

    async def redirect(self, command: Redirect) -> None:
        self._check_capable(command, Feature.REDIRECT)
        call, side = self._ringing(command)
        terminal = call.terminal_of(command.call)
        if command.call == call.call.id:
            raise not_now(command, "the call has nobody else left")
        own = self._party(terminal)
        if not callable_number(command.address) or (own is not None and command.address == own.id):
            raise invalid_address(terminal, command.address)
        outcome = Outcome(command)
        with self._sending():
            side.redirect(command.address, outcome)
        await outcome.wait("the phone does not stop ringing")

    async def pickup(self, command: Pickup) -> Call:
        self._check_capable(command, Feature.PICKUP)
        party = self._party(command.terminal)
        if party is None:
            raise no_such_terminal(command.terminal)
        call, side = self._to_pick_up(command)
        if not self.in_service(command.terminal):
            raise away(command.terminal)
        if call.picking is not None:
            raise not_now(command, "somebody is just picking the call up")
        picking = PickUpByProgram(call, side, party, command.terminal)
        with self._sending():
            call.pick_up(picking)
            if not picking.begin(call.host):
                call.forget_pick_up()
                raise away(command.terminal)
        return picking.call

    def _check_capable(self, command: Command[Any], feature: Feature) -> None:
        if feature not in self._incoming:
            raise unsupported(command)

    @abstractmethod
    def line_for(self, terminal: str) -> Line | None:
        """The phone of the terminal that a new call can be made with, as it only has calls on hold."""

    @abstractmethod
    async def _answered_on(self, line: Line, call: B2buaCall) -> bool:
        """Answer the call that rings with a phone that is up (`CallControl.answer_on`)."""

    def _ringing(self, command: CallCommand[None]) -> tuple[B2buaCall, CalledSide]:
        """The call that rings, and its called side. Raises `CallError`."""
        call = self._calls.get(command.call)
        if call is None:
            raise no_such_call(command.call)
        side = call.side_of(command.call)
        if side is None:
            raise not_now(command, "the call does not ring at a terminal")
        return call, side

    def _to_pick_up(self, command: Pickup) -> tuple[B2buaCall, CalledSide]:
        """The call that has rung longest, of those that are meant. Raises `CallError`."""
        target, group = command.target, self._group_of(command.terminal)
        if not target and not group:
            raise not_now(
                command, f"terminal {command.terminal} is in no group; name the terminal or the call"
            )
        for call, at, side in self._where_it_rings():
            if any(command.terminal == one.terminal for one in call.values):
                continue  # it is its own call
            if target in (at.id, at.terminal) or (not target and at.terminal in group):
                return call, side
        raise not_now(command, f"nothing rings at {target[:64] or 'a phone of its group'} for others")

    def _where_it_rings(self) -> Iterator[Ringing]:
        """The calls that ring at a terminal and have somebody else at the other end, the oldest first."""
        for call_id, call in self._calls.items():
            at, side = call.value(call_id), call.side_of(call_id)
            if at is not None and side is not None and at is not call.call:
                yield call, at, side

    def _can_answer(self, terminal: str) -> bool:
        """Can the phone take another call? What it talks to has to be put on hold then."""
        return Feature.HOLD in self.capabilities(terminal) or not self._talks_to(terminal)

    async def _hold_what_it_talks_to(self, terminal: str) -> None:
        for value in self._talks_to(terminal):
            await self.hold(Hold(value.id, terminal))

    def _talks_to(self, terminal: str) -> list[Call]:
        values = [call.value(call_id) for call_id, call in self._at.get(terminal, {}).items()]
        return [
            value
            for value in values
            if value is not None and (value.state, value.held) == (CallState.CONNECTED, False)
        ]

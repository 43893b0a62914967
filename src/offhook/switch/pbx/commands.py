"""Commands that the PBX itself carries out: by its codes, or by passing on what tells a phone to answer."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from offhook.call import (
    FORWARD_WHENS,
    Answer,
    Call,
    Command,
    DoNotDisturb,
    Feature,
    Features,
    Forward,
    ForwardWhen,
    Party,
    Pickup,
)
from offhook.config import PbxSettings
from offhook.errors import CallError, Refusal
from offhook.switch.b2bua.forwardings import Forwardings
from offhook.switch.b2bua.outcome import Outcome
from offhook.switch.b2bua.switch import SipSwitch
from offhook.switch.base import (
    COMMAND_S,
    failed,
    invalid_address,
    no_such_terminal,
    not_now,
    unsupported,
)
from offhook.switch.pbx.account import Account
from offhook.switch.pbx.call import PickUpCall
from offhook.switch.pbx.dialer import PbxDialer
from offhook.switch.pbx.featurecodes import CodeCall, FeatureCodes
from offhook.switch.pbx.watching import Watching

LOOK_S = 0.05
"""How often it is looked whether a phone has answered that was told to: the PBX tells of it."""


class PbxCommands(SipSwitch):
    """Forwarding, do-not-disturb and picking up by code; answering a call of others by `Event: talk`."""

    settings: PbxSettings
    accounts: dict[str, Account]
    _dialer: PbxDialer
    _watching: Watching | None
    _codes: FeatureCodes
    _forwardings: Forwardings
    _code_calls: set[CodeCall]
    _setting: set[str]

    @abstractmethod
    def _check_phone(self, account: Account) -> None:
        """Raises `CallError` while the phone cannot be called."""

    async def forward(self, command: Forward) -> None:
        if Feature.FORWARD not in self._codes.features:
            raise unsupported(command)
        terminal, wanted = command.terminal, {one.when: one for one in command.forwardings}
        self._account(terminal)
        self._forwardings.check()
        steps: list[tuple[str, ForwardWhen]] = []
        now = {one.when: one for one in self._forwardings.of(terminal).forwardings}
        for when in FORWARD_WHENS:
            new = wanted.get(when)
            if new is None:
                # What somebody has set at the phone is not known here: so () ends all that can be ended.
                code = self._codes.end_forward(when) if when in now or not wanted else None
            elif new == now.get(when):
                code = None
            elif (code := self._codes.forward(new)) is None:
                known = self._codes.end_forward(when) is not None
                raise invalid_address(terminal, new.address) if known else unsupported(command)
            if code is not None:
                steps.append((code, when))
        with self._alone(command, terminal):
            for code, when in steps:
                await self._dial_code(command, terminal, code)
                now = {**now, when: wanted[when]} if when in wanted else {**now}
                if when not in wanted:
                    now.pop(when, None)
                await self._forwardings.forward(
                    terminal, tuple(now[one] for one in FORWARD_WHENS if one in now)
                )

    async def do_not_disturb(self, command: DoNotDisturb) -> None:
        code = self._codes.do_not_disturb(command.on)
        if code is None:
            raise unsupported(command)
        self._account(command.terminal)
        self._forwardings.check()
        with self._alone(command, command.terminal):
            await self._dial_code(command, command.terminal, code)
            await self._forwardings.disturb(command.terminal, not_any_more=command.on)

    async def pickup(self, command: Pickup) -> Call:
        self._check_capable(command, Feature.PICKUP)
        account = self._account(command.terminal)
        rings = self._rings_here(command)
        if rings is not None:
            return await super().pickup(command)
        hand = None if self._watching is None else self._watching.call(command.target)
        at = hand.terminal if hand is not None else command.target
        target = self.accounts.get(at)
        if command.target and target is None:
            raise not_now(command, f"nothing rings at {command.target[:64]}")
        code = self._codes.pickup("" if target is None else target.extension)
        if code is None:
            raise unsupported(command)
        if self._watching is not None and target is not None:
            hand = self._watching.ringing(target.id)
            if hand is None and self._watching.is_active(target.id):
                raise not_now(command, f"nothing rings at {target.id}")
        return self._pick_up_by(code, account, target, hand)

    async def answer(self, command: Answer) -> None:
        hand = None if self._watching is None else self._watching.call(command.call)
        if hand is None or command.call in self._calls:
            await super().answer(command)
            return
        self._check_capable(command, Feature.ANSWER)
        if Feature.ANSWER not in self.features(hand.terminal, hand):
            raise not_now(command, "the PBX only tells of this call; do it at the phone")
        told = Outcome(command)

        def done(accepted: bool) -> None:
            if accepted:
                told.succeed()
            else:
                told.fail("the phone does not answer when it is told to")

        with self._sending():
            if not self._dialer.talk(hand.terminal, done):
                raise not_now(command, "the PBX does not answer")
        await told.wait("the PBX says nothing")
        await self._is_answered(command)

    def features(self, terminal: str, call: Call | None = None) -> Features:
        allowed = super().features(terminal, call)
        if call is None:
            able = self._codes.features if terminal in self.accounts else frozenset()
            needed = {Feature.FORWARD, Feature.DO_NOT_DISTURB}
            return allowed | able & (needed | {Feature.PICKUP} if self.in_service(terminal) else needed)
        told = self._watching is not None and call.id not in self._calls and self._watching.call(call.id)
        if told and told.rings_here and self.settings.talk:
            return frozenset({Feature.ANSWER})
        return allowed

    async def _is_answered(self, command: Answer) -> None:
        """Wait until the PBX tells so."""
        try:
            async with asyncio.timeout(COMMAND_S):
                while self._still_rings(command):  # noqa: ASYNC110
                    await asyncio.sleep(LOOK_S)
        except TimeoutError:
            raise failed(command, "the phone has not answered, and rings on") from None

    def _still_rings(self, command: Answer) -> bool:
        """Does the PBX tell that the call rings at the phone? Raises `CallError` if it is over."""
        call = None if self._watching is None else self._watching.call(command.call)
        if call is None:
            raise not_now(command, "the call is over")
        return call.rings_here

    def _rings_here(self, command: Pickup) -> object | None:
        """A call that was made through us rings where it is meant."""
        try:
            return self._to_pick_up(command)
        except CallError as error:
            if error.refusal is not Refusal.NOT_POSSIBLE_NOW:
                raise
            return None

    def _pick_up_by(self, code: str, account: Account, target: Account | None, hand: Call | None) -> Call:
        self._check_dial(account.id, code, (account.extension, account.user))
        own = Party(account.name, account.id)
        at = None if target is None else Party(target.name, target.id)

        def over(taken: bool) -> None:
            if not taken and hand is not None and self._watching is not None:
                self._watching.note_taken(hand, None)

        with self._sending():
            self._check_phone(account)
            if hand is not None and self._watching is not None:
                self._watching.note_taken(hand, own)
            call = PickUpCall(
                self, self._dialer, account, code, self.settings.ping_s,
                at=at, caller=None if hand is None else hand.caller, over=over,
            )  # fmt: skip
            if not call.begin():
                over(False)
                raise CallError(Refusal.UNAVAILABLE, "the PBX does not answer; see offhook check")
            return call.call

    def _account(self, terminal: str) -> Account:
        account = self.accounts.get(terminal)
        if account is None:
            raise no_such_terminal(terminal)
        return account

    @contextmanager
    def _alone(self, command: Command[Any], terminal: str) -> Iterator[None]:
        """Of two that set the same, one has to be the last: at the PBX and here."""
        if terminal in self._setting:
            raise not_now(command, "a code is just being dialled for the terminal")
        self._setting.add(terminal)
        try:
            yield
        finally:
            self._setting.discard(terminal)

    async def _dial_code(self, command: Command[Any], terminal: str, code: str) -> None:
        outcome = Outcome(command)
        call = CodeCall(self, outcome, self._code_calls.discard)
        self._code_calls.add(call)
        with self._sending():
            call.begin(self._dialer, code, terminal)
        try:
            await outcome.wait("the PBX has not taken the code")
        except BaseException:
            with self._sending():
                call.cancel()
            raise

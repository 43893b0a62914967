"""People and programs who do anything at any moment, by chance, at phones of a site."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import replace
from typing import Any

from offhook.call import (
    FORWARD_WHENS,
    CallState,
    Command,
    Consult,
    Dial,
    DoNotDisturb,
    Feature,
    Forward,
    Forwarding,
    Pickup,
    Redirect,
    Transfer,
    Unpark,
)
from offhook.demo.phone import Behaviour, CallRejected, Phone, PhoneCall, Stage
from offhook.errors import CallError, Refusal
from tests import waiting
from tests.switch.contract_races import strange
from tests.switch.done import COMMANDS
from tests.switch.site import Site
from tests.waiting import until

EXPECTED = frozenset(
    {
        Refusal.NOT_POSSIBLE_NOW,
        Refusal.NOT_SUPPORTED,
        Refusal.NO_SUCH_CALL,
        Refusal.FAILURE,
        Refusal.INVALID_ADDRESS,
        Refusal.TERMINAL_UNAVAILABLE,
        Refusal.TERMINAL_BUSY,
    }
)
"""What a command may be refused with, whatever happens. Each other refusal is a fault."""


class Crowd:
    """`step` does one thing, and does not wait for it."""

    def __init__(self, site: Site, phones: list[Phone], chance: random.Random) -> None:
        self.site, self.phones, self.chance = site, phones, chance
        self.tasks: set[asyncio.Task[None]] = set()
        self.transferred: list[PhoneCall] = []
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    def step(self) -> None:
        self.chance.choice(self.phones).behaviour = self.chance.choice(self.behaviours())
        acts = (self.click, self.dial_by_hand, self.lift, self.hang_up, self.drop, self.hold, self.transfer)
        self.chance.choice((*acts, *(self.command,) * 8, self.command_for_terminal))()

    def behaviours(self) -> tuple[Behaviour, ...]:
        after = self.chance.random() * 0.2
        return (
            *(Behaviour(),) * 3,
            *(Behaviour(answer_after=None),) * 3,
            Behaviour(answer_after=after, auto_answer=False),
            Behaviour(answer_after=None, auto_answer=False),
            Behaviour(reject=self.chance.choice((302, 404, 486, 488, 500, 603)), auto_answer=False),
        )

    def number(self) -> str:
        return self.chance.choice([*(phone.user for phone in self.phones), "4999"])

    # Programs

    def click(self) -> None:
        self.perform(Dial(self.chance.choice(self.phones).user, self.number()))

    def drop(self) -> None:
        if self.site.live():
            with suppress(CallError):
                self.site.drop(self.chance.choice(self.site.live()).id)

    def command(self) -> None:
        """Nearly always one that is offered."""
        live = self.site.live()
        if not live:
            return
        call = self.chance.choice(live)
        offered = self.site.features(call.id) & frozenset(COMMANDS)
        if not offered or self.chance.random() < 0.1:
            offered = frozenset(COMMANDS)
        names = sorted(feature.value for feature in offered - {Feature.DROP}) or ["drop"]
        command = replace(COMMANDS[Feature(self.chance.choice(names))](call.id), terminal=call.terminal)
        if isinstance(command, Redirect | Transfer | Consult):
            command = type(command)(call.id, call.terminal, self.number())
        self.perform(command)

    def command_for_terminal(self) -> None:
        terminal = self.chance.choice(self.phones).user
        address = self.chance.choice([phone.user for phone in self.phones if phone.user != terminal])
        forwarding = Forwarding(self.chance.choice(FORWARD_WHENS), address, 0.1)
        commands: tuple[Command[Any], ...] = (
            Pickup(terminal, address),
            Pickup(terminal, self.chance.choice([call.id for call in self.site.live()] or ["nobody"])),
            Unpark(terminal, "701"),
            Forward(terminal, (forwarding,)),
            Forward(terminal),
            DoNotDisturb(terminal, self.chance.random() < 0.3),
        )
        self.perform(self.chance.choice(commands))

    def perform(self, command: Command[Any]) -> None:
        async def work() -> None:
            try:
                await self.site.perform(command)
            except CallError as error:
                assert error.refusal in EXPECTED, (command, error)
                self.refused[command.name] += 1
            else:
                self.done[command.name] += 1

        self.run(work())

    # People

    def dial_by_hand(self) -> None:
        caller, number, patience = self.chance.choice(self.phones), self.number(), self.chance.random()

        async def call() -> None:
            with suppress(CallRejected, TimeoutError):
                async with asyncio.timeout(patience):
                    await caller.call(number)

        self.run(call())

    def lift(self) -> None:
        for call in self.chance.choice(self.phones).calls:
            call.answer()

    def hang_up(self) -> None:
        for call in self.chance.choice(self.phones).calls[:1]:
            call.hang_up()

    def hold(self) -> None:
        async def hold_and_resume(phone: Phone) -> None:
            for call in phone.calls[:1]:
                with suppress(CallRejected):
                    await call.hold()
                    await call.resume()

        self.run(hold_and_resume(self.chance.choice(self.phones)))

    def transfer(self) -> None:
        async def asked(phone: Phone) -> None:
            up = [call for call in phone.calls if call.stage is Stage.UP]
            with suppress(CallRejected):
                if len(up) > 1 and self.chance.random() < 0.5:
                    await up[0].transfer_to(up[1])
                elif up:
                    await up[0].transfer(self.number())
                self.transferred += up[:1]

        self.run(asked(self.chance.choice(self.phones)))

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)

    # The end

    async def go_home(self) -> None:
        """Whoever still waits comes to an end; then everything is cleared, and each call has ended once."""
        for phone in self.phones:
            phone.behaviour = Behaviour()
            self.perform(DoNotDisturb(phone.user, on=False))
            self.perform(Forward(phone.user))
        for task in await self._finished():
            task.result()
        for call in self.site.live():
            assert not strange(self.site, call)
        if self.site.tells_all:
            await self.site.all_told()
        await until(self._dropped, "all calls to be cleared")
        for transferred in self.transferred if self.site.waits_for_transferors else ():
            transferred.hang_up()
        if Feature.BY_HAND not in self.site.switch.capabilities(self.phones[0].user):
            for phone in self.phones:  # what is dialled by hand there is none of the switch's calls
                for at_phone in list(phone.calls):
                    at_phone.hang_up()
        await until(self._all_on_hook, "all phones to be on hook")
        ends = Counter(call.id for call in self.site.seen if call.state is CallState.ON_HOOK)
        assert ends == Counter({call.id for call in self.site.seen})

    async def _finished(self) -> set[asyncio.Task[None]]:
        finished, late = await asyncio.wait(self.tasks, timeout=waiting.limit_s)
        assert not late, late
        return finished

    def _dropped(self) -> bool:
        """Clear what is live; is nothing left?"""
        for call in self.site.live():
            with suppress(CallError):
                self.site.drop(call.id)
        return not self.site.live()

    def _all_on_hook(self) -> bool:
        """Is all over? A switch may hear of a call later than the phones that talk: it is cleared then."""
        return self._dropped() and not any(phone.calls for phone in self.phones)

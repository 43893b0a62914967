"""Phones that do anything at any moment: every call ends once, and nothing is left of it."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

import pytest

from offhook.call import CallState
from offhook.demo.phone import Behaviour, CallRejected, Phone, PhoneCall, Stage
from offhook.errors import CallError
from offhook.sip.endpoint import Timing
from offhook.switch.embedded import EmbeddedSwitch
from tests.switch.embeddedsite import a_site
from tests.switch.site import NAMES, Site, ringing_for
from tests.waiting import ONE_STEP_S

FAST = Timing(t1=0.02, t2=0.1, t4=0.1, d=0.5)
LIMIT_S = ONE_STEP_S
STEPS = 250


async def hold_and_resume(call: PhoneCall) -> None:
    with suppress(CallRejected):
        await call.hold()
        await call.resume()


async def asked(transfer: Coroutine[Any, Any, None]) -> None:
    with suppress(CallRejected):
        await transfer


class Crowd:
    """People who dial, answer, hold, hang up and let it ring, by chance."""

    def __init__(
        self, site: Site, phones: list[Phone], chance: random.Random, *, transfers: bool = False
    ) -> None:
        self.site, self.phones, self.chance, self.transfers = site, phones, chance, transfers
        self.tasks: set[asyncio.Task[None]] = set()

    def behaviour(self) -> Behaviour:
        kinds = (
            Behaviour(),
            Behaviour(answer_after=self.chance.random() * 0.2, auto_answer=False),
            Behaviour(answer_after=self.chance.random() * 0.2, auto_answer=False, early_media=True),
            Behaviour(answer_after=None, auto_answer=False),
            Behaviour(reject=self.chance.choice((302, 404, 486, 488, 500, 603)), auto_answer=False),
            Behaviour(silent=True, auto_answer=False),
            Behaviour(ack=False),
            Behaviour(answer_bye=False),
        )
        return self.chance.choice(kinds)

    def step(self) -> None:
        self.chance.choice(self.phones).behaviour = self.behaviour()
        act = self.chance.choice(
            (self.click, self.click, self.dial_by_hand, self.drop, self.hang_up, self.hold)
            + (self.transfer, self.transfer, self.consult) * self.transfers
        )
        act()

    def click(self) -> None:
        own, callee = self.chance.sample(self.phones, 2)
        self.site.dial(own.user, callee.user)

    def dial_by_hand(self) -> None:
        caller, callee = self.chance.sample(self.phones, 2)

        async def call() -> None:
            with suppress(CallRejected, TimeoutError):
                async with asyncio.timeout(self.chance.random()):
                    await caller.call(callee.user)

        self.run(call())

    def drop(self) -> None:
        with suppress(CallError):
            self.site.drop(self.chance.choice(self.site.seen).id)

    def hang_up(self) -> None:
        for call in self.chance.choice(self.phones).calls[:1]:
            call.hang_up()

    def hold(self) -> None:
        for call in self.chance.choice(self.phones).calls[:1]:
            if call.stage is Stage.UP:
                self.run(hold_and_resume(call))

    def transfer(self) -> None:
        """To anybody: to the one who is talked to, to oneself, to nobody."""
        target = self.chance.choice([*self.phones, None])
        for call in self.chance.choice(self.phones).calls[:2]:
            if call.stage is Stage.UP:
                self.run(asked(call.transfer(target.user if target else "4999")))

    def consult(self) -> None:
        """Join any two calls of a phone, and maybe a call with itself."""
        up = [call for call in self.chance.choice(self.phones).calls if call.stage is Stage.UP]
        if up:
            self.run(asked(self.chance.choice(up).transfer_to(self.chance.choice(up))))

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


@pytest.mark.parametrize(("seed", "transfers"), [(1, False), (2, False), (3, False), (1, True), (2, True)])
async def test_whatever_people_do_every_call_ends_once(
    seed: int, transfers: bool, caplog: pytest.LogCaptureFixture
) -> None:
    site = await a_site(timing=FAST, **ringing_for(1.0))
    phones = [await site.phone(terminal) for terminal in NAMES]
    crowd = Crowd(site, phones, random.Random(seed), transfers=transfers)
    crowd.click()
    for _ in range(STEPS):
        crowd.step()
        await asyncio.sleep(crowd.chance.random() * 0.01)
    for call in list(site.seen):
        with suppress(CallError):
            site.drop(call.id)
    if crowd.tasks:
        await asyncio.wait(crowd.tasks)
    for call in list(site.seen):  # those that were dialled by hand meanwhile
        with suppress(CallError):
            site.drop(call.id)
    ends = Counter(call.id for call in site.seen if call.state is CallState.ON_HOOK)
    assert ends == Counter({call.id for call in site.seen})
    assert isinstance(site.switch, EmbeddedSwitch)
    async with asyncio.timeout(LIMIT_S):  # the last BYEs are answered
        while not site.switch.idle:  # noqa: ASYNC110 - of which no event tells
            await asyncio.sleep(0.01)
    await site.close()
    assert "Traceback" not in caplog.text

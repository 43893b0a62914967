"""The end in order, with phones: no new calls, and those that are live get some time."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest

from offhook.assembly.drain import drain
from offhook.assembly.run import System, running
from offhook.call import CallState, Dial
from offhook.config import DrainSettings, load
from offhook.demo.phone import Behaviour, CallRejected
from offhook.errors import CallError, Refusal
from offhook.manager.principal import LOCAL
from offhook.manager.service import CallManager
from tests.assembly.helpers import a_config, phone
from tests.waiting import becomes

RINGS = Behaviour(answer_after=None, auto_answer=False)
ANSWERS = Behaviour(answer_after=0.05, auto_answer=False)
LONG = DrainSettings(ringing_s=600, talking_s=600)


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    async with running(load(a_config(tmp_path))) as system:
        yield system


def manager_of(system: System) -> CallManager:
    assert system.manager is not None
    return system.manager


async def dialled(system: System, state: CallState) -> str:
    """The id of a call from 4000 to 4001, in this state."""
    manager = manager_of(system)
    call = await manager.perform(LOCAL, Dial("4000", "4001"))

    async def there() -> bool:
        found = await manager.call(LOCAL, call.id)
        return found is not None and found.state is state

    await becomes(there, True)
    return call.id


async def test_without_calls_it_takes_no_time(system: System) -> None:
    await drain(manager_of(system), LONG, asyncio.Event())


async def test_no_new_call_begins_and_who_dials_is_told_when_to_try_again(system: System) -> None:
    async with phone(system, "4000"), phone(system, "4001", ANSWERS):
        manager_of(system).drain()
        with pytest.raises(CallError, match=r"is being restarted.*try again in a moment") as refused:
            await manager_of(system).perform(LOCAL, Dial("4000", "4001"))
        assert refused.value.refusal is Refusal.UNAVAILABLE
        assert refused.value.retry_s


async def test_a_call_dialled_at_a_phone_is_refused_with_503(system: System) -> None:
    async with phone(system, "4000") as kim, phone(system, "4001", ANSWERS):
        manager_of(system).drain()
        with pytest.raises(CallRejected) as refused:
            await kim.call("4001")
        assert refused.value.status == 503


async def test_a_call_that_rings_may_still_be_answered(system: System) -> None:
    slow = Behaviour(answer_after=0.4, auto_answer=False)
    async with phone(system, "4000"), phone(system, "4001", slow):
        call = await dialled(system, CallState.RING_BACK)
        await drain(manager_of(system), DrainSettings(ringing_s=600, talking_s=0), asyncio.Event())
        found = await manager_of(system).call(LOCAL, call)
        assert found is not None and found.state is CallState.CONNECTED


async def test_it_waits_for_people_who_talk_only_if_that_is_wanted(system: System) -> None:
    async with phone(system, "4000"), phone(system, "4001", ANSWERS) as lee:
        await dialled(system, CallState.CONNECTED)
        await drain(manager_of(system), DrainSettings(ringing_s=600, talking_s=0), asyncio.Event())
        waiting = asyncio.create_task(drain(manager_of(system), LONG, asyncio.Event()))
        await asyncio.sleep(0.2)
        assert not waiting.done()
        lee.calls[0].hang_up()
        await waiting


async def test_what_is_live_longer_than_the_settings_say_is_not_waited_for(system: System) -> None:
    async with phone(system, "4000"), phone(system, "4001", RINGS):
        await dialled(system, CallState.RING_BACK)
        await drain(manager_of(system), DrainSettings(ringing_s=0.1, talking_s=0), asyncio.Event())


async def test_a_second_signal_ends_the_waiting(system: System) -> None:
    async with phone(system, "4000"), phone(system, "4001", RINGS):
        await dialled(system, CallState.RING_BACK)
        at_once = asyncio.Event()
        waiting = asyncio.create_task(drain(manager_of(system), LONG, at_once))
        await asyncio.sleep(0)
        at_once.set()
        await waiting


class StandIn:
    """A Call Manager of a cluster, as far as its end is concerned."""

    def __init__(self, *, rings_on: bool) -> None:
        self.said: list[str] = []
        self._rings_on = rings_on

    @property
    def stand_ins(self) -> list[str]:
        return ["south"]

    @property
    def rings_on(self) -> bool:
        return self._rings_on

    def drain(self) -> None:
        self.said.append("no new calls")

    def in_progress(self) -> tuple[int, int]:
        return 0, 1

    async def hand_over(self) -> None:
        self.said.append("handed over")


@pytest.mark.parametrize(
    ("rings_on", "said"),
    [
        (True, ["handed over", "clients sent away"]),
        (False, ["no new calls", "handed over", "clients sent away"]),
    ],
)
async def test_where_others_stand_in_calls_and_clients_go_there_and_nobody_waits_for_who_talks(
    rings_on: bool, said: list[str]
) -> None:
    manager = StandIn(rings_on=rings_on)

    async def send_away(_at_once: asyncio.Event) -> None:
        manager.said.append("clients sent away")

    await drain(cast("CallManager", manager), LONG, asyncio.Event(), send_away)
    assert manager.said == said

"""Nobody hears that somebody has answered before the call is kept for whoever may have to go on with it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping

import pytest

from offhook.call import Call, CallState, Direction, Party, new_call
from offhook.errors import UnavailableError
from offhook.sip.endpoint import Flow
from offhook.switch.b2bua.calltexts import TextCalls
from offhook.switch.b2bua.outputcommit import OutputCommit
from tests.switch.embeddedsite import a_site, close
from tests.switch.keptinmemory import Awaited, Memory
from tests.switch.site import ANSWERS, Site
from tests.waiting import until

FOR_EVER_S = 3600.0


class Slow(Awaited):
    """A call that is up is written once `may` is set."""

    def __init__(self, texts: Memory) -> None:
        super().__init__(texts)
        self.may, self.asked = asyncio.Event(), asyncio.Event()

    async def write(self, changed: Mapping[str, str], gone: Collection[str]) -> None:
        if any("remote_target" in text for text in changed.values()):
            self.asked.set()
            await self.may.wait()
        await super().write(changed, gone)


def kept_in(texts: Awaited, *, holds_s: float) -> TextCalls:
    calls = TextCalls(texts)
    calls.holds_s = holds_s
    return calls


async def end(site: Site) -> None:
    await site.hang_up()
    await site.empty()
    await close(site)


async def test_a_call_from_a_program_is_told_as_connected_once_it_is_kept() -> None:
    texts = Slow(Memory())
    site = await a_site(calls=kept_in(texts, holds_s=FOR_EVER_S))
    own, _ = await site.phone("4000"), await site.phone("4001", ANSWERS)
    call = site.dial()
    await texts.asked.wait()
    assert CallState.CONNECTED not in site.states(call)
    assert own.reinvites == 0  # it has not been given what the other phone has said

    texts.may.set()
    await site.until(call, CallState.CONNECTED)
    await until(lambda: own.reinvites == 1)
    await end(site)


async def test_who_has_dialled_by_hand_hears_of_the_answer_once_the_call_is_kept() -> None:
    texts = Slow(Memory())
    site = await a_site(calls=kept_in(texts, holds_s=FOR_EVER_S))
    caller, callee = await site.phone("4000"), await site.phone("4001", ANSWERS)
    dialled = asyncio.create_task(caller.call("4001"))
    await texts.asked.wait()
    assert caller.state == "ringing"
    assert [one.state for one in site.live("4000")] == [CallState.RING_BACK]

    texts.may.set()
    await dialled
    await site.settled(caller, callee)
    await until(lambda: [one.state for one in site.live()] == [CallState.CONNECTED] * 2)
    await end(site)


async def test_a_call_does_not_wait_for_ever_for_a_store_that_is_slow() -> None:
    texts = Slow(Memory())
    site = await a_site(calls=kept_in(texts, holds_s=0.01))
    await site.phone("4000")
    await site.phone("4001", ANSWERS)
    await site.until(site.dial(), CallState.CONNECTED)
    await texts.asked.wait()
    texts.may.set()
    await end(site)


async def test_a_call_does_not_wait_for_a_store_that_is_away() -> None:
    class Away(Awaited):
        async def write(self, changed: Mapping[str, str], gone: Collection[str]) -> None:
            raise UnavailableError("away")

    site = await a_site(calls=kept_in(Away(Memory()), holds_s=FOR_EVER_S))
    await site.phone("4000")
    await site.phone("4001", ANSWERS)
    await site.until(site.dial(), CallState.CONNECTED)
    await end(site)


async def test_a_call_that_ends_before_it_is_kept_is_told_in_order_and_kept_no_more() -> None:
    memory = Memory()
    texts = Slow(memory)
    site = await a_site(calls=kept_in(texts, holds_s=FOR_EVER_S))
    await site.phone("4000")
    await site.phone("4001", ANSWERS)
    call = site.dial()
    await texts.asked.wait()
    site.drop(call)
    texts.may.set()
    await site.until(call, CallState.ON_HOOK)
    assert site.states(call)[-2:] == [CallState.CONNECTED, CallState.ON_HOOK]
    await end(site)
    assert memory.texts == {}


# Without a switch


def flow(port: int) -> Flow:
    return Flow("udp", ("192.0.2.1", 5060), ("192.0.2.2", port))


def a_call() -> Call:
    caller, callee = Party("4000"), Party("4001")
    return new_call("4000", CallState.CONNECTED, caller, callee, 0.0, direction=Direction.OUTBOUND)


class World:
    """What is written waits for `may`."""

    def __init__(self, limit_s: float = FOR_EVER_S) -> None:
        self.may = asyncio.Event()
        self.writes = 0
        self.out: list[object] = []
        self.commit = OutputCommit(
            self._write, limit_s, lambda _flow, data: self.out.append(data), self.out.extend
        )

    async def _write(self) -> None:
        self.writes += 1
        await self.may.wait()


async def test_calls_that_are_answered_in_one_turn_of_the_loop_are_kept_together() -> None:
    world = World()
    world.commit.answered("one")
    world.commit.answered("another")
    assert world.commit.holds(flow(1), b"200")
    world.may.set()
    await world.commit.committed()
    assert world.writes == 1
    assert world.out == [b"200"]


async def test_what_goes_to_the_same_phone_later_stays_behind_what_waits_and_other_phones_do_not_wait() -> (
    None
):
    world = World()
    world.commit.answered("one")
    assert world.commit.holds(flow(1), b"200")
    await until(lambda: world.writes)
    assert world.commit.holds(flow(1), b"BYE")
    assert not world.commit.holds(flow(2), b"INVITE")
    world.may.set()
    await world.commit.committed()
    assert world.out == [b"200", b"BYE"]


async def test_phones_have_what_they_wait_for_before_anybody_is_told() -> None:
    world, call = World(), a_call()
    world.commit.answered("one")
    assert world.commit.holds_back("one", call)
    assert world.commit.holds(flow(1), b"200")
    assert not world.commit.holds_back("another", a_call())
    world.may.set()
    await world.commit.committed()
    assert world.out == [b"200", call]
    assert not world.commit.holds_back("one", call)


async def test_who_waits_for_what_there_is_does_not_wait_for_calls_that_are_answered_after_it() -> None:
    world = World()
    world.commit.answered("one")
    await until(lambda: world.writes == 1)
    first, world.may = world.may, asyncio.Event()
    waits = asyncio.create_task(world.commit.committed())
    await asyncio.sleep(0)
    world.commit.answered("another")
    await until(lambda: world.writes == 2)
    first.set()
    await waits
    world.may.set()
    await world.commit.committed()


async def test_while_a_write_takes_too_long_the_next_call_is_not_held_back() -> None:
    world = World(limit_s=0.01)
    world.commit.answered("one")
    await until(lambda: world.writes)
    await world.commit.committed()
    world.commit.answered("another")
    assert not world.commit.holds(flow(1), b"200")
    world.may.set()


@pytest.mark.parametrize("writes", [0, 1])
async def test_at_its_end_nothing_waits_any_more(writes: int) -> None:
    world = World()
    world.commit.answered("one")
    assert world.commit.holds(flow(1), b"200")
    await until(lambda: world.writes == writes)
    world.commit.release()
    assert world.out == [b"200"]
    world.may.set()
    await world.commit.committed()
    assert world.out == [b"200"]

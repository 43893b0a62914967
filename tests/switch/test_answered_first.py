"""Nobody hears that somebody has answered before the call is kept for whoever may have to go on with it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping

import pytest

from offhook.call import Call, CallState, Cause, Direction, Party, advance, new_call
from offhook.demo.phone import Behaviour
from offhook.errors import UnavailableError
from offhook.sip.endpoint import Flow
from offhook.switch.b2bua.calltexts import TextCalls
from offhook.switch.b2bua.outputcommit import OutputCommit
from offhook.switch.embedded import EmbeddedSwitch
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


AT_ONCE = Behaviour(auto_answer=False, answer_after=0.0)


def embedded(site: Site) -> EmbeddedSwitch:
    assert isinstance(site.switch, EmbeddedSwitch)
    return site.switch


def without_ringing(site: Site) -> None:
    """What phones say of ringing is lost."""
    pump = embedded(site)._transport.pump
    receive = pump.receive
    pump.receive = lambda data, flow: None if data.startswith(b"SIP/2.0 180") else receive(data, flow)


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


async def test_a_call_whose_phone_answers_before_it_rings_is_told_from_its_beginning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("offhook.switch.b2bua.toldlater.LATER_S", 0.2)
    texts = Slow(Memory())
    site = await a_site(calls=kept_in(texts, holds_s=FOR_EVER_S))
    caller, callee = await site.phone("4000"), await site.phone("4001", AT_ONCE)
    without_ringing(site)
    dialled = asyncio.create_task(caller.call("4001"))
    await texts.asked.wait()
    later = embedded(site)._later
    await until(lambda: not later._waiting)
    texts.may.set()
    await dialled
    await site.settled(caller, callee)
    (call,) = site.live("4000")
    await until(lambda: CallState.CONNECTED in site.states(call.id))
    assert site.states(call.id) == [CallState.OFF_HOOK, CallState.PROCEED, CallState.CONNECTED]
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
            self._write, limit_s, lambda _flow, data: self.out.append(data), self.out.append
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


class Failing(World):
    """A message to port 1 cannot be sent, and a call is told to somebody who fails."""

    def __init__(self) -> None:
        super().__init__()
        self.commit = OutputCommit(self._write, FOR_EVER_S, self._send, self._tell)

    def _send(self, to: Flow, data: bytes) -> None:
        if to == flow(1):
            raise RuntimeError("no way")
        self.out.append(data)

    def _tell(self, call: Call) -> None:
        self.out.append(call)
        raise RuntimeError("no ear")


async def test_what_goes_wrong_with_one_message_or_value_keeps_nothing_else_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world, one, another = Failing(), a_call(), a_call()
    world.commit.answered("call")
    assert all(world.commit.holds(flow(port), b"200") for port in (1, 2))
    assert all(world.commit.holds_back("call", call) for call in (one, another))
    world.may.set()
    await world.commit.committed()
    assert world.out == [b"200", one, another]
    assert caplog.text.count("a bug of ours") == 3


async def test_a_write_that_goes_wrong_is_logged_and_nothing_waits_for_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def fails() -> None:
        raise RuntimeError("no pen")

    out: list[Call] = []
    commit = OutputCommit(fails, FOR_EVER_S, lambda _flow, _data: None, out.append)
    commit.answered("call")
    assert commit.holds_back("call", value := a_call())
    await commit.committed()
    assert out == [value]
    assert "a bug of ours" in caplog.text


async def test_what_arises_of_what_waited_comes_behind_it() -> None:
    """A message that cannot be sent may end its call."""
    answered = a_call()
    ended = advance(answered, CallState.ON_HOOK, 1.0, Cause.FAILURE)
    out: list[object] = []

    async def write() -> None:
        pass

    def send(to: Flow, data: bytes) -> None:
        out.append(data)
        if data == b"200":
            assert commit.holds_back(None, ended)
            assert commit.holds(to, b"BYE")

    commit = OutputCommit(write, FOR_EVER_S, send, out.append)
    commit.answered("call")
    assert commit.holds_back("call", answered)
    assert commit.holds(flow(1), b"200")
    await commit.committed()
    assert out == [b"200", b"BYE", answered, ended]
    assert not commit.holds(flow(1), b"later")
    assert not commit.holds_back(None, ended)

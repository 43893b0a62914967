"""A switch that takes its time with a command: the order of things stays, and nobody else waits."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from offhook.call import Call, CallCommand, CallState, Cause, Dial, Drop, Withdraw
from offhook.errors import CallError, Refusal
from offhook.manager.calls import NumberedCall
from offhook.manager.service import CallManager, ManagerEvent
from offhook.manager.stores.calllog import SqliteCallLog
from tests.manager.helpers import ADMINISTRATOR, KIM, TERMINALS, FakeSwitch


@dataclass
class Bench:
    switch: FakeSwitch
    manager: CallManager
    heard: list[tuple[str, str]] = field(default_factory=list)

    def listen(self, event: ManagerEvent) -> None:
        if isinstance(event, NumberedCall):
            self.heard.append((event.call.terminal, event.call.state.name))

    def dial(self, terminal: str, dial_id: str = "") -> asyncio.Future[Call]:
        return asyncio.ensure_future(self.manager.perform(ADMINISTRATOR, Dial(terminal, "0301234", dial_id)))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """The switch carries commands out at once, but its results come when `slow_reply` is set."""
    log = SqliteCallLog(tmp_path / "calls.sqlite")
    switch = FakeSwitch()
    bench = Bench(switch, CallManager(switch, TERMINALS, log))
    bench.manager.subscribe(bench.listen)
    yield bench
    log.close()


async def a_turn() -> None:
    await asyncio.sleep(0)


async def test_a_calls_beginning_is_its_first_event_however_late_the_switch_returns_it(bench: Bench) -> None:
    bench.switch.slow_reply = asyncio.Event()
    dialling = bench.dial("4000")
    await a_turn()
    (call_id,) = bench.switch.calls
    bench.switch.go(call_id, CallState.PROCEED)
    assert bench.heard == []
    bench.switch.slow_reply.set()
    assert (await dialling).state is CallState.OFF_HOOK
    assert bench.heard == [("4000", "OFF_HOOK"), ("4000", "PROCEED")]


async def test_a_slow_dial_holds_up_no_other_call(bench: Bench) -> None:
    before = await bench.dial("4000")
    bench.switch.go(before.id, CallState.CONNECTED)
    bench.heard.clear()
    bench.switch.slow_reply = asyncio.Event()
    dialling = bench.dial("4000")
    await a_turn()
    bench.switch.go(before.id, CallState.ON_HOOK, Cause.NORMAL)
    bench.switch.ring_in("4000", "4001")
    bench.switch.ring_in("4001", "4000")
    assert bench.heard == [("4000", "ON_HOOK"), ("4000", "RING_BACK"), ("4001", "RING_BACK")]
    bench.switch.slow_reply.set()
    await dialling


async def test_dials_of_several_terminals_are_under_way_at_the_same_time(bench: Bench) -> None:
    bench.switch.gate = asyncio.Event()
    dialling = [bench.dial(terminal) for terminal in ("4000", "4001", "4002")]
    await a_turn()
    bench.switch.rings_while_dialling = True
    bench.switch.gate.set()
    calls = await asyncio.gather(*dialling)
    assert [call.state for call in calls] == [CallState.OFF_HOOK] * 3
    for call in calls:
        told = [state for terminal, state in bench.heard if terminal == call.terminal]
        assert told == ["OFF_HOOK", "PROCEED"]


async def test_a_terminal_whose_dial_is_under_way_is_busy(bench: Bench) -> None:
    bench.switch.gate = asyncio.Event()
    first = bench.dial("4000", "d1")
    await a_turn()
    for again in ("", "d1", "d2"):
        with pytest.raises(CallError) as caught:
            await bench.dial("4000", again)
        assert caught.value.refusal is Refusal.TERMINAL_BUSY
    bench.switch.gate.set()
    await first
    assert len(bench.switch.dialled) == 1


async def test_a_dial_that_is_withdrawn_while_it_is_under_way_is_cleared_once_begun(
    bench: Bench,
) -> None:
    bench.switch.gate = asyncio.Event()
    dialling = bench.dial("4000", "d1")
    await a_turn()
    assert await bench.manager.perform(ADMINISTRATOR, Withdraw(["d1"])) == []
    bench.switch.gate.set()
    with pytest.raises(CallError, match="withdrawn"):
        await dialling
    assert len(bench.switch.dropped) == 1
    assert bench.heard == [("4000", "OFF_HOOK"), ("4000", "ON_HOOK")]


async def test_a_dial_that_failed_at_the_switch_may_be_said_again(bench: Bench) -> None:
    bench.switch.refusal = CallError(Refusal.TERMINAL_UNAVAILABLE, "it is off")
    with pytest.raises(CallError):
        await bench.dial("4000", "d1")
    bench.switch.refusal = None
    assert (await bench.dial("4000", "d1")).state is CallState.OFF_HOOK


async def test_a_command_that_the_switch_cannot_carry_out_is_refused_in_plain_words(bench: Bench) -> None:
    class Juggle(CallCommand[None]):
        name = "drop"

    call = await bench.dial("4000")
    with pytest.raises(CallError, match="telephone system cannot do that") as caught:
        await bench.manager.perform(KIM, Juggle(call.id))
    assert caught.value.refusal is Refusal.NOT_SUPPORTED


async def test_a_listener_that_fails_harms_neither_the_caller_nor_other_listeners(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(_event: ManagerEvent) -> None:
        raise ZeroDivisionError

    other: list[ManagerEvent] = []
    bench.manager.subscribe(fails)
    bench.manager.subscribe(other.append)
    call = await bench.dial("4000")
    await bench.manager.perform(KIM, Drop(call.id))
    assert len(other) == 2
    assert "a listener of the Call Manager failed" in caplog.text

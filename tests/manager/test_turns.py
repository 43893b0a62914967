"""Users take turns; the loop goes round between them."""

import asyncio
import time

import pytest

from offhook.manager.turns import Turns


async def carry_out(turns: Turns, user: str, order: list[str], *, listing: bool = False) -> None:
    async with turns.turn(user, listing=listing):
        order.append(user)


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command uses its slice up, however quick the machine."""
    monkeypatch.setattr("offhook.manager.turns.SLICE_S", 1e-9)
    monkeypatch.setattr("offhook.manager.turns.ROUND_S", 3600.0)


async def test_who_asks_once_is_served_beside_who_asks_a_thousand_times() -> None:
    turns, order = Turns(), list[str]()
    flood = [asyncio.create_task(carry_out(turns, "greedy", order)) for _ in range(1000)]
    await asyncio.sleep(0)
    await carry_out(turns, "other", order)
    assert order.index("other") < 5
    await asyncio.gather(*flood)
    assert len(order) == 1001


async def test_users_alternate_however_many_sessions_each_has() -> None:
    turns, order = Turns(), list[str]()
    many = [asyncio.create_task(carry_out(turns, "many", order)) for _ in range(50)]
    one = [asyncio.create_task(carry_out(turns, "one", order)) for _ in range(10)]
    await asyncio.gather(*many, *one)
    assert abs(order[:20].count("one") - 10) <= 1


async def test_everything_else_on_the_loop_goes_on_between_commands() -> None:
    turns, order = Turns(), list[str]()

    async def elsewhere() -> None:
        while len(order) < 100:
            order.append("elsewhere")
            await asyncio.sleep(0)

    flood = [asyncio.create_task(carry_out(turns, "greedy", order)) for _ in range(100)]
    await asyncio.gather(elsewhere(), *flood)
    assert order[:60].count("elsewhere") >= 15


async def test_with_nobody_waiting_a_command_goes_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offhook.manager.turns.SLICE_S", 3600.0)
    turns, order = Turns(), list[str]()
    went = carry_out(turns, "kim", order)
    with pytest.raises(StopIteration):
        went.send(None)
    assert order == ["kim"]


async def test_listings_of_one_user_come_one_at_a_time_and_rest_in_between(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rests: list[float] = []
    sleep = asyncio.sleep

    async def resting(seconds: float) -> None:
        rests.append(seconds)
        await sleep(0)

    monkeypatch.setattr("offhook.manager.turns.asyncio.sleep", resting)
    turns, order = Turns(), list[str]()

    async def list_all() -> None:
        async with turns.turn("kim", listing=True):
            time.sleep(0.01)  # noqa: ASYNC251
            order.append("kim")

    await asyncio.gather(*(list_all() for _ in range(3)))
    assert order == ["kim"] * 3
    assert [seconds > 0 for seconds in rests] == [False, True, True]


async def test_a_dial_does_not_wait_for_the_users_own_listings() -> None:
    turns, order = Turns(), list[str]()
    async with turns.turn("kim", listing=True):
        await carry_out(turns, "kim", order)
    assert order == ["kim"]


async def test_a_command_that_fails_or_is_given_up_holds_up_nobody() -> None:
    turns, order = Turns(), list[str]()
    with pytest.raises(ValueError, match="no"):
        async with turns.turn("kim", listing=True):
            raise ValueError("no")
    given_up = asyncio.create_task(carry_out(turns, "lee", order))
    await asyncio.sleep(0)
    given_up.cancel()
    await carry_out(turns, "kim", order, listing=True)
    assert order[-1] == "kim"


async def test_users_that_rested_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offhook.manager.turns.MAX_IDLE", 3)
    monkeypatch.setattr("offhook.manager.turns.SLICE_S", 3600.0)
    turns = Turns()
    for number in range(50):
        await carry_out(turns, f"u{number}", [], listing=True)
    assert len(turns._listings) <= 3


async def test_what_waits_for_a_file_waits_one_at_a_time_for_each_user_and_keeps_no_dial_waiting() -> None:
    turns, order = Turns(), list[str]()
    gate = asyncio.Event()

    async def read(user: str) -> None:
        async with turns.alone(user):
            order.append(user)
            await gate.wait()

    reading = [asyncio.create_task(read(user)) for user in ("kim", "kim", "lee")]
    await asyncio.sleep(0.01)
    assert order == ["kim", "lee"]
    await carry_out(turns, "kim", order)
    gate.set()
    await asyncio.gather(*reading)
    assert order == ["kim", "lee", "kim", "kim"]

"""How the highest clean rate of calls is found."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bench.climb import FINE, ROUND, TRIES, Climb, Step, Steps, climb


@dataclass
class Bears:
    """A switch that bears so many calls a second; a step at one of `stalls` fails by a little, once."""

    most: int
    stalls: set[int] = field(default_factory=set)
    slightly: bool = False
    """Does it fail by a little only, at any rate above?"""
    rates: list[int] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    starts: int = 0

    def clock(self) -> float:
        """A second for each step."""
        return float(len(self.rates))

    async def step(self, rate: int) -> Step:
        self.rates.append(rate)
        if rate in self.stalls:
            self.stalls.remove(rate)
            return Step(rate, rate, 2.0)
        if rate <= self.most:
            return Step(rate, rate, 0.0)
        return Step(rate, rate, 2.0) if self.slightly else Step(self.most, rate, 30.0)

    async def climbed(self, first: int = 200, last: int = 3000, limit_s: float = 100) -> Climb:
        return await climb(
            "one",
            first,
            last,
            self.started,
            limit_s,
            rest_s=0,
            clock=self.clock,
            tell=self.told.append,
        )

    @asynccontextmanager
    async def started(self) -> AsyncIterator[Steps]:
        self.starts += 1
        yield self.step


async def test_the_highest_clean_rate_is_found_in_a_few_steps() -> None:
    for most in (40, 210, 450, 730, 1130, 2990):
        switch = Bears(most)
        found = await switch.climbed()
        assert found.rate <= most
        assert found.above is not None
        assert most < found.above <= max(FINE * found.rate + ROUND, found.rate + ROUND)
        assert len(switch.rates) < 15
        assert found.note is None


async def test_a_single_stall_is_not_the_limit() -> None:
    switch = Bears(1000, stalls={300})
    found = await switch.climbed()
    assert switch.rates[:4] == [200, 300, 300, 450]
    assert found.rate > 900


async def test_what_fails_by_a_little_is_tried_again_and_what_fails_widely_is_not() -> None:
    wide = Bears(250)
    await wide.climbed()
    assert wide.rates.count(300) == 1
    little = Bears(250, slightly=True)
    await little.climbed()
    assert little.rates.count(300) == TRIES


async def test_after_its_time_no_step_is_begun_and_what_is_not_known_is_said() -> None:
    switch = Bears(1000)
    found = await switch.climbed(limit_s=6)
    assert len(switch.rates) == 6
    assert found.note == f"one: no more time to look between {found.rate}/s and {found.above}/s"


async def test_what_is_clean_at_the_highest_rate_is_not_driven_beyond() -> None:
    switch = Bears(10_000)
    found = await switch.climbed(last=1000)
    assert (found.rate, switch.rates[-1]) == (1000, 1000)
    assert found.note == "one was not driven beyond 1000/s, where it was still clean"


async def test_one_that_bears_nothing_has_no_clean_rate() -> None:
    found = await Bears(0).climbed()
    assert found.rate == 0
    assert found.best is None
    assert found.summary[1][0] == 0


async def test_each_step_is_told_as_it_ends() -> None:
    switch = Bears(250)
    await switch.climbed()
    assert switch.told[:2] == [
        "one at 200/s: clean (begun 200/s, failed 0.0 %)",
        "one at 300/s: NOT clean (begun 250/s, failed 30.0 %)",
    ]


async def test_what_was_too_much_is_over_before_the_next_step() -> None:
    switch = Bears(1000)
    await switch.climbed(last=1000)
    assert switch.starts == 1
    too_much = Bears(250)
    await too_much.climbed()
    assert too_much.starts == len([rate for rate in too_much.rates if rate > 250])

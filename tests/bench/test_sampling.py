"""How the samples of a benchmark are taken."""

import asyncio
import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from bench.sampling import sampled


@contextmanager
def collections_noted(noted: list[bool], sampling: list[int]) -> Iterator[None]:
    def note(phase: str, _info: object) -> None:
        if phase == "start":
            noted.append(bool(sampling))

    gc.callbacks.append(note)
    try:
        yield
    finally:
        gc.callbacks.remove(note)


def test_no_garbage_is_collected_while_a_sample_is_taken_but_between_them() -> None:
    within_a_sample: list[bool] = []
    sampling: list[int] = []
    kept: list[object] = []

    async def one() -> Mapping[str, float]:
        sampling.append(1)
        kept.extend([number] for number in range(1000))
        sampling.clear()
        return {"one": 1.0}

    with collections_noted(within_a_sample, sampling):
        samples = asyncio.run(sampled([one], 3))
    assert {name: len(values) for name, values in samples.items()} == {
        "one, in turn": 3,
        "one, in blocks": 3,
    }
    assert within_a_sample
    assert not any(within_a_sample)
    assert gc.isenabled()


def test_a_collector_that_is_off_stays_so() -> None:
    async def one() -> Mapping[str, float]:
        return {"one": 1.0}

    gc.disable()
    try:
        asyncio.run(sampled([one], 1))
        assert not gc.isenabled()
    finally:
        gc.enable()

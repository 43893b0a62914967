"""In which order workers take the files of tests, of which each is taken whole (`--dist loadfile`)."""

from collections import Counter
from collections.abc import Iterable
from typing import TypeVar

Place = TypeVar("Place")


def slowest_first(tests: Iterable[tuple[Place, float]]) -> dict[Place, int]:
    """The rank of each file, from the files and time limits of its tests.

    First come the files that have the test with the longest limit, so that none of them is begun when the
    other workers have nothing left to do; of those with the same limit the one with most tests.
    """
    longest: dict[Place, float] = {}
    number: Counter[Place] = Counter()
    for place, limit_s in tests:
        longest[place] = max(longest.get(place, 0.0), limit_s)
        number[place] += 1
    order = sorted(longest, key=lambda place: (longest[place], number[place]), reverse=True)
    return {place: rank for rank, place in enumerate(order)}

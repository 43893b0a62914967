"""What `python -m bench sessions_load` says of what came of it, and of what did not."""

from typing import Any

from bench.load.processors import Share
from bench.load.result import Calls, Found
from bench.load.site import Size

SIZE = Size(sessions=4, terminals=2)
IDLE = Share(used=0.2, loop=0.15, waited=0.0)


def calls(rate: float, *, dials: int, faults: dict[str, int] | None = None, **shares: Share) -> Calls:
    """A worker that dialled for ten seconds."""
    result: dict[str, Any] = {
        "dials": dials,
        "calls": 2 * dials,
        "told": 8 * dials,
        "up": 1,
        "faults": faults or {},
        "samples": {"dial, to INVITE": [1.0, 2.0]},
    }
    return Calls(rate, 10.0, [result], shares, {"Call Manager": 1.0})


def test_the_highest_rate_that_held_is_named_and_what_was_saturated_at_the_next() -> None:
    full = Share(used=0.95, loop=0.8, waited=0.15)
    found = Found(
        SIZE, rate=100, seconds=10, tried=[calls(50, dials=500), calls(100, dials=700, product=full)]
    )
    found.logins, found.took_s = {"tsp": [1.0]}, {"tsp": 1.0}
    found.calls = calls(50, dials=500, product=IDLE)
    (latency,) = found.tables()
    notes = "\n".join(latency.notes)
    assert found.highest == 50
    assert "the highest rate that held: 50 a second" in notes
    assert "100 dials a second for 10 s: not all of them could be begun" in notes
    assert "product 95 %, waits for one 15 %, SATURATED" in notes
    assert [aim.met for aim in latency.aims] == [True, False]


def test_a_rate_at_which_something_is_lost_does_not_hold() -> None:
    lost = calls(100, dials=1000, faults={"an end that was not told": 3})
    assert not lost.held
    assert "3 times an end that was not told" in lost.text


def test_what_was_not_done_to_its_end_shows_what_there_was() -> None:
    found = Found(SIZE, rate=100, seconds=600, tried=[calls(25, dials=250)])
    found.logins, found.took_s = {"tsp": [1.0], "sscp": [2.0]}, {"tsp": 1.0, "sscp": 1.0}
    (latency,) = found.tables()
    assert {"dial, to INVITE", "login, TSP", "login, SSCP"} <= dict(latency.rows).keys()
    assert not any(aim.met for aim in latency.aims)


def test_of_what_has_not_begun_nothing_is_shown() -> None:
    assert Found(SIZE, rate=100, seconds=600).tables() == []

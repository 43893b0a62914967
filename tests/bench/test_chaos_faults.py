"""What goes wrong in `bench.chaos`, and in which order."""

from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bench.chaos.faults import (
    WEIGHTS,
    kill_owner,
    leader_of,
    nothing,
    possible,
    step_clock,
    step_clocks,
    turn,
)

WITHOUT_DATABASE: Any = SimpleNamespace(database=None)


def test_each_thing_goes_wrong_as_often_as_its_weight_before_all_of_them_begin_anew() -> None:
    kinds = list(WEIGHTS)
    all_of_them = sum(WEIGHTS.values())
    for deal in range(3):
        dealt = Counter(turn(kinds, 7, deal * all_of_them + number) for number in range(all_of_them))
        assert dealt == WEIGHTS


def test_the_order_is_another_one_each_time_and_the_same_again_from_the_same_seed() -> None:
    kinds = list(WEIGHTS)
    all_of_them = sum(WEIGHTS.values())

    def deal(seed: int, first: int) -> list[object]:
        return [turn(kinds, seed, first + number) for number in range(all_of_them)]

    assert deal(7, 0) == deal(7, 0)
    assert deal(7, 0) != deal(8, 0)
    assert deal(7, 0) != deal(7, all_of_them)


def test_those_that_are_named_alone_go_wrong() -> None:
    assert {turn([kill_owner, step_clock], 1, number) for number in range(7)} == {kill_owner, step_clock}


def test_nothing_goes_wrong_only_where_that_is_asked_for() -> None:
    assert nothing not in possible(WITHOUT_DATABASE, [])
    assert possible(WITHOUT_DATABASE, ["nothing"]) == [nothing]


def test_the_library_that_has_clocks_step_costs_nothing_where_none_does() -> None:
    assert not step_clocks(["kill_owner", "nothing"])


def test_the_server_leads_that_has_said_so_last(tmp_path: Path) -> None:
    def server(name: str, *times: str, bucket: str = "KV_offhook-embedded") -> Any:
        log = tmp_path / name
        said = f"[INF] JetStream cluster new stream leader for '$G > {bucket}'"
        log.write_text("".join(f"[7] 2026/01/02 {time} {said}\n" for time in times))
        return SimpleNamespace(log=log, part=name)

    servers = [
        server("one", "10:00:00.5", "10:00:09.0"),
        server("two", "10:00:08.0", "10:00:12.0"),
        server("three", "10:00:20.0", bucket="KV_offhook-embedded-kept"),
    ]
    assert leader_of("KV_offhook-embedded", servers).part is servers[1].part

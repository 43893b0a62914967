"""What the tables of measures say."""

from bench.report import spread


def test_a_high_percentile_is_shown_beside_the_baseline_and_in_each_half_of_the_run() -> None:
    quiet, noisy = [1.0] * 100, [1.0] * 80 + [5.0] * 20
    table = spread("calls", "ms", {"call": quiet + noisy, "bare": [0.5] * 200}, "bare", of=(50, 99))
    call = table.as_json()["rows"]["call"]
    assert (call["p50/baseline"], call["p99/baseline"]) == (2.0, 10.0)
    assert (call["p99 1st half"], call["p99 2nd half"]) == (1.0, 5.0)

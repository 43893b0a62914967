"""The text that Prometheus reads, judged by its own promtool as well (tests/assembly/test_metrics.py)."""

from offhook.metrics.families import MAX_SERIES, Counter, Gauge, Histogram, Labels, number, text


def test_a_counter_without_labels_is_there_before_anything_is_counted() -> None:
    assert text([Counter("calls_total", "Calls.")]) == (
        "# HELP calls_total Calls.\n# TYPE calls_total counter\ncalls_total 0\n"
    )


def test_a_counter_counts_each_combination_of_its_labels() -> None:
    calls = Counter("calls_total", "Calls.", ("direction", "cause"))
    calls.add("outbound", "busy")
    calls.add("outbound", "busy")
    calls.add("inbound", "normal")
    assert text([calls]).splitlines()[2:] == [
        'calls_total{direction="outbound",cause="busy"} 2',
        'calls_total{direction="inbound",cause="normal"} 1',
    ]


def test_a_gauge_is_read_when_it_is_asked_for() -> None:
    phones: dict[Labels, float] = {("away",): 3.0}
    gauge = Gauge("phones", "Phones.", lambda: phones, ("state",))
    assert 'phones{state="away"} 3' in text([gauge])
    phones["away",] = 2.5
    assert 'phones{state="away"} 2.5' in text([gauge])


def test_the_buckets_of_a_histogram_count_all_that_took_at_most_so_long() -> None:
    waits = Histogram("wait_seconds", "Waits.", (0.1, 1.0))
    for seconds in (0.05, 0.1, 0.5, 7):
        waits.observe(seconds)
    assert text([waits]).splitlines()[1:] == [
        "# TYPE wait_seconds histogram",
        'wait_seconds_bucket{le="0.1"} 2',
        'wait_seconds_bucket{le="1"} 3',
        'wait_seconds_bucket{le="+Inf"} 4',
        "wait_seconds_sum 7.65",
        "wait_seconds_count 4",
    ]


def test_what_would_break_a_line_is_escaped() -> None:
    gauge = Gauge("trunks", 'A "trunk"\\\nof ours.', lambda: {('a"b\\c\nd',): 1}, ("trunk",))
    lines = text([gauge]).splitlines()
    assert lines[0] == '# HELP trunks A "trunk"\\\\\\nof ours.'
    assert lines[2] == 'trunks{trunk="a\\"b\\\\c\\nd"} 1'


def test_series_are_bounded_and_those_beyond_are_counted_together() -> None:
    requests = Counter("requests_total", "Requests.", ("what",))
    for one in range(MAX_SERIES + 50):
        requests.add(str(one))
    lines = text([requests]).splitlines()[2:]
    assert len(lines) == MAX_SERIES + 1
    assert lines[-1] == 'requests_total{what="other"} 50'


def test_a_gauge_shows_no_more_series_than_that_either() -> None:
    gauge = Gauge("many", "Many.", lambda: {(str(one),): 1 for one in range(MAX_SERIES + 1)}, ("what",))
    assert len(text([gauge]).splitlines()[2:]) == MAX_SERIES


def test_numbers_are_written_without_loss() -> None:
    assert [number(one) for one in (0, 3.0, 0.1, 1e15, float("inf"))] == [
        "0",
        "3",
        "0.1",
        "1000000000000000",
        "+Inf",
    ]

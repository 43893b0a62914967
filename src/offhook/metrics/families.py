"""Metric families, and their text for Prometheus (text exposition format 0.0.4). No I/O, no clock.

Source: <https://prometheus.io/docs/instrumenting/exposition_formats/>. Names follow "Metric and label naming"
there: base units, `_total` for counters. The format is a page long, has not changed since 2014, and nothing
else of a client library would be used; so the counts are plain numbers, without a lock on each, and the
labels can be bounded here.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

MAX_SERIES = 400
"""Series of one family. Labels are causes, protocols, states and names from the configuration, which are
fewer. What is beyond counts as `OTHER`: each series costs memory here, and for weeks at Prometheus."""

OTHER = "other"

Labels = tuple[str, ...]
Sample = tuple[str, Mapping[str, str], float]
"""The suffix of the family's name, labels, value."""


class Family(Protocol):
    """Some metrics of one name."""

    name: str
    help: str
    kind: str
    labels: Labels
    """The names of its labels."""

    def samples(self) -> Iterator[Sample]:
        """What it has now."""
        ...


class Counter:
    """Counts what happens. `labels` are the labels' names."""

    kind = "counter"

    def __init__(self, name: str, help: str, labels: Sequence[str] = ()) -> None:
        self.name, self.help, self.labels = name, help, tuple(labels)
        self._counts: dict[Labels, float] = {} if labels else {(): 0}

    def add(self, *values: str, by: float = 1) -> None:
        """Count one more, or `by`, with these labels."""
        known = _bounded(self._counts, values)
        self._counts[known] = self._counts.get(known, 0) + by

    def samples(self) -> Iterator[Sample]:
        for values, count in list(self._counts.items()):
            yield "", dict(zip(self.labels, values, strict=True)), count


class Gauge:
    """Something that is asked for when it is wanted: `read` returns values by their labels."""

    kind = "gauge"

    def __init__(
        self,
        name: str,
        help: str,
        read: Callable[[], Mapping[Labels, float]],
        labels: Sequence[str] = (),
        *,
        kind: str = "gauge",
    ) -> None:
        self.name, self.help, self.kind = name, help, kind
        self.labels, self._read = tuple(labels), read

    def samples(self) -> Iterator[Sample]:
        for place, (values, value) in enumerate(self._read().items()):
            if place < MAX_SERIES:
                yield "", dict(zip(self.labels, values, strict=True)), value


class Histogram:
    """How long things take: how many took at most each of `buckets` seconds."""

    kind = "histogram"

    def __init__(self, name: str, help: str, buckets: Sequence[float], labels: Sequence[str] = ()) -> None:
        self.name, self.help = name, help
        self._buckets, self.labels = tuple(buckets), tuple(labels)
        self._counts: dict[Labels, list[int]] = {}
        self._sums: dict[Labels, float] = {}
        if not labels:
            self._of(())

    def observe(self, seconds: float, *values: str) -> None:
        """One more has taken so long."""
        known = _bounded(self._counts, values)
        self._of(known)[bisect_left(self._buckets, seconds)] += 1
        self._sums[known] += seconds

    def samples(self) -> Iterator[Sample]:
        for values, counts in list(self._counts.items()):
            labels, total = dict(zip(self.labels, values, strict=True)), 0
            for limit, count in zip((*self._buckets, float("inf")), counts, strict=True):
                total += count
                yield "_bucket", {**labels, "le": number(limit)}, total
            yield "_sum", labels, self._sums[values]
            yield "_count", labels, total

    def _of(self, values: Labels) -> list[int]:
        found = self._counts.get(values)
        if found is None:
            found = self._counts[values] = [0] * (len(self._buckets) + 1)
            self._sums[values] = 0.0
        return found


def text(families: Iterable[Family]) -> str:
    """All that they have now, as Prometheus reads it."""
    lines = list[str]()
    for family in families:
        lines += (
            f"# HELP {family.name} {_escaped(family.help)}",
            f"# TYPE {family.name} {family.kind}",
        )
        for suffix, labels, value in family.samples():
            given = ",".join(f'{name}="{_escaped(one, quotes=True)}"' for name, one in labels.items())
            lines.append(f"{family.name}{suffix}{f'{{{given}}}' if given else ''} {number(value)}")
    return "\n".join([*lines, ""])


def number(value: float) -> str:
    """A value as Prometheus reads it."""
    if value == float("inf"):
        return "+Inf"
    return str(int(value)) if value == int(value) else repr(float(value))


def _bounded(known: Mapping[Labels, object], values: Labels) -> Labels:
    if values in known or len(known) < MAX_SERIES:
        return values
    return (OTHER,) * len(values)


def _escaped(text: str, *, quotes: bool = False) -> str:
    text = text.replace("\\", "\\\\").replace("\n", "\\n")
    return text.replace('"', '\\"') if quotes else text

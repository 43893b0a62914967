"""Numbers of one run and how they are shown. Everything here is computed from what was measured."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

PERCENTILES = (10, 50, 90, 99)
"""The first is what hardly anything else has disturbed: on a busy machine it says more than the median."""


def percentile(values: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile: a value that was really measured."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


class TooSmallError(Exception):
    """This machine does not allow what is to be measured; the text says what, and what to do."""


@dataclass(frozen=True, slots=True)
class Aim:
    """What was hoped for, and whether this run reached it."""

    text: str
    met: bool


@dataclass(frozen=True, slots=True)
class Table:
    """One measure. `rows` are names with a number for each column; the one named `baseline` is the floor.

    None: not measured for that row.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[float | None, ...]], ...]
    baseline: str
    aims: tuple[Aim, ...] = ()
    notes: tuple[str, ...] = field(default=())

    def as_text(self) -> str:
        """For a person to read."""
        width = max(len(name) for name, _ in self.rows)
        head = f"  {'':<{width}}" + "".join(f"{column:>14}" for column in self.columns)
        lines = [self.title, head]
        for name, numbers in self.rows:
            lines.append(f"  {name:<{width}}" + "".join(f"{_number(number):>14}" for number in numbers))
        lines += [f"  {note}" for note in self.notes]
        lines += [f"  aim: {aim.text}: {'reached' if aim.met else 'NOT reached'}" for aim in self.aims]
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """For a program to read."""
        return {
            "title": self.title,
            "baseline": self.baseline,
            "rows": {name: dict(zip(self.columns, numbers, strict=True)) for name, numbers in self.rows},
            "aims": [{"aim": aim.text, "reached": aim.met} for aim in self.aims],
            "notes": list(self.notes),
        }


def spread(
    title: str,
    unit: str,
    samples: Mapping[str, Sequence[float]],
    baseline: str,
    *,
    baseline_of: Callable[[str], str] | None = None,
    of: Sequence[int] = (50,),
    **more: Any,
) -> Table:
    """A table of percentiles; those in `of` also as multiples of the baseline's.

    Few samples say what a higher one than the median is: it is shown for each half of the run as well. Where
    these differ, it is the machine's noise. `baseline_of`: the row's own baseline, by its name, where there
    is more than one.
    """
    high = [percent for percent in of if percent > 50]
    columns = (
        *("n", *(f"p{percent} {unit}" for percent in PERCENTILES), f"max {unit}"),
        *(f"p{percent}/baseline" for percent in of),
        *(f"p{percent} {half} half" for percent in high for half in ("1st", "2nd")),
    )

    def numbers(name: str, values: Sequence[float]) -> tuple[float, ...]:
        base = samples[baseline_of(name) if baseline_of else baseline]
        middle = len(values) // 2
        return (
            float(len(values)),
            *(percentile(values, percent) for percent in PERCENTILES),
            max(values),
            *(percentile(values, percent) / percentile(base, percent) for percent in of),
            *(percentile(half, percent) for percent in high for half in (values[:middle], values[middle:])),
        )

    rows = tuple((name, numbers(name, values)) for name, values in samples.items())
    return Table(title, columns, rows, baseline, **more)


def _number(number: float | None) -> str:
    if number is None:
        return "-"
    if number == int(number) and abs(number) < 1e15:
        return f"{int(number):,}"
    return f"{number:,.3f}" if abs(number) < 100 else f"{number:,.0f}"

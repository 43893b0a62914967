"""Which numbers a phone may dial without waiting for further digits.

An emergency number goes out with its last digit. A number of the site's own does where an outside line has a
prefix, as only then nothing else begins like it; without a prefix `5683` may be the beginning of `568-3848`,
and the phone waits as it always does.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from offhook.provisioning.values import Phone


@dataclass(frozen=True, slots=True)
class OwnNumbers:
    """The site's own numbers: a first digit out of `ranges`, like ("1-4", "6-9"), and `rest` further ones."""

    ranges: tuple[str, ...]
    rest: int


def own_numbers(phone: Phone) -> tuple[OwnNumbers, ...]:
    """Those that can be dialled at once, the shortest first; of two lengths only the longer one can."""
    if not phone.outside_prefix or not phone.extension_lengths:
        return ()
    digits = [digit for digit in range(1, 10) if str(digit) != phone.outside_prefix[0]]
    runs = [[digit for _, digit in run] for _, run in groupby(enumerate(digits), lambda at: at[1] - at[0])]
    ranges = tuple(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
    return (OwnNumbers(ranges, max(phone.extension_lengths) - 1),)

"""What a page of settings has tried before it saves; `text` is the configuration as it would be saved."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from offhook.address import Reading
from offhook.common.finding import Finding

Tester = Callable[[str], Awaitable[Sequence[Finding]]]
"""A test of the text."""

Testers = dict[str, Tester]
"""By page: account, tsp, directory, rules."""

Checker = Callable[[str], None]
"""A check of the text before saving: raises `ConfigError` if the program could not start."""


@dataclass(frozen=True, slots=True)
class NumberReading:
    """How a number is read, and whether the dial rules allow the result."""

    reading: Reading
    allowed: bool


Trial = Callable[[str, str], Awaitable[NumberReading]]
"""Arguments: the text, and the number that was typed. Raises `ConfigError`."""

"""Who works together, and what rings for numbers outside, as people see it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GroupState:
    """Who may use one of its `terminals` belongs to it, and so do its `users`; they may watch its terminals,
    and those of `watch`. `*` stands for every terminal."""

    name: str
    terminals: tuple[str, ...]
    users: tuple[str, ...]
    watch: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NumberRange:
    """Numbers outside, with + and the country; a single one is `first` and `last`."""

    first: str
    last: str


@dataclass(frozen=True, slots=True)
class IncomingState:
    """What rings for `numbers`; without any, for all that are nobody's.

    `order` is all, in_order or longest_idle. They ring at these `hours` ("mon-fri 09:00-17:30"; none: always)
    but not on days that are `closed`; `open` says whether that is now. `otherwise` is what the caller gets
    then, and when nobody answers: a terminal, a number outside, or busy, unavailable, no-such-number. A
    terminal's own number has none of this: it rings as when a colleague calls.
    """

    numbers: tuple[NumberRange, ...]
    ring: tuple[str, ...]
    order: str
    ring_s: float
    hours: tuple[str, ...]
    closed: tuple[str, ...]
    open: bool
    otherwise: str

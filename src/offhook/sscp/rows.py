"""Lists of terminals as they are written: each set of features once, however many terminals have it.

Written out, the capabilities of a thousand phones take 500 KB, which a client reads in 20 ms.
"""

from collections.abc import Sequence

from msgspec import Struct

from offhook.call import Features, Forwarding, Terminal


class Row(Struct, frozen=True, omit_defaults=True):
    """A terminal in a list. `features_set` and `capabilities_set` are places in the reply's `sets`.

    A server that does not write sets has `features` and `capabilities` here.
    """

    id: str
    name: str = ""
    in_service: bool = False
    problem: str = ""
    problem_at: float | None = None
    features: Features | None = None
    capabilities: Features | None = None
    forwardings: tuple[Forwarding, ...] = ()
    do_not_disturb: bool = False
    missed: int = 0
    features_set: int | None = None
    capabilities_set: int | None = None


class FirstTerminal(Struct, frozen=True):
    """A terminal as the first SSCP 1 has it, in lists and events."""

    id: str
    name: str
    in_service: bool
    problem: str
    problem_at: float | None
    features: Features | None


def rows_of(terminals: Sequence[Terminal]) -> tuple[list[Row], list[Features]]:
    """The rows of these terminals, and the sets that they name."""
    places: dict[Features, int] = {}
    rows = [
        Row(
            one.id,
            one.name,
            one.in_service,
            one.problem,
            one.problem_at,
            forwardings=one.forwardings,
            do_not_disturb=one.do_not_disturb,
            missed=one.missed,
            features_set=None if one.features is None else places.setdefault(one.features, len(places)),
            capabilities_set=None
            if one.capabilities is None
            else places.setdefault(one.capabilities, len(places)),
        )
        for one in terminals
    ]
    return rows, list(places)


def first_terminal(one: Terminal) -> FirstTerminal:
    """The terminal for a client that knows only the first SSCP 1."""
    return FirstTerminal(one.id, one.name, one.in_service, one.problem, one.problem_at, one.features)


def terminals_of(rows: Sequence[Row], sets: Sequence[Features]) -> list[Terminal]:
    """The terminals of these rows. A set that there is not counts as not told."""

    def told(place: int | None, otherwise: Features | None) -> Features | None:
        return sets[place] if place is not None and 0 <= place < len(sets) else otherwise

    return [
        Terminal(
            one.id,
            one.name,
            one.in_service,
            one.problem,
            one.problem_at,
            told(one.features_set, one.features),
            told(one.capabilities_set, one.capabilities),
            one.forwardings,
            one.do_not_disturb,
            one.missed,
        )
        for one in rows
    ]

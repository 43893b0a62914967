"""Who has a phone in the demos, of the command line and of the window."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody with a phone."""

    phone: str
    name: str


KIM, LEE, PARK = PEOPLE = (
    DemoPerson("4000", "Kim"),
    DemoPerson("4001", "Lee Min-ho"),
    DemoPerson("4002", "Park Ji-woo"),
)
"""The one who calls, and two colleagues."""


def terminals(people: Iterable[DemoPerson], password: str) -> str:
    """Their phones as a configuration has them, all with this password."""
    return "".join(
        f'[[terminal]]\nid = "{one.phone}"\nname = "{one.name}"\npassword = "{password}"\n' for one in people
    )


def table(people: Iterable[DemoPerson]) -> str:
    """Them as a directory in CSV, of one company."""
    return "".join(("name,phone,company\n", *(f"{one.name},{one.phone},Example\n" for one in people)))

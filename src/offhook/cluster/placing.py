"""Which node a terminal should belong to: rendezvous hashing (Thaler and Ravishankar, 1998).

Every node computes the same from the same list. When a node comes, only what it gets moves, in equal shares
from all others; when it goes, only what it had.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b


def weight(node: str, terminal: str) -> bytes:
    """How much this node is the terminal's; the same in every process and version."""
    return blake2b(f"{node}\0{terminal}".encode(), digest_size=8).digest()


def best(terminal: str, nodes: Iterable[str]) -> str:
    """The node with the most weight; "" if there are none."""
    return max(nodes, key=lambda node: (weight(node, terminal), node), default="")


Place = Callable[[str, list[str], str], str]
"""The node of these that should have this, which that one has now; "": nobody."""


def spread(unit: str, live: list[str], _owner: str) -> str:
    """Among all, whoever has it."""
    return best(unit, live)


def staying(unit: str, live: list[str], owner: str) -> str:
    """With who has it, as long as that node lives, whoever joins."""
    return owner if owner in live else best(unit, live)


def at_home(homes: Mapping[str, Sequence[str]]) -> Place:
    """With one of the nodes that are its home, the first of those that live if none of them has it. Only
    while none lives others have it, of whom it stays with the first. What has no home is spread among all."""

    def place(unit: str, live: list[str], owner: str) -> str:
        home = homes.get(unit, ())
        there = [node for node in home if node in live]
        if there:
            return owner if owner in there else there[0]
        return staying(unit, live, owner) if home else best(unit, live)

    return place

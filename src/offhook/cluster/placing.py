"""Which node a terminal should belong to: rendezvous hashing (Thaler and Ravishankar, 1998).

Every node computes the same from the same list. When a node comes, only what it gets moves, in equal shares
from all others; when it goes, only what it had.
"""

from collections.abc import Iterable
from hashlib import blake2b


def weight(node: str, terminal: str) -> bytes:
    """How much this node is the terminal's; the same in every process and version."""
    return blake2b(f"{node}\0{terminal}".encode(), digest_size=8).digest()


def best(terminal: str, nodes: Iterable[str]) -> str:
    """The node with the most weight; "" if there are none."""
    return max(nodes, key=lambda node: (weight(node, terminal), node), default="")

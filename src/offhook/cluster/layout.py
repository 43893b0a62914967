"""Do all nodes have the same telephone systems, with the same phones? No I/O.

Each tells the others a digest of the phones of each part. Where they differ, two nodes may act for the same
phone, or one has phones that the other cannot dial.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping

MAX_NODES = 64
"""Nodes whose layouts are remembered: whoever has the token might make up any number of names."""

ALIKE = "give both the same [[terminal]]s and [[cluster.part]]s"

SHOWN = 5
"""Names of parts that one sentence has at most."""


def digest(terminals: Iterable[str]) -> str:
    """It is the same for the same phones, in whatever order."""
    return hashlib.sha256("\0".join(sorted(terminals)).encode()).hexdigest()[:16]


class Layouts:
    """Compares those of others with `own`: digests of phones by the names of parts, "" without parts."""

    def __init__(self, own: Mapping[str, str]) -> None:
        self.own = own
        self._told: dict[str, Mapping[str, str]] = {}

    def on_told(self, node: str, parts: Mapping[str, str] | None) -> str:
        """A node has told its own, an older version None. What is different, "" where that is known already,
        or nothing is."""
        before = self._told.pop(node, None)
        if parts is None:
            return ""
        self._told[node] = parts
        while len(self._told) > MAX_NODES:
            del self._told[next(iter(self._told))]
        return "" if parts == before else self._difference(parts)

    def differences(self, live: Collection[str]) -> dict[str, str]:
        """What is different at the nodes that live, by their names."""
        found = {node: self._difference(parts) for node, parts in self._told.items() if node in live}
        return {node: what for node, what in sorted(found.items()) if what}

    def _difference(self, there: Mapping[str, str]) -> str:
        own = self.own
        unknown, missing = there.keys() - own.keys(), own.keys() - there.keys()
        others = {part for part in own.keys() & there.keys() if own[part] != there[part]}
        told = [
            (unknown, f"it has {named(unknown)}, which this node does not know"),
            (missing, f"it does not know {named(missing)}"),
            (others, f"it has other phones in {named(others)}"),
        ]
        what = [text for parts, text in told if parts]
        if not what:
            return ""
        return f"{', '.join(what)}; {ALIKE}"


def named(parts: Collection[str]) -> str:
    """The parts as a sentence has them."""
    names = sorted(parts)[:SHOWN]
    if names in ([], [""]):
        return "the telephone system"
    more = " ..." if len(parts) > SHOWN else ""
    return f"the telephone system{'s' if len(names) > 1 else ''} {', '.join(names)}{more}"

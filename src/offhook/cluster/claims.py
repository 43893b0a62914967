"""Which phones each owner acts for: it stands in its claim, so that no phone is ever acted for by two.

Nodes whose configurations have a phone in different telephone systems share these out as if they had nothing
in common: one node would act for the phone as the owner of one, another node as that of the other. So who
claims a telephone system writes its phones with the claim, and of two valid claims with a phone in common the
older one holds: the bucket numbers its writes over all keys. Who has written the newer one has heard of the
older one once the watch, which keeps the order, has brought its own; until then it does not act.

What only one of them has, as while a phone or a telephone system is added node by node, contradicts nothing.
A claim of an earlier version says nothing of phones, and is compared with none. No I/O.
"""

import base64
import math
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from offhook.cluster.entries import Entry, TerminalEntry, decode_terminal, name_in

MAX_BYTES = 8 << 20
"""Bytes of the names of all phones of a telephone system: some hundred thousand."""

MAX_PACKED = 700_000
"""Characters of a claim's phones: NATS takes a message of 1 MB. More phones are not compared."""

MAX_CLAIMS = 1000
"""Claims that are remembered: whoever has the token might make up any number of telephone systems."""


MAX_NODES = 64
"""Nodes that are remembered."""


class Contradiction(NamedTuple):
    """This phone is of that telephone system by the configuration of that node, which has it."""

    phone: str
    unit: str
    node: str


def packed(phones: Iterable[str]) -> str:
    """As they stand in a claim; "" for too many."""
    names = "\0".join(sorted(phones)).encode()
    text = base64.b64encode(zlib.compress(names, 9)).decode()
    return text if len(text) <= MAX_PACKED and len(names) <= MAX_BYTES else ""


@lru_cache(maxsize=128)
def unpacked(text: str) -> frozenset[str]:
    """The phones of a claim; none if they cannot be read."""
    try:
        names = zlib.decompressobj().decompress(base64.b64decode(text), MAX_BYTES).decode()
    except (ValueError, zlib.error):
        return frozenset()
    return frozenset(names.split("\0")) - {""}


class Claims:
    """All that are known. `phones` are those of each telephone system by this node's configuration; without
    any, nothing is compared. `is_over` tells whether a node's epoch has ended."""

    def __init__(self, phones: Mapping[str, Collection[str]], is_over: Callable[[str, int], bool]) -> None:
        self._own = {unit: frozenset(those) for unit, those in phones.items()}
        self._packed = {unit: packed(those) for unit, those in phones.items()}
        self._is_over = is_over
        self._known: dict[str, tuple[TerminalEntry, int]] = {}

    @property
    def compares(self) -> bool:
        """Is anything compared?"""
        return bool(self._own)

    def phones(self, unit: str) -> str:
        """What this node writes with its claim to a telephone system."""
        return self._packed.get(unit, "")

    def on_entry(self, entry: Entry) -> None:
        """A claim, or its end, as it was read or watched."""
        unit = name_in(entry.key)
        _, revision = self._known.get(unit, (None, 0))
        found = decode_terminal(entry.value)
        if not self._own or found is None or entry.revision <= revision:
            return
        if unit in self._known or len(self._known) < MAX_CLAIMS:
            self._known[unit] = found, entry.revision

    def against(self, unit: str, before: int | None = None) -> Contradiction | None:
        """What contradicts that this node has a telephone system, of all valid claims or of those before this
        revision."""
        own = self._own.get(unit, frozenset())
        for other, (entry, revision) in self._known.items():
            if other == unit or not entry.phones or (before is not None and revision > before):
                continue
            if not entry.node or self._is_over(entry.node, entry.node_epoch):
                continue
            if common := own & unpacked(entry.phones):
                return Contradiction(min(common), other, entry.node)
        return None


_NEVER: tuple[frozenset[str], float] = frozenset(), -math.inf


class Refusals:
    """Which telephone systems the nodes do not take, by what they tell: others are to have them."""

    FRESH_S = 4.0

    def __init__(self) -> None:
        self._told: dict[str, tuple[frozenset[str], float]] = {}

    def on_told(self, node: str, units: Collection[str], now: float) -> None:
        """A node has told which."""
        self._told.pop(node, None)
        if len(self._told) < MAX_NODES:
            self._told[node] = frozenset(units), now

    def forget(self, node: str) -> None:
        """It is gone: its next run may be configured otherwise."""
        self._told.pop(node, None)

    def heard(self, node: str, now: float) -> bool:
        """Has it told of itself of late, whatever that was?"""
        _, at = self._told.get(node, _NEVER)
        return now < at + self.FRESH_S

    def others(self, unit: str, live: list[str], now: float) -> list[str]:
        """Those of the nodes that would take it."""
        return [node for node in live if not self._refuses(node, unit, now)]

    def _refuses(self, node: str, unit: str, now: float) -> bool:
        units, at = self._told.get(node, _NEVER)
        return unit in units and now < at + self.FRESH_S

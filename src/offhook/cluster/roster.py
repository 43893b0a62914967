"""The nodes as they tell of themselves. No I/O."""

from collections.abc import Sequence
from dataclasses import replace

from offhook.call import NodeState
from offhook.cluster.messages import NodeTold

MAX_NODES = 64
"""Nodes that are remembered: a cluster has three. Whoever has the token might make up any number of names."""

LOST_S = 86_400.0
"""A node that was lost is shown for so long."""


class Roster:
    """What the other nodes have last told, and when. `now` is a steady clock's."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._told: dict[str, tuple[NodeState, float]] = {}

    def on_told(self, told: NodeTold, now: float) -> None:
        """A node has told of itself."""
        name = told.state.name
        if name == self._name:
            return
        self._told.pop(name, None)
        if not told.goes:
            self._told[name] = (told.state, now)
        while len(self._told) > MAX_NODES:
            del self._told[next(iter(self._told))]

    def others(self, live: Sequence[str], now: float) -> list[NodeState]:
        """The other nodes: those that live, and those that were lost within the last day. One that went in
        order is none of them."""
        for name in [name for name, (_, at) in self._told.items() if now > at + LOST_S and name not in live]:
            del self._told[name]
        found = [
            replace(state, here=False, live=True, silent_s=now - at)
            if name in live
            else replace(state, here=False, live=False, silent_s=now - at, acts_for=())
            for name, (state, at) in self._told.items()
        ]
        silent = [NodeState(name) for name in live if name != self._name and name not in self._told]
        return [*found, *silent]

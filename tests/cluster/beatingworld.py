"""Nodes in simulated time that tell each other every second what they reach, and of what they lose and reach
again."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from functools import partial

from tests.cluster.world import STEP_S, Node, World

BEAT = round(1.0 / STEP_S)
"""Steps from one time that nodes tell of themselves to the next."""


class BeatingWorld(World):
    """What nodes reach changes every ten seconds, unless the network is `whole`."""

    _steps = 0

    def node_named(self, name: str) -> Node:
        return next(node for node in self.nodes if node.name == name)

    def step(self) -> None:
        if self._steps % (10 * BEAT) == 0 and not self.whole:
            self.reach_changes()
        if self._steps % BEAT == 0:
            for node in self.nodes:
                if node.runs:
                    self.beat(node)
        self._steps += 1
        super().step()

    @abstractmethod
    def reach_changes(self) -> None:
        """Some node loses what it reaches, or reaches it again."""

    @abstractmethod
    def beat(self, node: Node) -> None:
        """A second is over: the node looks at what it reaches, and tells the others."""

    def tell(self, node: Node, other: Node, hear: Callable[[], None]) -> None:
        """The other one hears it a moment later, if it still runs then, and nothing is cut."""
        if not node.cut and not other.cut and not other.dead:
            self._post(self._delay(node), partial(self._heard, other, other.run, hear))

    def _heard(self, node: Node, run: int, hear: Callable[[], None]) -> None:
        if node.runs and node.run == run:
            hear()

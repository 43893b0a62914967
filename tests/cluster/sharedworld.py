"""Nodes in simulated time that share out telephone systems, and may be configured differently.

To what `World` does come: a phone that stands in one telephone system at one node and in another one at the
next, configurations that change when a node is started again, nodes that tell each other late, or never, what
they do not take (`claims.py`), and systems that a node loses and reaches again (`reach.py`). It is `Node`
itself that is simulated, without its connection, so with all that it makes of this together.

The watch of a connection keeps the order in which the bucket was written, as NATS does: claims rely on it. It
is delayed, and cut; a new one begins with what there is.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from random import Random

from offhook.cluster import node as cluster_node
from offhook.cluster.claims import Refusals
from offhook.cluster.entries import Entry
from offhook.cluster.member import Member
from offhook.cluster.placing import at_home
from offhook.cluster.reach import FREE_S
from offhook.config import ClusterSettings
from tests.cluster.beatingworld import BeatingWorld
from tests.cluster.world import OWNED_AGAIN_S, Node, TwoOwnersError

Parts = Mapping[str, tuple[str, ...]]
"""The phones of each telephone system."""

BEFORE: Parts = {"seoul": ("4000", "4001"), "busan": ("5000", "5001"), "jeju": ("6000",)}
CONFIGURATIONS: tuple[Parts, ...] = (
    BEFORE,
    {"seoul": ("4000",), "busan": ("5000", "5001", "4001"), "jeju": ("6000",)},
    {"seoul": ("4000", "5000"), "busan": ("5001", "4001"), "jeju": ("6000",)},
    {"seoul": ("4000", "4001", "6000"), "busan": ("5000", "5001")},
    {"seoul": ("4000",), "busan": ("5000", "5001"), "jeju": ("6000",), "daegu": ("4001",)},
)
"""What is moved, swapped, put together and taken apart."""

OWNED_S = OWNED_AGAIN_S + FREE_S + Refusals.FRESH_S + 2
"""A lease runs out, what nodes have heard of each other is old, and a few seconds for what they say then."""

HOMES: Mapping[str, Sequence[str]] = {"seoul": ("n1",), "busan": ("n2", "n3"), "jeju": ("n3", "n1")}


class SharedWorld(BeatingWorld):
    """`fixed` are the configurations of nodes that have the same one whenever they are started."""

    keeps_order = True

    def __init__(self, random: Random, *, nodes: int = 3, fixed: Mapping[str, Parts] = {}) -> None:
        self._fixed = dict(fixed)
        self.of: dict[str, cluster_node.Node] = {}
        """The node's own rules, by its name."""
        self.parts: dict[str, Parts] = {}
        self._links: defaultdict[str, int] = defaultdict(int)
        self._brought: defaultdict[str, float] = defaultdict(float)
        self.away: set[tuple[str, str]] = set()
        """Which node does not reach which telephone system."""
        super().__init__(random, nodes=nodes, terminals=0, member=self._made)
        self.terminals = sorted({unit for parts in (*CONFIGURATIONS, *fixed.values()) for unit in parts})

    def _made(self, name: str, run: str, _units: list[str]) -> Member:
        parts = self.parts[name] = self._fixed.get(name) or self.random.choice(CONFIGURATIONS)
        own = self.of[name] = cluster_node.Node(
            ClusterSettings(node=name),
            parts,
            place=at_home(HOMES),
            clock=lambda: self.clock(self.node_named(name)),
            phones=parts,
        )
        member: Member = own._member
        member._lease._run = run
        return member

    def agree(self) -> None:
        """All have the same configuration from now on, and are started with it one after the other."""
        self._fixed = {node.name: BEFORE for node in self.nodes}
        for node in self.nodes:
            self.kill(node)
            self.start(node)

    # What nodes tell each other

    def reach_changes(self) -> None:
        self.away ^= {(self.random.choice(self.nodes).name, self.random.choice(self.terminals))}

    def beat(self, node: Node) -> None:
        own = self.of[node.name]
        for unit in self.parts[node.name]:
            reached = (node.name, unit) not in self.away
            own.see(unit, works=reached, knocks=reached)
        told = list(own.contradicted), list(self.parts[node.name]), own.reaches()
        for other in self.nodes:
            self.tell(node, other, partial(self._hear, other, node.name, *told))

    def _hear(
        self,
        node: Node,
        of: str,
        refused: list[str],
        known: list[str],
        reaches: tuple[list[str], list[str]],
    ) -> None:
        self.of[node.name].hear_refused(of, refused, known)
        self.of[node.name].hear_reach(of, *reaches)

    # A watch that keeps the order

    def heal(self, node: Node) -> None:
        self._links[node.name] += 1
        super().heal(node)

    def _bring_all(self, node: Node) -> None:
        self._brought[node.name] = self.now
        if not node.cut:
            for entry in sorted(self.bucket.values(), key=lambda entry: entry.revision):
                self._bring(node, entry)

    def _bring(self, node: Node, entry: Entry) -> None:
        due = self.now + self._delay(node)
        if self.keeps_order:
            due = self._brought[node.name] = max(self._brought[node.name], due)
        run, link = node.run, self._links[node.name]

        def arrive() -> None:
            if self._links[node.name] == link:
                self._watched(node, run, entry)

        self._number += 1
        heapq.heappush(self._mail, (due, self._number, arrive))

    # The invariants

    def _act(self) -> None:
        super()._act()
        acting: dict[str, tuple[str, str]] = {}
        for node in self.nodes:
            for unit, phones in self.parts[node.name].items():
                if node.runs and node.member.epoch(unit, self.clock(node)) is not None:
                    for phone in phones:
                        if (other := acting.setdefault(phone, (node.name, unit))) != (node.name, unit):
                            both = f"{other} and {(node.name, unit)}"
                            raise TwoOwnersError(f"phone {phone} is acted for by {both}, {self.now:.2f} s")

    def without(self) -> list[str]:
        """Who should have an owner and has none. A telephone system that nodes know differently has none as
        long as each of them has one of its phones elsewhere, where somebody acts for it."""
        taken = {
            phone
            for node in self.nodes
            for unit, phones in self.parts[node.name].items()
            if node in self.owners(unit)
            for phone in phones
        }
        return [
            unit
            for unit in self.terminals
            if not self.owners(unit)
            and any(
                unit in self.parts[node.name] and not taken & set(self.parts[node.name][unit])
                for node in self.nodes
            )
        ]

"""A telephone system that nodes lose and reach again, while everything happens to them that may."""

from functools import partial
from random import Random

import pytest

from offhook.cluster.member import Member
from offhook.cluster.placing import best
from offhook.cluster.reach import BEGIN_S, FREE_S, LOST_S, MAX_BARRED_S, Reach
from tests.cluster.beatingworld import BeatingWorld
from tests.cluster.world import OWNED_AGAIN_S, Node, live_through
from tests.long import times as often

pytestmark = pytest.mark.timeout(often(60, 3600))


class Site(BeatingWorld):
    """Three nodes that share a telephone system, and tell each other every second whether they reach it."""

    def __init__(self, random: Random) -> None:
        self.reach: dict[str, Reach] = {}
        self.away: set[str] = set()
        """Nodes that do not reach it."""
        super().__init__(random, terminals=1, member=self._made)
        (self.unit,) = self.terminals

    def _made(self, name: str, run: str, units: list[str]) -> Member:
        reach = self.reach[name] = Reach(name)

        def placing(unit: str, live: list[str]) -> str:
            has = member.owner(unit)
            owner = "" if has is None else has.node
            able = reach.able(unit, live, owner, self.clock(self.node_named(name)))
            return owner if owner in able else best(unit, able)

        member = Member(name, run, units, placing=placing)
        return member

    def reach_changes(self) -> None:
        self.away ^= {self.random.choice(self.nodes).name}

    def beat(self, node: Node) -> None:
        now, reach = self.clock(node), self.reach[node.name]
        owns = node.member.epoch(self.unit, now) is not None
        reached = node.name not in self.away
        reach.on_seen(self.unit, now, owns=owns, works=owns and reached, knocks=reached)
        node.member.look_again([self.unit])
        told = reach.says(now)
        for other in self.nodes:
            if other is not node:
                self.tell(node, other, partial(self._hear, other, node.name, told))

    def _hear(self, node: Node, of: str, told: tuple[list[str], list[str]]) -> None:
        self.reach[node.name].on_told(of, *told, self.clock(node))

    @property
    def owner(self) -> str:
        return next((node.name for node in self.owners(self.unit)), "")


@pytest.mark.parametrize("seed", range(often(3, 300)))
def test_there_are_never_two_owners_and_soon_one_again(seed: int) -> None:
    site = Site(Random(seed))
    for _ in range(4):
        live_through(site, 600)
        site.settle(OWNED_AGAIN_S + FREE_S + 2)


@pytest.mark.parametrize("seed", range(often(2, 100)))
def test_if_one_node_alone_reaches_it_that_one_has_it_in_the_end_and_keeps_it(seed: int) -> None:
    site = Site(Random(seed))
    live_through(site, 1200)
    reaches = site.random.choice(site.nodes).name
    site.away = {node.name for node in site.nodes} - {reaches}
    site.settle(OWNED_AGAIN_S + FREE_S + 2)
    site.whole = True
    site.advance(MAX_BARRED_S + BEGIN_S + LOST_S + 10)
    assert site.owner == reaches
    moves = site.moves
    site.advance(60)
    assert (site.owner, site.moves) == (reaches, moves)


def test_after_a_cut_it_is_at_a_node_that_reaches_it_within_seconds() -> None:
    site = Site(Random(1))
    site.whole = True
    site.away = set()
    site.advance(30)
    lost = site.owner
    site.away = {lost}
    site.advance(LOST_S + 4)
    assert site.owner not in ("", lost)
    site.away = set()
    moves = site.moves
    site.advance(120)
    assert site.moves == moves  # it does not go back

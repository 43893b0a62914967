"""Nodes with different configurations: no phone is acted for by two, and none waits for an owner in vain."""

from collections.abc import Callable
from random import Random

import pytest

from offhook.cluster import ownership
from offhook.cluster.claims import Claims
from offhook.cluster.ownership import Ownership, Self
from tests.cluster.sharedworld import BEFORE, OWNED_S, SharedWorld
from tests.cluster.world import TwoOwnersError, live_through
from tests.long import times as often

ADDED = {**BEFORE, "ulsan": ("7000",)}

pytestmark = pytest.mark.timeout(often(120, 3600))


@pytest.mark.parametrize("seed", range(often(5, 1000)))
def test_no_phone_is_ever_acted_for_by_two_and_soon_by_one_again(seed: int) -> None:
    world = SharedWorld(Random(seed))
    for _ in range(3):
        live_through(world, 400)
        world.settle(OWNED_S)
    world.agree()
    world.settle(OWNED_S)
    assert all(world.owners(unit) for unit in BEFORE)


@pytest.mark.parametrize("knows", ["n1", "n2", "n3"])
def test_a_telephone_system_that_one_node_alone_knows_so_far_is_that_nodes(knows: str) -> None:
    """By chance it would be that of another one, which does not take it before it knows it."""
    nodes = ("n1", "n2", "n3")
    world = SharedWorld(Random(0), fixed={name: ADDED if name == knows else BEFORE for name in nodes})
    world.settle(OWNED_S)
    assert [node.name for node in world.owners("ulsan")] == [knows]


# Each rule of claims.py is needed: without it the same histories find a phone that two act for.


def breaks() -> bool:
    """Do the histories find it?"""
    for seed in range(60):
        try:
            live_through(SharedWorld(Random(seed)), 1000)
        except TwoOwnersError as error:
            assert "phone" in str(error)
            return True
    return False


def test_without_comparing_claims_two_act_for_a_phone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Claims, "against", lambda *_: None)
    assert breaks()


def test_acting_before_the_watch_has_brought_the_own_claim_two_act_for_a_phone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    right: Callable[[Ownership, str, Self], int | None] = Ownership.epoch

    def at_once(self: Ownership, unit: str, me: Self) -> int | None:
        known = self._known.get(unit, ownership._Known())
        known.cleared = known.revision
        return right(self, unit, me)

    monkeypatch.setattr(Ownership, "epoch", at_once)
    assert breaks()


def test_a_watch_that_does_not_keep_the_order_has_two_act_for_a_phone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(SharedWorld, "keeps_order", False)
    assert breaks()

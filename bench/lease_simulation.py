"""Never two owners, and soon one again: histories of nodes, networks and clocks, in simulated time.

`tests/cluster/world.py` is what nodes, network and bucket do there: requests are delayed, repeated and lost,
nodes are cut off, paused, killed and restarted, and their clocks go too fast and too slow. After each step no
terminal may have two owners, nor be acted for in an old epoch. When all is well again, each has an owner
within a moment. The gate runs some thousand steps of the same.

With `--differ` nodes share out telephone systems, and are started again with other configurations
(`tests/cluster/sharedworld.py`): then no phone may be acted for by two nodes either, in whichever systems.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from time import perf_counter

from tests.cluster.sharedworld import OWNED_S, SharedWorld
from tests.cluster.world import OWNED_AGAIN_S, STEP_S, World, live_through

STEPS_A_HISTORY = 400
HISTORIES = 4
"""So many in each world: after each all is well for a moment, then it goes on from there."""

SAID_EVERY_S = 10.0


@dataclass
class Found:
    """What came of it."""

    steps: int = 0
    moves: int = 0
    longest_s: float = 0.0
    worlds: int = 0


def simulate(
    steps: int,
    *,
    seed: int = 0,
    nodes: int = 3,
    terminals: int = 4,
    differ: bool = False,
    found: Found | None = None,
) -> Found:
    """So many steps, or a few more. Raises `AssertionError` where an invariant is broken."""
    found = found if found is not None else Found()
    said = perf_counter()
    while found.steps < steps:
        random = Random(seed + found.worlds)
        differing = SharedWorld(random, nodes=nodes) if differ else None
        world = differing or World(random, nodes=nodes, terminals=terminals)
        for history in range(HISTORIES):
            if differing is not None and history == HISTORIES - 1:
                differing.agree()
            live_through(world, STEPS_A_HISTORY)
            took = world.settle(OWNED_S if differ else OWNED_AGAIN_S)
            found.longest_s = max(found.longest_s, took)
            found.steps += STEPS_A_HISTORY + round(took / STEP_S)
        found.moves += world.moves
        found.worlds += 1
        if perf_counter() - said > SAID_EVERY_S:
            said = perf_counter()
            print(f"{found.steps:,} steps, {found.moves:,} changes of owner", file=sys.stderr, flush=True)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when both invariants hold; otherwise the seed of the history that breaks one is said."""
    parser = argparse.ArgumentParser(prog="python -m bench lease_simulation", description=__doc__)
    parser.add_argument("--steps", type=int, default=3_000_000, help="of 50 ms (3000000)")
    parser.add_argument("--seed", type=int, default=0, help="of the first history (0)")
    parser.add_argument("--nodes", type=int, default=3, help="(3)")
    parser.add_argument("--terminals", type=int, default=4, help="(4)")
    parser.add_argument(
        "--differ", action="store_true", help="share out telephone systems, by configurations that differ"
    )
    given = parser.parse_args(arguments)
    if min(given.steps, given.nodes, given.terminals) < 1:
        parser.error("--steps, --nodes and --terminals have to be above 0")
    found, begun = Found(), perf_counter()
    try:
        simulate(
            given.steps,
            seed=given.seed,
            nodes=given.nodes,
            terminals=given.terminals,
            differ=given.differ,
            found=found,
        )
    except AssertionError as error:
        print(
            f"BROKEN after {found.steps:,} steps: {error}\n"
            f"again: python -m bench lease_simulation --steps 1 --seed {given.seed + found.worlds}"
            f" --nodes {given.nodes} --terminals {given.terminals}{' --differ' if given.differ else ''}"
        )
        return 1
    took = perf_counter() - begun
    what = "telephone systems, differently configured," if given.differ else f"{given.terminals} terminals"
    print(
        f"Leases of {what} among {given.nodes} nodes, in simulated time\n"
        f"  {found.steps:,} steps in {found.worlds:,} histories, {found.steps * STEP_S / 86_400:.1f} days"
        f" ({took:.0f} s, {found.steps / took:,.0f} steps a second)\n"
        f"  {found.moves:,} changes of owner\n"
        f"  never two owners, and none acted in an old epoch\n"
        f"  longest without an owner after all was well again: {found.longest_s:.2f} s"
        f" (at most {OWNED_S if given.differ else OWNED_AGAIN_S:.2f} s are allowed)"
    )
    return 0

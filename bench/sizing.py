"""What a site of a size needs, calculated from what was measured: the table of "Sizing" in operations.md.

Dials a second: terminals * calls an hour / 3600. Calls at once: that * their length (Little's law), each
one of two terminals. Memory of a node: the process + terminals + its share of the sessions + calls.
Processor: dials a second * the time of a call. Nodes: as many as the sessions need. A quiet machine takes
less for a call.
"""

import argparse
import math
from collections.abc import Sequence
from dataclasses import dataclass

from offhook.sscp.server import MAX_SESSIONS, MAX_STRANGERS

SIZES = (1000, 5000, 10_000, 20_000, 50_000)

SESSIONS_A_NODE = MAX_SESSIONS - 2 * MAX_STRANGERS
"""SSCP sessions that a Call Manager takes: one for each terminal is reckoned with."""


@dataclass(frozen=True)
class Measured:
    """On two cores of a virtual machine that had other work: `cluster_load` with 1,000 terminals, a TSP and
    an SSCP session at each; `sessions_load` with 10,000 of each at 2,000 terminals and 100 dials a second."""

    process_mib: float = 48.8
    """A node with two terminals (cluster_load)."""
    own_kib: float = 10.0
    """A terminal with its phone registered, at the node that has it (cluster_load)."""
    known_kib: float = 6.6
    """The same at another node (cluster_load)."""
    sessions_kib: float = 4.5 + 18.7
    """A TSP and an SSCP session (sessions_load)."""
    call_kib: float = 44.0
    """A call of a terminal, with what is kept of calls for a while after their end (sessions_load)."""
    alone_ms: float = 7.8
    """Processor time of a call where there is one node (cluster_load)."""
    owner_ms: float = 6.3
    """The same at the node that has the phones, of three (cluster_load)."""
    other_ms: float = 3.1
    """The same at another node (cluster_load)."""


@dataclass(frozen=True)
class Need:
    """What a site needs."""

    terminals: int
    nodes: int
    dials_s: float
    calls: float
    owner_mib: float
    other_mib: float | None
    owner_core: float
    other_core: float | None

    @property
    def row(self) -> str:
        """In Markdown."""
        memory, cores = f"{self.owner_mib:,.0f} MiB", f"{100 * self.owner_core:.0f} %"
        if self.other_mib is not None and self.other_core is not None:
            memory += f", {self.other_mib:,.0f} MiB"
            cores += f", {100 * self.other_core:.0f} %"
        numbers = f"{self.terminals:,} | {self.nodes} | {self.dials_s:.1f} | {self.calls:,.0f}"
        return f"| {numbers} | {memory} | {cores} |"


HEAD = """\
| terminals | nodes | dials a second | calls at once | memory: owner, each other | core: owner, each other |
|---|---|---|---|---|---|"""


def need(terminals: int, *, an_hour: float, minutes: float, measured: Measured | None = None) -> Need:
    """See above."""
    found = measured or Measured()
    nodes = math.ceil(terminals / SESSIONS_A_NODE)
    dials_s = terminals * an_hour / 3600
    calls = dials_s * minutes * 60
    both = found.process_mib + (terminals / nodes * found.sessions_kib + 2 * calls * found.call_kib) / 1024
    several = nodes > 1
    return Need(
        terminals,
        nodes,
        dials_s,
        calls,
        both + terminals * found.own_kib / 1024,
        both + terminals * found.known_kib / 1024 if several else None,
        dials_s * (found.owner_ms if several else found.alone_ms) / 1000,
        dials_s * found.other_ms / 1000 if several else None,
    )


def table(sizes: Sequence[int], *, an_hour: float = 4, minutes: float = 3) -> str:
    """In Markdown."""
    return "\n".join([HEAD, *(need(one, an_hour=an_hour, minutes=minutes).row for one in sizes)])


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench sizing", description=__doc__)
    parser.add_argument("--terminals", type=int, nargs="+", default=SIZES, help="(1000 to 50000)")
    parser.add_argument(
        "--calls-an-hour", type=float, default=4, help="of a terminal, in the busiest hour (4)"
    )
    parser.add_argument("--minutes", type=float, default=3, help="how long a call lasts (3)")
    given = parser.parse_args(arguments)
    if min(given.calls_an_hour, given.minutes, *given.terminals) <= 0:
        parser.error("all numbers have to be above 0")
    print(table(given.terminals, an_hour=given.calls_an_hour, minutes=given.minutes))
    return 0

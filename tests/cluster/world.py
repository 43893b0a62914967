"""A cluster in simulated time: nodes with clocks of their own, a bucket, and the network between them.

Whatever a real network and real machines do to a lease is here: requests, answers and the watch are delayed,
repeated, overtaken by later ones, and lost while a node is cut off; nodes are paused and go on as if nothing
had been, are killed, and come back; their clocks show different times and go faster and slower.

After each step every node that runs acts for all that it may act for, and `World` checks that no two nodes
may, and that a terminal is never acted for in an older epoch after a newer one.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from random import Random

from offhook.cluster.entries import Answer, Conflict, Entry, Put, Request, Unanswered, Written, node_key
from offhook.cluster.lease import LEASE_S, RENEWALS, Times
from offhook.cluster.member import Member
from offhook.cluster.witness import end_of

STEP_S = 0.05

OWNED_AGAIN_S = LEASE_S * (1 + 2 / RENEWALS)
"""A whole lease runs out, a request is not answered, and what has become of it is read."""

ANSWER_S = 1.0
"""So long a node waits for an answer, by its own clock."""

DRIFT = 0.05
"""How much faster or slower clocks go: a hundred times what NTP allows itself, what the margin just bears."""

ROUNDS = 4
"""So many requests and answers may follow each other in no time at all: the network is sometimes fast."""

MemberOf = Callable[[str, str, list[str]], Member]


class TwoOwnersError(AssertionError):
    """An invariant was broken."""


@dataclass
class Node:
    """A node's process, its clock, and what it waits for."""

    name: str
    member: Member
    offset: float
    rate: float
    cut: bool = False
    paused: bool = False
    dead: bool = False
    slow_s: float = 0.0
    run: int = 0
    asked: dict[int, tuple[Request, float]] = field(default_factory=dict)
    inbox: list[Callable[[], None]] = field(default_factory=list)

    @property
    def runs(self) -> bool:
        return not self.paused and not self.dead


class World:
    """See above."""

    def __init__(
        self,
        random: Random,
        *,
        nodes: int = 3,
        terminals: int = 4,
        times: Times | None = None,
        member: MemberOf | None = None,
    ) -> None:
        self.random, self.now, self.revision = random, 0.0, 0
        self.terminals = [str(4000 + number) for number in range(terminals)]
        self._times = times or Times()
        self._member = member or (lambda name, run, ids: Member(name, run, ids, times=self._times))
        self.bucket: dict[str, Entry] = {}
        self._mail: list[tuple[float, int, Callable[[], None]]] = []
        self._number = 0
        self.acted: dict[str, tuple[int, str]] = {}
        self.moves = 0
        self.whole = False
        """Is the network as it should be?"""
        self.nodes = [self._node(f"n{number}") for number in range(1, nodes + 1)]

    def _node(self, name: str) -> Node:
        rate = 1 + self.random.choice((-DRIFT, 0, DRIFT))
        return Node(name, self._member(name, f"{name}-0", self.terminals), self.random.uniform(0, 1e6), rate)

    def clock(self, node: Node) -> float:
        """What the node's clock shows."""
        return node.offset + self.now * node.rate

    # What happens to nodes and network

    def kill(self, node: Node, *, witnessed: bool = False) -> None:
        """The process is gone; `witnessed`: its machine is not, and its witness says so."""
        node.dead, node.paused = True, False
        node.asked.clear()
        node.inbox.clear()
        if witnessed:
            self.testify(node)

    def testify(self, node: Node) -> None:
        """The node's witness begins to say that this run of it is over."""
        self._post(self._delay(node), partial(self._witness, node, f"{node.name}-{node.run}"))

    def _witness(self, node: Node, run: str, end: Put | None = None) -> None:
        """What it has asked arrives: that `end` is written, if it has read by then what there is."""
        if node.cut or (end is not None and isinstance(self._written(end), Written)):
            return
        found = self._read(node_key(node.name))
        end = end_of(run, found)
        if end is not None:
            self._post(self._delay(node), partial(self._witness, node, run, end))

    def start(self, node: Node) -> None:
        """The process runs again, under the same name, and knows nothing."""
        node.run += 1
        node.member = self._member(node.name, f"{node.name}-{node.run}", self.terminals)
        node.dead = False
        self._bring_all(node)

    def heal(self, node: Node) -> None:
        """The node reaches the bucket again; its watch begins anew."""
        node.cut = False
        self._bring_all(node)

    def _bring_all(self, node: Node) -> None:
        if not node.cut:
            for entry in self.bucket.values():
                self._bring(node, entry)

    def settle(self, limit_s: float) -> float:
        """All is well from now on; returns after how many seconds each terminal has an owner.

        A renewal that a dead run has sent may be on its way still. It is news of that run, which others then
        wait for a lease to end: time counts from when the last of these has arrived.
        """
        self.whole = True
        for node in self.nodes:
            node.paused, node.slow_s = False, 0.0
            if node.dead:
                self.start(node)
            self.heal(node)
        begun = max(self.now, *self._late_renewals(), 0.0)
        while without := self.without():
            self.step()
            if self.now > begun + limit_s:
                raise AssertionError(f"{without} have no owner {limit_s} s after all is well again")
        self.whole = False
        return max(0.0, self.now - begun)

    def _late_renewals(self) -> list[float]:
        """When they arrive of runs that are over."""
        asked = [(due, what) for due, _, what in self._mail if isinstance(what, partial)]
        found = [(due, what.args) for due, what in asked if what.func == self._serve]
        return [due for due, (node, run, _, put) in found if run != node.run and isinstance(put, Put)]

    def advance(self, seconds: float) -> None:
        """So much time passes."""
        for _ in range(round(seconds / STEP_S)):
            self.step()

    def step(self) -> None:
        """The shortest time passes; what has arrived is taken, and the nodes act."""
        self.now += STEP_S
        self._act()  # before they hear of anything: a node that was paused knows nothing of it
        for _ in range(ROUNDS):
            while self._mail and self._mail[0][0] <= self.now:
                heapq.heappop(self._mail)[2]()
            for node in self.nodes:
                if node.runs:
                    self._run(node)
            if not self._mail or self._mail[0][0] > self.now:
                break
        self._act()

    def _run(self, node: Node) -> None:
        for arrived in node.inbox:
            arrived()
        node.inbox.clear()
        now = self.clock(node)
        for number, (request, deadline) in list(node.asked.items()):
            if now >= deadline and number in node.asked:
                del node.asked[number]
                self._ask(node, node.member.on_answer(request, Unanswered(), now))
        self._ask(node, node.member.poll(now))

    def _ask(self, node: Node, requests: list[Request]) -> None:
        for request in requests:
            self._number += 1
            node.asked[self._number] = (request, self.clock(node) + ANSWER_S)
            arrives = partial(self._serve, node, node.run, self._number, request)
            for _ in range(2 if self.random.random() < 0.1 else 1):  # now and then it arrives twice
                if not node.cut:
                    self._post(self._delay(node), arrives)

    def _delay(self, node: Node) -> float:
        most = self.random.choice((0.0, 0.0, 0.0, 0.0, 0.05, 0.05, 0.05, 0.0 if self.whole else 2.0))
        most += node.slow_s
        return self.random.random() * most

    def _post(self, delay: float, what: Callable[[], None]) -> None:
        self._number += 1
        heapq.heappush(self._mail, (self.now + delay, self._number, what))

    # The bucket

    def _serve(self, node: Node, run: int, number: int, request: Request) -> None:
        if node.cut:
            return
        answer = self._written(request) if isinstance(request, Put) else self._read(request.key)
        if not node.dead:
            self._post(self._delay(node), lambda: self._arrive(node, run, number, answer))

    def _read(self, key: str) -> Entry:
        return self.bucket.get(key) or Entry(key, b"", 0)

    def _written(self, put: Put) -> Answer:
        if self._read(put.key).revision != put.revision:
            return Conflict()
        self.revision += 1
        entry = self.bucket[put.key] = Entry(put.key, put.value, self.revision)
        for node in self.nodes:
            if not node.cut and not node.dead:
                self._bring(node, entry)
        return Written(self.revision)

    def _bring(self, node: Node, entry: Entry) -> None:
        run = node.run
        self._post(self._delay(node), lambda: self._watched(node, run, entry))

    def _arrive(self, node: Node, run: int, number: int, answer: Answer) -> None:
        def take() -> None:
            found = node.asked.pop(number, None)
            if found is not None:
                self._ask(node, node.member.on_answer(found[0], answer, self.clock(node)))

        if not node.cut and not node.dead and node.run == run:
            node.inbox.append(take)

    def _watched(self, node: Node, run: int, entry: Entry) -> None:
        def take() -> None:
            node.member.on_entry(entry, self.clock(node))

        if not node.cut and not node.dead and node.run == run:
            node.inbox.append(take)

    # The invariants

    def without(self) -> list[str]:
        """Those that have no owner."""
        return [terminal for terminal in self.terminals if not self.owners(terminal)]

    def owners(self, terminal: str) -> list[Node]:
        """The nodes that may act for the terminal now."""
        return [
            node
            for node in self.nodes
            if node.runs and node.member.epoch(terminal, self.clock(node)) is not None
        ]

    def _act(self) -> None:
        acting: dict[str, Node] = {}
        for node in self.nodes:
            if not node.runs:
                continue
            now = self.clock(node)
            for terminal in self.terminals:
                epoch = node.member.epoch(terminal, now)
                if epoch is not None:
                    if (other := acting.setdefault(terminal, node)) is not node:
                        both = f"{other.name}, {node.name}"
                        raise TwoOwnersError(f"{terminal} has two owners after {self.now:.2f} s: {both}")
                    self._acts(node, terminal, epoch)

    def _acts(self, node: Node, terminal: str, epoch: int) -> None:
        last = self.acted.get(terminal, (0, ""))
        if epoch < last[0] or (epoch == last[0] and node.name != last[1]):
            raise TwoOwnersError(f"{terminal}: {node.name} acts in epoch {epoch} after {last}")
        self.moves += epoch > last[0]
        self.acted[terminal] = (epoch, node.name)


HAPPENINGS = ("nothing", "nothing", "cut", "heal", "pause", "go on", "kill", "start", "slow", "fast")


def happen(world: World) -> str:
    """Something happens to a node; returns what."""
    what, node = world.random.choice(HAPPENINGS), world.random.choice(world.nodes)
    match what:
        case "cut":
            node.cut = True
        case "heal":
            world.heal(node)
        case "pause" if not node.dead:
            node.paused = True
        case "go on":
            node.paused = False
        case "kill":
            world.kill(node, witnessed=world.random.random() < 0.5)
        case "start" if node.dead:
            world.start(node)
        case "slow":
            node.slow_s = 3.0
        case "fast":
            node.slow_s = 0.0
    return what


def live_through(world: World, steps: int) -> None:
    """A history of so many steps, in which something happens every second or so."""
    for step in range(steps):
        if step % 20 == 0:
            happen(world)
        world.step()

"""A node at work: `Member`'s rules on a connection to NATS that comes and goes."""

import asyncio
import contextlib
import logging
import secrets
import ssl
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from offhook.cluster.bus import Bus
from offhook.cluster.claims import Contradiction, Refusals
from offhook.cluster.entries import (
    TERMINAL,
    Entry,
    Request,
    Unanswered,
    decode_terminal,
    name_in,
    node_key,
    terminal_key,
)
from offhook.cluster.lease import LEASE_S
from offhook.cluster.member import NO_PHONES, Member
from offhook.cluster.ownership import Owner
from offhook.cluster.placing import Place, spread
from offhook.cluster.reach import KNOCKS, Reach
from offhook.cluster.tasks import end
from offhook.cluster.unwritten import Unwritten
from offhook.cluster.witness import Witness
from offhook.common.backoff import Backoff
from offhook.common.clock import Clock
from offhook.config import ClusterSettings
from offhook.errors import UnavailableError

logger = logging.getLogger(__name__)

POLL_S = 0.05
"""How often the rules are asked what is to be done. A lease counts in seconds."""

START_S = 5.0
"""So long starting waits for NATS and for the first terminals; after that it goes on in the background."""

GO_S = 1.5
"""So long stopping waits until it is written that this node has gone."""

AGAIN_S = 1.0
"""What nobody has thought of is not tried again sooner: it may come each time, and each time is logged."""

DEAF_S = 2 * LEASE_S
"""A watch that has not brought this node's own renewals for so long brings nothing else either."""


def steady() -> float:
    """A steady clock that goes on while the machine sleeps."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()  # on Windows it goes on by itself


class Node:
    """Keeps the lease and the terminals; tells which terminals may have another owner now.

    `on_change` gets them, `on_connected` each new connection, before anything is done with it.
    """

    def __init__(
        self,
        settings: ClusterSettings,
        terminals: Iterable[str],
        *,
        tls: ssl.SSLContext | None = None,
        place: Place = spread,
        clock: Clock = steady,
        phones: Mapping[str, Collection[str]] = NO_PHONES,
        witness: Witness | None = None,
    ) -> None:
        """`phones` are those of each telephone system, if that is what the nodes share out. `witness` tells
        the others of a sudden end; None: they wait until the lease is over."""
        self.name = settings.node
        self.run = secrets.token_hex(8)
        self._settings, self._tls, self._clock = settings, tls, clock
        self._place, self.reach = place, Reach(settings.node)
        self._witness = witness
        self.busy: Callable[[str], bool] = lambda _terminal: False
        """What is busy is not handed over while this node lives: it is asked again every second."""
        terminals = list(terminals)
        self._keys = frozenset(map(terminal_key, terminals))
        self._unknown: dict[str, str] = {}
        """What is shared out elsewhere and not known here, with the nodes that have it."""
        self._member = Member(
            *(self.name, self.run, terminals),
            placing=self._wanted,
            busy=lambda terminal: self.busy(terminal),
            phones=phones,
        )
        self._refusals, self._compares = Refusals(), bool(phones)
        self.bus: Bus | None = None
        self.on_change: Callable[[list[str]], None] = lambda _terminals: None
        self.on_connected: Callable[[Bus], object] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._running: list[asyncio.Task[None]] = []
        self.unwritten: defaultdict[tuple[str, str], Unwritten] = defaultdict(Unwritten)
        """By unit and kind, what this node could not write as its owner."""
        self._backoff = Backoff()
        self._problem = ""
        self._held = self._resigned = False
        self._held_at = 0.0
        self._connected, self._has_lease, self._gone = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._seen_at = 0.0
        self._alive: set[str] = set()

    def _wanted(self, terminal: str, live: list[str]) -> str:
        found = self._member.owner(terminal)
        owner, now = "" if found is None else found.node, self._clock()
        live = self._refusals.others(terminal, live, now)
        wanted = self._place(terminal, self.reach.able(terminal, live, owner, now), owner)
        # Who has just come says first whether it would take it: else it goes to and fro.
        waits = owner == self.name and self._compares and not self._refusals.heard(wanted, now)
        return self.name if waits else wanted

    def see(self, terminal: str, *, works: bool, knocks: bool | None, row: int = KNOCKS) -> None:
        """How it is with what it is about, seen from here: see `Reach.on_seen`."""
        owns = self.epoch(terminal) is not None
        self.reach.on_seen(terminal, self._clock(), owns=owns, works=works, knocks=knocks, row=row)
        self._member.look_again([terminal])

    def is_missed(self, terminal: str) -> bool:
        """Does its owner, which is another node, say that it does not reach it?"""
        found = self._member.owner(terminal)
        return found is not None and self.reach.is_missed_at(found.node, terminal, self._clock())

    def reaches(self) -> tuple[list[str], list[str]]:
        """What the other nodes are told: see `Reach.says`."""
        return self.reach.says(self._clock())

    @property
    def contradicted(self) -> Mapping[str, Contradiction]:
        """What this node does not take, as its configuration contradicts that of another node."""
        return self._member.contradicted

    def _forget_gone(self) -> None:
        alive = set(self._member.live())
        for node in self._alive - alive:
            self._refusals.forget(node)
        self._alive = alive

    def hear_refused(self, node: str, units: Sequence[str], known: Collection[str] | None = None) -> None:
        """A node, this one too, does not take these, nor what it does not know; of an older version it is not
        said what it knows (None)."""
        unknown = set() if known is None else set(map(name_in, self._keys)).difference(known)
        new = not self._refusals.heard(node, self._clock())
        self._refusals.on_told(node, unknown.union(units), self._clock())
        if new:
            self._member.look_again(map(name_in, self._keys))

    def hear_reach(self, node: str, reaches: Sequence[str], misses: Sequence[str]) -> None:
        """Another node has told what it reaches."""
        self.reach.on_told(node, reaches, misses, self._clock())

    async def start(self) -> None:
        """Begin, and wait for a while until this node has its lease."""
        if self._witness is not None:
            await asyncio.to_thread(self._witness.start, self.run)
        self._running = [
            asyncio.create_task(self._connect_always()),
            asyncio.create_task(self._poll_always()),
        ]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(START_S):
                await self._has_lease.wait()

    async def resign(self) -> None:
        """Own nothing from now on, and tell the others so, in a bounded time; hear of them as before."""
        self._resigned = True
        self._member.resign()
        self._look()
        if self.bus is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(GO_S):
                    await self._gone.wait()

    async def stop(self) -> None:
        """Go, and tell the others so, in a bounded time."""
        await self.resign()
        await end((*self._running, *self._tasks))
        self._running.clear()
        if self._witness is not None:
            await asyncio.to_thread(self._witness.dismiss)

    @property
    def holds(self) -> bool:
        """May this node act for what it owns?"""
        return self._member.holds(self._clock())

    @property
    def lease_age_s(self) -> float | None:
        """So many seconds ago its lease was last renewed; None without one."""
        return self._member.lease_age(self._clock())

    @property
    def without_s(self) -> float:
        """So many seconds ago it was last seen here that it had a lease: long, if it was frozen."""
        return self._clock() - self._held_at

    @property
    def live(self) -> list[str]:
        """The names of the nodes that are there."""
        return self._member.live()

    def epoch(self, terminal: str) -> int | None:
        """The epoch in which this node may act for the terminal now; None: it may not."""
        return self._member.epoch(terminal, self._clock())

    def owner(self, terminal: str) -> Owner | None:
        """Who owns the terminal, as far as is known here."""
        return self._member.owner(terminal)

    async def _connect_always(self) -> None:
        while True:
            try:
                await self._connect()
            except UnavailableError as error:
                self._say(str(error))
            except Exception as error:
                # A mistake of ours, or of the library: without NATS for ever would be the worst answer to it.
                logger.exception("cluster %s: connecting anew after an error", self._settings.site)
                self._problem = f"{type(error).__name__}: {error}"
                await asyncio.sleep(AGAIN_S)
            await asyncio.sleep(self._backoff.next())

    async def _connect(self) -> None:
        """Connect, and work on that until it is lost."""
        bus = await Bus.connect(self._settings, self._tls)
        try:
            await self._use(bus)
        finally:
            self.bus = None
            self._connected.clear()
            await bus.close()

    async def _use(self, bus: Bus) -> None:
        """Work on a connection until it is lost."""
        watching = asyncio.create_task(bus.watch(self._on_entry))
        try:
            if self.on_connected is not None:
                done = self.on_connected(bus)
                if asyncio.iscoroutine(done):
                    await done
            self.bus, self._seen_at = bus, self._clock()
            self._connected.set()
            self._problem = ""
            self._backoff.reset()
            logger.info("cluster %s: this is node %s", self._settings.site, self.name)
            await asyncio.wait([bus.lost, watching], return_when=asyncio.FIRST_COMPLETED)
            if not bus.lost.done():
                watching.result()  # why it has ended
            self._say("the connection to NATS is lost")
        except UnavailableError as error:
            self._say(str(error))
        finally:
            await end([watching])

    def _say(self, problem: str) -> None:
        if problem != self._problem:
            logger.warning("cluster %s, node %s: %s", self._settings.site, self.name, problem)
        self._problem = problem

    async def _poll_always(self) -> None:
        said = False
        while True:
            self._look()
            if self._member.run_elsewhere and not said:
                said = True
                logger.warning(
                    "node %s of cluster %s runs already, or did until a moment ago; waiting. Each Call"
                    " Manager needs a node name of its own", self.name, self._settings.site,
                )  # fmt: skip
            said = said and self._member.run_elsewhere
            if self._unknown and self.holds:
                self._warn_of_unknown()
            if self.bus is not None and not self.bus.up:
                # It says so only when TLS has been ended in order, for which it waits for half a minute.
                await self.bus.close()
            if self.bus is not None and self.holds and self._clock() > self._seen_at + DEAF_S:
                logger.warning("node %s hears nothing of its own renewals; connecting anew", self.name)
                await self.bus.close()
            await asyncio.sleep(POLL_S)

    def _look(self) -> None:
        """Ask what the rules want asked, and tell what has changed."""
        self._forget_gone()
        if self.bus is not None:
            self._ask(self.bus, self._member.poll(self._clock()))
        if held := self.holds:
            self._held_at = self._clock()
        changed = self._member.take_changed(self._clock())
        if self._member.resigned:
            self._gone.set()
        if held != self._held:
            self._held = held
            if held:
                self._has_lease.set()
                logger.info("node %s has its lease", self.name)
            elif self._resigned:
                logger.info("node %s goes: it acts for no terminal any more", self.name)
            else:
                logger.warning("node %s has no lease: it acts for no terminal", self.name)
        if changed:
            try:
                self.on_change(changed)
            except Exception:
                # A mistake of whoever is told: the lease, the watch, and what is asked for go on.
                logger.exception("cluster %s: a change could not be told", self._settings.site)

    def _ask(self, bus: Bus, requests: list[Request]) -> None:
        for request in requests:
            task = asyncio.create_task(self._answered(bus, request))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _answered(self, bus: Bus, request: Request) -> None:
        answer = await bus.ask(request)
        again = self._member.on_answer(request, answer, self._clock())
        if self.bus is bus:
            self._look()
        if again:
            if isinstance(answer, Unanswered):  # a server without a leader says so at once, each time
                await asyncio.sleep(POLL_S)
            # Over one that is lost nothing is ever answered, and what is asked for is not asked for anew.
            await self._connected.wait()
            assert self.bus is not None
            self._ask(self.bus, again)

    def _on_entry(self, entry: Entry) -> None:
        if entry.key == node_key(self.name):
            self._seen_at = self._clock()
        if entry.key.startswith(TERMINAL) and entry.key not in self._keys:
            found = decode_terminal(entry.value)
            self._unknown[name_in(entry.key)] = "" if found is None else found.node
        self._member.on_entry(entry, self._clock())
        if entry.key in self._keys:
            self._look()
        else:
            self._forget_gone()

    def _warn_of_unknown(self) -> None:
        """Nodes that share out other things act for the same phones."""
        there = [(unit, node) for unit, node in self._unknown.items() if node in self._member.live()]
        for unit, node in there:
            logger.error(
                "node %s has %s, which this configuration does not know. Give all nodes the same"
                " [[cluster.part]]s; and if it has phones that are elsewhere here, stop one of the two until"
                " then: both may act for them", node, unit,
            )  # fmt: skip
            del self._unknown[unit]

"""One node of a cluster: its lease, the leases of the others, and its terminals. No I/O.

for request in member.poll(now): ask the bucket
member.on_answer(request, answer, now)      what the bucket has answered, once for each request
member.on_entry(entry, now)                 what the watch of the bucket has brought
member.epoch(terminal, now)                 may this node act for the terminal, and in which epoch?
"""

from collections.abc import Callable, Collection, Iterable, Mapping

from offhook.cluster.claims import Contradiction
from offhook.cluster.entries import (
    NODE,
    Answer,
    Entry,
    Request,
    name_in,
    node_key,
)
from offhook.cluster.lease import OtherLeases, OwnLease, Times
from offhook.cluster.ownership import Owner, Ownership, Self
from offhook.cluster.placing import best

PATIENCE = 0.5
"""The share of a lease for which a node waits, once NATS is back, before it ends the leases of others."""

NO_PHONES: Mapping[str, Collection[str]] = {}

Placing = Callable[[str, list[str]], str]
"""The node of these that should have the terminal."""


class Member:
    """What this node may do, and what it asks of the bucket for it."""

    def __init__(
        self,
        name: str,
        run: str,
        terminals: Iterable[str],
        *,
        times: Times | None = None,
        placing: Placing = best,
        busy: Callable[[str], bool] = lambda _terminal: False,
        phones: Mapping[str, Collection[str]] = NO_PHONES,
    ) -> None:
        """`run` is different in each run of a process. A `busy` terminal is not handed over. `phones`: those
        of each, if they are telephone systems (`claims.py`)."""
        self.name = name
        self._times = times or Times()
        self._lease = OwnLease(name, run, self._times)
        self._others = OtherLeases(node_key(name), self._times)
        self._placing = placing
        self._terminals = Ownership(
            terminals, wanted=self._wanted, is_over=self._is_over, busy=busy, phones=phones
        )
        self._live: list[str] = []
        self._lived = (0, False)
        self._changed = False
        self._moves_at = 0.0
        self._without_since: float | None = None
        self._patient_until = 0.0

    def holds(self, now: float) -> bool:
        """Has this node a lease on which it may act?"""
        return self._lease.holds(now)

    def lease_age(self, now: float) -> float | None:
        """So many seconds ago the lease was last renewed; None without one."""
        return self._lease.age(now)

    def epoch(self, terminal: str, now: float) -> int | None:
        """The epoch in which this node may act for the terminal now; None: it may not."""
        return self._terminals.epoch(terminal, self._me(now))

    def owner(self, terminal: str) -> Owner | None:
        """Who owns the terminal, as far as is known here; None if nobody does."""
        return self._terminals.owner(terminal)

    @property
    def contradicted(self) -> Mapping[str, Contradiction]:
        """What this node does not take, as it has other phones than another node says that it has."""
        return self._terminals.contradicted

    def live(self) -> list[str]:
        """The nodes that have a lease, this one included if it has; as far as is known here."""
        return sorted(self._live)

    def look_again(self, terminals: Iterable[str]) -> None:
        """Other nodes are to have these now, it may be."""
        self._terminals.look_again(terminals)

    @property
    def run_elsewhere(self) -> bool:
        """Does another process live by this node's name?"""
        return self._lease.run_elsewhere

    @property
    def resigned(self) -> bool:
        """Is it written that this node has gone?"""
        return self._lease.resigned

    def resign(self) -> None:
        """Go: own nothing from now on, so that the others can take it at once."""
        self._terminals.give_up_all()
        self._lease.resign()

    def take_changed(self, now: float) -> list[str]:
        """The terminals that may have another owner than when this was last called, or of which this node may
        act for no longer, or again."""
        self._note_nodes(now)
        return self._terminals.take_changed()

    def poll(self, now: float) -> list[Request]:
        """What is to be asked of the bucket now; to be called every few hundredths of a second."""
        found: list[Request] = []
        own = self._lease.poll(now)
        if own is not None:
            found.append(own)
        self._note_nodes(now)
        if not self._lease.holds(now):
            if self._without_since is None and self._lease.epoch:
                self._without_since = now
            return found
        self._be_patient(now)
        if now >= self._moves_at:
            self._moves_at = now + self._times.beat_s
            self._terminals.look_at_moves()
        others = self._others.poll(now) if now >= self._patient_until else []
        return [*found, *others, *self._terminals.poll(self._me(now))]

    def _be_patient(self, now: float) -> None:
        """Who has been without a lease itself knows of no renewals of others: they may have been without one
        too, and be back in a moment. The same owner goes on then, which knows its newest calls."""
        without, self._without_since = self._without_since, None
        if without is not None and now - without >= self._times.beat_s:
            self._patient_until = now + self._times.lease_s * PATIENCE

    def on_answer(self, request: Request, answer: Answer, now: float) -> list[Request]:
        """The answer to a request; returns what is to be asked at once because of it."""
        if request.key == self._lease.key:
            self._lease.on_answer(request, answer, now)
        elif request.key.startswith(NODE):
            self._changed |= self._others.on_answer(request, answer, now)
        else:
            return self._terminals.on_answer(request, answer)
        return []

    def on_entry(self, entry: Entry, now: float) -> str:
        """An entry that the watch has brought; returns the terminal if one has another owner by it."""
        found = ""
        if entry.key == self._lease.key:
            self._lease.on_entry(entry, now)
        elif entry.key.startswith(NODE):
            self._changed |= self._others.on_entry(entry, now)
        else:
            found = self._terminals.on_entry(entry)
        self._terminals.reached(entry.revision, self._me(now))
        return found

    def _me(self, now: float) -> Self:
        return Self(self.name, self._lease.epoch, self._lease.holds(now))

    def _note_nodes(self, now: float) -> None:
        """Who is there decides who should have what."""
        own = (self._lease.epoch, self._lease.holds(now))
        if own == self._lived and not self._changed:
            return
        self._lived, self._changed = own, False
        self._live = [name_in(key) for key in self._others.live()] + ([self.name] if own[1] else [])
        self._terminals.look_again()

    def _wanted(self, terminal: str) -> str:
        return self._placing(terminal, self._live)

    def _is_over(self, node: str, epoch: int) -> bool:
        if node == self.name:
            return epoch < self._lease.epoch
        return self._others.is_over(node_key(node), epoch)

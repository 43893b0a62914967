"""The leases of nodes: a node knows by its own clock how long nobody else can have taken what it owns.

**One lease a node, not one a terminal.** 50,000 terminals renewed every second would be as many writes to a
bucket that is replicated to three servers. So a node renews one entry (`NodeEntry`), and the entries of
terminals (`TerminalEntry`) are written only when a terminal changes its owner: each names its node and the
node's epoch, and is valid as long as the node's entry has that epoch and has not ended.

Three rules make two owners impossible, with delays, losses and duplicates of whatever length, and with clocks
that show different times; only the *rates* of the clocks have to agree, to within `MARGIN` / 2:

1. Every write says which revision it replaces (compare and set). So of two writes that were made in knowledge
   of the same entry, one fails.
2. The holder counts from *before it sent* the renewal that is known to have been written, and stops `MARGIN`
   of the lease before its end.
3. Who wants to end the lease of another has waited for a whole lease since it *received* the entry's newest
   revision, and then writes `ended` in place of exactly that revision. A renewal that it has not heard of has
   changed the revision: the write fails. A renewal that comes later fails instead. Who knows that the
   holder's process has ended need not wait (`witness.py`).

The rule of three clocks is Gray and Cheriton's ("Leases", SOSP 1989); that time is counted by each one's own
steady clock since a change was seen is how Kubernetes' leader election does it.

No I/O: requests to the bucket come out of `poll`, answers, entries and times go in. `now` is a steady clock's
that goes on while the machine sleeps.
"""

from dataclasses import dataclass

from offhook.cluster.entries import (
    Answer,
    Conflict,
    Entry,
    Get,
    NodeEntry,
    Put,
    Request,
    Unanswered,
    Written,
    decode_node,
    encode,
    node_key,
)

LEASE_S = 3.0
"""A terminal whose owner has died is without one for this long, and a moment more: the aim is five seconds.
Much shorter, and a machine that is busy for a moment costs a lease."""

RENEWALS = 3
"""A lease is renewed so often in its length: two renewals may get lost."""

MARGIN = 0.1
"""The holder stops this share of the lease before its end. Clocks of computers differ by 0.05 % at most while
NTP slews them; the rest is for what stands between the question whether it may act and the act."""


@dataclass(frozen=True, slots=True)
class Times:
    """How long a lease is; in tests also which rule is broken."""

    lease_s: float = LEASE_S
    margin: float = MARGIN

    @property
    def beat_s(self) -> float:
        """The time between two renewals."""
        return self.lease_s / RENEWALS

    @property
    def held_s(self) -> float:
        """So long the holder relies on a renewal."""
        return self.lease_s * (1 - self.margin)


class OwnLease:
    """This node's lease."""

    def __init__(self, name: str, run: str, times: Times) -> None:
        self.key = node_key(name)
        self.epoch = 0
        """The node's epoch, 0 as long as it has never had a lease."""
        self._run, self._times = run, times
        self._entry: NodeEntry | None = None
        self._revision, self._read = 0, False
        self._seen_at = self._beat_at = self._asked_at = 0.0
        self._asked: Request | None = None
        self._beat = 0
        self._sent: dict[int, float] = {}
        """When each renewal was sent that is not known to have been written, by its beat."""
        self._until: float | None = None
        self._resigned = False

    def holds(self, now: float) -> bool:
        """May this node act for what it owns?"""
        return self._until is not None and now < self._until

    def age(self, now: float) -> float | None:
        """So many seconds ago the renewal was sent on which this node relies; None without one."""
        return None if self._until is None else now - (self._until - self._times.held_s)

    @property
    def resigned(self) -> bool:
        """Is it written that this node holds nothing any more?"""
        return self._resigned and self._read and not (self._entry is not None and self._is_mine(self._entry))

    @property
    def run_elsewhere(self) -> bool:
        """Does another process live by this node's name, or has it, until shortly?"""
        return self._entry is not None and not self._entry.ended and self._entry.run != self._run

    def resign(self) -> None:
        """Hold nothing from now on, and say so at the next `poll`."""
        self._resigned, self._until, self._asked = True, None, None

    def poll(self, now: float) -> Request | None:
        """What is to be asked of the bucket now."""
        if self._asked is not None and now < self._asked_at + self._times.beat_s:
            return None
        if self._asked is not None:  # no answer: what has become of it has to be read
            self._read = False
        request = self._next(now)
        if request is not None:
            self._asked, self._asked_at = request, now
        return request

    def _next(self, now: float) -> Request | None:
        entry = self._entry
        if not self._read:
            return Get(self.key)
        if self._resigned:
            mine = entry is not None and self._is_mine(entry)
            ended = NodeEntry(self._run, self.epoch, self._beat, ended=True)
            return self._put(ended) if mine else None
        if entry is not None and self._is_mine(entry):
            if now < self._beat_at:
                return None
            return self._renewal(entry.epoch, now)
        if entry is None or entry.ended or now >= self._seen_at + self._times.lease_s:
            return self._renewal((entry.epoch if entry else 0) + 1, now)
        if now >= self._asked_at + self._times.beat_s:
            return Get(self.key)  # somebody runs by this name, or did: look whether the lease goes on
        return None

    def _renewal(self, epoch: int, now: float) -> Put:
        for beat in [beat for beat, sent in self._sent.items() if now >= sent + self._times.held_s]:
            del self._sent[beat]  # known to be written or not, nothing follows from it any more
        self._beat += 1
        self._sent[self._beat] = now
        self._beat_at = now + self._times.beat_s
        return self._put(NodeEntry(self._run, epoch, self._beat))

    def _put(self, entry: NodeEntry) -> Put:
        return Put(self.key, encode(entry), self._revision)

    def _is_mine(self, entry: NodeEntry) -> bool:
        return entry.run == self._run and not entry.ended

    def on_answer(self, request: Request, answer: Answer, now: float) -> None:
        """The answer to a request that `poll` has returned. One that comes too late changes nothing."""
        if request is not self._asked:
            return
        self._asked = None
        match answer:
            case Entry():
                self._read = True
                self.on_entry(answer, now)
            case Written(revision) if isinstance(request, Put):
                self.on_entry(Entry(self.key, request.value, revision), now)
            case Conflict() | Unanswered():
                self._read = False

    def on_entry(self, entry: Entry, now: float) -> None:
        """The entry of this node's key, as it was read or watched."""
        if entry.revision <= self._revision:
            return
        self._revision, self._seen_at = entry.revision, now
        found = self._entry = decode_node(entry.value)
        if found is None or not self._is_mine(found):
            self._until = None
            self._sent.clear()
            return
        self.epoch = found.epoch
        sent = self._sent.get(found.beat)
        if sent is not None and not self._resigned:
            self._until = sent + self._times.held_s
        for beat in [beat for beat in self._sent if beat <= found.beat]:
            del self._sent[beat]


class OtherLeases:
    """The leases of the other nodes, as far as this one has heard of them."""

    def __init__(self, own_key: str, times: Times) -> None:
        self._own_key, self._times = own_key, times
        self._known: dict[str, _Known] = {}
        self._look: dict[str, None] = {}
        """Keys that are to be read: what was written in their place was refused, or not answered."""

    def live(self) -> list[str]:
        """The keys of the other nodes whose lease has not ended."""
        return [
            key for key, known in self._known.items() if known.entry is not None and not known.entry.ended
        ]

    def is_over(self, key: str, epoch: int) -> bool:
        """Has this epoch of a node come to its end? What is written counts, not how much time has passed."""
        known = self._known.get(key)
        if known is None:
            return False
        return known.entry.epoch > epoch or (known.entry.epoch == epoch and known.entry.ended)

    def on_entry(self, entry: Entry, now: float) -> bool:
        """A node's entry; True if it has begun or come to its end by it, or has another epoch."""
        before = self._known.get(entry.key)
        if entry.key == self._own_key or (before is not None and entry.revision <= before.revision):
            return False
        found = decode_node(entry.value)
        if found is None:
            return False
        self._known[entry.key] = _Known(found, entry.revision, now)
        old = before.entry if before is not None else None
        return old is None or (old.epoch, old.ended) != (found.epoch, found.ended)

    def on_answer(self, request: Request, answer: Answer, now: float) -> bool:
        """The answer to a request that `poll` has returned; True as `on_entry` says."""
        match answer:
            case Entry():
                return self.on_entry(answer, now)
            case Written(revision) if isinstance(request, Put):
                return self.on_entry(Entry(request.key, request.value, revision), now)
            case _:
                if isinstance(request, Put):
                    self._look[request.key] = None
                return False

    def poll(self, now: float) -> list[Request]:
        """End the leases that nobody has renewed for their whole length."""
        found: list[Request] = [Get(key) for key in self._look]
        self._look.clear()
        for key, known in self._known.items():
            entry = known.entry
            if entry.ended or now < max(known.seen_at + self._times.lease_s, known.again_at):
                continue
            known.again_at = now + self._times.beat_s
            value = encode(NodeEntry(entry.run, entry.epoch, entry.beat, ended=True))
            found.append(Put(key, value, known.revision))
        return found


@dataclass(slots=True)
class _Known:
    entry: NodeEntry
    revision: int
    seen_at: float
    again_at: float = 0.0

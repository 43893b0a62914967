"""Which terminals this node owns: it takes what is free and its own, and hands over what is another's.

A terminal may be acted for while four things hold: its entry names this node and this node's epoch, this
node's lease is held (`lease.py`), the entry is not one that this node has given up, and no older claim
contradicts it (`claims.py`). No I/O.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from offhook.cluster.claims import Claims, Contradiction
from offhook.cluster.entries import (
    Answer,
    Entry,
    Get,
    Put,
    Request,
    TerminalEntry,
    Written,
    decode_terminal,
    encode,
    terminal_key,
)

MAX_ASKED = 64
"""Requests about terminals that are not answered yet. A bucket takes some 5,000 writes a second: behind so
many the node's own renewal waits for some hundredths of a second only."""

MAX_MOVES = 4
"""Terminals given up and not yet taken by who is to have them: each is without an owner for a moment, so they
move one by one, nearly."""

MAX_EXAMINED = 500
"""Terminals looked at in one `poll`: that takes about a millisecond."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Who owns a terminal, and its epoch."""

    node: str
    epoch: int


@dataclass(slots=True)
class _Known:
    entry: TerminalEntry | None = None
    revision: int = 0
    given_up: int = 0
    """The revision of the entry that this node has given up: it acts no more by it."""
    cleared: int = 0
    """The revision of the entry that no older claim contradicts."""


@dataclass(frozen=True, slots=True)
class Self:
    """What has to be known of this node just now."""

    name: str
    epoch: int
    holds: bool


class Ownership:
    """The entries of all terminals, and what this node makes of them."""

    def __init__(
        self,
        terminals: Iterable[str],
        *,
        wanted: Callable[[str], str],
        is_over: Callable[[str, int], bool],
        busy: Callable[[str], bool],
        phones: Mapping[str, Collection[str]],
    ) -> None:
        """`wanted` is the node that should have a terminal, "" for none. `is_over` tells whether a node's
        epoch has ended. A `busy` terminal is not handed over. `phones`: see `Claims`."""
        self._known = {terminal: _Known() for terminal in terminals}
        self._names = {terminal_key(terminal): terminal for terminal in self._known}
        self._wanted, self._is_over, self._busy = wanted, is_over, busy
        self._claims, self._reached = Claims(phones, is_over), 0
        self.contradicted: dict[str, Contradiction] = {}
        """What this node does not take, or has given up, as a claim of another node contradicts it."""
        self._todo = dict.fromkeys(self._known)
        self._later: dict[str, None] = {}
        self._asked: dict[str, Request] = {}
        self._moving: dict[str, None] = {}
        self._changed: dict[str, None] = {}

    def take_changed(self) -> list[str]:
        """The terminals that may have another owner since this was last called."""
        changed = list(self._changed)
        self._changed.clear()
        return changed

    def epoch(self, terminal: str, me: Self) -> int | None:
        """The epoch in which this node may act for the terminal now; None: it may not."""
        known = self._known.get(terminal)
        if known is None or not me.holds or not self._is_own(known, me):
            return None
        if self._claims.compares and known.cleared != known.revision:
            return None
        assert known.entry is not None
        return known.entry.epoch

    def owner(self, terminal: str) -> Owner | None:
        """Who has it, as far as is known here; None if nobody has."""
        known = self._known.get(terminal)
        if known is None or known.entry is None or self._is_free(known.entry):
            return None
        return Owner(known.entry.node, known.entry.epoch)

    def knows(self, terminal: str) -> bool:
        """Is it a terminal of the site?"""
        return terminal in self._known

    def look_again(self, terminals: Iterable[str] | None = None) -> None:
        """Nodes have come or gone, or other nodes are to have these terminals; None: all of them."""
        found = dict.fromkeys(self._known if terminals is None else terminals)
        self._todo.update(found)
        self._changed.update(found)

    def look_at_moves(self) -> None:
        """Try again to hand over what was busy, and count as moved what nobody has taken."""
        self._todo.update(self._later)
        self._later.clear()
        self._moving.clear()

    def give_up_all(self) -> None:
        """Act for nothing any more."""
        for known in self._known.values():
            known.given_up = known.revision
        self._changed.update(dict.fromkeys(self._known))

    def poll(self, me: Self) -> list[Request]:
        """What is to be asked of the bucket now."""
        found: list[Request] = []
        for terminal in list(islice(self._todo, MAX_EXAMINED)):
            if len(self._asked) >= MAX_ASKED:
                break
            if not me.holds:
                break
            if terminal in self._asked:
                self._todo.pop(terminal)  # its answer brings it back
                continue
            self._todo.pop(terminal)
            request = self._next(terminal, me)
            if request is not None:
                self._asked[terminal] = request
                found.append(request)
        return found

    def _next(self, terminal: str, me: Self) -> Request | None:
        known, wanted = self._known[terminal], self._wanted(terminal)
        entry = known.entry
        if self._is_own(known, me):
            if wanted in (me.name, ""):
                return None
            if self._busy(terminal) or len(self._moving) >= MAX_MOVES:
                self._later[terminal] = None
                return None
            assert entry is not None
            known.given_up = known.revision
            self._moving[terminal] = self._changed[terminal] = None
            return self._put(terminal, TerminalEntry("", 0, entry.epoch))
        if entry is not None and entry.node == me.name and entry.node_epoch == me.epoch:
            return self._put(terminal, TerminalEntry("", 0, entry.epoch))  # given up, and not yet written so
        if wanted == me.name or terminal in self.contradicted:
            self._contradict(terminal, self._claims.against(terminal))
        free = entry is None or self._is_free(entry)
        if wanted == me.name and free and terminal not in self.contradicted:
            epoch, phones = (entry.epoch if entry else 0) + 1, self._claims.phones(terminal)
            return self._put(terminal, TerminalEntry(me.name, me.epoch, epoch, phones))
        return None

    def _contradict(self, terminal: str, found: Contradiction | None) -> None:
        if found != self.contradicted.get(terminal):
            self._changed[terminal] = None
        if found is None:
            self.contradicted.pop(terminal, None)
        else:
            self.contradicted[terminal] = found

    def reached(self, revision: int, me: Self) -> None:
        """The watch has brought all that was written up to this revision."""
        self._reached = max(self._reached, revision)
        if not self._claims.compares:
            return
        for terminal, known in self._known.items():
            if known.cleared == known.revision or known.revision > self._reached:
                continue
            if not self._is_own(known, me):
                continue
            found = self._claims.against(terminal, known.revision)
            if found is None:
                known.cleared = known.revision
            else:
                known.given_up = known.revision
                self.contradicted[terminal] = found
            self._todo[terminal] = self._changed[terminal] = None

    def _put(self, terminal: str, entry: TerminalEntry) -> Put:
        return Put(terminal_key(terminal), encode(entry), self._known[terminal].revision)

    def _is_own(self, known: _Known, me: Self) -> bool:
        entry = known.entry
        return (
            entry is not None
            and entry.node == me.name
            and entry.node_epoch == me.epoch
            and known.revision > known.given_up
        )

    def _is_free(self, entry: TerminalEntry) -> bool:
        return not entry.node or self._is_over(entry.node, entry.node_epoch)

    def on_answer(self, request: Request, answer: Answer) -> list[Request]:
        """The answer to a request; returns what is to be asked because of it."""
        terminal = self._names.get(request.key, "")
        if self._asked.get(terminal) is not request:
            return []
        del self._asked[terminal]
        self._todo[terminal] = None
        match answer:
            case Entry():
                self.on_entry(answer)
            case Written(revision) if isinstance(request, Put):
                self.on_entry(Entry(request.key, request.value, revision))
            case _:  # somebody else has written it, or it is not known whether this was written
                again = self._asked[terminal] = Get(request.key)
                return [again]
        return []

    def on_entry(self, entry: Entry) -> str:
        """A terminal's entry, as it was read or watched; returns the terminal if it has another one now."""
        self._claims.on_entry(entry)
        if self._claims.compares:  # of telephone systems there are few
            self._todo.update(dict.fromkeys(self._known))
        terminal = self._names.get(entry.key, "")
        known = self._known.get(terminal)
        if known is None or entry.revision <= known.revision:
            return ""
        known.entry, known.revision = decode_terminal(entry.value), entry.revision
        if known.entry is not None and known.entry.node:
            self._moving.pop(terminal, None)
        self._todo[terminal] = self._changed[terminal] = None
        return terminal

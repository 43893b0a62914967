"""A terminal with its phone and sessions, and one call after the other between two of them."""

import asyncio
import contextlib
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import cycle
from time import perf_counter

from bench.load.ledger import CONNECTED, ON_HOOK, PROCEED, Ledger
from bench.load.phones import LoadPhone
from bench.load.sessions import RefusedError, Session, Sscp, Tsp

PATIENCE_S = 20.0
"""How long a call may take until all know of it. What is later counts as lost."""

HOSTS = 200
"""Addresses of 127/8 that sessions come from: what is limited for each is meant for whole sites."""


OWNER, ELSEWHERE = "at the owner", "through another node"


@dataclass(frozen=True)
class Ports:
    """Where the product listens: the phones' port, and those of the programs, of each node one. Where each
    node has phones of its own, `parts` are their ports."""

    sip: int
    sscp: list[int]
    tsp: list[int]
    parts: list[int] = field(default_factory=list)

    def part_of(self, number: str) -> int:
        """The node that has the phone with this number: who call each other are at the same."""
        return int(number) // 2 % max(1, len(self.parts))

    def sip_of(self, number: str) -> int:
        """Where it registers."""
        return self.parts[self.part_of(number)] if self.parts else self.sip


@dataclass
class Counts:
    """What all terminals of a process share: milliseconds by what was measured, and what went wrong."""

    samples: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    faults: Counter[str] = field(default_factory=Counter)
    dials: int = 0
    up: int = 0
    most_up: int = 0

    def begin(self) -> None:
        """Count anew."""
        self.samples.clear()
        self.faults.clear()
        self.dials = self.most_up = 0

    def took(self, what: str, begun: float, ended: float) -> None:
        self.samples[what].append(1000 * (ended - begun))


class Terminal:
    """`number` is its id. `changed` is called when a session has been told something."""

    def __init__(self, number: str, ports: Ports, password: str, counts: Counts) -> None:
        self.number = number
        self._ports, self._counts = ports, counts
        self.ledger = Ledger(counts.faults)
        self.phone = LoadPhone(("127.0.0.1", ports.sip_of(number)), number, password)
        self.sessions: list[Session] = []
        self.changed: Callable[[], None] = lambda: None
        self.proceeding_at = 0.0

    def add_tsp(self, token: str) -> Tsp:
        """One more; every second one is of the version that is told of all calls."""
        node, where = self._node()
        version = 2 + len(self.sessions) % 2
        session = Tsp(self._ports.tsp[node], self.number, token, version, self._hears(), where)
        self.sessions.append(session)
        return session

    def add_sscp(self, token: str) -> Sscp:
        """One more."""
        node, where = self._node()
        session = Sscp(self._ports.sscp[node], self.number, token, self._hears(), self._gap, where)
        self.sessions.append(session)
        return session

    def _node(self) -> tuple[int, str]:
        """The node of the next session, and what it is to the phone."""
        count = len(self._ports.tsp)
        node = (len(self.sessions) // 2 + int(self.number)) % count
        return node, "" if count == 1 else OWNER if node == self._ports.part_of(self.number) else ELSEWHERE

    def told(self, *, inbound: bool) -> frozenset[int]:
        """The sessions that are to be told of a call."""
        return frozenset(
            number for number, one in enumerate(self.sessions) if not (inbound and one.kind == "TSP 2")
        )

    def dialling(self) -> None:
        """A call is about to begin."""
        self.proceeding_at = 0.0

    async def clear(self) -> None:
        """No call is left of those that went wrong, as far as that can be done."""
        for session in self.sessions:
            if isinstance(session, Sscp):
                with contextlib.suppress(RefusedError, TimeoutError):
                    await session.clear()
                return

    def _hears(self) -> Callable[[str, str, str], None]:
        number = len(self.sessions)

        def hear(call: str, state: str, cause: str) -> None:
            reached = self.ledger.hear(number, call, state, cause)
            if reached >= PROCEED and not self.proceeding_at:
                self.proceeding_at = perf_counter()
            if reached in (CONNECTED, ON_HOOK):
                self.changed()

        return hear

    def _gap(self) -> None:
        self._counts.faults["a gap in the numbers of events"] += 1


class Pair:
    """Two terminals that call each other in turn, each time from another session."""

    def __init__(self, one: Terminal, other: Terminal, counts: Counts) -> None:
        self.terminals = (one, other)
        self.busy = self.failed = False
        """`failed`: of its last call something was not as it should be, and may be left."""
        self._caller, self._callee = one, other
        self._counts = counts
        self._begun = self._invited_at = self._answered_at = 0.0
        self._happened = asyncio.Event()
        self._turns: dict[str, cycle[Session]] = {}
        for terminal in self.terminals:
            terminal.changed = self._happened.set
            terminal.phone.on_answer = self._on_answer
        one.phone.on_invite = lambda at: self._on_invite(one, at)
        other.phone.on_invite = lambda at: self._on_invite(other, at)

    async def call(self, hold_s: float) -> None:
        """One call from its dial to its end, `hold_s` later, with all that is to be seen of it."""
        self.busy, self.failed = True, False
        self._caller, self._callee = self._callee, self._caller
        caller, callee, counts = self._caller, self._callee, self._counts
        callers, callees = caller.told(inbound=False), callee.told(inbound=True)
        caller.dialling()
        self._invited_at = self._answered_at = 0.0
        counts.dials += 1
        session = self._next(caller)
        self._begun = begun = perf_counter()
        try:
            await session.dial(callee.number)
            counts.took(_named(f"reply to a dial, {session.kind}", session), begun, perf_counter())
            if not await self._until(
                lambda: caller.ledger.connected(callers) and callee.ledger.connected(callees)
            ):
                counts.faults["a call that was not connected at all sessions in time"] += 1
                self.failed = True
            else:
                counts.took(_named("dial, to INVITE", session), begun, self._invited_at)
                counts.took(_named("dial, to ProceedState", session), begun, caller.proceeding_at)
                counts.took("answer, to the last session", self._answered_at, perf_counter())
            counts.up += 1
            counts.most_up = max(counts.most_up, counts.up)
            await asyncio.sleep(max(0.0, begun + hold_s - perf_counter()))
            counts.up -= 1
            await self._drop()
        except (RefusedError, TimeoutError) as error:
            counts.faults[f"refused: {error}" if str(error) else "no answer in time"] += 1
            self.failed = True
        finally:
            caller.ledger.close(callers)
            callee.ledger.close(callees)
            self.busy = False

    async def _drop(self) -> None:
        caller, callee, counts = self._caller, self._callee, self._counts
        callers, callees = caller.told(inbound=False), callee.told(inbound=True)
        call = next(iter(caller.ledger.open), "")
        session = self._next(caller)
        begun = perf_counter()
        await session.drop(call)
        counts.took(_named(f"reply to a drop, {session.kind}", session), begun, perf_counter())
        if await self._until(lambda: caller.ledger.ended(callers) and callee.ledger.ended(callees)):
            counts.took("drop, to the last session", begun, perf_counter())

    def _next(self, terminal: Terminal) -> Session:
        if terminal.number not in self._turns:
            first = int(terminal.number) % len(terminal.sessions)
            self._turns[terminal.number] = cycle(terminal.sessions[first:] + terminal.sessions[:first])
        return next(self._turns[terminal.number])

    def _on_invite(self, terminal: Terminal, at: float) -> bool:
        """Its own user's phone is called first, and answers at once."""
        if terminal is self._callee:
            return True
        self._invited_at = self._invited_at or at
        return False

    def _on_answer(self, at: float) -> None:
        self._answered_at = at

    async def _until(self, happened: Callable[[], bool]) -> bool:
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not happened():
                    self._happened.clear()
                    await self._happened.wait()
        except TimeoutError:
            return False
        return True


def _named(what: str, session: Session) -> str:
    return f"{what}, {session.where}" if session.where else what

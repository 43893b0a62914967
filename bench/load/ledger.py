"""What each session of a terminal was told of its calls, counted without any of the product's code.

Every call has one beginning and one end at every session that should see it, and its states go forward only.
"""

from collections import Counter
from collections.abc import Set
from dataclasses import dataclass, field

STATES = {
    "OffHookState": 0,
    "ProceedState": 1,
    "RingBackState": 2,
    "ConnectedState": 3,
    "OnHookState": 4,
}
"""The states of a call by their names on the wire, in the order in which they may come."""

GOOD_CAUSES = ("", "normal", "dropped")
"""How a call ends that both have answered, and one has dropped."""

PROCEED, CONNECTED, ON_HOOK = STATES["ProceedState"], STATES["ConnectedState"], STATES["OnHookState"]


@dataclass
class Told:
    """Of one call, by the sessions that were told so."""

    states: dict[int, int] = field(default_factory=dict)
    connected: set[int] = field(default_factory=set)
    ended: set[int] = field(default_factory=set)


@dataclass
class Ledger:
    """One terminal's. `faults` are counted by what they are; none is the only good result."""

    faults: Counter[str]
    open: dict[str, Told] = field(default_factory=dict)
    told: int = 0
    calls: int = 0
    _over: set[str] = field(default_factory=set)

    def hear(self, session: int, call: str, state: str, cause: str = "") -> int:
        """A session was told this state of a call; its number in the order of states."""
        self.told += 1
        number = STATES.get(state, -1)
        if call in self._over:
            self.faults["told of a call that was over"] += 1
            return number
        told = self.open.setdefault(call, Told())
        if session in told.ended:
            self.faults["told of a call after its end"] += 1
        if number < told.states.get(session, 0):
            self.faults["a state that went back, or is unknown"] += 1
        told.states[session] = number
        if number == CONNECTED:
            told.connected.add(session)
        elif number == ON_HOOK:
            if cause not in GOOD_CAUSES and not told.ended:
                self.faults[f"a call that ended as {cause}"] += 1
            told.ended.add(session)
        return number

    def connected(self, sessions: Set[int]) -> bool:
        """Have all of these been told that a call is connected?"""
        return any(sessions <= told.connected for told in self.open.values())

    def ended(self, sessions: Set[int]) -> bool:
        """Have all of these been told the end of all calls, of which there was one at least?"""
        return bool(self.open) and all(sessions <= told.ended for told in self.open.values())

    def close(self, sessions: Set[int]) -> None:
        """There was one call, and exactly these should have been told of it; what was not is a fault."""
        if len(self.open) != 1:
            self.faults[f"{len(self.open)} calls at a terminal for one dial"] += 1
        for call, told in self.open.items():
            self.faults["a beginning that was not told"] += len(sessions - set(told.states))
            self.faults["an end that was not told"] += len(sessions - told.ended)
            self.faults["told to who should not be told"] += len(set(told.states) - sessions)
            self._over.add(call)
            self.calls += 1
        self.open.clear()
        self.faults += Counter()  # without those that are none


def new_faults() -> Counter[str]:
    """One for all terminals of a process."""
    return Counter()

"""Judges what was heard and seen: the invariants, without I/O. Times are those of one steady clock.

The phones are the truth: a talk is two phones that are both in a call, and it ends when one of them says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from typing import Any, Final

CUT: Final = "talks are never cut"
UNENDED: Final = "no call is without an end"
TWICE: Final = "no call ends twice, or goes on after its end"
BACK: Final = "no call goes back to an older revision"
OWNERS: Final = "no terminal has two owners"
ACTS: Final = "nobody acts at the telephone system who has been replaced"
INVENTED: Final = "none is shown that is not there"
UNSEEN: Final = "none is there that is not shown"
UNCONTROLLED: Final = "when all is mended, there is control again"
RULES = (CUT, UNENDED, TWICE, BACK, OWNERS, ACTS, INVENTED, UNSEEN, UNCONTROLLED)

FORGOTTEN: Final = "talks that an owner began as it was lost, and the next one does not know"
"""Not promised where what is kept for the next owner has to be written: people hang up by hand. It is counted
for what costs an owner its life or its NATS alone, see `Fault.forgets`."""

FORGET_S = 12.0
"""So long after such a talk began it is told at the latest: what a node without NATS begins in the 2.7 s
until it stops, and what the next one tells when NATS has elected."""

MOVED: Final = "changes of owner"
UNNOTICED_S = 5.0
"""A node that another one replaces has not acted for so long, or it was not kept: its lease is 3 s."""

JUST_BEFORE_S = 1.0
"""A talk that was up for so long as its owner was lost is known to the next one: it takes a tenth of a second
to be written, and this machine is busy."""

SETTLED_S = 5.0
"""What is so old has to be shown, at every node that works; what is so long over, nowhere any more."""

LONELY_S = 20.0
"""So long one phone may be alone in a call that is not shown: that of somebody who has dialled waits for ten
seconds, and for ten more until hanging up has worked."""

BEGINS_S = 45.0
"""So long a call may be shown as one that begins, at a phone that has none: something stays wrong for eight
seconds, and what was sent just before is waited for 32 s."""

REPLACED_S = 1.0
"""So long after somebody else has told states as the owner nobody but that one acts."""

LATE_S = 30.0
"""A new owner acts before it tells, and if its driver does not start begins once more ten seconds later: what
looks like an act of one that has been replaced is not, if that has told states in a newer epoch by then."""

MAX_TOLD = 50
"""Broken promises that are told one by one; all are counted."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A promise that was not kept."""

    at: float
    rule: str
    what: str


@dataclass(slots=True)
class _Shown:
    call: dict[str, Any]
    since: float


@dataclass(slots=True)
class _Node:
    """What one node shows."""

    up: bool = False
    live: dict[str, _Shown] = field(default_factory=dict)
    ended: dict[str, float] = field(default_factory=dict)
    revisions: dict[str, int] = field(default_factory=dict)


class Judge:
    """See above. `partner` is the other phone of a pair; `lonely`: a call is shown when the other has none.

    `on_change` is told of each phone that has told something.
    """

    def __init__(self, partner: dict[str, str], *, lonely: bool = True) -> None:
        self._partner, self._lonely = partner, lonely
        self.on_change: Callable[[str], None] = lambda user: None
        self._nodes: dict[str, _Node] = {}
        self._phones: dict[str, dict[int, float]] = {}
        """The calls of each phone that are up, and since when."""
        self._idle_since: dict[str, float] = {}
        self._asked: set[str] = set()
        self._owners: dict[tuple[str, int], tuple[str, str]] = {}
        self._epoch = 0
        self.owner = ""
        """The node that has told states in the highest epoch."""
        self._owner_since = 0.0
        self._acting = (0, "")
        self._late: list[tuple[float, str, str]] = []
        self._failed: dict[str, float] = {}
        self._lost: list[tuple[float, float]] = []
        """From when to when something was wrong that forgets."""
        self._were_up: set[str] = set()
        self._never_up: dict[str, float] = {}
        """When the last call of a terminal failed that had never been shown as connected."""
        self._forgotten: set[tuple[str, float]] = set()
        self.broken: list[Broken] = []
        self.count: Counter[str] = Counter()

    def something_goes_wrong(self, at: float, *, forgets: bool) -> None:
        """From now on, until it is called again; `forgets`: as in `Fault`."""
        self._lost = [(since, min(until, at)) for since, until in self._lost if since < at]
        if forgets:
            self._lost.append((at, inf))

    def breaks(self, at: float, rule: str, what: str) -> None:
        """A promise was not kept."""
        self.count[rule] += 1
        if self.count[rule] <= MAX_TOLD:
            self.broken.append(Broken(at, rule, what))

    # The phones' side

    def talking(self, user: str) -> bool:
        """Are this phone and its partner both in a call?"""
        return bool(self._phones.get(user)) and bool(self._phones.get(self._partner[user]))

    def busy(self, user: str) -> bool:
        """Is it in a call that is up?"""
        return bool(self._phones.get(user))

    def end_is_asked(self, user: str) -> None:
        """Somebody wants the talk of this phone to end, or may have wanted it: from now on it may."""
        self._asked |= {user, self._partner[user]}

    def new_talk(self, user: str) -> None:
        """Nobody wants the next talk of this phone to end."""
        self._asked -= {user, self._partner[user]}

    def on_phone(self, at: float, user: str, kind: str, call: int) -> None:
        """A phone has told something of a call."""
        up = self._phones.setdefault(user, {})
        if kind == "answered":
            up[call] = at
        elif kind in ("ended", "rejected", "cancelled", "failed") and call in up:
            talked, since = self.talking(user), up.pop(call)
            if not up:  # else it was a second call, as of a dial that nobody waits for any more
                failed = max(self._never_up.get(one, 0.0) for one in (user, self._partner[user]))
                if talked and user not in self._asked and failed < since:
                    self.breaks(at, CUT, f"phone {user} was in a talk, and nobody had hung up")
                self._asked |= {user, self._partner[user]}  # the other one's end follows from this one's
                self._idle_since[user] = at
        self.on_change(user)

    # What the nodes show

    def on_session(self, at: float, node: str, calls: list[dict[str, Any]] | None) -> None:
        """The reader is logged in, and sees these calls; None: its session broke."""
        known = self._nodes.setdefault(node, _Node())
        known.up = calls is not None
        if calls is None:
            return
        before, known.live = known.live, {}
        known.revisions.clear()
        for call in calls:
            since = before[call["id"]].since if call["id"] in before else at
            if call["id"] in known.ended:
                self.breaks(at, TWICE, f"{node} shows {_of(call)} again, which had ended there")
            known.live[call["id"]] = _Shown(call, since)
            known.revisions[call["id"]] = call["revision"]

    def on_call(self, at: float, node: str, call: dict[str, Any]) -> None:
        """An event of a call at a node."""
        known = self._nodes.setdefault(node, _Node())
        id = call["id"]
        if id in known.ended:
            self.breaks(at, TWICE, f"{node} tells {_of(call)} after its end")
        elif id in known.revisions and call["revision"] <= known.revisions[id]:
            what = f"{node} tells {_of(call)} with revision {call['revision']} after {known.revisions[id]}"
            self.breaks(at, BACK, what)
        known.revisions[id] = call["revision"]
        if call["state"] == "OnHookState":
            known.live.pop(id, None)
            known.ended[id] = at
            cause = call.get("cause", "")
            if cause == "failure":
                self._failed[call["terminal"]] = at
            if cause in ("failure", "unreachable") and id not in self._were_up:
                self._never_up[call["terminal"]] = at
        else:
            self._show(known, at, call)

    def _show(self, known: _Node, at: float, call: dict[str, Any]) -> None:
        if _is_up(call):
            self._were_up.add(call["id"])
        shown = known.live.get(call["id"])
        same = shown is not None and shown.call["state"] == call["state"]
        known.live[call["id"]] = _Shown(call, shown.since if same and shown is not None else at)

    def call_at(self, node: str, terminal: str) -> str:
        """The id of the call that a node shows for a terminal; "" if there is none."""
        known = self._nodes.get(node)
        if known is None or not known.up:
            return ""
        return next((id for id, one in known.live.items() if one.call["terminal"] == terminal), "")

    def shown(self, node: str) -> int:
        """So many calls does a node show."""
        known = self._nodes.get(node)
        return len(known.live) if known is not None else 0

    # What they do

    def on_told(self, at: float, terminal: str, epoch: int, node: str, run: str) -> None:
        """A node has told a terminal's state, as its owner in this epoch."""
        first = self._owners.setdefault((terminal, epoch), (node, run))
        if first != (node, run):
            self.breaks(at, OWNERS, f"{terminal} in epoch {epoch}: {first[0]}, and {node} as well")
        if epoch > self._epoch:
            self._epoch = epoch
            if node != self.owner:
                if self.owner:
                    # Also where nothing was done to it: a machine that is too busy takes a lease as well.
                    self.count[MOVED] += 1
                    self._lost.append((at - UNNOTICED_S, at))
                self.owner, self._owner_since = node, at
            self._late = [one for one in self._late if one[1] != node or at - one[0] > LATE_S]

    def on_act(self, at: float, connection: int, source: str, action: str) -> None:
        """Somebody has asked the telephone system to do something, over this connection, the nth to it."""
        last, who = self._acting
        if connection < last:
            self.breaks(at, ACTS, f"{source} asks for {action} after {who} has begun to act")
        self._acting = max((connection, source), self._acting)

    def on_sip_act(self, at: float, node: str, method: str) -> None:
        """A node has sent a request to the telephone system or the phones."""
        if self.owner and node != self.owner and at > self._owner_since + REPLACED_S:
            self._late.append((at, node, method))

    # Whether all is well

    def look(self, at: float, nodes: list[str]) -> dict[tuple[str, str, str], str]:
        """What these nodes do not show as the phones have it, by rule, node and terminal.

        At two times the same is broken; once may be a call that is just ending."""
        self._judge_late(at)
        found: dict[tuple[str, str, str], str] = {}
        for node in nodes:
            known = self._nodes.get(node)
            if known is None or not known.up:
                found[UNSEEN, node, ""] = f"nobody can log in at {node}, where nothing is wrong"
                continue
            shown = {one.call["terminal"]: one for one in known.live.values()}
            for user, calls in self._phones.items():
                alone = not (self._lonely or self.talking(user))
                old = [since for since in calls.values() if at - since > (LONELY_S if alone else SETTLED_S)]
                if not old or user in shown:
                    continue
                if alone and self._was_lost(max(old)):
                    continue  # nobody has told it as a failure: there was no talk yet
                if self._is_forgotten(user, max(old)):
                    self._forgotten.add((min(user, self._partner[user]), self._failed_at(user)))
                    self.count[FORGOTTEN] = len(self._forgotten)
                else:
                    what = f"{node} shows no call of {user}, which has one for {at - min(old):.1f} s"
                    found[UNSEEN, node, user] = what
            for terminal, one in shown.items():
                idle = at - max(one.since, self._idle_since.get(terminal, 0.0))
                if not self._phones.get(terminal) and idle > (SETTLED_S if _is_up(one.call) else BEGINS_S):
                    what = f"{node} shows {_of(one.call)}, while the phone has had none for {idle:.1f} s"
                    found[INVENTED, node, terminal] = what
        return found

    def _is_forgotten(self, user: str, since: float) -> bool:
        """Did an owner begin it just as it was lost, and was it told as a failure soon after?"""
        told = since <= self._failed_at(user) <= since + FORGET_S
        return not self._lonely and told and self._was_lost(since)

    def _was_lost(self, since: float) -> bool:
        """May what began then be unknown to the next owner, as something is wrong that takes the last one?"""
        return any(begun - JUST_BEFORE_S <= since <= until for begun, until in self._lost)

    def _failed_at(self, user: str) -> float:
        return max(self._failed.get(one, 0.0) for one in (user, self._partner[user]))

    def _judge_late(self, at: float) -> None:
        waiting = [one for one in self._late if at - one[0] <= LATE_S]
        for when, node, method in self._late:
            if at - when > LATE_S:
                self.breaks(when, ACTS, f"{node} sends {method}, and is not the owner")
        self._late = waiting

    def all_over(self, at: float, nodes: list[str]) -> None:
        """No phone has had a call for a while: nothing may be shown any more."""
        self._judge_late(at + LATE_S)
        for user, calls in self._phones.items():
            for _ in calls:
                self.breaks(at, UNENDED, f"phone {user} is still in a call")
        for node in nodes:
            known = self._nodes.get(node)
            for one in known.live.values() if known is not None else ():
                what = f"{node} shows {_of(one.call)} for {at - one.since:.1f} s"
                self.breaks(at, INVENTED if _is_up(one.call) else UNENDED, what)


def _is_up(call: dict[str, Any]) -> bool:
    return bool(call["state"] == "ConnectedState")


def _of(call: dict[str, Any]) -> str:
    return f"call {call['id']} of {call['terminal']} in {call['state']}"

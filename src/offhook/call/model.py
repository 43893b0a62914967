"""The values of the call model: parties, calls, terminals."""

from dataclasses import dataclass
from os import urandom

from offhook.call.enums import CallState, Cause, Direction, ForwardWhen, Privacy, Reason
from offhook.call.features import Feature, Features


@dataclass(frozen=True, slots=True)
class Party:
    """A party of a call: a name to show (may be empty), and the address as `id`.

    `privacy` is why there is none.
    """

    name: str = ""
    id: str = ""
    privacy: Privacy = Privacy.NONE


FORWARD_WHENS = (ForwardWhen.ALWAYS, ForwardWhen.BUSY, ForwardWhen.NO_ANSWER)
"""The cases that can be asked for."""


@dataclass(frozen=True, slots=True)
class Forwarding:
    """A terminal's calls go on to `address`. `after_s`: so long it rings before, for `NO_ANSWER`; 0 leaves
    that to the switch."""

    when: ForwardWhen
    address: str
    after_s: float = 0


DOES_NOT_ANSWER = "registered, but does not answer"
"""The `problem` of a terminal whose phone is registered and says nothing: it has no power, or no network."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """A phone under control. `id` is its extension; `in_service` means that it can be rung now.

    `problem` is why its last attempt to register failed, `problem_at` when (seconds since the epoch).
    `features` is what it allows just now, None if that is not known. `capabilities` is what it and its calls
    may allow at some time, with this switch and its settings: what a TAPI program is told of a line before
    there is any call.

    `forwardings` and `do_not_disturb` are as they are in force at the switch. `missed` counts its calls that
    nobody answered, since somebody last looked (`ClearMissed`).
    """

    id: str
    name: str = ""
    in_service: bool = False
    problem: str = ""
    problem_at: float | None = None
    features: Features | None = None
    capabilities: Features | None = None
    forwardings: tuple[Forwarding, ...] = ()
    do_not_disturb: bool = False
    missed: int = 0

    def allows(self, feature: Feature) -> bool:
        """May this be tried now?"""
        return self.features is None or feature in self.features

    @property
    def silent(self) -> bool:
        """Is its phone registered, and does it not answer?"""
        return not self.in_service and self.problem == DOES_NOT_ANSWER


_INBOUND, _RING_BACK, _ON_HOOK = Direction.INBOUND, CallState.RING_BACK, CallState.ON_HOOK
_ASKED_FOR = (Reason.PICKED_UP, Reason.UNPARKED)
"""As names of the module: up to Python 3.11 a member of an enumeration takes six times as long."""


@dataclass(frozen=True)  # without slots: `with_members` makes the next value from what `__dict__` has
class Call:
    """One call of one terminal. Times are seconds since the epoch, UTC.

    An INBOUND call begins in RING_BACK: the terminal rings. One that has been dialled at the phone itself is
    `by_hand`.

    `caller` and `callee` are as the call began, or after a transfer those who talk now. `connected_party` is
    who answered, where that is somebody else than was called; `redirecting` who sent the call here last, as
    `reason` says; `redirected_to` where it went from here, with the causes ELSEWHERE, FORWARDED, TRANSFERRED
    and PARKED. `external`: does it come from, or go, outside the site; None if that is not known.

    A call on hold stays CONNECTED: `held` by this terminal, `held_by_other` by the other party. `related` is
    the id of the terminal's other call of a consultation: each of the two names the other, and the younger
    one is the `consultation`. Calls of a terminal that are joined in a conference have the same `conference`,
    an id.

    `revision` rises by one with each change, at the call's source (see `changed`). Of two values of a call
    the one with the higher revision is the newer (see `newer`). `features` is what can be done with it as of
    this revision; None if that is not known, as before the Call Manager has asked the switch.
    """

    id: str
    terminal: str
    state: CallState
    caller: Party
    callee: Party
    started: float
    direction: Direction = Direction.OUTBOUND
    connected: float | None = None
    ended: float | None = None
    cause: Cause | None = None
    revision: int = 0
    features: Features | None = None
    reason: Reason = Reason.DIRECT
    held: bool = False
    held_by_other: bool = False
    related: str = ""
    consultation: bool = False
    conference: str = ""
    connected_party: Party | None = None
    redirecting: Party | None = None
    redirected_to: Party | None = None
    external: bool | None = None
    by_hand: bool = False

    @property
    def rings_here(self) -> bool:
        """Does it come in, and has nobody answered yet?"""
        return self.direction is _INBOUND and self.state is _RING_BACK

    @property
    def unasked(self) -> bool:
        """Does it come in without anybody here having asked for it, as by a pickup?"""
        return self.direction is _INBOUND and self.reason not in _ASKED_FOR

    @property
    def missed(self) -> bool:
        """Did it come in and end before anybody answered, here or elsewhere, and without being rejected?"""
        return (
            self.direction is _INBOUND
            and self.state is _ON_HOOK
            and self.connected is None
            and self.cause not in NOT_MISSED
        )

    def allows(self, feature: Feature) -> bool:
        """May this be tried now?"""
        return self.state is not _ON_HOOK and (self.features is None or feature in self.features)


NOT_MISSED = frozenset({Cause.ELSEWHERE, Cause.FORWARDED, Cause.REJECTED, Cause.DROPPED, Cause.PARKED})
"""With these causes somebody has dealt with a call that came in and was not answered here."""


def new_call_id() -> str:
    """A call id, unique for the life of the installation: 24 characters of 0-9 a-f (96 random bits)."""
    return urandom(12).hex()

"""A call of a terminal and its channel, and what the exchange needs from outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from offhook.call import Call, Cause, Party
from offhook.switch.asterisk.session import Answer, Fields


class Timer(Protocol):
    """A function that will be called later, unless it is cancelled."""

    def cancel(self) -> None:
        """Do not call it."""
        ...


class ExchangeHost(Protocol):
    """What the exchange needs from outside: a clock, timers, AMI, and who hears of calls."""

    def now(self) -> float:
        """Seconds since the epoch."""
        ...

    def later(self, seconds: float, function: Callable[[], None]) -> Timer:
        """Call the function after so long."""
        ...

    def act(self, action: str, fields: Fields, answer: Answer) -> bool:
        """Send an action; False when there is no connection."""
        ...

    def publish(self, call: Call) -> None:
        """Tell of a call as it now is."""
        ...


@dataclass(eq=False, slots=True)
class Leg:
    """A call and its channel, whose id is known before there is one.

    `ours`: we asked for it. `crowded`: its channel is in a bridge for more than two. `partner`: the id of the
    channel that it was joined with last. `far`: that of the other party while the phone is not in the call,
    or in a conference. `moving`: a command moves its channels just now. `parking`: its other party is being
    parked; whatever becomes of the phone, it ends once it is known where. `ends`: with what a command has it
    end, and where it goes then. `asked_for`: the id of the call that the phone comes back to when this one is
    dropped; `fetches` that of the one that it picks up.
    """

    call: Call
    channel_id: str
    ours: bool = False
    crowded: bool = False
    partner: str = ""
    far: str = ""
    moving: bool = False
    parking: bool = False
    ends: tuple[Cause, Party | None] | None = None
    asked_for: str = ""
    fetches: str = ""
    limit: Timer | None = None
    settling: Timer | None = None

    def stop_timers(self) -> None:
        """Cancel the limit and the question to the dialplan."""
        for timer in (self.limit, self.settling):
            if timer is not None:
                timer.cancel()
        self.limit = self.settling = None

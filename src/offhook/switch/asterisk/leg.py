"""A call of a terminal, and what the exchange knows of it besides its value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from offhook.call import Call
from offhook.switch.asterisk.session import Answer, Fields


class Timer(Protocol):
    """A call in the future that can be taken back."""

    def cancel(self) -> None:
        """Not any more."""
        ...


class Shell(Protocol):
    """What the exchange needs of the world."""

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

    `ours`: we asked for it. `partner`: the id of the channel that it was joined with last.
    """

    call: Call
    channel_id: str
    ours: bool = False
    partner: str = ""
    limit: Timer | None = None
    settling: Timer | None = None

    def stop_timers(self) -> None:
        """Neither ends by itself nor asks any more."""
        for timer in (self.limit, self.settling):
            if timer is not None:
                timer.cancel()
        self.limit = self.settling = None

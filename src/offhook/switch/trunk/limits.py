"""How much may go out by a trunk: calls at a time and in an hour, minutes in a day. Emergency calls may.

Whoever gets hold of a phone or a password calls numbers that pay him, at night, by the thousand. The dial
rules say which numbers; these say how much it can cost at most.
"""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from offhook.config import TrunkSettings
from offhook.sip.endpoint import Endpoint
from offhook.sip.timers import Timer
from offhook.switch.b2bua.leg import Leg

logger = logging.getLogger(__name__)

HOUR_S, MINUTE_S = 3600.0, 60.0

METER_S = 5.0
"""How often the minutes of the calls that are up are counted; what is shorter may not be."""


class TrunkUsage(NamedTuple):
    """What has gone out by one trunk: `seconds` of calls on this `day`, and calls that began in the last
    hour, by minute (counted since the epoch)."""

    day: date
    seconds: float = 0.0
    begun: tuple[tuple[int, int], ...] = ()


class Limits:
    """Of one trunk. `today` tells the day, whose minutes begin anew with it."""

    def __init__(
        self,
        settings: TrunkSettings,
        endpoint: Endpoint,
        today: Callable[[], date] = date.today,
        on_reached: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_reached` is called when a call is the first to be refused for a limit."""
        self._settings, self._endpoint, self._today = settings, endpoint, today
        self._on_reached = on_reached
        self._legs: set[Leg] = set()
        self._begun: deque[float] = deque()
        self._day = today()
        self._seconds = 0.0
        self._meter: Timer | None = None
        self._told: set[str] = set()
        self.changed = False
        """Has anything been used since `usage` was asked for?"""

    @property
    def calls(self) -> int:
        """The calls that go out now."""
        self._legs = {leg for leg in self._legs if not leg.ended}
        return len(self._legs)

    @property
    def minutes(self) -> float:
        """Those of all calls of this day."""
        self._new_day()
        return self._seconds / MINUTE_S

    @property
    def calls_an_hour(self) -> int:
        """The calls that went out in the last hour."""
        while self._begun and self._endpoint.now - self._begun[0] >= HOUR_S:
            self._begun.popleft()
        return len(self._begun)

    @property
    def reached(self) -> str:
        """The setting whose limit is reached; "" for none."""
        own = self._settings
        if self.calls >= own.max_calls:
            return "max_calls"
        if self.calls_an_hour >= own.max_calls_an_hour:
            return "max_calls_an_hour"
        return "max_minutes_a_day" if self.minutes >= own.max_minutes_a_day else ""

    def refusal(self) -> str:
        """Why no more calls may go out now; "" if they may."""
        key = self.reached
        if not key:
            self._told.discard("max_calls")
            return ""
        self._tell(key)
        return f"trunk {self._settings.name} has reached {key} = {getattr(self._settings, key)}"

    def begins(self, leg: Leg) -> None:
        """A call goes out by this leg."""
        self.changed = True
        self._legs.add(leg)
        self._begun.append(self._endpoint.now)
        if len(self._begun) > self._settings.max_calls_an_hour:
            self._begun.popleft()  # emergency calls, which are not refused for it
        self._measure()

    def goes_on(self, leg: Leg) -> None:
        """A call is up that went out by this leg before the program was started: the hour and the day have it
        already."""
        self._legs.add(leg)
        self._measure()

    def _measure(self) -> None:
        if self._meter is None:
            self._meter = self._endpoint.after(METER_S, self._count)

    def usage(self, epoch: float) -> TrunkUsage:
        """What is to be kept; `epoch` is now."""
        self.changed = False
        now, by_minute = self._endpoint.now, Counter[int]()
        for begun in self._begun:
            by_minute[int((epoch - now + begun) / MINUTE_S)] += 1
        return TrunkUsage(self._day, self._seconds, tuple(by_minute.items()))

    def restore(self, usage: TrunkUsage, epoch: float) -> None:
        """Take over what was kept. A call counts from the end of its minute on: for too long rather than too
        short."""
        if usage.day == self._today():
            self._seconds = usage.seconds
        now, most = self._endpoint.now, self._settings.max_calls_an_hour
        for minute, count in sorted(usage.begun):
            ago = max(0.0, epoch - (minute + 1) * MINUTE_S)
            if ago < HOUR_S:
                self._begun.extend([now - ago] * min(count, most))
        while len(self._begun) > most:
            self._begun.popleft()

    def _count(self, _now: float) -> None:
        self._new_day()
        self._meter = None
        if self.calls:
            self.changed = True
            self._seconds += METER_S * sum(leg.dialog is not None for leg in self._legs)
            self._meter = self._endpoint.after(METER_S, self._count)

    def _new_day(self) -> None:
        if self._today() != self._day:
            self._day, self._seconds = self._today(), 0.0
            self._told.discard("max_minutes_a_day")

    def _tell(self, key: str) -> None:
        """A word to the administrator, once."""
        if key not in self._told:
            self._told.add(key)
            logger.error(
                "trunk %s: %s = %s is reached, and calls are refused; set it higher if they are meant, else"
                " see who makes them: offhook audit",
                *(self._settings.name, key, getattr(self._settings, key)),
            )
            self._on_reached()

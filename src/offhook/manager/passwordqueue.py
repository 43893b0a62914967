"""Passwords wait here for a core: verifying one is slow by design, and everybody comes at nine o'clock."""

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from offhook.errors import CallError, Refusal

VERIFIERS = 2
"""Passwords of one kind of caller (known, unknown) verified at once. Each takes a core and up to 64 MiB."""

THREADS = 3
"""For both kinds together, so that neither can keep the other out."""

MAX_HELD_S = 12.0
"""Who would wait longer is told when to come back; below the 20 s after which either end gives up a login."""

MAX_HELD = 2000
"""Logins that wait; some 2 KiB each, beside their connections."""

MAX_RETRY_S = 300.0
"""The latest that somebody is told to come back."""

TELL_EVERY_S = 2.0
"""How often somebody who waits is told how far the queue is."""

FIRST_COST_S = 0.02
"""What one password takes, until one has been seen. Rather too little: who comes back too early is told anew,
who was told to come too late waits for nothing."""

LATEST_S = 16.0
"""Who waits and would wait longer in all, as passwords take longer than they did, is sent away after all, and
told when to come back: before the 20 s after which either end gives up without a word."""

EARLY_S = MAX_HELD_S / 2
"""How long before a place is free somebody is told to come back. So there is always somebody in the queue,
also when passwords take less time than they did."""

SHORTEST_OF = 20
"""Who is sent away is told a time that goes by the quickest of so many passwords, the latest ones: while a
thousand connect, each takes several times what it takes soon after."""

WEIGHT = 0.1
"""Of the latest password in what one is thought to take."""

T = TypeVar("T")
Told = Callable[[int, float], None]
"""Is told the place in the queue, from 1, and about how many seconds it takes until then."""


class _Line:
    """Those of one kind: who waits, how many are being verified, until when others were told to come back."""

    def __init__(self) -> None:
        self.waiting: deque[asyncio.Future[None]] = deque()
        self.running = 0
        self.booked_until = 0.0


class PasswordQueue:
    """Runs what verifies passwords in threads of its own: known callers first, each kind with its share.

    Known are those who logged in from the same place before. Strangers, who may be guessing, never take what
    the known need. Who cannot be held is refused with the seconds after which a place will be free, each
    one later than the one before, so that a thousand do not come back at the same moment.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="password")
        self._clock = clock
        self._cost_s = FIRST_COST_S
        self._latest = deque([FIRST_COST_S], maxlen=SHORTEST_OF)
        self._seen = False
        self._lines = {True: _Line(), False: _Line()}

    def close(self) -> None:
        """End the threads; what they verify just now is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def run(self, work: Callable[[], T], *, known: bool, told: Told | None = None) -> T:
        """What `work` returns. Raises `CallError` OVERLOADED, with `retry_s`, when the queue is too long."""
        line = self._lines[known]
        if not self._startable(line):
            self._check_length(line)
            await self._wait(line, told)
        else:
            line.running += 1
        took_s: list[float] = []

        def timed() -> T:
            # Here, since the loop may have a thousand new connections to look at before it hears of the end.
            begun = self._clock()
            try:
                return work()
            finally:
                took_s.append(self._clock() - begun)

        def over(_: object) -> None:
            for one in took_s:
                self._took(one)
            self._leave(line)

        try:
            verifying = asyncio.get_running_loop().run_in_executor(self._threads, timed)
        except BaseException:  # no memory for a thread: the place is free all the same
            self._leave(line)
            raise
        # The thread keeps its place until it is done, also when nobody waits for its word any more.
        verifying.add_done_callback(over)
        return await asyncio.shield(verifying)

    def book(self, *, known: bool = False) -> float:
        """In how many seconds who cannot be held is to come back: a little before a place is free, and each
        time a later one."""
        line, now = self._lines[known], self._clock()
        free = now + (len(line.waiting) + 1) * min(self._latest) / VERIFIERS
        line.booked_until = max(line.booked_until, free) + min(self._latest) / VERIFIERS
        if line.booked_until > now + MAX_RETRY_S:
            # Not all at the very end: they would come at one moment.
            line.booked_until = now + MAX_RETRY_S / 2
        wait = line.booked_until - now
        return wait - min(EARLY_S, wait / 2)

    async def _wait(self, line: _Line, told: Told | None) -> None:
        """Returns with a place among the running ones."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        line.waiting.append(turn)
        latest = self._clock() + LATEST_S
        try:
            while not turn.done():
                place = line.waiting.index(turn) + 1
                if self._clock() + self._seconds(place) > latest:
                    line.waiting.remove(turn)
                    raise self._sent_away(line)
                if told is not None:
                    told(place, self._seconds(place))
                await asyncio.wait([turn], timeout=TELL_EVERY_S)
        except asyncio.CancelledError:
            if turn.done():
                self._leave(line)
            else:
                line.waiting.remove(turn)
            raise

    def _leave(self, line: _Line) -> None:
        """A place among the running ones is free: the next ones have it."""
        line.running -= 1
        for other in (self._lines[True], self._lines[False]):
            while other.waiting and self._startable(other):
                other.running += 1
                other.waiting.popleft().set_result(None)

    def _startable(self, line: _Line) -> bool:
        running = sum(one.running for one in self._lines.values())
        return line.running < VERIFIERS and running < THREADS

    def _check_length(self, line: _Line) -> None:
        place = len(line.waiting) + 1
        wait = self._seconds(place)
        if wait <= MAX_HELD_S and place <= MAX_HELD:
            return
        raise self._sent_away(line)

    def _sent_away(self, line: _Line) -> CallError:
        retry_s = self.book(known=line is self._lines[True])
        return CallError(
            Refusal.OVERLOADED,
            f"{len(line.waiting)} logins wait for their passwords to be verified; try again in"
            f" {math.ceil(retry_s)} seconds",
            retry_s=retry_s,
        )

    def _took(self, cost_s: float) -> None:
        """The first one that is seen counts whole: it may be ten times what was thought."""
        if not self._seen:
            self._latest.clear()
        self._latest.append(cost_s)
        self._cost_s += (WEIGHT if self._seen else 1.0) * (cost_s - self._cost_s)
        self._seen = True

    def _seconds(self, place: int) -> float:
        return place * self._cost_s / VERIFIERS

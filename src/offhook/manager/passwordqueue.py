"""The queue of passwords to verify: each takes long by design, and everybody logs in at nine o'clock."""

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from offhook.errors import CallError, Refusal

VERIFIERS = 2
"""Passwords verified at once for known users, and for unknown ones. Each takes a core and up to 64 MiB."""

THREADS = 3
"""Threads for both kinds together: more than one kind can use, so neither can block the other."""

MAX_HELD_S = 12.0
"""A client that does not hear its place in the queue and would have to wait longer is told when to retry.
Less than the 20 s after which both ends give up a login."""

MAX_HELD = 2000
"""Waiting logins; some 2 KiB each, beside their connections."""

MAX_TOLD = 500
"""Clients that hear their place are held so far from the front, however long it takes: half of the strangers
that a server has room for. Then the queue never runs empty, and few have to come again."""

MAX_TOLD_S = 180.0
"""The longest that such a client is held."""

MAX_RETRY_S = 120.0
"""The longest `retry_s`. However slow passwords are just now, in two minutes they may be quick again, and
refusing somebody once more costs a tenth of the quickest password."""

TELL_EVERY_S = 2.0
"""How often a waiting client is told its place in the queue."""

FIRST_COST_S = 0.02
"""Estimated time of one password until one has been measured. Rather too short: who retries too early is
given another time, who retries too late has waited in vain."""

LATEST_S = 16.0
"""If passwords get slower, a client that does not hear its place and would wait longer than this in all is
refused with a `retry_s`, before the 20 s after which both ends give up without an answer."""

EARLY_S = MAX_HELD_S / 2
"""Clients are told to retry this long before their place is free, and sooner when half of those that may wait
take longer, so that the queue never runs empty, even if passwords get faster."""

SHORTEST_OF = 20
"""`retry_s` is computed from the quickest of this many latest passwords, `FIRST_COST_S` being one of them at
first: while a thousand clients connect, each password takes several times as long as soon after."""

WEIGHT = 0.1
"""Weight of the latest password in the moving average of their times."""

T = TypeVar("T")
Told = Callable[[int, float], None]
"""Called with the place in the queue, from 1, and the estimated seconds."""


class _Line:
    """The queue of one kind: who waits, how many are being verified, and the latest retry time given out."""

    def __init__(self) -> None:
        self.waiting: deque[asyncio.Future[None]] = deque()
        self.running = 0
        self.booked_until = 0.0


class PasswordQueue:
    """Verifies passwords in threads: known users first, and a share of the threads for each kind.

    A user is known who has logged in from the same place before. Strangers, who may be guessing, never take
    the known users' threads. A client that finds the queue full is refused with the seconds after which a
    place will be free. Each gets a later time than the one before, so that they do not all return at once.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="password")
        self._clock = clock
        self._cost_s = FIRST_COST_S
        self._latest = deque([FIRST_COST_S], maxlen=SHORTEST_OF)
        self._seen = False
        self._lines = {True: _Line(), False: _Line()}

    def close(self) -> None:
        """Stop the threads without waiting for what they verify."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def run(self, work: Callable[[], T], *, known: bool, told: Told | None = None) -> T:
        """Run `work` and return its result. Raises `CallError` OVERLOADED,
        with `retry_s`, if the queue is full."""
        line = self._lines[known]
        if not self._startable(line):
            self._check_length(line, hears=told is not None)
            await self._wait(line, told)
        else:
            line.running += 1
        took_s: list[float] = []

        def timed() -> T:
            # Measured in the thread: the loop may accept a thousand connections before it hears of the end.
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
        except BaseException:  # no memory for a thread: give the place back
            self._leave(line)
            raise
        # The thread keeps its place until it is done, even if the client has gone.
        verifying.add_done_callback(over)
        return await asyncio.shield(verifying)

    def book(self, *, known: bool = False) -> float:
        """The `retry_s` of a client that finds the queue full: a little before a place
        is free, and each time a later one."""
        line, now = self._lines[known], self._clock()
        free = now + (len(line.waiting) + 1) * min(self._latest) / VERIFIERS
        line.booked_until = max(line.booked_until, free) + min(self._latest) / VERIFIERS
        if line.booked_until > now + MAX_RETRY_S:
            # Spread out: otherwise all would return at the same moment.
            line.booked_until = now + MAX_RETRY_S / 2
        wait = line.booked_until - now
        early = max(EARLY_S, MAX_TOLD / 2 * min(self._latest) / VERIFIERS)
        return wait - min(early, wait / 2)

    async def _wait(self, line: _Line, told: Told | None) -> None:
        """Wait for a thread."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        line.waiting.append(turn)
        latest = self._clock() + (LATEST_S if told is None else MAX_TOLD_S)
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
        """A thread is free: start the next ones."""
        line.running -= 1
        for other in (self._lines[True], self._lines[False]):
            while other.waiting and self._startable(other):
                other.running += 1
                other.waiting.popleft().set_result(None)

    def _startable(self, line: _Line) -> bool:
        running = sum(one.running for one in self._lines.values())
        return line.running < VERIFIERS and running < THREADS

    def _check_length(self, line: _Line, *, hears: bool) -> None:
        """Check that there is room for one more, with or without progress reports. Raises `CallError`."""
        place = len(line.waiting) + 1
        wait = self._seconds(place)
        far = place > MAX_TOLD if hears else wait > MAX_HELD_S
        if place > MAX_HELD or far or wait > MAX_TOLD_S:
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
        """Update the average. The first measurement replaces an estimate that may be ten times too small."""
        self._latest.append(cost_s)
        self._cost_s += (WEIGHT if self._seen else 1.0) * (cost_s - self._cost_s)
        self._seen = True

    def _seconds(self, place: int) -> float:
        return place * self._cost_s / VERIFIERS

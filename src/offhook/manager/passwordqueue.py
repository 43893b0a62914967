"""Passwords wait here for a core: verifying one is slow by design, and everybody comes at nine o'clock."""

import asyncio
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
"""What one password takes, until it has been seen. Rather too little: who comes back too early is told anew,
who was told to come too late waits for nothing."""

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
        begun = self._clock()

        def over(_: object) -> None:
            self._cost_s += WEIGHT * (self._clock() - begun - self._cost_s)
            self._leave(line)

        try:
            verifying = asyncio.get_running_loop().run_in_executor(self._threads, work)
        except BaseException:  # no memory for a thread: the place is free all the same
            self._leave(line)
            raise
        # The thread keeps its place until it is done, also when nobody waits for its word any more.
        verifying.add_done_callback(over)
        return await asyncio.shield(verifying)

    def book(self, *, known: bool = False) -> float:
        """In how many seconds a place will be free for who cannot be held; each time a later one."""
        line, now = self._lines[known], self._clock()
        free = now + self._seconds(len(line.waiting) + 1)
        line.booked_until = min(max(line.booked_until, free) + self._seconds(1), now + MAX_RETRY_S)
        return line.booked_until - now

    async def _wait(self, line: _Line, told: Told | None) -> None:
        """Returns with a place among the running ones."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        line.waiting.append(turn)
        try:
            while not turn.done():
                if told is not None:
                    place = line.waiting.index(turn) + 1
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
        retry_s = self.book(known=line is self._lines[True])
        raise CallError(
            Refusal.OVERLOADED,
            f"{place - 1} logins wait for their passwords to be verified; try again in {retry_s:.0f} seconds",
            retry_s=retry_s,
        )

    def _seconds(self, place: int) -> float:
        return place * self._cost_s / VERIFIERS

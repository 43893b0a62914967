"""The commands of all users take turns, for one time slice of the event loop each.

A command is carried out without a pause. Without turns, whoever sends commands without a pause would hold the
loop for as long as they come, and phones, TSP sessions and all other users would wait.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

SLICE_S = 0.001
"""How long commands may take before the loop goes round: what everything else waits for, each time."""

ROUND_S = 0.005
"""After so long the loop has gone round in any case, and the slice begins anew."""

USUAL_S = 0.0002
"""What a command is taken to cost before it was carried out."""

LISTING_SHARE = 4
"""Long listings of one user get one part in so many of the time, however many sessions ask for them."""

MAX_IDLE = 1024
"""Users whose last listing is remembered before those that have rested are looked for."""


class _Listings:
    """The long lists of one user: one at a time, the next one not before `free_at`."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.waiting = asyncio.Lock()
        self.wanted = 0
        self.free_at = 0.0


class Turns:
    """One for all sessions of a server. If nobody else waits, a command is carried out at once."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        self._listings: dict[str, _Listings] = {}
        self._spent, self._since = 0.0, 0.0
        self._pump: asyncio.Handle | None = None

    @asynccontextmanager
    async def turn(self, user: str, *, listing: bool = False) -> AsyncIterator[None]:
        """A context in which it is this user's turn; the time spent in it counts."""
        if not listing:
            await self._wait(user)
            begun = self._loop.time()
            try:
                yield
            finally:
                self._spent += self._loop.time() - begun
            return
        own = self._of(user)
        own.wanted += 1
        try:
            async with own.lock:
                await asyncio.sleep(max(0.0, own.free_at - self._loop.time()))
                await self._wait(user)
                begun = self._loop.time()
                try:
                    yield
                finally:
                    self._listed(own, begun)
        finally:
            own.wanted -= 1

    def _listed(self, own: _Listings, begun: float) -> None:
        now = self._loop.time()
        self._spent += now - begun
        if now - begun > SLICE_S:
            own.free_at = now + (now - begun) * (LISTING_SHARE - 1)

    @asynccontextmanager
    async def alone(self, user: str) -> AsyncIterator[None]:
        """A context for a command that waits for a file or a directory: one at a time for each user."""
        own = self._of(user)
        own.wanted += 1
        try:
            async with own.waiting:
                yield
        finally:
            own.wanted -= 1

    async def _wait(self, user: str) -> None:
        now = self._loop.time()
        if now - self._since > ROUND_S:
            self._spent, self._since = 0.0, now
        if not self._waiting and self._spent < SLICE_S:
            return
        future: asyncio.Future[None] = self._loop.create_future()
        self._waiting.setdefault(user, deque()).append(future)
        self._go_on()
        await future

    def _go_on(self) -> None:
        if self._pump is None:
            self._pump = self._loop.call_soon(self._next)

    def _next(self) -> None:
        """A round of the event loop: each user in order gets one turn, until the time slice is used up."""
        self._pump, self._since = None, self._loop.time()
        planned = 0.0
        while self._waiting and planned < SLICE_S:
            user, futures = self._waiting.popitem(last=False)
            future = futures.popleft()
            if futures:
                self._waiting[user] = futures
            if not future.done():
                future.set_result(None)
                planned += USUAL_S
        self._spent = planned
        if self._waiting:
            self._go_on()

    def _of(self, user: str) -> _Listings:
        own = self._listings.get(user)
        if own is None:
            if len(self._listings) >= MAX_IDLE:
                now = self._loop.time()
                self._listings = {
                    one: theirs
                    for one, theirs in self._listings.items()
                    if theirs.wanted or theirs.free_at > now
                }
            own = self._listings[user] = _Listings()
        return own

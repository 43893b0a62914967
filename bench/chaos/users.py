"""The people of the bed: they dial and drop at whichever node, pick up and hang up by hand.

What a node refuses is tried again, at another one, as a person does.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from bench.chaos.judge import Judge
from bench.chaos.parts import CallManager

AGAIN_S = 0.1
"""What was refused is tried again so soon."""

REPLY_S = 10.0
SETUP_S = 10.0
"""A call that is not up by then is given up."""

PATIENCE_S = 20.0
"""So long a person clicks on Drop before hanging up by hand."""

CARRIED_OUT_S = 2.0
"""A Drop that was taken and shows at no phone by then is clicked again."""

END_S = 10.0
"""So long after its end was asked for a talk may last at the phones."""

BY_HAND, AT_CALLER = 0.2, 0.3
"""The share of calls that are begun by hand, and of those that are ended by hand at one of the two phones."""


class RefusedError(Exception):
    """A command was refused, or its session broke; the text is the code."""


class Session:
    """One user's session at a node, made again whenever it breaks."""

    def __init__(self, node: CallManager) -> None:
        self.node = node
        self._socket: ClientConnection | None = None
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._ids = itertools.count(2)

    @property
    def up(self) -> bool:
        """Is it logged in?"""
        return self._socket is not None

    async def run(self) -> None:
        """For ever."""
        while True:
            with suppress(OSError, WebSocketException, TimeoutError, KeyError):
                await self._run()
            self._socket = None
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_exception(RefusedError("session lost"))
                    waiting.exception()  # seen, should nobody wait for it any more
            self._waiting.clear()
            await asyncio.sleep(2 * AGAIN_S)

    async def _run(self) -> None:
        joined = await asyncio.to_thread(self.node.connection)
        async with connect(
            "ws://127.0.0.1",
            sock=joined,
            subprotocols=[Subprotocol("sscp.v1")],
            max_size=None,
            compression=None,
            open_timeout=REPLY_S,
            ping_interval=None,
            proxy=None,
        ) as socket:
            await socket.send(json.dumps({"type": "login", "id": 1, "token": self.node.token()}))
            if json.loads(await socket.recv()).get("error"):
                return
            self._socket = socket
            async for text in socket:
                reply = json.loads(text)
                waiting = self._waiting.pop(reply.get("id"), None) if reply["type"] == "reply" else None
                if waiting is not None and not waiting.done():
                    waiting.set_result(reply)

    async def ask(self, type: str, **members: Any) -> Any:
        """A command; returns its reply, raises `RefusedError`."""
        socket = self._socket
        if socket is None:
            raise RefusedError("not logged in")
        number = next(self._ids)
        reply = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(REPLY_S):
                await socket.send(json.dumps({"type": type, "id": number, **members}))
                answer = await reply
        except TimeoutError:
            raise RefusedError("no reply") from None
        except WebSocketException:
            raise RefusedError("session lost") from None
        finally:
            self._waiting.pop(number, None)
        if (error := answer.get("error")) is not None:
            raise RefusedError(error["code"])
        return answer


class Pair:
    """Two phones and the person at the first."""

    def __init__(self, caller: str, callee: str) -> None:
        self.caller, self.callee = caller, callee
        self.talking_since: float | None = None
        self.borrowed = False
        """Somebody else ends its talk, see `Users.borrow`."""
        self.calls = 0
        """So many it has begun."""
        self.changed = asyncio.Event()
        """One of the phones has told something."""


class Users:
    """See above. `order` tells the telephone system's side what to do; `judge` knows what the phones have."""

    def __init__(
        self,
        nodes: list[CallManager],
        pairs: list[Pair],
        judge: Judge,
        order: Callable[..., None],
        *,
        rate: float,
        talk_s: tuple[float, float],
        by_hand: bool,
        random: random.Random,
    ) -> None:
        self._judge, self._order, self._random = judge, order, random
        self._by_hand = BY_HAND if by_hand else 0.0
        self._changed = {user: pair.changed for pair in pairs for user in (pair.caller, pair.callee)}
        judge.on_change = lambda user: self._changed[user].set()
        self._rate, self._talk_s = rate, talk_s
        self.pairs = pairs
        self.sessions = {node.part.name: Session(node) for node in nodes}
        self.count: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.waits: list[tuple[float, float]] = []
        """Of each Drop: when it was first asked for, and how many seconds until it was taken."""
        self.odd: list[tuple[float, str]] = []
        """What is against no promise, and yet to be looked into: when, and what."""
        self._open = asyncio.Event()
        self._idle: asyncio.Queue[Pair] = asyncio.Queue()
        self._running: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Log in, and begin."""
        for session in self.sessions.values():
            self._run(session.run())
        for pair in self.pairs:
            self._idle.put_nowait(pair)
        self._run(self._begin_always())
        self.go_on()

    def go_on(self) -> None:
        """Calls begin."""
        self._open.set()

    def rest(self) -> None:
        """No new calls; those that are up end as always."""
        self._open.clear()

    @property
    def resting(self) -> bool:
        """Has nobody a call under way?"""
        return self._idle.qsize() == len(self.pairs)

    async def clear(self) -> None:
        """Whoever is still in a call, of which nobody here knows any more, hangs up by hand."""
        for pair in self.pairs:
            if self._busy(pair):
                self._hang_up(pair)
        await asyncio.gather(*(self._becomes(pair, up=False, limit=END_S) for pair in self.pairs))

    async def stop(self) -> None:
        """At once."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _run(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _begin_always(self) -> None:
        next_at = time.monotonic()
        while True:
            await self._open.wait()
            pair = await self._idle.get()
            if not self._open.is_set():
                self._idle.put_nowait(pair)
                continue
            self._run(self._life(pair))
            next_at = max(next_at + 1 / self._rate, time.monotonic() - 1.0)
            await asyncio.sleep(max(0.0, next_at - time.monotonic()))

    async def _life(self, pair: Pair) -> None:
        """One call of a pair, from its beginning until both phones are idle."""
        try:
            if self._busy(pair):  # a dial that was given up has been carried out after all
                self._hang_up(pair)
                await self._becomes(pair, up=False, limit=END_S)
            self._judge.new_talk(pair.caller)
            pair.calls += 1
            self.count["begun"] += 1
            begun_well = await self._begin(pair)
            if not begun_well:
                self._judge.end_is_asked(pair.caller)  # nobody waits for it, so it may be cleared
            elif await self._becomes(pair, up=True, limit=SETUP_S):
                self.count["talks"] += 1
                pair.talking_since = time.monotonic()
                await self._talk(pair)
            else:
                self._is_odd("not set up", pair)
            self._judge.end_is_asked(pair.caller)
            pair.talking_since = None
            if not await self._becomes(pair, up=False, limit=1.0 if begun_well else 2.0):
                self._hang_up(pair)
                if not await self._becomes(pair, up=False, limit=END_S):
                    self._is_odd("phones that could not hang up", pair)
        finally:
            pair.talking_since, pair.borrowed = None, False
            self._idle.put_nowait(pair)

    async def _begin(self, pair: Pair) -> bool:
        if self._random.random() < self._by_hand:
            self._order(do="call", phone=pair.caller, to=pair.callee)
            return True
        try:
            await self._one().ask("dial", terminal=pair.caller, address=pair.callee)
        except RefusedError as error:
            self.refused[f"dial: {error}"] += 1
            return False
        return True

    async def _talk(self, pair: Pair) -> None:
        end = time.monotonic() + self._random.uniform(*self._talk_s)
        while (left := end - time.monotonic()) > 0 or pair.borrowed:
            if not self._judge.talking(pair.caller):
                return
            await self._change(pair, max(left, AGAIN_S))
        how = self._random.random()
        self._judge.end_is_asked(pair.caller)
        if how < AT_CALLER:
            self._order(do="hang-up", phone=pair.caller if how < AT_CALLER / 2 else pair.callee)
            return
        begun = time.monotonic()
        taken = await self.drop(pair)
        if taken is None:
            shown = any(self._judge.call_at(node, pair.caller) for node in self.sessions)
            self._is_odd("drops that never worked" if shown else "ended by hand, as it was not shown", pair)
        else:
            self.waits.append((begun, taken - begun))

    async def drop(self, pair: Pair, but: frozenset[str] = frozenset()) -> float | None:
        """Click on Drop, at any node `but` these, until it works; when it did, None if never. The pair's next
        call is left alone."""
        self._judge.end_is_asked(pair.caller)
        begun, number = time.monotonic(), pair.calls
        while time.monotonic() < begun + PATIENCE_S:
            if self._is_over(pair, number):
                return time.monotonic()
            session = self._one(but)
            call = self._judge.call_at(session.node.part.name, pair.caller)
            if call:
                try:
                    await session.ask("drop", call=call)
                except RefusedError as error:
                    self.refused[f"drop: {error}"] += 1
                else:
                    end = time.monotonic() + CARRIED_OUT_S
                    while not self._is_over(pair, number) and (left := end - time.monotonic()) > 0:
                        await self._change(pair, left)
                    if self._is_over(pair, number):
                        return time.monotonic()
                    self._is_odd(f"drops that {session.node.part.name} took and nobody carried out", pair)
            await asyncio.sleep(AGAIN_S)
        return None

    def borrow(self) -> Pair | None:
        """A pair that talks, for somebody else to end; None if nobody does.

        All nodes show the same call for it: one that is not promised (its owner had lost its lease when it
        began) is shown nowhere, or as the one before it.
        """
        now = time.monotonic()
        found = [
            pair
            for pair in self.pairs
            if pair.talking_since is not None
            and now - pair.talking_since > 1.0
            and not pair.borrowed
            and self._judge.talking(pair.caller)
            and self._shown_alike(pair)
        ]
        if not found:
            return None
        pair = max(found, key=lambda one: one.talking_since or 0.0)
        pair.borrowed = True
        return pair

    def _shown_alike(self, pair: Pair) -> bool:
        shown = {self._judge.call_at(node, pair.caller) for node in self.sessions}
        return len(shown) == 1 and "" not in shown

    def _one(self, but: frozenset[str] = frozenset()) -> Session:
        """A node where one can log in, whichever; any one if it would be none `but` these."""
        every = list(self.sessions.values())
        sessions = [one for name, one in self.sessions.items() if name not in but] or every
        return self._random.choice([one for one in sessions if one.up] or sessions)

    @property
    def talking(self) -> int:
        """So many pairs talk."""
        return sum(pair.talking_since is not None for pair in self.pairs)

    def _is_odd(self, what: str, pair: Pair) -> None:
        self.count[what] += 1
        self.odd.append((time.monotonic(), f"{what}: {pair.caller} and {pair.callee}"))

    def _hang_up(self, pair: Pair) -> None:
        for phone in (pair.caller, pair.callee):
            self._order(do="hang-up", phone=phone)

    async def _becomes(self, pair: Pair, *, up: bool, limit: float) -> bool:
        end = time.monotonic() + limit
        while (left := end - time.monotonic()) > 0:
            if self._judge.talking(pair.caller) if up else not self._busy(pair):
                return True
            await self._change(pair, left)
        return False

    async def _change(self, pair: Pair, limit: float) -> None:
        """Wait until a phone of the pair tells something, so long at most."""
        pair.changed.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(limit):
                await pair.changed.wait()

    def _is_over(self, pair: Pair, number: int) -> bool:
        """Is the pair's nth call over at both phones?"""
        return pair.calls != number or not self._busy(pair)

    def _busy(self, pair: Pair) -> bool:
        return self._judge.busy(pair.caller) or self._judge.busy(pair.callee)

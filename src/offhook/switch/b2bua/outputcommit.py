"""Nobody hears that somebody has answered before the call is kept for whoever may have to go on with it.

It is the output commit of rollback recovery (Elnozahy and others, "A Survey of Rollback-Recovery Protocols in
Message-Passing Systems", 2002, section 2.4): what the world has seen must not be lost with the process.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

from offhook.call import Call
from offhook.sip.endpoint import Flow

logger = logging.getLogger(__name__)


class Turn:
    """What waits of one turn of the event loop: messages, and values of the calls answered in it."""

    def __init__(self) -> None:
        self.calls: set[object] = set()
        self.flows: set[Flow] = set()
        self.messages: deque[tuple[Flow, bytes]] = deque()
        self.values: deque[Call] = deque()
        self.ends = False
        """Is it just being sent and told?"""
        self.freed = asyncio.Event()


class OutputCommit:
    """Holds back what a turn of the event loop in which a call is answered sends and tells.

    `write` keeps the calls that have been answered. It is waited for `limit_s` seconds; when that was not
    enough, nothing is held back until it has come to its end. `send` sends a message, and `tell` tells of a
    call, both now.
    """

    def __init__(
        self,
        write: Callable[[], Awaitable[None]],
        limit_s: float,
        send: Callable[[Flow, bytes], None],
        tell: Callable[[Call], None],
    ) -> None:
        self._write, self._limit_s, self._send, self._tell = write, limit_s, send, tell
        self._open: Turn | None = None
        self._turns: list[Turn] = []
        """Those that wait, the oldest first."""
        self._ids: dict[str, Turn] = {}
        """Of calls whose values wait."""
        self._writing: asyncio.Future[None] | None = None
        self._tasks: set[asyncio.Future[None]] = set()

    def answered(self, call: object) -> None:
        """Somebody answers this call: hold back what follows from it."""
        if self._writing is not None and not self._writing.done():
            return  # the store is slow: nobody waits for it twice
        if self._open is None:
            self._open = Turn()
            self._turns.append(self._open)
            asyncio.get_running_loop().call_soon(self._end_turn, self._open)
        self._open.calls.add(call)

    def holds(self, flow: Flow, data: bytes) -> bool:
        """Is this message held back? All of such a turn are, and then what goes the same way, behind them."""
        turn = self._open
        if turn is None:
            turn = next((one for one in reversed(self._turns) if flow in one.flows), None)
        if turn is None:
            return False
        turn.flows.add(flow)
        turn.messages.append((flow, data))
        return True

    def holds_back(self, owner: object | None, value: Call) -> bool:
        """Is this value of a call held back? `owner` is what has been answered; None: it is over."""
        if not self._turns:
            return False
        turn = next((one for one in reversed(self._turns) if owner in one.calls), self._ids.get(value.id))
        if turn is None:
            return False
        self._ids[value.id] = turn
        turn.values.append(value)
        return True

    async def committed(self) -> None:
        """Until nothing of what waits now does any more; what comes after it is not waited for."""
        for turn in list(self._turns):
            await turn.freed.wait()

    def release(self) -> None:
        """Hold nothing back any more of what there is, and write it no more."""
        self._open = None
        for turn in list(self._turns):
            self._free(turn)
        for task in list(self._tasks):
            task.cancel()

    def _end_turn(self, turn: Turn) -> None:
        if self._open is turn:
            self._open = None
            self._run(asyncio.ensure_future(self._commit(turn)))

    def _run(self, task: asyncio.Future[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _commit(self, turn: Turn) -> None:
        write = asyncio.ensure_future(self._written())
        self._run(write)
        await asyncio.wait((write,), timeout=self._limit_s)
        if not write.done():
            self._writing = write
        self._free(turn)

    async def _written(self) -> None:
        try:
            await self._write()
        except Exception:
            logger.exception("calls that have been answered are not kept: a bug of ours")

    def _free(self, turn: Turn) -> None:
        """Send, and then tell, what waits. What arises of it for the same phones and calls comes behind."""
        if turn.ends:
            return
        turn.ends = True
        while turn.messages or turn.values:
            if turn.messages:
                self._send_one(*turn.messages.popleft())
            else:
                self._tell_one(turn.values.popleft())
        self._turns.remove(turn)
        self._ids = {call_id: one for call_id, one in self._ids.items() if one is not turn}
        turn.freed.set()

    def _send_one(self, flow: Flow, data: bytes) -> None:
        try:
            self._send(flow, data)
        except Exception:
            logger.exception("a message to %s that waited is not sent: a bug of ours", flow.remote)

    def _tell_one(self, value: Call) -> None:
        try:
            self._tell(value)
        except Exception:
            logger.exception("a value of call %s that waited is not told: a bug of ours", value.id)

"""Collects terminals that are to be watched into few requests: ten thousand terminals take twenty."""

import asyncio
from collections.abc import Sequence
from functools import partial

from offhook.call import Call
from offhook.errors import CallError
from offhook.sscp.channel import RequestChannel
from offhook.sscp.messages import MAX_WATCH, WATCH_MANY, Reply, Watch


class WatchQueue:
    """The queue of one session. While one request is in progress, terminals gather for the next one."""

    def __init__(self, channel: RequestChannel) -> None:
        self._channel = channel
        self._waiting: dict[str, list[asyncio.Future[list[Call]]]] = {}
        self._asking: asyncio.Task[None] | None = None

    async def watch(self, terminal: str) -> list[Call]:
        """Watch the terminal; returns its live calls. Raises `CallError`."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[list[Call]] = loop.create_future()
        self._waiting.setdefault(terminal, []).append(future)
        if self._asking is None:
            self._asking = loop.create_task(self._ask())
        return await future

    async def _ask(self) -> None:
        try:
            while self._waiting:
                chosen = list(self._waiting)[: MAX_WATCH if WATCH_MANY in self._channel.features else 1]
                asked = {terminal: self._waiting.pop(terminal) for terminal in chosen}
                await self._ask_for(asked)
        finally:
            self._asking = None

    async def _ask_for(self, asked: dict[str, list[asyncio.Future[list[Call]]]]) -> None:
        try:
            reply = await self._channel.ask(partial(watch_command, list(asked)))
        except CallError as error:
            for terminal in asked:
                _refuse(asked[terminal], error)
            return
        for one in reply.refused or ():
            _refuse(asked.pop(one.terminal, []), CallError(one.code, one.message))
        calls = calls_by_terminal(reply)
        for terminal, futures in asked.items():
            for future in futures:
                if not future.done():
                    future.set_result(calls.get(terminal, []))


def watch_command(terminals: Sequence[str], number: int) -> Watch:
    """The request to watch these terminals. A single one is named in the way that every server knows."""
    if len(terminals) == 1:
        return Watch(number, terminals[0])
    return Watch(number, terminals=list(terminals))


def calls_by_terminal(reply: Reply) -> dict[str, list[Call]]:
    """The live calls in a reply's snapshots."""
    return {one.terminal: one.calls for one in reply.snapshots or ()}


def _refuse(futures: Sequence[asyncio.Future[list[Call]]], error: CallError) -> None:
    for future in futures:
        if not future.done():
            future.set_exception(CallError(error.refusal, str(error)))

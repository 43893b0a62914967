"""A TSP session of version 3 from the asking side, for programs in asyncio.

async with await CallControlClient.connect("127.0.0.1", 7700, terminal="4000", token=token) as session:
    async for news in session:
        if isinstance(news, CallNotify) and news.call.rings_here:
            await session.perform(Answer(news.call.id))
"""

import asyncio
from dataclasses import replace
from typing import Any, Self

from offhook.call import Command
from offhook.errors import CallError, Refusal
from offhook.tsp.client import Client
from offhook.tsp.connection import Event
from offhook.tsp.messages import Login
from offhook.tsp.messages3 import (
    MAX_NUMBER,
    CallNotify,
    Done,
    LineNotify,
    Notify3,
    Ready,
    Refused,
    Request,
    Result,
)


class CallControlClient(Client[Notify3]):
    """One session; iteration gives how its line and calls change. Commands may be asked side by side."""

    def __init__(self) -> None:
        super().__init__()
        self._terminal = ""
        self._number = 0
        self._open: dict[int, asyncio.Future[Result]] = {}

    @classmethod
    async def connect(cls, host: str, port: int, *, terminal: str = "", token: str = "") -> Self:
        """A session, logged in.

        Raises `UnavailableError` when nobody listens, `CallError` NOT_AUTHENTICATED for a refused Login, and
        NOT_SUPPORTED at a Smart Messenger that knows no version 3.
        """
        client = await cls.open(host, port)
        await client.log_in(Login(terminal, token, 3))
        if client.version < 3:
            await client.close()
            raise CallError(
                Refusal.NOT_SUPPORTED,
                f"the Smart Messenger at {host}:{port} is of an earlier version; update it",
            )
        return client

    @property
    def terminal(self) -> str:
        """The session's terminal, as soon as its line has been told."""
        return self._terminal

    async def perform(self, command: Command[Any]) -> Done:
        """Have a command carried out for the session's terminal.

        Raises `CallError`, and `UnavailableError` when the connection ends before its result.
        """
        number = self._next_number()
        self._send(Request(number, command))
        result: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._open[number] = result
        done = await result  # if this is cancelled, its number stays taken until the result comes
        if isinstance(done, Refused):
            raise CallError(done.refusal, done.text or f"{command.name} was refused: {done.refusal.value}")
        return done

    def connection_lost(self, exc: Exception | None) -> None:
        """For asyncio."""
        super().connection_lost(exc)
        for result in self._open.values():
            if not result.done():
                result.set_exception(self._ended())
        self._open.clear()

    def _on_message(self, event: Event) -> None:
        match event:
            case Done(number) | Refused(number):
                result = self._open.pop(number, None)
                if result is not None and not result.done():
                    result.set_result(event)
            case LineNotify(terminal):
                self._terminal = terminal.id
                self._put(event)
            case CallNotify(call):
                self._put(CallNotify(replace(call, terminal=self._terminal)))
            case Ready():
                self._put(event)

    def _next_number(self) -> int:
        self._number = self._number % MAX_NUMBER + 1
        while self._number in self._open:
            self._number = self._number % MAX_NUMBER + 1
        return self._number

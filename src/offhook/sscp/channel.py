"""One open WebSocket of the client: writes requests, and gives each reply to the caller that waits for it."""

import asyncio
from collections.abc import Callable

from websockets.asyncio.connection import broadcast

from offhook.common.aborting import abort
from offhook.errors import CallError, Refusal
from offhook.sscp.connection import Answered, ClientEvent, ClientProtocol
from offhook.sscp.messages import CallChange, Reply, Request
from offhook.sscp.readatonce import ReadAtOnce

MAX_ASKED = 1000
"""Commands of callers that wait for their reply; more than any desktop or gateway has at once."""

REPLY_LIMIT_S = 10.0
"""A server that takes longer to answer is as good as gone: the session is given up and begun anew."""

PHONE_LIMIT_S = 10.0
"""So much longer a command may take that is done only when a phone has done it: a switch gives up earlier."""

CALL_EVENT = b'{"type":"call",'
"""How servers begin the event of a call; one that begins otherwise is received all the same, a turn later."""

Make = Callable[[int], Request]


class RequestChannel:
    """One session. A request is written in the same turn of the event loop in which it is made.

    `on_call_event` gets events of calls in the turn in which they are read, if it is set.
    """

    def __init__(self, connection: ReadAtOnce) -> None:
        self._connection = connection
        connection.take = self._take
        self.on_call_event: Callable[[CallChange], None] | None = None
        self._receiving = False
        self._protocol = ClientProtocol()
        self._waiting: dict[int, asyncio.Future[Reply]] = {}
        self.open = True
        self.features: frozenset[str] = frozenset()
        """What the server knows beyond the first SSCP 1; known once logged in."""

    async def ask(self, make: Make, more_s: float = 0.0) -> Reply:
        """Send a command and wait for its reply, for so much longer than usual.

        Raises `CallError`, UNAVAILABLE when the session breaks.
        """
        if not self.open:
            raise unavailable()
        if len(self._waiting) >= MAX_ASKED:
            raise CallError(
                Refusal.OVERLOADED, "too many commands wait for the Call Manager; try again later"
            )
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting[self.tell(make)] = future
        try:
            async with asyncio.timeout(REPLY_LIMIT_S + more_s):
                return await future
        except TimeoutError:
            self.abort()
            raise unavailable() from None

    def tell(self, make: Make) -> int:
        """Send a command and return its id. Its reply is returned by `receive`."""
        command = make(self._protocol.next_id())
        broadcast([self._connection], self._protocol.send(command).decode())
        return command.id

    async def receive(self) -> ClientEvent | None:
        """The next message of the server. Raises `ConnectionClosed`."""
        self._receiving = True
        try:
            data = await self._connection.recv(decode=False)
        finally:
            self._receiving = False
        return self._protocol.receive(data)

    def _take(self, data: bytes) -> bool:
        """Take an event at once, if all before it is done: who receives then waits for this very message."""
        if self.on_call_event is None or not self._receiving or not data.startswith(CALL_EVENT):
            return False
        event = self._protocol.receive(data)
        if not isinstance(event, CallChange):
            return False
        self.on_call_event(event)
        return True

    def hand_over(self, answered: Answered) -> bool:
        """Give a reply to the caller that waits for it. False if no caller waits, or none waits any more."""
        future = self._waiting.pop(answered.command.id, None)
        if future is None or future.done():
            return False
        error = answered.reply.error
        if error is None:
            future.set_result(answered.reply)
        else:
            future.set_exception(CallError(error.code, error.message))
        return True

    def asked(self, answered: Answered) -> bool:
        """Was this reply asked for by a caller of `ask`, even one that no longer waits?"""
        return answered.command.id in self._waiting

    def abort(self) -> None:
        """End the session at once."""
        self.open = False
        abort(self._connection.transport)

    def broke(self) -> None:
        """The session is over: everyone who waits for a reply gets an error."""
        self.open = False
        self._connection.take = self.on_call_event = None
        waiting, self._waiting = self._waiting, {}
        for future in waiting.values():
            if not future.done():
                future.set_exception(unavailable())


def unavailable() -> CallError:
    """The error for a request without a session."""
    return CallError(
        Refusal.UNAVAILABLE, "the Call Manager cannot be reached; check that it runs, then try again"
    )

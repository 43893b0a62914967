"""A TSP session of version 1 or 2 from the asking side, for programs in asyncio; `client3` has version 3.

async with await TspClient.connect("127.0.0.1", 7700) as session:
    if isinstance(await session.dial("4001"), Success):
        async for notify in session:
            ...
"""

import asyncio
from collections import deque
from types import TracebackType
from typing import Final, Generic, Self, TypeVar

from offhook.common.connecting import connect_error_text
from offhook.errors import CallError, PeerError, Refusal, UnavailableError
from offhook.tsp.connection import Event, ProtocolError, Role, TspConnection
from offhook.tsp.messages import (
    CallInfoNotify,
    CallStateNotify,
    Dial,
    Drop,
    Fail,
    Login,
    Message,
    Notify,
    Response,
    Success,
)
from offhook.tsp.messages3 import Message3

MAX_UNREAD: Final = 10_000
"""Notifies that may wait for whoever iterates; then the session is ended with an error."""


News = TypeVar("News")


class Client(asyncio.Protocol, Generic[News]):
    """One session; asynchronous iteration gives its news until the connection ends.

    Actions may be asked side by side; each gets its own Response.
    """

    def __init__(self) -> None:
        self._connection = TspConnection(Role.CLIENT)
        self._transport: asyncio.Transport | None = None
        self._responses: deque[asyncio.Future[Response]] = deque()
        self._unread: deque[News] = deque()
        self._arrived = asyncio.Event()
        self._over = asyncio.Event()
        self._error: Exception | None = None

    @classmethod
    async def open(cls, host: str, port: int) -> Self:
        """A session that has not logged in. Raises `UnavailableError` when nobody listens."""
        try:
            _, client = await asyncio.get_running_loop().create_connection(cls, host, port)
        except OSError as error:
            raise UnavailableError(
                f"no Smart Messenger at {host}:{port} ({connect_error_text(error)})",
                "start it with `offhook up`",
            ) from error
        return client

    @property
    def version(self) -> int:
        """The version that is spoken: that of a good Login at a receiver that knows it."""
        return self._connection.version

    async def ask(self, action: Dial | Drop | Login) -> Response:
        """Send an Action, return its Response. Raises `UnavailableError` when the connection ends before."""
        response: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        self._send(action)
        self._responses.append(response)
        return await response

    async def log_in(self, login: Login) -> None:
        """Raises `CallError` NOT_AUTHENTICATED, and ends the session, if the Login is refused."""
        try:
            if isinstance(await self.ask(login), Fail):
                who = f"terminal {login.terminal}" if login.terminal else "the default terminal"
                raise CallError(
                    Refusal.NOT_AUTHENTICATED, f"Login for {who} was refused; check it and the token"
                )
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """End the session; iteration ends after what has come."""
        if self._transport is not None:
            self._transport.close()
            await self._over.wait()

    def __aiter__(self) -> Self:
        return self

    @property
    def unread(self) -> int:
        """How much has come that nobody has read."""
        return len(self._unread)

    def take(self) -> News:
        """The oldest of it, without waiting. Raises `IndexError` if there is none."""
        return self._unread.popleft()

    async def __anext__(self) -> News:
        while not self._unread:
            if self._error is not None:
                raise self._error
            if self._over.is_set():
                raise StopAsyncIteration
            self._arrived.clear()
            await self._arrived.wait()
        return self._unread.popleft()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """For asyncio."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """For asyncio."""
        for event in self._connection.receive(data):
            match event:
                case Success() | Fail():
                    response = self._responses.popleft() if self._responses else None
                    if response is not None and not response.done():
                        response.set_result(event)
                case ProtocolError(fault):
                    self._fail(PeerError(f"the Smart Messenger sent {fault.value}; is it one?"))
                case _:
                    self._on_message(event)

    def connection_lost(self, exc: Exception | None) -> None:
        """For asyncio."""
        self._over.set()
        self._arrived.set()
        while self._responses:
            response = self._responses.popleft()
            if not response.done():
                response.set_exception(self._ended())

    def _on_message(self, event: Event) -> None:
        """A message that is no Response has come."""
        raise NotImplementedError

    def _put(self, news: News) -> None:
        self._unread.append(news)
        self._arrived.set()
        if len(self._unread) > MAX_UNREAD:
            self._fail(PeerError(f"more than {MAX_UNREAD} Notifies unread; iterate over the session"))

    def _send(self, message: Message | Message3) -> None:
        if self._transport is None or self._over.is_set() or self._transport.is_closing():
            raise self._ended()
        self._transport.write(self._connection.send(message))

    def _fail(self, error: Exception) -> None:
        self._error = error
        if self._transport is not None:
            self._transport.abort()

    def _ended(self) -> Exception:
        return self._error or UnavailableError("the Smart Messenger ended the session", "connect again")


class TspClient(Client[Notify]):
    """A session of version 1 or 2."""

    @classmethod
    async def connect(cls, host: str, port: int, *, terminal: str = "", token: str = "") -> Self:
        """A session, logged in when a terminal or token is given.

        Raises `UnavailableError` when nobody listens, `CallError` NOT_AUTHENTICATED for a refused Login.
        """
        client = await cls.open(host, port)
        if terminal or token:
            await client.log_in(Login(terminal, token))
        return client

    async def dial(self, address: str) -> None:
        """Call an address of at most 64 characters: taken on, its Notifies follow. Raises `CallError`."""
        _succeeded(await self.ask(Dial(address)), f"dialling {address}")

    async def drop(self, which: str = "") -> None:
        """Clear a call, by its address as dialled or its id; empty: the newest. Raises `CallError`."""
        _succeeded(await self.ask(Drop(which)), f"dropping {which or 'the newest call'}")

    def _on_message(self, event: Event) -> None:
        if isinstance(event, CallStateNotify | CallInfoNotify):
            self._put(event)


def _succeeded(response: Response, what: str) -> None:
    if isinstance(response, Fail):
        reason = response.reason or "no reason given"
        known = {refusal.value: refusal for refusal in Refusal}
        raise CallError(known.get(reason, Refusal.FAILURE), f"{what} was refused: {reason}")

"""The client's login: once with the password, then with the token from the reply until that is refused."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from offhook.common.privatefile import read_file
from offhook.errors import CallError, PeerError, Refusal
from offhook.sscp.channel import RequestChannel
from offhook.sscp.connection import Answered, ProtocolError
from offhook.sscp.messages import KNOWS, Login, Queued, Reply

LOGIN_LIMIT_S = 20.0
"""A login waits at the server for a free core, and longer after failures from this address."""

MAX_TOKEN_FILE = 4096
"""Bytes read of a file with a token: many times what one has."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """How to log in: user and password, or a token, or a file with a token that is read for each login."""

    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    token_file: Path | None = None


class ClientLogin:
    """Logs each session of a client in.

    `on_queued` hears in words how far the queue of logins is, `on_token` the token that stands for the
    password from then on.
    """

    def __init__(
        self, credentials: Credentials, on_queued: Callable[[str], None], on_token: Callable[[str], None]
    ) -> None:
        self._credentials = credentials
        self._on_queued, self._on_token = on_queued, on_token
        self._kept_token = ""
        self.spread_s = 0.0
        """Over how long clients are to spread when they have lost this session, as the server has told."""

    async def log_in(self, channel: RequestChannel) -> None:
        """Raises `CallError` when refused. A kept token that is refused gives way to the password."""
        if self._kept_token:
            token, self._kept_token = self._kept_token, ""
            reply = await self._ask(channel, lambda number: Login(number, token=token, knows=list(KNOWS)))
            if reply.error is None or reply.error.code is not Refusal.NOT_AUTHENTICATED:
                self._kept_token = token
                _raise_refusal(reply)
                return
        reply = await self._ask(channel, self._first)
        _raise_refusal(reply)
        self._kept_token = reply.token or ""
        if self._kept_token:
            self._on_token(self._kept_token)

    async def _ask(self, channel: RequestChannel, make: Callable[[int], Login]) -> Reply:
        """Log in once. The time limit starts anew whenever the server reports the place in the queue."""
        channel.tell(make)
        while True:
            async with asyncio.timeout(LOGIN_LIMIT_S):
                event = await channel.receive()
            match event:
                case Answered(_, reply):
                    channel.features = frozenset(reply.features or ())
                    self.spread_s = reply.spread_s
                    return reply
                case Queued(place=place, wait_s=wait_s):
                    self._on_queued(
                        f"the login is number {place} of those that wait, for some {wait_s:.0f} s"
                    )
                case ProtocolError(reason):
                    raise PeerError(reason)

    def _first(self, number: int) -> Login:
        mine = self._credentials
        token = mine.token
        if mine.token_file is not None:
            token = read_file(mine.token_file, MAX_TOKEN_FILE).decode("ascii").strip()
        if token:
            return Login(number, token=token, knows=list(KNOWS))
        return Login(number, mine.user, mine.password, keep=True, progress=True, knows=list(KNOWS))


def _raise_refusal(reply: Reply) -> None:
    if reply.error is not None:
        raise CallError(reply.error.code, reply.error.message, retry_s=reply.error.retry_s)

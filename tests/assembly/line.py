"""Phones, and lines of TSP sessions of version 3, for the tests of whole call control."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from offhook.assembly.run import System
from offhook.call import Call, CallState
from offhook.demo.phone import Behaviour, Phone
from offhook.tsp.client3 import CallControlClient
from offhook.tsp.messages3 import CallNotify, LineNotify, Ready

THIRD = '[[terminal]]\nid = "4002"\nname = "Park"\npassword = "c"\n'
PASSWORDS = {"4000": "a", "4001": "b", "4002": "c"}
RINGS = Behaviour(answer_after=None)
ANSWERS = Behaviour(answer_after=0.05, auto_answer=False)


class Line:
    """A session of version 3, with what it was told last of each call and of the line."""

    def __init__(self, session: CallControlClient) -> None:
        self.session = session
        self.perform = session.perform
        self.calls: dict[str, Call] = {}
        self.line: LineNotify | None = None

    async def until(self, condition: Callable[[Line], object]) -> None:
        """Read on until the condition holds."""
        while not condition(self):
            self._hear(await anext(self.session))

    async def call(self, condition: Callable[[Call], object]) -> Call:
        """The first call of which it holds."""
        await self.until(lambda line: any(map(condition, line.calls.values())))
        return next(filter(condition, self.calls.values()))

    def hear_what_has_come(self) -> None:
        """Read on without waiting."""
        while self.session.unread:
            self._hear(self.session.take())

    def _hear(self, news: object) -> None:
        match news:
            case CallNotify(call):
                self.calls[call.id] = call
            case LineNotify():
                self.line = news


@asynccontextmanager
async def a_line(system: System, terminal: str) -> AsyncIterator[Line]:
    """A session that has been told all that there is."""
    assert system.tsp_port is not None
    session = await CallControlClient.connect("127.0.0.1", system.tsp_port, terminal=terminal)
    async with session:
        line = Line(session)
        while (news := await anext(session)) != Ready():
            line._hear(news)
        yield line


def phone(system: System, user: str, behaviour: Behaviour = RINGS) -> Phone:
    assert system.sip_address is not None
    return Phone(system.sip_address, user, PASSWORDS[user], behaviour=behaviour)


def rings(call: Call) -> bool:
    return call.rings_here


def over(call: Call) -> bool:
    return call.state is CallState.ON_HOOK

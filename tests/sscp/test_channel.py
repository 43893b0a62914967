"""The client's end of a session: an event is told in the turn in which it is read, and never out of turn."""

import asyncio
from dataclasses import replace

import pytest
from websockets.client import ClientProtocol
from websockets.datastructures import Headers
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.protocol import State
from websockets.uri import parse_uri

from offhook.call import CallState
from offhook.sscp.channel import RequestChannel
from offhook.sscp.connection import Answered, ProtocolError, call_event
from offhook.sscp.messages import CallChange, Calls, Reply, encode
from offhook.sscp.readatonce import ReadAtOnce
from tests.sscp.nowhere import Nowhere
from tests.sscp.playedserver import CALL

FIRST, SECOND = CALL, replace(CALL, state=CallState.PROCEED, revision=1)


class Session:
    """A session that is open, what its server sends, and the events that are told at once."""

    def __init__(self) -> None:
        self.connection = ReadAtOnce(ClientProtocol(parse_uri("ws://127.0.0.1:1")))
        self.connection.connection_made(Nowhere())
        self.connection.response = Response(101, "Switching Protocols", Headers())
        self.connection.protocol.state = State.OPEN
        self.channel = RequestChannel(self.connection)
        self.told: list[CallChange] = []
        self.channel.on_call_event = self.told.append

    def reads(self, message: bytes, *, fin: bool = True, opcode: Opcode = Opcode.TEXT) -> None:
        self.connection.process_event(Frame(opcode, message, fin))

    async def receiving(self) -> "asyncio.Task[object]":
        task: asyncio.Task[object] = asyncio.ensure_future(self.channel.receive())
        await asyncio.sleep(0)
        return task


async def test_an_event_is_told_in_the_turn_in_which_it_is_read() -> None:
    session = Session()
    receiving = await session.receiving()

    session.reads(call_event(1, FIRST))
    session.reads(call_event(2, SECOND))

    assert [(one.seq, one.call) for one in session.told] == [(1, FIRST), (2, SECOND)]
    assert not receiving.done()
    receiving.cancel()


async def test_an_event_behind_a_reply_waits_until_the_reply_is_received() -> None:
    session = Session()
    asked = Calls(session.channel.tell(Calls))
    receiving = await session.receiving()

    session.reads(encode(Reply(asked.id)))
    session.reads(call_event(1, FIRST))

    assert session.told == []
    assert isinstance(await receiving, Answered)
    assert await session.channel.receive() == CallChange(1, FIRST)


async def test_an_event_waits_while_what_came_before_it_is_still_being_dealt_with() -> None:
    session = Session()

    session.reads(call_event(1, FIRST))  # nobody receives just now

    assert session.told == []
    assert await session.channel.receive() == CallChange(1, FIRST)


@pytest.mark.parametrize("message", [b'{"type":"call","seq":"x"}', b'{"type":"call",'])
async def test_an_event_that_cannot_be_read_is_received_as_the_fault_that_it_is(message: bytes) -> None:
    session = Session()
    receiving = await session.receiving()

    session.reads(message)

    assert isinstance(await receiving, ProtocolError)
    assert session.told == []


async def test_an_event_in_several_frames_is_received_whole() -> None:
    session = Session()
    receiving = await session.receiving()
    event = call_event(1, FIRST)

    session.reads(event[:30], fin=False)
    session.reads(event[30:], opcode=Opcode.CONT)

    assert await receiving == CallChange(1, FIRST)
    assert session.told == []


async def test_after_the_end_of_a_session_nothing_is_told() -> None:
    session = Session()
    receiving = await session.receiving()

    session.channel.broke()
    session.reads(call_event(1, FIRST))

    assert session.told == []
    receiving.cancel()

"""The scripted Smart Messenger of version 3 says what the codec of the package reads as it is meant."""

import socket

import pytest

from offhook.call import CallState, Direction, Feature, Forwarding, ForwardWhen
from offhook.tsp.messages3 import CallNotify, Done, LineNotify, Ready, decode
from tests.tspi_host.messenger import END
from tests.tspi_host.switchboard import ALL, Switchboard


class Line:
    """A line's end of a session."""

    def __init__(self, board: Switchboard) -> None:
        self._socket = socket.create_connection(("127.0.0.1", board.port))
        self._rest = b""
        self.say("Action%Login%4000%%3")

    def say(self, message: str) -> None:
        self._socket.sendall(message.encode() + END)

    def hear(self) -> bytes:
        while END not in self._rest:
            self._rest += self._socket.recv(4096)
        message, _, self._rest = self._rest.partition(END)
        return message

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def board() -> "Switchboard":
    return Switchboard()


def test_what_it_tells_after_the_login(board: Switchboard) -> None:
    with board:
        board.incoming(external="yes")
        line = Line(board)
        assert line.hear() == b"Response%Success%3%4000"
        told, call, ready = decode(line.hear()), decode(line.hear()), decode(line.hear())
        line.close()
    assert isinstance(told, LineNotify)
    assert told.terminal.capabilities == frozenset(map(Feature, ALL.split()))
    assert isinstance(call, CallNotify)
    assert (call.call.state, call.call.direction) == (CallState.RING_BACK, Direction.INBOUND)
    assert (call.call.caller.id, call.call.external) == ("01012345678", True)
    assert isinstance(ready, Ready)


def test_what_it_says_to_requests(board: Switchboard) -> None:
    with board:
        line = Line(board)
        for _ in range(3):
            line.hear()
        line.say("Request%1%dial%address=4001")
        begun, call = decode(line.hear()), decode(line.hear())
        for _ in range(3):
            line.hear()
        line.say("Request%2%forward%always=4009")
        told, done = decode(line.hear()), decode(line.hear())
        line.close()
    assert isinstance(begun, Done) and isinstance(call, CallNotify)
    assert call.call.state is CallState.OFF_HOOK
    assert isinstance(told, LineNotify) and isinstance(done, Done)
    assert told.terminal.forwardings == (Forwarding(ForwardWhen.ALWAYS, "4009"),)

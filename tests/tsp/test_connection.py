"""Both ends of a TSP session in memory."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offhook.call import CallState, Cause, Party
from offhook.tsp.connection import BadMessage, Event, ProtocolError, Role, TspConnection
from offhook.tsp.framing import MAX_MESSAGE, Fault
from offhook.tsp.messages import (
    CallStateNotify,
    Dial,
    Drop,
    Fail,
    Login,
    Message,
    Success,
)

ENDED = CallStateNotify("4000", CallState.ON_HOOK, "c1", Party(), Party(), Cause.BUSY)


class Pair:
    """Two connected ends."""

    def __init__(self) -> None:
        self.client, self.server = TspConnection(Role.CLIENT), TspConnection(Role.SERVER)

    def up(self, message: Message) -> list[Event]:
        return self.server.receive(self.client.send(message))

    def down(self, message: Message) -> list[Event]:
        return self.client.receive(self.server.send(message))


def test_a_message_arrives_as_the_same_value() -> None:
    pair = Pair()
    assert pair.up(Dial("4001")) == [Dial("4001")]
    assert pair.down(Success()) == [Success()]


def test_several_messages_in_one_piece() -> None:
    server = TspConnection(Role.SERVER)
    assert server.receive(b"Action%Dial%1\r\n\r\nAction%Drop\r\n\r\nAction%Di") == [Dial("1"), Drop()]
    assert server.receive(b"al%2\r\n\r\n") == [Dial("2")]


def test_version_1_carries_neither_reason_nor_cause() -> None:
    pair = Pair()
    pair.up(Dial("4001"))
    assert pair.down(Fail("busy")) == [Fail()]
    (told,) = pair.down(ENDED)
    assert isinstance(told, CallStateNotify)
    assert told.cause is None


def test_a_good_login_makes_it_version_2_at_both_ends() -> None:
    pair = Pair()
    pair.up(Login("4000", "secret"))
    assert (pair.client.version, pair.server.version) == (1, 1)
    pair.down(Success(2))
    assert (pair.client.version, pair.server.version) == (2, 2)
    pair.up(Dial("4001"))
    assert pair.down(Fail("busy")) == [Fail("busy")]
    assert pair.down(ENDED) == [ENDED]


def test_a_bad_login_leaves_version_1() -> None:
    pair = Pair()
    pair.up(Login("4000", "wrong"))
    assert pair.down(Fail("not-authenticated")) == [Fail()]
    assert (pair.client.version, pair.server.version) == (1, 1)


def test_a_version_newer_than_ours_is_spoken_as_ours() -> None:
    client = TspConnection(Role.CLIENT)
    client.send(Login("4000"))
    client.receive(b"Response%Success%3\r\n\r\n")
    assert client.version == 2


def test_a_number_after_success_to_a_dial_is_no_version() -> None:
    client = TspConnection(Role.CLIENT)
    client.send(Dial("4001"))
    client.receive(b"Response%Success%2\r\n\r\n")
    assert client.version == 1


def test_a_response_nobody_waits_for_is_told_all_the_same() -> None:
    assert TspConnection(Role.CLIENT).receive(b"Response%Fail\r\n\r\n") == [Fail()]


def test_neither_end_sends_or_takes_what_is_the_others() -> None:
    client, server = TspConnection(Role.CLIENT), TspConnection(Role.SERVER)
    with pytest.raises(ValueError, match="never sends"):
        client.send(Success())
    with pytest.raises(ValueError, match="never sends"):
        server.send(Dial("4001"))
    assert server.receive(b"Response%Success\r\n\r\n") == [BadMessage(Fault.DIRECTION)]
    assert client.receive(b"Action%Dial%1\r\n\r\n") == [BadMessage(Fault.DIRECTION)]


def test_nonsense_is_passed_over() -> None:
    server = TspConnection(Role.SERVER)
    assert server.receive(b"?\r\n\r\nAction%Dial%1\r\n\r\n") == [BadMessage(Fault.UNKNOWN), Dial("1")]


@pytest.mark.parametrize("length", [MAX_MESSAGE, MAX_MESSAGE + 1])
def test_a_message_may_be_4096_bytes_with_its_end(length: int) -> None:
    server = TspConnection(Role.SERVER)
    data = b"Action%Dial%4001%".ljust(length - 4, b"x") + b"\r\n\r\n"
    expected: Event = Dial("4001") if length <= MAX_MESSAGE else ProtocolError(Fault.TOO_LONG)
    assert server.receive(data) == [expected]


def test_what_never_ends_is_given_up_at_the_limit() -> None:
    server = TspConnection(Role.SERVER)
    assert server.receive(b"x" * (MAX_MESSAGE - 1)) == []
    assert server.receive(b"x") == [ProtocolError(Fault.TOO_LONG)]
    assert server.receive(b"\r\n\r\nAction%Dial%1\r\n\r\n") == []


@pytest.mark.parametrize(
    ("data", "fault"),
    [(b"Action%Dial%\xff", Fault.NOT_UTF8), (b"GET / HTTP/1.1\r\nHost: 127.0.0.1", Fault.HTTP)],
)
def test_after_a_fatal_fault_nothing_is_heard(data: bytes, fault: Fault) -> None:
    server = TspConnection(Role.SERVER)
    assert server.receive(data + b"\r\n\r\nAction%Dial%1\r\n\r\n") == [ProtocolError(fault)]
    assert server.broken
    assert server.receive(b"Action%Dial%1\r\n\r\n") == []


pieces = st.one_of(
    st.binary(max_size=20),
    st.sampled_from(
        [
            b"\r\n\r\n",
            b"\r",
            b"\n",
            b"%",
            b"Action%Dial%4001",
            b" action % DROP ",
            b"Action%Login%4000%t\r\n\r\n",
            b"Response%Success%2\r\n\r\n",
            b"Notify%CALL_STATE%1%OnHookState%c1%%%%%busy\r\n\r\n",
            b"x" * 2040,
            "김".encode(),
        ]
    ),
)
streams = st.lists(pieces, max_size=30).map(b"".join)


@settings(deadline=None)
@given(st.sampled_from(Role), streams, st.lists(st.integers(0, 6000), max_size=20))
def test_any_split_gives_the_same_messages(role: Role, stream: bytes, cuts: list[int]) -> None:
    whole, split = TspConnection(role), TspConnection(role)
    edges = [0, *sorted(cut for cut in cuts if cut < len(stream)), len(stream)]
    events = [event for begin, end in itertools.pairwise(edges) for event in split.receive(stream[begin:end])]
    assert events == whole.receive(stream)


@settings(deadline=None)
@given(st.sampled_from(Role), streams)
def test_byte_by_byte_gives_the_same_messages(role: Role, stream: bytes) -> None:
    whole, split = TspConnection(role), TspConnection(role)
    events = [event for byte in stream for event in split.receive(bytes([byte]))]
    assert events == whole.receive(stream)

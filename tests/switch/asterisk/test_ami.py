"""AMI on the wire, however its bytes are cut."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offhook.errors import PeerError
from offhook.switch.asterisk.ami import MAX_MESSAGE, Reader, encode

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
TALK = (
    BANNER
    + b"Response: Success\r\nActionID: 1\r\nMessage: Authentication accepted\r\n\r\n"
    + b"Event: Newchannel\r\nChannel: PJSIP/4000-00000001\r\nCallerIDName: \xea\xb9\x80\r\n\r\n"
    + b"Event: VarSet\r\nVariable: A\r\nVariable: B\r\nValue: x: y\r\n\r\n"
)


def read(*pieces: bytes) -> list[str]:
    reader = Reader()
    return [repr(message) for piece in pieces for message in reader.feed(piece)]


@given(st.lists(st.integers(0, len(TALK)), max_size=8))
def test_bytes_may_be_cut_anywhere(cuts: list[int]) -> None:
    at = [0, *sorted(cuts), len(TALK)]
    assert read(*(TALK[a:b] for a, b in pairwise(at))) == read(TALK)


def test_of_a_header_that_comes_twice_the_first_value_counts() -> None:
    message = Reader().feed(TALK)[2]
    assert message.get("variable") == "A"
    assert message.get("value") == "x: y"


def test_names_of_headers_have_no_case() -> None:
    assert Reader().feed(BANNER + b"EVENT: Hangup\r\ncause: 16\r\n\r\n")[0].get("cause") == "16"


def test_what_is_no_utf8_is_shown_as_such() -> None:
    (message,) = Reader().feed(BANNER + b"Event: X\r\nName: \xff\r\n\r\n")
    assert message.get("name") == "�"


@pytest.mark.parametrize("first", [b"HTTP/1.1 400 Bad Request\r\n", b"SSH-2.0-OpenSSH\r\n", b"x" * 300])
def test_another_service_at_the_port_is_told_from_ami(first: bytes) -> None:
    with pytest.raises(PeerError, match=r"port of manager\.conf"):
        Reader().feed(first)


def test_a_message_without_end_is_given_up() -> None:
    reader = Reader()
    reader.feed(BANNER)
    with pytest.raises(PeerError, match="more than"):
        for _ in range(MAX_MESSAGE // 1000 + 2):
            reader.feed(b"Name: value" + b"x" * 1000 + b"\r\n")


def test_an_action_is_headers_and_an_empty_line() -> None:
    assert encode("Ping", [("ActionID", "7")]) == b"Action: Ping\r\nActionID: 7\r\n\r\n"


@pytest.mark.parametrize("character", ["\r", "\n", "\0", "\r\n\r\nAction: Command"])
@pytest.mark.parametrize("place", ["name", "value"])
def test_nothing_can_begin_a_header_of_its_own(character: str, place: str) -> None:
    field = ("Ex" + character, "1") if place == "name" else ("Exten", "1" + character)
    with pytest.raises(ValueError, match="line break"):
        encode("Originate", [field])


@given(st.binary(max_size=400))
def test_garbage_is_refused_or_read_and_never_raises_anything_else(data: bytes) -> None:
    reader = Reader()
    reader.feed(BANNER)
    reader.feed(data)

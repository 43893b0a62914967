"""The direction of the streams of a description: how a phone holds, and how it is held."""

from __future__ import annotations

import pytest

from offhook.switch.b2bua.direction import as_before, directed, direction_of

HEAD = b"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
AUDIO = b"m=audio 4000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
FAX = b"m=image 4002 udptl t38\r\na=T38FaxVersion:0\r\n"
OFF = b"m=video 0 RTP/AVP 96\r\n"


@pytest.mark.parametrize(
    ("description", "direction"),
    [
        (HEAD + AUDIO, "sendrecv"),
        (HEAD + AUDIO + b"a=sendonly\r\n", "sendonly"),
        (HEAD + AUDIO + b"a=inactive\n", "inactive"),
        (HEAD + b"a=sendonly\r\n" + AUDIO, "sendonly"),
        (HEAD + b"a=inactive\r\n" + AUDIO + b"a=recvonly\r\n", "recvonly"),
        (HEAD.replace(b"c=IN IP4 192.0.2.1", b"c=IN IP4 0.0.0.0") + AUDIO, "sendonly"),
        (HEAD + AUDIO + b"c=IN IP4 0.0.0.0\r\na=recvonly\r\n", "inactive"),
        (HEAD + OFF + b"a=inactive\r\n" + AUDIO, "sendrecv"),
        (HEAD + FAX, None),
        (HEAD, None),
        (b"", None),
        (b"\xff\x00m=", None),
    ],
)
def test_the_first_stream_that_is_on_tells_the_direction(description: bytes, direction: str | None) -> None:
    assert direction_of(description) == direction


def test_every_rtp_stream_that_is_on_gets_the_direction_and_nothing_else_changes() -> None:
    description = HEAD + b"a=sendrecv\r\n" + AUDIO + b"a=recvonly\r\n" + FAX + OFF
    assert directed(description, "sendonly") == HEAD + AUDIO + b"a=sendonly\r\n" + FAX + OFF


def test_a_direction_can_be_put_back() -> None:
    held = directed(HEAD + AUDIO, "inactive")
    assert direction_of(held) == "inactive"
    assert directed(held, "sendrecv") == HEAD + AUDIO + b"a=sendrecv\r\n"


@pytest.mark.parametrize("description", [b"", HEAD, b"nonsense", b"m=", b"m=audio"])
def test_what_is_no_description_of_a_stream_does_no_harm(description: bytes) -> None:
    directed(description, "sendonly")


TOLD = HEAD + AUDIO + b"a=sendrecv\r\n"


@pytest.mark.parametrize(
    ("told", "offer", "holds", "direction"),
    [
        (TOLD, HEAD + AUDIO, False, "sendrecv"),
        (TOLD, HEAD + AUDIO + b"a=sendonly\r\n", False, "recvonly"),
        (TOLD, HEAD + AUDIO + b"a=recvonly\r\n", False, "sendonly"),
        (TOLD, HEAD + AUDIO + b"a=inactive\r\n", False, "inactive"),
        (directed(TOLD, "recvonly"), HEAD + AUDIO, False, "sendrecv"),  # its own hold is over
        (directed(TOLD, "sendonly"), HEAD + AUDIO, True, "sendonly"),
        (directed(TOLD, "inactive"), HEAD + AUDIO, True, "inactive"),
    ],
)
def test_an_answer_as_before_has_the_direction_that_the_offer_asks_for(
    told: bytes, offer: bytes, holds: bool, direction: str
) -> None:
    answer = as_before(told, offer, holds=holds)
    assert direction_of(answer) == direction
    assert AUDIO in answer


@pytest.mark.parametrize(
    "offer",
    [
        HEAD + FAX,
        HEAD + AUDIO + FAX,
        HEAD + AUDIO.replace(b"AVP 0", b"AVP 9"),
        HEAD + AUDIO.replace(b"AVP", b"SAVP"),
        HEAD + b"a=fingerprint:SHA-256 00\r\n" + AUDIO,
        HEAD + b"m=audio 0 RTP/AVP 0\r\n",
        HEAD,
        b"m=",
        b"m=audio",
        b"",
    ],
)
def test_what_was_told_before_answers_no_offer_of_other_streams(offer: bytes) -> None:
    assert as_before(TOLD, offer, holds=False) == b""
    assert as_before(offer, TOLD, holds=False) == b""

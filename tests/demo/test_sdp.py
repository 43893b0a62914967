"""The phone's descriptions: it does audio, and answers every stream that it is offered (RFC 3264 §6)."""

import pytest

from offhook.demo import sdp

HEAD = "v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\ns=-\r\nc=IN IP4 192.0.2.7\r\nt=0 0\r\n"
OURS = ("192.0.2.9", 4000)


def described(*streams: str, head: str = HEAD) -> bytes:
    return (head + "".join(f"m={stream}\r\n" for stream in streams)).encode()


@pytest.mark.parametrize(
    ("offered", "answered"),
    [
        (("audio 5000 RTP/AVP 0",), ["m=audio 4000 RTP/AVP 0"]),
        (
            ("audio 5000 RTP/AVP 0", "video 5002 RTP/AVP 100"),
            ["m=audio 4000 RTP/AVP 0", "m=video 0 RTP/AVP 100"],
        ),
        (
            ("video 0 RTP/AVP 100", "audio 5000 RTP/AVP 8"),
            ["m=video 0 RTP/AVP 100", "m=audio 4000 RTP/AVP 8"],
        ),
        (
            ("audio 0 RTP/SAVP 0", "audio 5000 RTP/AVP 0", "message 5004 TCP/MSRP *"),
            ["m=audio 0 RTP/SAVP 0", "m=audio 4000 RTP/AVP 0", "m=message 0 TCP/MSRP *"],
        ),
    ],
)
def test_an_answer_has_every_stream_of_the_offer(offered: tuple[str, ...], answered: list[str]) -> None:
    offer = sdp.read(described(*offered))
    assert offer is not None
    answer = sdp.write(sdp.answer_to(offer, OURS), 1, 1).decode().splitlines()
    assert [line for line in answer if line.startswith("m=")] == answered


@pytest.mark.parametrize(
    ("body", "address", "direction"),
    [
        (described("audio 5000 RTP/AVP 0\r\na=sendonly"), "192.0.2.7", "sendonly"),
        (described("audio 5000 RTP/AVP 0", head=HEAD + "a=inactive\r\n"), "192.0.2.7", "inactive"),
        (
            described(
                "audio 5000 RTP/AVP 0\r\na=sendrecv\r\nc=IN IP4 192.0.2.8", head=HEAD + "a=inactive\r\n"
            ),
            "192.0.2.8",
            "sendrecv",
        ),
        (described("audio 5000 RTP/AVP 0", "video 5002 RTP/AVP 100\r\na=inactive"), "192.0.2.7", "sendrecv"),
    ],
)
def test_address_and_direction_may_stand_with_the_stream_or_before_all(
    body: bytes, address: str, direction: str
) -> None:
    assert sdp.read(body) == sdp.Media((address, 5000), (0,), direction)


@pytest.mark.parametrize("streams", [(), ("video 5002 RTP/AVP 100",), ("audio 5000 RTP/AVP 18",), ("audio",)])
def test_without_a_stream_that_it_can_do_there_is_none(streams: tuple[str, ...]) -> None:
    assert sdp.read(described(*streams)) is None

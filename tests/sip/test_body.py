"""Session descriptions within other bodies."""

import pytest

from offhook.sip.body import SDP, is_sdp, keep_description
from tests.sip.helpers import request

OFFER = b"v=0\r\nm=audio 4000 RTP/AVP 0\r\n"
PART = b"Content-Type: Application/SDP\r\nContent-Disposition: session\r\n\r\n" + OFFER
ISUP = b"Content-Type: application/ISUP\r\nContent-Disposition: signal;handling=optional\r\n\r\n\x01\x00\x49"


def multipart(*parts: bytes, boundary: bytes = b"b1") -> bytes:
    return (
        b"".join(b"--" + boundary + b"\r\n" + part.rstrip(b"\r\n") + b"\r\n" for part in parts)
        + b"--"
        + boundary
        + b"--\r\n"
    )


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/mixed;boundary=b1", multipart(PART, ISUP)),
        ('Multipart/Mixed ; boundary="b1"', multipart(ISUP, PART)),
        ("multipart/mixed;boundary=b1", b"preamble\r\n" + multipart(ISUP, PART) + b"epilogue"),
        ("multipart/mixed;boundary=b1", multipart(ISUP, PART).replace(b"\r\n--", b"\n--")),
        (
            "multipart/mixed;boundary=b1",
            multipart(
                b"Content-Type: multipart/alternative; boundary=b2\r\n\r\n" + multipart(PART, boundary=b"b2")
            ),
        ),
    ],
)
def test_a_description_among_other_parts_stands_alone(content_type: str, body: bytes) -> None:
    message = request()
    message.set_body(body, content_type)
    keep_description(message)
    assert (message.body, message.headers.get("Content-Type")) == (OFFER, SDP)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/mixed;boundary=b1", multipart(ISUP)),
        ("multipart/mixed", multipart(PART)),
        ('multipart/x;boundary="', b""),
    ],
)
def test_without_a_description_nothing_is_offered(content_type: str, body: bytes) -> None:
    message = request()
    message.set_body(body, content_type)
    keep_description(message)
    assert (message.body, message.headers.get("Content-Type")) == (b"", None)


def test_what_describes_nothing_is_left_as_it_is() -> None:
    message = request("MESSAGE")
    message.set_body(multipart(PART), "multipart/mixed;boundary=b1")
    keep_description(message)
    assert message.body == multipart(PART)


@pytest.mark.parametrize(
    "written", ["application/sdp", "Application/SDP", "application/sdp;charset=utf-8", " application/sdp ; x"]
)
def test_a_description_is_one_in_any_spelling(written: str) -> None:
    assert is_sdp(written)


def test_multipart_bodies_in_each_other_are_not_followed_for_ever() -> None:
    body = PART
    for depth in range(50):
        boundary = b"x%dx" % depth
        body = (
            b"Content-Type: multipart/mixed;boundary="
            + boundary
            + b"\r\n\r\n"
            + multipart(body, boundary=boundary)
        )
    message = request()
    message.set_body(body.partition(b"\r\n\r\n")[2], "multipart/mixed;boundary=x49x")
    keep_description(message)
    assert message.body == b""

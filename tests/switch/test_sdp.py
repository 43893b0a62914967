"""What is written about media: what is off stays off, and every stream keeps its place (RFC 3264)."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from offhook.call import CallState
from offhook.demo import sdp as demo
from offhook.demo.phone import Behaviour, Phone, PhoneCall
from offhook.switch.b2bua import sdp
from tests.switch.embeddedsite import a_site, close
from tests.switch.site import ANSWERS, Site, ask, directed, joined

HEAD = "v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\ns=-\r\nc=IN IP4 192.0.2.7\r\nt=0 0\r\n"
AUDIO, VIDEO, OFF = "audio 4000 RTP/AVP 0 8", "video 4002 RTP/AVP 100", "video 0 RTP/AVP 100"
FAX = "image 4004 udptl t38"


def described(*streams: str, head: str = HEAD) -> bytes:
    return (head + "".join(f"m={stream}\r\n" for stream in streams)).encode()


def streams(description: bytes) -> list[str]:
    return [line[2:] for line in description.decode().splitlines() if line.startswith("m=")]


@pytest.mark.parametrize(
    ("offered", "answered"),
    [
        ((AUDIO, OFF), ["audio 9 RTP/AVP 0 8", "video 0 RTP/AVP 100"]),
        ((OFF, AUDIO), ["video 0 RTP/AVP 100", "audio 9 RTP/AVP 0 8"]),
        (("audio 0 RTP/AVP 0", VIDEO), ["audio 0 RTP/AVP 0", "video 9 RTP/AVP 100"]),
        (("audio 0/2 RTP/AVP 0 8 101",), ["audio 0 RTP/AVP 0 8 101"]),
        (("audio 4000/2 RTP/AVP 0",), ["audio 9 RTP/AVP 0"]),
        (
            (AUDIO, "audio 0 RTP/SAVP 0", AUDIO),
            ["audio 9 RTP/AVP 0 8", "audio 0 RTP/SAVP 0", "audio 9 RTP/AVP 0 8"],
        ),
        ((AUDIO, "image 4004 udptl t38"), ["audio 9 RTP/AVP 0 8", "image 0 udptl t38"]),
        ((AUDIO, "message 4006 TCP/MSRP *"), ["audio 9 RTP/AVP 0 8", "message 0 TCP/MSRP *"]),
        (
            (AUDIO, "application 4008 UDP/DTLS/SCTP webrtc-datachannel"),
            ["audio 9 RTP/AVP 0 8", "application 0 UDP/DTLS/SCTP webrtc-datachannel"],
        ),
        (("text 4010 RTP/AVP 98", "unheard 0 of *"), ["text 9 RTP/AVP 98", "unheard 0 of *"]),
        (("audio 0 RTP/SAVPF 0\r\na=bundle-only",), ["audio 9 RTP/SAVPF 0"]),
    ],
)
def test_a_first_answer_takes_what_is_on_and_leaves_off_what_is_off(
    offered: tuple[str, ...], answered: list[str]
) -> None:
    answer = sdp.black_hole(described(*offered))
    assert streams(answer) == answered
    on = sum(" 0 " not in stream[: stream.find("RTP")] for stream in answered)
    assert answer.count(b"a=inactive") == on


def test_a_secure_stream_that_is_off_gets_no_key_and_one_that_is_on_gets_one() -> None:
    key = "\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x"
    answer = sdp.black_hole(described(f"audio 4000 RTP/SAVP 0{key}{key}", f"video 0 RTP/SAVP 100{key}"))
    on, off = answer.split(b"m=video")
    assert (on.count(b"a=crypto:1 "), off.count(b"a=crypto")) == (1, 0)


@pytest.mark.parametrize(
    ("offer", "ours"),
    [
        (described("audio 4000 UDP/TLS/RTP/SAVPF 0\r\na=setup:actpass"), b"a=setup:passive"),
        (described("audio 4000 UDP/TLS/RTP/SAVPF 0\r\na=setup:passive"), b"a=setup:active"),
        (described("audio 4000 UDP/TLS/RTP/SAVP 0", head=HEAD + "a=setup:passive\r\n"), b"a=setup:active"),
    ],
)
def test_a_stream_by_dtls_is_told_a_certificate_and_the_other_part(offer: bytes, ours: bytes) -> None:
    answer = sdp.black_hole(offer)
    assert ours in answer
    assert b"a=fingerprint:sha-256 " in answer


@pytest.mark.parametrize(
    ("offer", "answer", "written"),
    [
        ((AUDIO, OFF), (AUDIO, VIDEO), [AUDIO, OFF]),
        ((OFF, AUDIO), (VIDEO, AUDIO), [OFF, AUDIO]),
        ((AUDIO, VIDEO), (AUDIO,), [AUDIO, OFF]),
        ((AUDIO,), (AUDIO, VIDEO), [AUDIO]),
        ((AUDIO, VIDEO), (AUDIO, OFF), [AUDIO, OFF]),
    ],
)
def test_an_answer_has_the_streams_of_its_offer(
    offer: tuple[str, ...], answer: tuple[str, ...], written: list[str]
) -> None:
    assert streams(sdp.as_answer(described(*answer), described(*offer))) == written


def test_an_answer_as_it_should_be_is_not_touched() -> None:
    answer = described(AUDIO, OFF)[:-2]
    assert sdp.as_answer(described(AUDIO, OFF), described(AUDIO, VIDEO)) == described(AUDIO, OFF)
    assert streams(sdp.as_answer(answer, described(AUDIO, VIDEO))) == [AUDIO, OFF]
    assert sdp.as_answer(b"", described(AUDIO)) == b""


@pytest.mark.parametrize(
    ("places", "description", "offered"),
    [
        ((AUDIO, VIDEO), (AUDIO,), [AUDIO, OFF]),
        ((VIDEO, AUDIO), (AUDIO,), [OFF, AUDIO]),
        ((AUDIO,), (VIDEO, AUDIO), [AUDIO, VIDEO]),
        ((AUDIO, OFF), (AUDIO, VIDEO), [AUDIO, VIDEO]),
        ((AUDIO, VIDEO, AUDIO), (AUDIO, AUDIO), [AUDIO, OFF, AUDIO]),
        ((AUDIO, "image 4004 udptl t38"), (VIDEO, AUDIO), [AUDIO, VIDEO]),
        ((AUDIO,), (FAX,), [FAX]),
        ((AUDIO, VIDEO), (FAX,), [FAX, OFF]),
        ((VIDEO, AUDIO), (FAX, VIDEO), [VIDEO, FAX]),
        ((AUDIO, VIDEO), (AUDIO, VIDEO, FAX), [AUDIO, VIDEO, FAX]),
    ],
)
def test_an_offer_keeps_the_places_of_the_session_and_its_answer_finds_back(
    places: tuple[str, ...], description: tuple[str, ...], offered: list[str]
) -> None:
    origin = sdp.Origin("192.0.2.1")
    origin.stamp(described(*places))
    offer, order = sdp.fit(described(*description), origin.streams)
    assert streams(offer) == offered
    assert streams(sdp.unfit(offer, order)) == list(description)


# With phones: the own one has a picture that is off, or one more stream than the other.


class Describes(Phone):
    """A phone with a further stream behind its audio; it keeps what it is told."""

    more: tuple[str, ...] = ()
    told: tuple[bytes, ...] = ()

    def _describe(self, call: PhoneCall, media: demo.Media) -> bytes:
        made = super()._describe(call, media)
        more = "".join(f"m={line}\r\n" for line in self.more).encode()
        # What is off in an offer it ought to leave off in its answer, and does not.
        return made.replace(f"m={OFF}\r\n".encode(), more) if b"m=video" in made and more else made + more

    def _on_ack(self, ack, flow, now) -> None:  # type: ignore[no-untyped-def]
        self.told += (ack.body,) if ack.body else ()
        super()._on_ack(ack, flow, now)

    def _reinvited(self, call, transaction, request, now) -> None:  # type: ignore[no-untyped-def]
        self.told += (request.body,)
        super()._reinvited(call, transaction, request, now)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = await a_site()
    yield site
    await close(site)


async def phone(site: Site, terminal: str, *more: str, behaviour: Behaviour | None = None) -> Describes:
    made = await site.phone(terminal, behaviour)
    made.__class__ = Describes
    assert isinstance(made, Describes)
    made.more = more
    made.endpoint.on_ack = made._on_ack
    return made


async def test_a_click_leaves_off_what_the_own_phone_has_off(site: Site) -> None:
    own = await phone(site, "4000", OFF)
    callee = await phone(site, "4001", VIDEO, behaviour=ANSWERS)
    call_id = site.dial()
    await site.until(call_id, CallState.CONNECTED)
    await joined(own, callee)
    assert [streams(told)[1:] for told in own.told] == [[OFF], [OFF]]
    site.drop(call_id)


async def test_a_hold_leaves_off_what_is_off(site: Site) -> None:
    own = await phone(site, "4000", OFF)
    callee = await phone(site, "4001", OFF, behaviour=ANSWERS)
    call_id = site.dial()
    await site.until(call_id, CallState.CONNECTED)
    await site.settled(own, callee)
    await callee.calls[0].hold()
    await directed(own, "recvonly")
    assert streams(own.told[-1])[1:] == [OFF]
    site.drop(call_id)


async def test_who_is_transferred_keeps_the_places_of_his_streams(site: Site) -> None:
    own = await phone(site, "4000", VIDEO)
    callee = await phone(site, "4001", VIDEO, behaviour=ANSWERS)
    third = await phone(site, "4002", behaviour=ANSWERS)
    call_id = site.dial()
    await site.until(call_id, CallState.CONNECTED)
    await site.settled(own, callee)
    assert (await ask(callee, "REFER", Refer_To="<sip:4002@offhook>")).status == 202
    await joined(own, third)
    await joined(third, own)
    assert streams(own.told[-1])[1:] == [OFF]
    assert len(streams(third.told[-1])) == 1
    site.drop(call_id)

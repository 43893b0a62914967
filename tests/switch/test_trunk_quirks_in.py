"""What providers really do with calls that they bring, and with registrations: see `test_trunk_quirks.py`."""

from __future__ import annotations

from typing import Any

import pytest

from offhook.call import Cause, Privacy
from offhook.sip.message import Response
from offhook.switch.embedded import EmbeddedSwitch, switch
from offhook.switch.trunk.trunk import Trunk
from tests.switch.site import ANSWERS, RINGS, Site
from tests.switch.trunksite import FRIEND, KIMS, SDP, a_site_with, a_trunk, scripted
from tests.waiting import until

DIALLED = "08912345678"
PARTS = "Content-Type: multipart/mixed;boundary=x\r\n"
MULTIPART = (
    f"--x\r\nContent-Type: application/sdp\r\n\r\n{SDP}\r\n"
    "--x\r\nContent-Type: application/pidf+xml\r\nContent-ID: <a@b>\r\n\r\n<presence/>\r\n--x--\r\n"
)


@pytest.fixture(autouse=True)
def _stops_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(switch, "STOP_S", 0.01)


def trunk_of(site: Site) -> Trunk:
    assert isinstance(site.switch, EmbeddedSwitch)
    (trunk,) = site.switch.trunks.all
    return trunk


# Which number is called


@pytest.mark.parametrize(
    ("number_format", "uri"),
    [
        ("e164", "sip:+4930900101@x"),
        ("e164", "sip:+4930900101@x;user=phone;transport=udp"),
        ("e164", "sip:+4930900101:secret@x:5060"),
        ("e164", "sip:4930900101@x"),
        ("e164", "sip:030900101@x"),
        ("e164", "sip:004930900101@x"),
        ("e164", "sip:+49-30-900-101@x;user=phone"),
        ("e164", "sip:+4930900101;npdi;rn=+4930900@x;user=phone"),
        ("e164", "sip:%2B4930900101@x"),
        ("e164", "sip:+4930900101;phone-context=+49@x"),
        ("e164", "tel:+4930900101"),
        ("e164", "tel:+49-30-900101;npdi"),
        ("e164", "tel:30900101;phone-context=+49"),
        ("e164", "sips:+4930900101@x"),
        ("digits", "sip:4930900101@x"),
        ("digits", "sip:+4930900101@x"),
        ("digits", "sip:030900101@x"),
        ("national", "sip:030900101@x"),
        ("national", "sip:+4930900101@x"),
        ("national", "sip:004930900101@x"),
    ],
)
async def test_our_number_is_known_however_it_is_written(number_format: Any, uri: str) -> None:
    async with scripted() as provider:
        site = await a_site_with(a_trunk(provider.address, number_format=number_format))
        await site.phone("4000", RINGS)
        provider.invite(site, KIMS, uri=uri)
        await until(lambda: site.live("4000") or provider.responses)
        await until(lambda: site.live("4000"))
        await site.close()


# Who calls


@pytest.mark.parametrize(
    ("extra", "number", "privacy"),
    [
        ("P-Asserted-Identity: <tel:+49-89-1234-5678>\r\n", FRIEND, Privacy.NONE),
        ("From: <tel:+498912345678>;tag=x\r\n", FRIEND, Privacy.NONE),
        ("From: <tel:89-12345678;phone-context=+49>;tag=x\r\n", FRIEND, Privacy.NONE),
        ("From: sip:+498912345678@x;user=phone;tag=x\r\n", FRIEND, Privacy.NONE),
        ("From: <sip:498912345678@x>;tag=x\r\n", FRIEND, Privacy.NONE),
        ("From: <sip:08912345678@x;user=phone>;tag=x\r\n", FRIEND, Privacy.NONE),
        ("From: <sip:00498912345678@x>;tag=x\r\n", FRIEND, Privacy.NONE),
        ("From: <sip:+498912345678;verstat=TN-Validation-Passed@x>;tag=x\r\n", FRIEND, Privacy.NONE),
        ("P-Asserted-Identity: <sip:+498912345678;cpc=ordinary@x>, <tel:+4989>\r\n", FRIEND, Privacy.NONE),
        ("P-Asserted-Identity: <sip:trunk@x>, <tel:+498912345678>\r\n", FRIEND, Privacy.NONE),
        ("Remote-Party-ID: <sip:+498912345678@x>;party=calling;privacy=off\r\n", FRIEND, Privacy.NONE),
        ("Privacy: none\r\n", FRIEND, Privacy.NONE),
        ("Diversion: <sip:+4930900999@x>;reason=unconditional;counter=1\r\n", FRIEND, Privacy.NONE),
        (
            "History-Info: <sip:+4930900999@x>;index=1, <sip:+4930900101@x?Reason=x>;index=1.1\r\n",
            FRIEND,
            Privacy.NONE,
        ),
        ("Identity: e30.e30.e30;info=<https://x/y>;alg=ES256;ppt=shaken\r\n", FRIEND, Privacy.NONE),
        ('From: "Anonymous" <sip:c8oqz84zk7z@privacy.org>;tag=x\r\nPrivacy: id\r\n', "", Privacy.WITHHELD),
        ('From: "anonymous" <sip:Anonymous@x>;tag=x\r\n', "", Privacy.WITHHELD),
        ("From: <sip:Restricted@x>;tag=x\r\nPrivacy: user;id;critical\r\n", "", Privacy.WITHHELD),
        ("From: <sip:anonymous@anonymous.invalid>;tag=x\r\nPrivacy: header,id\r\n", "", Privacy.WITHHELD),
        ("From: <sip:unavailable@unknown.invalid>;tag=x\r\n", "", Privacy.UNAVAILABLE),
        ("From: <sip:x>;tag=x\r\n", "", Privacy.UNAVAILABLE),
        ("From: <sip:0@x>;tag=x\r\n", "", Privacy.UNAVAILABLE),
    ],
)
async def test_who_calls_is_known_however_it_is_written(extra: str, number: str, privacy: Privacy) -> None:
    async with scripted() as provider:
        site = await a_site_with(a_trunk(provider.address))
        await site.phone("4000", RINGS)
        provider.invite(site, KIMS, extra=extra)
        await until(lambda: site.live("4000"))
        caller = site.live("4000")[0].caller
        assert (caller.id, caller.privacy) == (number, privacy)
        await site.close()


# The call itself


async def test_an_invite_without_a_description_is_answered_with_ours() -> None:
    async with scripted() as provider:
        site = await a_site_with(a_trunk(provider.address))
        phone = await site.phone("4000", ANSWERS)
        provider.invite(site, KIMS, body="")
        response = await provider.answered()
        assert b"m=audio" in response.body
        await until(lambda: phone.calls[0].remote_media == ("127.0.0.1", 9))
        await site.close()


async def test_a_description_among_other_parts_reaches_the_phone_alone() -> None:
    async with scripted() as provider:
        site = await a_site_with(a_trunk(provider.address))
        phone = await site.phone("4000", ANSWERS)
        provider.invite(site, KIMS, extra=PARTS, body=MULTIPART)
        assert (await provider.answered()).status == 200
        assert phone.last_invite is not None
        assert phone.last_invite.headers.get("Content-Type") == "application/sdp"
        assert b"presence" not in phone.last_invite.body
        await site.close()


async def test_a_cancel_that_crosses_the_answer_leaves_no_call() -> None:
    async with scripted() as provider:
        site = await a_site_with(a_trunk(provider.address))
        await site.phone("4000", ANSWERS)
        provider.invite(site, KIMS)
        response: Response = await provider.answered()
        provider.again("CANCEL", response)
        await until(lambda: [one.status for one in provider.responses if one.cseq_method == "CANCEL"])
        provider.again("BYE", response)
        await site.empty()
        await site.close()


async def test_options_of_a_provider_are_answered() -> None:
    async with scripted() as provider:
        site = await a_site_with(a_trunk(provider.address))
        assert isinstance(site.switch, EmbeddedSwitch)
        provider.send(
            "OPTIONS sip:ping@x SIP/2.0\r\nVia: SIP/2.0/UDP {me};branch=z9hG4bKping;rport\r\n"
            "From: <sip:ping@x>;tag=x\r\nTo: <sip:ping@x>\r\nCall-ID: ping\r\nCSeq: 1 OPTIONS\r\n\r\n",
            site.switch.address(),
        )
        await until(lambda: [one for one in provider.responses if one.cseq_method == "OPTIONS"])
        assert provider.responses[-1].status == 200
        await site.close()


# Registrations


@pytest.mark.parametrize(
    ("granted", "seconds"),
    [
        ("Contact: {}\r\nExpires: 90\r\n", 90),
        ("Contact: {};expires=120;q=0.5\r\nExpires: 90\r\n", 120),
        ('Contact: <sip:other@203.0.113.9>;expires=7, {};expires="180"\r\n', 180),
        ("Contact: <sip:4930900@203.0.113.9:1024;line=x>;expires=60\r\n", 60),
        ("Contact: <sip:a@203.0.113.9>;expires=900, <sip:b@203.0.113.8>;expires=240\r\n", 240),
        ("Contact: *\r\n", 600),
        ("Contact: {}\r\nExpires: 3600 (an hour)\r\n", 3600),
        ("Contact: {};expires=0\r\nExpires: 0\r\n", 600),
        ("Expires: soon\r\nContact: <sip:,\r\n", 600),
    ],
)
async def test_a_registration_is_renewed_in_time_however_its_end_is_told(granted: str, seconds: int) -> None:
    async with scripted(REGISTER=None) as provider:
        site = await a_site_with(a_trunk(provider.address), wait=False)
        register = await provider.next("REGISTER")
        provider.respond(register, 200, granted.format(register.headers.get("Contact")))
        await until(lambda: trunk_of(site).usable)
        end = trunk_of(site).registration._end
        assert isinstance(site.switch, EmbeddedSwitch)
        assert end is not None
        left = end.when - site.switch.endpoint.now
        assert seconds - 25 < round(left) <= seconds
        await site.close()


async def test_calls_go_the_way_that_the_registrar_tells() -> None:
    told = "Service-Route: <sip:orig@scscf.provider.example:5080;lr>, <sip:b.provider.example;lr>\r\n"
    told += "Path: <sip:edge;lr>\r\nP-Associated-URI: <sip:x@y>\r\n"
    async with scripted(REGISTER=(200, told), INVITE=486) as provider:
        site = await a_site_with(a_trunk(provider.address))
        await site.phone("4000")
        assert await site.cause(site.dial("4000", DIALLED)) is Cause.BUSY
        invite = provider.asked("INVITE")[-1]
        assert invite.headers.all("Route") == [
            "<sip:orig@scscf.provider.example:5080;lr>",
            "<sip:b.provider.example;lr>",
        ]
        assert not provider.asked("REGISTER")[-1].headers.all("Route")
        await site.close()

"""What providers really do, call by call: each quirk is a line or two, played over a real socket.

They come from SIPconnect 2.0 (SIP Forum TWG-2), the interface descriptions that providers publish (Deutsche
Telekom 1TR119, Vodafone SIP Trunking 2.0, the documentation of Twilio, Telnyx, Bandwidth, voip.ms), and what
users of Asterisk, FreeSWITCH, PJSIP and JsSIP have reported.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from offhook.call import CallState, Cause, Hold, Retrieve
from offhook.demo.phone import Stage
from offhook.sip.authparams import digest_response, parse_auth
from offhook.sip.message import Request, Response
from offhook.switch.b2bua import offerqueue
from offhook.switch.embedded import switch
from tests.switch.trunkcall import DIALLED, EARLY, OTHERS, a_call, port
from tests.switch.trunksite import ACCOUNT, SDP, a_site_with, a_trunk, scripted
from tests.waiting import until

MULTIPART = (
    "--x\r\nContent-Type: application/isup;version=itu-t92+\r\n\r\n\x01\r\n"
    f"--x\r\nContent-Type: application/sdp\r\n\r\n{SDP}\r\n--x--\r\n"
)
PARTS = "Content-Type: multipart/mixed;boundary=x\r\n"
TIMER = "Supported: timer\r\nRequire: timer\r\n"


@pytest.fixture(autouse=True)
def _stops_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """There are many sites here, and nobody waits for what they say at their end."""
    monkeypatch.setattr(switch, "STOP_S", 0.01)


Said = tuple[int, str, str, str]


def said(status: int, extra: str = "", body: str = "", tag: str = "provider") -> Said:
    return status, extra, body, tag


# Before and at the answer


@pytest.mark.parametrize(
    ("script", "media_port"),
    [
        pytest.param([said(183), said(180), said(200, body=SDP)], 9, id="183-without-description-then-180"),
        pytest.param([said(183, body=EARLY), said(180), said(200, body=SDP)], 9, id="180-after-early-media"),
        pytest.param([said(183, body=SDP), said(200, body=SDP)], 9, id="the-same-twice"),
        pytest.param([said(180, body=EARLY), said(200, body=SDP)], 9, id="early-media-in-180"),
        pytest.param([said(183, body=SDP), said(200)], 9, id="answer-in-183-alone"),
        pytest.param([said(180), said(183, body=EARLY), said(200)], 19, id="answer-in-183-after-180"),
        pytest.param(
            [said(181), said(182), said(199, tag="a"), said(180), said(200, body=SDP)],
            *(9,),
            id="forwarded-queued-and-early-dialog-ended",
        ),
        pytest.param(
            [said(183, body=EARLY, tag="a"), said(183, body=OTHERS, tag="b"), said(200, body=SDP, tag="c")],
            *(9,),
            id="forked-three-ways",
        ),
        pytest.param(
            [said(183, body=EARLY, tag="a"), said(183, body=OTHERS, tag="b"), said(200, tag="a")],
            *(19,),
            id="forked-and-answered-where-it-rang-first",
        ),
        pytest.param([said(180), said(200, body=SDP, tag="another")], 9, id="another-tag-in-200"),
        pytest.param(
            [said(200, "Content-Type: multipart/mixed;boundary=x\r\n", MULTIPART)],
            9,
            id="isup-and-description",
        ),
        pytest.param(
            [said(183, "P-Early-Media: sendonly\r\n", EARLY), said(180), said(200, body=SDP)],
            *(9,),
            id="p-early-media",
        ),
        pytest.param(
            [said(200, "P-Asserted-Identity: <tel:+498900000;phone-context=+49>, <sip:x@y>\r\n", SDP)],
            *(9,),
            id="connected-line",
        ),
    ],
)
async def test_a_call_is_up_however_it_was_announced(script: Sequence[Said], media_port: int) -> None:
    async with scripted() as provider:
        call = await a_call(provider)
        for status, extra, body, tag in script:
            call.say(status, extra, body, tag=tag)
        await call.is_up(media_port)
        call.site.drop(call.id)
        await provider.next("BYE")
        await call.close()


@pytest.mark.parametrize("status", [180, 183])
async def test_a_phone_that_dialled_by_hand_has_the_answer_in_its_200_though_the_providers_has_none(
    status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scripted(INVITE=None) as provider:
        site = await a_site_with(a_trunk(provider.address))
        own = await site.phone("4000")
        heard: list[Response] = []
        listen = own._on_invite_response

        def hear(*told: Any) -> None:
            heard.append(told[-1])
            listen(*told)

        monkeypatch.setattr(own, "_on_invite_response", hear)
        calling = asyncio.create_task(own.call(DIALLED))
        invite = await provider.next("INVITE")
        provider.respond(invite, status, body=SDP)
        provider.respond(invite, 200)
        assert (await calling).stage is Stage.UP
        assert b"m=audio 9 " in heard[-1].body
        await site.close()


async def test_a_call_whose_answer_came_early_alone_is_put_on_hold_and_taken_back() -> None:
    async with scripted() as provider:
        call = await a_call(provider)
        call.say(183, body=SDP)
        call.say(200)
        await call.is_up()
        provider.answers["INVITE"] = (200, "", SDP)
        await call.site.perform(Hold(call.id, "4000"))
        await call.site.perform(Retrieve(call.id, "4000"))
        assert port(call.own) == 9
        await call.close()


@pytest.mark.parametrize(
    ("status", "extra", "cause"),
    [
        (300, "Contact: <sip:+4990012345@127.0.0.1>\r\n", Cause.REJECTED),
        (301, "Contact: <tel:+4990012345>\r\n", Cause.REJECTED),
        (380, "Contact: <urn:service:sos>\r\n", Cause.REJECTED),
        (403, "", Cause.REJECTED),
        (404, "Reason: Q.850;cause=1\r\n", Cause.UNREACHABLE),
        (410, "", Cause.UNREACHABLE),
        (480, 'Reason: Q.850 ;cause=17 ;text="busy"\r\n', Cause.BUSY),
        (480, "Reason: SIP;cause=486, Q.850;cause=19\r\n", Cause.NO_ANSWER),
        (484, "", Cause.INVALID_ADDRESS),
        (486, "", Cause.BUSY),
        (488, 'Warning: 304 provider "no codec"\r\n', Cause.FAILURE),
        (500, "", Cause.UNREACHABLE),
        (503, "Retry-After: 30\r\nReason: Q.850;cause=34\r\n", Cause.UNREACHABLE),
        (600, "", Cause.BUSY),
        (603, "", Cause.REJECTED),
        (604, "", Cause.UNREACHABLE),
        (607, "", Cause.REJECTED),
        (608, "Call-Info: <https://x/y>;purpose=jwscard\r\n", Cause.REJECTED),
        (433, "", Cause.REJECTED),
    ],
)
async def test_why_a_provider_does_not_connect_a_call(status: int, extra: str, cause: Cause) -> None:
    async with scripted() as provider:
        call = await a_call(provider)
        call.say(status, extra)
        assert await call.site.cause(call.id) is cause
        assert len(provider.asked("INVITE")) == 1
        await call.close()


# Credentials

MD5 = 'Digest realm="provider", nonce="n1", algorithm=MD5, qop="auth"'
SHA256 = 'Digest realm="provider", nonce="n1", algorithm=SHA-256, qop="auth"'
SHA512 = 'Digest realm="provider", nonce="n1", algorithm=SHA-512, qop="auth"'


def fits(request: Request, header: str = "Authorization") -> bool:
    """Is the digest in the request that of the account's password?"""
    params = parse_auth(request.headers.get(header) or "")
    name, realm = params.get("algorithm", "MD5"), params.get("realm", "")
    method = "INVITE" if request.method == "ACK" else request.method  # nobody challenges an ACK
    wanted = digest_response(name, ACCOUNT, realm, "account", method, params, request.body)
    return params.get("response") == wanted


@pytest.mark.parametrize(
    ("challenges", "algorithm", "qop"),
    [
        ([MD5, SHA256], "MD5", "auth"),
        ([SHA256, MD5], "SHA-256", "auth"),
        ([SHA512, MD5], "MD5", "auth"),
        (['Digest realm="provider", nonce="n1"'], "MD5", ""),
        (['Digest realm="provider", nonce="n1", algorithm="MD5", opaque=""'], "MD5", ""),
        (
            ['Digest realm="a, b", domain="sip:x", nonce="n1==", opaque="o\\"p", qop="auth-int"'],
            "MD5",
            "auth-int",
        ),
        (['Digest realm="provider",nonce="n1",qop="auth,auth-int",stale=FALSE'], "MD5", "auth"),
        (['Digest  qop=auth,realm="provider" , nonce="n1",algorithm=md5'], "md5", "auth"),
        (['Bearer authz_server="https://x"', MD5], "MD5", "auth"),
    ],
)
async def test_a_challenge_is_answered_however_it_is_written(
    challenges: list[str], algorithm: str, qop: str
) -> None:
    lines = "".join(f"WWW-Authenticate: {one}\r\n" for one in challenges)
    proxy = lines.replace("WWW-", "Proxy-")
    async with scripted(REGISTER=[(401, lines), 200], INVITE=[(407, proxy), 486]) as provider:
        site = await a_site_with(a_trunk(provider.address))
        await site.phone("4000")
        assert await site.cause(site.dial("4000", DIALLED)) is Cause.BUSY
        register, invite = provider.asked("REGISTER")[-1], provider.asked("INVITE")[-1]
        told = parse_auth(register.headers.get("Authorization") or "")
        assert (told["algorithm"], told.get("qop", "")) == (algorithm, qop)
        assert fits(register)
        assert fits(invite, "Proxy-Authorization")
        await site.close()


async def test_the_next_nonce_is_taken_and_an_old_one_is_changed() -> None:
    challenge = f"Proxy-Authenticate: {MD5}\r\n"
    stale = f"Proxy-Authenticate: {MD5.replace('n1', 'n3')}, stale=true\r\n"
    async with scripted(BYE=[(407, stale), 200]) as provider:
        call = await a_call(provider)
        call.say(407, challenge)
        call.invite = await provider.next("INVITE", 2)
        call.say(200, 'Proxy-Authentication-Info: nextnonce="n2"\r\n', SDP)
        await call.is_up()
        call.site.drop(call.id)
        await provider.next("BYE", 2)
        nonces = [
            parse_auth(one.headers.get("Proxy-Authorization") or "")["nonce"] for one in provider.asked("BYE")
        ]
        assert nonces == ["n2", "n3"]
        await call.close()


async def test_a_reinvite_that_is_challenged_is_sent_again_with_credentials() -> None:
    async with scripted() as provider:
        call = await a_call(provider)
        call.say(200, body=SDP)
        await call.is_up()
        provider.answers["INVITE"] = [(407, f"Proxy-Authenticate: {MD5}\r\n"), (200, "", SDP)]
        await call.site.perform(Hold(call.id, "4000"))
        first, again = provider.asked("INVITE")[-2:]
        assert again.cseq == first.cseq + 1
        assert fits(again, "Proxy-Authorization")
        await until(lambda: fits(provider.asked("ACK")[-1], "Proxy-Authorization"))
        await call.close()


# Timers, routes and other headers


async def test_a_session_interval_that_is_too_short_is_raised() -> None:
    async with scripted() as provider:
        call = await a_call(provider)
        call.say(422, "Min-SE: 1800\r\n")
        call.invite = await provider.next("INVITE", 2)
        assert (
            call.invite.headers.get(
                "Session-Expires",
            )
            == "1800"
        )
        assert call.invite.headers.get("Min-SE") == "1800"
        call.say(200, f"Session-Expires: 1800;refresher=uas\r\n{TIMER}", SDP)
        await call.is_up()
        refreshed = await provider.ask_inside(
            call.invite, "UPDATE", f"Session-Expires: 1800;refresher=uac\r\n{TIMER}"
        )
        assert (refreshed.status, refreshed.headers.get("Session-Expires")) == (200, "1800;refresher=uac")
        await call.close()


async def test_requests_go_the_way_that_the_provider_has_recorded() -> None:
    async with scripted() as provider:
        call = await a_call(provider)
        routes = "Record-Route: <sip:edge.provider.example;lr;r2=on>, <sip:core.provider.example:5080;lr>\r\n"
        contact = 'Contact: <sip:gw@10.0.0.7:5080;transport=udp;odd="1">;q=0.5;+sip.instance="<urn:x>"\r\n'
        call.say(200, routes + contact.replace('"1"', "1"), SDP)
        await call.is_up()
        ack = await provider.next("ACK")
        assert ack.uri == "sip:gw@10.0.0.7:5080;transport=udp;odd=1"
        assert ack.headers.all("Route") == [
            "<sip:core.provider.example:5080;lr>",
            "<sip:edge.provider.example;lr;r2=on>",
        ]
        await call.close()


async def test_a_strict_router_gets_its_own_address_as_the_target() -> None:
    async with scripted() as provider:
        call = await a_call(provider)
        call.say(200, "Record-Route: <sip:old.provider.example>\r\nContact: <sip:gw@10.0.0.7>\r\n", SDP)
        await call.is_up()
        ack = await provider.next("ACK")
        assert (ack.uri, ack.headers.all("Route")) == ("sip:old.provider.example", ["<sip:gw@10.0.0.7>"])
        await call.close()


# In a call


@pytest.mark.parametrize(
    "body",
    [
        SDP + "a=sendonly\r\n",
        SDP + "a=inactive\r\n",
        SDP.replace("c=IN IP4 127.0.0.1", "c=IN IP4 0.0.0.0"),
    ],
    ids=["sendonly", "inactive", "no-address"],
)
async def test_a_provider_puts_the_call_on_hold_in_every_way_there_is(body: str) -> None:
    async with scripted() as provider:
        call = await a_call(provider)
        call.say(200, body=SDP)
        await call.is_up()
        assert (await provider.ask_inside(call.invite, "INVITE", body=body)).status == 200
        await call.site.comes_to(call.id, lambda one: one.held_by_other)
        assert (await provider.ask_inside(call.invite, "INVITE", body=SDP)).status == 200
        await call.site.comes_to(call.id, lambda one: not one.held_by_other)
        await call.close()


async def test_a_provider_asks_for_an_offer_and_moves_the_audio_as_soon_as_the_call_is_up() -> None:
    async with scripted() as provider:
        call = await a_call(provider)
        call.say(200, body=SDP)
        moved = await provider.ask_inside(call.invite, "INVITE", body=OTHERS)
        assert moved.status in (200, 491)
        await call.is_up(29 if moved.status == 200 else 9)
        offered = await provider.ask_inside(call.invite, "INVITE")
        assert offered.status == 200
        assert b"m=audio" in offered.body
        await until(lambda: port(call.own) == 9)
        await call.close()


@pytest.mark.parametrize(
    ("method", "extra", "status"),
    [
        ("OPTIONS", "Accept: application/sdp\r\n", 200),
        ("UPDATE", "P-Asserted-Identity: <sip:+498900000@x>\r\n", 200),
        ("NOTIFY", "Event: message-summary\r\nSubscription-State: active\r\n", 405),
        ("INVITE", "Require: timer\r\nSession-Expires: 1800;refresher=uas\r\nSupported: timer\r\n", 200),
        ("INVITE", "Require: precondition\r\n", 420),
    ],
)
async def test_a_request_inside_of_a_call_is_answered_and_the_call_goes_on(
    method: str, extra: str, status: int
) -> None:
    async with scripted() as provider:
        call = await a_call(provider)
        call.say(200, body=SDP)
        await call.is_up()
        body = SDP if method == "INVITE" else ""
        assert (await provider.ask_inside(call.invite, method, extra, body)).status == status
        assert call.site.now(call.id).state is CallState.CONNECTED
        await call.close()


async def test_both_sides_change_the_call_at_once_and_ours_is_done_in_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(offerqueue, "RETRY_S", (0.05, 0.1))
    async with scripted() as provider:
        call = await a_call(provider)
        call.say(200, body=SDP)
        await call.is_up()
        holding = asyncio.create_task(call.site.perform(Hold(call.id, "4000")))
        ours = await provider.next("INVITE", 2)
        theirs = await provider.ask_inside(call.invite, "INVITE", body=OTHERS)
        assert theirs.status == 491
        provider.answers["INVITE"] = (200, "", SDP)
        provider.respond(ours, 491)
        await holding
        assert call.site.now(call.id).held
        await call.close()


@pytest.mark.parametrize(
    "reason", ["", "Reason: Q.850;cause=16\r\n", 'Reason: SIP;cause=200;text="done"\r\n']
)
async def test_the_other_end_hangs_up(reason: str) -> None:
    async with scripted() as provider:
        call = await a_call(provider)
        call.say(200, body=SDP)
        await call.is_up()
        assert (await provider.ask_inside(call.invite, "BYE", reason)).status == 200
        assert await call.site.cause(call.id) is Cause.NORMAL
        await call.close()


async def test_an_answer_that_crosses_our_cancel_is_hung_up() -> None:
    async with scripted(CANCEL=None) as provider:
        call = await a_call(provider)
        call.say(180)
        await call.site.until(call.id, CallState.RING_BACK)
        call.site.drop(call.id)
        cancel = await provider.next("CANCEL")
        call.say(200, body=SDP)
        provider.respond(cancel, 200)
        await provider.next("ACK")
        await provider.next("BYE")
        await call.close()

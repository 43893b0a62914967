"""Providers that demand reliable provisional responses (RFC 3262), and change what they offer before the
answer (RFC 3311)."""

from __future__ import annotations

import asyncio

import pytest

from offhook.call import CallState, Cause
from offhook.demo.phone import Stage
from offhook.sip.message import Response, make_response
from offhook.sip.transaction import Timing
from offhook.switch.b2bua import reliable
from offhook.switch.embedded import EmbeddedSwitch, switch
from tests.switch.rawphone import raw_phone
from tests.switch.site import ANSWERS, RINGS
from tests.switch.trunkcall import DIALLED, EARLY, OTHERS, a_call, port
from tests.switch.trunksite import KIMS, SDP, ScriptedProvider, a_site_with, a_trunk, scripted
from tests.waiting import until


@pytest.fixture(autouse=True)
def _stops_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(switch, "STOP_S", 0.01)


def reliably(rseq: int) -> str:
    return f"Require: 100rel\r\nRSeq: {rseq}\r\n"


# Calls that go out


async def test_a_reliable_response_is_acknowledged_once_and_its_answer_is_the_calls() -> None:
    async with scripted(PRACK=200) as provider:
        call = await a_call(provider)
        call.say(183, reliably(7), EARLY)
        prack = await provider.next("PRACK")
        assert prack.headers.get("RAck") == f"7 {call.invite.cseq} INVITE"
        assert not prack.body
        call.say(183, reliably(7), EARLY)  # repeated: the PRACK was late
        call.say(180, reliably(8))
        prack = await provider.next("PRACK", 2)
        assert prack.headers.get("RAck") == f"8 {call.invite.cseq} INVITE"
        call.say(200)
        await call.is_up(19)
        assert len(provider.asked("PRACK")) == 2
        ack = await provider.next("ACK")
        call.site.drop(call.id)
        assert ack.cseq < prack.cseq < (await provider.next("BYE")).cseq
        await call.close()


async def test_a_response_that_has_overtaken_another_is_passed_over_until_its_turn() -> None:
    async with scripted(PRACK=200) as provider:
        call = await a_call(provider)
        call.say(183, reliably(1))
        await provider.next("PRACK")
        call.say(180, reliably(3))
        call.say(183, reliably(2), EARLY)
        prack = await provider.next("PRACK", 2)
        assert prack.headers.get("RAck") == f"2 {call.invite.cseq} INVITE"
        call.say(180, reliably(3))
        await provider.next("PRACK", 3)
        await call.close()


async def test_each_phone_that_a_call_was_forked_to_has_its_own_acknowledgement() -> None:
    async with scripted(PRACK=200) as provider:
        call = await a_call(provider)
        call.say(183, reliably(5), EARLY, tag="a")
        call.say(183, reliably(5), OTHERS, tag="b")
        await provider.next("PRACK", 2)
        assert {one.to_tag for one in provider.asked("PRACK")} == {"a", "b"}
        call.say(200, tag="b")
        await call.is_up(29)
        await call.close()


async def test_a_prack_that_is_challenged_goes_again_and_one_that_is_refused_harms_nothing() -> None:
    challenge = 'Proxy-Authenticate: Digest realm="p", nonce="n", qop="auth"\r\n'
    async with scripted(PRACK=[(407, challenge), 481]) as provider:
        call = await a_call(provider)
        call.say(183, reliably(5), EARLY)
        again = await provider.next("PRACK", 2)
        assert "Proxy-Authorization" in again.headers
        assert again.headers.get("RAck") == f"5 {call.invite.cseq} INVITE"
        call.say(200, body=SDP)
        await call.is_up()
        await call.close()


async def test_a_provider_that_refuses_calls_without_the_extension_gets_it_from_then_on() -> None:
    refusal = (421, "Require: 100rel\r\n")
    async with scripted(INVITE=[refusal, 486, 486]) as provider:
        site = await a_site_with(a_trunk(provider.address))
        await site.phone("4000")
        for _ in range(2):
            assert await site.cause(site.dial("4000", DIALLED)) is Cause.BUSY
        told = ["100rel" in one.headers.all("Supported") for one in provider.asked("INVITE")]
        assert told == [False, True, True]
        await site.close()


async def test_a_new_offer_before_the_answer_is_answered_and_the_audio_moves() -> None:
    async with scripted(PRACK=200) as provider:
        call = await a_call(provider)
        call.say(183, reliably(1), EARLY)
        await provider.next("PRACK")
        await until(lambda: port(call.own) == 19)
        updated = await provider.ask_inside(call.invite, "UPDATE", body=OTHERS + "a=sendonly\r\n")
        assert updated.status == 200
        assert b"m=audio" in updated.body
        assert b"a=recvonly" in updated.body
        await until(lambda: port(call.own) == 29)
        call.say(200)
        await call.is_up(29)
        await call.close()


async def test_a_new_offer_is_too_early_where_nothing_has_been_agreed() -> None:
    async with scripted() as provider:
        call = await a_call(provider)
        call.say(183, "", EARLY)
        assert (await provider.ask_inside(call.invite, "UPDATE", body=OTHERS)).status == 491
        await call.close()


async def test_who_dialled_by_hand_hears_early_media_and_has_the_answer_in_the_end() -> None:
    async with scripted(INVITE=None, PRACK=200) as provider:
        site = await a_site_with(a_trunk(provider.address))
        own = await site.phone("4000")
        calling = asyncio.create_task(own.call(DIALLED))
        invite = await provider.next("INVITE")
        provider.respond(invite, 183, reliably(1), EARLY)
        await provider.next("PRACK")
        await until(lambda: port(own) == 19)
        assert (await provider.ask_inside(invite, "UPDATE", body=OTHERS)).status == 200
        provider.respond(invite, 200)
        assert (await calling).stage is Stage.UP
        assert port(own) == 29
        await site.close()


# Calls that come in


def progress(provider: ScriptedProvider) -> list[Response]:
    """The provisional responses, each once."""
    found = [one for one in provider.responses if 100 < one.status < 200]
    return list({one.headers.get("RSeq"): one for one in found}.values())


def prack(provider: ScriptedProvider, response: Response, rack: str = "") -> None:
    rack = rack or f"{response.headers.get('RSeq')} 1 INVITE"
    provider.cseq = max(provider.cseq, 1) + 1
    provider.send(
        f"PRACK {provider._target(response)} SIP/2.0\r\n"
        f"Via: SIP/2.0/UDP {{me}};branch=z9hG4bKprack{provider.cseq};rport\r\n"
        f"From: {response.headers.get('From')}\r\nTo: {response.headers.get('To')}\r\n"
        f"Call-ID: {response.call_id}\r\nCSeq: {provider.cseq} PRACK\r\nRAck: {rack}\r\n"
        "Content-Length: 0\r\n\r\n",
        provider._site,
    )


def pracked(provider: ScriptedProvider) -> list[int]:
    return [one.status for one in provider.responses if one.cseq_method == "PRACK"]


async def test_ringing_is_told_reliably_and_repeated_until_it_is_acknowledged() -> None:
    async with scripted() as provider:
        site = await a_site_with(a_trunk(provider.address))
        phone = await site.phone("4000", RINGS)
        provider.invite(site, KIMS, extra="Require: 100rel\r\n")
        await until(lambda: len([one for one in provider.responses if one.status == 180]) == 2)
        (ringing,) = progress(provider)
        assert ringing.headers.get("Require") == "100rel"
        prack(provider, ringing, rack="1 1 INVITE")
        prack(provider, ringing)
        await until(lambda: pracked(provider) == [481, 200])
        phone.calls[0].answer()
        assert (await provider.answered()).status == 200
        await site.close()


async def test_an_answer_does_not_wait_for_the_acknowledgement_of_the_ringing() -> None:
    async with scripted() as provider:
        site = await a_site_with(a_trunk(provider.address))
        await site.phone("4000", ANSWERS)
        provider.invite(site, KIMS, extra="Require: 100rel\r\n")
        response = await provider.answered()
        assert response.status == 200
        assert b"m=audio" in response.body
        prack(provider, progress(provider)[-1])
        await until(lambda: pracked(provider) == [200])
        await until(lambda: site.live("4000")[0].state is CallState.CONNECTED)
        await site.close()


async def test_what_a_phone_says_next_waits_for_the_acknowledgement() -> None:
    async with scripted() as provider:
        site = await a_site_with(a_trunk(provider.address))
        phone = await site.phone("4000", RINGS)
        provider.invite(site, KIMS, extra="Require: 100rel\r\n")
        await until(lambda: progress(provider))
        (call,) = phone.calls
        assert call.invite is not None
        phone.endpoint.now = phone.transport.now()
        phone.endpoint.respond(
            call.invite, make_response(call.invite.request, 183, body=SDP.encode()), phone.endpoint.now
        )
        phone.transport.flush()
        prack(provider, progress(provider)[0])
        await until(lambda: len(progress(provider)) == 2)
        first, second = progress(provider)
        assert int(second.headers.get("RSeq") or 0) == int(first.headers.get("RSeq") or 0) + 1
        assert (second.status, second.body) == (180, b"")
        prack(provider, second)
        await until(lambda: pracked(provider) == [200, 200])
        await site.close()


async def test_a_phone_that_rings_long_is_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reliable, "SAY_AGAIN_S", 0.05)
    async with scripted() as provider:
        site = await a_site_with(a_trunk(provider.address))
        await site.phone("4000", RINGS)
        provider.invite(site, KIMS, extra="Require: 100rel\r\n")
        for count in range(1, 4):
            await until(lambda: len(progress(provider)) == count)  # noqa: B023
            prack(provider, progress(provider)[-1])
        assert {one.status for one in progress(provider)} == {180}
        await site.close()


async def test_a_call_whose_ringing_nobody_acknowledges_is_refused() -> None:
    async with scripted() as provider:
        site = await a_site_with(a_trunk(provider.address))
        assert isinstance(site.switch, EmbeddedSwitch)
        site.switch.endpoint.timing = Timing(t1=0.01)
        phone = await site.phone("4000", RINGS)
        provider.invite(site, KIMS, extra="Require: 100rel\r\n")
        assert (await provider.answered()).status == 504
        await site.empty()
        await until(lambda: phone.cancels == 1)
        await until(lambda: site.switch.idle if isinstance(site.switch, EmbeddedSwitch) else False)
        await site.close()


@pytest.mark.parametrize("given_up", [False, True])
async def test_a_refusal_or_a_cancel_ends_the_ringing_before_its_acknowledgement(given_up: bool) -> None:
    async with scripted() as provider:
        site = await a_site_with(a_trunk(provider.address))
        phone = await site.phone("4000", RINGS)
        provider.invite(site, KIMS, extra="Require: 100rel\r\n")
        await until(lambda: progress(provider))
        if given_up:
            provider.again("CANCEL", progress(provider)[0])
        else:
            phone.calls[0].reject(486)
        assert (await provider.answered()).status == (487 if given_up else 486)
        await site.empty()
        assert isinstance(site.switch, EmbeddedSwitch)
        assert site.switch.idle
        await site.close()


async def test_a_phone_that_demands_the_extension_is_told_that_there_is_none() -> None:
    async with scripted() as provider:
        site = await a_site_with(a_trunk(provider.address))
        assert isinstance(site.switch, EmbeddedSwitch)
        await site.phone("4000")
        async with raw_phone(site.switch.address()) as phone:
            phone.send("INVITE", extra="Require: 100rel\r\n")
            answer = await phone.response()
            assert (answer.status, answer.headers.get("Unsupported")) == (420, "100rel")
        await site.close()

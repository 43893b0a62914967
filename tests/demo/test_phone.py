"""The demo phone against a registrar, over real sockets."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from offhook.demo import sdp
from offhook.demo.phone import Behaviour, CallRejected, Phone
from offhook.errors import UnavailableError
from offhook.sip.digest import MAX_STALE, NONCE_LIFETIME_S
from offhook.sip.endpoint import Timing
from offhook.sip.message import make_response
from offhook.sip.transaction import Transport
from tests.demo.helpers import OFFER, Outgoing, Registrar

QUICK = Timing(t1=0.02, t2=0.05, t4=0.05, d=0.1)


@pytest.fixture
async def registrar() -> AsyncIterator[Registrar]:
    async with Registrar(QUICK) as registrar:
        yield registrar


async def answered(call: Outgoing) -> None:
    await call.response(200)
    call.ack()


@pytest.mark.parametrize("protocol", ["udp", "tcp"])
async def test_registers_rings_answers_and_is_hung_up(registrar: Registrar, protocol: Transport) -> None:
    async with Phone(registrar.address(), "4000", "secret", protocol=protocol) as phone:
        assert phone.registered
        call = registrar.invite("4000")
        assert (await call.response(180)).to_tag
        answer = sdp.read((await call.response(200)).body)
        call.ack()
        assert answer == sdp.Media(phone.media)
        assert phone.state == "up"
        assert phone.calls[-1].remote_media == ("192.0.2.1", 40000)
        assert (await call.send("BYE")).status == 200
        assert (await phone.event("ended")).detail == "there"
        assert (phone.invites, phone.acks, phone.byes, phone.state) == (1, 1, 1, "idle")


async def test_stop_takes_the_registration_back(registrar: Registrar) -> None:
    async with Phone(registrar.address(), "4000", "secret"):
        assert "4000" in registrar.contacts
    assert not registrar.contacts


async def test_registers_again_however_often_its_nonce_has_become_too_old(registrar: Registrar) -> None:
    async with Phone(registrar.address(), "4000", "secret") as phone:
        for _ in range(MAX_STALE + 2):
            registrar.later_s += 2 * NONCE_LIFETIME_S
            await phone.register()
        assert phone.registered


async def test_a_wrong_password_is_told_as_such(registrar: Registrar) -> None:
    phone = Phone(registrar.address(), "4000", "wrong")
    with pytest.raises(UnavailableError, match="401"):
        await phone.start()


async def test_a_server_that_is_not_there_is_told_as_such(registrar: Registrar) -> None:
    phone = Phone(("127.0.0.1", 1), "4000", "secret", protocol="tcp")
    with pytest.raises(UnavailableError, match="503"):
        await phone.start()


@pytest.mark.parametrize(
    "header", [{"Call-Info": "<sip:x>;answer-after=0"}, {"Alert-Info": "<http://x>;info=auto answer"}]
)
async def test_auto_answers_where_the_invite_asks_for_it(
    registrar: Registrar, header: dict[str, str]
) -> None:
    async with Phone(registrar.address(), "4000", "secret", behaviour=Behaviour(answer_after=None)) as phone:
        await answered(registrar.invite("4000", headers=header))
        assert phone.state == "up"


async def test_does_not_auto_answer_when_told_so(registrar: Registrar) -> None:
    behaviour = Behaviour(answer_after=None, auto_answer=False)
    async with Phone(registrar.address(), "4000", "secret", behaviour=behaviour) as phone:
        call = registrar.invite("4000", headers={"Call-Info": "<sip:x>;answer-after=0"})
        await call.response(180)
        assert phone.state == "ringing"
        phone.calls[-1].answer()
        await answered(call)


async def test_an_invite_without_offer_gets_one_and_the_ack_answers_it(registrar: Registrar) -> None:
    async with Phone(registrar.address(), "4000", "secret") as phone:
        call = registrar.invite("4000", offer=b"")
        offer = sdp.read((await call.response(200)).body)
        assert offer is not None
        assert offer.payloads == (0, 8)
        call.ack(OFFER)
        await phone.event("media")
        assert phone.calls[-1].remote_media == ("192.0.2.1", 40000)


async def test_a_reinvite_is_answered_and_hold_is_mirrored(registrar: Registrar) -> None:
    async with Phone(registrar.address(), "4000", "secret") as phone:
        call = registrar.invite("4000")
        await answered(call)
        held = sdp.read((await call.send("INVITE", OFFER + b"a=sendonly\r\n")).body)
        call.ack()
        assert held is not None
        assert held.direction == "recvonly"
        assert phone.reinvites == 1


async def test_holds_by_a_reinvite(registrar: Registrar) -> None:
    async with Phone(registrar.address(), "4000", "secret") as phone:
        await answered(registrar.invite("4000"))
        holding = asyncio.create_task(phone.calls[-1].hold())
        transaction, request = await registrar.requests.get()
        assert b"a=sendonly" in request.body
        registrar.respond(transaction, make_response(request, 200, body=OFFER))
        await holding
        assert (await registrar.acks.get()).cseq == request.cseq


async def test_rejects_with_the_status_it_is_told(registrar: Registrar) -> None:
    async with Phone(registrar.address(), "4000", "secret", behaviour=Behaviour(reject=486)) as phone:
        await registrar.invite("4000").response(486)
        assert phone.state == "idle"


async def test_is_cancelled_while_it_rings(registrar: Registrar) -> None:
    async with Phone(registrar.address(), "4000", "secret", behaviour=Behaviour(answer_after=None)) as phone:
        call = registrar.invite("4000")
        await call.response(180)
        call.cancel()
        await call.response(487)
        await phone.event("cancelled")
        assert (phone.cancels, phone.state) == (1, "idle")


async def test_a_silent_phone_gives_no_response(registrar: Registrar) -> None:
    async with Phone(registrar.address(), "4000", "secret", behaviour=Behaviour(silent=True)) as phone:
        call = registrar.invite("4000")
        await call.response(100)
        call.cancel()
        await call.response(487)
        assert phone.invites == 1


async def test_early_media_comes_with_183(registrar: Registrar) -> None:
    behaviour = Behaviour(early_media=True, answer_after=None)
    async with Phone(registrar.address(), "4000", "secret", behaviour=behaviour) as phone:
        response = await registrar.invite("4000").response(183)
        assert sdp.read(response.body) == sdp.Media(phone.media)


async def test_calls_and_hangs_up(registrar: Registrar) -> None:
    async with Phone(registrar.address(), "4000", "secret", name="Kim") as phone:
        calling = asyncio.create_task(phone.call("4001"))
        transaction, request = await registrar.requests.get()
        assert request.from_.display == "Kim"
        assert request.target.user == "4001"
        response = make_response(request, 200, body=OFFER)
        response.headers.set("Contact", f"<sip:127.0.0.1:{registrar.address()[1]}>")
        registrar.respond(transaction, response)
        call = await calling
        await registrar.acks.get()
        assert call.remote_media == ("192.0.2.1", 40000)
        call.hang_up()
        transaction, bye = await registrar.requests.get()
        registrar.respond(transaction, make_response(bye, 200))
        assert (bye.method, phone.state) == ("BYE", "idle")


async def test_a_call_that_is_refused_raises(registrar: Registrar) -> None:
    async with Phone(registrar.address(), "4000", "secret") as phone:
        calling = asyncio.create_task(phone.call("4001"))
        transaction, request = await registrar.requests.get()
        registrar.respond(transaction, make_response(request, 603))
        with pytest.raises(CallRejected) as caught:
            await calling
        assert caught.value.status == 603


async def test_giving_up_a_call_cancels_it(registrar: Registrar) -> None:
    cancelled = asyncio.Event()
    registrar.endpoint.on_cancel = lambda invite, now: cancelled.set()
    async with Phone(registrar.address(), "4000", "secret") as phone:
        calling = asyncio.create_task(phone.call("4001"))
        transaction, request = await registrar.requests.get()
        registrar.respond(transaction, make_response(request, 180))
        await phone.event("ringing")
        calling.cancel()
        await cancelled.wait()
        assert phone.state == "idle"


async def test_a_call_that_is_given_up_as_it_is_answered_is_hung_up(
    registrar: Registrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Phone(registrar.address(), "4000", "secret") as phone:
        calling = asyncio.create_task(phone.call("4001"))
        tell = phone._tell

        def give_up(kind: str, *more: Any) -> None:
            tell(kind, *more)
            if kind == "answered":
                calling.cancel()

        monkeypatch.setattr(phone, "_tell", give_up)
        transaction, request = await registrar.requests.get()
        response = make_response(request, 200, body=OFFER)
        response.headers.set("Contact", f"<sip:127.0.0.1:{registrar.address()[1]}>")
        registrar.respond(transaction, response)
        transaction, bye = await registrar.requests.get()
        registrar.respond(transaction, make_response(bye, 200))
        assert (bye.method, phone.state) == ("BYE", "idle")


async def test_a_phone_that_never_acks_lets_the_answer_time_out(registrar: Registrar) -> None:
    async with Phone(registrar.address(), "4000", "secret", behaviour=Behaviour(ack=False)) as phone:
        calling = asyncio.create_task(phone.call("4001"))
        transaction, request = await registrar.requests.get()
        registrar.respond(transaction, make_response(request, 200, body=OFFER))
        await calling
        assert await registrar.ack_timeouts.get() is transaction
        assert registrar.acks.empty()


async def test_hangs_up_when_its_own_answer_is_never_acked(registrar: Registrar) -> None:
    async with Phone(registrar.address(), "4000", "secret", timing=QUICK) as phone:
        await registrar.invite("4000").response(200)
        await phone.event("ack-timeout")
        _, bye = await registrar.requests.get()
        assert bye.method == "BYE"


async def test_a_request_for_an_unknown_dialog_gets_481(registrar: Registrar) -> None:
    async with Phone(registrar.address(), "4000", "secret"):
        call = registrar.invite("4000")
        await answered(call)
        assert (await call.send("BYE")).status == 200
        assert (await call.send("BYE")).status == 481

"""A PBX may ask for something in a call that has not been answered yet (RFC 3261 §12.1, RFC 3311)."""

from __future__ import annotations

import pytest

from offhook.sip.message import Request, Response, make_response, serialize
from offhook.switch.pbx import PbxSwitch
from tests.switch.smallpbx import OFFER, SmallPbx, small_pbx
from tests.waiting import until

RINGING = "ringing-tag"


def rings(request: Request) -> Response | None:
    if request.method != "INVITE" or request.to_tag:
        return None
    response = make_response(request, 180)
    response.headers.set("To", f"{request.headers.get('To')};tag={RINGING}")
    return response


def in_early_dialog(pbx: SmallPbx, invite: Request, method: str, cseq: int, body: bytes = b"") -> Request:
    request = Request(method, invite.contact_uri or "", body=body)
    request.headers.set("From", f"{invite.headers.get('To')};tag={RINGING}")
    request.headers.set("To", invite.headers.get("From") or "")
    request.headers.set("Call-ID", invite.call_id)
    request.headers.set("CSeq", f"{cseq} {method}")
    request.headers.set("Max-Forwards", "70")
    host, port = pbx.transport.local("udp")
    request.headers.set("Contact", f"<sip:{host}:{port}>")
    if body:
        request.headers.set("Content-Type", "application/sdp")
    return request


async def asked(pbx: SmallPbx, switch: PbxSwitch, request: Request) -> Response:
    """The response to a request of the PBX."""
    heard: list[Response] = []
    flow = pbx.transport.flow("udp", switch.address)
    pbx.endpoint.request(request, flow, pbx.transport.now(), heard.append, lambda _failure: None)
    pbx.transport.flush()
    await until(lambda: heard, f"a response to {request.method}")
    return heard[0]


def answers(pbx: SmallPbx, switch: PbxSwitch, invite: Request) -> None:
    """The phone that rings answers."""
    response = pbx._usual(invite)
    response.headers.set("To", f"{invite.headers.get('To')};tag={RINGING}")
    pbx.endpoint.send(pbx.transport.flow("udp", switch.address), serialize(response))
    pbx.transport.flush()


async def own_phone_rings(pbx: SmallPbx, switch: PbxSwitch) -> Request:
    switch.dial("4000", "4001")
    await until(lambda: pbx.invites("4000"), "the own phone is called")
    return pbx.invites("4000")[0]


async def test_an_update_without_an_offer_is_accepted_while_the_phone_rings_and_the_call_goes_on() -> None:
    async with small_pbx(rings) as (pbx, switch):
        invite = await own_phone_rings(pbx, switch)
        response = await asked(pbx, switch, in_early_dialog(pbx, invite, "UPDATE", 7))
        assert response.status == 200
        assert response.contact_uri == invite.contact_uri
        answers(pbx, switch, invite)
        await until(lambda: pbx.invites("4001"), "the called phone is called: the own one is up")


async def test_the_numbers_of_requests_go_on_from_the_early_dialog() -> None:
    async with small_pbx(rings) as (pbx, switch):
        invite = await own_phone_rings(pbx, switch)
        assert (await asked(pbx, switch, in_early_dialog(pbx, invite, "UPDATE", 7))).status == 200
        assert (await asked(pbx, switch, in_early_dialog(pbx, invite, "UPDATE", 7))).status == 500
        answers(pbx, switch, invite)
        await until(lambda: pbx.invites("4001"))
        assert (await asked(pbx, switch, in_early_dialog(pbx, invite, "OPTIONS", 7))).status == 500
        assert (await asked(pbx, switch, in_early_dialog(pbx, invite, "OPTIONS", 8))).status == 200


@pytest.mark.parametrize(
    ("method", "status"), [("OPTIONS", 200), ("INFO", 200), ("BYE", 481), ("REFER", 481)]
)
async def test_other_requests_while_the_phone_rings(method: str, status: int) -> None:
    async with small_pbx(rings) as (pbx, switch):
        invite = await own_phone_rings(pbx, switch)
        assert (await asked(pbx, switch, in_early_dialog(pbx, invite, method, 1))).status == status
        assert switch.legs


async def test_an_offer_before_there_was_an_answer_may_come_again_later() -> None:
    """The own phone is called without an offer; it will make its own in the 200."""
    async with small_pbx(rings) as (pbx, switch):
        invite = await own_phone_rings(pbx, switch)
        response = await asked(pbx, switch, in_early_dialog(pbx, invite, "UPDATE", 1, OFFER))
        assert (response.status, response.headers.get("Retry-After")) == (500, "1")


async def test_a_dialog_that_nobody_rang_in_is_unknown() -> None:
    async with small_pbx(rings) as (pbx, switch):
        invite = await own_phone_rings(pbx, switch)
        request = in_early_dialog(pbx, invite, "UPDATE", 1)
        request.headers.set("From", f"{invite.headers.get('To')};tag=never-seen")
        assert (await asked(pbx, switch, request)).status == 481


async def test_after_a_drop_nothing_is_left_of_the_early_dialog() -> None:
    async with small_pbx(rings) as (pbx, switch):
        invite = await own_phone_rings(pbx, switch)
        (call,) = switch._calls.values()
        switch.drop(call.call.id)
        assert not switch.legs
        assert (await asked(pbx, switch, in_early_dialog(pbx, invite, "UPDATE", 1))).status == 481

"""Who a PBX says is at the other end (RFC 3325)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from offhook.call import Call, CallState, Dial, Party
from offhook.sip.endpoint import Endpoint
from offhook.sip.headers import Headers
from offhook.sip.message import NameAddr, Request, Response, make_response, parse
from offhook.sip.transport import SipTransport
from offhook.switch.base import CallChanged, SwitchEvent
from offhook.switch.pbx import PbxSwitch
from offhook.switch.upstream.identity import asserted, same_number
from tests.atonce import at_once
from tests.switch.smallpbx import OFFER, small_pbx
from tests.waiting import until


def answer(*lines: str) -> Response:
    told = "".join(f"{line}\r\n" for line in lines)
    message = parse(
        "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n"
        f"To: <sip:c@d>;tag=2\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n{told}Content-Length: 0\r\n\r\n".encode()
    )
    assert isinstance(message, Response)
    return message


KIM = Party("Kim", "4000")


@pytest.mark.parametrize(
    ("lines", "party"),
    [
        (('P-Asserted-Identity: "Kim" <sip:4000@pbx>',), KIM),
        (('P-Asserted-Identity: <tel:4000>, "Kim" <sip:4000@pbx>',), Party("", "4000")),
        (('P-Asserted-Identity: "Kim" <sip:4000@pbx>', "Privacy: none"), KIM),
        (('P-Asserted-Identity: "4000" <sip:4000@pbx>',), Party("", "4000")),
        (('Remote-Party-ID: "Kim" <sip:4000@pbx>;party=called;privacy=off;screen=yes',), KIM),
        (('Remote-Party-ID: "Kim" <sip:4000@pbx>',), KIM),
        (('P-Asserted-Identity: "Kim" <sip:4000@pbx>', 'Remote-Party-ID: "X" <sip:1@pbx>'), KIM),
    ],
)
def test_it_is_read(lines: tuple[str, ...], party: Party) -> None:
    assert asserted(answer(*lines)) == party


@pytest.mark.parametrize(
    "lines",
    [
        (),
        ('P-Asserted-Identity: "Kim" <sip:4000@pbx>', "Privacy: id"),
        ('P-Asserted-Identity: "Kim" <sip:4000@pbx>', "Privacy: header;user;critical"),
        ('P-Asserted-Identity: "Kim" <sip:4000@pbx>', "Privacy: id", 'Remote-Party-ID: "X" <sip:1@pbx>'),
        ("P-Asserted-Identity: <sip:anonymous@anonymous.invalid>",),
        ("P-Asserted-Identity: <sip:pbx>",),
        ('P-Asserted-Identity: "broken <sip:4000@pbx>',),
        ('Remote-Party-ID: "Kim" <sip:4000@pbx>;privacy=full',),
        ("Remote-Party-ID: broken",),
    ],
)
def test_who_is_hidden_or_cannot_be_read_is_not_shown(lines: tuple[str, ...]) -> None:
    assert asserted(answer(*lines)) is None


def test_a_name_has_no_line_break_and_an_end() -> None:
    party = asserted(answer(f'P-Asserted-Identity: "a\x07{"b" * 500}" <sip:4000@pbx>'))
    assert party is not None
    assert party.name == "a " + "b" * 126


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("4001", "4001", True),
        ("+49301234567", "0301234567", True),
        ("4001", "004001", False),
        ("a", "b", False),
    ],
)
def test_two_spellings_of_a_number_are_one(one: str, other: str, same: bool) -> None:
    assert same_number(one, other) is same


def answering(**headers: str) -> Callable[[Request], Response | None]:
    """The called phone, 4001, answers with these headers."""

    def respond(request: Request) -> Response | None:
        if request.method != "INVITE" or request.to_tag or request.target.user == "4000":
            return None
        response = make_response(request, 200, body=OFFER)
        for name, value in {"Contact": "<sip:phone@127.0.0.1:9>", **headers}.items():
            response.headers.set(name.replace("_", "-"), value)
        return response

    return respond


def calls_of(switch: PbxSwitch) -> list[Call]:
    told: list[Call] = []

    def on_event(event: SwitchEvent) -> None:
        if isinstance(event, CallChanged) and event.call.terminal == "4000":
            told.append(event.call)

    switch.subscribe(on_event)
    return told


async def connected(switch: PbxSwitch, number: str) -> list[Call]:
    told = calls_of(switch)
    at_once(switch.perform(Dial("4000", number)))
    await until(lambda: told and told[-1].state is CallState.CONNECTED)
    return told


async def test_a_name_that_was_not_known_is_filled_in() -> None:
    async with small_pbx(answering(P_Asserted_Identity='"Dr. No" <sip:0301234567@x>')) as (_, switch):
        told = await connected(switch, "+49301234567")
        await until(lambda: told[-1].callee == Party("Dr. No", "+49301234567"))
        assert told[-1].connected_party is None


async def test_another_party_is_told_as_connected() -> None:
    async with small_pbx(answering(Remote_Party_ID="<sip:4002@x>;party=called")) as (_, switch):
        told = await connected(switch, "5000")
        await until(lambda: told[-1].connected_party == Party("Park", "4002"))
        assert told[-1].callee == Party("", "5000")


@pytest.mark.parametrize(("host", "believed"), [("127.0.0.1", True), ("127.0.0.2", False)])
async def test_only_the_pbx_is_believed_who_is_there_now(host: str, believed: bool) -> None:
    async with small_pbx(answering(), from_elsewhere="accept") as (pbx, switch):
        told = await connected(switch, "5000")
        (invite,) = pbx.invites("5000")
        request = Request("UPDATE", str(NameAddr.parse(invite.headers.get("Contact") or "").uri), Headers())
        tag = next(leg.dialog.remote_tag for leg in switch.legs.values() if leg.dialog and not leg.terminal)
        request.headers.set("From", f"{invite.headers.get('To')};tag={tag}")
        request.headers.set("To", invite.headers.get("From") or "")
        request.headers.set("Call-ID", invite.call_id)
        request.headers.set("CSeq", "1 UPDATE")
        request.headers.set("P-Asserted-Identity", '"Eve" <sip:6666@x>')
        stranger = SipTransport(Endpoint(), host)
        await stranger.start()
        done: list[int] = []
        flow, now = stranger.flow("udp", switch.address), stranger.now()
        stranger.endpoint.request(
            request, flow, now, lambda response: done.append(response.status), lambda _failure: None
        )
        stranger.flush()
        await until(lambda: done == [200])
        await stranger.stop()
        assert (told[-1].connected_party == Party("Eve", "6666")) is believed

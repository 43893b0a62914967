"""What a leg and the engine know of each other, message by message."""

from __future__ import annotations

from typing import Any

import pytest

from offhook.sip.endpoint import Endpoint
from offhook.sip.message import Request, Response, parse
from offhook.switch.media.described import Place, media_place
from offhook.switch.media.engines import Engines
from offhook.switch.media.session import INSIDE, Session
from tests.switch.media.scripted import ScriptedEngine

PHONE, SWITCH, WORLD = "203.0.113.30", "203.0.113.10", "203.0.113.20"


def sdp(host: str, port: int = 4000) -> bytes:
    head = f"v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\n"
    return f"{head}m=audio {port} RTP/AVP 0\r\n".encode()


def request(
    method: str, body: bytes, *, frm: str = "phone", to: str = "", cseq: int = 1
) -> Request | Response:
    return parsed(f"{method} sip:x@x SIP/2.0", method, body, frm, to, cseq)


def response(
    status: int, body: bytes, *, frm: str = "phone", to: str = "own", cseq: int = 1, method: str = "INVITE"
) -> Request | Response:
    return parsed(f"SIP/2.0 {status} Whatever", method, body, frm, to, cseq)


def parsed(start: str, method: str, body: bytes, frm: str, to: str, cseq: int) -> Request | Response:
    tag = f";tag={to}" if to else ""
    return parse(
        f"{start}\r\nVia: SIP/2.0/UDP x;branch=z9hG4bK1\r\n"
        f"From: <sip:a@x>;tag={frm}\r\nTo: <sip:b@x>{tag}\r\n"
        f"Call-ID: one\r\nCSeq: {cseq} {method}\r\nContact: <sip:a@x>\r\nContent-Type: application/sdp\r\n"
        f"Content-Length: {len(body)}\r\n\r\n".encode()
        + body
    )


class Leg:
    """A session, and what it has its scripted engine do."""

    def __init__(self, relay: str = "when-needed", **values: Any) -> None:
        self.given: dict[Place, Session] = {}
        self.one = ScriptedEngine(Endpoint())
        self.asked = self.one.script.asked
        told = {"peer": PHONE, "local": SWITCH, "interfaces": (), "natted": False, "inside": False, **values}
        self.session = Session(Engines([self.one.engine]), self.given, relay, **told)

    def passes(self, message: Request | Response, *, incoming: bool) -> bool:
        """Does it go to the engine? Then it is rewritten."""
        if not self.session.concerns(message, incoming=incoming):
            return False
        done: list[bool] = []
        self.session.rewrite(message, done.append, incoming=incoming)
        assert done == [True]
        return True


def test_a_phone_that_is_not_where_it_says_is_relayed_and_the_engine_told_where_it_is() -> None:
    leg = Leg()
    invite = request("INVITE", sdp("192.168.7.100"))
    assert leg.passes(invite, incoming=True)
    (offer,) = leg.asked
    assert (offer["command"], offer["from-tag"], "to-tag" in offer) == ("offer", "phone", False)
    assert (offer["flags"], offer["received-from"]) == (["SIP-source-address"], ["IP4", PHONE])
    assert media_place(invite.body) != ("192.168.7.100", 4000)


def test_the_answer_to_it_goes_through_the_engine_by_the_same_session() -> None:
    leg = Leg()
    leg.passes(request("INVITE", sdp("192.168.7.100")), incoming=True)
    answer = response(200, sdp(WORLD))
    assert leg.passes(answer, incoming=False)
    offer, told = leg.asked
    assert (told["command"], told["from-tag"], told["to-tag"]) == ("answer", "phone", INSIDE)
    assert told["call-id"] == offer["call-id"]
    assert "received-from" not in told


def test_the_sessions_name_is_none_that_a_phone_has_chosen() -> None:
    names = []
    for _ in range(2):
        leg = Leg()
        leg.passes(request("INVITE", sdp("192.168.7.100")), incoming=True)
        names.append(leg.asked[0]["call-id"])
    assert names[0] != names[1]
    assert "one" not in names


def test_a_phone_that_is_where_it_says_is_left_alone() -> None:
    leg = Leg(peer="192.168.7.100", local="192.168.7.1")
    assert not leg.passes(request("INVITE", sdp("192.168.7.100")), incoming=True)
    assert not leg.passes(response(200, sdp("192.168.7.101")), incoming=False)
    assert leg.asked == []


def test_a_private_address_is_not_offered_to_the_world() -> None:
    leg = Leg(peer=WORLD, local="10.0.0.10")
    assert leg.passes(request("INVITE", sdp("10.0.0.5"), frm="own"), incoming=False)
    assert leg.asked[0]["from-tag"] == INSIDE


def test_who_calls_from_the_world_to_a_switch_with_a_private_address_is_relayed_from_the_start() -> None:
    leg = Leg(peer=WORLD, local="10.0.0.10")
    assert leg.passes(request("INVITE", sdp(WORLD)), incoming=True)
    assert "flags" not in leg.asked[0]  # it is where it says


def test_a_phone_known_to_be_behind_a_translation_is_relayed_when_it_is_called() -> None:
    leg = Leg(natted=True)
    assert leg.passes(request("INVITE", sdp(WORLD), frm="own"), incoming=False)
    answer = response(200, sdp("192.168.7.100"), frm="own", to="phone")
    assert leg.passes(answer, incoming=True)
    assert leg.asked[1]["received-from"] == ["IP4", PHONE]
    assert (leg.asked[1]["from-tag"], leg.asked[1]["to-tag"]) == (INSIDE, "phone")


def test_what_an_engine_has_put_in_already_is_not_relayed_again() -> None:
    leg = Leg(natted=True)
    other = Leg()
    leg.given[WORLD, 4000] = other.session
    assert not leg.passes(request("INVITE", sdp(WORLD), frm="own"), incoming=False)


@pytest.mark.parametrize("incoming", [True, False])
def test_never_is_never(incoming: bool) -> None:
    leg = Leg("never", natted=True)
    assert not leg.passes(request("INVITE", sdp("192.168.7.100")), incoming=incoming)


def test_always_is_always() -> None:
    leg = Leg("always", peer="192.168.7.100", local="192.168.7.1")
    assert leg.passes(request("INVITE", sdp("192.168.7.100")), incoming=True)


def test_an_offer_in_the_2xx_is_answered_in_the_ack() -> None:
    leg = Leg(natted=True)
    assert not leg.passes(request("INVITE", b"", frm="own"), incoming=False)
    offer = response(200, sdp("192.168.7.100"), frm="own", to="phone")
    assert leg.passes(offer, incoming=True)
    assert leg.passes(request("ACK", sdp(WORLD), frm="own", to="phone"), incoming=False)
    assert [(one["command"], one["from-tag"]) for one in leg.asked] == [
        ("offer", "phone"),
        ("answer", "phone"),
    ]


def test_an_offer_in_our_2xx_is_answered_in_the_phones_ack() -> None:
    leg = Leg("always")
    assert not leg.passes(request("INVITE", b""), incoming=True)
    assert leg.passes(response(200, sdp(WORLD)), incoming=False)
    assert leg.passes(request("ACK", sdp("192.168.7.100"), to="own"), incoming=True)
    assert [(one["command"], one["from-tag"]) for one in leg.asked] == [("offer", INSIDE), ("answer", INSIDE)]


def test_once_relayed_a_leg_stays_so_whatever_is_offered_later() -> None:
    leg = Leg()
    leg.passes(request("INVITE", sdp("192.168.7.100")), incoming=True)
    leg.passes(response(200, sdp(WORLD)), incoming=False)
    again = request("INVITE", sdp(WORLD), frm="own", to="phone", cseq=7)
    assert leg.passes(again, incoming=False)
    assert (leg.asked[-1]["command"], leg.asked[-1]["from-tag"], leg.asked[-1]["to-tag"]) == (
        "offer",
        INSIDE,
        "phone",
    )


def test_ringing_with_early_media_and_the_answer_that_says_the_same_are_one_exchange() -> None:
    leg = Leg(natted=True)
    leg.passes(request("INVITE", sdp(WORLD), frm="own"), incoming=False)
    early = response(183, sdp("192.168.7.100"), frm="own", to="phone")
    final = response(200, sdp("192.168.7.100"), frm="own", to="phone")
    assert leg.passes(early, incoming=True)
    assert leg.passes(final, incoming=True)
    assert early.body == final.body
    assert [one["command"] for one in leg.asked] == ["offer", "answer"]


def test_each_phone_to_which_a_proxy_forks_is_a_branch_of_its_own() -> None:
    leg = Leg(natted=True)
    leg.passes(request("INVITE", sdp(WORLD), frm="own"), incoming=False)
    for tag in ("first", "second"):
        assert leg.passes(response(183, sdp("192.168.7.100"), frm="own", to=tag), incoming=True)
    assert [one["to-tag"] for one in leg.asked[1:]] == ["first", "second"]


def test_the_engine_knows_which_side_is_which_where_it_has_two() -> None:
    leg = Leg(interfaces=("lan", "wan"))
    leg.passes(request("INVITE", sdp("192.168.7.100")), incoming=True)
    leg.passes(response(200, sdp(WORLD)), incoming=False)
    assert [one["direction"] for one in leg.asked] == [["wan", "lan"], ["lan", "wan"]]


def test_the_engine_forgets_a_leg_once_when_it_is_over() -> None:
    leg = Leg()
    leg.passes(request("INVITE", sdp("192.168.7.100")), incoming=True)
    assert leg.given
    leg.session.close()
    leg.session.close()
    assert [one["command"] for one in leg.asked] == ["offer", "delete"]
    assert not leg.given


def test_a_leg_that_was_never_relayed_is_nothing_to_forget() -> None:
    leg = Leg()
    leg.session.close()
    assert leg.asked == []


def test_what_is_no_description_is_none_of_its_business() -> None:
    leg = Leg("always")
    invite = request("INVITE", b"Signal=1\r\n")
    invite.headers.set("Content-Type", "application/dtmf-relay")
    assert not leg.passes(invite, incoming=True)


def test_a_leg_that_ends_while_the_engine_is_asked_is_forgotten_when_it_has_answered() -> None:
    leg = Leg()
    leg.one.away = True
    told: list[bool] = []
    leg.session.rewrite(request("INVITE", sdp("192.168.7.100")), told.append, incoming=True)
    leg.session.close()
    leg.one.away = False
    for one in list(leg.one.engine._open.values()):
        leg.one.engine.receive(leg.one.script.answer(one.data))
    assert [one["command"] for one in leg.asked] == ["offer", "delete"]
    assert told == [True]
    assert not leg.given


def test_a_phone_with_a_private_address_is_not_offered_one_in_the_world_that_cannot_reach_it() -> None:
    leg = Leg(peer="10.0.0.5", inside=True, interfaces=("lan", "wan"))
    assert leg.passes(request("INVITE", sdp(WORLD), frm="own"), incoming=False)
    assert leg.passes(response(200, sdp("10.0.0.5"), frm="own", to="phone"), incoming=True)
    assert [one["direction"] for one in leg.asked] == [["wan", "lan"], ["lan", "wan"]]


def test_what_comes_from_who_copes_by_himself_is_left_alone_at_the_phone_too() -> None:
    leg = Leg(peer="10.0.0.5", inside=True)
    provider = Leg("never", peer=WORLD)
    provider.session._given, provider.session.copes = leg.given, True
    assert not provider.passes(request("INVITE", sdp(WORLD)), incoming=True)
    assert not leg.passes(request("INVITE", sdp(WORLD), frm="own"), incoming=False)
    provider.session.close()
    assert not leg.given

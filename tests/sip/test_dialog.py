"""Dialog state, RFC 3261 §12."""

import pytest

from offhook.sip.dialog import Dialog, dialog_key
from offhook.sip.message import Response, SipParseError, make_response, parse
from tests.sip.helpers import Node, received, request

CONTACT = "<sip:us@192.0.2.1>"


def uas() -> Dialog:
    node = Node()
    node.receive(received())
    return Dialog.uas(node.requests[0][0], CONTACT)


def answer(status: int = 200, contact: str = "<sip:far@192.0.2.7:5070>", *routes: str) -> Response:
    response = make_response(request(), status, to_tag="far")
    response.headers.set("Contact", contact)
    response.headers.set("Record-Route", list(routes))
    return response


def uac(response: Response) -> Dialog:
    return Dialog.uac(request(), response, Node().flow)


def test_the_caller_learns_target_tags_and_routes_in_reverse() -> None:
    dialog = uac(answer(200, "<sip:far@192.0.2.7:5070>", "<sip:p2;lr>", "<sip:p1;lr>"))
    assert dialog.key == ("c1", "near", "far")
    bye = dialog.request("BYE")
    assert bye.uri == "sip:far@192.0.2.7:5070"
    assert bye.headers.all("Route") == ["<sip:p1;lr>", "<sip:p2;lr>"]
    assert (bye.cseq, bye.from_tag, bye.to_tag) == (2, "near", "far")
    assert "Contact" not in bye.headers


def test_the_callee_speaks_with_its_own_tag() -> None:
    dialog = uas()
    reinvite = dialog.request("INVITE", b"v=0\r\n")
    assert (reinvite.from_tag, reinvite.to_tag) == (dialog.local_tag, "near")
    assert reinvite.uri == "sip:near@192.0.2.1"
    assert reinvite.headers.get("Contact") == CONTACT
    assert reinvite.headers.get("Content-Type") == "application/sdp"


@pytest.mark.parametrize(
    ("to", "rest"),
    [
        ("<sip:4001@a>;tag=", "<sip:4001@a>"),
        ("sip:4001@a ; Tag = ", "sip:4001@a "),
        ('"Lee" <sip:4001@a>;tag="";user=x', '"Lee" <sip:4001@a>;user=x'),
        ("<sip:4001@a>;tag=;tag=b", "<sip:4001@a>"),
    ],
)
def test_an_empty_tag_of_who_calls_is_replaced_by_that_of_the_callee(to: str, rest: str) -> None:
    node = Node()
    node.receive(received().replace(b"<sip:far@192.0.2.2>", to.encode()))
    node.answer(180)
    ringing, dialog = parse(node.endpoint.outbox[0][1]), Dialog.uas(node.requests[0][0], CONTACT)
    assert ringing.headers.get("To") == dialog.local == f"{rest};tag={dialog.local_tag}"
    assert ringing.to_tag == dialog.local_tag


def test_both_sides_find_the_dialog_by_what_they_receive() -> None:
    response = answer()
    assert dialog_key(response) == uac(response).key
    dialog = uas()
    bye = parse(received("BYE", to_tag=dialog.local_tag))
    assert dialog_key(bye) == dialog.key


def test_an_ack_has_the_number_of_its_invite() -> None:
    dialog = uac(answer())
    dialog.request("INFO")
    ack = dialog.ack(1, b"v=0\r\n")
    assert (ack.method, ack.cseq, ack.cseq_method, ack.body) == ("ACK", 1, "ACK", b"v=0\r\n")


def test_a_number_that_does_not_rise_is_refused_with_500() -> None:
    dialog = uas()
    assert dialog.receive_request(request("INFO", cseq=2)) == 0
    assert dialog.receive_request(request("INFO", cseq=2)) == 500
    assert dialog.receive_request(request("INFO", cseq=9)) == 0


def test_a_reinvite_moves_the_remote_target() -> None:
    dialog = uas()
    reinvite = request("INVITE", cseq=2)
    reinvite.headers.set("Contact", "<sip:moved@192.0.2.8>")
    assert dialog.receive_request(reinvite) == 0
    assert dialog.request("BYE").uri == "sip:moved@192.0.2.8"


def test_a_reinvite_with_a_contact_that_cannot_be_read_gets_400() -> None:
    reinvite = request("INVITE", cseq=2)
    reinvite.headers.set("Contact", "<sip:moved")
    assert uas().receive_request(reinvite) == 400


def test_the_2xx_replaces_target_and_routes_of_the_early_dialog_once() -> None:
    dialog = uac(answer(180, "<sip:early@x>", "<sip:p1;lr>"))
    dialog.receive_response(answer(200, "<sip:late@x>", "<sip:p2;lr>"))
    dialog.receive_response(answer(200, "<sip:later@x>", "<sip:p3;lr>"))
    bye = dialog.request("BYE")
    assert (bye.uri, bye.headers.all("Route")) == ("sip:later@x", ["<sip:p2;lr>"])


def test_a_strict_router_gets_the_request_and_the_target_comes_last() -> None:
    bye = uac(answer(200, "<sip:far@x>", "<sip:p2;lr>", "<sip:strict>")).request("BYE")
    assert bye.uri == "sip:strict"
    assert bye.headers.all("Route") == ["<sip:p2;lr>", "<sip:far@x>"]


def test_an_invite_without_contact_makes_no_dialog() -> None:
    node = Node()
    node.receive(received().replace(b"Contact", b"X-Contact"))
    with pytest.raises(SipParseError, match="Contact"):
        Dialog.uas(node.requests[0][0], CONTACT)

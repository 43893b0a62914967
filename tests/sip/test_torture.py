"""RFC 4475: what becomes of each of its messages, here at a user agent server."""

import pytest

from offhook.sip.digest import DigestServer, Outcome
from offhook.sip.message import NameAddr, Request, Response, SipParseError, make_response, parse, serialize
from offhook.sip.server import ServerTransaction
from offhook.sip.stream import StreamParser
from offhook.sip.transaction import Flow
from offhook.sip.uas import refusal
from tests.sip.helpers import Node
from tests.sip.torture import load

MESSAGES = load()
METHODS = ("INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "REGISTER", "MESSAGE")

# What is sent back. 200: served. None: a response, or nothing that could be answered.
# Where the RFC leaves a choice: lwsstart is refused, the others that may be are accepted (trws, baddate,
# badaspec, baddn); zeromf is for a proxy to refuse, and is served by a user agent.
EXPECTED: dict[str, int | None] = {
    "wsinv": 200,
    "intmeth": 501,
    "esc01": 200,
    "escnull": 200,
    "esc02": 501,
    "lwsdisp": 200,
    "longreq": 200,
    "dblreq": 200,
    "semiuri": 200,
    "transports": 200,
    "mpart01": 200,
    "unreason": None,
    "noreason": None,
    "badinv01": 400,
    "clerr": 400,
    "ncl": 400,
    "scalar02": 400,
    "scalarlg": None,
    "quotbal": 400,
    "ltgtruri": 400,
    "lwsruri": 400,
    "lwsstart": 400,
    "trws": 200,
    "escruri": 400,
    "baddate": 200,
    "regbadct": 400,
    "badaspec": 200,
    "baddn": 200,
    "badvers": 505,
    "mismatch01": 400,
    "mismatch02": 400,
    "bigcode": None,
    "badbranch": 200,
    "insuf": 400,
    "unkscm": 416,
    "novelsc": 416,
    "unksm2": 200,
    "bext01": 420,
    "invut": 200,
    "regaut01": 200,
    "multi01": 400,
    "mcl01": 400,
    "bcast": None,
    "zeromf": 200,
    "cparam01": 200,
    "cparam02": 200,
    "regescrt": 200,
    "sdp01": 200,
    "inv2543": 200,
}


def parsed(name: str) -> Request:
    message = parse(MESSAGES[name])
    assert isinstance(message, Request)
    return message


def test_every_message_has_its_expectation() -> None:
    assert list(MESSAGES) == list(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_it_is_answered_as_the_rfc_wants(name: str) -> None:
    node = Node()

    def serve(transaction: ServerTransaction, request: Request, flow: Flow, now: float) -> None:
        response = refusal(request, METHODS) or make_response(request, 200)
        try:
            _ = request.contact
        except SipParseError as error:
            response = make_response(request, error.status)
        node.endpoint.respond(transaction, response, now)

    node.endpoint.on_request = serve
    node.receive(MESSAGES[name])
    statuses = [int(data.split()[1]) for _, data in node.endpoint.outbox]
    assert statuses == ([] if EXPECTED[name] is None else [EXPECTED[name]])


@pytest.mark.parametrize("name", [name for name, status in EXPECTED.items() if status == 200])
def test_what_is_served_can_be_written_and_read_again(name: str) -> None:
    message = parsed(name)
    again = parse(serialize(message))
    assert isinstance(again, Request)
    assert (again.method, again.uri, again.body) == (message.method, message.uri, message.body)
    assert (again.via, again.from_tag, again.to_tag) == (message.via, message.from_tag, message.to_tag)


def test_wsinv_is_understood() -> None:
    message = parsed("wsinv")
    assert (message.cseq, message.from_tag, message.to_tag) == (9, "98asjd8", "1918181833n")
    assert message.from_.display == 'J Rosenberg \\"'
    assert (message.via.host, message.via.branch) == ("192.0.2.2", "390skdjuw")
    assert message.headers.count("Via") == 3
    assert message.headers.get("Max-Forwards") == "0068"
    assert message.headers.get("NewFangledHeader") == "newfangled value continued newfangled value"
    assert message.contact is not None
    assert dict(message.contact.params) == {"newparam": "newvalue", "secondparam": None, "q": "0.33"}
    assert len(message.body) == 150


def test_intmeth_is_understood() -> None:
    message = parsed("intmeth")
    assert message.method == "!interesting-Method0123456789_*+`.%indeed'~"
    assert message.target.user == "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*"
    assert message.target.host == "example.com"
    assert message.to.display == "BEL:\x07 NUL:\x00 DEL:\x7f"
    assert message.from_tag == "_token~1'+`*%!-."
    assert message.from_.params["fromparam''~+*_!.-%"] == '"работающий"'


def test_escapes_are_read_once_and_only_where_they_count() -> None:
    assert parsed("esc01").target.user == "sips:user@example.com"
    assert parsed("esc01").to.uri.user == "user"
    assert parsed("escnull").to.uri.user == "null-\x00-null"
    assert parsed("escnull").headers.count("Contact") == 2
    assert parsed("esc02").headers.count("Contact") == 2
    assert parsed("semiuri").target.user == "user;par=u@example.net"


def test_parameters_belong_to_the_address_or_to_the_header() -> None:
    one, two = (
        NameAddr.parse(parsed(name).headers.get("Contact") or "") for name in ("cparam01", "cparam02")
    )
    assert (dict(one.params), dict(one.uri.params)) == ({"unknownparam": None}, {})
    assert (dict(two.params), dict(two.uri.params)) == ({}, {"unknownparam": None})
    contact = parsed("regescrt").contact
    assert contact is not None
    assert contact.uri.headers == "Route=%3Csip:sip.example.com%3E"


def test_dblreq_is_one_request_in_a_datagram_and_two_in_a_stream() -> None:
    assert parsed("dblreq").body == b""
    stream = StreamParser()
    messages = [parse(data) for data in stream.feed(MESSAGES["dblreq"])]
    assert [message.cseq_method for message in messages] == ["REGISTER", "INVITE"]


def test_unreason_and_noreason_are_good_responses() -> None:
    unreason, noreason = parse(MESSAGES["unreason"]), parse(MESSAGES["noreason"])
    assert isinstance(unreason, Response)
    assert isinstance(noreason, Response)
    assert unreason.reason == "= 2**3 * 5**2 но сто девяносто девять - простое"
    assert noreason.status == 100


def test_unknown_schemes_are_told_by_their_names() -> None:
    assert parsed("unksm2").to.uri.scheme == "isbn"
    assert parsed("unkscm").target.opaque == "totallyopaquecontent"


def test_an_authorization_that_nobody_knows_wants_a_challenge() -> None:
    verdict = DigestServer("offhook").authenticate(parsed("regaut01"), lambda user: "x", 0)
    assert verdict.outcome is Outcome.MISSING


def test_bext01_says_what_is_not_supported() -> None:
    response = refusal(parsed("bext01"), METHODS)
    assert response is not None
    assert response.headers.get("Unsupported") == "nothingSupportsThis, nothingSupportsThisEither"

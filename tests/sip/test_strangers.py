"""Who answers, cancels and acknowledges in another's name: nobody (RFC 3261 §26.1)."""

import pytest

from offhook.sip.client import MAX_FORKS
from offhook.sip.dialog import Dialog
from offhook.sip.endpoint import Flow
from offhook.sip.message import make_response, parse, serialize
from offhook.sip.transaction import Transport
from offhook.switch.upstream.origin import is_expected
from tests.sip.helpers import FAR, Node, received, request

ELSEWHERE = ("192.0.2.66", 5060)


def by(node: Node, remote: tuple[str, int], *, id: int | None = None) -> Flow:
    flow = node.flow._replace(remote=remote)
    return flow if id is None else flow._replace(id=id)


def test_what_a_peer_sees_of_one_request_tells_nothing_of_the_next() -> None:
    node = Node()
    branches = [node.send(request(call_id=f"c{number}")).key[0] for number in range(200)]
    assert len(set(branches)) == 200
    for length in (10, 14, 20):  # no part of it stays, as a prefix of the process would
        assert len({branch[7:length] for branch in branches}) > 150
        assert len({branch[-length:] for branch in branches}) > 150


@pytest.mark.parametrize("status", [100, 180, 200, 486, 603])
@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Call-ID", "other"),
        ("From", "<sip:near@192.0.2.1>;tag=other"),
        ("From", "<sip:near@192.0.2.1>"),
        ("CSeq", "2 INVITE"),
    ],
)
def test_an_answer_that_does_not_fit_is_passed_over(status: int, header: str, value: str) -> None:
    node = Node()
    transaction = node.send(request())
    forged = make_response(transaction.request, status, to_tag="far")
    forged.headers.set(header, value)
    node.receive(serialize(forged))
    assert not node.responses and transaction.waiting
    node.reply(transaction, 180)
    assert [response.status for response in node.responses] == [180]


def test_an_answer_inside_of_a_dialog_has_the_dialogs_tags() -> None:
    node = Node()
    transaction = node.send(request("BYE", to_tag="far"))
    forged = make_response(transaction.request, 200)
    forged.headers.set("To", "<sip:far@192.0.2.2>;tag=other")
    node.receive(serialize(forged))
    assert not node.responses
    node.reply(transaction, 200)
    assert [response.status for response in node.responses] == [200]


def test_the_phones_that_an_invite_was_forked_to_each_have_their_tag() -> None:
    node = Node()
    transaction = node.send(request())
    for status, tag in ((180, "one"), (183, "two"), (200, "two"), (200, "one")):
        node.reply(transaction, status, tag)
    assert [response.to_tag for response in node.responses] == ["one", "two", "two", "one"]


def test_a_phone_that_answers_for_thousands_is_believed_for_some() -> None:
    node = Node()
    transaction = node.send(request())
    for number in range(1000):
        node.reply(transaction, 200, f"tag-{number}")
    assert len(node.responses) == MAX_FORKS


@pytest.mark.parametrize(
    ("protocol", "remote", "connection", "believed"),
    [
        ("udp", ELSEWHERE, None, False),
        ("udp", FAR, None, True),
        ("udp", (FAR[0], 33_000), None, True),
        ("tcp", FAR, 2, False),
        ("tls", FAR, 2, False),
        ("tcp", FAR, 1, True),
        ("tls", FAR, 1, True),
    ],
)
def test_an_answer_comes_from_where_the_request_went(
    protocol: Transport, remote: tuple[str, int], connection: int | None, believed: bool
) -> None:
    node = Node(protocol)
    transaction = node.send(request())
    answer = serialize(make_response(transaction.request, 200, to_tag="far"))
    node.endpoint.receive(answer, by(node, remote, id=connection), node.now)
    assert bool(node.responses) is believed


@pytest.mark.parametrize(("port", "believed"), [(5060, True), (40_000, False)])
def test_an_answer_to_a_request_that_opened_a_connection_comes_over_that(port: int, believed: bool) -> None:
    node = Node("tcp")
    node.flow = node.flow._replace(id=0)
    transaction = node.send(request())
    answer = serialize(make_response(transaction.request, 200, to_tag="far"))
    node.endpoint.receive(answer, by(node, (FAR[0], port), id=7), node.now)
    assert bool(node.responses) is believed


def test_an_answer_over_udp_to_a_request_over_tcp_is_none() -> None:
    node = Node("tcp")
    transaction = node.send(request())
    answer = serialize(make_response(transaction.request, 200, to_tag="far"))
    node.endpoint.receive(answer, Flow("udp", node.flow.local, FAR), node.now)
    assert not node.responses


def test_an_address_is_the_same_however_it_is_written() -> None:
    node = Node()
    node.flow = node.flow._replace(remote=("2001:db8::5", 5060))
    transaction = node.send(request())
    answer = serialize(make_response(transaction.request, 200, to_tag="far"))
    node.endpoint.receive(answer, by(node, ("2001:0DB8:0::5", 5060)), node.now)
    assert len(node.responses) == 1


def test_a_cancel_from_elsewhere_takes_back_no_call() -> None:
    node = Node()
    node.receive(received())
    node.endpoint.receive(received("CANCEL"), by(node, ELSEWHERE), node.now)
    assert node.sent() == ["481"] and not node.cancelled
    node.receive(received("CANCEL"))
    assert len(node.cancelled) == 1


def test_a_request_with_a_branch_that_another_host_used_is_a_request_all_the_same() -> None:
    node = Node()
    node.endpoint.receive(received(), by(node, ELSEWHERE), node.now)
    node.receive(received())
    assert [transaction.flow.remote for transaction, _ in node.requests] == [ELSEWHERE, FAR]


@pytest.mark.parametrize(("method", "status"), [("INVITE", 401), ("REGISTER", 401), ("OPTIONS", 200)])
def test_who_need_not_be_there_is_answered_once_and_forgotten(method: str, status: int) -> None:
    node = Node()
    node.receive(received(method))
    node.requests[0][0].doubtful = True
    node.answer(status)
    assert node.sent() == [str(status)]
    assert node.run(40) == [] and not node.endpoint._servers


def test_over_tcp_who_asks_is_there() -> None:
    node = Node("tcp")
    node.receive(received())
    node.requests[0][0].doubtful = True
    node.answer(401)
    assert node.endpoint._servers


def test_an_ack_from_elsewhere_acknowledges_nothing() -> None:
    node = Node()
    node.receive(received())
    node.answer(200)
    ok = parse(node.endpoint.outbox[-1][1])
    ack = received("ACK", branch="z9hG4bK2", to_tag=ok.to_tag)
    node.endpoint.receive(ack, by(node, ELSEWHERE), node.now)
    assert not node.acks
    node.receive(ack)
    assert len(node.acks) == 1


def test_what_a_pbx_lets_in_may_speak_in_its_dialogs_and_nobody_else() -> None:
    node = Node()
    invite = node.send(request()).request
    answer = make_response(invite, 200, to_tag="far")
    answer.headers.set("Contact", "<sip:far@192.0.2.20:5062>")
    answer.headers.set("Record-Route", "<sip:[2001:db8::30];lr>")
    dialog = Dialog.uac(invite, answer, node.flow)
    dialog.receive_response(answer)
    for host in ("192.0.2.10", "192.0.2.2", "192.0.2.20", "2001:db8:0::30"):
        assert is_expected(by(node, (host, 4000)), ["192.0.2.10"], dialog)
    for host in ("192.0.2.66", "2001:db8::31"):
        assert not is_expected(by(node, (host, 5060)), ["192.0.2.10"], dialog)
    assert not is_expected(by(node, ("192.0.2.20", 5060)), ["192.0.2.10"], None)


def test_answers_that_do_not_fit_are_told_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    node = Node()
    transaction = node.send(request())
    answer = serialize(make_response(transaction.request, 200, to_tag="far"))
    for _ in range(1000):
        node.endpoint.receive(answer, by(node, ELSEWHERE), node.now)
    assert caplog.text.count("192.0.2.66") == 1
    assert "192.0.2.2" in caplog.text

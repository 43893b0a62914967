"""Server transactions against RFC 3261 figures 7 and 8, table 4, and RFC 6026."""

import pytest

from offhook.sip.message import Response, parse, serialize
from offhook.sip.timers import LATE_S
from tests.sip.helpers import Node, received, request


def test_100_is_sent_by_itself_after_200_ms() -> None:
    node = Node()
    node.receive(received())
    assert node.sent() == []
    assert node.run(1) == [(0.2, "100")]


def test_no_100_is_sent_when_there_is_an_answer_already() -> None:
    node = Node()
    node.receive(received())
    node.answer(180)
    node.sent()
    assert node.run(1) == []


@pytest.mark.parametrize("protocol", ["udp", "tcp"])
def test_that_a_phone_rings_is_said_again_every_minute_until_it_is_answered(protocol: str) -> None:
    node = Node("udp" if protocol == "udp" else "tcp")
    node.receive(received())
    node.answer(180)
    node.sent()
    assert node.run(200) == [(60.0, "180"), (120.0, "180"), (180.0, "180")]
    node.answer(183)
    node.sent()
    assert node.run(265) == [(260.0, "183")]
    node.answer(486)
    node.receive(received("ACK", to_tag="x"))
    node.sent()
    assert node.run(600) == []


def test_a_repeated_invite_gets_the_last_provisional_response_again() -> None:
    node = Node()
    node.receive(received())
    node.answer(183)
    node.answer(180)
    node.sent()
    node.receive(received())
    assert node.sent() == ["180"]
    assert len(node.requests) == 1


def test_a_rejection_is_repeated_until_timer_h_over_udp() -> None:
    node = Node()
    node.receive(received())
    node.answer(486)
    node.sent()
    times = [time for time, _ in node.run(60)]
    assert times == [0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
    assert not node.ack_timeouts


def test_a_rejection_is_sent_once_over_tcp() -> None:
    node = Node("tcp")
    node.receive(received())
    node.answer(486)
    node.sent()
    assert node.run(60) == []


def test_the_ack_of_a_rejection_ends_its_repeating_and_is_not_told() -> None:
    node = Node()
    node.receive(received())
    node.answer(486)
    node.sent()
    node.receive(received("ACK", to_tag="x"))
    assert node.run(4.9) == []
    node.receive(received("ACK", to_tag="x"))
    node.run(5 + LATE_S)
    assert not node.endpoint._servers
    assert not node.acks


@pytest.mark.parametrize("protocol", ["udp", "tcp"])
def test_a_2xx_is_repeated_over_any_transport_until_its_ack(protocol: str) -> None:
    node = Node("udp" if protocol == "udp" else "tcp")
    node.receive(received())
    node.answer(200)
    node.sent()
    tag = node.requests[0][0].local_tag
    assert [time for time, _ in node.run(10)] == [0.5, 1.5, 3.5, 7.5]
    node.receive(received("ACK", branch="z9hG4bKother", to_tag=tag))
    node.receive(received("ACK", branch="z9hG4bKother", to_tag=tag))
    assert node.run(60) == []
    assert len(node.acks) == 1
    assert not node.ack_timeouts


def test_a_2xx_without_ack_is_told_after_64_t1() -> None:
    node = Node()
    node.receive(received())
    node.answer(200)
    node.run(31.9)
    assert not node.ack_timeouts
    node.run(60)
    assert node.ack_timeouts == [node.requests[0][0]]
    assert not node.endpoint._unacked


def test_a_repeated_invite_is_absorbed_once_it_is_accepted() -> None:
    node = Node()
    node.receive(received())
    node.answer(200)
    node.sent()
    node.receive(received())
    assert node.sent() == []
    assert len(node.requests) == 1


def test_another_request_gets_its_final_response_again_until_timer_j() -> None:
    node = Node()
    node.receive(received("OPTIONS"))
    node.receive(received("OPTIONS"))
    assert node.sent() == []
    node.answer(200)
    node.receive(received("OPTIONS"))
    assert node.sent() == ["200", "200"]
    node.run(32 + LATE_S)
    node.receive(received("OPTIONS"))
    assert len(node.requests) == 2


def test_a_second_final_response_is_ignored() -> None:
    node = Node()
    node.receive(received("OPTIONS"))
    node.answer(200)
    node.answer(404)
    assert node.sent() == ["200"]


def test_a_cancel_gets_200_and_its_invite_487() -> None:
    node = Node()
    node.receive(received())
    node.answer(180)
    node.sent()
    node.receive(received("CANCEL"))
    tags = [parse(data).to_tag for _, data in node.endpoint.outbox]
    assert node.sent() == ["200", "487"]
    assert tags == [node.requests[0][0].local_tag] * 2
    assert node.cancelled == [node.requests[0][0]]


def test_a_cancel_of_an_answered_invite_gets_200_and_changes_nothing() -> None:
    node = Node()
    node.receive(received())
    node.answer(200)
    node.sent()
    node.receive(received("CANCEL"))
    assert node.sent() == ["200"]
    assert not node.cancelled


def test_a_cancel_of_nothing_gets_481() -> None:
    node = Node()
    node.receive(received("CANCEL"))
    assert node.sent() == ["481"]


def test_the_user_may_answer_a_cancelled_invite_itself() -> None:
    node = Node()
    node.endpoint.on_cancel = lambda transaction, now: node.answer(486, transaction)
    node.receive(received())
    node.receive(received("CANCEL"))
    assert node.sent() == ["200", "486"]


def test_answers_go_to_the_source_when_rport_is_asked_for() -> None:
    node = Node()
    node.receive(received("OPTIONS", via="SIP/2.0/UDP 10.0.0.9:5070;branch=z9hG4bK1;rport"))
    node.answer(200)
    flow, data = node.endpoint.outbox[0]
    assert flow.remote == node.flow.remote
    via = parse(data).via
    assert (via.params["received"], via.params["rport"]) == ("192.0.2.2", "5060")


def test_answers_go_to_the_port_of_the_via_without_rport() -> None:
    node = Node()
    node.receive(received("OPTIONS", via="SIP/2.0/UDP 10.0.0.9:5070;branch=z9hG4bK1"))
    node.answer(200)
    flow, data = node.endpoint.outbox[0]
    assert flow.remote == ("192.0.2.2", 5070)
    assert parse(data).via.params["received"] == "192.0.2.2"


def test_a_peer_of_rfc_2543_is_matched_without_branch() -> None:
    node = Node()
    via = "SIP/2.0/UDP 192.0.2.2:5060"
    node.receive(received(via=via))
    node.receive(received(via=via))
    assert len(node.requests) == 1
    node.answer(404)
    node.sent()
    node.receive(received("ACK", via=via, to_tag=node.requests[0][0].local_tag))
    assert node.run(4) == []


def test_a_malformed_request_gets_400_and_reaches_nobody() -> None:
    node = Node()
    node.receive(received("OPTIONS").replace(b"CSeq: 1 OPTIONS", b"CSeq: x OPTIONS"))
    response = parse(node.endpoint.outbox[0][1].replace(b"CSeq: x", b"CSeq: 1"))
    assert isinstance(response, Response)
    assert (response.status, response.reason) == (400, "Bad CSeq")
    assert not node.requests


@pytest.mark.parametrize("data", [b"", b"\r\n\r\n", b"\x00", b"hello\r\n\r\n", b"SIP/2.0 200 OK\r\n\r\n"])
def test_what_cannot_be_answered_is_dropped(data: bytes) -> None:
    node = Node()
    node.receive(data)
    assert node.sent() == []


def test_too_many_transactions_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offhook.sip.endpoint.MAX_SERVER_TRANSACTIONS", 1)
    node = Node()
    node.receive(received("OPTIONS", branch="z9hG4bK1"))
    node.receive(received("OPTIONS", branch="z9hG4bK2"))
    refusal = parse(node.endpoint.outbox[0][1])
    assert node.sent() == ["503"]
    assert refusal.headers.get("Retry-After") == "10"


def test_an_ack_of_nothing_is_dropped() -> None:
    node = Node()
    node.receive(serialize_ack())
    assert node.sent() == []
    assert not node.acks


def serialize_ack() -> bytes:
    ack = request("ACK", to_tag="nobody")
    ack.headers.set("Via", "SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK9")
    return serialize(ack)

"""Client transactions against RFC 3261 figures 5 and 6, table 4, and RFC 6026."""

import pytest

from offhook.sip.endpoint import Failure, Flow
from offhook.sip.message import Request, make_response, parse, serialize
from offhook.sip.timers import LATE_S
from tests.sip.helpers import Node, request


def test_an_invite_is_repeated_at_doubling_intervals_until_timer_b() -> None:
    node = Node()
    node.send(request())
    assert node.sent() == ["INVITE"]
    times = [time for time, _ in node.run(40)]
    assert times == [0.5, 1.5, 3.5, 7.5, 15.5, 31.5]
    assert node.failures == [Failure.TIMEOUT]


def test_another_request_is_repeated_up_to_t2_until_timer_f() -> None:
    node = Node()
    node.send(request("OPTIONS"))
    node.sent()
    times = [time for time, _ in node.run(40)]
    assert times == [0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
    assert node.failures == [Failure.TIMEOUT]


@pytest.mark.parametrize("method", ["INVITE", "OPTIONS"])
def test_nothing_is_repeated_over_a_reliable_transport(method: str) -> None:
    node = Node("tcp")
    node.send(request(method))
    node.sent()
    assert node.run(40) == []
    assert node.failures == [Failure.TIMEOUT]


def test_a_provisional_response_ends_the_repeating_of_an_invite() -> None:
    node = Node()
    transaction = node.send(request())
    node.sent()
    node.reply(transaction, 180)
    assert node.run(300) == []
    assert not node.failures
    assert [r.status for r in node.responses] == [180]


def test_a_provisional_response_slows_another_request_down_to_t2() -> None:
    node = Node()
    transaction = node.send(request("OPTIONS"))
    node.sent()
    node.reply(transaction, 100)
    assert [time for time, _ in node.run(10)] == [0.5, 4.5, 8.5]


@pytest.mark.parametrize("status", [302, 486, 503, 603])
def test_a_rejection_is_acked_with_the_branch_of_the_invite_each_time_it_comes(status: int) -> None:
    node = Node()
    transaction = node.send(request())
    invite = node.endpoint.outbox.pop()[1]
    node.reply(transaction, status)
    ack = parse(node.endpoint.outbox[0][1])
    assert isinstance(ack, Request)
    assert (ack.method, ack.cseq, ack.cseq_method, ack.to_tag) == ("ACK", 1, "ACK", "far")
    assert ack.headers.all("Via") == parse(invite).headers.all("Via")
    node.sent()
    node.reply(transaction, status)
    assert node.sent() == ["ACK"]
    assert [r.status for r in node.responses] == [status]
    node.run(32 + LATE_S)
    node.reply(transaction, status)
    assert node.sent() == []


def test_a_2xx_is_acked_by_the_user_and_by_itself_when_it_is_repeated() -> None:
    node = Node()
    transaction = node.send(request())
    node.sent()
    node.reply(transaction, 200)
    node.reply(transaction, 200)
    assert node.sent() == []
    ack = request("ACK", to_tag="far")
    node.endpoint.ack(transaction, ack, node.flow, node.now)
    node.reply(transaction, 200)
    assert node.sent() == ["ACK", "ACK"]
    assert len(node.responses) == 1


def test_each_fork_of_a_2xx_is_told_once() -> None:
    node = Node()
    transaction = node.send(request())
    node.sent()
    for tag in ("one", "other", "one", "other"):
        node.reply(transaction, 200, tag)
    assert [r.to_tag for r in node.responses] == ["one", "other"]


def test_further_answers_go_to_who_is_named_for_them() -> None:
    node, others = Node(), list[str]()
    transaction = node.send(request())
    transaction.answers_to(lambda response: others.append(response.to_tag))  # nobody has answered yet
    node.reply(transaction, 200, "one")
    transaction.answers_to(lambda response: others.append(response.to_tag))
    for tag in ("one", "other"):
        node.reply(transaction, 200, tag)
    assert ([r.to_tag for r in node.responses], others) == (["one"], ["other"])


def test_a_re_invite_has_one_answer() -> None:
    node = Node()
    transaction = node.send(request(to_tag="one"))
    for tag in ("one", "other"):
        node.reply(transaction, 200, tag)
    assert [r.to_tag for r in node.responses] == ["one"]


def test_timer_m_ends_the_waiting_for_repeated_2xx() -> None:
    node = Node()
    transaction = node.send(request())
    node.reply(transaction, 200)
    node.run(32 + LATE_S)
    node.reply(transaction, 200, "late")
    assert len(node.responses) == 1


def test_timer_k_absorbs_repeated_responses() -> None:
    node = Node()
    transaction = node.send(request("BYE"))
    node.reply(transaction, 200)
    node.reply(transaction, 200)
    assert len(node.responses) == 1
    node.run(5 + LATE_S)
    assert not node.endpoint._clients


def test_a_response_with_two_via_values_is_passed_over() -> None:
    node = Node()
    transaction = node.send(request("OPTIONS"))
    transaction.request.headers.add("Via", "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKx")
    node.reply(transaction, 200)
    assert not node.responses


def test_a_flow_that_fails_fails_its_requests_once() -> None:
    node = Node("tcp")
    node.send(request())
    done = node.send(request("OPTIONS", cseq=2))
    node.reply(done, 200)
    node.endpoint.flow_failed(Flow("tcp", node.flow.local, node.flow.remote, 7), 1)
    assert not node.failures
    node.endpoint.flow_failed(node.flow, 1)
    node.endpoint.flow_failed(node.flow, 1)
    assert node.failures == [Failure.TRANSPORT]


def test_a_request_that_cannot_even_be_sent_fails_at_once() -> None:
    node = Node()
    node.send(request())
    node.not_sent()
    assert node.failures == [Failure.TRANSPORT]


def test_others_to_the_same_peer_do_not_fail_with_it() -> None:
    node = Node()
    node.send(request())
    node.sent()
    node.send(request("OPTIONS", cseq=2))
    node.not_sent()
    assert node.failures == [Failure.TRANSPORT]
    assert [transaction.request.method for transaction in node.endpoint._clients.values()] == ["INVITE"]


def test_a_request_that_has_gone_out_once_is_waited_for_though_it_cannot_be_repeated() -> None:
    node = Node()
    transaction = node.send(request())
    node.sent()
    for _ in range(2):
        node.now += 1
        node.endpoint.tick(node.now)
        node.not_sent()
    assert not node.failures
    node.reply(transaction, 200)
    assert [response.status for response in node.responses] == [200]


@pytest.mark.parametrize("method", ["BYE", "CANCEL"])
def test_what_ends_a_call_is_repeated_until_it_can_be_sent(method: str) -> None:
    node = Node()
    if method == "CANCEL":
        invite = node.send(request())
        node.reply(invite, 180)
        node.sent()
        invite.cancel(node.now)
    else:
        node.send(request(method))
    for _ in range(3):
        node.not_sent()
        node.now += 4
        node.endpoint.tick(node.now)
    assert node.sent() == [method]
    assert not node.failures


def test_a_cancel_waits_for_a_provisional_response() -> None:
    node = Node()
    transaction = node.send(request())
    node.sent()
    transaction.cancel(node.now)
    assert node.sent() == []
    node.reply(transaction, 100)
    cancel = parse(node.endpoint.outbox[0][1])
    assert isinstance(cancel, Request)
    assert cancel.method == "CANCEL"
    assert cancel.uri == transaction.request.uri
    assert cancel.headers.all("Via") == transaction.request.headers.all("Via")
    assert (cancel.cseq, cancel.cseq_method, cancel.to_tag) == (1, "CANCEL", "")
    transaction.cancel(node.now)
    assert node.sent() == ["CANCEL"]


def test_an_unheard_invite_that_is_given_up_is_repeated_no_more_and_cancelled_if_it_was_heard() -> None:
    node = Node()
    transaction = node.send(request())
    node.sent()
    assert [at for at, _ in node.run(5)] == [0.5, 1.5, 3.5]
    transaction.cancel(node.now)
    assert node.run(25) == []
    node.reply(transaction, 180)
    assert node.sent() == ["CANCEL"]


def test_an_invite_that_is_given_up_at_once_is_repeated_until_it_is_heard_and_can_be_cancelled() -> None:
    node = Node()
    transaction = node.send(request())
    node.sent()
    transaction.cancel(node.now)
    assert node.run(2) == [(0.5, "INVITE"), (1.5, "INVITE")]
    node.reply(transaction, 100)
    assert node.sent() == ["CANCEL"]


def test_a_2xx_that_crosses_the_cancel_goes_to_the_user() -> None:
    node = Node()
    transaction = node.send(request())
    node.reply(transaction, 180)
    transaction.cancel(node.now)
    node.reply(transaction, 200)
    assert [r.status for r in node.responses] == [180, 200]
    assert not node.failures


def test_an_invite_without_final_response_is_over_64_t1_after_its_cancel() -> None:
    node = Node()
    transaction = node.send(request())
    node.reply(transaction, 180)
    node.run(100)
    transaction.cancel(node.now)
    node.run(131)
    assert not node.failures
    node.run(132)
    assert node.failures == [Failure.TIMEOUT]


@pytest.mark.parametrize(("status", "rings"), [(None, True), (200, False), (481, False)])
def test_who_answered_neither_the_invite_nor_its_cancel_may_ring_on(status: int | None, rings: bool) -> None:
    node = Node()
    transaction = node.send(request())
    node.reply(transaction, 180)
    transaction.cancel(node.now)
    if status is not None:
        cancel = parse(node.endpoint.outbox[-1][1])
        assert isinstance(cancel, Request)
        node.receive(serialize(make_response(cancel, status, to_tag="t")))
    node.run(40)
    assert (node.failures, transaction.rings) == ([Failure.TIMEOUT], rings)


def test_a_cancel_is_said_again_with_what_may_still_come_of_its_invite() -> None:
    node = Node()
    first = node.send(request())
    node.reply(first, 180)
    first.cancel(node.now)
    node.run(40)
    node.sent()
    again = node.endpoint.cancel_again(
        first.request, first.flow, node.now, node.responses.append, node.failures.append
    )
    assert node.sent() == ["CANCEL"]
    assert again.request.via.branch == first.request.via.branch
    node.reply(again, 487)
    assert (node.sent(), again.rings) == (["ACK"], False)
    node.run(100)
    assert node.failures == [Failure.TIMEOUT]


def test_a_cancel_of_an_answered_invite_does_nothing() -> None:
    node = Node()
    transaction = node.send(request())
    node.reply(transaction, 200)
    node.sent()
    transaction.cancel(node.now)
    assert node.sent() == []

"""Two endpoints over a link that loses packets: calls complete all the same."""

import pytest

from offhook.sip.dialog import Dialog
from offhook.sip.endpoint import Flow
from offhook.sip.message import Request, Response, make_response
from offhook.sip.server import ServerTransaction
from tests.sip.helpers import FAR, NEAR, Link, Node, request

TO_FAR = Flow("udp", NEAR, FAR)


def one_call(near: Node, far: Node, link: Link, call_id: str) -> list[str]:
    """INVITE, 180, 200, ACK, BYE, 200; what was told to the users on both sides."""
    told: list[str] = []

    def on_request(transaction: ServerTransaction, message: Request, flow: Flow, now: float) -> None:
        told.append(message.method)
        statuses = (180, 200) if message.method == "INVITE" else (200,)
        for status in statuses:
            response = make_response(message, status)
            response.headers.set("Contact", "<sip:far@192.0.2.2>")
            far.endpoint.respond(transaction, response, now)

    def on_response(response: Response) -> None:
        told.append(str(response.status))
        if response.status == 200 and response.cseq_method == "INVITE":
            dialog = Dialog.uac(invite.request, response, TO_FAR)
            near.endpoint.ack(invite, dialog.ack(1), TO_FAR, near.endpoint.now)
            near.endpoint.after(100.0, lambda now: hang_up(dialog, now))

    def hang_up(dialog: Dialog, now: float) -> None:
        near.endpoint.request(dialog.request("BYE"), TO_FAR, now, on_response, near.failures.append)

    far.endpoint.on_request = on_request
    far.endpoint.on_ack = lambda ack, flow, now: told.append("ACK")
    invite = near.endpoint.request(
        request(call_id=call_id), TO_FAR, near.now, on_response, near.failures.append
    )
    link.run(near.now + 300)
    return told


@pytest.mark.parametrize("phase", range(5))
def test_calls_complete_with_every_fifth_packet_lost(phase: int) -> None:
    near, far = Node(), Node()
    link = Link(near, far, lambda number: number % 5 == phase)
    for number in range(20):
        told = one_call(near, far, link, f"call-{number}")
        # A lost 180 is not repeated; everything else arrives exactly once.
        assert sorted(told) in (
            sorted(["INVITE", "180", "200", "ACK", "BYE", "200"]),
            sorted(["INVITE", "200", "ACK", "BYE", "200"]),
        )
    assert not near.failures
    assert not far.ack_timeouts
    assert not near.endpoint._clients
    assert not far.endpoint._servers
    assert not near.endpoint._by_flow


def test_a_link_that_loses_everything_ends_in_a_time_out() -> None:
    near, far = Node(), Node()
    assert one_call(near, far, Link(near, far, lambda number: True), "lost") == []
    assert [failure.value for failure in near.failures] == ["timeout"]

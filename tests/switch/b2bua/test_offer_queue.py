"""Offers to a phone that has one of its own open each time (491)."""

from __future__ import annotations

from functools import partial

import pytest

from offhook.sip.endpoint import ClientTransaction, Endpoint
from offhook.sip.message import Response
from offhook.switch.b2bua import offerqueue
from offhook.switch.b2bua.offerqueue import OfferQueue
from offhook.switch.b2bua.sessionrefresh import OnFinal


class Phone:
    """A leg whose re-INVITEs wait in `open` until the test answers them."""

    def __init__(self) -> None:
        self.remote_sdp = b""
        self.ended = False
        self.owns_call_id = True
        self.last_invite: ClientTransaction
        self.sent: list[bytes] = []
        self.open: list[OnFinal] = []

    @property
    def busy(self) -> bool:
        return bool(self.open)

    def reinvite(self, body: bytes, on_final: OnFinal) -> None:
        self.sent.append(body)
        self.open.append(on_final)

    def ack(self, client: ClientTransaction, response: Response, body: bytes = b"") -> None:
        raise AssertionError("nothing is taken here")

    def refuse(self, status: int = 491) -> None:
        self.open.pop()(None, status)


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Endpoint:
    monkeypatch.setattr("random.uniform", lambda least, _most: least)
    return Endpoint()


def later(endpoint: Endpoint) -> None:
    """The time has come to try again."""
    endpoint.tick(endpoint.now + offerqueue.RETRY_S[1])


@pytest.mark.parametrize("kind", ["an offer", "a step"])
def test_an_offer_that_meets_another_one_each_time_is_refused_in_the_end(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(offerqueue, "MAX_TRIES", 3)
    phone, queue, heard = Phone(), OfferQueue(endpoint), list[int]()
    if kind == "a step":
        queue.add_step(phone, lambda: b"hold", lambda _response, status: heard.append(status))
    else:
        queue.add(phone, lambda: b"hold", lambda _response, status: heard.append(status))
    for _ in range(3):
        assert heard == []
        phone.refuse()
        later(endpoint)
    assert (phone.sent, heard, queue.retries) == ([b"hold"] * 3, [491], False)
    queue.add(phone, lambda: b"next", lambda _response, _status: None)
    assert phone.sent[-1] == b"next"


def test_an_offer_that_has_met_another_one_is_tried_again_before_a_step_that_waits(
    endpoint: Endpoint,
) -> None:
    """What the step brings about does not tell what that one tells, and it may be refused."""
    phone, queue, heard = Phone(), OfferQueue(endpoint), list[str]()
    queue.add(phone, lambda: b"moved", lambda _response, _status: heard.append("moved"))
    queue.add_step(phone, lambda: b"hold", lambda _response, _status: heard.append("hold"))
    phone.refuse()
    later(endpoint)
    phone.refuse(488)
    phone.refuse(488)
    assert (phone.sent, heard) == ([b"moved", b"moved", b"hold"], ["moved", "hold"])


def test_what_is_taken_back_while_it_waits_to_be_tried_again_does_not_keep_others_waiting(
    endpoint: Endpoint,
) -> None:
    phone, queue, heard = Phone(), OfferQueue(endpoint), list[str]()
    take_back = queue.add_step(phone, lambda: b"hold", lambda _response, _status: heard.append("hold"))
    phone.refuse()
    queue.add_relayed(phone, b"theirs", lambda _response, _status: heard.append("theirs"))
    assert queue.retries
    assert take_back()
    assert (phone.sent, heard, queue.retries) == ([b"hold", b"theirs"], [], False)


def test_what_is_taken_back_on_its_way_is_not_tried_again(endpoint: Endpoint) -> None:
    phone, queue, heard = Phone(), OfferQueue(endpoint), list[int]()
    take_back = queue.add_step(phone, lambda: b"hold", lambda _response, status: heard.append(status))
    assert not take_back()
    phone.refuse()
    assert (phone.sent, heard, queue.retries) == ([b"hold"], [491], False)


def test_nothing_waits_for_a_phone_that_has_left_the_call(endpoint: Endpoint) -> None:
    phone, queue, heard = Phone(), OfferQueue(endpoint), list[tuple[str, int]]()

    def heard_of(name: str, _response: Response | None, status: int) -> None:
        heard.append((name, status))

    queue.add_step(phone, lambda: b"hold", partial(heard_of, "hold"))
    queue.add_step(phone, lambda: b"take back", partial(heard_of, "take back"))
    phone.refuse()
    phone.ended = True
    queue.clear()
    assert heard == [("hold", offerqueue.OVER), ("take back", offerqueue.OVER)]
    later(endpoint)
    assert phone.sent == [b"hold"]

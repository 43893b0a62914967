"""The checks before a request is looked at."""

import pytest

from offhook.sip.uas import refusal
from tests.sip.helpers import request

METHODS = ("INVITE", "ACK", "BYE")


def test_a_request_that_can_be_served_is_not_refused() -> None:
    assert refusal(request(), METHODS) is None


@pytest.mark.parametrize(("method", "status"), [("PUBLISH", 405), ("NEWMETHOD", 501)])
def test_a_method_that_is_not_served_gets_a_list_of_those_that_are(method: str, status: int) -> None:
    response = refusal(request(method), METHODS)
    assert response is not None
    assert (response.status, response.headers.get("Allow")) == (status, "INVITE, ACK, BYE")


def test_an_extension_that_we_do_not_have_gets_420_with_its_name() -> None:
    message = request()
    message.headers.set("Require", ["timer", "100rel"])
    response = refusal(message, METHODS, ("timer",))
    assert response is not None
    assert (response.status, response.headers.get("Unsupported")) == (420, "100rel")


def test_require_does_not_count_in_a_cancel() -> None:
    message = request("CANCEL")
    message.headers.set("Require", "100rel")
    assert refusal(message, ("CANCEL",)) is None


def test_an_option_tag_is_the_same_in_any_case() -> None:
    message = request()
    message.headers.set("Require", ["TIMER", "Timer"])
    assert refusal(message, METHODS, ("timer",)) is None

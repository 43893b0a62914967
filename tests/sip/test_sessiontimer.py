"""Session timers (RFC 4028), with a clock in hand."""

from __future__ import annotations

import pytest

from offhook.sip.endpoint import Endpoint
from offhook.sip.message import Request, Response, make_response
from offhook.sip.sessiontimer import EXPIRES_S, MAX_BRIEF, SessionTimer, lacking, too_brief
from offhook.sip.uas import refusal
from tests.sip.helpers import request


def asked(method: str = "INVITE", **headers: str) -> Request:
    message = request(method)
    for name, value in headers.items():
        message.headers.set(name.replace("_", "-"), value.split(" | "))
    return message


def answered(status: int = 200, **headers: str) -> Response:
    response = make_response(request(), status)
    for name, value in headers.items():
        response.headers.set(name.replace("_", "-"), value.split(" | "))
    return response


class Kept:
    def __init__(self) -> None:
        self.endpoint = Endpoint()
        self.log: list[tuple[float, str]] = []
        self.timer = SessionTimer(self.endpoint, lambda: self._note("refresh"), lambda: self._note("over"))

    def _note(self, what: str) -> None:
        self.log.append((self.endpoint.now, what))

    def run(self, until: float) -> list[tuple[float, str]]:
        while (due := self.endpoint.timers.latest) <= until:
            self.endpoint.tick(max(due, self.endpoint.now))
        self.endpoint.tick(until)
        return self.log

    def answer(self, message: Request) -> tuple[str | None, str | None]:
        """What our 2xx says: Session-Expires and Require."""
        response = make_response(message, 200)
        self.timer.answer(message, response)
        return response.headers.get("Session-Expires"), response.headers.get("Require")


@pytest.mark.parametrize(
    ("supported", "interval", "told", "required"),
    [
        ("", "1800", "1800;refresher=uas", None),
        ("100rel", "1800", "1800;refresher=uas", None),
        ("", "1800;refresher=uac", "1800;refresher=uas", None),
        ("timer", "1800", "1800;refresher=uac", "timer"),
        ("100rel | Timer", "1800;x=y", "1800;refresher=uac", "timer"),
        ("timer", "1800 ; Refresher = UAC", "1800;refresher=uac", "timer"),
        ("timer", "1800;refresher=uas", "1800;refresher=uas", "timer"),
        ("timer", "1800;refresher=somebody", "1800;refresher=uac", "timer"),
        ("timer", "90", "90;refresher=uac", "timer"),
        ("", "60", None, None),
        ("timer", "", None, None),
        ("timer", "soon", None, None),
        ("timer", "-5", None, None),
    ],
)
def test_our_answer_names_who_refreshes(
    supported: str, interval: str, told: str | None, required: str | None
) -> None:
    message = asked(Session_Expires=interval)
    if supported:
        message.headers.set("Supported", supported.split(" | "))
    assert Kept().answer(message) == (told, required)


def test_require_says_as_well_as_supported_that_the_other_side_has_timers() -> None:
    assert Kept().answer(asked(Session_Expires="1800", Require="timer")) == ("1800;refresher=uac", "timer")


def test_where_we_refresh_we_do_so_at_half_the_time_and_end_the_call_before_it_is_over() -> None:
    kept = Kept()
    kept.answer(asked(Session_Expires="1800"))
    assert kept.run(2000) == [(900, "refresh"), (1768, "over")]


def test_where_the_phone_refreshes_we_only_watch() -> None:
    kept = Kept()
    kept.answer(asked(Session_Expires="90", Supported="timer"))
    assert kept.run(2000) == [(60, "over")]


@pytest.mark.parametrize(("who", "log"), [("uac", [(900, "refresh")]), ("uas", []), ("", [(900, "refresh")])])
def test_what_is_answered_to_our_request_holds(who: str, log: list[tuple[float, str]]) -> None:
    kept = Kept()
    kept.timer.agreed(answered(Session_Expires=f"1800;refresher={who}" if who else "1800", Require="timer"))
    assert kept.run(1000) == log


def test_each_refresh_begins_the_time_anew() -> None:
    kept = Kept()
    for until in (900, 1800, 2700):
        kept.timer.agreed(answered(Session_Expires="1800;refresher=uac"))
        kept.run(until)
    assert kept.log == [(900, "refresh"), (1800, "refresh"), (2700, "refresh")]


def test_a_refresh_that_comes_to_nothing_is_tried_again_before_the_end() -> None:
    kept = Kept()
    kept.timer.agreed(answered(Session_Expires="1800;refresher=uac"))
    kept.run(900)
    kept.timer.try_later()
    assert kept.run(1000) == [(900, "refresh"), (990, "refresh")]
    assert kept.run(2000)[-1] == (1768, "over")


def test_without_an_interval_in_the_answer_no_timer_runs() -> None:
    kept = Kept()
    kept.timer.agreed(answered(Session_Expires="90;refresher=uac"))
    kept.timer.agreed(answered())
    assert kept.run(2000) == []


def test_a_request_of_ours_goes_on_with_the_timer_that_runs() -> None:
    kept = Kept()
    kept.answer(asked(Session_Expires="1800", Supported="timer"))
    again = asked("UPDATE")
    kept.timer.propose(again)
    assert again.headers.get("Session-Expires") == "1800;refresher=uas"
    assert again.headers.all("Supported") == ["timer"]


def test_a_hold_that_says_nothing_of_timers_leaves_the_one_that_runs() -> None:
    kept = Kept()
    kept.timer.agreed(answered(Session_Expires="1800;refresher=uac"))
    assert kept.answer(asked(Supported="timer")) == ("1800;refresher=uas", "timer")
    assert kept.answer(asked()) == (None, None)
    assert kept.run(3000) == []


def test_we_say_that_we_have_timers_and_ask_for_none_by_ourselves() -> None:
    invite = asked(Supported="replaces")
    Kept().timer.propose(invite)
    assert invite.headers.all("Supported") == ["replaces", "timer"]
    assert "Session-Expires" not in invite.headers
    bye = asked("BYE")
    Kept().timer.propose(bye)
    assert "Supported" not in bye.headers


@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        ({"Session_Expires": "60", "Supported": "timer"}, True),
        ({"Session_Expires": "60", "Supported": "100rel | TIMER"}, True),
        ({"Session_Expires": "60", "Require": "timer"}, True),
        ({"Session_Expires": "60"}, False),
        ({"Session_Expires": "90", "Supported": "timer"}, False),
        ({"Session_Expires": "now", "Supported": "timer"}, False),
    ],
)
@pytest.mark.parametrize("method", ["INVITE", "UPDATE"])
def test_too_short_an_interval_is_refused_with_the_least_one(
    method: str, headers: dict[str, str], refused: bool
) -> None:
    response = refusal(asked(method, **headers), (method,), ("timer",))
    assert (response is not None) is refused
    if response is not None:
        assert (response.status, response.headers.get("Min-SE")) == (422, "90")
    assert too_brief(asked("OPTIONS", **headers)) is None


def test_where_a_timer_is_wanted_it_is_asked_for_once() -> None:
    kept, invite = Kept(), asked()
    wanted = answered(421, Require="timer")
    again = kept.timer.again(invite, wanted)
    assert again is not None
    assert again.headers.all("Supported") == ["timer"]
    assert again.headers.get("Session-Expires") == str(EXPIRES_S)
    assert (again.cseq, again.call_id) == (invite.cseq + 1, invite.call_id)
    assert kept.timer.again(again, wanted) is None


@pytest.mark.parametrize("named", ["100rel", "timer | 100rel", "", "timers"])
def test_another_extension_that_is_wanted_is_not_ours(named: str) -> None:
    wanted = answered(421, **({"Require": named} if named else {}))
    assert Kept().timer.again(asked(), wanted) is None
    assert lacking(wanted) == (named.split(" | ") if named else [])


def test_too_short_an_interval_of_ours_is_raised_as_often_as_proxies_want() -> None:
    kept, invite = Kept(), asked(Session_Expires="90", Supported="timer")
    for least in (1800, 3600):
        again = kept.timer.again(invite, answered(422, Min_SE=f"{least};x=y"))
        assert again is not None
        assert (again.headers.get("Session-Expires"), again.headers.get("Min-SE")) == (str(least), str(least))
        invite = again


@pytest.mark.parametrize("least", ["", "soon", "99999999"])
def test_a_422_that_names_nothing_usable_is_an_end(least: str) -> None:
    refused = answered(422, **({"Min_SE": least} if least else {}))
    assert Kept().timer.again(asked(), refused) is None


def test_a_peer_that_raises_for_ever_is_left() -> None:
    kept, invite, tries = Kept(), asked(), 0
    while (again := kept.timer.again(invite, answered(422, Min_SE=str(100 + tries)))) is not None:
        invite, tries = again, tries + 1
    assert tries == MAX_BRIEF


def test_who_knows_no_timers_is_asked_without() -> None:
    kept = Kept()
    invite = asked(Supported="replaces | timer", Session_Expires="1800", Min_SE="90")
    again = kept.timer.again(invite, answered(420, Unsupported="timer"))
    assert again is not None
    assert again.headers.all("Supported") == ["replaces"]
    assert not {"Session-Expires", "Min-SE"} & {name for name, _ in again.headers}
    later = asked("UPDATE")
    kept.timer.propose(later)
    assert "Supported" not in later.headers

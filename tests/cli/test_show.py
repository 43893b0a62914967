"""Calls and phones as a person reads them."""

import re
import time
from dataclasses import replace
from typing import Any

import pytest

from offhook.call import (
    DOES_NOT_ANSWER,
    Call,
    CallState,
    Cause,
    Direction,
    Feature,
    Forwarding,
    ForwardWhen,
    Party,
    Privacy,
    Reason,
    Terminal,
)
from offhook.cli.show import (
    call_fields,
    came_by,
    outcome,
    party,
    registration,
    terminal_fields,
    terminal_state,
)

CALL = Call("c1", "4000", CallState.CONNECTED, Party("Kim", "4000"), Party("Lee", "4001"), started=1.0)
CAME = replace(CALL, direction=Direction.INBOUND, state=CallState.ON_HOOK, cause=Cause.CANCELLED)


@pytest.mark.parametrize(
    ("members", "shown"),
    [
        ({}, "connected"),
        ({"held": True}, "connected, on hold"),
        ({"held_by_other": True}, "connected, held by the other"),
        ({"consultation": True, "related": "c0"}, "connected, consultation"),
        ({"conference": "x1", "consultation": True}, "connected, conference"),
        ({"state": CallState.RING_BACK}, "ringing"),
        ({"state": CallState.ON_HOOK, "cause": Cause.BUSY}, "busy"),
        ({"state": CallState.ON_HOOK, "cause": Cause.TRANSFERRED}, "transferred"),
    ],
)
def test_a_call_says_how_it_stands(members: dict[str, Any], shown: str) -> None:
    assert outcome(replace(CALL, **members)) == shown


@pytest.mark.parametrize(
    ("members", "shown"),
    [
        ({}, "missed (hung up before the answer)"),
        ({"connected": 2.0, "cause": Cause.NORMAL}, "call ended"),
        ({"cause": Cause.ELSEWHERE, "redirected_to": Party("Lee", "4001")}, "answered elsewhere to Lee 4001"),
        ({"cause": Cause.FORWARDED, "redirected_to": Party("", "4002")}, "forwarded to 4002"),
        ({"cause": Cause.REJECTED}, "declined"),
    ],
)
def test_a_call_that_came_in_says_what_became_of_it(members: dict[str, Any], shown: str) -> None:
    assert outcome(replace(CAME, **members)) == shown


def test_how_a_call_came_is_said_where_it_was_not_simply_called() -> None:
    assert came_by(CALL) == ""
    by_park = replace(CALL, reason=Reason.FORWARDED_BUSY, redirecting=Party("Park", "4002"))
    assert came_by(by_park) == "forwarded, busy, by Park 4002"
    assert came_by(replace(CALL, reason=Reason.PICKED_UP)) == "picked up"


def test_a_caller_without_a_number_says_why() -> None:
    assert party(Party("", "", Privacy.WITHHELD)) == "withheld"
    assert party(Party("", "", Privacy.UNAVAILABLE)) == "unknown"
    assert party(Party("", "")) == "-"


def test_a_phone_says_what_there_is_to_know() -> None:
    phone = Terminal("4000", "Kim", in_service=True)
    assert terminal_state(phone) == "ready"
    late = Forwarding(ForwardWhen.NO_ANSWER, "4002", 20.0)
    more = replace(phone, do_not_disturb=True, forwardings=(late,), missed=2)
    assert terminal_state(more) == "ready, do not disturb, no-answer after 20 s to 4002, 2 missed"
    assert terminal_state(replace(phone, in_service=False)) == "not registered"


def test_what_a_peer_gave_cannot_command_the_terminal() -> None:
    phone = Terminal("4000", forwardings=(Forwarding(ForwardWhen.ALWAYS, "\x1b[2J"),))
    assert "\x1b" not in terminal_state(phone)
    assert "\x1b" not in outcome(replace(CAME, cause=Cause.FORWARDED, redirected_to=Party("\x1b[2J", "")))
    assert "\x1b" not in came_by(replace(CALL, redirecting=Party("", "\x1b[2J")))


def test_json_has_every_member_of_a_call_and_of_a_phone() -> None:
    call = replace(CALL, features=frozenset({Feature.HOLD, Feature.DROP}), related="c0", external=True)
    fields = call_fields(call)
    assert {name for name in Call.__dataclass_fields__ if name != "revision"} - set(fields) == set()
    assert (fields["features"], fields["related"], fields["external"]) == (["drop", "hold"], "c0", True)
    phone = terminal_fields(Terminal("4000", capabilities=frozenset({Feature.PARK})))
    assert {"capabilities", "do_not_disturb", "forwardings", "missed"} <= set(phone)
    assert phone["capabilities"] == ["park"]


def test_a_phone_that_is_registered_and_dead_is_told_from_one_that_is_not_registered() -> None:
    dead = Terminal("4000", problem=DOES_NOT_ANSWER, problem_at=time.time())
    assert re.fullmatch(r"registered, but does not answer since \d\d:\d\d", registration(dead))
    wrong = replace(dead, problem="wrong password, from 10.0.0.7")
    assert registration(wrong).startswith("not registered: wrong password, from 10.0.0.7, ")
    assert registration(Terminal("4000", in_service=True)) == "registered"

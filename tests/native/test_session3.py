"""Version 3 of the TSP session in the C codec, message by message, as docs/tsp-session.md has it."""

import pytest

from tests.native.codec import BAD_MESSAGE, Codec, Response
from tests.native.codec3 import (
    CAUSES_3,
    COMMANDS,
    READY,
    REASONS,
    CCall,
    CLine,
    CParty,
    CRequest,
    CResult,
    login_3,
    read_3,
    read_stream_3,
    request,
)


def test_a_login_offers_version_3(codec: Codec) -> None:
    assert login_3(codec, "4000", "se%cret") == "Action%Login%4000%se\uff05cret%3\r\n\r\n".encode()
    (response,) = read_stream_3(codec, b"Response%Success%3%4000\r\n\r\n")
    assert response == Response(True, True, version_3=True, terminal="4000")


def test_before_it_is_agreed_on_nobody_is_told_what_belongs_to_version_3(codec: Codec) -> None:
    messages = (b"Notify%Ready", b"Notify%Line%terminal=4000", b"Result%1%Success", b"Notify%Call%call=c1")
    assert codec.reader().receive(b"".join(one + b"\r\n\r\n" for one in messages)) == [BAD_MESSAGE] * 4


def test_a_call_that_comes_in_is_read_whole(codec: Codec) -> None:
    values = (
        "call=8f31c2%state=RingBackState%direction=inbound%features=answer reject%caller-name=Lee"
        "%caller-id=010%callee-id=4000%redirecting-id=4009%redirecting-privacy=withheld%reason=forwarded-busy%external=yes"
        "%related=c2%began=1700000000"
    )
    assert read_3(codec, f"Notify%Call%{values}") == [
        CCall(
            id="8f31c2",
            state="RingBackState",
            inbound=True,
            features=frozenset({"answer", "reject"}),
            caller=CParty("Lee", "010"),
            callee=CParty("", "4000"),
            redirecting=CParty("", "4009", "withheld"),
            reason="forwarded-busy",
            external=True,
            related="c2",
            began=1_700_000_000,
        )
    ]


def test_the_members_of_a_call_that_talks(codec: Codec) -> None:
    flags = "held=yes%held-by-other=YES%consultation=yes%by-hand=yes%conference=x1%answered=5%external=no"
    told = read_3(codec, f"Notify%Call%call=c1%state=ConnectedState%connected-name=Kim%{flags}")
    assert told == [
        CCall(
            *("c1", "ConnectedState"),
            connected=CParty("Kim"),
            external=False,
            held=True,
            held_by_other=True,
            consultation=True,
            conference="x1",
            by_hand=True,
            answered=5,
        )
    ]


@pytest.mark.parametrize("cause", CAUSES_3[1:])
def test_every_cause_is_known(codec: Codec, cause: str) -> None:
    told = read_3(codec, f"Notify%Call%call=c1%state=OnHookState%cause={cause}%redirected-to-id=1")
    assert told == [CCall("c1", "OnHookState", cause, redirected_to=CParty("", "1"))]


def test_words_of_a_newer_version_have_a_meaning(codec: Codec) -> None:
    end, reason = (
        "Notify%Call%call=c1%state=OnHookState%cause=moonlight",
        "Notify%Call%call=c1%state=ProceedState",
    )
    told = read_3(
        codec, end, f"{reason}%reason=moonlight%caller-privacy=x%features=dance drop%moon=full%moon"
    )
    features = frozenset({"drop"})
    assert told == [
        CCall("c1", "OnHookState", "failure"),
        CCall(
            "c1", "ProceedState", reason="unknown", caller=CParty("", "", "unavailable"), features=features
        ),
    ]


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_is_known(codec: Codec, reason: str) -> None:
    told = read_3(codec, f"Notify%Call%call=c1%state=ProceedState%reason={reason}")
    assert told == [CCall("c1", "ProceedState", reason=reason)]


def test_features_that_are_empty_are_known(codec: Codec) -> None:
    told = read_3(codec, "Notify%Call%call=c1%state=ProceedState%features=")
    assert told == [CCall("c1", "ProceedState", features=frozenset())]


@pytest.mark.parametrize(
    "values",
    ["", "call=c1", "call=c1%state=FlyingState", "state=ProceedState", "call=c_1%state=ProceedState"],
)
def test_a_call_without_id_or_state_is_passed_over(codec: Codec, values: str) -> None:
    assert read_3(codec, f"Notify%Call%{values}", "Notify%Ready") == ["", READY]


def test_the_line_is_read_whole(codec: Codec) -> None:
    every = " ".join(COMMANDS[1:-2])
    told = read_3(
        codec,
        f"Notify%Line%terminal=4000%name=Kim%reachable=yes%in-service=yes%capabilities={every}%features=dial"
        "%always=4001%busy=4002%no-answer=4003%after=20%do-not-disturb=yes%missed=3",
        "Notify%Line%terminal=4000%problem=not registered",
    )
    assert told == [
        CLine(
            *("4000", "Kim", "", True, True, True),
            capabilities=frozenset(COMMANDS[1:-2]),
            features=frozenset({"dial"}),
            always="4001",
            busy="4002",
            no_answer="4003",
            after=20,
            missed=3,
        ),
        CLine("4000", problem="not registered"),
    ]


def test_results_are_read(codec: Codec) -> None:
    told = read_3(
        codec,
        "Result%1%Success",
        "Result%4294967295%success%call=c7",
        "Result%2%Success%slot=701",
        "Result%3%Fail%reason=not-possible-now%text=the call is over; a=b",
    )
    assert told == [
        CResult(1, True),
        CResult(4_294_967_295, True, call="c7"),
        CResult(2, True, slot="701"),
        CResult(3, False, "not-possible-now", "the call is over; a=b"),
    ]


@pytest.mark.parametrize("number", ["", "0", "x", "1x", "4294967296", "99999999999", "-1"])
def test_a_result_without_a_number_is_passed_over(codec: Codec, number: str) -> None:
    assert read_3(codec, f"Result%{number}%Success", "Result%1%Perhaps") == ["", ""]


def test_blanks_and_case_do_not_matter_and_of_two_values_the_last_one_holds(codec: Codec) -> None:
    told = read_3(
        codec, " notify % CALL % Call = c0 %STATE= proceedstate % CALLER-ID = 1 % call=c1 % Held = Yes "
    )
    assert told == [CCall("c1", "ProceedState", caller=CParty("", "1"), held=True)]


def test_a_call_state_is_not_told_in_version_3(codec: Codec) -> None:
    assert read_stream_3(codec, b"Notify%CALL_STATE%4000%ProceedState%c1%%%%\r\n\r\n") == [BAD_MESSAGE]


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        (CRequest(1, "dial", {"address": "+82 (2) 568"}), "Request%1%dial%address=+82 (2) 568"),
        (CRequest(4_294_967_295, "answer", {"call": "c1"}), "Request%4294967295%answer%call=c1"),
        (
            CRequest(2, "transfer", {"call": "c1", "address": "1%2"}),
            "Request%2%transfer%call=c1%address=1\uff052",
        ),
        (CRequest(3, "complete", {"call": "c1", "other": "c2"}), "Request%3%complete%call=c1%other=c2"),
        (
            CRequest(4, "dtmf", {"call": "c1", "digits": "1=#"}, duration=80),
            "Request%4%dtmf%call=c1%digits=1=#%duration=80",
        ),
        (CRequest(5, "park", {"call": "c1", "slot": ""}), "Request%5%park%call=c1"),
        (CRequest(6, "pickup", {"target": "4001"}), "Request%6%pickup%target=4001"),
        (
            CRequest(7, "forward", {"busy": "4001", "no_answer": "4002"}, after=15),
            "Request%7%forward%busy=4001%no-answer=4002%after=15",
        ),
        (CRequest(8, "do-not-disturb", on=True), "Request%8%do-not-disturb%on=yes"),
        (CRequest(9, "do-not-disturb"), "Request%9%do-not-disturb%on=no"),
        (CRequest(10, "alive"), "Request%10%alive"),
    ],
)
def test_requests_are_written(codec: Codec, asked: CRequest, written: str) -> None:
    whole = written.encode() + b"\r\n\r\n"
    assert request(codec, asked) == whole
    assert request(codec, asked, len(whole)) == whole
    assert request(codec, asked, len(whole) - 1) == b""


@pytest.mark.parametrize("asked", [CRequest(0, "alive"), CRequest(1, "")])
def test_what_is_no_request_is_not_written(codec: Codec, asked: CRequest) -> None:
    assert request(codec, asked) == b""

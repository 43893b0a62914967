"""What version 3 of the TSP session writes, it reads; and nothing that comes makes it stumble."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offhook.call import (
    Call,
    CallState,
    Cause,
    Direction,
    Feature,
    Party,
    Privacy,
    Reason,
    commands,
)
from offhook.errors import Refusal
from offhook.tsp.framing import MAX_MESSAGE, TERMINATOR, Fault, MessageError
from offhook.tsp.messages3 import (
    BadRequest,
    CallNotify,
    Message3,
    Request,
    decode,
    encode,
)
from offhook.tsp.values import MAX_ID
from tests.tsp.strategies3 import calls, every_request, sent_by_servers

often = settings(deadline=None, max_examples=200)


def told(message: Message3) -> Message3:
    """What the other end makes of it."""
    data = encode(message)
    assert len(data) <= MAX_MESSAGE
    assert data.endswith(TERMINATOR)
    return decode(data[: -len(TERMINATOR)])


@often
@given(st.one_of(every_request, sent_by_servers))
def test_what_is_written_is_read_as_the_same(message: Message3) -> None:
    assert told(message) == message


@often
@given(st.lists(st.text(max_size=300), max_size=15), calls())
def test_a_call_with_any_texts_is_told_with_its_numbers(wild: list[str], call: Call) -> None:
    given_names = iter([*wild, *[""] * 15])
    call = replace(
        call,
        caller=replace(call.caller, name=next(given_names)),
        callee=Party(next(given_names) * 20, "4001"),
    )
    back = told(CallNotify(call))
    assert isinstance(back, CallNotify)
    assert (back.call.caller.id, back.call.callee.id) == (call.caller.id, "4001")


def test_a_call_whose_names_are_too_long_is_told_with_the_longest_ones_cut() -> None:
    long, short = "김" * 1000, "이민호"
    numbers_ = [str(digit) * MAX_ID for digit in range(5)]
    call = Call(
        *("c" * 32, "", CallState.CONNECTED, Party(long, numbers_[0]), Party(short, numbers_[1]), 1),
        connected_party=Party(long + "x", numbers_[2]),
        redirecting=Party(long, numbers_[3]),
        redirected_to=Party(long, numbers_[4]),
        features=frozenset(Feature) - {Feature.UNKNOWN},
    )
    data = encode(CallNotify(call))
    assert MAX_MESSAGE - 12 < len(data) <= MAX_MESSAGE
    back = decode(data[:-4])
    assert isinstance(back, CallNotify)
    parties_ = [back.call.caller, back.call.callee, back.call.connected_party, back.call.redirecting]
    assert [party.id for party in parties_ if party] == numbers_[:4]
    assert back.call.callee.name == short
    cut = [party.name for party in parties_ if party and party.name != short]
    assert all(long.startswith(name) and len(name) > 100 for name in cut)
    assert len(set(cut)) == 1


def test_the_largest_call_there_can_be_fits_into_a_message() -> None:
    widest = "\U0001f600"
    party = Party(widest * 500, widest * MAX_ID, Privacy.UNAVAILABLE)
    call = Call(
        *("c" * 32, "", CallState.ON_HOOK, party, party, 9_999_999_999, Direction.INBOUND, 9_999_999_999),
        cause=Cause.TERMINAL_UNAVAILABLE,
        features=frozenset(Feature) - {Feature.UNKNOWN},
        reason=Reason.FORWARDED_NO_ANSWER,
        held=True,
        held_by_other=True,
        related="r" * 32,
        consultation=True,
        conference="f" * 32,
        connected_party=party,
        redirecting=party,
        redirected_to=party,
        external=False,
        by_hand=True,
    )
    back = told(CallNotify(call))
    assert isinstance(back, CallNotify)
    assert back.call.redirected_to is not None
    assert back.call.redirected_to.id == widest * MAX_ID


def test_a_number_that_is_too_long_and_an_id_that_is_none_are_left_out() -> None:
    call = Call("c1", "", CallState.CONNECTED, Party("Kim", "4" * (MAX_ID + 1)), Party(), 1)
    assert told(CallNotify(replace(call, related="a b", conference="ä"))) == CallNotify(
        replace(call, caller=Party("Kim"))
    )


def test_what_no_reader_knows_yet_is_told_by_the_nearest_word() -> None:
    back = decode(
        b"Notify%Call%call=c1%state=onhookstate%cause=moon%reason=moon%callee-privacy=moon%features=moon"
    )
    assert isinstance(back, CallNotify)
    assert (back.call.cause, back.call.reason) == (Cause.FAILURE, Reason.UNKNOWN)
    assert back.call.callee == Party(privacy=Privacy.UNAVAILABLE)
    assert back.call.features == frozenset()


def test_equals_signs_belong_to_the_value_and_a_percent_sign_is_replaced() -> None:
    party = Party("a=b%c", "sip:x;y=z@h")
    back = told(CallNotify(Call("c1", "", CallState.CONNECTED, party, Party(), 1)))
    assert isinstance(back, CallNotify)
    assert back.call.caller == Party("a=b\uff05c", "sip:x;y=z@h")


@pytest.mark.parametrize(
    ("name", "told_as"),
    [
        ("Kim", "Kim"),
        (" Kim", "Kim"),
        ("Kim ", "Kim"),
        ("K=m", "K=m"),
        ("K= m", "K= m"),
        ("K\tm", "K m"),
        ("%", "\uff05"),
    ],
)
def test_a_name_is_told_without_what_would_break_the_message(name: str, told_as: str) -> None:
    call = Call("c1", "", CallState.CONNECTED, Party(name, "4001"), Party(name), 1)
    back = told(CallNotify(call))
    assert isinstance(back, CallNotify)
    assert (back.call.caller, back.call.callee) == (Party(told_as, "4001"), Party(told_as))


def test_digits_are_in_no_repr() -> None:
    assert "1234" not in repr(Request(1, commands.Dtmf("c1", "", "1234")))
    bad = decode(b"Request%1%dtmf%call=c1%digits=1234x")
    assert isinstance(bad, BadRequest)
    assert "1234" not in repr(bad)


@often
@given(
    st.binary(max_size=200), st.sampled_from([b"", b"Request%1%", b"Result%", b"Notify%Call%", b"Notify%"])
)
def test_whatever_comes_is_a_message_or_a_fault(data: bytes, head: bytes) -> None:
    try:
        message = decode(head + data)
    except MessageError as error:
        assert isinstance(error.fault, Fault)
    else:
        if not isinstance(message, BadRequest):
            told(message)


wild_values = st.lists(
    st.sampled_from(
        [
            *(
                "call=c1",
                "call=",
                "call",
                "digits=12",
                "digits=x",
                "address=4001",
                "address=",
                "slot=7",
                "on=yes",
            ),
            *(
                "duration=x",
                "duration=99999999999",
                "after=-1",
                "always=" + "4" * 90,
                "other=%",
                "target=\x00",
            ),
            *("=", "==", " call = c2 ", "CALL=C3"),
        ]
    ),
    max_size=8,
)


@often
@given(st.sampled_from([*(one.value for one in Feature), "clear-missed", "alive", "dance"]), wild_values)
def test_a_request_with_any_values_is_one_or_says_what_is_wrong(name: str, values: list[str]) -> None:
    asked = decode("%".join(["Request", "7", name, *values]).encode())
    if isinstance(asked, BadRequest):
        assert asked.number == 7
        assert asked.refusal is Refusal.NOT_SUPPORTED or re.match("[a-z-]+: ", asked.text)
    else:
        assert isinstance(asked, Request)
        assert told(asked) == asked


@pytest.mark.parametrize(
    "message", [b"Notify%Moon", b"Notify", b"Notify%CALL_STATE%4000", b"Action%Dial%1", b"x"]
)
def test_messages_of_other_versions_are_of_no_known_kind(message: bytes) -> None:
    with pytest.raises(MessageError) as error:
        decode(message)
    assert error.value.fault is Fault.UNKNOWN

"""The codec of the TSP session."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offhook.call import CallState, Cause, Party
from offhook.tsp.framing import MAX_MESSAGE, TERMINATOR, Fault, MessageError, clean
from offhook.tsp.messages import (
    CallInfoNotify,
    CallStateNotify,
    Dial,
    Drop,
    Fail,
    Login,
    Message,
    Success,
    decode,
    encode,
)
from tests.tsp.helpers import a_call

KIM, LEE = Party("Kim", "4000"), Party("", "4001")

PUBLISHED: dict[str, Message] = {
    "Action%Dial%4001": Dial("4001"),
    "Action%Drop%4001": Drop("4001"),
    "Action%Drop%": Drop(),
    "Action%Login%4000%secret": Login("4000", "secret"),
    "Response%Success": Success(),
    "Response%Success%2": Success(2),
    "Response%Fail": Fail(),
    "Response%Fail%busy": Fail("busy"),
    "Notify%CALL_STATE%4000%OffHookState%8f31c2%Kim%4000%%4001": CallStateNotify(
        "4000", CallState.OFF_HOOK, "8f31c2", KIM, LEE
    ),
    "Notify%CALL_STATE%4000%OnHookState%8f31c2%Kim%4000%%4001%no-answer": CallStateNotify(
        "4000", CallState.ON_HOOK, "8f31c2", KIM, LEE, Cause.NO_ANSWER
    ),
    "Notify%CALL_INFO%4000%ProceedState%8f31c2%Kim%4000%%4001": CallInfoNotify(
        "4000", CallState.PROCEED, "8f31c2", KIM, LEE
    ),
}


@pytest.mark.parametrize(("wire", "message"), PUBLISHED.items())
def test_published_form(wire: str, message: Message) -> None:
    assert encode(message) == wire.encode() + TERMINATOR
    assert decode(wire.encode()) == message


@pytest.mark.parametrize(
    "wire",
    [
        "Action % Dial % 4000",
        "ACTION%dial%4000",
        "Action%Dial%4000%extra%fields",
        "\r\nAction%Dial%4000",
        "\tAction\t%Dial% 4000 \t",
    ],
)
def test_reader_is_lenient(wire: str) -> None:
    assert decode(wire.encode()) == Dial("4000")


def test_extra_fields_of_every_message_are_ignored() -> None:
    assert decode(b"Action%Login%4000%secret%x") == Login("4000", "secret")
    assert decode(b"Response%Success%2%x") == Success(2)
    assert decode(b"Response%Fail%busy%x") == Fail("busy")
    assert decode(b"Notify%CALL_INFO%1%ProceedState%c%%%%%x") == CallInfoNotify(
        "1", CallState.PROCEED, "c", Party(), Party()
    )


def test_states_and_causes_are_read_in_any_case() -> None:
    message = decode(b"notify%call_state%1%ONHOOKSTATE%c%%%%%BUSY")
    assert message == CallStateNotify("1", CallState.ON_HOOK, "c", Party(), Party(), Cause.BUSY)


@pytest.mark.parametrize("wire", [b"Action%Login", b"Action%Login%", b"Action%Login%%"])
def test_login_without_terminal_or_token(wire: bytes) -> None:
    assert decode(wire) == Login("", "")


@pytest.mark.parametrize("version", [b"", b"x", b"-1", b"\xc2\xb2", b"0", b"99999"])
def test_a_version_that_is_no_number_is_none(version: bytes) -> None:
    assert decode(b"Response%Success%" + version) == Success()


def test_a_cause_that_is_not_known_is_none() -> None:
    message = decode(b"Notify%CALL_STATE%1%OnHookState%c%%%%%solar-flare")
    assert isinstance(message, CallStateNotify)
    assert message.cause is None


def test_a_cause_before_the_end_is_ignored() -> None:
    message = decode(b"Notify%CALL_STATE%1%ProceedState%c%%%%%busy")
    assert isinstance(message, CallStateNotify)
    assert message.cause is None


@pytest.mark.parametrize(
    ("wire", "fault"),
    [
        (b"", Fault.UNKNOWN),
        (b"Action", Fault.UNKNOWN),
        (b"Action%Transfer%4001", Fault.UNKNOWN),
        (b"Question%Dial%4001", Fault.UNKNOWN),
        (b"Response%Maybe", Fault.UNKNOWN),
        (b"Action%Dial%" + b"4" * 65, Fault.ADDRESS),
        (b"Action%Drop%" + b"4" * 65, Fault.ADDRESS),
        (b"Notify%CALL_STATE%4000", Fault.FIELDS),
        (b"Notify%CALL_STATE%1%SleepState%c%%%%", Fault.FIELDS),
        (b"Notify%CALL_STATE%1%ProceedState%no id%%%%", Fault.FIELDS),
        (b"Notify%CALL_INFO%1%ProceedState%%%%%", Fault.FIELDS),
        (b"Action%Dial%\xff", Fault.NOT_UTF8),
        (b"POST / HTTP/1.1\r\nHost: 127.0.0.1:7700", Fault.HTTP),
    ],
)
def test_nonsense_has_a_fault(wire: bytes, fault: Fault) -> None:
    with pytest.raises(MessageError) as caught:
        decode(wire)
    assert caught.value.fault is fault


def test_percent_and_controls_in_text_cannot_break_a_message() -> None:
    assert (
        encode(Dial("50%\r\n\r\nAction%Drop"))
        == "Action%Dial%50\uff05    Action\uff05Drop".encode() + TERMINATOR
    )
    assert clean(" a\u0085b\x7f ") == "a b"


def test_half_a_surrogate_pair_is_written_as_a_question_mark() -> None:
    assert encode(Dial("4\ud800")) == b"Action%Dial%4?" + TERMINATOR


@pytest.mark.parametrize("name", ["x" * 5000, "김" * 3000, "\U0001f600" * 2000])
def test_long_names_are_shortened_and_ids_never(name: str) -> None:
    message = CallInfoNotify("4000", CallState.PROCEED, "c1", Party(name, "+8225683848"), Party(name, "4001"))
    data = encode(message)
    assert MAX_MESSAGE - 10 < len(data) <= MAX_MESSAGE
    read = decode(data[: -len(TERMINATOR)])
    assert isinstance(read, CallInfoNotify)
    assert (read.caller.id, read.callee.id) == ("+8225683848", "4001")
    assert name.startswith(read.caller.name)
    assert name.startswith(read.callee.name)


def test_a_short_name_is_left_alone_beside_a_long_one() -> None:
    message = CallInfoNotify("4000", CallState.PROCEED, "c1", Party("x" * 5000), Party("Lee Min-ho"))
    read = decode(encode(message)[: -len(TERMINATOR)])
    assert isinstance(read, CallInfoNotify)
    assert read.callee.name == "Lee Min-ho"
    assert len(read.caller.name) > 3000


def test_ids_that_alone_are_too_long_are_refused() -> None:
    with pytest.raises(ValueError, match="4096"):
        encode(CallInfoNotify("4000", CallState.PROCEED, "c1", Party("", "4" * 5000), LEE))
    with pytest.raises(ValueError, match="4096"):
        encode(Login("4000", "t" * 5000))


def test_values_refuse_what_they_cannot_hold() -> None:
    with pytest.raises(ValueError, match="64"):
        Dial("4" * 65)
    with pytest.raises(ValueError, match="call id"):
        CallInfoNotify("4000", CallState.PROCEED, "a_b", KIM, LEE)
    with pytest.raises(ValueError, match="cause"):
        CallStateNotify("4000", CallState.PROCEED, "c1", KIM, LEE, Cause.BUSY)


def test_a_subaddress_and_a_name_that_do_not_fit_are_left_out_before_the_address_is_measured() -> None:
    """TAPI allows 79 characters, of which the number is the first few."""
    name = "^Dr. Friederike von Hohenstein-Schoenberg, Einkauf"
    assert Dial("+1 (650) 253-0000|4711" + name).address == "+1 (650) 253-0000"
    assert Drop("+1 (650) 253-0000 |4711" + name).which == "+1 (650) 253-0000"
    assert decode(b"Action%Dial%+1 (650) 253-0000|4711" + name.encode()) == Dial("+1 (650) 253-0000")
    assert Dial("4001|12^Kim").address == "4001|12^Kim"


def test_a_token_is_not_shown() -> None:
    assert "secret" not in repr(Login("4000", "secret"))


def test_notifies_are_made_of_calls() -> None:
    over = a_call("c1", CallState.ON_HOOK, cause=Cause.BUSY)
    assert CallStateNotify.of(over).cause is Cause.BUSY
    assert CallInfoNotify.of(over).callee == Party("", "4001")


text = st.text(st.characters(exclude_categories=["Cs"]), max_size=60).map(clean)
parties = st.builds(Party, text, text)
call_ids = st.from_regex(r"[A-Za-z0-9-]{1,32}", fullmatch=True)
states = st.sampled_from(CallState)
messages: st.SearchStrategy[Message] = st.one_of(
    st.builds(Dial, text),
    st.builds(Drop, text),
    st.builds(Login, text, text),
    st.builds(Success, st.none() | st.integers(1, 9999)),
    st.builds(Fail, st.none() | text.filter(bool)),
    st.builds(CallStateNotify, text, states, call_ids, parties, parties),
    st.builds(
        CallStateNotify, text, st.just(CallState.ON_HOOK), call_ids, parties, parties, st.sampled_from(Cause)
    ),
    st.builds(CallInfoNotify, text, states, call_ids, parties, parties),
)


@settings(deadline=None)
@given(messages)
def test_every_message_comes_back_as_it_was(message: Message) -> None:
    data = encode(message)
    assert data.endswith(TERMINATOR)
    assert data.find(TERMINATOR) == len(data) - len(TERMINATOR)
    assert decode(data[: -len(TERMINATOR)]) == message


@settings(deadline=None)
@given(st.text(max_size=3000), st.text(max_size=3000))
def test_any_names_fit_into_one_message(one: str, other: str) -> None:
    message = CallStateNotify("4000", CallState.PROCEED, "c1", Party(one, "1"), Party(other, "2"))
    data = encode(message)
    assert len(data) <= MAX_MESSAGE
    assert data.find(TERMINATOR) == len(data) - len(TERMINATOR)
    assert isinstance(decode(data[: -len(TERMINATOR)]), CallStateNotify)


@settings(deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "replace")))
def test_no_input_raises_anything_else(data: bytes) -> None:
    with contextlib.suppress(MessageError):
        decode(data)

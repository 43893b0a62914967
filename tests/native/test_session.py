"""The C codec of the TSP session, message by message."""

import pytest

from tests.native.codec import (
    BAD_MESSAGE,
    CAUSES,
    MAX_MESSAGE,
    PROTOCOL_ERROR,
    STATES,
    Codec,
    Notify,
    Response,
    Told,
)

END = b"\r\n\r\n"
RINGING = Notify("CALL_STATE", "4000", "RingBackState", "8f31c2", "Kim", "4000", "Lee Min-ho", "4001")


def read(codec: Codec, *messages: str | bytes) -> list[Told]:
    """What a reader tells of whole messages, given without their ends."""
    data = [message.encode() if isinstance(message, str) else message for message in messages]
    return codec.reader().receive(b"".join(message + END for message in data))


def test_actions_are_written_as_published(codec: Codec) -> None:
    assert codec.dial("4001") == b"Action%Dial%4001\r\n\r\n"
    assert codec.drop("8f31c2") == b"Action%Drop%8f31c2\r\n\r\n"
    assert codec.drop("") == b"Action%Drop%\r\n\r\n"
    assert codec.login("4000", "secret") == b"Action%Login%4000%secret\r\n\r\n"


def test_an_address_is_written_as_tapi_gave_it(codec: Codec) -> None:
    assert codec.dial("+82 (2) 568-3848") == b"Action%Dial%+82 (2) 568-3848\r\n\r\n"


def test_nothing_in_a_field_can_end_it_or_the_message(codec: Codec) -> None:
    assert codec.dial("1%2\r\n\r\n3") == "Action%Dial%1\uff052    3\r\n\r\n".encode()
    assert codec.dial("a\x7fb\x80c\x9fd\xa0e") == "Action%Dial%a b c d\xa0e\r\n\r\n".encode()


def test_what_does_not_fit_is_not_written(codec: Codec) -> None:
    whole = codec.dial("4001")
    assert codec.dial("4001", len(whole)) == whole
    assert codec.dial("4001", len(whole) - 1) == b""
    assert codec.dial("4001", 0) == b""


def test_a_message_is_never_longer_than_the_limit(codec: Codec) -> None:
    frame = len(codec.dial(""))
    assert len(codec.dial("4" * (MAX_MESSAGE - frame), 2 * MAX_MESSAGE)) == MAX_MESSAGE
    assert codec.dial("4" * (MAX_MESSAGE - frame + 1), 2 * MAX_MESSAGE) == b""


def test_responses_are_read(codec: Codec) -> None:
    assert read(codec, "Response%Success", "Response%Fail") == [Response(True), Response(False)]


def test_a_reason_comes_with_fail_only(codec: Codec) -> None:
    assert read(codec, "Response%Fail%busy") == [Response(False, reason="busy")]
    assert read(codec, "Response%Success%busy") == [Response(True)]


@pytest.mark.parametrize("version", ["2", "3", "10", "9999"])
def test_version_2_is_spoken_by_later_ones_too(codec: Codec, version: str) -> None:
    (response,) = read(codec, f"Response%Success%{version}")
    assert isinstance(response, Response)
    assert (response.version_2, response.version_3) == (True, version != "2")


@pytest.mark.parametrize("version", ["", "0", "1", "02", "-2", "2.0", "10000", "two", "\uff12"])
def test_what_names_no_later_version_is_version_1(codec: Codec, version: str) -> None:
    assert read(codec, f"Response%Success%{version}") == [Response(True)]


def test_a_call_state_is_read(codec: Codec) -> None:
    assert read(codec, "Notify%CALL_STATE%4000%RingBackState%8f31c2%Kim%4000%Lee Min-ho%4001") == [RINGING]


@pytest.mark.parametrize("state", STATES[1:])
def test_every_state_is_known(codec: Codec, state: str) -> None:
    assert read(codec, f"Notify%CALL_INFO%4000%{state}%c1%%%%") == [Notify("CALL_INFO", "4000", state, "c1")]


@pytest.mark.parametrize("cause", CAUSES[1:])
def test_every_cause_is_known(codec: Codec, cause: str) -> None:
    told = read(codec, f"Notify%CALL_STATE%4000%OnHookState%c1%%%%%{cause}")
    assert told == [Notify("CALL_STATE", "4000", "OnHookState", "c1", cause=cause)]


def test_an_unknown_cause_is_no_cause(codec: Codec) -> None:
    told = read(codec, "Notify%CALL_STATE%4000%OnHookState%c1%%%%%moonlight")
    assert told == [Notify("CALL_STATE", "4000", "OnHookState", "c1")]


@pytest.mark.parametrize("message", ["CALL_STATE%4000%ProceedState", "CALL_INFO%4000%OnHookState"])
def test_a_cause_belongs_to_the_end_of_a_call_only(codec: Codec, message: str) -> None:
    (told,) = read(codec, f"Notify%{message}%c1%%%%%busy")
    assert isinstance(told, Notify)
    assert told.cause == ""


def test_blanks_around_fields_and_case_of_names_do_not_matter(codec: Codec) -> None:
    message = " notify % call_state % 4000 % RINGBACKSTATE % 8f31c2 % Kim % 4000 % Lee Min-ho % 4001 "
    assert read(codec, message, "RESPONSE % success ") == [RINGING, Response(True)]


def test_control_characters_are_read_as_blanks(codec: Codec) -> None:
    message = "Notify%CALL_STATE%4000%RingBackState%8f31c2%\tKim\r\n%4000%Lee\x9fMin-ho\x80\x00%\x7f4001"
    assert read(codec, message) == [RINGING]


def test_fields_that_nobody_knows_are_passed_over(codec: Codec) -> None:
    message = "Notify%CALL_STATE%4000%RingBackState%8f31c2%Kim%4000%Lee Min-ho%4001%%new%newer"
    assert read(codec, message) == [RINGING]


def test_names_are_utf_8(codec: Codec) -> None:
    (told,) = read(codec, "Notify%CALL_INFO%4000%ProceedState%c1%김철수%4000%😀 Ünal%4001")
    assert isinstance(told, Notify)
    assert (told.caller_name, told.callee_name) == ("김철수", "😀 Ünal")


@pytest.mark.parametrize(
    "message",
    [
        "",
        "%",
        "Response",
        "Response%Perhaps",
        "Responses%Fail",
        "Action%Dial%4001",
        "Notify%CALL_END%4000%OnHookState%c1%%%%",
        "Notify%CALL_STATE%4000%FlyingState%c1%%%%",
        "Notify%CALL_STATE%4000%%c1%%%%",
        "Notify%CALL_STATE%4000%OnHookState%c1%%%",
        "Notify%CALL_STATE%4000%OnHookState%%%%%",
        "Notify%CALL_STATE%4000%OnHookState%c_1%%%%",
        f"Notify%CALL_STATE%4000%OnHookState%{'c' * 33}%%%%",
    ],
)
def test_what_makes_no_sense_is_passed_over(codec: Codec, message: str) -> None:
    assert read(codec, message, "Response%Success") == [BAD_MESSAGE, Response(True)]


@pytest.mark.parametrize(
    "data",
    [
        b"\xff",
        b"\x80",
        b"\xc2",
        b"\xc0\xaf",
        b"\xc1\xbf",
        b"\xe0\x9f\xbf",
        b"\xed\xa0\x80",
        b"\xf0\x8f\xbf\xbf",
        b"\xf4\x90\x80\x80",
        b"\xf5\x80\x80\x80",
        b"\xe2\x82",
        b"\xe2\x82\xac\xac",
    ],
)
def test_what_is_not_utf_8_breaks_the_session(codec: Codec, data: bytes) -> None:
    assert read(codec, b"Response%Fail%" + data, "Response%Success") == [PROTOCOL_ERROR]


def test_a_broken_session_stays_broken(codec: Codec) -> None:
    reader = codec.reader()
    assert reader.receive(b"\xff" + END) == [PROTOCOL_ERROR]
    reader.broken = False
    assert reader.receive(b"Response%Success" + END) == [PROTOCOL_ERROR]


@pytest.mark.parametrize("length", [MAX_MESSAGE, MAX_MESSAGE + 1])
def test_a_message_may_be_4096_bytes_with_its_end(codec: Codec, length: int) -> None:
    told = codec.reader().receive(b"Response%Success%%".ljust(length - len(END), b"x") + END)
    assert told == ([Response(True)] if length <= MAX_MESSAGE else [PROTOCOL_ERROR])


def test_what_never_ends_is_given_up_at_the_limit(codec: Codec) -> None:
    reader = codec.reader()
    assert reader.receive(b"x" * (MAX_MESSAGE - 1)) == []
    assert reader.receive(b"x") == [PROTOCOL_ERROR]


def test_messages_of_any_number_go_through_one_reader(codec: Codec) -> None:
    reader = codec.reader()
    for _ in range(1000):
        assert reader.receive(b"Response%Success" + END) == [Response(True)]


def test_an_end_in_pieces_is_an_end(codec: Codec) -> None:
    reader = codec.reader()
    pieces = [b"Response%Fail\r", b"\n", b"\r", b"\nResponse%Success\r\n", b"\r\n"]
    assert [reader.receive(piece) for piece in pieces] == [[], [], [], [Response(False)], [Response(True)]]

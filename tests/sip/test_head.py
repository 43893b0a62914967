"""The head of a message: lines, folding, names, lists."""

import pytest

from offhook.sip.head import MAX_HEAD, MAX_LINES, divide, fields, split_list
from offhook.sip.values import SipParseError


def test_a_message_is_a_start_line_header_lines_and_a_body() -> None:
    assert divide(b"BYE sip:a@b SIP/2.0 \r\nTo: x\r\nFrom: y\r\n\r\nbody") == (
        "BYE sip:a@b SIP/2.0",
        ["To: x", "From: y"],
        b"body",
    )


def test_bare_line_feeds_are_line_ends_where_there_are_no_others() -> None:
    assert divide(b"BYE sip:a@b SIP/2.0\nTo: x\nFrom: y\n\nbody") == (
        "BYE sip:a@b SIP/2.0",
        ["To: x", "From: y"],
        b"body",
    )


def test_bare_line_ends_of_either_kind_are_line_ends_among_others() -> None:
    assert divide(b"BYE sip:a@b SIP/2.0\nTo: x\rFrom: y\r\nCSeq: z\r\n\r\nbody") == (
        "BYE sip:a@b SIP/2.0",
        ["To: x", "From: y", "CSeq: z"],
        b"body",
    )


def test_a_body_may_have_blank_lines_of_its_own() -> None:
    assert divide(b"BYE sip:a@b SIP/2.0\r\nTo: x\r\n\r\na\n\nb\r\n\r\nc") == (
        "BYE sip:a@b SIP/2.0",
        ["To: x"],
        b"a\n\nb\r\n\r\nc",
    )


@pytest.mark.parametrize("early", [b"", b"\n\n"])
def test_a_head_that_is_too_long_is_not_taken_apart(early: bytes) -> None:
    line = b"X: " + b"a" * MAX_HEAD + b"\r\n"
    assert divide(b"BYE sip:a@b SIP/2.0\r\nTo: x\r\n" + early + line + b"\r\n") is None


def test_a_line_that_begins_with_a_blank_goes_on_with_the_one_before() -> None:
    assert fields(["Subject: one", " two", "\t three", "To: x"]) == {"subject": "one two three", "to": "x"}


def test_a_first_line_that_begins_with_a_blank_goes_on_with_none() -> None:
    assert fields([" Subject: one", "To: x", "\ty"]) == {"subject": "one", "to": "x y"}


def test_values_of_one_name_are_together_however_it_is_written() -> None:
    assert fields(["Route: <sip:a>", "To: x", "ROUTE : <sip:b>, <sip:c>"]) == {
        "route": ["<sip:a>", "<sip:b>", "<sip:c>"],
        "to": "x",
    }


def test_what_is_no_list_keeps_its_commas() -> None:
    assert fields(["Date: Sat, 13 Nov 2010 23:29:00 GMT", "m: <sip:a>, <sip:b>"]) == {
        "date": "Sat, 13 Nov 2010 23:29:00 GMT",
        "contact": ["<sip:a>", "<sip:b>"],
    }


def test_empty_elements_of_a_list_are_none() -> None:
    assert fields(["Allow: INVITE,, ACK,", "Supported:", "Subject:"]) == {
        "allow": ["INVITE", "ACK"],
        "subject": "",
    }


def test_a_quote_that_is_left_open_swallows_nothing_of_the_next_line() -> None:
    assert fields(['Contact: "a \\" <sip:a>', "Contact: <sip:b>, <sip:c>"]) == {
        "contact": ['"a \\" <sip:a>', "<sip:b>", "<sip:c>"]
    }


def test_a_line_without_a_colon_is_passed_over() -> None:
    assert fields(["To: x", "nothing", "From: y"]) == {"to": "x", "from": "y"}


def test_more_lines_than_anybody_needs_are_refused() -> None:
    assert len(fields(["X-A: 1"] * MAX_LINES)["x-a"]) == MAX_LINES
    with pytest.raises(SipParseError):
        fields(["X-A: 1"] * (MAX_LINES + 1))


def test_a_list_is_split_at_its_own_commas_only() -> None:
    assert split_list('"a\\",b" <x,y>, c') == ['"a\\",b" <x,y>', "c"]
    assert split_list("a, b,c") == ["a", "b", "c"]

"""What was read is kept by its text, within limits."""

import pytest

from offhook.sip import head, message, values
from offhook.sip.head import fields
from offhook.sip.headers import Headers, Values
from offhook.sip.memo import MAX_TEXT, MAX_TEXTS, keep
from offhook.sip.message import Response, SipParseError, parse
from offhook.sip.values import Via, usual_branch


def test_a_memo_gives_what_was_read_and_begins_anew_when_it_is_full() -> None:
    memo: dict[str, int] = {}
    for number in range(3 * MAX_TEXTS):
        assert keep(memo, f"text {number}", number) == number
        assert memo[f"text {number}"] == number
        assert len(memo) <= MAX_TEXTS


def test_a_long_text_is_not_kept() -> None:
    memo: dict[str, int] = {}
    assert keep(memo, "x" * (MAX_TEXT + 1), 1) == 1
    assert not memo


def test_what_comes_from_strangers_fills_no_memory() -> None:
    for number in range(2 * MAX_TEXTS):
        parse(
            f"SIP/2.0 200 Reason {number}\r\nVia: SIP/2.0/UDP h{number};branch=z9hG4bKx;rport={number}\r\n"
            f"From: <sip:{number}@h>;tag={number}\r\nTo: <sip:{number}@h>\r\nCall-ID: {number}\r\n"
            f"CSeq: {number} BYE\r\nContact: <sip:{number}@h>\r\nX-{number}: y\r\n\r\n".encode()
        )
    memos = (head._LINES, message._CSEQS, message._TAGS, message._STATUS_LINES)
    assert all(len(memo) <= MAX_TEXTS for memo in (*memos, values._SENT_BYS, values._BEHIND))


def test_what_is_new_in_each_message_or_secret_is_not_kept() -> None:
    lines = ["Via: SIP/2.0/UDP h;branch=z9hG4bKa", "Authorization: Digest a", "X-Unknown: y"]
    fields(lines)
    assert not head._LINES.keys() & set(lines)


def test_a_line_is_read_the_same_again_whatever_was_done_with_its_values() -> None:
    lines = ["Allow: INVITE, , ACK", "Subject: one, two", "allow: BYE"]
    expected: Values = {"allow": ["INVITE", "ACK", "BYE"], "subject": "one, two"}
    first = Headers(fields(lines))
    assert first == Headers(dict(expected))
    first.add("Allow", "INFO")
    first.set_first("Allow", "OPTIONS")
    assert fields(lines) == expected


def test_a_line_that_goes_on_is_never_one_of_its_own() -> None:
    assert fields([" Subject: one"]) == {"subject": "one"}
    assert fields(["To: x", " Subject: one"]) == {"to": "x Subject: one"}


def test_a_bad_value_is_refused_each_time() -> None:
    bad = b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h;branch=z9\r\nFrom: <sip:a@b\r\nTo: <sip:a@b>\r\n"
    for _ in range(2):
        with pytest.raises(SipParseError, match="Bad or no From"):
            parse(bad + b"Call-ID: x\r\nCSeq: 1 BYE\r\n\r\n")
        with pytest.raises(SipParseError, match="Bad CSeq"):
            parse(bad.replace(b"a@b\r\n", b"a@b>\r\n") + b"Call-ID: x\r\nCSeq: x BYE\r\n\r\n")


@pytest.mark.parametrize(
    "via",
    [
        "SIP/2.0/UDP h:5060;branch=z9hG4bKa-1;rport=5062;received=10.0.0.1",
        "SIP/2.0/TCP h;rport;branch=z9hG4bKa-1",
        "SIP/2.0/UDP h;branch=z9hG4bKa-1;received=fe80::1;i=2",
    ],
)
def test_the_branch_of_a_usual_via_is_found_without_parsing_it(via: str) -> None:
    assert usual_branch(via) == usual_branch(via) == Via.parse(via).branch == "z9hG4bKa-1"


@pytest.mark.parametrize(
    "via",
    [
        "SIP/2.0/UDP h;branch=z9hG4bKa;BRANCH=z9hG4bKb",
        "SIP/2.0/UDP h;Branch=z9hG4bKb;branch=z9hG4bKa",
        'SIP/2.0/UDP h;branch=z9hG4bKa;x=";branch=z9hG4bKc"',
        "SIP/2.0/UDP h;branch=z9hG4bKa ;rport",
        "SIP/2.0/UDP h;branch=z9hG4bKa;=1",
        "SIP/2.0/UDP h:70000;branch=z9hG4bKa",
        "SIP/2.0/UDP h",
    ],
)
def test_any_other_via_is_parsed(via: str) -> None:
    assert usual_branch(via) == usual_branch(via) == ""


def test_a_status_line_means_the_same_each_time() -> None:
    text = b"\r\nVia: SIP/2.0/UDP h;branch=z9\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\n"
    for _ in range(2):
        heard = parse(b"sip/2.0 486 Not Now" + text + b"Call-ID: x\r\nCSeq: 1 BYE\r\n\r\n")
        assert isinstance(heard, Response)
        assert (heard.status, heard.reason) == (486, "Not Now")

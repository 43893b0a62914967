"""Messages, headers and their values."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offhook.sip.headers import LISTS, Headers
from offhook.sip.message import (
    NameAddr,
    Request,
    Response,
    SipParseError,
    Uri,
    Via,
    make_response,
    parse,
    serialize,
)

INVITE = (
    b"INVITE sip:4001@192.0.2.1 SIP/2.0\r\n"
    b"Via: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK1;rport\r\n"
    b"Max-Forwards: 70\r\n"
    b'From: "Lee, Min-ho" <sip:4000@192.0.2.1>;tag=a1\r\n'
    b"To: <sip:4001@192.0.2.1>\r\n"
    b"Call-ID: c1\r\n"
    b"CSeq: 7 INVITE\r\n"
    b"Contact: <sip:4000@192.0.2.9>\r\n"
    b"Content-Type: application/sdp\r\n"
    b"Content-Length: 5\r\n"
    b"\r\n"
    b"v=0\r\n"
)


def parsed(data: bytes = INVITE) -> Request:
    message = parse(data)
    assert isinstance(message, Request)
    return message


def with_line(line: bytes) -> bytes:
    return INVITE.replace(b"Max-Forwards: 70\r\n", line + b"\r\n")


def test_what_is_read_is_written_the_same() -> None:
    assert serialize(parsed()) == INVITE


def test_the_values_everybody_asks_for_are_at_hand() -> None:
    request = parsed()
    assert (request.method, request.target.user, request.body) == ("INVITE", "4001", b"v=0\r\n")
    assert (request.call_id, request.cseq, request.cseq_method) == ("c1", 7, "INVITE")
    assert (request.from_tag, request.to_tag) == ("a1", "")
    assert (request.via.branch, request.via.port) == ("z9hG4bK1", 5060)
    assert request.from_.display == "Lee, Min-ho"
    assert request.contact == NameAddr(Uri("sip", "4000", "192.0.2.9"))


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        (b"x: 1800;refresher=uac", "Session-Expires", "1800;refresher=uac"),
        (b"X: 1800", "session-expires", "1800"),
        (b"r: <sip:a@b>", "Refer-To", "<sip:a@b>"),
        (b"SUPPORTED: timer", "supported", "timer"),
        (b"k : timer", "Supported", "timer"),
    ],
)
def test_compact_names_are_their_full_names(line: bytes, name: str, value: str) -> None:
    assert parsed(with_line(line)).headers.get(name) == value


def test_a_comma_list_is_one_value_each_but_not_in_quotes_and_brackets() -> None:
    request = parsed(with_line(b'Route: "a, b" <sip:x,y@z;lr>, <sip:q;lr>\r\nAllow: INVITE,ACK'))
    assert request.headers.all("Route") == ['"a, b" <sip:x,y@z;lr>', "<sip:q;lr>"]
    assert request.headers.all("Allow") == ["INVITE", "ACK"]


@pytest.mark.parametrize("name", sorted(LISTS - {"via"}))
def test_every_header_that_may_be_a_list_is_one_value_each(name: str) -> None:
    several = f'{name.upper()}: one;t="a, \\"b, c", <sip:x,y@z> ,,two\r\n{name}: three,\r\n{name.title()}:'
    assert parsed(with_line(several.encode())).headers.all(name)[:4] == [
        'one;t="a, \\"b, c"',
        "<sip:x,y@z>",
        "two",
        "three",
    ]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (b"k: timer, 100rel", "Supported"),
        (b"u: dialog,presence", "Allow-Events"),
        (b"a: *;audio , *;video", "Accept-Contact"),
        (b"j: *;audio,*;video", "Reject-Contact"),
        (b"d: no-fork,cancel", "Request-Disposition"),
        (b"v: SIP/2.0/UDP b;branch=z9hG4bK2, SIP/2.0/UDP c", "Via"),
        (b"m: <sip:a@b>,<sip:c@d>", "Contact"),
    ],
)
def test_a_list_under_a_compact_name_is_one_value_each(line: bytes, name: str) -> None:
    before = parsed().headers.count(name)
    assert parsed(with_line(line)).headers.count(name) == before + 2


@pytest.mark.parametrize(
    "line",
    [
        b"Date: Thu, 26 Nov 2026 10:00:00 GMT",
        b"Subject: one, two",
        b"User-Agent: a, b",
        b'WWW-Authenticate: Digest realm="a", nonce="b"',
        b'Authorization: Digest username="a", realm="b"',
        b"Refer-To: <sip:a,b@c>",
    ],
)
def test_a_comma_in_a_header_that_is_no_list_divides_nothing(line: bytes) -> None:
    name, _, value = line.decode().partition(": ")
    assert parsed(with_line(line)).headers.all(name) == [value]


def test_an_escaped_quote_does_not_end_a_quoted_name() -> None:
    request = parsed(with_line(b'Route: "a \\" b, c" <sip:x;lr>, <sip:q;lr>'))
    assert request.headers.all("Route") == ['"a \\" b, c" <sip:x;lr>', "<sip:q;lr>"]


def test_empty_lines_before_the_start_line_are_passed_over() -> None:
    assert parsed(b"\r\n\r\n" + INVITE).method == "INVITE"


def test_bytes_behind_the_body_are_cut_off() -> None:
    assert parsed(INVITE + b"junk").body == b"v=0\r\n"


@pytest.mark.parametrize(
    ("old", "new", "reason", "status"),
    [
        (b"SIP/2.0\r\nVia", b"SIP/3.0\r\nVia", "Version Not Supported", 505),
        (b"Call-ID: c1\r\n", b"", "No Call-ID", 400),
        (b"From:", b"X-From:", "Bad or no From", 400),
        (b"CSeq: 7 INVITE", b"CSeq: 7 BYE", "CSeq does not match the method", 400),
        (b"CSeq: 7", b"CSeq: 2147483648", "Bad CSeq", 400),
        (b"Content-Length: 5", b"Content-Length: 6", "Body shorter than Content-Length", 400),
        (b"Content-Length: 5", b"Content-Length: -5", "Bad Content-Length", 400),
        (b"Call-ID: c1", b"Call-ID: c1\r\ni: c2", "Call-ID repeated", 400),
    ],
)
def test_a_bad_request_says_what_is_wrong(old: bytes, new: bytes, reason: str, status: int) -> None:
    with pytest.raises(SipParseError) as caught:
        parse(INVITE.replace(old, new))
    assert (caught.value.reason, caught.value.status) == (reason, status)


def test_a_bad_request_that_can_be_answered_comes_with_the_error() -> None:
    with pytest.raises(SipParseError) as caught:
        parse(INVITE.replace(b"CSeq: 7 INVITE", b"CSeq: 7 BYE"))
    assert isinstance(caught.value.request, Request)
    with pytest.raises(SipParseError) as caught:
        parse(INVITE.replace(b"Via:", b"No:"))
    assert caught.value.request is None


def test_a_response_copies_what_it_must() -> None:
    request = parsed(with_line(b"Record-Route: <sip:p;lr>"))
    ringing = make_response(request, 180, to_tag="b2")
    assert (ringing.reason, ringing.to_tag, ringing.cseq, ringing.via) == ("Ringing", "b2", 7, request.via)
    assert ringing.headers.get("Record-Route") == "<sip:p;lr>"
    assert "Record-Route" not in make_response(request, 404).headers
    assert make_response(request, 100, to_tag="b2").to_tag == ""


def test_a_line_break_in_a_value_is_refused_on_the_way_out() -> None:
    request = parsed()
    request.headers.set("Subject", "hello\r\nX-Evil: yes")
    with pytest.raises(ValueError, match="line break"):
        serialize(request)


def test_a_response_without_reason_is_read() -> None:
    response = parse(INVITE.replace(b"INVITE sip:4001@192.0.2.1 SIP/2.0", b"SIP/2.0 180"))
    assert isinstance(response, Response)
    assert (response.status, response.reason) == (180, "Ringing")


@given(st.binary(max_size=400))
def test_any_bytes_raise_nothing_but_a_parse_error(data: bytes) -> None:
    for attempt in (data, INVITE.replace(b"70", data), INVITE.replace(b"<sip:4000@192.0.2.1>", data)):
        try:
            message = parse(attempt)
        except SipParseError:
            continue
        for read in ("via", "from_", "to", "contact", "target"):
            with suppress(SipParseError):
                getattr(message, read, None)
        serialize(message)


@given(st.integers(0, len(INVITE)), st.integers(0, len(INVITE)), st.binary(max_size=8))
def test_a_damaged_message_raises_nothing_but_a_parse_error(start: int, end: int, put: bytes) -> None:
    with suppress(SipParseError):
        serialize(parse(INVITE[:start] + put + INVITE[end:]))


@pytest.mark.parametrize(
    "text",
    [
        "sip:4000@192.0.2.1:5060;transport=UDP",
        "sips:kim@example.com",
        "sip:example.com",
        "sip:user;par=u%40example.net@example.com",
        "sip:alice:secret@example.com",
        "sip:[2001:db8::1]:5060",
        "sip:a@b?Replaces=x%3Bto-tag%3D1",
        "tel:+82-2-568-3848",
        "tel:4000;phone-context=example.com",
        "urn:service:sos",
    ],
)
def test_a_uri_comes_back_as_it_was(text: str) -> None:
    assert str(Uri.parse(text)) == text


def test_a_uri_is_taken_apart() -> None:
    uri = Uri.parse("SIP:%34000@Example.com:5070;transport=UDP;lr?Subject=x")
    assert (uri.scheme, uri.user, uri.host, uri.port) == ("sip", "4000", "Example.com", 5070)
    assert (dict(uri.params), uri.headers) == ({"transport": "UDP", "lr": None}, "Subject=x")
    assert Uri.parse("tel:+1-201;ext=5").user == "+1-201"


@pytest.mark.parametrize(
    "text", ["", "sip:", "4000", "sip:a b@c", "sip:a@b:70000", "sip:a@b:x", "tel:", "x:<>", "sip:a@[::1"]
)
def test_a_bad_uri_is_refused(text: str) -> None:
    with pytest.raises(SipParseError):
        Uri.parse(text)


@pytest.mark.parametrize(
    ("text", "display", "tag"),
    [
        ('"Kim \\"K\\" <x>" <sip:a@b;p=1>;tag=9', 'Kim "K" <x>', "9"),
        ("Kim Lee <sip:a@b>", "Kim Lee", None),
        ("<sip:a@b> ; tag = 9", "", "9"),
        ("sip:a@b;tag=9", "", "9"),
        ('<sip:a@b>;x="a;b";TAG=9', "", "9"),
    ],
)
def test_an_address_is_taken_apart(text: str, display: str, tag: str | None) -> None:
    address = NameAddr.parse(text)
    assert (address.display, address.uri.user, address.tag) == (display, "a", tag)
    assert NameAddr.parse(str(address)) == address


@pytest.mark.parametrize(
    "text", ['"a <sip:a@b>', "<sip:a@b", "<sip:a@b>x", '"a"', "sip:a@b?x=y", 'a "b" <sip:a@b>', ""]
)
def test_a_bad_address_is_refused(text: str) -> None:
    with pytest.raises(SipParseError):
        NameAddr.parse(text)


def test_a_via_is_taken_apart() -> None:
    via = Via.parse("SIP / 2.0 / tcp [2001:db8::9]:5062 ; branch = z9hG4bK1;rport")
    assert (via.transport, via.host, via.port, via.branch) == ("TCP", "[2001:db8::9]", 5062, "z9hG4bK1")
    assert str(via) == "SIP/2.0/TCP [2001:db8::9]:5062;branch=z9hG4bK1;rport"


@pytest.mark.parametrize("params", ["branch=z9hG4bK1", "branch=z9hG4bK1;rport", "branch=z9hG4bK1;rport=5060"])
@pytest.mark.parametrize("place", ["pbx.test", "127.0.0.1:5062"])
def test_a_via_is_read_alike_however_it_is_written(place: str, params: str) -> None:
    usual = Via.parse(f"SIP/2.0/UDP {place};{params}")
    assert usual == Via.parse(f"sip / 2.0 / udp  {place} ; {params.replace(';', ' ; ').replace('=', ' = ')}")
    assert str(usual) == f"SIP/2.0/UDP {place};{params}"


@pytest.mark.parametrize("params", ["branch=z9hG4bK1", "branch=z9hG4bK1;x=y"])
def test_a_via_has_a_port_that_there_can_be(params: str) -> None:
    assert Via.parse(f"SIP/2.0/UDP 127.0.0.1:65535;{params}").port == 65535
    with pytest.raises(SipParseError):
        Via.parse(f"SIP/2.0/UDP 127.0.0.1:65536;{params}")


def test_headers_keep_their_order_and_forget_case() -> None:
    headers = Headers()
    headers.add("X-One", "1")
    headers.add("route", "a")
    headers.add("ROUTE", "b")
    headers.set_top("Via", "v")
    assert list(headers) == [("Via", "v"), ("X-One", "1"), ("Route", "a"), ("Route", "b")]
    copy = headers.copy()
    copy.remove("Route")
    copy.set("x-one", [])
    assert "route" in headers
    assert "Route" not in copy
    assert "X-One" not in copy


@pytest.mark.parametrize("line", [b"X-Long: " + b"a" * 20_000 + b"\r\n", b" more\r\n" * 3_000])
def test_headers_that_are_too_large_are_not_read_and_the_request_is_told_so(line: bytes) -> None:
    with pytest.raises(SipParseError) as refused:
        parse(INVITE.replace(b"Content-Type:", line + b"Content-Type:", 1))
    assert (refused.value.status, refused.value.reason) == (513, "Headers too large")
    assert isinstance(refused.value.request, Request) and refused.value.request.call_id == "c1"


def test_a_lone_carriage_return_in_the_start_line_is_refused() -> None:
    with pytest.raises(SipParseError):
        parse(INVITE.replace(b"sip:4001@", b"sip:40\r01@", 1))


def test_a_body_may_be_larger_than_headers_may() -> None:
    body = b"a" * 60_000
    data = INVITE.replace(b"Content-Length: 5", b"Content-Length: 60000").replace(b"v=0\r\n", body)
    assert parsed(data).body == body

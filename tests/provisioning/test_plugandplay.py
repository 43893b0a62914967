"""A phone that asks its network where its configuration is."""

from __future__ import annotations

import pytest

from offhook.provisioning.plugandplay import PlugAndPlay
from offhook.sip.message import Request, Response, parse

SNOM = """\
SUBSCRIBE sip:MAC%3a00135E874B49@intern.snom.de SIP/2.0
Via: SIP/2.0/UDP 192.0.2.67:5060;rport
From: <sip:MAC%3a00135E874B49@intern.snom.de>;tag=658512961
To: <sip:MAC%3a00135E874B49@intern.snom.de>
Call-ID: 1930770594@192.0.2.67
CSeq: 1 SUBSCRIBE
Event: ua-profile;profile-type="device";vendor="OEM";model="OEM";version="7.1.19"
Expires: 0
Accept: application/url
Contact: <sip:192.0.2.67:5060>
Content-Length: 0

"""
"""As Snom's documentation has it."""

PHONE, OWN = ("192.0.2.67", 5060), ("192.0.2.10", 40000)
URL = "http://192.0.2.10:8088/"


def question(text: str = SNOM) -> bytes:
    return text.replace("\n", "\r\n").encode()


def asked(
    text: str = SNOM, source: tuple[str, int] = PHONE, known: str = "00135e874b49", now: float = 1.0
) -> list[tuple[Request | Response, tuple[str, int]]]:
    answerer = PlugAndPlay(lambda mac: URL if mac == known else None)
    return [(parse(data), to) for data, to in answerer.answers(question(text), source, OWN, now)]


def test_a_phone_that_was_added_is_told_where_to_ask() -> None:
    (told, to), (notify, notified) = asked()
    assert isinstance(told, Response) and isinstance(notify, Request)
    assert (told.status, told.headers.get("CSeq"), to) == (200, "1 SUBSCRIBE", PHONE)
    assert (notify.method, notify.uri, notified) == ("NOTIFY", "sip:192.0.2.67:5060", PHONE)
    assert (notify.body.decode(), notify.headers.get("Content-Type")) == (URL, "application/url")
    assert notify.headers.get("Event") == "ua-profile;effective-by=0"
    assert notify.headers.get("Subscription-State") == "terminated;reason=timeout"
    assert (notify.call_id, notify.to_tag) == ("1930770594@192.0.2.67", "658512961")
    assert notify.from_.params["tag"] == told.to_tag


def test_a_phone_that_sends_an_empty_tag_is_told_by_who_has_answered() -> None:
    to = "\nTo: <sip:MAC%3a00135E874B49@intern.snom.de>"
    (told, _), (notify, _) = asked(SNOM.replace(to, f"{to};tag="))
    assert notify.from_tag == told.to_tag != ""
    assert notify.headers.get("From") == told.headers.get("To")


@pytest.mark.parametrize(
    "name", ["MAC%3a00135e874b49", "MAC:00135E874B49", "MAC=00135e874b49", "mac00135e874b49"]
)
def test_the_mac_address_is_read_however_a_vendor_writes_it(name: str) -> None:
    assert len(asked(SNOM.replace("MAC%3a00135E874B49", name))) == 2


def test_a_phone_that_was_not_added_is_not_answered_and_told_of() -> None:
    notes: list[tuple[str, str]] = []
    answerer = PlugAndPlay(lambda _mac: None, lambda *what: notes.append(what))
    assert answerer.answers(question(), PHONE, OWN, 1.0) == []
    assert notes == [("a phone 00:13:5e:87:4b:49 asks for its configuration, and is not known", "192.0.2.67")]


@pytest.mark.parametrize(
    "old, new",
    [
        ("ua-profile", "presence"),
        ("SUBSCRIBE", "OPTIONS"),
        ("MAC%3a00135E874B49", "kim"),
        ("Contact: <sip:192.0.2.67:5060>\n", ""),
        ("CSeq: 1 SUBSCRIBE", "CSeq: x"),
        ("Content-Length: 0", "X: " + "x" * 5000),
    ],
)
def test_anything_else_is_not_answered(old: str, new: str) -> None:
    assert asked(SNOM.replace(old, new)) == []


def test_nobody_but_who_has_asked_is_sent_anything() -> None:
    answers = asked(source=("192.0.2.99", 1234))
    assert [to for _, to in answers] == [("192.0.2.99", 1234)] * 2


def test_a_host_that_asks_on_and_on_is_answered_ten_times_at_once() -> None:
    answerer = PlugAndPlay(lambda _mac: URL)
    answered = [answerer.answers(question(), PHONE, OWN, 1.0) for _ in range(30)]
    assert sum(map(bool, answered)) == 10
    assert answerer.answers(question(), ("192.0.2.68", 5060), OWN, 1.0)
    assert answerer.answers(question(), PHONE, OWN, 20.0)


def test_all_hosts_together_are_answered_so_often() -> None:
    answerer = PlugAndPlay(lambda _mac: URL)
    answered = [answerer.answers(question(), (f"192.0.2.{n}", 1), OWN, 1.0) for n in range(250)]
    assert sum(map(bool, answered)) == 200

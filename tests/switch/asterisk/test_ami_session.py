"""An AMI session: login, answers, lists, and what a hostile peer could send."""

from __future__ import annotations

import hashlib

import pytest

from offhook.errors import PeerError
from offhook.switch.asterisk.ami import Message
from offhook.switch.asterisk.session import AmiSession, LoginRefused, Reply

BANNER = b"Asterisk Call Manager/11.0.0\r\n"


class Peer:
    """A session, and its Asterisk by hand."""

    def __init__(self, *, clear: bool = False) -> None:
        self.events: list[Message] = []
        self.ready = 0
        self.session = AmiSession(
            "offhook", "s3cret", clear=clear, on_ready=self._on_ready, on_event=self.events.append
        )

    def says(self, *lines: str) -> None:
        self.session.receive("\r\n".join([*lines, "", ""]).encode())

    def hears(self) -> list[dict[str, str]]:
        blocks = self.session.outgoing().decode().split("\r\n\r\n")[:-1]
        return [dict(line.split(": ", 1) for line in block.split("\r\n")) for block in blocks]

    def _on_ready(self) -> None:
        self.ready += 1


def logged_in() -> Peer:
    peer = Peer()
    peer.session.receive(BANNER)
    peer.says("Response: Success", "ActionID: 1", "Challenge: 840415273")
    peer.says("Response: Success", "ActionID: 2", "Message: Authentication accepted")
    peer.hears()
    return peer


def test_the_login_answers_the_challenge_and_does_not_send_the_secret() -> None:
    peer = Peer()
    peer.session.receive(BANNER)
    assert peer.hears() == [{"Action": "Challenge", "ActionID": "1", "AuthType": "MD5"}]
    peer.says("Response: Success", "ActionID: 1", "Challenge: 840415273")
    (login,) = peer.hears()
    assert login["Key"] == hashlib.md5(b"840415273s3cret").hexdigest()
    assert "s3cret" not in str(login)
    assert peer.ready == 0
    peer.says("Response: Success", "ActionID: 2", "Message: Authentication accepted")
    assert (peer.ready, peer.session.ready, peer.session.version) == (1, True, "11.0.0")


def test_without_a_challenge_the_secret_is_kept() -> None:
    peer = Peer()
    peer.session.receive(BANNER)
    with pytest.raises(PeerError, match="use TLS"):
        peer.says("Response: Error", "ActionID: 1", "Message: Authentication type not supported")
    assert "s3cret" not in str(peer.hears())


def test_without_a_challenge_the_secret_goes_where_nobody_listens() -> None:
    peer = Peer(clear=True)
    peer.session.receive(BANNER)
    peer.hears()
    peer.says("Response: Error", "ActionID: 1", "Message: Authentication type not supported")
    assert peer.hears()[0]["Secret"] == "s3cret"


def test_a_refused_login_says_who() -> None:
    peer = Peer()
    peer.session.receive(BANNER)
    peer.says("Response: Success", "ActionID: 1", "Challenge: 1")
    with pytest.raises(LoginRefused, match="refused the login of offhook: Authentication failed"):
        peer.says("Response: Error", "ActionID: 2", "Message: Authentication failed")


def test_answers_find_their_questions_in_any_order() -> None:
    peer, first, second = logged_in(), list[Reply](), list[Reply]()
    for replies in (first, second):
        peer.session.act("Ping", [], replies.append)
    peer.says("Response: Error", "ActionID: 4", "Message: no")
    peer.says("Response: Success", "ActionID: 3", "Ping: Pong")
    assert [(reply.good, reply.text) for reply in (*first, *second)] == [(True, ""), (False, "no")]


def test_a_list_is_whole_when_it_is_complete_and_events_pass_between() -> None:
    peer, replies = logged_in(), list[Reply]()
    peer.session.act("CoreShowChannels", [], replies.append)
    peer.says("Response: Success", "ActionID: 3", "EventList: start")
    peer.says("Event: CoreShowChannel", "ActionID: 3", "Uniqueid: 1")
    peer.says("Event: Hangup", "Uniqueid: 9")
    assert replies == []
    peer.says("Event: CoreShowChannelsComplete", "ActionID: 3", "EventList: Complete")
    assert [item.get("uniqueid") for item in replies[0].items] == ["1"]
    assert [event.event for event in peer.events] == ["Hangup"]


@pytest.mark.parametrize(
    "lines",
    [
        ("Response: Success", "ActionID: 99"),
        ("Response: Success", "ActionID: 99", "EventList: start"),
        ("Event: X", "ActionID: 99", "EventList: Complete"),
        ("Response: Success",),
        ("nonsense",),
    ],
)
def test_answers_that_nobody_asked_for_do_nothing(lines: tuple[str, ...]) -> None:
    peer = logged_in()
    peer.says(*lines)
    assert peer.session.outgoing() == b""


def test_an_asterisk_that_answers_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offhook.switch.asterisk.session.MAX_WAITING", 3)
    peer = logged_in()
    with pytest.raises(PeerError, match="without an answer"):
        for _ in range(4):
            peer.session.act("Ping", [], lambda _reply: None)


def test_a_list_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offhook.switch.asterisk.session.MAX_ITEMS", 3)
    peer = logged_in()
    peer.session.act("CoreShowChannels", [], lambda _reply: None)
    peer.says("Response: Success", "ActionID: 3", "EventList: start")
    with pytest.raises(PeerError, match="more than 3 items"):
        for _ in range(4):
            peer.says("Event: CoreShowChannel", "ActionID: 3")

"""Both halves of a session, by talking to them."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offhook.call import Call, CallState, Dial, Party, Terminal
from offhook.errors import CallError, Refusal
from offhook.sscp.commands import Perform
from offhook.sscp.connection import (
    MAX_UNREADABLE,
    Answered,
    ClientProtocol,
    ProtocolError,
    ServerProtocol,
    call_event,
    terminal_event,
)
from offhook.sscp.messages import CallChange, Login, Reply, TerminalChange, Watch, encode

CALL = Call("c1", "4000", CallState.OFF_HOOK, Party("Kim", "4000"), Party("", "4001"), started=1.0)


@pytest.fixture
def server() -> ServerProtocol:
    protocol = ServerProtocol()
    protocol.logged_in()
    return protocol


def answer(protocol: ServerProtocol) -> Any:
    (message,) = protocol.outbox
    protocol.outbox.clear()
    return json.loads(message)


def test_a_readable_command_comes_out(server: ServerProtocol) -> None:
    dial = Perform(1, Dial("4000", "4001"))
    assert server.receive(encode(dial)) == dial
    assert server.receive(encode(dial).decode()) == dial
    assert server.outbox == []


def test_nothing_but_login_comes_out_before_the_login() -> None:
    server = ServerProtocol()
    assert server.receive(encode(Perform(1, Dial("4000", "4001")))) is None
    assert answer(server)["error"]["code"] == "not-authenticated"
    assert server.receive(encode(Login(2, "kim", "secret"))) == Login(2, "kim", "secret")


def test_a_second_login_is_refused(server: ServerProtocol) -> None:
    assert server.receive(encode(Login(2, "kim", "secret"))) is None
    assert answer(server)["error"]["code"] == "bad-request"


@pytest.mark.parametrize(
    ("message", "number", "words"),
    [
        (b'{"type":"dial","id":4,"terminal":4000,"address":"1"}', 4, "$.terminal"),
        (b'{"type":"dial","id":4,"terminal":"4000"}', 4, "address"),
        (b'{"type":"dial","id":4,"terminal":"4000","address":"' + b"1" * 300 + b'"}', 4, "$.address"),
        (b'{"type":"history","id":4,"limit":100000}', 4, "$.limit"),
        (b'{"type":"explode","id":4}', 4, "$.type"),
        (b'{"id":4}', 4, "type"),
        (b'{"type":"dial","id":-1,"terminal":"4000","address":"1"}', None, "$.id"),
        (b'{"type":"dial","id":1.5,"terminal":"4000","address":"1"}', None, "$.id"),
        (b"[]", None, "object"),
        (b'{"type":', None, "not JSON"),
        (b"", None, "not JSON"),
        (b'{"type":"dial","id":4,"terminal":"\xff","address":"1"}', 4, "not UTF-8"),
        (b'{"type":"calls","id":4,"x":' + b"[" * 30000 + b"]" * 30000 + b"}", None, "nested too deeply"),
    ],
)
def test_what_cannot_be_read_is_a_bad_request_that_names_the_fault(
    server: ServerProtocol, message: bytes, number: int | None, words: str
) -> None:
    assert server.receive(message) is None
    reply = answer(server)
    assert (reply["id"], reply["error"]["code"]) == (number, "bad-request")
    assert words in reply["error"]["message"]


def test_a_peer_that_sends_only_rubbish_is_given_up(server: ServerProtocol) -> None:
    for _ in range(MAX_UNREADABLE - 1):
        server.receive(b"rubbish")
    assert server.broken is None
    server.receive(b"rubbish")
    assert server.broken is not None


@given(st.one_of(st.binary(), st.text(st.characters())))
def test_no_input_raises(data: bytes | str) -> None:
    ServerProtocol().receive(data)
    ClientProtocol().receive(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
MEMBERS = ["id", "terminal", "address", "user", "password", "token", "call", "limit", "before", "seq"]
MEMBERS += ["dial_id", "dial_ids", "terminals", "features", "refused"]
KINDS = ["login", "dial", "drop", "calls", "history", "watch", "unwatch", "reply", "call", "terminal", "x"]
KINDS += ["withdraw", "answer", "consult", "dtmf", "forward", "do-not-disturb", "pickup", "terminals"]
MEMBERS += ["digits", "duration_ms", "forwardings", "on", "target", "other", "slot", "knows", "sets"]


@settings(suppress_health_check=[HealthCheck.too_slow])  # other tests may have the processor just now
@given(st.fixed_dictionaries({"type": st.sampled_from(KINDS)}, optional=dict.fromkeys(MEMBERS, JSON)))
def test_no_object_with_our_members_raises(message: dict[str, Any]) -> None:
    data = json.dumps(message)
    server = ServerProtocol()
    server.logged_in()
    server.receive(data)
    client = ClientProtocol()
    client.send(Perform(1, Dial("4000", "4001")))
    client.receive(data)


def test_a_reply_finds_its_command() -> None:
    client = ClientProtocol()
    first, second = Watch(client.next_id(), "4000"), Perform(client.next_id(), Dial("4000", "4001"))
    client.send(first)
    client.send(second)
    assert client.receive(encode(Reply(second.id, call=CALL))) == Answered(
        second, Reply(second.id, call=CALL)
    )
    assert client.receive(encode(Reply(first.id))) == Answered(first, Reply(first.id))
    assert client.receive(encode(Reply(first.id))) is None


def test_events_come_out_as_they_were_put_in() -> None:
    client = ClientProtocol()
    assert client.receive(call_event(5, CALL)) == CallChange(5, CALL)
    assert client.receive(terminal_event(Terminal("4000"))) == TerminalChange(Terminal("4000"))


def test_a_server_that_talks_nonsense_is_broken() -> None:
    assert isinstance(ClientProtocol().receive(b'{"type":"surprise"}'), ProtocolError)


def test_a_command_that_the_server_could_not_read_breaks_the_session() -> None:
    server, client = ServerProtocol(), ClientProtocol()
    server.receive(b"rubbish")
    assert isinstance(client.receive(server.outbox[0]), ProtocolError)


def test_a_refused_command_is_answered_with_its_error(server: ServerProtocol) -> None:
    server.refuse(Perform(9, Dial("4000", "4001")), CallError(Refusal.TERMINAL_BUSY, "drop it first"))
    assert answer(server) == {
        "type": "reply",
        "id": 9,
        "error": {"code": "terminal-busy", "message": "drop it first"},
    }

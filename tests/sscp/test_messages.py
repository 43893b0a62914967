"""The wire form, as others rely on it."""

import json
from dataclasses import replace

from offhook.call import (
    CAN_DIAL,
    CAN_DROP,
    Call,
    CallState,
    Cause,
    Dial,
    Drop,
    Feature,
    Party,
    Terminal,
    Withdraw,
)
from offhook.errors import CallError, Refusal
from offhook.sscp.commands import Perform
from offhook.sscp.messages import (
    CallChange,
    Calls,
    History,
    Login,
    Message,
    Reply,
    Snapshot,
    TerminalChange,
    Watch,
    decode_request,
    decode_server_message,
    encode,
    refusal,
)
from offhook.sscp.rows import Row

CALL = Call(
    "8f31c2",
    "4000",
    CallState.RING_BACK,
    Party("Kim", "4000"),
    Party("", "4001"),
    started=1.5,
    revision=2,
    features=CAN_DROP,
)
OVER = Call("a", "4000", CallState.ON_HOOK, Party(), Party(), 1.0, ended=2.0, cause=Cause.NO_ANSWER)

CALL_OBJECT = {
    "id": "8f31c2",
    "terminal": "4000",
    "state": "RingBackState",
    "caller": {"name": "Kim", "id": "4000", "privacy": "none"},
    "callee": {"name": "", "id": "4001", "privacy": "none"},
    "started": 1.5,
    "direction": "outbound",
    "connected": None,
    "ended": None,
    "cause": None,
    "revision": 2,
    "features": ["drop"],
    "reason": "direct",
    "held": False,
    "held_by_other": False,
    "related": "",
    "consultation": False,
    "conference": "",
    "connected_party": None,
    "redirecting": None,
    "redirected_to": None,
    "external": None,
    "by_hand": False,
}


def test_a_command_has_its_type_and_id() -> None:
    assert json.loads(encode(Perform(7, Dial("4000", "4001")))) == {
        "type": "dial",
        "id": 7,
        "terminal": "4000",
        "address": "4001",
    }


def test_a_call_event_carries_the_whole_call() -> None:
    assert json.loads(encode(CallChange(3, CALL))) == {"type": "call", "seq": 3, "call": CALL_OBJECT}


def test_a_terminal_event_carries_the_terminal() -> None:
    assert json.loads(encode(TerminalChange(Terminal("4000", "Kim", True, features=CAN_DIAL)))) == {
        "type": "terminal",
        "terminal": {
            "id": "4000",
            "name": "Kim",
            "in_service": True,
            "problem": "",
            "problem_at": None,
            "features": ["dial"],
            "capabilities": None,
            "forwardings": [],
            "do_not_disturb": False,
            "missed": 0,
        },
    }


def test_an_error_is_a_code_and_what_to_do() -> None:
    reply = refusal(7, CallError(Refusal.TERMINAL_BUSY, "drop the call first"))
    assert json.loads(encode(reply)) == {
        "type": "reply",
        "id": 7,
        "error": {"code": "terminal-busy", "message": "drop the call first"},
    }


def test_a_good_reply_has_what_was_asked_for_and_nothing_else() -> None:
    assert json.loads(encode(Reply(7))) == {"type": "reply", "id": 7}
    snapshot = json.loads(encode(Reply(8, snapshots=[Snapshot("4000", 3, [CALL])])))
    assert snapshot["snapshots"] == [{"terminal": "4000", "seq": 3, "calls": [CALL_OBJECT]}]


def test_what_one_end_writes_the_other_end_reads() -> None:
    commands: list[Message] = [
        Login(1, "kim", "secret", keep=True),
        Login(1, token="t"),
        Perform(2, Dial("4000", "4001")),
        Perform(2, Dial("4000", "4001", "d1")),
        Perform(2, Withdraw(["d1", "d2"])),
        Perform(2, Drop("8f31c2")),
        Calls(3),
        Calls(3, "4000"),
        History(4, "4000", None, 12.5, 10),
        Watch(5, "*"),
    ]
    assert [decode_request(encode(command)) for command in commands] == commands
    answers: list[Message] = [
        Reply(1, calls=[OVER]),
        Reply(2, call=CALL),
        Reply(3, snapshots=[Snapshot("4000", 3, [CALL])], terminals=[Row("4000")]),
        CallChange(1, OVER),
        TerminalChange(Terminal("4000")),
    ]
    assert [decode_server_message(encode(answer)) for answer in answers] == answers


def test_members_from_the_future_are_ignored() -> None:
    message = b'{"type":"dial","id":2,"terminal":"4000","address":"4001","colour":{"red":[1]}}'
    assert decode_request(message) == Perform(2, Dial("4000", "4001"))


def test_secrets_do_not_show() -> None:
    assert "secret" not in repr(Login(1, "kim", "secret", "secret"))
    assert "secret" not in repr(Reply(1, token="secret"))


def test_a_call_of_a_server_older_than_revisions_and_features_is_read() -> None:
    old = {name: value for name, value in CALL_OBJECT.items() if name not in ("revision", "features")}
    event = decode_server_message(json.dumps({"type": "call", "seq": 1, "call": old}))
    assert event == CallChange(1, replace(CALL, revision=0, features=None))
    assert isinstance(event, CallChange) and event.call.allows(Feature.DROP)


def test_features_from_the_future_are_no_fault() -> None:
    new = CALL_OBJECT | {"features": ["juggle", "drop"]}
    event = decode_server_message(json.dumps({"type": "call", "seq": 1, "call": new}))
    assert isinstance(event, CallChange)
    assert event.call.features == frozenset({Feature.DROP, Feature.UNKNOWN})

"""What nodes of two versions that follow each other say to each other: a rolling upgrade has both at once."""

import json

import pytest

from offhook.call import Call, CallState, Cause, Dial, Party
from offhook.cluster.entries import NodeEntry, TerminalEntry, decode_node, decode_terminal
from offhook.cluster.messages import AskCommand, AskStates, Beat, Forget, State, States, decode
from offhook.sscp.commands import Perform
from offhook.sscp.messages import decode_request

STATE = (
    b'{"node":"north","run":"ab12","total":7,"terminal":"4000","epoch":2,"n":5,"in_service":true,'
    b'"features":["dial"],"calls":[{"id":"c1","terminal":"4000","state":"ConnectedState","caller":{"name":"Kim",'
    b'"id":"4000","privacy":"none"},"callee":{"name":"Lee","id":"4001","privacy":"none"},"started":1.0,'
    b'"direction":"outbound","connected":2.0,"ended":null,"cause":null,"revision":3,"features":null,'
    b'"reason":"direct","held":false,"held_by_other":false,"related":"","consultation":false,"conference":"",'
    b'"connected_party":null,"redirecting":null,"redirected_to":null,"external":null,"by_hand":false}]}'
)
"""As the first version with a cluster wrote it."""

CALL = Call(
    "c1",
    "4000",
    CallState.CONNECTED,
    Party("Kim", "4000"),
    Party("Lee", "4001"),
    started=1.0,
    connected=2.0,
    revision=3,
)


def test_what_the_first_version_told_of_a_terminal_is_understood() -> None:
    state = decode(State, STATE)
    assert (state.node, state.epoch, state.in_service, state.calls) == ("north", 2, True, (CALL,))


def test_what_the_first_version_asked_is_understood() -> None:
    asked = decode(
        AskCommand,
        b'{"ask":"a1","terminal":"4000","epoch":2,'
        b'"command":{"type":"dial","id":1,"terminal":"4000","address":"4001"}}',
    )
    request = decode_request(bytes(asked.command))
    assert isinstance(request, Perform)
    assert request.command == Dial("4000", "4001")
    assert decode(Beat, b'{"node":"north","run":"ab12","total":7}') == Beat("north", "ab12", 7)
    assert decode(Forget, b'{"ask":"a1"}') == Forget("a1")
    assert decode(AskStates, b'{"after":"4000"}') == AskStates("4000")


def test_the_leases_of_the_first_version_are_understood() -> None:
    assert decode_node(b'{"run":"ab12","epoch":3,"beat":9}') == NodeEntry("ab12", 3, 9)
    assert decode_terminal(b'{"node":"north","node_epoch":3,"epoch":2}') == TerminalEntry("north", 3, 2)


def test_members_and_values_of_a_newer_version_do_not_keep_a_state_from_being_heard() -> None:
    told = json.loads(STATE)
    told["of_the_future"] = {"a": [1]}
    told["features"].append("fly")
    told["calls"][0] |= {"state": "OnHookState", "cause": "of-the-future", "of_the_future": None}
    (state,) = decode(States, json.dumps({"states": [told], "more": 1}).encode()).states
    (call,) = state.calls
    assert (call.state, call.cause) == (CallState.ON_HOOK, Cause.FAILURE)


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (decode_node, b'{"run":"ab12","epoch":3,"beat":9,"version":4}'),
        (decode_terminal, b'{"node":"north","node_epoch":3,"epoch":2,"site":"hq"}'),
    ],
)
def test_a_lease_of_a_newer_version_counts_as_one(read: object, text: bytes) -> None:
    assert callable(read)
    assert read(text) is not None

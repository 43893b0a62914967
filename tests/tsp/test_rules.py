"""The rules of the TSP session, 1 to 8, over real sockets."""

import asyncio
from dataclasses import replace

import pytest

from offhook.call import CallState, Cause, Direction, Party
from offhook.errors import CallError, Refusal
from tests.tsp.helpers import PlayedBackend, a_call, info, no_such_call, peer_of, serving, session, state
from tests.waiting import until


async def test_rule_1_every_action_gets_one_response_in_order() -> None:
    backend = PlayedBackend(gate=asyncio.Event())
    async with session(backend) as peer:
        await peer.say("Action%Dial%4001", "nonsense", "Action%Drop%4001", "Action%Login%4000%")
        await until(lambda: backend.asked == [("dial", "4000", "4001")])
        assert backend.gate is not None
        backend.gate.set()
        await peer.hears("Response%Success", "Response%Fail", "Response%Success", "Response%Success%2")
    assert backend.asked == [("dial", "4000", "4001"), ("drop", "4000", "4001")]


async def test_rule_1_notifies_go_on_while_an_action_is_under_way() -> None:
    backend = PlayedBackend()
    backend.tell(a_call("old"))
    async with session(backend) as peer:
        await peer.hears(state("old", "OffHookState"), info("old", "OffHookState"))
        backend.gate = asyncio.Event()
        await peer.say("Action%Drop")
        await until(lambda: bool(backend.asked))
        backend.advance("old", CallState.PROCEED)
        await peer.hears(state("old", "ProceedState"))
        backend.gate.set()
        await peer.hears("Response%Success")


async def test_rule_1_no_notify_of_an_attempt_that_failed() -> None:
    backend = PlayedBackend(refuse=CallError(Refusal.TERMINAL_BUSY, "hang up first"))

    def begins_and_ends() -> None:
        backend.tell(a_call("c1"))
        backend.advance("c1", CallState.ON_HOOK)

    backend.before_reply = begins_and_ends
    async with session(backend) as peer:
        await peer.say("Action%Dial%4001")
        await peer.hears("Response%Fail")
        backend.tell(a_call("c1", CallState.ON_HOOK))
        await peer.hears_nothing_more()


async def test_rule_1_a_call_begun_elsewhere_while_a_dial_fails_is_told() -> None:
    backend = PlayedBackend(refuse=CallError(Refusal.TERMINAL_BUSY, "hang up first"))
    backend.before_reply = lambda: backend.tell(a_call("other", callee="4009"))
    async with session(backend) as peer:
        await peer.say("Action%Dial%4001")
        await peer.hears(
            "Response%Fail", state("other", "OffHookState", "4009"), info("other", "OffHookState", "4009")
        )


async def test_rule_2_the_response_comes_before_the_first_notify() -> None:
    backend = PlayedBackend()
    backend.before_reply = lambda: backend.tell(a_call("c1"))
    async with session(backend) as peer:
        await peer.say("Action%Dial%4001")
        await peer.hears("Response%Success", state("c1", "OffHookState"))


async def test_rule_2_a_call_over_before_its_response_is_told_in_whole_after_it() -> None:
    backend = PlayedBackend()

    def whole_call() -> None:
        backend.tell(a_call("c1"))
        backend.advance("c1", CallState.PROCEED, CallState.ON_HOOK)

    backend.before_reply = whole_call
    async with session(backend) as peer:
        await peer.say("Action%Dial%4001")
        await peer.hears("Response%Success")
        await peer.hears(*[state("c1", name) for name in ("OffHookState", "ProceedState", "OnHookState")])
        await peer.hears_nothing_more()


async def test_rule_2_states_go_forward_only_and_none_is_repeated() -> None:
    backend = PlayedBackend()
    async with session(backend) as peer:
        await peer.say("Action%Dial%4001")
        await peer.hears("Response%Success")
        backend.tell(a_call("c1"))
        backend.tell(a_call("c1"))
        backend.tell(a_call("c1", CallState.RING_BACK))
        backend.tell(a_call("c1", CallState.PROCEED))
        backend.tell(a_call("c1", CallState.CONNECTED))
        backend.tell(a_call("c1", CallState.ON_HOOK))
        backend.tell(a_call("c1", CallState.ON_HOOK))
        names = ("OffHookState", "RingBackState", "ConnectedState", "OnHookState")
        await peer.hears(*[state("c1", name) for name in names])
        await peer.hears_nothing_more()


async def test_rule_2_on_hook_comes_for_an_accepted_call_of_which_nothing_else_was_told() -> None:
    backend = PlayedBackend()
    async with session(backend) as peer:
        await peer.say("Action%Dial%4001")
        await peer.hears("Response%Success")
        backend.tell(a_call("c1", CallState.ON_HOOK))
        await peer.hears(state("c1", "OnHookState"))
        backend.tell(a_call("c1", CallState.ON_HOOK))
        await peer.hears_nothing_more()


async def test_rule_2_only_calls_that_the_terminal_made_are_told() -> None:
    backend = PlayedBackend()
    async with session(backend) as peer:
        backend.tell(a_call("in", direction=Direction.INBOUND))
        await peer.hears_nothing_more()


async def test_rule_3_a_name_that_becomes_known_is_told_without_a_state() -> None:
    backend = PlayedBackend()
    async with session(backend) as peer:
        await peer.say("Action%Dial%4001")
        await peer.hears("Response%Success")
        backend.tell(a_call("c1"))
        backend.tell(a_call("c1", CallState.PROCEED))
        backend.tell(a_call("c1", CallState.PROCEED, name="Lee Min-ho"))
        backend.tell(a_call("c1", CallState.RING_BACK, name="Lee Min-ho"))
        await peer.hears(
            state("c1", "OffHookState"),
            state("c1", "ProceedState"),
            info("c1", "ProceedState", callee_name="Lee Min-ho"),
            state("c1", "RingBackState", callee_name="Lee Min-ho"),
        )


async def test_rule_3_a_name_that_comes_with_a_state_is_told_before_it() -> None:
    backend = PlayedBackend()
    async with session(backend) as peer:
        await peer.say("Action%Dial%4001")
        await peer.hears("Response%Success")
        backend.tell(a_call("c1"))
        backend.tell(a_call("c1", CallState.ON_HOOK, name="Lee"))
        await peer.hears(
            state("c1", "OffHookState"),
            info("c1", "OffHookState", callee_name="Lee"),
            state("c1", "OnHookState", callee_name="Lee"),
        )


async def test_rule_4_a_call_id_against_the_rule_is_never_sent(caplog: pytest.LogCaptureFixture) -> None:
    backend = PlayedBackend()
    async with session(backend) as peer:
        backend.tell(a_call("not an id"))
        backend.tell(a_call("x" * 33))
        await peer.hears_nothing_more()
    assert "cannot be told" in caplog.text


@pytest.mark.parametrize("which", ["4001", "8f31c2", ""])
async def test_rule_5_drop_names_an_address_or_an_id_or_nothing(which: str) -> None:
    backend = PlayedBackend()
    async with session(backend) as peer:
        await peer.say(f"Action%Drop%{which}")
        await peer.hears("Response%Success")
    assert backend.asked == [("drop", "4000", which)]


async def test_rule_5_dropping_what_is_gone_fails() -> None:
    async with session(PlayedBackend(refuse=no_such_call())) as peer:
        await peer.say("Action%Drop%4001")
        await peer.hears("Response%Fail")


@pytest.mark.parametrize("address", ["+82 (2) 568-3848", "T4001", "9,0W25683848", "4" * 64])
async def test_rule_6_an_address_is_handed_on_as_tapi_gives_it(address: str) -> None:
    backend = PlayedBackend()
    async with session(backend) as peer:
        await peer.say(f"Action%Dial%{address}")
        await peer.hears("Response%Success")
    assert backend.asked == [("dial", "4000", address)]


async def test_rule_6_an_address_of_more_than_64_characters_fails() -> None:
    backend = PlayedBackend()
    async with session(backend) as peer:
        await peer.say("Action%Dial%" + "4" * 65, "Action%Dial%4001")
        await peer.hears("Response%Fail", "Response%Success")
    assert backend.asked == [("dial", "4000", "4001")]


async def test_rule_6_an_address_with_nothing_to_dial_fails() -> None:
    backend = PlayedBackend(refuse=CallError(Refusal.INVALID_ADDRESS, "nothing to dial"))
    async with session(backend) as peer:
        await peer.say("Action%Dial%", "Action%Dial")
        await peer.hears("Response%Fail", "Response%Fail")


async def test_rule_7_a_session_begins_with_the_live_calls() -> None:
    backend = PlayedBackend()
    backend.tell(a_call("one", CallState.CONNECTED))
    backend.tell(a_call("two", CallState.RING_BACK, callee="4002"))
    backend.tell(a_call("in", CallState.CONNECTED, direction=Direction.INBOUND))
    backend.tell(a_call("else", CallState.CONNECTED, terminal="4009"))
    async with session(backend) as peer:
        await peer.hears(
            state("one", "ConnectedState"),
            info("one", "ConnectedState"),
            state("two", "RingBackState", "4002"),
            info("two", "RingBackState", "4002"),
        )
        backend.advance("one", CallState.ON_HOOK)
        await peer.hears(state("one", "OnHookState"))


async def test_rule_7_a_live_call_known_only_later_is_told_in_the_same_way() -> None:
    backend = PlayedBackend()
    async with session(backend) as peer:
        await until(lambda: backend.watchers == 1)
        backend.tell(a_call("one", CallState.CONNECTED))
        await peer.hears(state("one", "ConnectedState"), info("one", "ConnectedState"))


async def test_rule_7_login_for_another_terminal_switches_the_session() -> None:
    backend = PlayedBackend()
    backend.tell(a_call("one"))
    backend.tell(a_call("two", CallState.CONNECTED, terminal="4002"))
    async with session(backend) as peer:
        await peer.hears(state("one", "OffHookState"), info("one", "OffHookState"))
        await peer.say("Action%Login%4002%")
        await peer.hears(
            "Response%Success%2",
            "Notify%CALL_STATE%4002%ConnectedState%two%Kim%4002%%4001",
            "Notify%CALL_INFO%4002%ConnectedState%two%Kim%4002%%4001",
        )
        backend.advance("one", CallState.CONNECTED)
        await peer.say("Action%Dial%4003")
        await peer.hears("Response%Success")
    assert backend.asked == [("dial", "4002", "4003")]
    assert backend.watchers == 0


async def test_rule_7_login_for_the_same_terminal_repeats_no_state() -> None:
    backend = PlayedBackend()
    backend.tell(a_call("one"))
    async with session(backend) as peer:
        await peer.hears(state("one", "OffHookState"), info("one", "OffHookState"))
        await peer.say("Action%Login%4000%")
        await peer.hears("Response%Success%2")
        backend.advance("one", CallState.ON_HOOK)
        await peer.hears(state("one", "OnHookState", cause="normal"))


async def test_rule_8_dial_fails_at_once_without_the_call_manager_and_the_truth_follows() -> None:
    backend = PlayedBackend()
    backend.tell(a_call("kept", CallState.CONNECTED))
    backend.tell(a_call("gone", CallState.CONNECTED, callee="4002"))
    async with serving(backend) as server, peer_of(server) as peer:
        for _ in range(4):
            await peer.hear()
        backend.refuse = CallError(Refusal.UNAVAILABLE, "the Call Manager is away; try again")
        await peer.say("Action%Dial%4001")
        await peer.hears("Response%Fail")
        kept = replace(backend.calls["kept"], callee=Party("Lee", "4001"))
        backend.tell(kept)
        backend.tell(replace(backend.calls["gone"], state=CallState.ON_HOOK, cause=Cause.FAILURE))
        await peer.hears(
            info("kept", "ConnectedState", callee_name="Lee"), state("gone", "OnHookState", "4002")
        )

"""Whole call control through the Smart Messenger: which call is meant, and which numbers are called."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from offhook.call import (
    Answer,
    Call,
    CallCommand,
    CallState,
    Complete,
    Conference,
    Consult,
    Direction,
    DoNotDisturb,
    Drop,
    Dtmf,
    Forward,
    Forwarding,
    ForwardWhen,
    Hold,
    Park,
    Party,
    Pickup,
    Redirect,
    Reject,
    Retrieve,
    Swap,
    Transfer,
    Unpark,
    changed,
)
from offhook.errors import CallError, Refusal
from offhook.messenger import Messenger
from tests.messenger.helpers import PlayedLink, a_call, digits


def coming_in(call_id: str, caller: str = "0301234") -> Call:
    return replace(
        a_call(call_id, CallState.RING_BACK, callee="4000"),
        caller=Party("", caller),
        direction=Direction.INBOUND,
    )


FIRST = replace(a_call("first", CallState.CONNECTED), held=True, related="second")
SECOND = replace(a_call("second", CallState.CONNECTED, "4002"), related="first", consultation=True)
RINGING, LATER = coming_in("ringing"), coming_in("later", "0305678")


@pytest.fixture
def link() -> PlayedLink:
    return PlayedLink(snapshot=[FIRST, SECOND, RINGING, LATER])


def a_messenger(link: PlayedLink, names: dict[str, str] | None = None) -> Messenger:
    messenger = Messenger(digits, default_terminal="4000", name_of=lambda one: (names or {}).get(one, ""))
    messenger.attach(link)
    return messenger


@pytest.mark.parametrize(
    ("kind", "meant"),
    [
        (Answer, "later"),
        (Reject, "later"),
        (Redirect, "later"),
        (Hold, "second"),
        (Transfer, "second"),
        (Consult, "second"),
        (Dtmf, "second"),
        (Park, "second"),
        (Retrieve, "first"),
        (Swap, "first"),
        (Complete, "second"),
        (Conference, "second"),
    ],
)
async def test_without_a_name_the_newest_call_is_meant_that_the_command_fits(
    link: PlayedLink, kind: type[CallCommand[Any]], meant: str
) -> None:
    more: dict[str, str] = {"address": "4003"} if kind in (Redirect, Transfer, Consult) else {}
    await a_messenger(link).perform(kind("", "4000", **more))
    assert link.commands == [kind(meant, "4000", **more)]


@pytest.mark.parametrize("kind", [Transfer, Consult, Park])
async def test_where_the_only_call_is_on_hold_that_one_is_handed_on(kind: type[CallCommand[Any]]) -> None:
    link = PlayedLink(snapshot=[replace(FIRST, related=""), RINGING])
    more: dict[str, str] = {} if kind is Park else {"address": "4003"}
    await a_messenger(link).perform(kind("", "4000", **more))
    assert link.commands == [kind("first", "4000", **more)]


@pytest.mark.parametrize(
    ("kind", "what"),
    [(Answer, "call that rings"), (Retrieve, "call on hold"), (Hold, "call that it is connected with")],
)
async def test_where_no_call_fits_the_refusal_says_what_there_is_not(
    kind: type[CallCommand[None]], what: str
) -> None:
    with pytest.raises(CallError, match=what) as caught:
        await a_messenger(PlayedLink(snapshot=[a_call("c1")])).perform(kind("", "4000"))
    assert caught.value.refusal is Refusal.NO_SUCH_CALL


@pytest.mark.parametrize(
    ("kind", "helps"), [(Answer, False), (Retrieve, False), (Dtmf, False), (Complete, True), (Drop, True)]
)
async def test_a_call_is_to_be_named_only_where_another_one_could_be_meant(
    kind: type[CallCommand[None]], helps: bool
) -> None:
    held = replace(coming_in("c1"), state=CallState.CONNECTED, held=kind is Dtmf)
    more: dict[str, str] = {"digits": "1"} if kind is Dtmf else {}
    with pytest.raises(CallError) as caught:
        await a_messenger(PlayedLink(snapshot=[held])).perform(kind("", "4000", **more))
    assert ("name one by id" in str(caught.value)) == helps


@pytest.mark.parametrize("which", ["ringing", "0301234", "030-1234"])
async def test_a_call_that_comes_in_is_named_by_its_id_or_its_callers_number(
    link: PlayedLink, which: str
) -> None:
    await a_messenger(link).perform(Answer(which, "4000"))
    assert link.commands == [Answer("ringing", "4000")]


async def test_a_call_is_named_by_how_its_id_begins_where_no_other_begins_so(link: PlayedLink) -> None:
    link.snapshot = [replace(FIRST, id="8f31c2d0"), replace(SECOND, id="8f31c2e0", related="")]
    messenger = a_messenger(link)
    await messenger.perform(Hold("8f31c2e", "4000"))
    await messenger.perform(Conference("8f31c2e", "4000", "8f31c2d"))
    assert link.commands == [Hold("8f31c2e0", "4000"), Conference("8f31c2e0", "4000", "8f31c2d0")]
    for unclear in ("8f31c2", "8f31"):
        with pytest.raises(CallError, match="no such call"):
            await messenger.perform(Hold(unclear, "4000"))


async def test_a_number_comes_before_an_id_that_begins_like_it(link: PlayedLink) -> None:
    link.snapshot = [replace(FIRST, id="40020000aa"), replace(SECOND, callee=Party("", "400200"))]
    await a_messenger(link).perform(Hold("400200", "4000"))
    assert link.commands == [Hold("second", "4000")]


async def test_a_call_of_a_watched_terminal_is_known_by_its_id_alone(link: PlayedLink) -> None:
    messenger = a_messenger(link)
    messenger.on_call(RINGING)
    await messenger.perform(Answer("ringing"))
    assert link.commands == [Answer("ringing", "4000")]


async def test_a_command_returns_what_the_call_manager_has_returned(link: PlayedLink) -> None:
    assert await a_messenger(link).perform(Park("", "4000")) == "701"


async def test_addresses_are_made_numbers_as_for_a_dial(link: PlayedLink) -> None:
    messenger = a_messenger(link)
    await messenger.perform(Redirect("", "4000", "40-03"))
    await messenger.perform(Transfer("", "4000", "40 03"))
    await messenger.perform(
        Forward("4000", (Forwarding(ForwardWhen.BUSY, "40/03"), Forwarding(ForwardWhen.ALWAYS, "4003")))
    )
    assert [getattr(one, "address", "") for one in link.commands] == ["4003", "4003", ""]
    forward = link.commands[-1]
    assert isinstance(forward, Forward)
    assert [one.address for one in forward.forwardings] == ["4003", "4003"]


@pytest.mark.parametrize(
    "command",
    [
        Redirect("", "4000", "--"),
        Transfer("", "4000", "--"),
        Consult("", "4000", "--"),
        Forward("4000", (Forwarding(ForwardWhen.ALWAYS, "--"),)),
    ],
    ids=lambda command: command.name,
)
async def test_what_is_no_number_is_refused_before_anybody_is_asked(
    link: PlayedLink, command: CallCommand[None]
) -> None:
    with pytest.raises(CallError) as caught:
        await a_messenger(link).perform(command)
    assert (caught.value.refusal, link.commands, link.asked) == (Refusal.INVALID_ADDRESS, [], [])


@pytest.mark.parametrize(
    "command", [Pickup("4000", "4001"), Unpark("4000", "701"), Consult("", "4000", "4001")]
)
async def test_a_call_that_a_command_begins_is_watched_first_and_told_once(
    link: PlayedLink, command: Pickup
) -> None:
    messenger = a_messenger(link)
    heard: list[Call] = []
    link.answer = begun = a_call("c1")
    messenger.watch("4000", heard.append)
    assert await messenger.perform(command) == begun
    messenger.on_call(begun)
    assert heard.count(begun) == 1
    assert ("watch", "4000") in link.asked


async def test_a_consultation_is_found_by_the_number_as_it_was_written(link: PlayedLink) -> None:
    messenger = a_messenger(link)
    link.answer = a_call("third", callee="4003")
    await messenger.perform(Consult("", "4000", "40(03)"))
    messenger.on_call(changed(a_call("third", callee="9994003"), state=CallState.CONNECTED))
    await messenger.perform(Complete("40(03)", "4000"))
    assert link.commands[-1] == Complete("third", "4000")


async def test_do_not_disturb_is_passed_on_as_it_is(link: PlayedLink) -> None:
    await a_messenger(link).perform(DoNotDisturb("4000", on=False))
    assert link.commands == [DoNotDisturb("4000", on=False)]


async def test_a_callers_name_is_in_the_first_event_when_it_is_known() -> None:
    messenger = a_messenger(PlayedLink(), {"0301234": "Mina", "4009": "Front desk"})
    heard: list[Call] = []
    messenger.watch("4000", heard.append)
    messenger.on_call(replace(RINGING, redirecting=Party("", "4009")))
    assert [one.caller.name for one in heard] == ["Mina"]
    assert heard[0].redirecting == Party("Front desk", "4009")
    await asyncio.sleep(0)
    assert len(heard) == 1


async def test_a_callers_name_that_becomes_known_later_comes_with_the_next_change() -> None:
    names: dict[str, str] = {}
    messenger = a_messenger(PlayedLink(), names)
    heard: list[Call] = []
    messenger.watch("4000", heard.append)
    messenger.on_call(RINGING)
    names["0301234"] = "Mina"
    messenger.on_call(changed(RINGING, state=CallState.CONNECTED))
    assert [one.caller.name for one in heard] == ["", "Mina"]


async def test_doubled_and_late_values_of_a_call_are_not_told() -> None:
    messenger = a_messenger(PlayedLink())
    heard: list[Call] = []
    messenger.watch("4000", heard.append)
    held = changed(changed(RINGING, state=CallState.CONNECTED), held=True)
    for call in (RINGING, held, held, RINGING, changed(RINGING, state=CallState.CONNECTED)):
        messenger.on_call(call)
    assert [one.revision for one in heard] == [0, 2]

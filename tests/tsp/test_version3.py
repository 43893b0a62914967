"""Version 3 of the TSP session over real sockets, as docs/tsp-session.md promises it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from offhook.call import (
    Call,
    CallState,
    Cause,
    Direction,
    Feature,
    Forwarding,
    ForwardWhen,
    Party,
    Reason,
    Terminal,
    commands,
)
from offhook.errors import CallError, Refusal
from offhook.tsp.auditrecord import AuditRecord
from offhook.tsp.callcontrol import MAX_OPEN
from tests.tsp.helpers import Peer, PlayedBackend, a_call, info, peer_of, reset, serving, state
from tests.waiting import until

LINE = Terminal(
    "4000",
    "Kim",
    in_service=True,
    features=frozenset({Feature.DIAL}),
    capabilities=frozenset({Feature.DIAL, Feature.DROP, Feature.ANSWER, Feature.HOLD}),
)
TOLD = "Notify%Line%terminal=4000%name=Kim%reachable=yes%in-service=yes%capabilities=dial drop answer hold"
LINE_TOLD = f"{TOLD}%features=dial"
READY = "Notify%Ready"


def a_backend(**options: Any) -> PlayedBackend:
    return PlayedBackend(**{"lines": {"4000": LINE}, **options})


@asynccontextmanager
async def logged_in(backend: PlayedBackend, **options: Any) -> AsyncIterator[Peer]:
    """A session of version 3 whose login is answered, the first messages unread."""
    settings = {"token": "secret", "require_token": True, **options}
    async with serving(backend, **settings) as server, peer_of(server) as peer:
        await peer.say("Action%Login%4000%secret%3")
        await peer.hears("Response%Success%3%4000")
        yield peer


@asynccontextmanager
async def ready(backend: PlayedBackend, **options: Any) -> AsyncIterator[Peer]:
    """The same, of a terminal without calls, with all that comes after the login."""
    async with logged_in(backend, **options) as peer:
        await peer.hears(LINE_TOLD, READY)
        yield peer


def ringing(call_id: str = "c1", **members: Any) -> Call:
    """A call that comes in."""
    call = a_call(call_id, CallState.RING_BACK, direction=Direction.INBOUND)
    return replace(call, caller=Party("Lee", "010"), callee=Party("", "4000"), **members)


def told(call_id: str, state: str, *more: str, direction: str = "") -> str:
    parts = [
        f"Notify%Call%call={call_id}",
        f"state={state}",
        *([f"direction={direction}"] if direction else []),
    ]
    return "%".join([*parts, *more])


RINGS = told(
    *("c1", "RingBackState", "caller-name=Lee", "caller-id=010", "callee-id=4000", "began=1"),
    direction="inbound",
)


async def hears_nothing_more(peer: Peer) -> None:
    await peer.say("Request%99%alive")
    assert await peer.hear() == "Result%99%Success"


# Login


async def test_a_login_that_offers_version_3_is_told_the_line_its_calls_and_their_end() -> None:
    backend = a_backend()
    backend.tell(ringing())
    async with logged_in(backend) as peer:
        await peer.hears(LINE_TOLD, RINGS, READY)


@pytest.mark.parametrize("offered", ["", "%", "%2", "%x", "%03", "%-3"])
async def test_who_offers_no_version_3_gets_version_2_and_hears_of_no_incoming_call(offered: str) -> None:
    backend = a_backend()
    backend.tell(ringing())
    async with serving(backend, token="secret", require_token=True) as server, peer_of(server) as peer:
        await peer.say(f"Action%Login%4000%secret{offered}")
        await peer.hears("Response%Success%2")
        backend.tell(replace(backend.calls["c1"], state=CallState.CONNECTED))
        await peer.hears_nothing_more()


@pytest.mark.parametrize("offered", ["3", "4", "9999"])
async def test_of_later_versions_version_3_is_spoken(offered: str) -> None:
    async with serving(a_backend(), token="secret", require_token=True) as server, peer_of(server) as peer:
        await peer.say(f"Action%Login%%secret%{offered}")
        await peer.hears("Response%Success%3%4000", LINE_TOLD, READY)


async def test_without_a_good_login_there_are_no_requests() -> None:
    backend = a_backend()
    async with serving(backend, token="secret", require_token=True) as server, peer_of(server) as peer:
        await peer.say("Request%1%dial%address=1", "Action%Login%4000%guess%3", "Request%2%dial%address=1")
        await peer.hears(*["Response%Fail"] * 3)
    assert backend.asked == []


async def test_a_session_that_began_without_a_login_goes_over_to_version_3() -> None:
    backend = a_backend()
    backend.tell(a_call("old", CallState.CONNECTED))
    async with serving(backend) as server, peer_of(server) as peer:
        await peer.hears(state("old", "ConnectedState"), info("old", "ConnectedState"))
        await peer.say("Action%Login%4000%%3")
        callee = ("caller-name=Kim", "caller-id=4000", "callee-id=4001", "began=1")
        await peer.hears("Response%Success%3%4000", LINE_TOLD, told("old", "ConnectedState", *callee), READY)
        assert backend.watchers == 1


async def test_no_action_is_taken_in_version_3() -> None:
    backend = a_backend()
    async with ready(backend) as peer:
        await peer.say("Action%Dial%4001", "Action%Login%4000%secret", "Request%1%alive")
        await peer.hears("Response%Fail%bad-request", "Response%Fail%bad-request", "Result%1%Success")
    assert backend.asked == []


# The line


async def test_nothing_is_told_before_the_terminal_is_known() -> None:
    backend = PlayedBackend(known=asyncio.Event())
    backend.tell(ringing())
    async with logged_in(backend) as peer:
        await hears_nothing_more(peer)
        backend.tell_line(LINE)
        await peer.hears(LINE_TOLD, RINGS)
        await hears_nothing_more(peer)
        assert backend.known is not None
        backend.known.set()
        await peer.hears(READY)


async def test_while_the_call_manager_is_away_the_line_is_told_as_it_was() -> None:
    backend = a_backend(reachable=False)
    async with logged_in(backend) as peer:
        await peer.hears(LINE_TOLD.replace("reachable=yes", "reachable=no"))
        await hears_nothing_more(peer)
        backend.tell_line()
        await peer.hears(LINE_TOLD, READY)
        backend.tell_line(reachable=False)
        await peer.hears(LINE_TOLD.replace("reachable=yes", "reachable=no"))
        backend.tell_line()
        await peer.hears(LINE_TOLD, READY)


async def test_a_line_is_told_anew_when_something_of_it_has_changed() -> None:
    backend = a_backend()
    async with ready(backend) as peer:
        backend.tell_line(LINE)
        forwardings = (Forwarding(ForwardWhen.BUSY, "4002"), Forwarding(ForwardWhen.NO_ANSWER, "4003", 20))
        backend.tell_line(
            replace(LINE, features=None, forwardings=forwardings, do_not_disturb=True, missed=2)
        )
        await peer.hears(f"{TOLD}%busy=4002%no-answer=4003%after=20%do-not-disturb=yes%missed=2")
        backend.tell_line(replace(LINE, in_service=False, problem="not registered", features=frozenset()))
        capabilities = "%capabilities=dial drop answer hold%features="
        head = "Notify%Line%terminal=4000%name=Kim%reachable=yes%in-service=no"
        await peer.hears(f"{head}%problem=not registered{capabilities}")


async def test_a_terminal_that_the_call_manager_does_not_let_us_have_is_out_of_service() -> None:
    backend = PlayedBackend(unknown=CallError(Refusal.NOT_ALLOWED, "ask the administrator"))
    async with logged_in(backend) as peer:
        head = "Notify%Line%terminal=4000%reachable=yes%in-service=no"
        await peer.hears(f"{head}%problem=ask the administrator", READY)


# Calls


async def test_an_incoming_call_is_told_from_its_first_ring_to_its_end() -> None:
    backend = a_backend()
    async with ready(backend) as peer:
        backend.tell(ringing(features=frozenset({Feature.ANSWER, Feature.REJECT}), external=True))
        parties = ("caller-name=Lee", "caller-id=010", "callee-id=4000")
        head = told("c1", "RingBackState", "features=answer reject", *parties, direction="inbound")
        await peer.hears(f"{head}%external=yes%began=1")
        backend.tell(
            ringing(features=frozenset(), reason=Reason.FORWARDED_BUSY, redirecting=Party("", "4009"))
        )
        head = told("c1", "RingBackState", "features=", *parties, direction="inbound")
        await peer.hears(f"{head}%redirecting-id=4009%reason=forwarded-busy%began=1")
        backend.tell(
            replace(
                ringing(), state=CallState.ON_HOOK, cause=Cause.ELSEWHERE, redirected_to=Party("", "4002")
            )
        )
        head = told("c1", "OnHookState", *parties, direction="inbound")
        await peer.hears(f"{head}%redirected-to-id=4002%began=1%cause=elsewhere")
        await hears_nothing_more(peer)


async def test_what_a_call_gains_and_loses_is_told_and_what_stays_is_not_told_twice() -> None:
    backend = a_backend()
    call = replace(a_call("c1", CallState.CONNECTED), connected=5.5)
    values = ("caller-name=Kim", "caller-id=4000", "callee-id=4001")
    times = ("began=1", "answered=5")
    async with ready(backend) as peer:
        backend.tell(call)
        backend.tell(replace(call, revision=1, held=True, related="c2", consultation=True, conference="x"))
        backend.tell(replace(call, revision=2, held=True, related="c2", consultation=True, conference="x"))
        backend.tell(replace(call, revision=3, held_by_other=True, by_hand=True))
        backend.tell(replace(call, revision=4))
        await peer.hears(
            told("c1", "ConnectedState", *values, *times),
            told(
                *(
                    "c1",
                    "ConnectedState",
                    *values,
                    "held=yes",
                    "consultation=yes",
                    "related=c2",
                    "conference=x",
                ),
                *times,
            ),
            told("c1", "ConnectedState", *values, "held-by-other=yes", "by-hand=yes", *times),
            told("c1", "ConnectedState", *values, *times),
        )


# Requests


EVERY_REQUEST = [
    ("dial%address=+82 (2) 5", commands.Dial("4000", "+82 (2) 5")),
    ("drop%call=c1", commands.Drop("c1", "4000")),
    ("answer%call=c1", commands.Answer("c1", "4000")),
    ("reject%call=c1", commands.Reject("c1", "4000")),
    ("redirect%call=c1%address=4002", commands.Redirect("c1", "4000", "4002")),
    ("hold%call=c1", commands.Hold("c1", "4000")),
    ("retrieve%call=c1", commands.Retrieve("c1", "4000")),
    ("swap%call=c1", commands.Swap("c1", "4000")),
    ("transfer%call=c1%address=4002", commands.Transfer("c1", "4000", "4002")),
    ("consult%call=c1%address=4002", commands.Consult("c1", "4000", "4002")),
    ("complete%call=c1", commands.Complete("c1", "4000")),
    ("complete%call=c1%other=c2", commands.Complete("c1", "4000", "c2")),
    ("conference%call=c1", commands.Conference("c1", "4000")),
    ("dtmf%call=c1%digits=1A,#%duration=80", commands.Dtmf("c1", "4000", "1A,#", 80)),
    ("park%call=c1", commands.Park("c1", "4000")),
    ("pickup%target=4001", commands.Pickup("4000", "4001")),
    ("pickup", commands.Pickup("4000")),
    ("unpark%slot=701", commands.Unpark("4000", "701")),
    ("forward", commands.Forward("4000")),
    (
        "forward%busy=1%no-answer=2%after=15",
        commands.Forward(
            "4000", (Forwarding(ForwardWhen.BUSY, "1"), Forwarding(ForwardWhen.NO_ANSWER, "2", 15))
        ),
    ),
    ("do-not-disturb%on=yes", commands.DoNotDisturb("4000", True)),
    ("do-not-disturb%on=no", commands.DoNotDisturb("4000", False)),
    ("clear-missed", commands.ClearMissed("4000")),
]


@pytest.mark.parametrize(("request_", "command"), EVERY_REQUEST)
async def test_every_request_is_carried_out_for_the_sessions_terminal(request_: str, command: Any) -> None:
    backend = a_backend()
    async with ready(backend) as peer:
        await peer.say(f"Request%1%{request_}")
        answer = await peer.hear()
    assert answer.startswith("Result%1%Success")
    assert backend.commands == [command]


async def test_a_result_names_the_call_that_was_begun_and_the_slot_where_one_is_parked() -> None:
    backend = a_backend(results={commands.Pickup: a_call("c9"), commands.Park: "701"})
    async with ready(backend) as peer:
        await peer.say(
            "Request%1%pickup%target=4001", "Request%4294967295%park%call=c9", "Request%3%hold%call=c9"
        )
        await peer.hears("Result%1%Success%call=c9", "Result%4294967295%Success%slot=701", "Result%3%Success")


async def test_a_refusal_says_why() -> None:
    backend = a_backend(refuse=CallError(Refusal.NOT_POSSIBLE_NOW, "it is 50% over"))
    async with ready(backend) as peer:
        await peer.say("Request%1%hold%call=c1")
        await peer.hears("Result%1%Fail%reason=not-possible-now%text=it is 50\uff05 over")


async def test_requests_overlap_and_each_has_its_own_result() -> None:
    first = asyncio.Event()
    backend = a_backend(gates={commands.Dtmf: first})
    async with ready(backend) as peer:
        await peer.say("Request%1%dtmf%call=c1%digits=1", "Request%2%hold%call=c2", "Request%3%alive")
        assert {await peer.hear(), await peer.hear()} == {"Result%2%Success", "Result%3%Success"}
        first.set()
        await peer.hears("Result%1%Success")
    assert [type(command) for command in backend.commands] == [commands.Dtmf, commands.Hold]


async def test_a_call_that_was_asked_for_is_told_after_its_result() -> None:
    backend = a_backend()
    backend.before_reply = lambda: backend.tell(a_call("c1"))
    async with ready(backend) as peer:
        await peer.say("Request%7%dial%address=4001")
        await peer.hears("Result%7%Success%call=c1")
        assert (await peer.hear()).startswith("Notify%Call%call=c1%state=OffHookState")


async def test_a_call_that_comes_in_is_told_while_a_dial_is_open() -> None:
    backend = a_backend(gate=asyncio.Event())
    async with ready(backend) as peer:
        await peer.say("Request%7%dial%address=4001")
        await until(lambda: bool(backend.commands))
        backend.tell(ringing())
        await peer.hears(RINGS)
        assert backend.gate is not None
        backend.gate.set()
        await peer.hears("Result%7%Success%call=c1")


async def test_what_a_request_changes_is_told_before_its_result() -> None:
    backend = a_backend()
    call = a_call("c1", CallState.CONNECTED)
    async with ready(backend) as peer:
        backend.tell(call)
        await peer.hear()
        backend.before_reply = lambda: backend.tell(replace(call, revision=1, held=True))
        await peer.say("Request%1%hold%call=c1")
        assert "%held=yes" in await peer.hear()
        await peer.hears("Result%1%Success")


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        ("dial", "address: give the address to be called"),
        ("dial%address=" + "4" * 65, "address: an address has at most 64 characters, this has 65"),
        ("hold", "call: give the id of a call, 1 to 32 characters of A-Z a-z 0-9 -"),
        ("hold%call=c_1", "call: give the id of a call, 1 to 32 characters of A-Z a-z 0-9 -"),
        ("complete%call=c1%other=?", "other: give the id of a call, 1 to 32 characters of A-Z a-z 0-9 -"),
        ("dtmf%call=c1", "digits: give 1 to 64 of 0-9 A-D * # and a comma for a pause"),
        ("dtmf%call=c1%digits=12x", "digits: give 1 to 64 of 0-9 A-D * # and a comma for a pause"),
        ("dtmf%call=c1%digits=1%duration=10001", "duration: give milliseconds, at most 10000"),
        ("dtmf%call=c1%digits=1%duration=long", "duration: give milliseconds, at most 10000"),
        ("unpark", "slot: give 1 to 64 characters"),
        ("pickup%target=" + "4" * 65, "target: give 1 to 64 characters"),
    ],
)
async def test_a_request_with_a_wrong_value_is_refused_with_its_name(request_: str, text: str) -> None:
    backend = a_backend()
    async with ready(backend) as peer:
        await peer.say(f"Request%1%{request_}")
        await peer.hears(f"Result%1%Fail%reason=bad-request%text={text}")
    assert backend.commands == []


async def test_a_request_of_a_newer_version_is_refused_as_not_supported() -> None:
    async with ready(a_backend()) as peer:
        await peer.say("Request%1%dance%with=c1")
        await peer.hears("Result%1%Fail%reason=not-supported%text=dance is not known here; update Offhook")


@pytest.mark.parametrize("number", ["", "0", "x", "4294967296", "-1", "\u0661"])
async def test_a_request_without_a_number_is_a_bad_message(number: str) -> None:
    async with ready(a_backend()) as peer:
        await peer.say(f"Request%{number}%alive")
        await peer.hears("Response%Fail%bad-request")


async def test_the_number_of_an_open_request_may_not_be_used_again_before_its_result() -> None:
    backend = a_backend(gate=asyncio.Event())
    async with ready(backend) as peer:
        await peer.say("Request%1%hold%call=c1", "Request%1%alive", "Request%1%dance")
        await peer.hears(*["Response%Fail%bad-request"] * 2)
        assert backend.gate is not None
        backend.gate.set()
        await peer.hears("Result%1%Success")
        await peer.say("Request%1%alive")
        await peer.hears("Result%1%Success")


async def test_open_requests_are_bounded() -> None:
    backend = a_backend(gate=asyncio.Event())
    async with ready(backend) as peer:
        await peer.say(*[f"Request%{number}%hold%call=c1" for number in range(1, MAX_OPEN + 2)])
        answer = await peer.hear()
        assert answer.startswith(f"Result%{MAX_OPEN + 1}%Fail%reason=overloaded")
        assert backend.gate is not None
        backend.gate.set()
        assert len({await peer.hear() for _ in range(MAX_OPEN)}) == MAX_OPEN


# Ends


async def test_a_peer_that_says_no_more_gets_the_results_that_it_waits_for() -> None:
    backend = a_backend(gate=asyncio.Event())
    async with ready(backend) as peer:
        await peer.say("Request%1%hold%call=c1", "Request%2%hold%call=c2")
        peer.writer.write_eof()
        await until(lambda: len(backend.commands) == 2)
        assert backend.gate is not None
        backend.gate.set()
        assert sorted((await peer.ends()).split(b"\r\n\r\n")) == [
            b"",
            b"Result%1%Success",
            b"Result%2%Success",
        ]


async def test_a_dial_whose_result_nobody_hears_is_taken_back() -> None:
    backend = a_backend(gate=asyncio.Event())
    async with ready(backend) as peer:
        await peer.say("Request%1%dial%address=4001", "Request%2%hold%call=c7")
        await until(lambda: len(backend.commands) == 2)
        reset(peer)
        assert backend.gate is not None
        await until(lambda: backend.watchers == 0)
        backend.gate.set()
        await until(lambda: len(backend.commands) == 3)
    assert backend.commands[2] == commands.Drop("c1", "4000")


async def test_a_session_that_has_ended_leaves_nothing_watched() -> None:
    backend = a_backend(known=asyncio.Event())
    async with logged_in(backend) as peer:
        await peer.hears(LINE_TOLD)
        await peer.close()
        await until(lambda: backend.watchers == 0 and not backend.line_listeners)


async def test_the_audit_has_every_request_that_was_answered_and_no_digits() -> None:
    records: list[AuditRecord] = []
    backend = a_backend()
    async with ready(backend, on_audit=records.append) as peer:
        for number, (request_, _) in enumerate(EVERY_REQUEST, 1):
            await peer.say(f"Request%{number}%{request_}")
            await peer.hear()
    assert {record.event for record in records} == {
        "login",
        *(command.name for _, command in EVERY_REQUEST),
    } - {"clear-missed"}
    assert {record.result for record in records} == {"ok"}
    assert "1A" not in repr(records)
    numbers = {record.event: record.number for record in records if record.number}
    assert numbers["transfer"] == "4002"
    assert numbers["pickup"] == "4001"
    assert numbers["forward"] == "busy:1 no-answer:2"

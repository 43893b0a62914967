"""Whole call control from the command line, with a switch that does everything."""

import io
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from offhook.call import (
    Answer,
    Call,
    CallState,
    Cause,
    Command,
    Complete,
    Conference,
    Consult,
    Dial,
    DoNotDisturb,
    Dtmf,
    Forward,
    Forwarding,
    ForwardWhen,
    Hold,
    Park,
    Party,
    Pickup,
    Privacy,
    Reason,
    Redirect,
    Reject,
    Retrieve,
    Swap,
    Transfer,
    Unpark,
)
from offhook.call.refusals import PRESENTATIONS
from offhook.errors import CallError, Refusal
from offhook.switch.base import ForwardingChanged, not_now
from tests.cli.manager import Desk, a_desk
from tests.manager.helpers import ADMINISTRATOR


@pytest_asyncio.fixture
async def desk(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Desk]:
    async with a_desk(tmp_path, capsys, monkeypatch) as desk:
        yield desk


async def two_calls(desk: Desk) -> tuple[Call, Call]:
    """A call with 4001 that is on hold, and its consultation of 4002."""
    first = await desk.site.manager.perform(ADMINISTRATOR, Dial("4000", "4001"))
    desk.switch.go(first.id, CallState.CONNECTED)
    second = await desk.site.manager.perform(ADMINISTRATOR, Consult(first.id, "", "4002"))
    desk.switch.go(second.id, CallState.CONNECTED)
    desk.switch.done.clear()
    return first, second


async def test_a_call_that_rings_is_answered_rejected_or_redirected(desk: Desk) -> None:
    rings = desk.switch.ring_in("4000", "0301234").id
    assert (await desk.run("answer")).code == 0
    assert (await desk.run("reject", "030 1234")).code == 0
    assert (await desk.run("redirect", "4001", "--call", rings)).code == 0
    assert desk.switch.done == [Answer(rings), Reject(rings), Redirect(rings, "", "4001")]


async def test_of_two_calls_each_command_finds_its_own(desk: Desk) -> None:
    first, second = await two_calls(desk)
    for command in (["swap"], ["complete"], ["conference"], ["dtmf", "12#"], ["transfer", "40-01"], ["hold"]):
        assert (await desk.run(*command)).code == 0
    assert (await desk.run("retrieve", first.id)).code == 0
    assert desk.switch.done == [
        Swap(first.id),
        Complete(second.id),
        Conference(second.id),
        Dtmf(second.id, "", "12#"),
        Transfer(second.id, "", "4001"),
        Hold(second.id),
        Retrieve(first.id),
    ]


async def test_whom_to_transfer_to_may_be_asked_first(desk: Desk) -> None:
    call = await desk.site.manager.perform(ADMINISTRATOR, Dial("4000", "4001"))
    desk.switch.go(call.id, CallState.CONNECTED)
    told = json.loads((await desk.run("transfer", "4002", "--consult", "--json")).out)
    assert (told["callee"]["id"], told["consultation"], told["related"]) == ("4002", True, call.id)
    assert (await desk.run("complete", told["id"], "--with", call.id)).code == 0
    assert desk.switch.done[-1] == Complete(told["id"], "", call.id)


async def test_tones_may_come_from_standard_input(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _, second = await two_calls(desk)
    monkeypatch.setattr("sys.stdin", io.StringIO("4711#\n"))
    assert (await desk.run("dtmf", "-", "--duration-ms", "80")).code == 0
    assert desk.switch.done == [Dtmf(second.id, "", "4711#", 80)]


async def test_what_is_no_tone_is_refused_and_not_repeated(desk: Desk) -> None:
    await two_calls(desk)
    result = await desk.run("dtmf", "47x11")
    assert (result.code, result.out) == (1, "")
    assert "digits" in result.err and "47x11" not in result.err


async def test_a_call_is_parked_where_it_says_and_taken_again(desk: Desk) -> None:
    _, second = await two_calls(desk)
    assert (await desk.run("park")).out == "701\n"
    assert json.loads((await desk.run("park", "--slot", "702", "--json")).out) == {"slot": "702"}
    taken = json.loads((await desk.run("unpark", "702", "--json")).out)
    assert (taken["terminal"], taken["reason"]) == ("4000", "unparked")
    parked, again, unparked = desk.switch.done
    assert (parked, again) == (Park(second.id), Park(second.id, "", "702"))
    assert isinstance(unparked, Unpark)
    assert replace(unparked, dial_id="") == Unpark("4000", "702")
    assert unparked.dial_id, "said again it takes no second one"


async def test_a_call_that_rings_at_a_colleagues_phone_is_picked_up(desk: Desk) -> None:
    desk.switch.ring_in("4001", "0301234")
    result = await desk.run("pickup", "4001")
    assert (result.code, "0301234" in result.out, "(picked up)" in result.out) == (0, True, True)
    (done,) = desk.switch.done
    assert isinstance(done, Pickup)
    assert replace(done, dial_id="") == Pickup("4000", "4001")


def forwards(desk: Desk) -> None:
    """From now on the switch keeps what it is told of forwardings and of not being disturbed."""
    state: dict[str, ForwardingChanged] = {}

    def forward(command: Forward) -> None:
        told = state.get(command.terminal, ForwardingChanged(command.terminal))
        state[command.terminal] = replace(told, forwardings=command.forwardings)
        desk.switch._tell(state[command.terminal])

    def disturb(command: DoNotDisturb) -> None:
        told = state.get(command.terminal, ForwardingChanged(command.terminal))
        state[command.terminal] = replace(told, do_not_disturb=command.on)
        desk.switch._tell(state[command.terminal])

    desk.switch.does |= {Forward: forward, DoNotDisturb: disturb}


async def test_forwarding_is_set_for_one_case_and_ended_for_one_or_all(desk: Desk) -> None:
    forwards(desk)
    assert (await desk.run("forward")).out == "4000: calls are not forwarded\n"
    assert (await desk.run("forward", "set", "4001", "--when", "busy")).out == "4000: busy to 4001\n"
    both = await desk.run("forward", "set", "4001", "--when", "no-answer", "--after", "20")
    assert both.out == "4000: busy to 4001\n4000: no-answer after 20 s to 4001\n"
    late = await desk.run("forward", "off", "--when", "busy", "--json")
    assert json.loads(late.out) == [{"when": "no-answer", "address": "4001", "after_s": 20.0}]
    assert (await desk.run("forward", "off")).out == "4000: calls are not forwarded\n"
    assert desk.switch.done[2] == Forward("4000", (Forwarding(ForwardWhen.NO_ANSWER, "4001", 20.0),))


@pytest.mark.parametrize("arguments", [["set"], ["off", "4001"], ["show", "4001"]])
async def test_a_number_goes_with_setting_a_forwarding_only(desk: Desk, arguments: list[str]) -> None:
    result = await desk.run("forward", *arguments)
    assert (result.code, "see: offhook forward --help" in result.err) == (1, True)


async def test_do_not_disturb_is_turned_on_and_off_and_shown(desk: Desk) -> None:
    forwards(desk)
    assert (await desk.run("dnd", "on")).out == "4000: do not disturb is on\n"
    assert json.loads((await desk.run("dnd", "--json")).out) == {"terminal": "4000", "do_not_disturb": True}
    assert (await desk.run("dnd", "off")).out == "4000: do not disturb is off\n"


async def test_missed_calls_are_listed_until_they_are_cleared(desk: Desk) -> None:
    for cause in (Cause.CANCELLED, Cause.ELSEWHERE):
        desk.switch.go(desk.switch.ring_in("4000", "0301234").id, CallState.ON_HOOK, cause)
    listed = await desk.run("missed")
    assert "<-  0301234" in listed.out and "missed (hung up before the answer)" in listed.out
    assert listed.out.endswith("1 missed; offhook missed clear\n")
    assert json.loads((await desk.run("missed", "--json")).out)["missed"] == 1
    assert (await desk.run("missed", "clear")).code == 0
    assert (await desk.run("missed")).out == "no missed calls\n"
    logged = json.loads((await desk.run("calls", "--missed", "--json")).out)
    assert [call["cause"] for call in logged] == ["cancelled"]


async def test_calls_show_how_they_came_and_how_they_stand(desk: Desk) -> None:
    first, _ = await two_calls(desk)
    rings = desk.switch.ring_in("4001", "")
    desk.switch.change(
        rings.id,
        caller=Party("", "", Privacy.WITHHELD),
        reason=Reason.FORWARDED_BUSY,
        redirecting=Party("", "4002"),
    )
    text = (await desk.run("calls")).out
    assert "connected, on hold" in text and "connected, consultation" in text
    assert "<-  withheld" in text and "ringing (forwarded, busy, by Park 4002)" in text
    calls = {call["id"]: call for call in json.loads((await desk.run("calls", "--json")).out)}
    assert (calls[first.id]["held"], calls[first.id]["features"]) == (True, ["drop"])
    assert calls[rings.id]["redirecting"] == {"name": "Park", "id": "4002", "privacy": "none"}
    assert (calls[rings.id]["direction"], calls[rings.id]["missed"]) == ("inbound", False)


@pytest.mark.parametrize(
    ("cause", "shown"),
    [
        (Cause.ELSEWHERE, "answered elsewhere to Park 4002"),
        (Cause.FORWARDED, "forwarded to Park 4002"),
        (Cause.NO_ANSWER, "missed (no answer)"),
        (Cause.REJECTED, "declined"),
    ],
)
async def test_the_history_tells_what_became_of_a_call(desk: Desk, cause: Cause, shown: str) -> None:
    call = desk.switch.ring_in("4000", "0301234")
    if cause in (Cause.ELSEWHERE, Cause.FORWARDED):
        desk.switch.change(call.id, redirected_to=Party("", "4002"))
    desk.switch.go(call.id, CallState.ON_HOOK, cause)
    assert (await desk.run("calls", "--history")).out.rstrip().endswith(shown)


async def test_a_refusal_says_what_to_do_next(desk: Desk) -> None:
    call = desk.switch.ring_in("4000", "0301234")

    def refuse(command: Command[None]) -> None:
        raise not_now(command, "the caller has just hung up")

    desk.switch.does[Answer] = refuse
    refused = await desk.run("answer", call.id)
    assert (refused.code, refused.out) == (1, "")
    assert refused.err == (
        "offhook: answer is not possible now: the caller has just hung up;"
        " what can be done now: offhook calls --json\n"
    )
    nothing = await desk.run("hold")
    assert (nothing.code, nothing.err.endswith("see: offhook calls\n")) == (1, True)
    del desk.switch.does[Park]
    await two_calls(desk)
    assert "this telephone system cannot do that (park)" in (await desk.run("park")).err


async def test_a_refusal_that_says_what_to_do_next_says_it_once(desk: Desk) -> None:
    await two_calls(desk)
    words = "0900123 may not be dialled from here; ask the administrator, who sets the dial rules"

    def refuse(_command: Command[None]) -> None:
        raise CallError(Refusal.NOT_ALLOWED, words)

    desk.switch.does[Transfer] = refuse
    assert (await desk.run("transfer", "0900123")).err == f"offhook: {words}\n"


async def test_a_semicolon_of_an_address_that_a_refusal_repeats_is_no_step(desk: Desk) -> None:
    await two_calls(desk)

    def refuse(_command: Command[None]) -> None:
        raise CallError(Refusal.NOT_ALLOWED, "sip:0900@pbx.example;user=phone may not be dialled from here")

    desk.switch.does[Transfer] = refuse
    said = (await desk.run("transfer", "0900123")).err
    assert said.endswith(
        f";user=phone may not be dialled from here; {PRESENTATIONS[Refusal.NOT_ALLOWED].step}\n"
    )


async def test_after_one_colleague_was_busy_another_is_asked_without_naming_the_call(desk: Desk) -> None:
    first, second = await two_calls(desk)
    desk.switch.change(first.id, held=True)
    desk.switch.go(second.id, CallState.ON_HOOK, Cause.BUSY)
    desk.switch.change(first.id, related="")
    told = json.loads((await desk.run("transfer", "4001", "--consult", "--json")).out)
    assert (told["callee"]["id"], told["related"]) == ("4001", first.id)


async def test_a_name_in_place_of_a_number_is_refused_with_who_may_be_meant(desk: Desk) -> None:
    await two_calls(desk)
    result = await desk.run("transfer", "Lee")
    assert (result.code, "did you mean Lee Min-ho (4001)?" in result.err) == (1, True)
    assert desk.switch.done == []


async def test_a_phone_that_there_is_not_is_named(desk: Desk) -> None:
    result = await desk.run("hold", "--terminal", "4009")
    assert result.code == 1
    assert "there is no phone 4009" in result.err and "offhook terminal list" in result.err


async def test_without_a_call_manager_it_exits_with_3(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFFHOOK_SSCP_LISTEN", "127.0.0.1:1")
    result = await desk.run("answer")
    assert result.code == 3
    assert result.err.startswith("offhook: the Call Manager at ws://127.0.0.1:1 cannot be reached")
    assert result.err.count("see: offhook check") == 1

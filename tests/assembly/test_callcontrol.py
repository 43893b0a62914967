"""Whole call control over a TSP session of version 3: the real Smart Messenger, Call Manager and switch."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from offhook.assembly.run import System, running
from offhook.call import (
    Answer,
    CallState,
    Cause,
    Complete,
    Consult,
    Dial,
    Direction,
    DoNotDisturb,
    Drop,
    Dtmf,
    Feature,
    Forward,
    Forwarding,
    ForwardWhen,
    Hold,
    Redirect,
    Reject,
    Retrieve,
)
from offhook.config import load
from offhook.demo.phone import Phone, PhoneCall
from offhook.errors import CallError, Refusal
from offhook.tsp.client import TspClient
from tests.assembly.helpers import a_config
from tests.assembly.line import ANSWERS, THIRD, a_line, over, phone, rings
from tests.waiting import until


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    file = a_config(tmp_path)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("[address]", THIRD + "[address]"))
    async with running(load(file)) as system:
        yield system


async def dialled(calling: Phone, number: str) -> PhoneCall:
    """A call by hand that has been answered."""
    return await calling.call(number)


async def test_a_session_is_told_what_its_line_can(system: System) -> None:
    async with phone(system, "4000"), a_line(system, "4000") as line:
        assert line.line is not None
        terminal = line.line.terminal
        assert (terminal.id, terminal.name, line.line.reachable) == ("4000", "Kim", True)
        assert terminal.capabilities is not None
        assert {Feature.DIAL, Feature.DROP, Feature.ANSWER, Feature.REJECT} <= terminal.capabilities


async def test_a_call_that_comes_in_is_answered_and_hung_up_over_the_session(system: System) -> None:
    async with (
        phone(system, "4000"),
        phone(system, "4001") as caller,
        a_line(system, "4000") as line,
    ):
        calling = asyncio.create_task(dialled(caller, "4000"))
        call = await line.call(rings)
        assert call.direction is Direction.INBOUND
        assert (call.caller.id, call.caller.name, call.callee.id) == ("4001", "Lee Min-ho", "4000")
        await line.perform(Answer(call.id))
        await calling
        await line.call(lambda one: one.state is CallState.CONNECTED)
        await caller.event("answered")
        calling.result().hang_up()
        assert (await line.call(over)).cause is Cause.NORMAL


async def test_a_call_that_comes_in_is_rejected_over_the_session(system: System) -> None:
    async with phone(system, "4000"), phone(system, "4001") as caller, a_line(system, "4000") as line:
        calling = asyncio.create_task(dialled(caller, "4000"))
        await line.perform(Reject((await line.call(rings)).id))
        assert (await line.call(over)).cause is Cause.REJECTED
        await asyncio.wait([calling])
        assert calling.exception() is not None


async def test_a_call_that_comes_in_is_redirected_and_says_where_it_went(system: System) -> None:
    async with (
        phone(system, "4000"),
        phone(system, "4001") as caller,
        phone(system, "4002", ANSWERS),
        a_line(system, "4000") as line,
        a_line(system, "4002") as target,
    ):
        calling = asyncio.create_task(dialled(caller, "4000"))
        await line.perform(Redirect((await line.call(rings)).id, "", "4002"))
        call = await line.call(over)
        assert call.cause is Cause.FORWARDED
        assert call.redirected_to is not None
        assert call.redirected_to.id == "4002"
        taken = await target.call(lambda one: one.state is CallState.CONNECTED)
        assert taken.direction is Direction.INBOUND
        (await calling).hang_up()
        await target.call(over)


async def test_a_caller_who_gives_up_is_told_from_one_who_was_answered_elsewhere(system: System) -> None:
    async with phone(system, "4000"), phone(system, "4001") as caller, a_line(system, "4000") as line:
        calling = asyncio.create_task(dialled(caller, "4000"))
        await line.call(rings)
        calling.cancel()
        assert (await line.call(over)).cause is Cause.CANCELLED


async def test_a_session_of_version_1_hears_nothing_of_a_call_that_comes_in(system: System) -> None:
    assert system.tsp_port is not None
    async with (
        phone(system, "4000"),
        phone(system, "4001") as caller,
        a_line(system, "4000") as line,
        await TspClient.connect("127.0.0.1", system.tsp_port, terminal="4000") as old,
    ):
        calling = asyncio.create_task(dialled(caller, "4000"))
        await line.perform(Reject((await line.call(rings)).id))
        await line.call(over)
        await asyncio.wait([calling])
        calling.exception()
        await line.perform(Dial("", "4001"))
        first = await anext(old)
        assert first.callee.id == "4001"


async def test_forwarding_and_do_not_disturb_are_told_before_their_results(system: System) -> None:
    async with phone(system, "4000"), a_line(system, "4000") as line:
        forwardings = (Forwarding(ForwardWhen.ALWAYS, "4001"),)
        await line.perform(Forward("", forwardings))
        line.hear_what_has_come()
        assert line.line is not None
        assert line.line.terminal.forwardings == forwardings
        await line.perform(DoNotDisturb("", True))
        line.hear_what_has_come()
        assert line.line.terminal.do_not_disturb


async def test_what_cannot_be_done_now_is_refused_with_the_reason(system: System) -> None:
    async with phone(system, "4000"), a_line(system, "4000") as line:
        with pytest.raises(CallError) as error:
            await line.perform(Answer("no-such-call"))
        assert error.value.refusal is Refusal.NO_SUCH_CALL


async def test_tones_are_in_no_log_and_not_in_the_audit(
    system: System, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        async with (
            phone(system, "4000", ANSWERS),
            phone(system, "4001") as caller,
            a_line(system, "4000") as line,
        ):
            talking = await dialled(caller, "4000")
            call = await line.call(lambda one: one.state is CallState.CONNECTED)
            with suppress(CallError):  # not every switch can send them
                await line.perform(Dtmf(call.id, "", "7391#64"))
            talking.hang_up()
            await line.call(over)
    audit = tmp_path / "state" / "audit.jsonl"
    await until(lambda: audit.read_text(encoding="utf-8").count('"dtmf"') == 2)  # of both doors
    for written in (audit.read_text(encoding="utf-8"), caplog.text):
        assert not re.search("7391|91#6", written)


async def test_a_call_is_held_and_taken_back_and_told_so_before_the_result(system: System) -> None:
    async with phone(system, "4000"), phone(system, "4001") as caller, a_line(system, "4000") as line:
        calling = asyncio.create_task(dialled(caller, "4000"))
        call = await line.call(rings)
        await line.perform(Answer(call.id))
        await calling
        for command, held in ((Hold(call.id), True), (Retrieve(call.id), False)):
            await line.perform(command)
            line.hear_what_has_come()
            assert line.calls[call.id].held is held
        calling.result().hang_up()
        await line.call(over)


async def test_a_caller_is_transferred_to_a_colleague_who_was_asked_first(system: System) -> None:
    async with (
        phone(system, "4000"),
        phone(system, "4001") as caller,
        phone(system, "4002", ANSWERS),
        a_line(system, "4000") as line,
        a_line(system, "4002") as target,
    ):
        calling = asyncio.create_task(dialled(caller, "4000"))
        call = await line.call(rings)
        await line.perform(Answer(call.id))
        consultation = (await line.perform(Consult(call.id, "", "4002"))).call
        assert consultation not in line.calls, "told before its result"
        await line.call(lambda one: one.id == consultation and one.state is CallState.CONNECTED)
        first, second = line.calls[call.id], line.calls[consultation]
        assert (first.held, first.related, second.related) == (True, consultation, call.id)
        assert second.consultation and not first.consultation
        assert second.allows(Feature.COMPLETE)
        await line.perform(Complete(call.id))
        line.hear_what_has_come()
        assert [line.calls[one].cause for one in (call.id, consultation)] == [Cause.TRANSFERRED] * 2
        await target.until(lambda one: any(there.caller.id == "4001" for there in one.calls.values()))
        await calling
        calling.result().hang_up()
        await target.call(over)


async def test_a_call_that_is_on_hold_already_is_consulted_about_and_taken_back_when_that_is_dropped(
    system: System,
) -> None:
    async with (
        phone(system, "4000"),
        phone(system, "4001") as caller,
        phone(system, "4002", ANSWERS),
        a_line(system, "4000") as line,
    ):
        calling = asyncio.create_task(dialled(caller, "4000"))
        call = await line.call(rings)
        await line.perform(Answer(call.id))
        await line.perform(Hold(call.id))
        line.hear_what_has_come()
        assert line.calls[call.id].allows(Feature.CONSULT)
        consultation = (await line.perform(Consult(call.id, "", "4002"))).call
        await line.call(lambda one: one.id == consultation and one.state is CallState.CONNECTED)
        assert line.calls[call.id].held
        await line.perform(Drop(consultation))
        await line.until(lambda line: not line.calls[call.id].held)
        assert line.calls[call.id].state is CallState.CONNECTED
        await calling
        calling.result().hang_up()
        await line.until(lambda line: all(map(over, line.calls.values())))

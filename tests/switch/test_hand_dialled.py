"""Calls that people dial on their phones, and what phones ask inside of a call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from offhook.call import Call, CallState, Cause
from offhook.config import TerminalSettings
from offhook.demo.phone import Behaviour, CallRejected
from offhook.sip.endpoint import Flow
from offhook.switch.base import CallChanged, SwitchEvent
from offhook.switch.embedded import EmbeddedSwitch
from tests.switch.embeddedsite import TERMINALS, a_site
from tests.switch.rawphone import raw_phone
from tests.switch.site import ANSWERS, FAST, RINGS, Site, ask, joined, patience, rejects
from tests.waiting import until


@pytest.fixture
async def site(request: pytest.FixtureRequest) -> AsyncIterator[Site]:
    site = await a_site(timing=FAST, **patience(request))
    yield site
    await site.close()


async def over(site: Site, terminal: str) -> Call:
    return await site.until_seen(lambda call: call.terminal == terminal and call.state is CallState.ON_HOOK)


async def test_ringing_is_passed_on(site: Site) -> None:
    caller = await site.phone("4000")
    await site.phone("4001", Behaviour(answer_after=0.2, auto_answer=False))
    calling = asyncio.create_task(caller.call("4001"))
    await caller.event("ringing")
    await calling


async def test_a_number_that_may_not_be_called_is_forbidden(site: Site) -> None:
    asked: list[tuple[str, str]] = []

    def may_call(terminal: str, number: str) -> bool:
        asked.append((terminal, number))
        return False

    site.switch.ask_first(may_call)
    caller, callee = await site.phone("4000"), await site.phone("4001", ANSWERS)
    with pytest.raises(CallRejected) as caught:
        await caller.call("4001")
    assert (caught.value.status, callee.invites) == (403, 0)
    assert asked == [("4000", "4001")]


async def test_the_called_phone_is_rung_before_anybody_is_told_of_the_call(site: Site) -> None:
    caller, _ = await site.phone("4000"), await site.phone("4001", ANSWERS)
    assert isinstance(site.switch, EmbeddedSwitch)
    transport, order = site.switch._transport, list[str]()
    send = transport.pump.send

    def noted(flow: Flow, data: bytes) -> bool:
        if data.startswith(b"INVITE "):
            order.append("rung")
        return send(flow, data)

    def listener(event: SwitchEvent) -> None:
        if isinstance(event, CallChanged):
            order.append(f"{event.call.terminal} {event.call.state.name}")

    transport.pump.send = noted
    site.switch.subscribe(listener)
    await caller.call("4001")
    assert order[0] == "rung"
    assert [one for one in order if one.startswith("4000 ")][:2] == ["4000 OFF_HOOK", "4000 PROCEED"]


async def test_the_caller_hears_of_the_answer_before_all_others(site: Site) -> None:
    caller, _ = await site.phone("4000"), await site.phone("4001", ANSWERS)
    assert isinstance(site.switch, EmbeddedSwitch)
    transport, order = site.switch._transport, list[str]()
    send = transport.pump.send

    def noted(flow: Flow, data: bytes) -> bool:
        if data.startswith((b"SIP/2.0 200 ", b"ACK ")):
            order.append(data.decode().split()[0])
        return send(flow, data)

    def listener(event: SwitchEvent) -> None:
        if isinstance(event, CallChanged) and event.call.state is CallState.CONNECTED:
            order.append("told")

    transport.pump.send = noted
    site.switch.subscribe(listener)
    await caller.call("4001")
    await until(lambda: "told" in order)
    assert order[:3] == ["SIP/2.0", "ACK", "told"]


async def test_a_call_whose_invite_cannot_be_sent_begins_before_it_ends(site: Site) -> None:
    caller, _ = await site.phone("4000"), await site.phone("4001", ANSWERS)
    assert isinstance(site.switch, EmbeddedSwitch)
    transport, states = site.switch._transport, list[CallState]()
    send = transport.pump.send

    def failing(flow: Flow, data: bytes) -> bool:
        return not data.startswith(b"INVITE ") and send(flow, data)

    def listener(event: SwitchEvent) -> None:
        if isinstance(event, CallChanged):
            states.append(event.call.state)

    transport.pump.send = failing
    site.switch.subscribe(listener)
    with pytest.raises(CallRejected):
        await caller.call("4001")
    assert states == [CallState.OFF_HOOK, CallState.PROCEED, CallState.ON_HOOK]


async def test_the_caller_hears_the_answer_before_anybody_is_told_of_it(site: Site) -> None:
    caller, _ = await site.phone("4000"), await site.phone("4001", ANSWERS)
    assert isinstance(site.switch, EmbeddedSwitch)
    transport, order = site.switch._transport, list[str]()
    send = transport.pump.send

    def noted(flow: Flow, data: bytes) -> bool:
        if data.startswith(b"SIP/2.0 200") and b" INVITE\r\n" in data:
            order.append("answered")
        return send(flow, data)

    def listener(event: SwitchEvent) -> None:
        if isinstance(event, CallChanged) and event.call.state is CallState.CONNECTED:
            order.append("told")

    transport.pump.send = noted
    site.switch.subscribe(listener)
    await caller.call("4001")
    assert order[:2] == ["answered", "told"]


async def test_early_media_is_passed_on(site: Site) -> None:
    caller = await site.phone("4000")
    callee = await site.phone("4001", Behaviour(answer_after=0.3, auto_answer=False, early_media=True))
    calling = asyncio.create_task(caller.call("4001"))
    await caller.event("ringing")
    assert caller.calls[0].remote_media == callee.media
    await calling


async def test_early_media_reaches_the_own_phone_of_a_click(site: Site) -> None:
    own = await site.phone("4000")
    callee = await site.phone("4001", Behaviour(answer_after=None, auto_answer=False, early_media=True))
    call_id = site.dial()
    await site.until(call_id, CallState.RING_BACK)
    await joined(own, callee)


@pytest.mark.parametrize(
    ("status", "cause"), [(486, Cause.BUSY), (603, Cause.REJECTED), (404, Cause.UNREACHABLE)]
)
async def test_a_refusal_is_passed_on_with_its_status(site: Site, status: int, cause: Cause) -> None:
    caller = await site.phone("4000")
    await site.phone("4001", rejects(status))
    with pytest.raises(CallRejected) as caught:
        await caller.call("4001")
    assert caught.value.status == status
    assert (await over(site, "4000")).cause is cause


async def test_the_caller_gives_up(site: Site) -> None:
    caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
    calling = asyncio.create_task(caller.call("4001"))
    await callee.event("ringing")
    calling.cancel()
    with suppress(asyncio.CancelledError):
        await calling
    await callee.event("cancelled")
    assert (await over(site, "4000")).cause is Cause.NORMAL


@pytest.mark.parametrize(("address", "status"), [("4999", 404), ("4002", 480), ("4000", 403)])
async def test_an_address_that_cannot_be_called_is_told(site: Site, address: str, status: int) -> None:
    caller = await site.phone("4000")
    with pytest.raises(CallRejected) as caught:
        await caller.call(address)
    assert caught.value.status == status


@pytest.mark.impatient
async def test_nobody_answers_a_call_dialled_by_hand(site: Site) -> None:
    caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
    with pytest.raises(CallRejected):
        await caller.call("4001")
    assert (await over(site, "4000")).cause is Cause.NO_ANSWER
    await callee.event("cancelled")


async def test_a_drop_ends_a_call_dialled_by_hand(site: Site) -> None:
    caller, callee = await site.phone("4000"), await site.phone("4001", ANSWERS)
    await caller.call("4001")
    (call,) = site.calls_of("4000")
    site.drop(call.id)
    await caller.event("ended")
    await callee.event("ended")


async def test_a_caller_that_never_acknowledges_is_hung_up_on(site: Site) -> None:
    caller = await site.phone("4000", Behaviour(ack=False))
    callee = await site.phone("4001", ANSWERS)
    await caller.call("4001")
    assert (await over(site, "4000")).cause is Cause.FAILURE
    await callee.event("ended")
    await caller.event("ended")


async def test_a_name_with_a_line_break_does_no_harm() -> None:
    site = await a_site(terminals=[TerminalSettings("4000", "Kim\r\nX: y", "secret-4000"), TERMINALS[1]])
    await site.phone("4000")
    callee = await site.phone("4001", ANSWERS)
    await site.until(site.dial(), CallState.CONNECTED)
    assert callee.last_invite is not None
    assert callee.last_invite.from_.display == "Kim  X: y"
    await site.close()


async def test_a_session_timer_is_agreed_to_and_refreshed(site: Site) -> None:
    caller = await site.phone("4000")
    await site.phone("4001", ANSWERS)
    await caller.call("4001")
    response = await ask(caller, "UPDATE", Session_Expires="90;refresher=uac", Supported="timer")
    assert response.status == 200
    assert response.headers.get("Session-Expires") == "90;refresher=uac"


async def test_a_request_for_the_other_phone_is_answered_by_it(site: Site) -> None:
    caller, callee = await site.phone("4000"), await site.phone("4001", ANSWERS)
    await caller.call("4001")
    assert (await ask(caller, "INFO", b"Signal=5", Content_Type="application/dtmf-relay")).status == 200
    assert callee.calls[0].dialog is not None


@pytest.mark.parametrize(
    ("method", "extra", "to_tag", "status"),
    [
        ("INVITE", "", "", 401),
        ("INVITE", "Require: teleport\r\n", "", 420),
        ("INVITE", "Max-Forwards: 0\r\n", "", 483),
        ("OPTIONS", "", "", 200),
        ("SUBSCRIBE", "", "", 401),
        ("REFER", "Refer-To: <sip:4001@offhook>\r\n", "", 403),
        ("TELEPORT", "", "", 501),
        ("BYE", "", "nothing", 481),
    ],
)
async def test_strangers_get_their_answer_and_leave_nothing_behind(
    site: Site, method: str, extra: str, to_tag: str, status: int
) -> None:
    phone = await site.phone("4000")
    async with raw_phone(phone.server) as stranger:
        stranger.send(method, extra=extra, to_tag=to_tag)
        assert (await stranger.response()).status == status
    assert site.seen == []


@pytest.mark.parametrize("who", ["4000", "4001"])
async def test_a_call_made_by_hand_is_transferred_by_hand(site: Site, who: str) -> None:
    caller, callee = await site.phone("4000"), await site.phone("4001", ANSWERS)
    third = await site.phone("4002", ANSWERS)
    await caller.call("4001")
    one, other = (caller, callee) if who == "4000" else (callee, caller)
    await one.calls[0].transfer("4002")
    await one.event("ended")
    await joined(other, third)
    await joined(third, other)
    assert (await over(site, who)).cause is Cause.NORMAL
    third.calls[0].hang_up()
    await other.event("ended")


async def test_a_transfer_has_to_say_to_whom(site: Site) -> None:
    caller = await site.phone("4000")
    await site.phone("4001", ANSWERS)
    await caller.call("4001")
    assert (await ask(caller, "REFER")).status == 400
    assert (await ask(caller, "REFER", Refer_To="<sip:@>")).status in (400, 404)
    assert caller.state == "up"

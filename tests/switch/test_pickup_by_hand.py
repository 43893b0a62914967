"""Phones that take a colleague's call by a code or with Replaces, and callers who hide."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from offhook.call import Answer, CallState, Cause, Feature, Party, Pickup, Privacy, Reason
from offhook.config import GroupSettings
from offhook.demo.phone import CallRejected, Phone
from offhook.errors import Refusal
from offhook.sip.endpoint import Flow
from offhook.sip.message import Request, Response
from tests.switch.contract_incoming import (
    DESK,
    TALKS,
    Dialled,
    ended,
    header,
    overheard,
    refused,
    requests,
    rings,
    silent,
)
from tests.switch.embeddedsite import a_site, close
from tests.switch.rtp import talk
from tests.switch.site import ANSWERS, FAST, RINGS, Site, ringing_for
from tests.waiting import until

SALES = GroupSettings("sales", ("4001", "4002"))


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = await a_site(timing=FAST, groups=[SALES], pickup_code="*8", **ringing_for(8))
    yield site
    await close(site)


@pytest.mark.parametrize("number", ["*8", "*84001"])
async def test_a_code_takes_the_call_that_rings_in_the_group(site: Site, number: str) -> None:
    caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
    taker = await site.phone("4002")
    dialled = Dialled(caller, "4001")
    call = await rings(site, "4001")
    await taker.call(number)
    assert await dialled.over() == 0
    over = await ended(site, call, Cause.ELSEWHERE)
    assert over.redirected_to is not None
    assert over.redirected_to.id == "4002"
    (taken,) = site.live("4002")
    assert (taken.reason, taken.by_hand, taken.caller.id) == (Reason.PICKED_UP, True, "4000")
    assert taken.state is CallState.CONNECTED
    await talk(caller, taker)
    await silent(callee)
    taker.calls[0].hang_up()
    await ended(site, taken, Cause.NORMAL)
    await silent(caller)


async def test_the_call_of_a_click_is_taken_by_the_code_as_well(site: Site) -> None:
    own, taker = await site.phone("4000"), await site.phone("4002")
    await site.phone("4001", RINGS)
    click = site.dial()
    await rings(site, "4001")
    await taker.call("*8")
    await site.until(click, CallState.CONNECTED)
    await talk(own, taker)


async def test_only_a_call_of_the_own_group_is_taken_by_hand(site: Site) -> None:
    caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
    stranger, taker = await site.phone("4003"), await site.phone("4002")
    for phone, number in ((taker, "*8"), (taker, "*84001")):
        assert await Dialled(phone, number).over() == 480, "nothing rings"
    dialled = Dialled(caller, "4001")
    await rings(site, "4001")
    assert await Dialled(stranger, "*84001").over() == 403
    assert await Dialled(stranger, "*8").over() == 480
    assert await Dialled(taker, "*84003").over() == 403
    callee.calls[0].answer()
    assert await dialled.over() == 0


async def test_without_a_code_it_is_a_number_like_any_other() -> None:
    site = await a_site(timing=FAST)
    taker = await site.phone("4002")
    assert await Dialled(taker, "*8").over() == 404
    await close(site)


async def test_a_program_takes_what_rings_in_the_group(site: Site) -> None:
    caller, taker = await site.phone("4000"), await site.phone("4002", DESK)
    await site.phone("4001", RINGS)
    assert Feature.PICKUP_GROUP in site.switch.capabilities("4002")
    assert Feature.PICKUP_GROUP not in site.switch.capabilities("4003")
    Dialled(caller, "4001")
    await rings(site, "4001")
    await site.phone("4003", DESK)
    await refused(site.perform(Pickup("4003", "")), Refusal.NOT_POSSIBLE_NOW)
    taken = await site.perform(Pickup("4002", ""))
    await site.until(taken.id, CallState.CONNECTED)
    await talk(caller, taker)


async def test_race_it_is_taken_by_hand_as_the_phone_is_answered(site: Site) -> None:
    caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
    taker = await site.phone("4002")
    dialled = Dialled(caller, "4001")
    await rings(site, "4001")
    taking = Dialled(taker, "*8")
    callee.calls[0].answer()
    assert await dialled.over() == 0
    await taking.over()
    await until(lambda: len(callee.calls) + len(taker.calls) == 1, "one of them to have the call")
    await talk(caller, callee if callee.calls else taker)


async def test_race_it_is_taken_by_hand_as_the_caller_gives_up(site: Site) -> None:
    caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
    taker = await site.phone("4002")
    dialled = Dialled(caller, "4001")
    await rings(site, "4001")
    taking = Dialled(taker, "*8")
    await dialled.give_up()
    await taking.over()
    await site.empty()
    await silent(caller, callee, taker)


async def test_the_taker_hangs_up_before_it_has_the_call(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
    taker = await site.phone("4002")
    monkeypatch.setattr(taker, "_reinvited", lambda *_: None)  # it does not answer the offer
    dialled = Dialled(caller, "4001")
    call = await rings(site, "4001")
    await taker.call("*8")
    taker.calls[0].hang_up()
    await until(lambda: not site.live("4002"))
    assert site.now(call.id).state is CallState.RING_BACK
    callee.calls[0].answer()
    assert await dialled.over() == 0


class Adding:
    """In place of a phone's `DigestClient`: adds something to each request before that signs it."""

    def __init__(self, phone: Phone, add: Callable[[Request], None]) -> None:
        self._digest, self._add = phone._digest, add
        phone._digest = self  # type: ignore[assignment]

    def sign(self, request: Request) -> None:
        self._add(request)
        self._digest.sign(request)

    def authorize(self, request: Request, response: Response) -> Request | None:
        return self._digest.authorize(request, response)

    def learn(self, response: Response) -> None:
        self._digest.learn(response)


def invites_with(phone: Phone, headers: dict[str, str]) -> None:
    """From now on the phone's INVITEs have these header fields."""

    def add(request: Request) -> None:
        if request.method == "INVITE":
            for name, value in headers.items():
                request.headers.set(name, value)

    Adding(phone, add)


async def test_an_invite_that_replaces_an_early_dialog_takes_its_call(site: Site) -> None:
    caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
    taker, stranger = await site.phone("4002"), await site.phone("4003")
    dialled = Dialled(caller, "4001")
    await rings(site, "4001")
    early = callee.calls[0].dialog
    assert early is not None
    value = f"{early.call_id};to-tag={early.remote_tag};from-tag={early.local_tag};early-only"
    invites_with(stranger, {"Replaces": value})
    assert await Dialled(stranger, "4001").over() == 403, "not of its group"
    headers = {"Replaces": "nobody;to-tag=1;from-tag=2"}
    invites_with(taker, headers)
    assert await Dialled(taker, "4001").over() == 481
    headers["Replaces"] = value
    await taker.call("4001")
    assert await dialled.over() == 0
    await talk(caller, taker)
    await silent(callee)


# What phones say


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        ('SIP;cause=200;text="Call completed elsewhere"', Cause.ELSEWHERE),
        ("SIP ;text=x; cause=200", Cause.ELSEWHERE),
        ("SIP;cause=487", Cause.CANCELLED),
        ("Q.850;cause=16", Cause.CANCELLED),
        ("SIP;cause=2000", Cause.CANCELLED),
    ],
)
async def test_a_pbx_behind_a_phone_says_that_others_have_answered(
    site: Site, reason: str, cause: Cause
) -> None:
    caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
    heard = overheard(callee)
    dialled = Dialled(caller, "4001")
    call = await rings(site, "4001")
    send = caller.transport.pump.send

    def with_reason(flow: Flow, data: bytes) -> bool:
        if data.startswith(b"CANCEL"):
            data = data.replace(b"\r\nCSeq:", b"\r\nReason: " + reason.encode() + b"\r\nCSeq:")
        return send(flow, data)

    caller.transport.pump.send = with_reason
    await dialled.give_up()
    await ended(site, call, cause)
    await silent(callee)
    assert bool(header(requests(heard, "CANCEL")[0], "Reason")) is (cause is Cause.ELSEWHERE)


async def test_a_phone_may_say_when_it_registers_that_it_can_be_told_to_answer(site: Site) -> None:
    caller, callee = await site.phone("4000"), site._make_phone("4001", RINGS)
    Adding(callee, lambda request: request.headers.set("Allow-Events", "hold,talk"))
    async with callee:
        dialled = Dialled(caller, "4001")
        call = await rings(site, "4001")
        callee.behaviour = TALKS  # its 180 has not said so
        await site.perform(Answer(call.id))
        assert (await dialled.over(), callee.invites) == (0, 1)


# Hidden callers


@pytest.mark.parametrize(
    "headers",
    [
        {"Privacy": "id"},
        {"Privacy": "header;id"},
        {"From": '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1'},
    ],
)
async def test_a_caller_who_does_not_want_to_be_known_is_not(site: Site, headers: dict[str, str]) -> None:
    caller, callee = await site.phone("4000"), await site.phone("4001", ANSWERS)
    third = await site.phone("4002", ANSWERS)
    heard, heard_later = overheard(callee), overheard(third)
    invites_with(caller, headers)
    await caller.call("4001")
    (call,) = site.live("4001")
    assert call.caller == Party(privacy=Privacy.WITHHELD)
    assert site.live("4000")[0].caller == Party("Kim", "4000")
    await callee.calls[0].transfer("4002")
    await until(lambda: bool(site.live("4002")))
    for invite in (requests(heard, "INVITE")[0], requests(heard_later, "INVITE")[0]):
        assert "anonymous.invalid" in header(invite, "From")[0]
        assert "Kim" not in invite.partition("\r\n\r\n")[0]
        assert not header(invite, "P-Asserted-Identity")


async def test_a_caller_who_says_none_is_shown(site: Site) -> None:
    caller = await site.phone("4000")
    await site.phone("4001", ANSWERS)
    invites_with(caller, {"Privacy": "none"})
    await caller.call("4001")
    assert site.live("4001")[0].caller == Party("Kim", "4000")


async def test_nobody_calls_as_somebody_else(site: Site) -> None:
    caller = await site.phone("4000")
    await site.phone("4001", ANSWERS)
    invites_with(caller, {"From": "<sip:4003@offhook>;tag=1", "Privacy": "id"})
    with pytest.raises(CallRejected) as caught:
        await caller.call("4001")
    assert caught.value.status == 403

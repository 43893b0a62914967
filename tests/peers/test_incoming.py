"""Calls that come in at phones of others (baresip, sipp), as programs and the switch deal with them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Literal

import pytest

from offhook.call import (
    Answer,
    CallState,
    Cause,
    DoNotDisturb,
    Drop,
    Feature,
    Forward,
    Forwarding,
    ForwardWhen,
    Party,
    Pickup,
    Reason,
    Redirect,
    Reject,
)
from offhook.config import GroupSettings
from offhook.errors import CallError, Refusal
from offhook.switch.base import ForwardingChanged
from offhook.switch.embedded import EmbeddedSwitch
from tests.peers import pbxsite
from tests.peers.asterisk import Asterisk
from tests.peers.baresip import Baresip
from tests.peers.kamailio import Kamailio
from tests.peers.sipp import registered
from tests.switch import rtp
from tests.switch.contract_incoming import TALKS, Dialled, ended, rings
from tests.switch.embeddedsite import a_site, close
from tests.switch.site import ANSWERS, RINGS, Site
from tests.waiting import until

pytestmark = pytest.mark.peer

PACKETS = 25
"""Half a second of audio, each way."""


class Place:
    """A switch, with baresips."""

    def __init__(self, site: Site, folder: Path, stack: AsyncExitStack) -> None:
        self.site, self._folder, self._stack = site, folder, stack

    @property
    def server(self) -> tuple[str, int]:
        assert isinstance(self.site.switch, EmbeddedSwitch)
        return self.site.switch.address()

    async def phone(self, user: str, answer: Literal["auto", "manual"] = "manual") -> Baresip:
        made = Baresip(self._folder, self.server, user, f"secret-{user}", answer=answer)
        return await self._stack.enter_async_context(made)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    site = await a_site(groups=[GroupSettings("all", ("*",))], pickup_code="*8")
    async with AsyncExitStack() as stack:
        yield Place(site, tmp_path, stack)
    await site.empty()
    await close(site)


async def talk(one: Baresip, other: Baresip) -> None:
    """Audio flows between the two."""
    here, there = await one.heard(PACKETS), await other.heard(PACKETS)
    assert here.heard_from == ("127.0.0.1", there.local_port)
    assert there.heard_from == ("127.0.0.1", here.local_port)


async def test_a_desk_phone_answers_when_it_is_told_to(place: Place, tmp_path: Path) -> None:
    caller = await place.phone("4000")
    async with registered(tmp_path, "talk", place.server, "4001", "secret-4001") as callee:
        await caller.dial("4001")
        call = await rings(place.site, "4001")
        await place.site.perform(Answer(call.id))
        assert place.site.now(call.id).state is CallState.CONNECTED
        await caller.happened("CALL_ESTABLISHED")
        await place.site.perform(Drop(call.id))
        await callee.succeeded()


async def test_baresip_knows_neither_way_so_it_rings_on_and_is_answered_by_hand(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.switch.b2bua.outcome.COMMAND_S", 0.5)
    caller, callee = await place.phone("4000"), await place.phone("4001")
    await caller.dial("4001")
    call = await rings(place.site, "4001")
    with pytest.raises(CallError):
        await place.site.perform(Answer(call.id))
    await callee.happened("CALL_CLOSED")  # the INVITE that was taken back
    await callee.happened("CALL_INCOMING")
    await callee.happened("CALL_INCOMING")
    await callee.accept()
    await place.site.until(call.id, CallState.CONNECTED)
    await talk(caller, callee)


async def test_a_program_rejects(place: Place) -> None:
    caller, callee = await place.phone("4000"), await place.phone("4001")
    await caller.dial("4001")
    call = await rings(place.site, "4001")
    await place.site.perform(Reject(call.id))
    assert (await caller.happened("CALL_CLOSED"))["param"] == "603 Decline"
    await callee.happened("CALL_CLOSED")


async def test_a_program_redirects(place: Place) -> None:
    caller, callee = await place.phone("4000"), await place.phone("4001")
    target = await place.phone("4002", "auto")
    await caller.dial("4001")
    call = await rings(place.site, "4001")
    await place.site.perform(Redirect(call.id, "", "4002"))
    await ended(place.site, call, Cause.FORWARDED)
    await callee.happened("CALL_CLOSED")
    await talk(caller, target)


async def test_nobody_answers_and_the_call_goes_on(place: Place) -> None:
    caller, callee = await place.phone("4000"), await place.phone("4001")
    target = await place.phone("4002", "auto")
    await place.site.perform(Forward("4001", (Forwarding(ForwardWhen.NO_ANSWER, "4002", 0.5),)))
    await caller.dial("4001")
    await ended(place.site, await rings(place.site, "4001"), Cause.FORWARDED)
    await callee.happened("CALL_CLOSED")
    await talk(caller, target)


async def test_a_call_is_picked_up_by_a_program(place: Place) -> None:
    caller, callee = await place.phone("4000"), await place.phone("4001")
    taker = await place.phone("4002", "auto")
    await caller.dial("4001")
    call = await rings(place.site, "4001")
    taken = await place.site.perform(Pickup("4002", call.id))
    await place.site.until(taken.id, CallState.CONNECTED)
    await ended(place.site, call, Cause.ELSEWHERE)
    await callee.happened("CALL_CLOSED")
    await talk(caller, taker)


@pytest.mark.parametrize("click", [False, True])
async def test_a_call_is_picked_up_by_the_code(place: Place, click: bool) -> None:
    caller = await place.phone("4000", "auto")
    callee, taker = await place.phone("4001"), await place.phone("4002")
    if click:
        place.site.dial()
    else:
        await caller.dial("4001")
    await rings(place.site, "4001")
    await taker.dial("*8")
    await callee.happened("CALL_CLOSED")
    (taken,) = place.site.live("4002")
    assert (taken.reason, taken.by_hand) == (Reason.PICKED_UP, True)
    await talk(caller, taker)
    await taker.hang_up()
    await caller.happened("CALL_CLOSED")


async def test_race_the_code_is_dialled_as_the_phone_is_answered(place: Place) -> None:
    caller, callee, taker = await place.phone("4000"), await place.phone("4001"), await place.phone("4002")
    await caller.dial("4001")
    await rings(place.site, "4001")
    await asyncio.gather(taker.dial("*8"), callee.accept())
    await caller.happened("CALL_ESTABLISHED")
    audio = await caller.heard(PACKETS)
    assert audio.heard_from in [
        ("127.0.0.1", (await one.audio()).local_port) for one in (callee, taker) if place.site.live(one.user)
    ]


# At PBXs: what their codes, and what they pass on, can do for calls that they only tell of

CODES = (
    ("pickup", "*8{number}"),
    ("do-not-disturb", "*78"),
    ("do-not-disturb-off", "*79"),
)


async def test_asterisk_takes_its_codes_from_a_program(asterisk: Asterisk) -> None:
    site = await pbxsite.pbx_site(asterisk.sip, codes=CODES)
    await site.perform(DoNotDisturb("4000"))
    assert site.forwardings == [ForwardingChanged("4000", (), True)]
    with pytest.raises(CallError) as caught:
        await site.perform(DoNotDisturb("4000", False))  # its dialplan has no such code
    assert caught.value.refusal is Refusal.FAILURE
    assert len(site.forwardings) == 1
    await pbxsite.close(site)


async def test_a_call_by_hand_at_an_asterisk_is_picked_up_by_its_code(asterisk: Asterisk) -> None:
    site = await pbxsite.pbx_site(asterisk.sip, codes=CODES, dialog_events=True)
    caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
    taker = await site.phone("4002", ANSWERS)
    dialled = Dialled(caller, "4001")
    call = await rings(site, "4001")
    assert Feature.PICKUP in site.switch.features("4002")
    taken = await site.perform(Pickup("4002", call.id))
    assert (taken.reason, taken.callee.id, taken.redirecting) == (
        Reason.PICKED_UP,
        "4000",
        Party("Lee Min-ho", "4001"),
    )
    await site.until(taken.id, CallState.CONNECTED)
    over = await ended(site, call, Cause.ELSEWHERE)
    assert over.redirected_to == Party("Park", "4002")
    assert await dialled.over() == 0
    await rtp.talk(caller, taker)
    await until(lambda: not callee.calls)
    site.drop(taken.id)
    await pbxsite.close(site)


async def test_where_nothing_rings_the_code_is_not_dialled(asterisk: Asterisk) -> None:
    site = await pbxsite.pbx_site(asterisk.sip, codes=CODES, dialog_events=True)
    await site.phone("4001", RINGS)
    taker = await site.phone("4002", ANSWERS)
    for target in ("4001", "4999"):
        with pytest.raises(CallError) as caught:
            await site.perform(Pickup("4002", target))
        assert caught.value.refusal is Refusal.NOT_POSSIBLE_NOW
    assert taker.invites == 0
    await pbxsite.close(site)


async def test_kamailio_passes_on_that_a_phone_is_to_answer(kamailio: Kamailio) -> None:
    site = await pbxsite.pbx_site(kamailio.address, talk=True)
    own, callee = await site.phone("4000"), await site.phone("4001", TALKS)
    site.dial()
    call = await rings(site, "4001")
    await site.perform(Answer(call.id))
    assert callee.invites == 1
    await rtp.talk(own, callee)
    await pbxsite.close(site)


async def test_a_call_by_hand_at_a_kamailio_is_answered_by_a_phone_that_is_told_to(tmp_path: Path) -> None:
    with Kamailio(tmp_path / "kamailio", dialogs=True) as own:
        site = await pbxsite.pbx_site(own.address, talk=True, dialog_events=True)
        caller, callee = await site.phone("4000"), await site.phone("4001", TALKS)
        dialled = Dialled(caller, "4001")
        call = await rings(site, "4001")
        assert site.features(call.id) == {Feature.ANSWER}
        await site.perform(Answer(call.id))
        assert site.now(call.id).state is CallState.CONNECTED
        assert await dialled.over() == 0
        await rtp.talk(caller, callee)
        callee.behaviour = RINGS  # it does not know it any more
        caller.calls[0].hang_up()
        await site.empty()
        dialled = Dialled(caller, "4001")
        call = await rings(site, "4001")
        with pytest.raises(CallError) as caught:
            await site.perform(Answer(call.id))
        assert caught.value.refusal is Refusal.FAILURE
        assert site.now(call.id).rings_here
        await dialled.give_up()
        await pbxsite.close(site)

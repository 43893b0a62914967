"""Trunks at a real Kamailio that plays the provider: a registrar and proxy with Record-Route."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from offhook.call import CallState, Cause, Complete, Consult, Feature, Hold, Retrieve, Transfer
from offhook.config import IncomingSettings
from offhook.config.sections.incoming import days_off
from offhook.config.sections.trunk import outside_range
from offhook.demo.phone import Behaviour, Phone, Stage
from offhook.switch.embedded import EmbeddedSwitch
from tests.peers.audio import hears
from tests.peers.baresip import Baresip
from tests.peers.kamailio import CHALLENGING, Kamailio
from tests.peers.kamailioprovider import ACCOUNT, FRIEND, OTHER, person, trunk_to
from tests.switch.site import ANSWERS, PATIENCE_S, RINGS, Site, joined, rejects
from tests.switch.trunksite import PHONES, a_site_with
from tests.waiting import until

pytestmark = pytest.mark.peer


async def close(site: Site) -> None:
    await site.close()
    assert isinstance(site.switch, EmbeddedSwitch)
    assert site.switch.idle


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_calls_go_out_and_come_in_by_a_proxy(kamailio: Kamailio, transport: Any) -> None:
    site = await a_site_with(trunk_to(kamailio, transport=transport))
    own = await site.phone("4000", ANSWERS)
    async with person(kamailio, ANSWERS) as friend:
        call_id = site.dial("4000", "08912345678")
        await site.until(call_id, CallState.CONNECTED)
        await site.settled(own, friend)
        await until(lambda: Feature.HOLD in site.features(call_id))
        await site.perform(Hold(call_id, "4000"))
        await site.perform(Retrieve(call_id, "4000"))
        site.drop(call_id)
        await site.empty()
        await until(lambda: not friend.calls)
        call = await friend.call(ACCOUNT)
        await until(lambda: call.stage is Stage.UP)
        assert site.live("4000")[0].caller.id == f"+{FRIEND}"
        friend.hang_up(call)
        await site.empty()
    await close(site)


@pytest.mark.parametrize(
    ("behaviour", "cause"),
    [(rejects(486), Cause.BUSY), (rejects(603), Cause.REJECTED), (None, Cause.UNREACHABLE)],
)
async def test_why_a_call_comes_to_nothing(
    kamailio: Kamailio, behaviour: Behaviour | None, cause: Cause
) -> None:
    site = await a_site_with(trunk_to(kamailio))
    await site.phone("4000")
    if behaviour is None:
        assert await site.cause(site.dial("4000", "08912345679")) is cause
    else:
        async with person(kamailio, behaviour):
            assert await site.cause(site.dial("4000", "08912345678")) is cause
    await close(site)


async def test_the_account_of_another_is_refused_by_the_provider(kamailio: Kamailio) -> None:
    """Kamailio compares who logs in with whom the call is from: a number of somebody else is no use."""
    trunk = trunk_to(kamailio, from_account=False, number="+493055555", numbers=())
    site = await a_site_with(trunk, terminals=PHONES)
    await site.phone("4000")
    assert await site.cause(site.dial("4000", "08912345678")) is Cause.NOT_ALLOWED
    await close(site)


async def test_a_friend_behind_a_proxy_holds_the_call_and_hangs_up(kamailio: Kamailio) -> None:
    site = await a_site_with(trunk_to(kamailio))
    await site.phone("4000")
    async with person(kamailio, ANSWERS) as friend:
        call_id = site.dial("4000", "08912345678")
        await site.until(call_id, CallState.CONNECTED)
        await until(lambda: Feature.HOLD in site.features(call_id))
        (theirs,) = friend.calls
        await theirs.hold()
        await site.comes_to(call_id, lambda one: one.held_by_other)
        await theirs.resume()
        await site.comes_to(call_id, lambda one: not one.held_by_other)
        friend.hang_up(theirs)
        assert await site.cause(call_id) is Cause.NORMAL
    await close(site)


async def test_a_call_by_a_proxy_is_handed_to_a_colleague_and_nobody_answers_another(
    kamailio: Kamailio,
) -> None:
    site = await a_site_with(trunk_to(kamailio), no_answer_s=2.0)
    await site.phone("4000")
    colleague = await site.phone("4001", ANSWERS)
    async with person(kamailio, ANSWERS) as friend:
        call_id = site.dial("4000", "08912345678")
        await site.until(call_id, CallState.CONNECTED)
        await until(lambda: Feature.TRANSFER in site.features(call_id))
        await site.perform(Transfer(call_id, "4000", "4001"))
        await until(lambda: site.live("4001"))
        await site.settled(colleague, friend)
        friend.hang_up(friend.calls[0])
        await site.empty()
    async with person(kamailio, RINGS) as friend:
        call_id = site.dial("4000", "08912345678")
        await site.until(call_id, CallState.RING_BACK)
        assert await site.cause(call_id) is Cause.NO_ANSWER
        await until(lambda: friend.cancels == 1)
    await close(site)


async def test_early_media_come_through_the_proxy(kamailio: Kamailio) -> None:
    site = await a_site_with(trunk_to(kamailio))
    own = await site.phone("4000")
    async with person(kamailio, Behaviour(answer_after=None, early_media=True)) as friend:
        call_id = site.dial("4000", "08912345678")
        await site.until(call_id, CallState.RING_BACK)
        await until(lambda: own.calls[0].remote_media == friend.media)
        friend.answer(friend.calls[0])
        await site.until(call_id, CallState.CONNECTED)
        await site.settled(own, friend)
    await close(site)


async def test_two_people_outside_are_connected_after_a_consultation(kamailio: Kamailio) -> None:
    site = await a_site_with(trunk_to(kamailio))
    await site.phone("4000")
    async with person(kamailio, ANSWERS) as friend, person(kamailio, ANSWERS, OTHER) as other:
        call_id = site.dial("4000", "08912345678")
        await site.until(call_id, CallState.CONNECTED)
        await until(lambda: Feature.CONSULT in site.features(call_id))
        consultation = await site.perform(Consult(call_id, "4000", "08912345679"))
        await site.until(consultation.id, CallState.CONNECTED)
        await until(lambda: Feature.COMPLETE in site.features(consultation.id))
        await site.perform(Complete(consultation.id, "4000"))
        await site.empty()
        await joined(friend, other)
        await joined(other, friend)
        (last,) = other.calls
        friend.hang_up(friend.calls[0])
        await until(lambda: last.stage is Stage.ENDED)
    await close(site)


async def test_a_caller_is_handed_on_to_a_number_outside_by_the_same_proxy(kamailio: Kamailio) -> None:
    site = await a_site_with(trunk_to(kamailio))
    await site.phone("4000", ANSWERS)
    async with person(kamailio) as friend, person(kamailio, ANSWERS, OTHER) as other:
        call = await friend.call(ACCOUNT)
        await until(lambda: call.stage is Stage.UP)
        (own,) = site.live("4000")
        await until(lambda: Feature.TRANSFER in site.features(own.id))
        await site.perform(Transfer(own.id, "4000", "08912345679"))
        await site.empty()
        await joined(friend, other)
        await joined(other, friend)
        other.hang_up(other.calls[0])
        await until(lambda: call.stage is Stage.ENDED)
    await close(site)


@pytest.mark.parametrize("hours", [True, False], ids=["nobody answers", "out of hours"])
async def test_an_announcement_is_a_phone_that_answers_and_plays_a_file(
    kamailio: Kamailio, tmp_path: Path, hours: bool
) -> None:
    """As docs/trunks.md says it: a baresip with answermode=auto, and a file as its audio source."""
    closed = () if hours else (days_off("2000-01-01/2100-01-01"),)
    called = (outside_range(f"+{ACCOUNT}"),)
    entry = IncomingSettings(
        numbers=called, ring=("4000",), ring_s=PATIENCE_S, otherwise="4003", closed=closed
    )
    site = await a_site_with(trunk_to(kamailio), incoming=[entry])
    assert isinstance(site.switch, EmbeddedSwitch)
    own = await site.phone("4000", rejects(480))
    async with (
        Baresip(tmp_path, site.switch.address(), "4003", "secret-4003", answer="auto") as announcement,
        Baresip(tmp_path, kamailio.address, FRIEND, f"secret-{FRIEND}") as caller,
    ):
        await caller.dial(ACCOUNT)
        await caller.happened("CALL_ESTABLISHED")
        await hears(caller, announcement)
        (up,) = site.live("4003")
        assert up.state is CallState.CONNECTED
        assert own.invites == int(hours)
        await caller.hang_up()
        await site.empty()
    await close(site)


@pytest.fixture(scope="module")
def by_udp_alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kamailio]:
    with Kamailio(tmp_path_factory.mktemp("udp"), tcp=False) as running:
        yield running


async def describes_much(site: Site, behaviour: Behaviour | None = None) -> Phone:
    """A phone with so many codecs and candidates that its offer fits into no datagram."""
    phone = await site.phone("4000", behaviour)
    describe = phone._describe
    more = b"".join(b"a=candidate:%d 1 UDP 2130706431 192.0.2.1 5000 typ host\r\n" % n for n in range(25))
    phone._describe = lambda call, media: describe(call, media) + more  # type: ignore[method-assign]
    return phone


@pytest.mark.parametrize(("tcp", "wanted", "by"), [(1, 1, "TCP"), (1, 0, "UDP"), (0, 1, "UDP")])
async def test_a_large_invite_goes_by_tcp_where_the_provider_takes_that(
    kamailio: Kamailio, by_udp_alone: Kamailio, tcp: int, wanted: int, by: str
) -> None:
    provider = kamailio if tcp else by_udp_alone
    site = await a_site_with(trunk_to(provider, large_by_tcp=bool(wanted)))
    own = await describes_much(site)
    async with person(provider, ANSWERS) as friend:
        call_id = site.dial("4000", "08912345678")
        await site.until(call_id, CallState.CONNECTED)
        await site.settled(own, friend)
        invite = friend.last_invite
        assert invite is not None
        assert len(invite.body) > 1300
        assert f"SIP/2.0/{by} " in invite.headers.all("Via")[-1]
        await until(lambda: Feature.HOLD in site.features(call_id))
        await site.perform(Hold(call_id, "4000"))
        await site.perform(Retrieve(call_id, "4000"))
        (theirs,) = friend.calls
        await theirs.hold()
        await site.comes_to(call_id, lambda one: one.held_by_other)
        await theirs.resume()
        await site.comes_to(call_id, lambda one: not one.held_by_other)
        site.drop(call_id)
        await until(lambda: theirs.stage is Stage.ENDED)
        (state,) = site.switch.trunk_states()
        assert (state.usable, [one.problem for one in state.servers]) == (True, [""])
    await close(site)


async def test_a_call_by_tcp_for_its_size_goes_on_when_the_connection_is_cut(tmp_path: Path) -> None:
    with Kamailio(tmp_path) as provider:
        site = await a_site_with(trunk_to(provider, probe_s=0.3, silent_s=2.0))
        await describes_much(site)
        async with person(provider, ANSWERS) as friend:
            call_id = site.dial("4000", "08912345678")
            await site.until(call_id, CallState.CONNECTED)
            (theirs,) = friend.calls
            await asyncio.to_thread(provider.stop)
            await asyncio.to_thread(provider.start)
            await until(lambda: site.switch.trunk_states()[0].usable)
            site.drop(call_id)
            await until(lambda: theirs.stage is Stage.ENDED)
        await close(site)


async def test_two_servers_with_a_realm_each_ask_for_credentials_and_inside_of_a_call_too(
    kamailio: Kamailio, tmp_path: Path
) -> None:
    """An outbound proxy (407, every request) in front of the registrar (401, once)."""
    with Kamailio(tmp_path, config=CHALLENGING, challenged=ACCOUNT) as outbound:
        site = await a_site_with(trunk_to(kamailio, outbound_proxy=outbound.server))
        own = await site.phone("4000")
        async with person(kamailio, ANSWERS) as friend:
            call_id = site.dial("4000", "08912345678")
            await site.until(call_id, CallState.CONNECTED)
            await site.settled(own, friend)
            assert friend.last_invite is not None
            assert len(friend.last_invite.headers.all("Record-Route")) == 2
            assert isinstance(site.switch, EmbeddedSwitch)
            asked = site.switch.trunks.all[0].account._proxy._sessions
            assert {realm for _, realm in asked} == {"outbound.example", "127.0.0.1"}
            await until(lambda: Feature.HOLD in site.features(call_id))
            await site.perform(Hold(call_id, "4000"))
            await site.perform(Retrieve(call_id, "4000"))
            (theirs,) = friend.calls
            await theirs.hold()
            await site.comes_to(call_id, lambda one: one.held_by_other)
            await theirs.resume()
            await site.comes_to(call_id, lambda one: not one.held_by_other)
            site.drop(call_id)
            await until(lambda: theirs.stage is Stage.ENDED)
        await close(site)

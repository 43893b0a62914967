"""The connection to the PBX, or to a phone, is lost in each state of a call, with a command under way."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from offhook.call import CallState, Feature
from offhook.errors import CallError, Refusal
from offhook.switch.embedded import EmbeddedSwitch
from tests.long import LONG
from tests.peers import asterisksite, pbxsite
from tests.peers.asterisk import Asterisk
from tests.peers.asterisksite import AsteriskSite, asterisk_site
from tests.peers.cutter import Cutter
from tests.peers.kamailio import Kamailio
from tests.switch.done import COMMANDS
from tests.switch.embeddedsite import a_site
from tests.switch.scenes import SCENES, Phones, four_phones, quiet
from tests.switch.site import FAST, Site, ringing_for
from tests.waiting import until

pytestmark = pytest.mark.peer

STATES = ("rings", "talks", "held", "consults_and_it_rings", "consults", "one_held_one_active", "waits")

LOST = frozenset(
    {
        Refusal.UNAVAILABLE,
        Refusal.TERMINAL_UNAVAILABLE,
        Refusal.FAILURE,
        Refusal.NOT_POSSIBLE_NOW,
        Refusal.NO_SUCH_CALL,
    }
)
"""What may be answered to a command while nothing can be reached."""


async def asked(site: Site, call: str, feature: Feature) -> None:
    """The command is done or refused, in a bounded time."""
    try:
        await site.perform(COMMANDS[feature](call))
    except CallError as error:
        assert error.refusal in LOST, error


def a_command(site: Site, call: str) -> asyncio.Task[None]:
    """One of those that are offered, begun just now."""
    offered = sorted(one.value for one in site.features(call) - {Feature.DROP}) or ["dtmf"]
    return asyncio.get_running_loop().create_task(asked(site, call, Feature(offered[0])))


def each_ended_once(site: Site) -> None:
    ends = Counter(call.id for call in site.seen if call.state is CallState.ON_HOOK)
    assert ends == Counter({call.id for call in site.seen})


@pytest.fixture
async def cutter(asterisk: Asterisk) -> AsyncIterator[Cutter]:
    async with Cutter(asterisk.ami) as cutter:
        yield cutter


@pytest.fixture
async def site(asterisk: Asterisk, cutter: Cutter) -> AsyncIterator[AsteriskSite]:
    site = await asterisk_site(asterisk, host=cutter.address[0], port=cutter.address[1], ping_s=0.3)
    yield site
    await asterisksite.close(site)


@pytest.mark.timeout(40)
@pytest.mark.parametrize("state", [*STATES, "in_conference"])
async def test_asterisks_manager_is_away_for_a_moment(site: AsteriskSite, cutter: Cutter, state: str) -> None:
    """The calls are still there afterwards, and can be cleared."""
    phones = await four_phones(site)
    call = await SCENES[state].begin(site, phones)
    before = {one.id for one in site.live() if one.state is CallState.CONNECTED}
    command = a_command(site, call)
    await cutter.cut()
    await site.service("4000", False)
    await command
    await cutter.mend()
    await site.service("4000", True)
    if state in ("talks", "held"):
        assert before & {one.id for one in site.live()}
    await quiet(site, phones)
    each_ended_once(site)


async def test_a_command_under_way_is_told_at_once_that_asterisks_manager_is_lost(
    site: AsteriskSite, cutter: Cutter
) -> None:
    phones = await four_phones(site)
    call = await SCENES["talks"].begin(site, phones)
    command = asyncio.create_task(site.perform(COMMANDS[Feature.CONSULT](call)))
    await cutter.cut()
    with pytest.raises(CallError, match="the connection to Asterisk is lost"):
        await command
    await cutter.mend()
    await site.service("4000", True)
    await quiet(site, phones)


@pytest.mark.parametrize("state", STATES)
async def test_a_phones_connection_is_lost_in_the_middle_of_a_command(state: str) -> None:
    site = await a_site("tcp", timing=FAST, **ringing_for(5.0))
    assert isinstance(site.switch, EmbeddedSwitch)
    phones = await four_phones(site)
    call = await SCENES[state].begin(site, phones)
    command = a_command(site, call)
    lose(phones)
    await command
    for one in site.live():
        with suppress(CallError):
            site.drop(one.id)
    await until(lambda: site.switch.idle)  # type: ignore[attr-defined]
    await site.empty()
    each_ended_once(site)
    for phone in phones.all:
        phone.calls.clear()
    await site.close()


@pytest.mark.timeout(60)
@pytest.mark.parametrize("state", STATES if LONG else ["held", "consults"])
async def test_the_pbx_is_gone_in_the_middle_of_a_command(state: str, tmp_path: Path) -> None:
    with Kamailio(tmp_path / "kamailio") as kamailio:
        site = await pbxsite.pbx_site(kamailio.address, answers=True)
        phones = await four_phones(site)
        call = await SCENES[state].begin(site, phones)
        command = a_command(site, call)
        kamailio.stop()
        await command
        for one in site.live():
            with suppress(CallError):
                site.drop(one.id)
        await site.empty()
        each_ended_once(site)
        for phone in phones.all:
            phone.calls.clear()
            phone.registered = False  # it does not wait at its end for the one that is gone
        await pbxsite.close(site)


def lose(phones: Phones) -> None:
    """The connection of 4000's phone breaks."""
    for connection in list(phones.own.transport._connections.values()):
        connection.abort()

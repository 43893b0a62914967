"""Asterisk and Kamailio as two providers of one site: prefixes, order, fail-over, and what may go out."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from offhook.call import CallState, Cause
from offhook.config import TrunkSettings
from offhook.demo.phone import Stage
from offhook.errors import CallError, Refusal
from offhook.switch.embedded import EmbeddedSwitch
from offhook.switch.trunk import limits
from offhook.switch.trunk.trunk import Trunk
from tests.peers import kamailioprovider as at_kamailio
from tests.peers.kamailio import CONFIG, Kamailio
from tests.peers.trunkpeers import AsteriskProvider, trunk_to
from tests.switch.site import ANSWERS, Site
from tests.switch.trunksite import FRIEND, KIMS, a_site_with
from tests.waiting import until

pytestmark = pytest.mark.peer

DIALLED, OUT_OF_ORDER = "08912345678", "089111103"
"""The friend, whom both know, and a number for which Asterisk says 502."""


@pytest.fixture(scope="module")
def first() -> Iterator[AsteriskProvider]:
    with AsteriskProvider() as running:
        assert isinstance(running, AsteriskProvider)
        yield running


def asterisk_trunk(first: AsteriskProvider, **more: Any) -> TrunkSettings:
    return trunk_to(first.sip, name="asterisk", **more)


def kamailio_trunk(kamailio: Kamailio, **more: Any) -> TrunkSettings:
    return at_kamailio.trunk_to(kamailio, name="kamailio", **more)


def trunk_of(site: Site, name: str) -> Trunk:
    assert isinstance(site.switch, EmbeddedSwitch)
    return next(one for one in site.switch.trunks.all if one.name == name)


async def close(site: Site) -> None:
    await site.hang_up()
    await site.switch.stop()


async def test_a_number_goes_by_the_provider_of_its_prefix_and_all_else_by_the_other(
    first: AsteriskProvider, kamailio: Kamailio
) -> None:
    site = await a_site_with(asterisk_trunk(first), kamailio_trunk(kamailio, prefixes=("+4989",)))
    await site.phone("4000")
    async with first.person(FRIEND, ANSWERS), at_kamailio.person(kamailio, ANSWERS) as friend:
        munich = site.dial("4000", DIALLED)
        await site.until(munich, CallState.CONNECTED)
        assert [call.stage for call in friend.calls] == [Stage.UP]
        site.drop(munich)
        await site.empty()
        assert await site.cause(site.dial("4000", "03012345678")) is Cause.UNREACHABLE
        used = [trunk_of(site, name).limits.calls_an_hour for name in ("asterisk", "kamailio")]
        assert used == [1, 1]
    await close(site)


async def test_what_the_first_provider_cannot_do_the_second_does(
    first: AsteriskProvider, kamailio: Kamailio
) -> None:
    """Asterisk says 502 for one number, Kamailio 404, and 403 to who calls as somebody else."""
    site = await a_site_with(asterisk_trunk(first), kamailio_trunk(kamailio))
    await site.phone("4000")
    assert await site.cause(site.dial("4000", OUT_OF_ORDER)) is Cause.UNREACHABLE
    assert [trunk_of(site, name).limits.calls_an_hour for name in ("asterisk", "kamailio")] == [1, 1]
    await close(site)
    another = kamailio_trunk(kamailio, from_account=False, number="+493055555", numbers=())
    site = await a_site_with(another, asterisk_trunk(first))
    await site.phone("4000")
    async with first.person(FRIEND, ANSWERS) as friend:
        await site.until(site.dial("4000", DIALLED), CallState.CONNECTED)
        assert friend.last_invite is not None
        assert friend.last_invite.from_.uri.user == KIMS
    await close(site)


async def test_a_provider_that_hangs_is_passed_by_and_used_again_once_it_goes_on(kamailio: Kamailio) -> None:
    """It is stopped as by a machine that swaps: its ports stay open, and nothing answers."""
    with AsteriskProvider() as hanging:
        assert isinstance(hanging, AsteriskProvider)
        best = asterisk_trunk(hanging, silent_s=2.0, probe_s=60.0)
        site = await a_site_with(best, kamailio_trunk(kamailio))
        await site.phone("4000")
        async with at_kamailio.person(kamailio, ANSWERS), hanging.person(FRIEND, ANSWERS) as theirs:
            assert hanging._process is not None
            os.kill(hanging._process.pid, signal.SIGSTOP)
            try:
                over = site.dial("4000", DIALLED)
                await site.until(over, CallState.CONNECTED)
                assert not theirs.calls
                assert not trunk_of(site, "asterisk").usable
                site.drop(over)
                await site.empty()
            finally:
                os.kill(hanging._process.pid, signal.SIGCONT)
            assert isinstance(site.switch, EmbeddedSwitch)
            trunk_of(site, "asterisk").servers.probe(site.switch.endpoint.now)
            site.switch.send_now()
            await until(lambda: trunk_of(site, "asterisk").usable)
            await site.until(site.dial("4000", DIALLED), CallState.CONNECTED)
            await until(lambda: [call.stage for call in theirs.calls] == [Stage.UP])
        await close(site)


async def test_calls_beyond_a_providers_limits_go_by_the_next_and_then_none(
    first: AsteriskProvider, kamailio: Kamailio
) -> None:
    site = await a_site_with(
        asterisk_trunk(first, max_calls=1), kamailio_trunk(kamailio, max_calls_an_hour=1)
    )
    for phone in ("4000", "4001", "4002"):
        await site.phone(phone)
    async with first.person(FRIEND, ANSWERS) as one, at_kamailio.person(kamailio, ANSWERS) as two:
        calls = [site.dial("4000", DIALLED)]
        await site.until(calls[0], CallState.CONNECTED)
        calls.append(site.dial("4001", DIALLED))
        await site.until(calls[1], CallState.CONNECTED)
        assert (len(one.calls), len(two.calls)) == (1, 1)
        with pytest.raises(CallError) as caught:
            site.dial("4002", DIALLED)
        assert caught.value.refusal is Refusal.OVERLOADED
        for call_id in calls:
            site.drop(call_id)
        await site.empty()
        await site.until(site.dial("4002", DIALLED), CallState.CONNECTED)  # by the first one again
        await until(lambda: one.calls)
        with pytest.raises(CallError):
            site.dial("4001", DIALLED)
    await close(site)


async def test_when_the_minutes_of_a_day_are_used_up_only_a_call_for_help_goes_out(
    first: AsteriskProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "METER_S", 0.05)
    monkeypatch.setattr(limits, "MINUTE_S", 0.1)
    site = await a_site_with(asterisk_trunk(first, max_minutes_a_day=1))
    await site.phone("4000")
    async with first.person(FRIEND, ANSWERS) as friend:
        call_id = site.dial("4000", DIALLED)
        await site.until(call_id, CallState.CONNECTED)
        own = trunk_of(site, "asterisk").limits
        await until(lambda: own.reached == "max_minutes_a_day")
        assert friend.calls[0].stage is Stage.UP  # who talks talks on
        site.drop(call_id)
        await site.empty()
        with pytest.raises(CallError) as caught:
            site.dial("4000", DIALLED)
        assert "max_minutes_a_day" in str(caught.value)
        help_ = site.dial("4000", "112")
        assert await site.cause(help_) is Cause.UNREACHABLE  # Asterisk has been asked, and knows no 112
        assert trunk_of(site, "asterisk").limits.calls_an_hour == 2
        own._today = lambda: date.today() + timedelta(days=1)
        await site.until(site.dial("4000", DIALLED), CallState.CONNECTED)
    await close(site)


async def test_a_proxy_that_is_restarted_finds_us_again_and_its_calls_go_on(tmp_path: Path) -> None:
    """Its registrations are in memory, and gone with it; a call goes on by the way that it has recorded."""
    # Its own patience with whom it calls is a second, which a busy machine uses up.
    kamailio = Kamailio(tmp_path, config=CONFIG.replace('"fr_timer", 1000', '"fr_timer", 15000'))
    with kamailio:
        await _restarted(kamailio)


async def _restarted(kamailio: Kamailio) -> None:
    site = await a_site_with(kamailio_trunk(kamailio, probe_s=0.3, silent_s=2.0))
    await site.phone("4000", ANSWERS)
    trunk = trunk_of(site, "kamailio")
    async with at_kamailio.person(kamailio, ANSWERS) as friend:
        call_id = site.dial("4000", DIALLED)
        await site.until(call_id, CallState.CONNECTED)
        (theirs,) = friend.calls
        await asyncio.to_thread(kamailio.stop)
        await until(lambda: not trunk.usable)
        assert site.now(call_id).state is CallState.CONNECTED
        await asyncio.to_thread(kamailio.start)
        await until(lambda: trunk.usable and not trunk.registration._asking)
        await theirs.hold()
        await site.comes_to(call_id, lambda one: one.held_by_other)
        await theirs.resume()
        await site.comes_to(call_id, lambda one: not one.held_by_other)
        site.drop(call_id)
        await until(lambda: theirs.stage is Stage.ENDED)
        call = await friend.call(at_kamailio.ACCOUNT)  # it has our registration again
        await until(lambda: call.stage is Stage.UP)
        friend.hang_up(call)
        await site.empty()
    await close(site)

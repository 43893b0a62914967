"""Trunks at a provider that sipp plays: an announcement, hold and hanging up from its side, and reliable
provisional responses."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest

from offhook.call import CallState, Cause
from offhook.switch.embedded import EmbeddedSwitch
from tests.peers.sipp import Sipp
from tests.switch.site import Site
from tests.switch.trunksite import a_site_with, a_trunk, scripted
from tests.waiting import until

pytestmark = pytest.mark.peer


async def a_site_at_sipps_place() -> tuple[Site, int]:
    """A site whose provider is known to be there, and the port at which sipp is to play it."""
    async with scripted() as before:  # answers the OPTIONS, which sipp would take for the beginning of a call
        address = before.address
        site = await a_site_with(a_trunk(address, register=False, password="", probe_s=3600.0))
        assert isinstance(site.switch, EmbeddedSwitch)
        (trunk,) = site.switch.trunks.all
        await until(lambda: all(server.up for server in trunk.servers.all))
    return site, address[1]


async def test_a_provider_announces_holds_goes_on_and_hangs_up(tmp_path: Path) -> None:
    site, port = await a_site_at_sipps_place()
    assert isinstance(site.switch, EmbeddedSwitch)
    own = await site.phone("4000")
    async with Sipp(tmp_path, "provider_holds", site.switch.address(), "provider", port=port) as sipp:
        call_id = site.dial("4000", "08912345678")
        await site.until(call_id, CallState.CONNECTED)
        assert await site.cause(call_id) is Cause.NORMAL
        await sipp.succeeded()
    held = [one.held_by_other for one in site.seen if one.id == call_id and one.state is CallState.CONNECTED]
    assert [key for key, _ in groupby(held)] == [False, True, False]
    assert CallState.RING_BACK in site.states(call_id)
    await until(lambda: not own.calls)
    await site.close()


async def test_a_gateway_has_its_reliable_responses_acknowledged_and_its_update_answered(
    tmp_path: Path,
) -> None:
    site, port = await a_site_at_sipps_place()
    assert isinstance(site.switch, EmbeddedSwitch)
    await site.phone("4000")
    async with Sipp(tmp_path, "provider_reliable", site.switch.address(), "provider", port=port) as sipp:
        call_id = site.dial("4000", "08912345678")
        await site.until(call_id, CallState.CONNECTED)
        assert await site.cause(call_id) is Cause.NORMAL
        await sipp.succeeded()
    await site.close()

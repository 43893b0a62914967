"""Hold with phones that sipp plays: one refuses every new offer, one does not know directions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from offhook.call import CallState, Cause, Hold, Retrieve
from offhook.errors import CallError, Refusal
from offhook.switch.embedded import EmbeddedSwitch
from tests.peers.sipp import registered
from tests.switch.embeddedsite import a_site, close
from tests.switch.site import Site, directed

pytestmark = pytest.mark.peer


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = await a_site()
    yield site
    await close(site)


def server(site: Site) -> tuple[str, int]:
    assert isinstance(site.switch, EmbeddedSwitch)
    return site.switch.address()


async def test_a_phone_that_refuses_to_be_held_talks_on(site: Site, tmp_path: Path) -> None:
    own = await site.phone("4000")
    async with registered(tmp_path, "refuse_offers", server(site), "4001", "secret-4001") as far:
        call = site.dial()
        await site.until(call, CallState.CONNECTED)
        with pytest.raises(CallError) as caught:
            await site.perform(Hold(call))
        assert caught.value.refusal is Refusal.FAILURE
        assert not site.now(call).held
        site.drop(call)
        assert await site.cause(call) is Cause.DROPPED
        await own.event("ended")
        await far.succeeded()


async def test_a_phone_that_knows_no_directions_is_held_all_the_same(site: Site, tmp_path: Path) -> None:
    """It goes on sending; the own phone is told to send nothing, and does not listen."""
    own = await site.phone("4000")
    async with registered(tmp_path, "answer", server(site), "4001", "secret-4001") as far:
        call = site.dial()
        await site.until(call, CallState.CONNECTED)
        await site.perform(Hold(call))
        assert (site.now(call).held, own.calls[0].direction) == (True, "inactive")
        await site.perform(Retrieve(call))
        assert not site.now(call).held
        await directed(own, "sendrecv")
        site.drop(call)
        await own.event("ended")
        await far.succeeded()

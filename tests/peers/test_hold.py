"""Hold, consultation and transfer by us through real PBXs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from offhook.call import CallCommand, CallState, Complete, Hold, Retrieve, Swap
from offhook.errors import CallError, Refusal
from offhook.switch.b2bua import stillthere, turns
from tests.peers import pbxsite
from tests.peers.asterisk import Asterisk
from tests.peers.kamailio import Kamailio
from tests.switch import scenes
from tests.switch.contract_hold import EndToEndHoldContract, HoldContract
from tests.switch.scenes import Phones, four_phones, quiet
from tests.switch.site import Site, ringing_for
from tests.waiting import ONE_STEP_S

pytestmark = [
    pytest.mark.peer,
    pytest.mark.timeout(60),
]  # re-INVITEs of Asterisk meet ours: seconds each time


class TestTowardsKamailio(EndToEndHoldContract):
    @pytest.fixture
    async def site(self, kamailio: Kamailio) -> AsyncIterator[Site]:
        site = await pbxsite.pbx_site(kamailio.address)
        yield site
        await pbxsite.close(site)


class TestTowardsAsterisk(HoldContract):
    @pytest.fixture
    async def site(self, asterisk: Asterisk) -> AsyncIterator[Site]:
        site = await pbxsite.pbx_site(asterisk.sip)
        yield site
        await pbxsite.close(site)


OFTEN: dict[str, Any] = {"probe_s": 0.2, "silent_s": 0.3, "ping_s": 5.0}
"""How a server that is gone is noticed soon; a call is not asked for while it is away."""


@pytest.mark.parametrize(
    ("scene", "command"),
    [
        (scenes.held, Retrieve),
        (scenes.talks, Hold),
        (scenes.consults, Swap),
        (scenes.consults, Complete),
        (scenes.one_held_one_active, Swap),
    ],
)
async def test_a_command_fails_while_the_proxy_is_away_and_is_done_when_it_is_back(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    scene: Callable[[Site, Phones], Awaitable[str]],
    command: type[CallCommand[None]],
) -> None:
    with Kamailio(tmp_path / "kamailio") as kamailio:
        site = await pbxsite.pbx_site(kamailio.address, **OFTEN)
        phones = await four_phones(site)
        call = await scene(site, phones)
        before = [(one.state, one.held) for one in site.live()]
        monkeypatch.setattr(turns, "COMMAND_S", 0.5)
        kamailio.stop()
        await site.service("4000", wanted=False)
        with pytest.raises(CallError) as caught:
            await site.perform(command(call))
        assert caught.value.refusal is Refusal.FAILURE
        assert [(one.state, one.held) for one in site.live()] == before
        # What is on its way to the proxy is sent again after up to 16 s (RFC 3261 §17.1.1.2), and the next
        # offer waits for it.
        monkeypatch.setattr(turns, "COMMAND_S", ONE_STEP_S)
        kamailio.start()
        for phone in phones.all:
            await phone.register()
        await site.service("4000", wanted=True)
        await site.perform(command(call))
        await quiet(site, phones)
        await pbxsite.close(site)


@pytest.mark.parametrize("scene", [scenes.held, scenes.consults_and_it_rings, scenes.consults])
async def test_each_call_ends_once_when_the_pbx_does_not_come_back(
    tmp_path: Path, scene: Callable[[Site, Phones], Awaitable[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stillthere, "GIVE_UP_S", 2.0)
    monkeypatch.setattr(stillthere, "FIRST_PAUSE_S", 0.5)
    with Kamailio(tmp_path / "kamailio") as kamailio:
        site = await pbxsite.pbx_site(kamailio.address, **{**OFTEN, "ping_s": 0.3}, **ringing_for(5.0))
        phones = await four_phones(site)
        await scene(site, phones)
        kamailio.stop()
        await site.empty()
        ended = [call.id for call in site.seen if call.state is CallState.ON_HOOK]
        assert sorted(ended) == sorted({call.id for call in site.seen})
        for phone in phones.all:
            await phone._close()  # it could not even say goodbye
        await site.switch.stop()

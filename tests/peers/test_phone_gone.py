"""A baresip that hangs while registered, as a phone without power does: noticed, and called again later."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from offhook.call import CallState, Cause
from offhook.switch.embedded import EmbeddedSwitch
from tests.peers.baresip import Baresip
from tests.switch.embeddedsite import a_site, close
from tests.waiting import until

pytestmark = pytest.mark.peer


async def test_a_baresip_that_hangs_is_out_of_service_until_it_goes_on(tmp_path: Path) -> None:
    site = await a_site(qualify_s=0.2, silent_s=1.0)
    switch = site.switch
    assert isinstance(switch, EmbeddedSwitch)
    own = await site.phone("4000")
    async with Baresip(tmp_path, switch.address(), "4001", "secret-4001", answer="auto") as callee:
        await until(lambda: switch.in_service("4001"))
        await until(lambda: switch.reachability.knows_options("4001"))
        os.kill(callee.pid, signal.SIGSTOP)
        try:
            await until(lambda: not switch.in_service("4001"))
            rung = own.invites
            assert await site.cause(site.dial()) is Cause.UNREACHABLE
            assert own.invites == rung
        finally:
            os.kill(callee.pid, signal.SIGCONT)
        await until(lambda: switch.in_service("4001"))
        await site.until(site.dial(), CallState.CONNECTED)
        site.drop(site.live("4000")[0].id)
        await site.empty()
    await close(site)

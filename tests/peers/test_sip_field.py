"""What phones and PBXs of the field do, shown with real ones: they come back as who they were, want timers,
have pictures that are off.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from offhook.call import CallState, Cause
from offhook.switch.embedded import EmbeddedSwitch
from tests.peers.asterisk import Asterisk
from tests.peers.asteriskconf import DEAD, PHONES, endpoint
from tests.peers.baresip import Baresip
from tests.peers.pbxsite import close, pbx_site
from tests.peers.sipp import registered
from tests.switch.embeddedsite import a_site
from tests.switch.site import ANSWERS

pytestmark = pytest.mark.peer


class WithTimers(Asterisk):
    """An Asterisk that sets a session timer in each of its calls.

    With `required` it would have phones that know none refuse its calls (420), and ours know none.
    """

    def start(self) -> None:
        wants = "timers = always\ntimers_sess_expires = 1800\n"
        made = (endpoint(id, "internal") for id in PHONES)
        endpoints = "".join(one.replace("send_pai", f"{wants}send_pai", 1) for one in made)
        transport = f"[udp]\ntype = transport\nprotocol = udp\nbind = 127.0.0.1:{self.sip[1]}\n"
        self._changed["pjsip"] = transport + endpoints + DEAD
        super().start()


async def test_the_session_timers_of_an_asterisk_are_kept_up() -> None:
    with WithTimers() as asterisk:
        site = await pbx_site(asterisk.sip)
        own, callee = await site.phone("4000"), await site.phone("4001", ANSWERS)
        call_id = site.dial()
        await site.until(call_id, CallState.CONNECTED)
        await site.settled(own, callee)
        assert own.last_invite is not None
        sessions = [leg._session for leg in site.switch.legs.values()]
        timers = [session._timer for session in sessions if session._timer is not None]
        assert [timer.running for timer in timers] == [True, True]
        ends = [timer._end for timer in timers]
        for session in sessions:  # it takes what we refresh by, and the time begins anew
            session._refresh()
        site.switch._transport.flush()
        while any(timer._end in ends for timer in timers):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        assert [timer.running for timer in timers] == [True, True]
        site.drop(call_id)
        assert await site.cause(call_id) is Cause.DROPPED
        await close(site)


async def test_a_baresip_that_was_killed_comes_back_as_the_phone_that_it_was(tmp_path: Path) -> None:
    site = await a_site()
    assert isinstance(site.switch, EmbeddedSwitch)
    server = site.switch.address()
    phone = Baresip(tmp_path, server, "4001", "secret-4001", answer="auto")
    await phone.start()
    (before,) = site.switch.registrar.bindings("4001")
    await phone.kill()
    await phone.stop()
    async with Baresip(tmp_path, server, "4001", "secret-4001", answer="auto"):
        (after,) = site.switch.registrar.bindings("4001")
        assert before.instance == after.instance != ""
        assert before.uri != after.uri
        await site.phone("4000")
        await site.until(site.dial(), CallState.CONNECTED)
    await site.close()


async def test_a_busy_sipp_is_heard_though_a_phone_of_the_same_terminal_was_killed(tmp_path: Path) -> None:
    site = await a_site()
    assert isinstance(site.switch, EmbeddedSwitch)
    server = site.switch.address()
    gone = Baresip(tmp_path, server, "4001", "secret-4001")
    await gone.start()
    await gone.kill()
    await gone.stop()
    await site.phone("4000")
    async with registered(tmp_path, "busy", server, "4001", "secret-4001") as busy:
        assert len(site.switch.registrar.bindings("4001")) == 2
        assert await site.cause(site.dial()) is Cause.BUSY
        await busy.succeeded()
    await site.close()

"""The embedded switch passes the contract of all drivers, with phones on UDP, TCP and TLS."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from offhook.call import CallState, Cause
from offhook.switch.embedded import EmbeddedSwitch
from tests.switch.certificate import make_certificate
from tests.switch.contract import SwitchContract, a_forwarding_is_not_followed
from tests.switch.embeddedsite import a_site, close
from tests.switch.site import ANSWERS, Site, ask, joined, patience
from tests.switch.transfers import KIM, PARK, TransferContract, connected, up


class TestOverUdp(SwitchContract, TransferContract):
    @pytest.fixture
    async def site(self, request: pytest.FixtureRequest) -> AsyncIterator[Site]:
        site = await a_site(**patience(request))
        yield site
        await close(site)

    async def test_a_phone_that_forwards_does_not_decide_what_is_dialled(self, site: Site) -> None:
        await a_forwarding_is_not_followed(site)

    async def test_a_phone_that_has_left_the_call_has_no_say_in_it(self, site: Site) -> None:
        """Its last ACK is waited for, so it has not been told BYE yet."""
        call_id, own, callee, third = await up(site, ANSWERS)
        callee.behaviour = replace(ANSWERS, ack=False)
        await callee.calls[0].hold()
        await callee.calls[0].transfer("4002")
        await joined(own, third)
        await connected(site, "4000", KIM, PARK)
        refused = await ask(callee, "REFER", Refer_To="<sip:4003@127.0.0.1>")
        assert (refused.status, (await ask(callee, "BYE")).status) == (481, 200)
        assert site.states(call_id)[-1] is CallState.CONNECTED
        callee.calls.clear()

    async def test_a_dial_that_cannot_even_be_sent_begins_and_ends_like_any_other(
        self, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await site.phone("4000")
        await site.phone("4001")
        assert isinstance(site.switch, EmbeddedSwitch)
        monkeypatch.setattr(site.switch._transport.pump, "send", lambda _flow, _data: False)
        call_id = site.dial()
        monkeypatch.undo()
        assert site.states(call_id)[-1] is CallState.OFF_HOOK
        assert await site.cause(call_id) is Cause.TERMINAL_UNAVAILABLE


class TestOverTcp(SwitchContract):
    @pytest.fixture
    async def site(self, request: pytest.FixtureRequest) -> AsyncIterator[Site]:
        site = await a_site("tcp", **patience(request))
        yield site
        await close(site)


class TestOverTls(SwitchContract):
    @pytest.fixture
    async def site(self, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Site]:
        certificate, key = make_certificate(tmp_path)
        where = ("127.0.0.1", 0)
        site = await a_site(
            "tls", tls_listen=where, tls_certificate=certificate, tls_key=key, **patience(request)
        )
        yield site
        await close(site)

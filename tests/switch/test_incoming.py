"""Calls that come in at phones of the embedded switch."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.switch.contract_incoming import IncomingContract
from tests.switch.embeddedsite import a_site, close
from tests.switch.site import FAST, Site


class TestOverUdp(IncomingContract):
    @pytest.fixture
    async def site(self) -> AsyncIterator[Site]:
        site = await a_site(timing=FAST)
        yield site
        await close(site)


class TestOverTcp(IncomingContract):
    @pytest.fixture
    async def site(self) -> AsyncIterator[Site]:
        site = await a_site("tcp", timing=FAST)
        yield site
        await close(site)

"""The embedded switch passes the contract of commands, with phones on UDP, TCP and TLS."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.switch.capable import EMBEDDED
from tests.switch.contract_commands import CommandContract
from tests.switch.contract_races import RaceContract
from tests.switch.embeddedsite import a_site, close, tls_site
from tests.switch.site import Site


class TestOverUdp(CommandContract):
    can = EMBEDDED

    @pytest.fixture
    async def site(self) -> AsyncIterator[Site]:
        site = await a_site()
        yield site
        await close(site)


class TestOverTcp(CommandContract):
    can = EMBEDDED

    @pytest.fixture
    async def site(self) -> AsyncIterator[Site]:
        site = await a_site("tcp")
        yield site
        await close(site)


class TestOverTls(CommandContract):
    can = EMBEDDED

    @pytest.fixture
    async def site(self, tmp_path: Path) -> AsyncIterator[Site]:
        site = await tls_site(tmp_path)
        yield site
        await close(site)


class TestRaces(RaceContract):
    can = EMBEDDED

    @pytest.fixture
    async def site(self) -> AsyncIterator[Site]:
        site = await a_site()
        yield site
        await close(site)


class TestRacesOverTcp(RaceContract):
    can = EMBEDDED
    in_gate = frozenset({"consults"})

    @pytest.fixture
    async def site(self) -> AsyncIterator[Site]:
        site = await a_site("tcp")
        yield site
        await close(site)


class TestRacesOverTls(RaceContract):
    can = EMBEDDED
    in_gate = frozenset({"consults"})

    @pytest.fixture
    async def site(self, tmp_path: Path) -> AsyncIterator[Site]:
        site = await tls_site(tmp_path)
        yield site
        await close(site)

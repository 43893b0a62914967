"""The embedded switch passes the contract of commands, with phones on UDP, TCP and TLS."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.switch.capable import EMBEDDED
from tests.switch.certificate import make_certificate
from tests.switch.contract_commands import CommandContract
from tests.switch.contract_races import RaceContract
from tests.switch.embeddedsite import a_site, close
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
        certificate, key = make_certificate(tmp_path)
        where = ("127.0.0.1", 0)
        site = await a_site("tls", tls_listen=where, tls_certificate=certificate, tls_key=key)
        yield site
        await close(site)


class TestRaces(RaceContract):
    can = EMBEDDED

    @pytest.fixture
    async def site(self) -> AsyncIterator[Site]:
        site = await a_site()
        yield site
        await close(site)

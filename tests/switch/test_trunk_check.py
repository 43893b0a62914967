"""`offhook check` at the providers of trunks, and trunks over TLS."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from offhook.call import CallState
from offhook.common.finding import Finding, Level
from offhook.config import Listen, TrunkSettings
from offhook.switch.embedded import EmbeddedSwitch
from offhook.switch.trunk.examine import examine
from tests.peers.program import free_port
from tests.switch.certificate import make_certificate
from tests.switch.site import ANSWERS
from tests.switch.trunksite import BERLIN, FRIEND, a_provider, a_site_with, a_trunk, scripted
from tests.waiting import until


async def finding(trunk: TrunkSettings) -> Finding:
    (found,) = await examine([replace(trunk, silent_s=1.0)], BERLIN, "127.0.0.1")
    return found


async def test_an_account_that_is_taken_is_well_and_nothing_is_registered_for_it() -> None:
    provider = await a_provider()
    found = await finding(a_trunk(provider.address))
    assert (found.level, "knows the account" in found.text) == (Level.OK, True)
    assert not provider.registered
    await provider.close()


async def test_a_wrong_password_is_told_in_the_providers_words() -> None:
    words = 'Warning: 399 provider "No such subscriber"\r\n'
    async with scripted(REGISTER=(403, words)) as provider:
        found = await finding(a_trunk(provider.address))
    assert found.level is Level.FAIL
    assert '403 Forbidden, "No such subscriber"' in found.text


async def test_a_provider_that_is_not_there_is_told_with_what_to_look_at() -> None:
    found = await finding(a_trunk(("127.0.0.1", free_port()), transport="tcp"))
    assert found.level is Level.FAIL
    assert "takes no connections there" in found.text
    assert "port of [[trunk]].server" in found.fix


async def test_a_provider_that_is_never_asked_is_not_asked_here_and_that_is_told() -> None:
    async with scripted() as provider:
        found = await finding(a_trunk(provider.address, register=False, probe_s=0.0))
        assert (found.level, "probe_s = 0" in found.text) == (Level.OK, True)
        assert not provider.requests


async def test_the_account_of_a_provider_that_is_never_asked_is_tried_all_the_same() -> None:
    async with scripted(OPTIONS=None, REGISTER=403) as provider:
        found = await finding(a_trunk(provider.address, probe_s=0.0))
    assert found.level is Level.FAIL
    assert "403 Forbidden" in found.text


@pytest.fixture
def certificate(tmp_path: Path) -> dict[str, Any]:
    chain, key = make_certificate(tmp_path)
    return {"tls_listen": Listen("127.0.0.1", 0), "tls_certificate": chain, "tls_key": key}


async def test_a_call_goes_out_over_tls_to_a_provider_with_a_good_certificate(
    certificate: dict[str, Any],
) -> None:
    provider = await a_provider(**certificate)
    address = provider.switch.address("tls")
    site = await a_site_with(a_trunk(address, transport="tls", tls_ca_file=certificate["tls_certificate"]))
    await site.phone("4000")
    await provider.phone(FRIEND, ANSWERS)
    await site.until(site.dial("4000", "08912345678"), CallState.CONNECTED)
    await site.close()
    await provider.close()


async def test_a_provider_with_a_certificate_that_is_not_trusted_is_told_nothing(
    certificate: dict[str, Any],
) -> None:
    provider = await a_provider(**certificate)
    trunk = a_trunk(provider.switch.address("tls"), transport="tls")
    site = await a_site_with(trunk, wait=False)
    assert isinstance(site.switch, EmbeddedSwitch)
    (own,) = site.switch.trunks.all
    await until(lambda: "not trusted" in own.problem)
    assert not provider.registered
    found = await finding(trunk)
    assert (found.level, "not trusted" in found.text) == (Level.FAIL, True)
    await site.close()
    await provider.close()

"""The login at a real Asterisk, and what its account may not do."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from offhook.call import CallState
from offhook.errors import CallError, ConfigError, Refusal
from offhook.switch.asterisk import AsteriskSwitch
from tests.peers.asterisk import PASSWORD, USER, Asterisk
from tests.peers.asteriskconf import manager
from tests.peers.asterisksite import TERMINALS, asterisk_site, close, settings
from tests.peers.program import free_port
from tests.switch.certificate import make_certificate

pytestmark = pytest.mark.peer


async def test_over_tls(tmp_path: Path) -> None:
    chain, key = make_certificate(tmp_path)
    with Asterisk(certificate=chain.read_bytes() + key.read_bytes()) as asterisk:
        site = await asterisk_site(asterisk, port=asterisk.ami_tls[1], tls=True, ca_file=chain)
        await site.phone("4000")
        call_id = site.dial("4000", "4990")
        await site.until(call_id, CallState.CONNECTED)
        site.drop(call_id)
        await close(site)


async def test_a_certificate_of_nobody_is_not_trusted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    chain, key = make_certificate(tmp_path)
    with Asterisk(certificate=chain.read_bytes() + key.read_bytes()) as asterisk:
        switch = AsteriskSwitch(TERMINALS, settings(asterisk, port=asterisk.ami_tls[1], tls=True))
        await switch.start()
        with pytest.raises(CallError) as caught:
            switch.dial("4000", "4001")
        await switch.stop()
    assert caught.value.refusal is Refusal.UNAVAILABLE
    assert "certificate verify failed" in caplog.text


async def test_a_wrong_secret_names_the_setting_and_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with Asterisk() as asterisk:
        switch = AsteriskSwitch(TERMINALS, settings(asterisk, secret="quite-wrong"))
        with pytest.raises(ConfigError, match=r"switch\.asterisk\.user: .*refused the login of offhook"):
            await switch.start()
        seen = (asterisk.folder / "log" / "messages").read_text()
    assert "quite-wrong" not in caplog.text + seen


@pytest.mark.parametrize("write", ["originate,call", "call"])
async def test_a_right_that_is_missing_is_named(write: str) -> None:
    with Asterisk() as asterisk:
        text = manager(USER, PASSWORD, asterisk.ami[1], write=write)
        (asterisk.folder / "etc" / "manager.conf").write_text(text)
        asterisk.cli("manager reload")
        switch = AsteriskSwitch(TERMINALS, settings(asterisk))
        with pytest.raises(ConfigError, match=r"denies CoreShowChannels.*write = originate,call,reporting"):
            await switch.start()


async def test_without_asterisk_the_call_manager_starts_and_refuses_calls() -> None:
    with Asterisk() as asterisk:
        switch = AsteriskSwitch(TERMINALS, settings(asterisk, port=free_port()))
        await switch.start()
        with pytest.raises(CallError) as caught:
            switch.dial("4000", "4001")
        await switch.stop()
    assert caught.value.refusal is Refusal.UNAVAILABLE

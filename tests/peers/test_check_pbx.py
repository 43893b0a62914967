"""`offhook check` at a real Asterisk and a real Kamailio: what is missing, in the words of their files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from offhook.demo.phone import Phone
from tests.cli.helpers import Command
from tests.peers.asterisk import CONTEXT, PASSWORD, USER, Asterisk
from tests.peers.asteriskconf import manager
from tests.peers.kamailio import Kamailio
from tests.peers.program import free_port
from tests.peers.trunkpeers import AsteriskProvider
from tests.switch.certificate import make_certificate
from tests.switch.trunksite import ACCOUNT

pytestmark = pytest.mark.peer

CONFIG = """\
[tsp]
listen = "127.0.0.1:{tsp}"
[sscp]
listen = "127.0.0.1:{sscp}"
[state]
dir = "state"
[dial]
deny = ["900"]
[[terminal]]
id = "4000"
password = "{password}"
{switch}
"""

ASTERISK = """\
[switch]
driver = "asterisk"
[switch.asterisk]
port = {port}
user = "offhook"
secret = "{secret}"
context = "{context}"
"""

SIP = """\
[switch]
driver = "pbx"
[switch.pbx]
server = "127.0.0.1:{port}"
listen = "127.0.0.1:0"
dialog_events = {dialogs}
"""


def at_asterisk(port: int, *, secret: str = PASSWORD, context: str = CONTEXT, more: str = "") -> str:
    return ASTERISK.format(port=port, secret=secret, context=context) + more


def at_kamailio(port: int, *, dialogs: bool = False, more: str = "") -> str:
    return SIP.format(port=port, dialogs=str(dialogs).lower()) + more


async def check(folder: Path, switch: str, *, password: str = "secret-4000") -> dict[str, tuple[str, str]]:
    """By what was looked at: the level, and the findings with their fixes, one behind the other."""
    file = folder / "offhook.toml"
    file.touch(0o600)
    file.write_text(CONFIG.format(tsp=free_port(), sscp=free_port(), password=password, switch=switch))
    result = await Command(folder).run("check", "--json")
    found: dict[str, tuple[str, str]] = {}
    for one in json.loads(result.out):
        before = found.get(one["what"], ("", ""))[1]
        found[one["what"]] = (one["level"], f"{before} {one['finding']} -> {one['fix']}")
    assert result.code == (1 if any(level == "FAIL" for level, _ in found.values()) else 0)
    return found


async def test_all_is_well_at_asterisk(tmp_path: Path, asterisk: Asterisk) -> None:
    async with Phone(asterisk.sip, "4000", "secret-4000"):
        found = await check(tmp_path, at_asterisk(asterisk.ami[1]))
    assert (found["Asterisk"][0], found["phone 4000"][0]) == ("OK", "OK")
    assert "embedded switch" not in found


async def test_a_phone_that_is_not_registered_at_asterisk(tmp_path: Path, asterisk: Asterisk) -> None:
    level, text = (await check(tmp_path, at_asterisk(asterisk.ami[1])))["phone 4000"]
    assert level == "WARN"
    assert "register it at Asterisk as PJSIP/4000" in text


async def test_a_phone_that_asterisk_does_not_know(tmp_path: Path, asterisk: Asterisk) -> None:
    switch = at_asterisk(asterisk.ami[1], more='channel = "PJSIP/desk-{terminal}"\n')
    level, text = (await check(tmp_path, switch))["phone 4000"]
    assert level == "WARN"
    assert "add the endpoint PJSIP/desk-4000 (pjsip.conf)" in text


async def test_a_wrong_secret_at_asterisk(tmp_path: Path, asterisk: Asterisk) -> None:
    level, text = (await check(tmp_path, at_asterisk(asterisk.ami[1], secret="not-it")))["Asterisk"]
    assert level == "FAIL"
    assert "manager.conf [offhook]" in text
    assert "not-it" not in text


async def test_nobody_at_the_port_of_ami(tmp_path: Path) -> None:
    level, text = (await check(tmp_path, at_asterisk(free_port())))["Asterisk"]
    assert level == "FAIL"
    assert "in manager.conf [general] set enabled = yes" in text


async def test_an_asterisk_whose_certificate_is_not_trusted(tmp_path: Path) -> None:
    chain, key = make_certificate(tmp_path)
    with Asterisk(certificate=chain.read_bytes() + key.read_bytes()) as asterisk:
        found = await check(tmp_path, at_asterisk(asterisk.ami_tls[1], more="tls = true"))
    level, text = found["Asterisk"]
    assert level == "FAIL"
    assert "certificate" in text
    assert "-> set switch.asterisk.ca_file" in text


def by_trunk(port: int, *, password: str = "account") -> str:
    """The embedded switch with a trunk to the account of `trunkpeers` there."""
    return (
        '[switch.embedded]\nlisten = "127.0.0.1:0"\n[[trunk]]\nname = "provider"\n'
        f'server = "127.0.0.1:{port}"\nuser = "{ACCOUNT}"\npassword = "{password}"\n'
    )


async def test_the_account_of_a_trunk_is_known_to_the_provider_or_refused_in_its_words(
    tmp_path: Path,
) -> None:
    with AsteriskProvider() as provider:
        level, text = (await check(tmp_path, by_trunk(provider.sip[1])))["trunk provider"]
        assert (level, "knows the account" in text) == ("OK", True)
        wrong = by_trunk(provider.sip[1], password="not-it")
        level, text = (await check(tmp_path, wrong))["trunk provider"]
        assert level == "FAIL"
        assert "the provider refuses the account: 401 Unauthorized" in text
        assert "not-it" not in text
    level, text = (await check(tmp_path, by_trunk(provider.sip[1])))["trunk provider"]
    assert level == "FAIL"
    assert "does not answer" in text


async def test_contexts_for_call_control_that_are_not_in_the_dialplan(tmp_path: Path) -> None:
    with Asterisk(extensions="[internal]\nexten => _4XXX,1,Dial(PJSIP/${EXTEN})\n") as asterisk:
        level, text = (await check(tmp_path, at_asterisk(asterisk.ami[1])))["Asterisk"]
    assert level == "WARN"
    assert "swap, transfer, unpark: the dialplan lacks the contexts offhook-hold, offhook-wait" in text
    assert "-> copy them from docs/asterisk.md into extensions.conf" in text


async def test_a_context_that_is_not_in_the_dialplan(tmp_path: Path, asterisk: Asterisk) -> None:
    level, text = (await check(tmp_path, at_asterisk(asterisk.ami[1], context="elsewhere")))["Asterisk"]
    assert level == "FAIL"
    assert "there is no context elsewhere in the dialplan" in text


@pytest.mark.parametrize(
    ("read", "write", "lacking"),
    [
        ("call", "call,reporting", "write = originate"),
        ("call", "originate,reporting", "write = call"),
        ("call", "originate,call", "write = reporting"),
        ("call", "reporting", "write = call,originate"),
        ("system", "originate,call,reporting", "read = call"),
    ],
)
async def test_a_right_that_the_account_lacks(tmp_path: Path, read: str, write: str, lacking: str) -> None:
    with Asterisk() as asterisk:
        text = manager(USER, PASSWORD, asterisk.ami[1], read=read, write=write)
        (asterisk.folder / "etc" / "manager.conf").write_text(text)
        asterisk.cli("manager reload")
        level, text = (await check(tmp_path, at_asterisk(asterisk.ami[1])))["Asterisk"]
        assert asterisk.channels() == []
    assert level == "FAIL"
    assert f"the account offhook lacks {lacking} -> in manager.conf [offhook] add it" in text


async def test_all_is_well_at_a_sip_pbx(tmp_path: Path, kamailio: Kamailio) -> None:
    async with Phone(kamailio.address, "4000", "secret-4000"):
        found = await check(tmp_path, at_kamailio(kamailio.address[1]))
    assert (found["SIP PBX"][0], found["phone 4000"][0]) == ("OK", "OK")


async def test_a_sip_pbx_that_does_not_answer(tmp_path: Path) -> None:
    level, text = (await check(tmp_path, at_kamailio(free_port())))["SIP PBX"]
    assert level == "FAIL"
    assert "over UDP: does not answer -> check switch.pbx.server" in text


async def test_nobody_at_the_port_of_a_sip_pbx(tmp_path: Path) -> None:
    level, text = (await check(tmp_path, at_kamailio(free_port(), more='transport = "tcp"')))["SIP PBX"]
    assert level == "FAIL"
    assert "takes no connections there -> correct the port" in text


async def test_a_sip_pbx_whose_certificate_is_not_trusted(tmp_path: Path) -> None:
    with Kamailio(tmp_path / "kamailio", certificate=make_certificate(tmp_path)) as kamailio:
        found = await check(tmp_path, at_kamailio(kamailio.tls[1], more='transport = "tls"'))
    level, text = found["SIP PBX"]
    assert level == "FAIL"
    assert "certificate that is not trusted" in text
    assert "-> set switch.pbx.tls_ca_file" in text


async def test_a_wrong_password_at_a_sip_pbx(tmp_path: Path, kamailio: Kamailio) -> None:
    found = await check(tmp_path, at_kamailio(kamailio.address[1]), password="not-the-one")
    assert found["phone 4000"][0] == "FAIL"
    assert "does not accept the password" in found["phone 4000"][1]


async def test_a_phone_that_is_not_registered_at_a_sip_pbx(tmp_path: Path, kamailio: Kamailio) -> None:
    level, text = (await check(tmp_path, at_kamailio(kamailio.address[1])))["phone 4000"]
    assert level == "WARN"
    assert "register it at the PBX" in text


async def test_a_sip_pbx_that_does_not_tell_of_calls_by_hand(tmp_path: Path, kamailio: Kamailio) -> None:
    async with Phone(kamailio.address, "4000", "secret-4000"):
        found = await check(tmp_path, at_kamailio(kamailio.address[1], dialogs=True))
    assert found["phone 4000"][0] == "WARN"
    assert "allow dialog events" in found["phone 4000"][1]

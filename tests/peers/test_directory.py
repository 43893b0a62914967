"""Names out of a real LDAP server on a real call between real phones, as the TSP session tells them."""

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest

from offhook.assembly.run import running
from offhook.config import load
from tests.peers.baresip import Baresip
from tests.peers.chain import TspPeer, session
from tests.peers.slapd import OPENLDAP, PASSWORD, Prepared, Slapd, openldap_ldif, prepare

pytestmark = [pytest.mark.peer, pytest.mark.timeout(120)]

PHONES = {"4000": "own-phone", "3848": "far-phone", "3849": "other-phone"}

CONFIG = """\
[tsp]
listen = "127.0.0.1:0"
require_token = false
[sscp]
listen = "127.0.0.1:0"
[switch.embedded]
listen = "127.0.0.1:0"
[address]
country = "KR"
area = "2"
outside_prefix = "9"
extension_lengths = [4]
[directory]
own_numbers = ["+82-2-568-"]
[[directory.source]]
type = "ldap"
url = "ldap://localhost:{port}"
ca_file = "{ca_file}"
user = "{user}"
password_file = "ldap.password"
base = "{base}"
[state]
dir = "state"
"""


class Site(NamedTuple):
    folder: Path
    sip: tuple[str, int]
    tsp: TspPeer
    slapd: Slapd


PEOPLE = 2500
"""More than come on a page. Ten thousand, which `tests/directory` reads, take a busy machine longer than a
test of three phones should wait."""

READ_LIMIT_S = 60.0


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepare(OPENLDAP, openldap_ldif(PEOPLE), tmp_path_factory.mktemp("people"))


async def told(caplog: pytest.LogCaptureFixture, text: str) -> None:
    """Wait for a line of the log."""
    async with asyncio.timeout(READ_LIMIT_S):
        while text not in caplog.text:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


@pytest.fixture
async def site(tmp_path: Path, people: Prepared, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Site]:
    caplog.set_level(logging.INFO, "offhook.directory")
    async with Slapd(people, tmp_path) as slapd:
        text = CONFIG.format(
            port=slapd.port, ca_file=slapd.ca_file, user=slapd.kind.reader, base=slapd.kind.base
        )
        for user, password in PHONES.items():
            text += f'[[terminal]]\nid = "{user}"\npassword = "{password}"\n'
        (tmp_path / "offhook.toml").write_text(text)
        (tmp_path / "ldap.password").write_text(PASSWORD)
        (tmp_path / "ldap.password").chmod(0o600)
        async with running(load(tmp_path / "offhook.toml")) as system, session(system) as tsp:
            assert system.sip_address is not None
            await told(caplog, f"directory ldap-1: {PEOPLE} people")
            yield Site(tmp_path, system.sip_address, tsp, slapd)


def phone(site: Site, user: str) -> Baresip:
    return Baresip(site.folder, site.sip, user, PHONES[user], answer="auto", protocol="udp")


@pytest.mark.parametrize(
    ("dialled", "extension", "name"),
    [("3848", "3848", "김철수"), ("3849", "3849", "할인 50\uff05")],
)
async def test_the_name_of_who_is_called_arrives_in_call_info(
    site: Site, dialled: str, extension: str, name: str
) -> None:
    async with phone(site, "4000"), phone(site, extension):
        assert await site.tsp.ask(f"Action%Dial%{dialled}") == "Response%Success"
        told = await site.tsp.info()
        assert (told.callee_name, told.callee) == (name, extension)
        first = await site.tsp.state()
        assert (first.state, first.callee_name) == ("OffHookState", ""), "it was dialled before it was named"
        assert "ConnectedState" in await site.tsp.come_to("ConnectedState")
        assert await site.tsp.ask("Action%Drop%") == "Response%Success"
        over = await site.tsp.over()
        assert (over.callee_name, over.cause) == (name, "dropped")


async def test_names_arrive_while_the_directory_server_is_gone(site: Site) -> None:
    await site.slapd.kill()
    async with phone(site, "4000"), phone(site, "3848"):
        assert await site.tsp.ask("Action%Dial%3848") == "Response%Success"
        assert (await site.tsp.info()).callee_name == "김철수"

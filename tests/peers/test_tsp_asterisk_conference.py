"""A TAPI program calls one party after the other into a conference: real Asterisk, baresip as phones."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import NamedTuple

import pytest

from offhook.assembly.run import running
from offhook.config import load
from tests.peers.asterisk import CONTEXT, PASSWORD, USER, Asterisk
from tests.peers.audio import hears_something, talk
from tests.peers.baresip import Baresip
from tests.peers.wine import WindowsService, windows

# The tests only, not the start of a Windows.
pytestmark = [pytest.mark.peer, pytest.mark.timeout(60, func_only=True)]

CONFIG = """\
[tsp]
listen = "127.0.0.1:0"
require_token = false
[sscp]
listen = "127.0.0.1:0"
[switch]
driver = "asterisk"
[switch.asterisk]
host = "{host}"
port = {port}
user = "{user}"
secret = "{secret}"
context = "{context}"
[state]
dir = '{folder}/state'
[[terminal]]
id = "4000"
name = "Kim"
"""

OTHERS = ("4001", "4002", "4003")


class Site(NamedTuple):
    """Windows with the line of 4000, and the phones, which all answer at once."""

    service: WindowsService
    phones: dict[str, Baresip]


@pytest.fixture(scope="module", autouse=True)
def wine() -> Iterator[None]:
    with windows():
        yield


@pytest.fixture
async def site(asterisk: Asterisk, tmp_path: Path) -> AsyncIterator[Site]:
    file = tmp_path / "offhook.toml"
    host, port = asterisk.ami
    file.write_text(
        CONFIG.format(host=host, port=port, user=USER, secret=PASSWORD, context=CONTEXT, folder=tmp_path)
    )
    file.chmod(0o600)
    async with AsyncExitStack() as stack:
        phones = {
            user: await stack.enter_async_context(
                Baresip(tmp_path, asterisk.sip, user, f"secret-{user}", answer="auto")
            )
            for user in ("4000", *OTHERS)
        }
        system = await stack.enter_async_context(running(load(file)))
        assert system.tsp_port is not None
        service = WindowsService(system.tsp_port, "4000", whole=True)
        await stack.enter_async_context(service)
        await service.says("ready")
        yield Site(service, phones)


async def test_four_are_called_together_and_one_is_put_out_again(site: Site) -> None:
    service, phones = site
    await service.ask("dial 4001")
    await service.says("made 0", "state CONNECTED 1")
    await service.ask("confer 4002")
    await service.says("state ONHOLDPENDCONF 0", "did confer 0", "state CONNECTED 1")
    await service.ask("add")
    await service.says("did add 0, CONNECTED")
    await service.ask("one-more 4003")
    await service.says("state ONHOLDPENDCONF 0", "did one-more 0", "state CONNECTED 1")
    await talk(phones["4000"], phones["4003"])
    await service.ask("add")
    await service.says("did add 0, CONNECTED")
    for phone in phones.values():
        await hears_something(phone)
    await service.ask("remove")
    await service.says("did remove 0")
    await phones["4003"].happened("CALL_CLOSED")
    for user in ("4000", "4001", "4002"):
        await hears_something(phones[user])
    await phones["4000"].hang_up()
    await service.says("state IDLE 0")
    await service.end()

"""From the TSP session to the desk phones of a PBX: the whole chain by its configuration file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from offhook.assembly.run import running
from offhook.config import load
from offhook.demo.phone import Behaviour, Phone
from tests.peers.asterisk import CONTEXT, PASSWORD, USER, Asterisk
from tests.peers.chain import TspPeer, session
from tests.switch.site import ANSWERS, RINGS

pytestmark = pytest.mark.peer

CONFIG = """\
[tsp]
listen = "127.0.0.1:0"
require_token = false
[sscp]
listen = "127.0.0.1:0"
[state]
dir = '{state}'
[[terminal]]
id = "4000"
name = "Kim"
password = "secret-4000"
[[terminal]]
id = "4001"
name = "이민호"
password = "secret-4001"
[switch]
driver = "{driver}"
[switch.asterisk]
host = "127.0.0.1"
port = {ami}
user = "{user}"
secret_file = "asterisk.secret"
context = "{context}"
[switch.sip]
server = "127.0.0.1:{sip}"
listen = "127.0.0.1:0"
"""


@asynccontextmanager
async def phones(asterisk: Asterisk, callee: Behaviour) -> AsyncIterator[tuple[Phone, Phone]]:
    async with (
        Phone(asterisk.sip, "4000", "secret-4000") as own,
        Phone(asterisk.sip, "4001", "secret-4001", behaviour=callee) as other,
    ):
        yield own, other


@pytest.fixture(params=["asterisk", "sip"])
async def tsp(request: pytest.FixtureRequest, asterisk: Asterisk, tmp_path: Path) -> AsyncIterator[TspPeer]:
    secret = tmp_path / "asterisk.secret"
    secret.touch(0o600)
    secret.write_text(PASSWORD + "\n")
    file = tmp_path / "offhook.toml"
    file.write_text(
        CONFIG.format(
            state=tmp_path / "state",
            driver=request.param,
            ami=asterisk.ami[1],
            sip=asterisk.sip[1],
            user=USER,
            context=CONTEXT,
        )
    )
    async with (
        phones(asterisk, RINGS if "drop" in request.node.name else ANSWERS),
        running(load(file)) as system,
        session(system) as tsp,
    ):
        yield tsp


async def test_a_dial_rings_the_phones_and_tells_every_state(tsp: TspPeer) -> None:
    assert await tsp.ask("Action%Dial%4001") == "Response%Success"
    told = [await tsp.state() for _ in range(4)]
    assert [one.state for one in told] == ["OffHookState", "ProceedState", "RingBackState", "ConnectedState"]
    assert (told[-1].caller_name, told[-1].callee_name, told[-1].callee) == ("Kim", "이민호", "4001")
    assert await tsp.ask(f"Action%Drop%{told[-1].call}") == "Response%Success"
    assert (await tsp.over()).cause == "dropped"


async def test_a_drop_while_the_callee_rings(tsp: TspPeer) -> None:
    await tsp.ask("Action%Dial%4001")
    while (told := await tsp.state()).state != "RingBackState":
        assert told.state != "OnHookState"
    assert await tsp.ask("Action%Drop%") == "Response%Success"
    assert (await tsp.over()).cause == "dropped"

"""From the TSP session to the desk phones of a PBX: the whole chain by its configuration file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from offhook.assembly.run import running
from offhook.config import load
from offhook.demo.phone import Behaviour, Phone
from tests.peers.asterisk import Asterisk
from tests.peers.atpbx import at_asterisk, by_sip, written
from tests.peers.chain import TspPeer, session
from tests.switch.site import ANSWERS, RINGS

pytestmark = pytest.mark.peer


@asynccontextmanager
async def phones(asterisk: Asterisk, callee: Behaviour) -> AsyncIterator[tuple[Phone, Phone]]:
    async with (
        Phone(asterisk.sip, "4000", "secret-4000") as own,
        Phone(asterisk.sip, "4001", "secret-4001", behaviour=callee) as other,
    ):
        yield own, other


@pytest.fixture(params=["asterisk", "sip"])
async def tsp(request: pytest.FixtureRequest, asterisk: Asterisk, tmp_path: Path) -> AsyncIterator[TspPeer]:
    switch = at_asterisk(asterisk) if request.param == "asterisk" else by_sip(asterisk.sip)
    file = written(tmp_path, switch)
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

"""Whole call control from the command line, through a Call Manager, at the phones of a real Asterisk."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from offhook.assembly.run import running
from offhook.config import load
from offhook.demo.phone import Behaviour, Phone
from tests.cli.helpers import Command, places
from tests.peers.asterisk import CONTEXT, PASSWORD, USER, Asterisk

pytestmark = pytest.mark.peer

CONFIG = """\
[tsp]
listen = "127.0.0.1:0"
[sscp]
listen = "127.0.0.1:0"
[switch]
driver = "asterisk"
[switch.asterisk]
user = "{user}"
secret = "{secret}"
context = "{context}"
host = "{host}"
port = {port}
do_not_disturb_key = "DND/{{terminal}}"
forward_always_key = "CF/{{terminal}}"
[state]
dir = "state"
[address]
extension_lengths = [3, 4]
[log]
level = "warning"
[[terminal]]
id = "4000"
name = "Kim"
[[terminal]]
id = "4001"
name = "Lee Min-ho"
[[terminal]]
id = "4002"
name = "Park"
[[group]]
name = "sales"
terminals = ["4000", "4001"]
"""

RINGS = Behaviour(answer_after=None)


@dataclass
class Desk:
    """Someone at a command line whose phone, 4000, is one of Asterisk's; 4001 and 4002 are colleagues."""

    command: Command
    asterisk: Asterisk
    stack: AsyncExitStack

    async def run(self, *arguments: str) -> str:
        """Run a command that is to succeed; what it has printed."""
        result = await self.command.run(*arguments)
        assert (result.code, result.err) == (0, "")
        return result.out

    async def phone(self, terminal: str, behaviour: Behaviour | None = None) -> Phone:
        """A phone that Offhook knows to be in service."""
        made = Phone(self.asterisk.sip, terminal, f"secret-{terminal}", behaviour=behaviour)
        phone = await self.stack.enter_async_context(made)
        while True:
            listed = json.loads(await self.run("terminal", "list", "--json"))
            if next(one for one in listed if one["id"] == terminal)["in_service"]:
                return phone

    async def the_call(self, terminal: str, *features: str) -> dict[str, Any]:
        """The terminal's newest call that allows all of this, once there is one."""
        while True:
            calls = json.loads(await self.run("calls", "--terminal", terminal, "--json"))
            for call in reversed(calls):
                if set(features) <= set(call["features"]):
                    return dict(call)

    async def over(self, terminal: str) -> None:
        while json.loads(await self.run("calls", "--terminal", terminal, "--json")):
            pass


@pytest_asyncio.fixture
async def desk(asterisk: Asterisk, tmp_path: Path) -> AsyncIterator[Desk]:
    file = tmp_path / "offhook.toml"
    host, port = asterisk.ami
    file.write_text(CONFIG.format(user=USER, secret=PASSWORD, context=CONTEXT, host=host, port=port))
    file.chmod(0o600)
    async with running(load(file, environ={})) as system, AsyncExitStack() as stack:
        yield Desk(Command(tmp_path, places(system)), asterisk, stack)


async def test_a_call_is_held_asked_about_and_handed_over(desk: Desk) -> None:
    for terminal in ("4000", "4001", "4002"):
        await desk.phone(terminal)
    await desk.run("dial", "4001")
    await desk.the_call("4000", "hold")
    await desk.run("hold")
    assert (await desk.the_call("4000", "retrieve"))["held"] is True
    await desk.run("retrieve")
    await desk.the_call("4000", "consult")
    asked = json.loads(await desk.run("transfer", "4002", "--consult", "--json"))
    assert asked["callee"]["id"] == "4002"
    await desk.the_call("4000", "complete")
    await desk.run("complete")
    await desk.over("4000")
    history = json.loads(await desk.run("calls", "--history", "--terminal", "4000", "--json"))
    assert {call["cause"] for call in history[:2]} == {"transferred"}
    left = await desk.the_call("4002", "drop")
    await desk.run("drop", left["id"], "--terminal", "4002")


async def test_a_call_is_parked_and_taken_by_a_colleague(desk: Desk) -> None:
    for terminal in ("4000", "4001", "4002"):
        await desk.phone(terminal)
    await desk.run("dial", "4001")
    await desk.the_call("4000", "park")
    slot = (await desk.run("park")).strip()
    await desk.over("4000")
    taken = json.loads(await desk.run("unpark", slot, "--terminal", "4002", "--json"))
    assert taken["terminal"] == "4002"
    up = await desk.the_call("4002", "hold")
    await desk.run("drop", up["id"], "--terminal", "4002")


async def test_a_call_that_comes_in_is_answered_or_missed(desk: Desk) -> None:
    await desk.phone("4000", RINGS)
    caller = await desk.phone("4001")
    calling = asyncio.create_task(caller.call("4000"))
    ringing = await desk.the_call("4000", "answer")
    assert (ringing["direction"], ringing["caller"]["id"]) == ("inbound", "4001")
    await desk.run("answer")
    await calling
    await desk.run("drop", (await desk.the_call("4000", "drop"))["id"])
    await desk.over("4000")
    calling = asyncio.create_task(caller.call("4000"))
    await desk.the_call("4000", "answer")
    calling.cancel()
    await desk.over("4000")
    missed = json.loads(await desk.run("missed", "--json"))
    assert (missed["missed"], [call["cause"] for call in missed["calls"]]) == (1, ["cancelled"])


async def test_forwarding_and_not_being_disturbed_are_what_asterisk_goes_by(desk: Desk) -> None:
    await desk.phone("4000", RINGS)
    assert await desk.run("forward", "set", "4002") == "4000: always to 4002\n"
    assert await desk.run("dnd", "on") == "4000: do not disturb is on\n"
    assert await desk.run("dnd", "off") == "4000: do not disturb is off\n"
    assert await desk.run("forward", "off") == "4000: calls are not forwarded\n"


async def test_a_call_that_rings_in_the_group_is_picked_up(desk: Desk) -> None:
    await desk.phone("4000")
    await desk.phone("4001", RINGS)
    caller = await desk.phone("4002")
    calling = asyncio.create_task(caller.call("4001"))
    await desk.the_call("4001", "answer")
    picked = json.loads(await desk.run("pickup", "--json"))
    await calling
    up = await desk.the_call("4000", "drop")
    assert (up["id"], picked["reason"]) == (picked["id"], "picked-up")
    await desk.run("drop", up["id"])
    history = json.loads(await desk.run("calls", "--history", "--terminal", "4001", "--json"))
    assert [(call["cause"], call["missed"]) for call in history] == [("elsewhere", False)]

"""Whole call control from the command line to real phones, with everything between them running."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from offhook.demo.phone import Behaviour, CallRejected, Phone
from tests.cli.helpers import CONFIG, Command, a_site

RINGS = Behaviour(answer_after=None)
"""A phone that rings until somebody answers, or until it is told to."""


THREE = f"""{CONFIG}
[[terminal]]
id = "4002"
name = "Park"
password = "third-phone"
[[group]]
name = "sales"
terminals = ["4000", "4001"]
"""


async def calls(command: Command, terminal: str) -> list[dict[str, Any]]:
    return list(json.loads((await command.run("calls", "--terminal", terminal, "--json")).out))


async def the_call(command: Command, terminal: str, feature: str) -> dict[str, Any]:
    """The terminal's call, once it allows this."""
    while True:
        for call in await calls(command, terminal):
            if feature in call["features"]:
                return call
        await asyncio.sleep(0.02)


async def over(command: Command, terminal: str) -> None:
    """Wait until the terminal has no call any more."""
    while True:
        if not await calls(command, terminal):
            return
        await asyncio.sleep(0.02)


async def test_a_call_from_phone_to_phone_is_answered_and_dropped_by_commands(tmp_path: Path) -> None:
    async with a_site(tmp_path) as (command, system):
        assert system.sip_address is not None
        async with (
            Phone(system.sip_address, "4000", "first-phone", behaviour=RINGS),
            Phone(system.sip_address, "4001", "second-phone") as caller,
        ):
            calling = asyncio.create_task(caller.call("4000"))
            ringing = await the_call(command, "4000", "answer")
            assert (ringing["direction"], ringing["caller"]["name"]) == ("inbound", "Lee Min-ho")
            assert (await command.run("answer")).code == 0
            await calling
            (up,) = await calls(command, "4000")
            assert (up["id"], up["state"]) == (ringing["id"], "ConnectedState")
            assert (await command.run("drop", up["id"])).code == 0
            await caller.event("ended")


async def test_a_call_that_is_rejected_is_no_missed_one_and_one_that_is_given_up_is(tmp_path: Path) -> None:
    async with a_site(tmp_path) as (command, system):
        assert system.sip_address is not None
        async with (
            Phone(system.sip_address, "4000", "first-phone", behaviour=RINGS),
            Phone(system.sip_address, "4001", "second-phone") as caller,
        ):
            calling = asyncio.create_task(caller.call("4000"))
            await the_call(command, "4000", "reject")
            assert (await command.run("reject")).code == 0
            with pytest.raises(CallRejected):
                await calling
            calling = asyncio.create_task(caller.call("4000"))
            await the_call(command, "4000", "answer")
            calling.cancel()  # who calls hangs up
            await over(command, "4000")
            missed = json.loads((await command.run("missed", "--json")).out)
            history = json.loads(
                (await command.run("calls", "--history", "--terminal", "4000", "--json")).out
            )
    assert (missed["missed"], [call["cause"] for call in missed["calls"]]) == (1, ["cancelled"])
    assert [(call["cause"], call["missed"]) for call in history] == [("cancelled", True), ("rejected", False)]


async def test_who_is_not_to_be_disturbed_is_not_rung(tmp_path: Path) -> None:
    async with a_site(tmp_path) as (command, system):
        assert system.sip_address is not None
        async with (
            Phone(system.sip_address, "4000", "first-phone", behaviour=RINGS) as own,
            Phone(system.sip_address, "4001", "second-phone") as caller,
        ):
            assert (await command.run("dnd", "on")).out == "4000: do not disturb is on\n"
            with pytest.raises(CallRejected):
                await caller.call("4000")
            assert own.calls == []


async def test_a_call_is_held_taken_back_and_handed_over_after_asking(tmp_path: Path) -> None:
    async with a_site(tmp_path, ["4000", "4001", "4002"], THREE) as (command, _):
        assert (await command.run("dial", "4001")).code == 0
        first = await the_call(command, "4000", "hold")
        assert (await command.run("hold")).code == 0
        (held,) = await calls(command, "4000")
        assert (held["id"], held["held"], held["state"]) == (first["id"], True, "ConnectedState")
        assert (await command.run("retrieve")).code == 0
        assert [call["held"] for call in await calls(command, "4000")] == [False]
        asked = json.loads((await command.run("transfer", "4002", "--consult", "--json")).out)
        await the_call(command, "4000", "complete")
        assert (await command.run("complete")).code == 0
        assert await calls(command, "4000") == []
        (talks,) = await calls(command, "4002")
        history = json.loads((await command.run("calls", "--history", "--terminal", "4000", "--json")).out)
        assert (await command.run("drop", talks["id"], "--terminal", "4002")).code == 0
    assert [(call["id"], call["cause"]) for call in history] == [
        (asked["id"], "transferred"),
        (first["id"], "transferred"),
    ]


async def test_a_call_that_rings_in_the_group_is_picked_up_without_naming_it(tmp_path: Path) -> None:
    async with a_site(tmp_path, ["4000"], THREE) as (command, system):
        assert system.sip_address is not None
        async with (
            Phone(system.sip_address, "4001", "second-phone", behaviour=RINGS),
            Phone(system.sip_address, "4002", "third-phone") as caller,
        ):
            calling = asyncio.create_task(caller.call("4001"))
            await the_call(command, "4001", "answer")
            picked = json.loads((await command.run("pickup", "--json")).out)
            await calling
            (up,) = await calls(command, "4000")
            history = json.loads(
                (await command.run("calls", "--history", "--terminal", "4001", "--json")).out
            )
            assert (await command.run("drop", up["id"])).code == 0
    assert (picked["id"], picked["reason"]) == (up["id"], "picked-up")
    assert [(call["cause"], call["missed"]) for call in history] == [("elsewhere", False)]

"""`offhook drop`, as the first thing that anybody asks of a Smart Messenger."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from offhook.assembly.run import System
from offhook.demo.phone import Behaviour, Phone
from tests.cli.helpers import a_site
from tests.waiting import until

ANSWERS = Behaviour(answer_after=0.05, auto_answer=False)


@asynccontextmanager
async def dialled_by_hand(system: System) -> AsyncIterator[Phone]:
    """4000, which calls 4001."""
    assert system.sip_address is not None
    async with (
        Phone(system.sip_address, "4000", "first-phone") as caller,
        Phone(system.sip_address, "4001", "second-phone", behaviour=ANSWERS),
    ):
        await caller.call("4001")
        yield caller


@pytest.mark.parametrize("which", [[], ["4001"], ["40 01"]])
async def test_the_first_drop_ends_a_call_that_was_dialled_by_hand(tmp_path: Path, which: list[str]) -> None:
    async with a_site(tmp_path) as (command, system), dialled_by_hand(system) as caller:
        done = await command.run("drop", *which, "--terminal", "4000")
        assert (done.code, done.err) == (0, "")
        await until(lambda: not caller.calls)


async def test_a_drop_in_the_same_breath_as_the_login_finds_it_too(tmp_path: Path) -> None:
    async with a_site(tmp_path) as (_, system):
        assert system.tsp_port is not None
        async with dialled_by_hand(system):
            token = (tmp_path / "state" / "tsp.token").read_text(encoding="ascii").strip()
            reader, writer = await asyncio.open_connection("127.0.0.1", system.tsp_port)
            writer.write(f"Action%Login%4000%{token}\r\n\r\nAction%Drop%\r\n\r\n".encode())
            heard = [(await reader.readuntil(b"\r\n\r\n")).decode().strip()]
            while len([one for one in heard if one.startswith("Response")]) < 2:
                heard.append((await reader.readuntil(b"\r\n\r\n")).decode().strip())
            assert [one for one in heard if one.startswith("Response")] == [
                "Response%Success%2",
                "Response%Success",
            ]
            writer.close()

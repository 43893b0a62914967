"""`offhook status`, at a scripted Call Manager."""

import json
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from offhook.call import NodeState
from tests.cli.manager import Desk, a_desk

SOUTH = NodeState("south", "1.0", time.time() - 60, (), {"sscp": 100, "http": 20}, 4)


@pytest.fixture
async def desk(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Desk]:
    async with a_desk(tmp_path, capsys, monkeypatch) as desk:
        yield desk


async def test_a_call_manager_alone_is_well(desk: Desk) -> None:
    result = await desk.run("status")
    heading, line = result.out.splitlines()
    assert heading.split() == ["NODE", "WORKS", "STATE", "SINCE", "SESSIONS", "CALLS", "VERSION"]
    assert line.split()[:4] == ["this", "one", "switch", "well"]
    assert result.code == 0


async def test_what_stands_by_and_how_much_is_done_there_is_told(desk: Desk) -> None:
    desk.switch.nodes = [SOUTH]
    result = await desk.run("status")
    line = next(one for one in result.out.splitlines() if one.startswith("south"))
    assert (line.split()[1:3], line.split()[-3:]) == (["-", "well"], ["120", "4", "1.0"])
    assert result.code == 0


async def test_a_lost_node_makes_it_end_with_1(desk: Desk) -> None:
    desk.switch.nodes = [NodeState("south", "1.0", 1.0, live=False, silent_s=75.0, problems=("old: news",))]
    result = await desk.run("status")
    assert "lost 1:15 ago" in result.out
    assert "old: news" not in result.out
    assert result.code == 1


async def test_what_is_wrong_with_a_node_stands_below_it(desk: Desk) -> None:
    desk.switch.nodes = [NodeState("south", "1.0", 1.0, problems=("call log: full\x1b[31m",))]
    result = await desk.run("status")
    assert "trouble" in result.out
    assert "\n  call log: full [31m\n" in result.out
    assert result.code == 1


async def test_programs_get_json(desk: Desk) -> None:
    desk.switch.nodes = [SOUTH]
    own, south = json.loads((await desk.run("status", "--json")).out)
    assert (own["here"], south["sessions"], south["live"]) == (True, {"sscp": 100, "http": 20}, True)

"""`offhook trunk list`, at a scripted Call Manager."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from offhook.call import TrunkServer, TrunkState
from tests.cli.manager import Desk, a_desk

WELL = TrunkState(
    "provider",
    usable=True,
    since=1_767_225_600.0,
    registered=True,
    servers=(
        TrunkServer("192.0.2.1:5060", up=True),
        TrunkServer("192.0.2.2:5060", up=False, problem="is away"),
    ),
    calls=2,
    max_calls=10,
    calls_an_hour=14,
    max_calls_an_hour=200,
    minutes_today=35.4,
    max_minutes_a_day=3000,
)
REFUSED = TrunkState("second", problem='the provider refuses the account (403 Forbidden, "not paid")')


@pytest.fixture
async def desk(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Desk]:
    async with a_desk(tmp_path, capsys, monkeypatch) as desk:
        yield desk


async def test_it_says_how_each_trunk_is_and_what_is_used_up(desk: Desk) -> None:
    desk.switch.trunks = {one.name: one for one in (WELL, REFUSED)}
    result = await desk.run("trunk", "list")
    assert result.code == 0
    _, first, away, second, why = result.out.splitlines()
    assert "registered since 20" in first
    assert first.split("answer")[1].split() == ["2", "of", "10", "14", "of", "200", "35", "of", "3000"]
    assert away == "  192.0.2.2:5060 is away"
    assert second.startswith("second") and "no way out" in second
    assert why == '  the provider refuses the account (403 Forbidden, "not paid")'


async def test_a_limit_that_is_reached_is_told(desk: Desk) -> None:
    desk.switch.trunks = {"p": TrunkState("p", usable=True, limit="max_minutes_a_day")}
    result = await desk.run("trunk", "list")
    assert "the minutes of today are used up, until midnight (max_minutes_a_day)" in result.out


@pytest.mark.parametrize(("asked", "said"), [(True, "not asked yet"), (False, "never asked")])
async def test_a_server_that_nobody_has_asked_does_not_count_as_one_that_is_away(
    desk: Desk, asked: bool, said: str
) -> None:
    server = TrunkServer("192.0.2.1:5060")
    desk.switch.trunks = {"p": TrunkState("p", usable=True, servers=(server,), asked=asked)}
    result = await desk.run("trunk", "list")
    assert f"  {said}  " in result.out


async def test_programs_get_all_of_it(desk: Desk) -> None:
    desk.switch.trunks = {"provider": WELL}
    (found,) = json.loads((await desk.run("trunk", "list", "--json")).out)
    assert (found["minutes_today"], found["servers"][1]["problem"]) == (35.4, "is away")


async def test_without_any_it_says_what_they_are_for(desk: Desk) -> None:
    assert (await desk.run("trunk", "list")).out.startswith("no trunks; calls outside need one")

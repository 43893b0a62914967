"""`offhook tsp` where there is no Windows. What it does on one is in tests/windows."""

from pathlib import Path

import pytest

from tests.cli.helpers import Command


@pytest.mark.parametrize(
    "arguments", [("install",), ("uninstall",), ("status",), ("line", "list"), ("trace", "on")]
)
async def test_it_says_that_it_is_for_windows(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = await Command(tmp_path).run("tsp", *arguments)
    assert result.code == 1
    assert "for Windows only" in result.err


async def test_the_overview_names_it(tmp_path: Path) -> None:
    assert "tsp " in (await Command(tmp_path).run("--help")).out

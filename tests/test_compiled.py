"""What a wheel may have compiled, as pyproject.toml lists it."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
BUILD = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
HOOK = BUILD["targets"]["wheel"]["hooks"]["mypyc"]
FILES = [ROOT / name for name in HOOK["include"]]


def test_every_file_is_there() -> None:
    assert FILES
    assert [file for file in FILES if not file.is_file()] == []


def test_only_what_does_no_io_is_compiled() -> None:
    assert [file for file in FILES if "asyncio" in file.read_text(encoding="utf-8")] == []


def test_nothing_is_compiled_unless_it_is_asked_for() -> None:
    assert HOOK["enable-by-default"] is False

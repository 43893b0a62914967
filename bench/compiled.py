"""What the product can be run as, for the measures that have a row for each: from the sources, from the wheel
of `make compiled`, and both with uvloop's event loop (`pip install 'offhook[fast]'`)."""

import importlib.util
import os
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from offhook.common.eventloop import VARIABLE

ROOT = Path(__file__).parents[1]

COMPILED = ", compiled"
"""Ends the names of its rows."""

FAST = ", uvloop"
"""Ends the names of the rows with its event loop."""

NONE = "no row for the compiled wheel: `make compiled` builds it from the present sources, into dist/"
NOT_FAST = "no row for uvloop, which is not installed"


def with_loop(environment: Mapping[str, str] | None, loop: str = "asyncio") -> dict[str, str]:
    """An environment, else our own, in which the product runs with this event loop and no other."""
    return {**(os.environ if environment is None else environment), VARIABLE: loop}


def has_uvloop() -> bool:
    """Is it installed?"""
    return importlib.util.find_spec("uvloop") is not None


@contextmanager
def ways() -> Iterator[dict[str, dict[str, str]]]:
    """The environments to run the product in, by what ends the names of their rows."""
    with compiled() as wheel:
        plain = {"": with_loop(None)} | ({} if wheel is None else {COMPILED: with_loop(wheel)})
        fast = {name + FAST: with_loop(one, "uvloop") for name, one in plain.items()}
        yield plain | (fast if has_uvloop() else {})


def missing(found: Mapping[str, object]) -> tuple[str, ...]:
    """The notes about the rows that `ways` did not have."""
    return tuple(note for name, note in ((COMPILED, NONE), (FAST, NOT_FAST)) if name not in found)


@contextmanager
def compiled() -> Iterator[dict[str, str] | None]:
    """The environment in which a process of ours runs the wheel; None if there is none of these sources."""
    tag = f"-cp{sys.version_info.major}{sys.version_info.minor}-"
    wheels = [wheel for wheel in (ROOT / "dist").glob("offhook-*.whl") if tag in wheel.name]
    with tempfile.TemporaryDirectory(prefix="offhook-compiled-") as folder:
        for wheel in wheels:
            with zipfile.ZipFile(wheel) as archive:
                if _is_current(archive):
                    archive.extractall(folder)
                    yield {**os.environ, "PYTHONPATH": folder}
                    return
        yield None


def _is_current(archive: zipfile.ZipFile) -> bool:
    """Are its sources, which it has beside what is compiled, those of this checkout?"""
    held = {name: archive.read(name) for name in archive.namelist() if name.endswith(".py")}
    here = {path.relative_to(ROOT / "src").as_posix(): path.read_bytes() for path in _sources()}
    return held == here


def _sources() -> Iterator[Path]:
    return (ROOT / "src" / "offhook").rglob("*.py")

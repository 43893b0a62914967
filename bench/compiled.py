"""What the product can be run as, for the measures that have a row for each: from the sources, and from the
wheel of `make compiled`."""

import os
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]

COMPILED = ", compiled"
"""Ends the names of its rows."""

NONE = "no row for the compiled wheel: `make compiled` builds it from the present sources, into dist/"


@contextmanager
def ways() -> Iterator[dict[str, dict[str, str]]]:
    """The environments to run the product in, by what ends the names of their rows."""
    with compiled() as wheel:
        yield {"": dict(os.environ)} | ({} if wheel is None else {COMPILED: wheel})


def missing(found: Mapping[str, object]) -> tuple[str, ...]:
    """The note about the row that `ways` did not have."""
    return () if COMPILED in found else (NONE,)


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

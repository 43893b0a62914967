"""What the setup program is made of."""

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

from installer.__main__ import make_setup
from installer.kits import KITS, WINE, BuildError, Kit, check_sum
from installer.trim import LANGUAGES, QT_MODULES
from tests.installer.windows import EPOCH

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.peer, pytest.mark.timeout(300)]


def test_the_same_source_gives_the_same_bytes(setup_program: Path, staged: Path, tmp_path: Path) -> None:
    again = make_setup(WINE, staged, tmp_path, EPOCH, quick=True)
    assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(setup_program.read_bytes()).digest()


@pytest.mark.parametrize("kit", KITS.values(), ids=KITS)
def test_every_package_that_is_needed_is_brought_along(kit: Kit) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["desktop"]]
    names = {re.split(r"[^A-Za-z0-9_-]", one)[0].lower() for one in wanted}
    locked = set(re.findall(r"^([a-z0-9_-]+)==", kit.lock.read_text(), re.MULTILINE))
    assert len(names) > 10
    assert names - locked == set()


def test_the_parts_of_qt_that_are_imported_are_kept() -> None:
    imported = set()
    for file in (ROOT / "src" / "offhook").rglob("*.py"):
        imported |= set(re.findall(r"(?:from|import) PySide6\.Qt(\w+)", file.read_text(encoding="utf-8")))
    assert imported == set(QT_MODULES)


def test_the_languages_of_the_window_are_kept() -> None:
    files = (ROOT / "src" / "offhook" / "desktop" / "locale").glob("offhook_*.ts")
    assert {file.stem.partition("_")[2] for file in files} == set(LANGUAGES)


def test_another_python_than_was_meant_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "python.zip"
    file.write_bytes(b"another one")
    with pytest.raises(BuildError, match="fetch it anew"):
        check_sum(file, "00" * 32)


def test_nothing_is_left_of_who_built_it(staged: Path) -> None:
    here = str(ROOT).encode()
    assert [path.name for path in staged.rglob("*") if path.is_file() and here in path.read_bytes()] == []

"""What the setup program is made of."""

import hashlib
import os
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from installer.__main__ import BUILD, make_setup
from installer.filelist import file_list
from installer.kits import KITS, WINE, BuildError, Kit, check_sum, fetch_embedded
from installer.launchers import LAUNCHERS, build_launchers
from installer.stage import stage
from installer.trim import LANGUAGES, QT_MODULES
from tests.installer.elsewhere import elsewhere
from tests.installer.windows import EPOCH

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.peer, pytest.mark.timeout(300)]


def test_the_same_source_gives_the_same_bytes(setup_program: Path, staged: Path, tmp_path: Path) -> None:
    with elsewhere(staged, tmp_path) as other:
        again = make_setup(WINE, other, tmp_path, EPOCH, quick=True)
    assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(setup_program.read_bytes()).digest()


def test_no_folder_is_empty(staged: Path) -> None:
    """One would be in the MSI and not in a copy of the files."""
    assert [path for path in staged.rglob("*") if path.is_dir() and not any(path.iterdir())] == []


def test_files_are_packed_in_their_order_not_in_the_disks(tmp_path: Path) -> None:
    for name in ("lib/b/z", "lib/b/a", "lib/a$b", "lib/c/d/e", "A", "empty/none"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "empty" / "none").unlink()
    listed = file_list(tmp_path, r"$INSTDIR\new").replace(str(tmp_path), "HERE")
    assert listed.splitlines() == [
        r'SetOutPath "$INSTDIR\new"',
        'File "HERE/A"',
        r'SetOutPath "$INSTDIR\new\lib"',
        'File "HERE/lib/a$$b"',
        r'SetOutPath "$INSTDIR\new\lib\b"',
        'File "HERE/lib/b/a"',
        'File "HERE/lib/b/z"',
        r'SetOutPath "$INSTDIR\new\lib\c\d"',
        'File "HERE/lib/c/d/e"',
    ]


def test_the_launchers_are_the_same_wherever_they_are_compiled(staged: Path, tmp_path: Path) -> None:
    build_launchers(WINE.dll, tmp_path)
    assert {name: (tmp_path / name).read_bytes() == (staged / name).read_bytes() for name in LAUNCHERS} == {
        "offhook.exe": True,
        "offhook-messenger.exe": True,
        "offhook-again.exe": True,
    }


@pytest.mark.skipif(not os.environ.get("OFFHOOK_LONG"), reason="installs and compiles all packages again")
def test_the_folder_is_the_same_wherever_it_is_made(staged: Path, tmp_path: Path) -> None:
    other, umask = tmp_path / "another place", os.umask(0o077)
    try:
        stage(WINE, fetch_embedded(BUILD / "python"), BUILD / WINE.name / "wheels", other, epoch=EPOCH)
    finally:
        os.umask(umask)
    assert _contents(other) == _contents(staged)


def _contents(folder: Path) -> dict[Path, tuple[float, bytes]]:
    return {
        path.relative_to(folder): (path.stat().st_mtime, hashlib.sha256(path.read_bytes()).digest())
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("kit", KITS.values(), ids=KITS)
def test_every_package_that_is_needed_is_brought_along(kit: Kit) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    windows = {"sys_platform": "win32", "python_version": kit.python}
    listed = map(Requirement, [*project["dependencies"], *project["optional-dependencies"]["desktop"]])
    names = {one.name.lower() for one in listed if one.marker is None or one.marker.evaluate(windows)}
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

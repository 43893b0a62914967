"""DLLs that a program holds: Windows lets them be renamed, but not replaced or deleted."""

import os
from pathlib import Path

import pytest

from offhook.windows.files import DllFiles

HELD = b"held"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A DLL that cannot be replaced or deleted while it is under this name."""
    place = tmp_path / "offhook.tsp"
    place.write_bytes(HELD)
    replace, unlink = os.replace, Path.unlink

    def is_held(path: Path) -> bool:
        return path.exists() and path.read_bytes() == HELD

    def no_replace(source: Path, target: Path) -> None:
        if is_held(target):
            raise PermissionError(13, "it is in use")
        replace(source, target)

    def no_unlink(path: Path, missing_ok: bool = False) -> None:
        if is_held(path):
            raise PermissionError(13, "it is in use")
        unlink(path, missing_ok)

    monkeypatch.setattr(os, "replace", no_replace)
    monkeypatch.setattr(Path, "unlink", no_unlink)
    return place


def test_a_dll_in_use_is_set_aside_for_the_new_one(place: Path) -> None:
    delayed: list[Path] = []
    DllFiles({"x64": place.parent}, delayed.append).put(place, b"new")
    assert place.read_bytes() == b"new"
    assert [path.read_bytes() for path in delayed] == [HELD]


def test_a_dll_in_use_is_removed_at_the_next_start(place: Path) -> None:
    delayed: list[Path] = []
    assert not DllFiles({"x64": place.parent}, delayed.append).remove(place)
    assert not place.exists()
    assert [path.read_bytes() for path in delayed] == [HELD]


def test_a_dll_that_nobody_uses_is_just_removed(tmp_path: Path) -> None:
    place = tmp_path / "offhook.tsp"
    place.write_bytes(b"free")
    delayed: list[Path] = []
    assert DllFiles({"x64": tmp_path}, delayed.append).remove(place)
    assert list(tmp_path.iterdir()) == []
    assert delayed == []


def test_another_file_in_the_log_folder_is_kept(tmp_path: Path) -> None:
    log = tmp_path / "Offhook" / "tsp.log"
    log.parent.mkdir()
    log.write_text("dialling")
    (log.parent / "offhook.toml").write_text("")
    DllFiles({}, lambda _: None).remove_logs(log, str(tmp_path / "elsewhere.log"))
    assert [path.name for path in log.parent.iterdir()] == ["offhook.toml"]

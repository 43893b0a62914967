"""What `offhook check` says of the state folder."""

import os
import stat
from pathlib import Path

import pytest

from offhook.cli.checks.state import look_at_state
from offhook.common.finding import Level


def levels(folder: Path) -> list[tuple[Level, str]]:
    return [(one.level, one.text) for one in look_at_state(folder)]


def test_a_folder_that_is_ours_and_has_room_is_fine(tmp_path: Path) -> None:
    assert levels(tmp_path) == [(Level.OK, f"{tmp_path} can be written to")]
    assert levels(tmp_path / "new") == [(Level.OK, f"{tmp_path / 'new'} will be made at the first start")]


def test_each_thing_that_others_may_have_had_their_hands_in_is_told_and_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "calls.sqlite")
    (tmp_path / "users.sqlite").symlink_to("/etc/passwd")
    tmp_path.chmod(0o777)
    found = [text for level, text in levels(tmp_path) if level is Level.FAIL]
    assert found == [
        f"{tmp_path} can be written by other users of this machine",
        f"{tmp_path / 'calls.sqlite'} is not a file",
        f"{tmp_path / 'users.sqlite'} is a symbolic link",
    ]
    tmp_path.chmod(stat.S_IRWXU)


def test_a_damaged_file_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "calls.sqlite").write_text("this is no database\n" * 300)
    (damage,) = (one for one in look_at_state(tmp_path) if one.level is Level.FAIL)
    assert "calls.sqlite is damaged" in damage.text and damage.fix.endswith("offhook state repair")


def test_a_disk_without_room_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    text = f"{tmp_path} cannot be written to (No space left on device): nothing new is kept"
    assert (Level.FAIL, text) in levels(tmp_path)

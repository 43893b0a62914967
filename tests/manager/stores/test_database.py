"""A disk that is full, read-only or damaged, and a file that is removed under a running Call Manager.

The disk is a real one, a small one in memory, where this may be mounted.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from offhook.common.quiet import AT_ONCE
from offhook.errors import ConfigError, UnavailableError
from offhook.manager.stores import database
from offhook.manager.stores.calllog import SqliteCallLog
from offhook.manager.stores.users import SqliteUsers
from tests.manager.helpers import OVER, QUICK, STARTED


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """1 MiB that can be filled."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path) -> Path:
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            return filler


@pytest.fixture(autouse=True)
def looks_always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "MEND_S", 0.0)


def a_log(disk: Path) -> SqliteCallLog:
    return SqliteCallLog(disk / "calls.sqlite", keep_days=None)


def test_a_full_disk_is_started_from_and_what_was_waiting_is_written_later(
    disk: Path, caplog: pytest.LogCaptureFixture
) -> None:
    log = a_log(disk)
    log.record(STARTED)
    log.close()
    filler = fill(disk)
    log = a_log(disk)
    assert "nothing can be kept" in caplog.text
    new = [replace(OVER, id=f"new{number}") for number in range(3)]
    for call in new:
        log.record(call)
    assert {call.id for call in log.query()} == {"c1", "new0", "new1", "new2"}
    filler.unlink()
    log.flush()
    log.close()
    log = a_log(disk)
    found = {call.id: call.cause for call in log.query()}
    assert len(found) == 4 and None not in found.values()
    log.close()


def test_a_disk_that_was_full_at_the_very_first_start_is_used_once_it_has_room(disk: Path) -> None:
    filler = fill(disk)
    log = a_log(disk)
    log.record(OVER)
    assert log.query() == [OVER]
    filler.unlink()
    log.flush()
    log.close()
    log = a_log(disk)
    assert log.query() == [OVER]
    log.close()


@pytest.mark.parametrize("written", ["now", "before there were indexes", "by an older Offhook"])
@pytest.mark.parametrize("trouble", ["full", "read-only"])
def test_users_log_in_though_the_disk_takes_nothing(disk: Path, trouble: str, written: str) -> None:
    users = SqliteUsers(disk / "users.sqlite", hasher=QUICK)
    users.add("kim", "secret")
    users.close()
    if written == "before there were indexes":
        with closing(sqlite3.connect(disk / "users.sqlite")) as database:
            database.execute("DROP INDEX places_by_age")
    elif written == "by an older Offhook":
        with closing(sqlite3.connect(disk / "users.sqlite")) as database:
            database.executescript("ALTER TABLE users DROP COLUMN watches; PRAGMA user_version = 2")
    if trouble == "full":
        filler = fill(disk)
    else:
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    users = SqliteUsers(disk / "users.sqlite", hasher=QUICK, fault_tolerant=True)
    assert users.verify("kim", "secret") is not None
    assert users.verify("kim", "wrong") is None
    with pytest.raises(UnavailableError):
        users.issue_token("kim", 60)
    if trouble == "full":
        filler.unlink()
    else:
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    assert users.verify_token(users.issue_token("kim", 60)) is not None
    users.close()


def test_a_folder_that_is_removed_under_it_is_made_anew_with_everything(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    log, users = a_log(folder), SqliteUsers(folder / "users.sqlite", hasher=QUICK)
    users.add("kim", "secret")
    log.record(OVER)
    log.flush()
    shutil.rmtree(folder)
    log.record(replace(OVER, id="c2"))
    log._write_and_prune(AT_ONCE)
    users.issue_token("kim", 60)
    log.close()
    users.close()
    log, users = a_log(folder), SqliteUsers(folder / "users.sqlite", hasher=QUICK)
    assert {call.id for call in log.query()} == {"c1", "c2"}
    assert users.verify("kim", "secret") is not None
    log.close()
    users.close()


def test_a_link_or_a_pipe_in_place_of_a_file_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"")
    (tmp_path / "calls.sqlite").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(tmp_path / "users.sqlite")
    with pytest.raises(ConfigError, match="symbolic link"):
        a_log(tmp_path)
    with pytest.raises(ConfigError, match="not a file"):
        SqliteUsers(tmp_path / "users.sqlite")
    assert (tmp_path / "elsewhere").read_bytes() == b""


@pytest.mark.parametrize("page", [1, 2, 3])
@pytest.mark.parametrize("name", ["calls.sqlite", "users.sqlite"])
def test_a_damaged_page_is_told_at_the_start_with_what_to_do(tmp_path: Path, name: str, page: int) -> None:
    log, users = a_log(tmp_path), SqliteUsers(tmp_path / "users.sqlite", hasher=QUICK)
    users.add("kim", "secret")
    log.record(OVER)
    log.close()
    users.close()
    with (tmp_path / name).open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(bytes(range(1, 256)) * 16)
    with pytest.raises(ConfigError, match="offhook state repair"):
        if name == "calls.sqlite":
            a_log(tmp_path).close()
        else:
            SqliteUsers(tmp_path / name).close()

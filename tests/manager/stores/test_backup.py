"""A copy of the state folder while it is written."""

import os
import signal
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from offhook.errors import ConfigError
from offhook.manager.stores.backup import back_up
from offhook.manager.stores.calllog import SqliteCallLog
from tests.manager.stores.sites import SqliteSite

WRITING = """
import sys
from pathlib import Path
from offhook.call import Call, CallState, Cause, Party
from offhook.manager.stores.calllog import SqliteCallLog

log = SqliteCallLog(Path(sys.argv[1]), keep_days=None)
party = Party("Kim", "4000")
number = 0
while True:
    for _ in range(50):
        number += 1
        over = {"ended": 1e6, "cause": Cause.NORMAL}
        log.record(Call(f"c{number}", "4000", CallState.ON_HOOK, party, party, 1000.0 + number, **over))
    log.flush()
    print(number, flush=True)
"""


def unpacked(file: Path, into: Path) -> Path:
    with tarfile.open(file) as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", lambda member, _into: member)
        archive.extractall(into)
    return into


def test_a_copy_of_a_log_that_is_written_meanwhile_has_all_that_was_written_before(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    command = [sys.executable, "-c", WRITING, str(folder / "calls.sqlite")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        copies = []
        for number in range(3):
            written = int(process.stdout.readline())
            file = tmp_path / f"{number}.tar.gz"
            assert back_up(folder, file) == ["calls.sqlite"]
            copies.append((written, file))
        os.kill(process.pid, signal.SIGKILL)
        process.stdout.read()
    for written, file in copies:
        restored = unpacked(file, tmp_path / file.stem)
        with closing(SqliteCallLog(restored / "calls.sqlite", keep_days=None)) as log:
            found = len(log.query(limit=1_000_000))
            assert found >= written and found % 50 == 0


def test_everything_is_in_it_that_a_start_needs_and_nothing_that_it_makes_anew(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    (folder / "tls").mkdir(parents=True)
    with closing(SqliteSite(folder).users()) as users:
        users.add("kim", "secret")
        for name in ("forwardings.json", "audit.jsonl", "tls/key.pem", "offhook.lock", "local.token"):
            (folder / name).write_text("x")
        (folder / "link").symlink_to("/etc/passwd")
        names = back_up(folder, folder / "copy.tar.gz")
    assert names == ["audit.jsonl", "forwardings.json", "tls/key.pem", "users.sqlite"]
    restored = unpacked(folder / "copy.tar.gz", tmp_path / "restored")
    with closing(SqliteSite(restored).users()) as users:
        assert users.verify("kim", "secret") is not None
    assert (folder / "copy.tar.gz").stat().st_mode & 0o077 == 0


def test_no_file_is_written_over_and_a_damaged_one_is_not_copied(tmp_path: Path) -> None:
    (tmp_path / "users.sqlite").write_bytes(b"no database" * 1000)
    with pytest.raises(ConfigError, match=r"users\.sqlite: cannot be copied.*state repair"):
        back_up(tmp_path, tmp_path / "copy.tar.gz")
    assert not (tmp_path / "copy.tar.gz").exists()
    (tmp_path / "copy.tar.gz").write_text("another")
    with pytest.raises(FileExistsError):
        back_up(tmp_path, tmp_path / "copy.tar.gz")
    assert (tmp_path / "copy.tar.gz").read_text() == "another"

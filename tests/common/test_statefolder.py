"""What may be in a state folder, and that one Offhook at a time uses it."""

import grp
import json
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from offhook.common.statefolder import LOCK, REPLACED, StateFolder, check_folder, exposures, opened
from offhook.errors import ConfigError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    folder.mkdir(mode=0o700)
    for name in ("calls.sqlite", "users.sqlite", "audit.jsonl", "local.token"):
        (folder / name).touch(0o600)
    return folder


@pytest.mark.parametrize("name", ["calls", "users", "phones", "webhooks"])
def test_no_database_may_be_another_accounts_to_write(folder: Path, name: str) -> None:
    (folder / f"{name}.sqlite").touch()
    (folder / f"{name}.sqlite").chmod(0o666)
    with pytest.raises(ConfigError, match=rf"{name}\.sqlite: can be written by other users"):
        check_folder(folder)


def held_by(folder: Path) -> str | None:
    """Who keeps us from using the folder; None when nobody does."""
    try:
        StateFolder(folder).close()
    except ConfigError as error:
        return error.what
    return None


def test_a_folder_of_ones_own_is_fine(folder: Path) -> None:
    folder.chmod(0o755)
    check_folder(folder)


def world_writable(path: Path) -> None:
    path.chmod(0o777)


def of_everybodys_group(path: Path) -> None:
    path.chmod(0o770)
    os.chown(path, -1, 65534)


def of_nobodys(path: Path) -> None:
    os.chown(path, 65534, 65534)


def a_link(path: Path) -> None:
    path.rename(path.parent.parent / "elsewhere")
    path.symlink_to(path.parent.parent / "elsewhere")


def another_name(path: Path) -> None:
    os.link(path, path.parent.parent / "elsewhere")


def a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def a_device(path: Path) -> None:
    path.unlink()
    os.mknod(path, 0o600 | 0o020000, os.makedev(1, 3))


@pytest.mark.skipif(os.geteuid() != 0, reason="gives files to others")
@pytest.mark.parametrize("change", [world_writable, of_everybodys_group, of_nobodys])
@pytest.mark.parametrize("name", [".", "users.sqlite", "calls.sqlite", "audit.jsonl", "local.token"])
def test_what_others_can_write_is_refused_with_its_name_and_what_to_do(
    folder: Path, name: str, change: Callable[[Path], None]
) -> None:
    change(folder / name)
    with pytest.raises(ConfigError) as caught:
        check_folder(folder)
    assert caught.value.file == str(folder / name) and "\n" not in str(caught.value)
    assert caught.value.fix.startswith(("look whether", "if it is yours: chown root"))


@pytest.mark.skipif(os.geteuid() != 0, reason="makes devices")
@pytest.mark.parametrize("change", [a_link, another_name, a_pipe, a_folder, a_device])
@pytest.mark.parametrize("name", ["users.sqlite", "calls.sqlite", "audit.jsonl", "local.token"])
def test_what_is_no_file_of_its_own_is_refused(
    folder: Path, name: str, change: Callable[[Path], None]
) -> None:
    if change is a_link and name in REPLACED:
        return  # is made anew in place of the link
    change(folder / name)
    (found,) = exposures(folder)
    assert found.path == folder / name and found.fix


def test_a_folder_above_that_others_can_write_is_refused_unless_it_is_sticky(folder: Path) -> None:
    folder.parent.chmod(0o777)
    assert [one.path for one in exposures(folder)] == [folder.parent]
    folder.parent.chmod(0o1777)
    assert list(exposures(folder)) == []
    folder.parent.chmod(0o700)


@pytest.mark.skipif(os.geteuid() != 0, reason="gives files to others")
def test_a_group_of_the_system_without_members_is_nobody(folder: Path) -> None:
    empty = min(
        one.gr_gid
        for one in grp.getgrall()
        if one.gr_gid and not one.gr_mem and all(user.pw_gid != one.gr_gid for user in pwd.getpwall())
    )
    os.chown(folder.parent, -1, empty)
    folder.parent.chmod(0o2775)
    check_folder(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="gives files to others")
def test_root_may_work_on_the_folder_of_a_service_but_does_not_serve_from_it(folder: Path) -> None:
    for path in (folder, *folder.iterdir()):
        os.chown(path, 65534, 65534)
    assert list(exposures(folder, serving=False)) == []
    assert list(exposures(folder))


def test_a_second_start_is_told_who_was_first(folder: Path) -> None:
    with opened(folder):
        with pytest.raises(
            ConfigError, match=rf"runs already \(pid {os.getpid()}, since [0-9:]+\) with the state"
        ):
            opened(folder).__enter__()
        assert "runs already" in (held_by(folder) or "")
    assert held_by(folder) is None
    with opened(folder):
        pass


def test_one_that_was_killed_leaves_the_folder_free(folder: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from offhook.common.statefolder import opened\n"
        "with opened(Path(sys.argv[1])): print('in', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(folder)], stdout=subprocess.PIPE) as first:
        assert first.stdout is not None and first.stdout.readline() == b"in\n"
        assert json.loads((folder / LOCK).read_text())["pid"] == first.pid
        assert f"pid {first.pid}" in (held_by(folder) or "")
        first.kill()
        first.wait()
    assert held_by(folder) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": "x"}', '{"pid": 1, "since": 1e300}'])
def test_a_lock_file_with_anything_in_it_is_a_lock_all_the_same(folder: Path, text: str) -> None:
    with opened(folder):
        (folder / LOCK).write_text(text)
        with pytest.raises(ConfigError, match="Offhook runs already with the state folder"):
            opened(folder).__enter__()


def test_a_folder_that_is_removed_and_made_again_is_still_ours(folder: Path) -> None:
    with opened(folder) as held:
        shutil.rmtree(folder)
        held.keep()
        with pytest.raises(ConfigError, match=f"runs already .pid {os.getpid()}"):
            opened(folder).__enter__()
    assert held_by(folder) is None


def test_a_look_that_comes_after_the_end_does_not_take_the_folder_again(folder: Path) -> None:
    held = StateFolder(folder)
    held.close()
    held.keep()
    assert held_by(folder) is None

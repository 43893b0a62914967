"""Files that hold a secret."""

import stat
from pathlib import Path

import pytest

from offhook.common.privatefile import write_private
from offhook.config import make_secret, read_secret, renew_secret
from offhook.errors import ConfigError


def test_a_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "state" / "tsp.token"
    secret = make_secret(path, "tsp.token_file")
    assert len(secret) >= 32
    assert make_secret(path, "tsp.token_file") == secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_secret_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"tsp\.token_file: cannot be written .*make its folder writable"):
        make_secret(tmp_path / "file" / "x", "tsp.token_file")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [(b"", "holds no secret"), (b"\n\nx", "holds no secret"), (b"\xff", "not UTF-8")],
)
def test_a_file_without_a_secret_is_told(tmp_path: Path, content: bytes, complaint: str) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(ConfigError, match=complaint):
        read_secret(tmp_path / "x", "password_file")


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("old")
    path.chmod(0o644)
    write_private(path, "new")
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.mkdir()
    (path / "y").touch()
    with pytest.raises(OSError, match="directory"):
        write_private(path, "new")
    assert list(tmp_path.iterdir()) == [path]


def test_a_renewed_secret_is_another_one_and_replaces_a_link(tmp_path: Path) -> None:
    path, victim = tmp_path / "x.token", tmp_path / "victim"
    victim.write_text("untouched")
    path.symlink_to(victim)
    secret = renew_secret(path, "tsp.token_file")
    assert victim.read_text() == "untouched"
    assert not path.is_symlink() and make_secret(path, "tsp.token_file") == secret


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o620, 0o602])
def test_a_secret_that_is_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "x.token"
    path.write_text("known to others\n")
    path.chmod(mode)
    with pytest.raises(ConfigError, match="open to other users"):
        make_secret(path, "tsp.token_file")


def test_folders_that_are_made_for_a_secret_are_their_owners_only(tmp_path: Path) -> None:
    make_secret(tmp_path / "a" / "state" / "x.token", "tsp.token_file")
    assert [stat.S_IMODE((tmp_path / folder).stat().st_mode) for folder in ("a", "a/state")] == [0o700] * 2

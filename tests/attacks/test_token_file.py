"""Somebody who may write where a token is looked for: to know it, or to have it written elsewhere."""

import os
from pathlib import Path

import pytest

from offhook.assembly.run import running
from offhook.config import load
from offhook.errors import ConfigError
from tests.attacks.site import a_site, write_site


async def refused(folder: Path) -> str:
    """Why the site does not start."""
    with pytest.raises(ConfigError) as caught:
        async with running(load(write_site(folder), environ={})):
            pass
    return str(caught.value)


async def test_a_symbolic_link_in_place_of_the_token_file_is_not_believed(tmp_path: Path) -> None:
    known = tmp_path / "known.token"
    known.write_text("a-token-that-the-attacker-knows-well\n")
    known.chmod(0o600)
    (tmp_path / "state").mkdir(mode=0o700)
    (tmp_path / "state" / "tsp.token").symlink_to(known)
    assert "is a symbolic link" in await refused(tmp_path)


async def test_a_symbolic_link_to_nowhere_does_not_get_the_token_written_there(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir(mode=0o700)
    (tmp_path / "state" / "tsp.token").symlink_to(tmp_path / "authorized_keys")
    assert "is a symbolic link" in await refused(tmp_path)
    assert not (tmp_path / "authorized_keys").exists()


async def test_a_symbolic_link_in_place_of_the_local_token_is_replaced(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("untouched")
    (tmp_path / "state").mkdir(mode=0o700)
    (tmp_path / "state" / "local.token").symlink_to(victim)
    async with a_site(tmp_path):
        token = tmp_path / "state" / "local.token"
        assert not token.is_symlink() and token.stat().st_mode & 0o077 == 0
    assert victim.read_text() == "untouched"


@pytest.mark.parametrize("mode", [0o644, 0o622, 0o660])
async def test_a_token_file_that_others_can_read_or_write_is_not_used(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "state" / "tsp.token"
    file.parent.mkdir(mode=0o700)
    file.write_text("a-token-that-everybody-may-know\n")
    file.chmod(mode)
    assert "open to other users" in await refused(tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to somebody else")
async def test_a_token_file_of_another_user_is_not_used(tmp_path: Path) -> None:
    file = tmp_path / "state" / "tsp.token"
    file.parent.mkdir(mode=0o700)
    file.write_text("a-token-that-its-owner-knows\n")
    file.chmod(0o600)
    os.chown(file, 12345, 12345)
    assert "belongs to another user" in await refused(tmp_path)


async def test_everything_in_the_state_folder_is_its_owners_only(tmp_path: Path) -> None:
    async with a_site(tmp_path):
        open_to_others = [
            file.name for file in (tmp_path / "state").iterdir() if file.lstat().st_mode & 0o077
        ]
    assert open_to_others == []

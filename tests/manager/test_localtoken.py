from pathlib import Path

from offhook.manager.localtoken import FILE_NAME, read_token, write_token


def test_a_token_is_read_as_written_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    write_token(path, "first")
    write_token(path, "second")
    assert read_token(path) == "second"
    assert path.stat().st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == [path]

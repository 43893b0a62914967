"""`python -m installer.manifest`, and what is read of what it makes."""

from pathlib import Path

import pytest

from installer.manifest import main
from offhook.update import read_manifest

NOTES = "https://example.org/offhook/0.2.0"


@pytest.fixture
def setup(tmp_path: Path) -> Path:
    file = tmp_path / "OffhookSetup-0.2.0-x64.exe"
    file.write_bytes(b"MZ")
    return file


def _made(tmp_path: Path, *more: str, key: str = "update.key") -> int:
    arguments = ["--key", str(tmp_path / key), "--base-url", "https://updates.example/", "--notes", NOTES]
    return main([*arguments, "--out", str(tmp_path / "offhook.txt"), *more])


def test_a_list_is_signed_by_a_new_key(
    setup: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    password = tmp_path / "password"
    password.write_text("pass word\n")
    locked = ["--password-file", str(password)]
    assert main(["--new-key", str(tmp_path / "update.key"), *locked]) == 0
    public = capsys.readouterr().out.split('"')[1]
    assert _made(tmp_path, "--setup", str(setup), *locked) == 0
    manifest = read_manifest((tmp_path / "offhook.txt").read_bytes(), public)
    assert manifest.version == "0.2.0"
    assert manifest.files["windows-x64"].url == "https://updates.example/OffhookSetup-0.2.0-x64.exe"
    assert (manifest.expires - manifest.published).days == 90
    assert (tmp_path / "update.key").stat().st_mode & 0o077 == 0


def test_a_key_is_never_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["--new-key", str(tmp_path / "update.key")])
    before = (tmp_path / "update.key").read_bytes()
    assert main(["--new-key", str(tmp_path / "update.key")]) == 1
    assert (tmp_path / "update.key").read_bytes() == before
    assert "is there already" in capsys.readouterr().err


def test_what_cannot_be_signed_is_told(
    setup: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["--new-key", str(tmp_path / "update.key")])
    (tmp_path / "open.key").write_bytes((tmp_path / "update.key").read_bytes())
    (tmp_path / "open.key").chmod(0o644)
    other = tmp_path / "setup.exe"
    other.write_bytes(b"MZ")
    for arguments, key, said in (
        (("--setup", str(other)), "update.key", "is not named like"),
        (("--setup", str(tmp_path / "OffhookSetup-0.3.0-x64.exe")), "update.key", "No such file"),
        (("--setup", str(setup), "--days", "0"), "update.key", "--days 0"),
        (("--setup", str(setup)), "open.key", "is open to other users"),
        (("--setup", str(setup)), "none.key", "No such file"),
        (("--setup", str(setup), "--notes", "http://example.org"), "update.key", "no https:// address"),
    ):
        assert _made(tmp_path, *arguments, key=key) == 1
        assert said in capsys.readouterr().err
    assert not (tmp_path / "offhook.txt").exists()

"""Signing: programs, the setup and its uninstaller; by a file or a token, with a time stamp."""

import argparse
import os
import shutil
from pathlib import Path

import pytest

from installer.__main__ import make_setup
from installer.kits import WINE, BuildError
from installer.signing import Signing, add_options, configured, is_signed
from tests.installer.signers import MODULE, PASSWORD, Signer
from tests.installer.windows import EPOCH, Site
from tests.windows.desktop import dll

pytestmark = [pytest.mark.peer, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    return Signer(tmp_path_factory.mktemp("signer"))


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """One that nobody has signed."""
    return Path(shutil.copy2(dll(), tmp_path))


def _by_pem(signer: Signer) -> Signing:
    return Signing(certificate=str(signer.certificate), key=str(signer.key))


def test_a_program_is_signed_by_a_pfx_file_with_a_time_stamp(signer: Signer, program: Path) -> None:
    before = program.stat()
    with signer.time_stamps() as url:
        Signing(pfx=str(signer.pfx), password_file=str(signer.password), timestamp=url).sign(program)
    said = signer.verify(program)
    assert "Timestamp Verified by:" in said or "Timestamp verified" in said
    assert is_signed(program)
    assert (program.stat().st_mtime_ns, program.stat().st_mode) == (before.st_mtime_ns, before.st_mode)
    assert [path.name for path in program.parent.iterdir()] == [program.name]


def test_a_program_is_signed_by_a_pem_file_and_says_what_it_is(signer: Signer, program: Path) -> None:
    _by_pem(signer).sign(program, "Offhook Setup")
    assert "Offhook Setup" in signer.verify(program)


def test_a_program_is_signed_by_a_token(
    signer: Signer, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOFTHSM2_CONF", "")
    uri = signer.token()
    Signing(
        certificate=str(signer.certificate),
        key=uri,
        module=str(MODULE),
        password_file=str(signer.folder / "pin"),
    ).sign(program)
    signer.verify(program)


def test_what_was_changed_afterwards_is_seen(signer: Signer, program: Path) -> None:
    _by_pem(signer).sign(program)
    content = bytearray(program.read_bytes())
    content[4096] ^= 1
    program.write_bytes(content)
    with pytest.raises(AssertionError, match=r"(?i)verification: failed"):
        signer.verify(program)


def test_no_password_is_in_the_process_list(
    signer: Signer, program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "told"
    real = shutil.which("osslsigncode")
    spy = tmp_path / "bin" / "osslsigncode"
    spy.parent.mkdir()
    spy.write_text(f'#!/bin/sh\necho "$*" >{told}\nexec {real} "$@"\n')
    spy.chmod(0o755)
    monkeypatch.setenv("PATH", f"{spy.parent}:{os.environ['PATH']}")
    Signing(pfx=str(signer.pfx), password_file=str(signer.password)).sign(program)
    assert str(signer.password) in told.read_text()
    assert PASSWORD not in told.read_text()


def test_a_failure_leaves_the_program_as_it_was(signer: Signer, program: Path, tmp_path: Path) -> None:
    before, wrong = program.read_bytes(), tmp_path / "wrong"
    wrong.write_text("another one\n")
    wrong.chmod(0o600)
    with pytest.raises(BuildError, match=r"offhook\.tsp was not signed"):
        Signing(pfx=str(signer.pfx), password_file=str(wrong)).sign(program)
    assert program.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {program.name, "wrong"}


def test_without_its_time_stamp_nothing_counts_as_signed(signer: Signer, program: Path) -> None:
    before = program.read_bytes()
    with signer.time_stamps() as url:
        pass  # nobody answers there any more
    signing = Signing(certificate=str(signer.certificate), key=str(signer.key), timestamp=url)
    with pytest.raises(BuildError, match="was not signed"):
        signing.sign(program)
    assert program.read_bytes() == before


def test_the_next_server_of_time_stamps_is_asked_when_one_does_not_answer(
    signer: Signer, program: Path
) -> None:
    with signer.time_stamps() as gone:
        pass
    with signer.time_stamps() as url:
        Signing(certificate=str(signer.certificate), key=str(signer.key), timestamp=f"{gone} {url}").sign(
            program
        )
    signer.verify(program)


def test_what_its_maker_has_signed_keeps_that_signature(
    signer: Signer, program: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own.dll"
    shutil.copy2(program, own)
    _by_pem(signer).sign(own)
    theirs = own.read_bytes()
    assert _by_pem(signer).sign_folder(tmp_path) == [program]
    assert own.read_bytes() == theirs


def test_options_win_over_the_environment(signer: Signer) -> None:
    parser = argparse.ArgumentParser()
    add_options(parser)
    environ = {"OFFHOOK_SIGN_PFX": str(signer.pfx), "OFFHOOK_SIGN_TIMESTAMP": "http://one.example"}
    options = parser.parse_args(["--sign-timestamp", "http://two.example"])
    assert configured(options, environ) == Signing(pfx=str(signer.pfx), timestamp="http://two.example")
    assert configured(parser.parse_args([]), {}) is None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"timestamp": "http://one.example"}, "give --sign-pfx, or --sign-certificate"),
        ({"pfx": "PFX", "certificate": "PEM"}, "not both"),
        ({"pfx": "PFX", "key": "KEY"}, "leave --sign-key"),
        ({"certificate": "PEM"}, "--sign-key is missing"),
        ({"certificate": "PEM", "key": "pkcs11:object=a"}, "needs --sign-module"),
        ({"certificate": "PEM", "key": "pkcs11:object=a?pin-value=1", "module": "PEM"}, "has the PIN in it"),
        ({"pfx": "/nowhere.pfx"}, "there is no such file"),
        ({"pfx": "PFX", "timestamp": "ftp://one.example"}, "write it like"),
        ({"pfx": "PFX", "timestamp": "http://me:secret@one.example"}, "without a login"),
    ],
)
def test_what_does_not_fit_together_is_named(signer: Signer, wrong: dict[str, str], said: str) -> None:
    files = {"PFX": str(signer.pfx), "PEM": str(signer.certificate), "KEY": str(signer.key)}
    with pytest.raises(BuildError, match=said):
        Signing(**{name: files.get(value, value) for name, value in wrong.items()})


def test_what_only_looks_like_a_program_ends_the_build(signer: Signer, tmp_path: Path) -> None:
    (tmp_path / "a.exe").write_text("none")
    with pytest.raises(BuildError, match=r"a\.exe is no program of Windows"):
        _by_pem(signer).sign_folder(tmp_path)


@pytest.mark.parametrize("which", ["key", "password", "pfx"])
def test_a_secret_that_everybody_may_read_is_refused(signer: Signer, tmp_path: Path, which: str) -> None:
    secret = Path(shutil.copy(getattr(signer, which), tmp_path))
    secret.chmod(0o644)
    with pytest.raises(BuildError, match="chmod 600 it"):
        if which == "key":
            Signing(certificate=str(signer.certificate), key=str(secret))
        elif which == "pfx":
            Signing(pfx=str(secret))
        else:
            Signing(pfx=str(signer.pfx), password_file=str(secret))


def test_an_installation_is_signed_from_the_setup_to_the_uninstaller(
    site: Site, signer: Signer, staged: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    for part in ("python", "lib/offhook"):  # a tenth of the files, and it starts
        shutil.copytree(staged / part, folder / part)
    launchers = {"offhook.exe", "offhook-messenger.exe", "offhook-again.exe"}
    for name in (*launchers, "LICENSE"):
        shutil.copy2(staged / name, folder)
    for name in ("_rust.pyd", "Qt6Core.dll"):
        shutil.copy2(next(staged.rglob(name)), folder)
    signing = _by_pem(signer)
    signed = {path.relative_to(folder).as_posix() for path in signing.sign_folder(folder)}
    dlls = {f"lib/offhook/windows/dll/{one}/offhook.tsp" for one in ("x64", "x86", "arm64")}
    provider = "lib/offhook/windows/dll/arm64/offhook-provider.exe"
    assert signed == {*launchers, "_rust.pyd", *dlls, provider}, "others are by their makers"
    setup = make_setup(WINE, folder, tmp_path / "dist", EPOCH, quick=True, signing=signing)
    assert "Offhook Setup" in signer.verify(setup)
    assert site.setup(setup).code == 0
    app = site.program / "app"
    for file in (site.program / "uninstall.exe", *(app / name for name in signed)):
        signer.verify(file)
    assert [path for path in app.rglob("*") if path.suffix in (".exe", ".tsp") and not is_signed(path)] == []
    assert site.offhook("--version") == "offhook 0.1.0"
    assert site.uninstall() == 0
    assert not site.program.exists()


def test_files_may_be_named_from_the_current_folder(
    signer: Signer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """makensis, which has the uninstaller signed, works in another one."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "LICENSE").write_text("none\n")
    monkeypatch.chdir(signer.folder)
    signing = Signing(certificate=signer.certificate.name, key=signer.key.name)
    signer.verify(make_setup(WINE, folder, tmp_path / "dist", EPOCH, quick=True, signing=signing))


def test_an_uninstaller_that_cannot_be_signed_ends_the_build(
    signer: Signer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, pfx = tmp_path / "folder", tmp_path / "program.pfx"
    folder.mkdir()
    (folder / "LICENSE").write_text("none\n")
    shutil.copy2(signer.pfx, pfx)
    signing = Signing(pfx=str(pfx), password_file=str(signer.password))
    pfx.write_bytes(b"no certificate")
    with pytest.raises(BuildError, match="makensis failed"):
        make_setup(WINE, folder, tmp_path / "dist", EPOCH, quick=True, signing=signing)

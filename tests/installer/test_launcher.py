"""The launchers run the Python that is installed beside them, and nothing that somebody has planted."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installer.helpers import holding
from tests.installer.windows import Site
from tests.waiting import until
from tests.windows.desktop import Desktop, windows_path

pytestmark = [pytest.mark.peer, pytest.mark.timeout(300)]

VERSION = "offhook 0.1.0"

A_LOOK_S = 2.0
"""After that long it would have started the program, if it did not wait."""


@pytest.fixture(scope="module")
def installed(
    windows: Desktop, setup_program: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """One installation, which no test here changes."""
    site = Site(windows, tmp_path_factory.mktemp("installed"))
    site.setup(setup_program)
    yield site
    site.clean()


def test_variables_of_the_environment_change_nothing(installed: Site, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("print('planted')")
    (tmp_path / "offhook.py").write_text("print('planted')")
    planted = windows_path(tmp_path)
    environ = {"PYTHONPATH": planted, "PYTHONHOME": planted, "PYTHONSTARTUP": planted + "\\offhook.py"}
    assert installed.offhook("--version", environ=environ) == VERSION


def test_the_current_folder_is_not_searched(installed: Site, tmp_path: Path) -> None:
    for name in ("offhook.py", "argparse.py", "sitecustomize.py", "usercustomize.py"):
        (tmp_path / name).write_text("print('planted')")
    for name in ("python311.dll", "vcruntime140.dll", "shell32.dll", "version.dll"):
        (tmp_path / name).write_bytes(b"not even a library")
    assert installed.offhook("--version", cwd=tmp_path) == VERSION


def test_without_its_python_it_says_what_to_do(installed: Site) -> None:
    library = installed.program / "app" / "python" / "python311.dll"
    library.rename(library.with_suffix(".away"))
    said = installed.offhook("--version")
    library.with_suffix(".away").rename(library)
    assert "cannot be loaded" in said
    assert "install Offhook anew" in said


def test_a_path_may_have_blanks_and_letters_of_any_language(installed: Site) -> None:
    elsewhere = installed.drive / "전화 프로그램" / "a b"
    elsewhere.parent.mkdir()
    shutil.copytree(installed.program / "app", elsewhere)
    with installed.start(elsewhere / "offhook.exe", "number", "4001") as run:
        said, _ = run.communicate()
    shutil.rmtree(elsewhere.parent)
    assert b"dialled: 4001" in said


def test_the_doctor_speaks(installed: Site) -> None:
    report = installed.folder / "report.txt"
    said = installed.offhook("doctor", "--report", windows_path(report))
    assert "tel: links" in said
    assert "configuration" in said
    assert report.read_text(encoding="utf-8").startswith(VERSION)


@pytest.mark.parametrize("mutex", ["OffhookSetup", "_MSIExecute"], ids=["the setup", "Windows Installer"])
async def test_what_starts_the_program_again_waits_for_who_replaces_it(
    installed: Site, tmp_path: Path, mutex: str
) -> None:
    made = tmp_path / "made.toml"
    command = ("config", "set", "--config", windows_path(made), "--server=pbx.example.org")
    with holding(installed, rf"Global\{mutex}"):
        waiting = installed.start(installed.program / "offhook-again.exe", *command)
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(A_LOOK_S)
        assert not made.exists()
    waiting.communicate()
    assert waiting.returncode == 0
    await until(made.exists)

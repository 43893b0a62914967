"""The MSI at work: installed and removed by Wine's msiexec, silently."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from installer.msi import make_msi
from tests.installer.windows import EPOCH, INSTALLED, LIMIT_S, SetupRun, Site
from tests.windows.desktop import windows_path

ICON = Path(__file__).parents[2] / "native" / "launcher" / "offhook.ico"

KEPT = {
    "lib": {"__pycache__", "offhook", "platformdirs", "tomlkit"},
    "lib/offhook": {"__pycache__", "address", "assembly", "call", "cli", "common", "config", "windows"},
}
"""Folders that the commands need which the setup program and the MSI run: a tenth of all files, and of the
time that Wine takes for them."""


def copy_small(stage: Path, folder: Path) -> None:
    """What is installed, with those commands only."""

    def left_out(place: str, names: list[str]) -> set[str]:
        here = Path(place)
        kept = KEPT.get(here.relative_to(stage).as_posix())
        return set() if kept is None else {one for one in names if one not in kept and (here / one).is_dir()}

    shutil.copytree(stage, folder, ignore=left_out, dirs_exist_ok=True)


def build(stage: Path, out: Path, version: str = "0.1.0") -> Path:
    """The package of a folder."""
    return make_msi(stage, out, version=version, windows="8.1", epoch=EPOCH, icon=ICON)


def msiexec(site: Site, *arguments: str) -> SetupRun:
    """Run it to its end. Wine gives the lower eight bits of the exit code."""
    site.runs += 1
    log = site.folder / f"msi{site.runs}.log"
    with site.start(Path("msiexec"), *arguments, "/qn", "/l*v", windows_path(log)) as run:
        run.communicate(timeout=LIMIT_S)
    return SetupRun(run.returncode, log.read_text(errors="replace") if log.exists() else "")


def install(site: Site, package: Path, *properties: str) -> SetupRun:
    """`msiexec /i`, with properties as NAME=value."""
    return msiexec(site, "/i", windows_path(package), *properties)


def remove(site: Site, package: Path, *properties: str) -> SetupRun:
    """`msiexec /x`."""
    return msiexec(site, "/x", windows_path(package), *properties)


@contextmanager
def installed(site: Site, package: Path, *properties: str) -> Iterator[SetupRun]:
    """Installed, and removed at the end, whatever version is there then."""
    run = install(site, package, *properties)
    try:
        yield run
    finally:
        code = next((line.split()[-1] for line in site.registry(MARKER) if " Msi " in line), None)
        if code is not None:
            msiexec(site, "/x", code, "PURGE=1")
        shutil.rmtree(site.drive / INSTALLED, ignore_errors=True)


def refusal(site: Site, package: Path, *properties: str) -> str:
    """What the package says why it is not installed. Windows logs it; Wine only traces the condition."""
    done = subprocess.run(
        ["wine", "msiexec", "/i", windows_path(package), *properties, "/qn"],
        env=site.desktop.environ | {"WINEDEBUG": "-all,+msi"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert done.returncode == REFUSED
    false = re.findall(r'MSI_EvaluateConditionW 0 <- L"(.*)"', done.stderr.decode(errors="replace"))
    condition = false[-1].replace('\\"', '"')
    return dict(export(package, "LaunchCondition"))[condition]


REFUSED = 1603 & 0xFF
"""ERROR_INSTALL_FAILURE, as Wine gives it on."""

MARKER = r"HKLM\Software\Offhook\Setup"


def export(package: Path, table: str) -> list[list[str]]:
    """The rows of a table of the package, as msiinfo reads them."""
    command = ["msiinfo", "export", str(package), table]
    text = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    return [line.split("\t") for line in text.splitlines()[3:]]

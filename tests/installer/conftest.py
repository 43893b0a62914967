"""The setup program is built once, and runs in a Windows of its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from installer.__main__ import BUILD, make_setup
from installer.kits import WINE, fetch_embedded
from installer.stage import fetch_wheels, stage
from tests.installer.packages import build, copy_small
from tests.installer.shared import once
from tests.installer.windows import EPOCH, Site
from tests.native.wine import WINE as WINE_X86
from tests.windows.desktop import Desktop, windows_path
from tests.windows.standin import build_tapi32


@pytest.fixture(scope="session")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that is installed."""

    def make(folder: Path) -> None:
        wheels = BUILD / WINE.name / "wheels"
        fetch_wheels(WINE, wheels)
        stage(WINE, fetch_embedded(BUILD / "python"), wheels, folder, epoch=EPOCH)

    return once(tmp_path_factory, "stage", make)


@pytest.fixture(scope="session")
def setup_program(staged: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The setup program of this version."""
    folder = once(tmp_path_factory, "dist", lambda out: make_setup(WINE, staged, out, EPOCH, quick=True))
    return next(folder.iterdir())


@pytest.fixture(scope="session")
def older_setup(staged: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as an earlier version."""

    def make(out: Path) -> None:
        make_setup(WINE, staged, out, EPOCH, quick=True, version="0.0.9")

    return next(once(tmp_path_factory, "older", make).iterdir())


@pytest.fixture(scope="session")
def small_stage(staged: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is installed, with a few commands but without the window."""
    return once(tmp_path_factory, "small-stage", lambda folder: copy_small(staged, folder))


@pytest.fixture(scope="session")
def small_setup(small_stage: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The setup program of that, which installs and removes in a fraction of the time."""

    def make(out: Path) -> None:
        make_setup(WINE, small_stage, out, EPOCH, quick=True)

    return next(once(tmp_path_factory, "small-dist", make).iterdir())


@pytest.fixture(scope="session")
def older_small_setup(small_stage: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as an earlier version."""

    def make(out: Path) -> None:
        make_setup(WINE, small_stage, out, EPOCH, quick=True, version="0.0.9")

    return next(once(tmp_path_factory, "small-older", make).iterdir())


@pytest.fixture(scope="session")
def msi(small_stage: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of this version."""
    return next(once(tmp_path_factory, "msi", lambda out: build(small_stage, out)).iterdir())


@pytest.fixture(scope="session")
def older_msi(small_stage: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as an earlier version."""
    folder = once(tmp_path_factory, "older-msi", lambda out: build(small_stage, out, "0.0.9"))
    return next(folder.iterdir())


@pytest.fixture(scope="session")
def windows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    """A Windows 10 on a screen of its own."""
    desktop = Desktop(tmp_path_factory.mktemp("windows"))
    desktop.run("wine", "winecfg", "-v", "win10")
    # A real one has this key, and nothing of its own in it: Wine's `reg add` puts an empty default there.
    key = r"HKLM\Software\RegisteredApplications"
    desktop.run("wine", "reg", "add", key, "/f")
    desktop.run("wine", "reg", "delete", key, "/ve", "/f")
    yield desktop
    desktop.close()


@pytest.fixture
def site(windows: Desktop, tmp_path: Path) -> Iterator[Site]:
    """It, with nothing of Offhook in it."""
    site = Site(windows, tmp_path)
    yield site
    site.clean()


@pytest.fixture
def tapi(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A Windows whose TAPI takes providers."""
    place = site.drive / "windows" / "system32" / "tapi32.dll"
    before = place.read_bytes()
    take_providers(site, tmp_path_factory.mktemp("tapi32"))
    yield site
    site.clean()
    place.write_bytes(before)


@pytest.fixture
def both_halves(tmp_path: Path) -> Iterator[Site]:
    """The same, where 32-bit programs run beside 64-bit ones."""
    desktop = Desktop(tmp_path, wine=WINE_X86, WINEDLLPATH=str(WINE_X86))
    try:
        desktop.run("wine", "winecfg", "-v", "win10")
        site = Site(desktop, tmp_path)
        take_providers(site, tmp_path)
        yield site
    finally:
        desktop.close()


def take_providers(site: Site, folder: Path) -> None:
    """Let its TAPI be the stand-in, which is built in this folder."""
    shutil.copy(build_tapi32(folder), site.drive / "windows" / "system32" / "tapi32.dll")
    site.extra = {"WINEDLLOVERRIDES": "tapi32=n", "TAPI_LOG": windows_path(site.folder / "tapi.log")}

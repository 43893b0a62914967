"""`python -m bench.installed`: the setup program as it is released, in Wine: size, time, the first start.

Packed as for a release, with and without Qt, of the kit that Wine can run; installed silently; then the
window is started for the first time after the installation, and again, until it is on the screen. Beside it a
command that does nothing. Takes some minutes, most of them for packing. It needs the Wine of `make test`.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from installer.__main__ import BUILD, make_setup
from installer.kits import WINE, fetch_embedded
from installer.stage import fetch_wheels, stage
from tests.installer.agent import CONFIG
from tests.installer.windows import EPOCH, Site
from tests.windows.desktop import Desktop, windows_path

QT = ("PySide6", "shiboken6")

ROUNDS = 3
"""Installations, each into a place where nothing is; the middle one counts."""

LIMIT_S = 120.0


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder))
    return 0


def measure(folder: Path) -> None:
    """Print a line for each figure."""
    whole, without = folder / "whole", folder / "without"
    fetch_wheels(WINE, BUILD / WINE.name / "wheels")
    stage(WINE, fetch_embedded(BUILD / "python"), BUILD / WINE.name / "wheels", whole, epoch=EPOCH)
    shutil.copytree(whole, without, ignore=shutil.ignore_patterns(*QT))
    desktop = Desktop(folder)
    try:
        desktop.run("wine", "winecfg", "-v", "win10")
        site = Site(desktop, folder)
        for name, files in (("with Qt", whole), ("without Qt", without)):
            setup = make_setup(WINE, files, folder / name.replace(" ", "-"), EPOCH)
            size = sum(path.stat().st_size for path in files.rglob("*") if path.is_file())
            print(f"{name}: setup {setup.stat().st_size / 1e6:.1f} MB, on the disk {size / 1e6:.0f} MB")
            print(f"{name}: silent installation {_list(_installations(site, setup))}", flush=True)
            if files is whole:
                config = folder / "office.toml"
                config.write_text(CONFIG)
                site.setup(setup, f"/CONFIG={windows_path(config)}")
                print(f"the window's first start, and again: {_list([_start(site) for _ in range(ROUNDS)])}")
                print(f"offhook --version: {_list([_command(site) for _ in range(ROUNDS)])}", flush=True)
                site.clean()
    finally:
        desktop.close()


def _installations(site: Site, setup: Path) -> list[float]:
    took = []
    for _ in range(ROUNDS):
        begun = time.monotonic()
        run = site.setup(setup)
        took.append(time.monotonic() - begun)
        assert run.code == 0, run.log
        site.clean()
    return took


def _start(site: Site) -> float:
    """Seconds from the start of the window's program to its window on the screen."""
    search = ["xdotool", "search", "--onlyvisible", "--name", "Offhook"]
    begun = time.monotonic()
    program = site.start(site.program / "app" / "offhook-messenger.exe", "messenger")
    while subprocess.run(search, env=site.environ, capture_output=True, check=False).returncode:
        if time.monotonic() - begun > LIMIT_S or program.poll() is not None:
            raise SystemExit("no window came")
        time.sleep(0.05)
    took = time.monotonic() - begun
    program.kill()
    site.desktop.power_off()
    program.communicate()
    return took


def _command(site: Site) -> float:
    begun = time.monotonic()
    site.offhook("--version")
    return time.monotonic() - begun


def _list(seconds: list[float]) -> str:
    return f"{', '.join(f'{one:.1f}' for one in seconds)} s (middle {median(seconds):.1f})"


if __name__ == "__main__":
    sys.exit(main())

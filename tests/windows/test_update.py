"""`offhook update --install` in a Windows of Wine's: the list, the setup, and its start as administrator."""

import asyncio
import hashlib
import subprocess
from pathlib import Path

import pytest

from offhook.windows.setup import SETTINGS_KEY, setup_upgrades
from tests.update.server import published
from tests.waiting import until
from tests.windows.desktop import ROOT, WINE, Desktop, windows_path
from tests.windows.helpers import FakeRegistry
from tests.windows.standin import build_bcryptprimitives

SETUP = r"""
Target amd64-unicode
OutFile "{made}"
RequestExecutionLevel admin
SilentInstall silent
Section
    FileOpen $0 "C:\started.txt" w
    FileWrite $0 "by $EXEPATH"
    FileClose $0
SectionEnd
"""


def test_where_the_msi_was_installed_the_setup_does_not_upgrade() -> None:
    registry = FakeRegistry()
    assert setup_upgrades(registry)
    registry.write(SETTINGS_KEY, {"Components": "PT"})
    assert setup_upgrades(registry)
    registry.write(SETTINGS_KEY, {"Msi": "{CODE}"})
    assert not setup_upgrades(registry)


def _setup(folder: Path) -> bytes:
    """A setup program that only says that it has been started."""
    script, made = folder / "setup.nsi", folder / "setup.exe"
    script.write_text(SETUP.format(made=made))
    subprocess.run(["makensis", "-V1", str(script)], check=True)
    return made.read_bytes()


@pytest.mark.peer
@pytest.mark.timeout(120)
async def test_a_newer_version_is_fetched_checked_and_started(desktop: Desktop, tmp_path: Path) -> None:
    drive = Path(desktop.environ["WINEPREFIX"]) / "drive_c"
    build_bcryptprimitives(drive / "windows" / "system32")
    setup, started = _setup(tmp_path), drive / "started.txt"
    async with published(tmp_path) as publisher:
        publisher.publish(
            version="99.0",
            expires="2999-01-01T00:00:00Z",
            file={"size": len(setup), "sha256": hashlib.sha256(setup).hexdigest()},
        )
        publisher.files["/setup.exe"] = setup
        settings = publisher.settings()
        file = tmp_path / "offhook.toml"
        file.write_text(
            f'[update]\nurl = "{settings.url}"\npublic_key = "{settings.public_key}"\n'
            f"ca_file = '{windows_path(tmp_path / 'authority.pem')}'\n"
            "[state]\ndir = 'C:\\state'\n"
        )
        running = await asyncio.create_subprocess_exec(
            *("wine", str(WINE / "python" / "python.exe"), "-m", "offhook.cli.main"),
            *("update", "--install", "--yes", "--config", windows_path(file)),
            env=desktop.environ
            | {"PYTHONPATH": f"{windows_path(ROOT / 'src')};{windows_path(WINE / 'desktop')}"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        said = (await running.communicate())[0].decode()
    assert running.returncode == 0, said
    assert "the setup has started" in said
    await until(lambda: started.exists() and started.read_text())
    assert started.read_text() == r"by C:\state\update\OffhookSetup-99.0-x64.exe"

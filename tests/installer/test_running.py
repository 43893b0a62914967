"""An upgrade while a Smart Messenger runs: it ends, and runs again, as the person and not as who installs."""

import asyncio
import subprocess
from pathlib import Path

import pytest

from tests.installer.agent import CONFIG
from tests.installer.windows import Site
from tests.waiting import until
from tests.windows.desktop import windows_path

pytestmark = [pytest.mark.peer, pytest.mark.timeout(300)]

END_S = 30.0


def running(site: Site) -> dict[int, str]:
    """Smart Messengers of this Windows, by the numbers that Linux gives them, with their arguments."""
    prefix = f"WINEPREFIX={site.prefix}".encode()
    found = {}
    for process in Path("/proc").iterdir():
        try:
            if prefix in (process / "environ").read_bytes().split(b"\0"):
                program, *arguments = (process / "cmdline").read_bytes().decode().split("\0")
                if program.endswith("offhook-messenger.exe"):
                    found[int(process.name)] = " ".join(arguments).strip()
        except (OSError, ValueError):
            continue
    return found


async def test_it_ends_and_is_started_again(
    site: Site, older_setup: Path, setup_program: Path, tmp_path: Path
) -> None:
    config = tmp_path / "office.toml"
    config.write_text(CONFIG)
    site.setup(older_setup, f"/CONFIG={windows_path(config)}")
    messenger = site.start(site.program / "app" / "offhook-messenger.exe", "messenger")
    await until(lambda: _is_shown(site) or messenger.poll() is not None)
    assert messenger.poll() is None
    before = running(site)
    assert len(before) == 1

    run = await asyncio.to_thread(site.setup, setup_program)
    assert run.code == 0, run.log
    # Not until its output is over: what starts it again has inherited that.
    assert messenger.wait(END_S) == 0
    assert messenger.stdout is not None
    messenger.stdout.close()
    await until(lambda: bool(running(site)))
    assert running(site).keys().isdisjoint(before)
    assert [line for line in running(site).values() if "messenger --hidden" not in line] == []

    assert site.uninstall("/PURGE=1") == 0
    await until(lambda: not running(site))
    assert not site.program.exists()


def _is_shown(site: Site) -> bool:
    """Is its window there? It listens to setups from before that."""
    search = ["xdotool", "search", "--onlyvisible", "--name", "Offhook"]
    return subprocess.run(search, env=site.environ, capture_output=True, check=False).returncode == 0

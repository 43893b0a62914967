"""An upgrade while the program runs: a Smart Messenger ends, and runs again as the person who used it."""

import asyncio
import subprocess
from pathlib import Path

import pytest

from tests.installer.agent import CONFIG, agent
from tests.installer.windows import BESIDE, KEYS, Site
from tests.waiting import until
from tests.windows.desktop import windows_path

pytestmark = [pytest.mark.peer, pytest.mark.timeout(300)]

END_S = 30.0
IN_USE = 6


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


async def test_a_program_that_does_not_end_is_left_as_it_was(
    site: Site, older_setup: Path, setup_program: Path, tmp_path: Path
) -> None:
    config = tmp_path / "office.toml"
    config.write_text(CONFIG)
    site.setup(older_setup, f"/CONFIG={windows_path(config)}")
    async with agent(site):
        run = await asyncio.to_thread(site.setup, setup_program)
    assert run.code == IN_USE
    assert "could not be ended" in run.log
    assert "offhook.exe (process" in run.log.rpartition("ended (6)")[2]
    assert "0.0.9" in "".join(site.registry(KEYS[1]))
    assert site.offhook("--version") == "offhook 0.1.0"
    assert {path.name for path in site.program.iterdir()} - BESIDE == {"app", "offhook.toml"}

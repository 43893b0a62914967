"""An upgrade while the program runs: a Smart Messenger ends, and runs again as the person who used it."""

import asyncio
import hashlib
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from installer.msi import product_code
from tests.installer.agent import CONFIG, agent
from tests.installer.helpers import click_through, holding
from tests.installer.packages import MARKER, build, install, installed
from tests.installer.windows import BESIDE, KEYS, Site
from tests.long import LONG
from tests.update.server import published
from tests.waiting import until
from tests.windows.desktop import windows_path
from tests.windows.standin import build_bcryptprimitives

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


@asynccontextmanager
async def smart_messenger(site: Site) -> AsyncIterator[set[int]]:
    """One that runs and is shown, and has ended and is not the one that runs afterwards."""
    messenger = site.start(site.program / "app" / "offhook-messenger.exe", "messenger")
    await until(lambda: _is_shown(site) or messenger.poll() is not None)
    assert messenger.poll() is None
    before = set(running(site))
    assert len(before) == 1
    yield before
    # Not until its output is over: what starts it again has inherited that.
    assert messenger.wait(END_S) == 0
    assert messenger.stdout is not None
    messenger.stdout.close()
    await until(lambda: bool(running(site)))
    assert running(site).keys().isdisjoint(before)


async def test_it_ends_and_is_started_again(
    site: Site, older_setup: Path, setup_program: Path, tmp_path: Path
) -> None:
    config = tmp_path / "office.toml"
    config.write_text(CONFIG)
    site.setup(older_setup, f"/CONFIG={windows_path(config)}")
    async with smart_messenger(site):
        run = await asyncio.to_thread(site.setup, setup_program)
        assert run.code == 0, run.log
    assert [line for line in running(site).values() if "messenger --hidden" not in line] == []

    assert site.uninstall("/PURGE=1") == 0
    await until(lambda: not running(site))
    assert not site.program.exists()


@pytest.mark.skipif(not LONG, reason="fetches all of the setup, and goes through its pages")
async def test_it_is_there_again_after_an_update(
    site: Site, older_setup: Path, setup_program: Path, tmp_path: Path
) -> None:
    build_bcryptprimitives(site.drive / "windows" / "system32")
    setup = await asyncio.to_thread(setup_program.read_bytes)
    async with published(tmp_path) as publisher:
        sums = {"size": len(setup), "sha256": hashlib.sha256(setup).hexdigest()}
        publisher.publish(version="99.0", expires="2999-01-01T00:00:00Z", file=sums)
        publisher.files["/setup.exe"] = setup
        settings = publisher.settings()
        config = tmp_path / "office.toml"
        config.write_text(
            f'{CONFIG}[update]\nurl = "{settings.url}"\npublic_key = "{settings.public_key}"\n'
            f"ca_file = '{windows_path(tmp_path / 'authority.pem')}'\n"
        )
        site.setup(older_setup, f"/CONFIG={windows_path(config)}")
        async with smart_messenger(site):
            with site.start(site.program / "app" / "offhook.exe", "update", "--install", "--yes") as update:
                await asyncio.to_thread(click_through, site)
                # Not before: the setup has inherited its output.
                said, _ = await asyncio.to_thread(update.communicate)
            assert b"the setup has started" in said
            assert any("0.1.0" in line for line in site.registry(KEYS[1]))
    assert site.uninstall("/PURGE=1") == 0


@pytest.mark.skipif(not LONG, reason="packs two MSIs with all that is in them")
async def test_it_is_there_again_after_an_upgrade_by_the_msi(
    site: Site, staged: Path, tmp_path: Path
) -> None:
    older, newer = build(staged, tmp_path, "0.0.9"), build(staged, tmp_path)
    config = tmp_path / "office.toml"
    config.write_text(CONFIG)
    with installed(site, older, f"CONFIG={windows_path(config)}"):
        async with smart_messenger(site) as before:
            # As Windows Installer has it all the time; Wine's has not.
            with holding(site, r"Global\_MSIExecute"):
                run = await asyncio.to_thread(install, site, newer)
                assert run.code == 0, run.log
                assert running(site).keys().isdisjoint(before)
                assert running(site) == {}
        assert product_code("0.1.0") in "\n".join(site.registry(MARKER))
    site.desktop.power_off()  # the removal has ended it only if it was far enough to hear of it


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

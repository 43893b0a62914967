"""This computer as the telephone server: the Call Manager as a service of Windows, in Wine.

Wine's service manager does not notice that a process has died: that one is started again was not seen.
"""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.installer.packages import build, install, installed, remove
from tests.installer.windows import Site
from tests.long import LONG
from tests.peers.program import free_port
from tests.waiting import until

pytestmark = [pytest.mark.peer, pytest.mark.timeout(300)]

KEY = r"HKLM\SYSTEM\CurrentControlSet\Services\Offhook"
EVENTS = r"HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Application\Offhook"
FOLDER = "ProgramData/Offhook"


@contextmanager
def in_use(site: Site) -> Iterator[None]:
    """Somebody uses this Windows: Wine ends its services when the last program has."""
    somebody = subprocess.Popen(
        ["wine", "cmd", "/c", "pause"],
        env=site.environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        somebody.communicate(b"\r\n")
        shutil.rmtree(site.drive / FOLDER, ignore_errors=True)


def configuration(site: Site) -> tuple[Path, int]:
    """What `offhook init` makes for the service, and the port of its Call Manager."""
    sip, sscp, tsp = free_port(), free_port(), free_port()
    site.offhook(
        *("init", "--no-start", "--yes", "--listen", "127.0.0.1", "--port", str(sip), "--phones", "4000=Kim"),
        *("--config", r"C:\ProgramData\Offhook\offhook.toml"),
    )
    file = site.drive / FOLDER / "offhook.toml"
    file.write_text(
        f'{file.read_text()}\n[sscp]\nlisten = "127.0.0.1:{sscp}"\n[tsp]\nlisten = "127.0.0.1:{tsp}"\n'
    )
    return file, sscp


def answers(port: int) -> bool:
    """Does the Call Manager take connections?"""
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


def log(site: Site) -> str:
    return (site.drive / FOLDER / "log" / "offhook.log").read_text()


def test_the_service_is_made_with_the_setup_and_goes_with_it(site: Site, small_setup: Path) -> None:
    """Until there is a configuration, it is not started."""
    with in_use(site):
        assert site.setup(small_setup, "/SERVICE=1").code == 0
        told = "\n".join(site.registry(KEY))
        command = r'"C:\Program Files\Offhook\app\offhook-messenger.exe" "service" "run" "--config" '
        assert command + r'"C:\ProgramData\Offhook\offhook.toml"' in told
        assert r"NT SERVICE\Offhook" in told
        assert any("EventCreate.exe" in line for line in site.registry(EVENTS))
        assert site.uninstall() == 0
        assert site.registry(KEY) == site.registry(EVENTS) == []


@pytest.mark.skipif(not LONG, reason="two minutes: OFFHOOK_LONG=1")
async def test_the_telephone_server_runs_stops_in_order_is_upgraded_and_goes(
    site: Site, setup_program: Path
) -> None:
    with in_use(site):
        assert site.setup(setup_program, "/SERVICE=1").code == 0
        assert "installed, stopped." in site.offhook("service", "status"), "there is no configuration yet"
        _, port = configuration(site)
        assert "it runs" in site.offhook("service", "start")
        assert answers(port)
        told = "\n".join(site.registry(KEY))
        assert r'"C:\Program Files\Offhook\app\offhook-messenger.exe" "service" "run"' in told
        assert r"NT SERVICE\Offhook" in told
        # It is stopped for the exchange of the files, and started again: so it is kept.
        assert site.setup(setup_program).code == 0
        assert "offhook.assembly.run: stopped" in log(site)
        assert "installed, it runs." in site.offhook("service", "status")
        assert answers(port)
        assert "it is stopped" in site.offhook("service", "stop")
        assert log(site).rstrip().endswith("offhook.assembly.run: stopped")
        assert not answers(port)
        site.offhook("service", "start")
        assert site.uninstall() == 0
        await until(lambda: not answers(port))
        assert site.registry(KEY) == site.registry(EVENTS) == []
        assert (site.drive / FOLDER / "offhook.toml").exists(), "unlike the program, settings are kept"


def test_the_msi_makes_the_service_and_takes_it_away_with_its_settings(site: Site, msi: Path) -> None:
    with in_use(site), installed(site, msi, "SERVICE=1") as run:
        assert run.code == 0
        assert r"NT SERVICE\Offhook" in "\n".join(site.registry(KEY))
        assert "installed, stopped." in site.offhook("service", "status"), "there is no configuration yet"
        (site.drive / FOLDER / "offhook.toml").touch()
        assert remove(site, msi, "PURGE=1").code == 0
        assert site.registry(KEY) == site.registry(EVENTS) == []
        assert not (site.drive / FOLDER).exists()


@pytest.mark.skipif(not LONG, reason="four minutes: OFFHOOK_LONG=1")
@pytest.mark.timeout(600)
async def test_the_telephone_server_of_the_msi_runs_is_upgraded_and_goes(
    site: Site, staged: Path, tmp_path: Path
) -> None:
    for folder in ("old", "new"):
        (tmp_path / folder).mkdir()
    older, newer = build(staged, tmp_path / "old", "0.0.9"), build(staged, tmp_path / "new")
    with in_use(site), installed(site, older) as run:
        assert run.code == 0
        assert site.registry(KEY) == [], "nobody has asked for it"
        _, port = configuration(site)
        assert install(site, older, "SERVICE=1", "REINSTALL=ALL").code == 0
        assert answers(port)
        assert install(site, newer).code == 0
        assert "offhook.assembly.run: stopped" in log(site)
        assert "installed, it runs." in site.offhook("service", "status")
        assert answers(port)
        assert install(site, newer, "SERVICE=0", "REINSTALL=ALL").code == 0
        await until(lambda: not answers(port))
        assert site.registry(KEY) == []
        assert install(site, newer, "SERVICE=1", "REINSTALL=ALL").code == 0
        assert answers(port)
        assert remove(site, newer).code == 0
        await until(lambda: not answers(port))
        assert site.registry(KEY) == site.registry(EVENTS) == []
        assert (site.drive / FOLDER / "offhook.toml").exists(), "unlike the program, settings are kept"

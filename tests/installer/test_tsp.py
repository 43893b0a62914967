"""The telephony service provider (TSP): put in by the setup program, loaded from there, and taken out."""

import json
from pathlib import Path

import pytest

from tests.installer.windows import LIMIT_S, Site
from tests.native.messenger import Messenger
from tests.native.wine import program_path, report
from tests.peers.program import Program, find
from tests.windows.desktop import dll

pytestmark = [pytest.mark.peer, pytest.mark.timeout(300)]

TSP_FAILED = 11


def _system(site: Site, folder: str = "system32") -> Path:
    return site.drive / "windows" / folder


def test_ticked_it_is_there_with_a_line_for_the_phone(tapi: Site, small_setup: Path) -> None:
    assert tapi.setup(small_setup, "/TSP=1", "/TERMINAL=4000").code == 0
    assert (_system(tapi) / "offhook.tsp").read_bytes() == dll("x64").read_bytes()
    assert (_system(tapi, "syswow64") / "offhook.tsp").read_bytes() == dll("x86").read_bytes()
    found = json.loads(tapi.offhook("tsp", "status", "--json"))
    assert [line["terminal"] for line in found["lines"]] == ["4000"]


def test_an_upgrade_keeps_its_lines_and_their_ids(
    tapi: Site, older_small_setup: Path, small_setup: Path
) -> None:
    tapi.setup(older_small_setup, "/TSP=1", "/TERMINAL=4000")
    before = json.loads(tapi.offhook("tsp", "status", "--json"))
    assert tapi.setup(small_setup).code == 0
    after = json.loads(tapi.offhook("tsp", "status", "--json"))
    assert (after["provider"], after["lines"]) == (before["provider"], before["lines"])


@pytest.mark.parametrize("how", ["unticked", "uninstalled"])
def test_it_goes_again(tapi: Site, small_setup: Path, how: str) -> None:
    tapi.setup(small_setup, "/TSP=1", "/TERMINAL=4000")
    assert (tapi.setup(small_setup, "/TSP=0").code if how == "unticked" else tapi.uninstall()) == 0
    assert not (_system(tapi) / "offhook.tsp").exists()
    assert not (_system(tapi, "syswow64") / "offhook.tsp").exists()


def test_where_tapi_takes_none_the_rest_is_installed(site: Site, small_setup: Path) -> None:
    run = site.setup(small_setup, "/TSP=1", "/TERMINAL=4000")  # Wine's own
    assert run.code == TSP_FAILED
    assert "tsp install" in run.log
    assert site.offhook("--version") == "offhook 0.1.0"


def test_where_it_cannot_be_taken_out_nothing_is_removed(tapi: Site, small_setup: Path) -> None:
    tapi.setup(small_setup, "/TSP=1", "/TERMINAL=4000")
    tapi.extra["TAPI_KEEPS"] = "1"
    assert tapi.uninstall() == TSP_FAILED
    del tapi.extra["TAPI_KEEPS"]
    assert (_system(tapi) / "offhook.tsp").read_bytes() == dll("x64").read_bytes()
    (_system(tapi) / "offhook.tsp").write_bytes(b"damaged")
    assert tapi.offhook("--version") == "offhook 0.1.0"
    # Tried again it goes, even if a virus scanner has been at it meanwhile.
    assert tapi.uninstall("/PURGE=1") == 0
    assert not (_system(tapi) / "offhook.tsp").exists()


VERSION = "20002"
"""Of TSPI, in hexadecimal."""

SECOND = ["install: taken", "install: anew", "install: a first line where the telephony service looks for it"]
"""All that fails of what the program checks: a provider that TAPI has is not put in a second time."""


async def test_each_half_of_windows_loads_the_one_that_was_installed_for_it(
    both_halves: Site, small_setup: Path
) -> None:
    assert both_halves.setup(small_setup, "/TSP=1").code == 0
    for architecture, folder in (("x64", "system32"), ("x86", "syswow64")):
        # By its name alone, as the registry has it: Windows looks in the system folder of the program's kind.
        told = await _walk(both_halves, architecture)
        assert report(told).whole, told
        assert report(told).failed == SECOND, told
        # And from nowhere else.
        (_system(both_halves, folder) / "offhook.tsp").unlink()
        assert "Bail out! the DLL cannot be loaded" in await _walk(both_halves, architecture)


async def _walk(site: Site, architecture: str) -> str:
    """What a telephony service of ours tells, which walks a provider through its whole life."""
    host = str(program_path(architecture, "host"))
    environ = [
        f"{name}={site.environ[name]}" for name in ("WINEPREFIX", "WINEDLLPATH", "WINEDEBUG", "DISPLAY")
    ]
    async with Messenger() as messenger:
        command = (*environ, find("wine"), host, "offhook.tsp", str(messenger.port), VERSION)
        async with Program(site.folder, "env", *command) as running:
            await running.ended(LIMIT_S)
            await running.until(lambda: running.over, "to close its output")
            return running.output

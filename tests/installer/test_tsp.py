"""The telephony service provider (TSP), as the setup program puts it in and takes it out."""

import json
from pathlib import Path

import pytest

from tests.installer.windows import Site
from tests.windows.desktop import dll

pytestmark = [pytest.mark.peer, pytest.mark.timeout(300)]

TSP_FAILED = 11


def _system(site: Site, folder: str = "system32") -> Path:
    return site.drive / "windows" / folder


def test_ticked_it_is_there_with_a_line_for_the_phone(tapi: Site, setup_program: Path) -> None:
    assert tapi.setup(setup_program, "/TSP=1", "/TERMINAL=4000").code == 0
    assert (_system(tapi) / "offhook.tsp").read_bytes() == dll("x64").read_bytes()
    assert (_system(tapi, "syswow64") / "offhook.tsp").read_bytes() == dll("x86").read_bytes()
    found = json.loads(tapi.offhook("tsp", "status", "--json"))
    assert [line["terminal"] for line in found["lines"]] == ["4000"]


def test_an_upgrade_keeps_its_lines_and_their_ids(tapi: Site, older_setup: Path, setup_program: Path) -> None:
    tapi.setup(older_setup, "/TSP=1", "/TERMINAL=4000")
    before = json.loads(tapi.offhook("tsp", "status", "--json"))
    assert tapi.setup(setup_program).code == 0
    after = json.loads(tapi.offhook("tsp", "status", "--json"))
    assert (after["provider"], after["lines"]) == (before["provider"], before["lines"])


@pytest.mark.parametrize("how", ["unticked", "uninstalled"])
def test_it_goes_again(tapi: Site, setup_program: Path, how: str) -> None:
    tapi.setup(setup_program, "/TSP=1", "/TERMINAL=4000")
    assert (tapi.setup(setup_program, "/TSP=0").code if how == "unticked" else tapi.uninstall()) == 0
    assert not (_system(tapi) / "offhook.tsp").exists()
    assert not (_system(tapi, "syswow64") / "offhook.tsp").exists()


def test_where_tapi_takes_none_the_rest_is_installed(site: Site, setup_program: Path) -> None:
    run = site.setup(setup_program, "/TSP=1", "/TERMINAL=4000")  # Wine's own
    assert run.code == TSP_FAILED
    assert "tsp install" in run.log
    assert site.offhook("--version") == "offhook 0.1.0"

"""Group policy in a real registry, and the program that is installed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from offhook.config.policies import PLACE
from tests.installer.windows import Site
from tests.windows.desktop import windows_path

pytestmark = [pytest.mark.peer, pytest.mark.timeout(300)]


@pytest.fixture
def policies(site: Site) -> Iterator[Site]:
    """A Windows whose group policies go afterwards."""
    yield site
    for root in ("HKLM", "HKCU"):
        site.desktop.run("wine", "reg", "delete", rf"{root}\{PLACE}", "/f", check=False)


def put(site: Site, root: str, name: str, value: str, kind: str = "REG_SZ") -> None:
    site.desktop.run(
        "wine", "reg", "add", rf"{root}\{PLACE}", "/v", name, "/t", kind, "/d", value, "/f", "/reg:64"
    )


def check(site: Site, staged: Path, *options: str) -> list[dict[str, Any]]:
    """What `offhook check` finds about group policy."""
    with site.start(staged / "offhook.exe", "check", "--json", *options) as run:
        said, _ = run.communicate()
    found: list[dict[str, Any]] = json.loads(said)
    return [one for one in found if one["what"] == "group policy"]


def test_the_computers_policy_wins_and_a_wrong_one_is_told(policies: Site, staged: Path) -> None:
    put(policies, "HKCU", "Server", "person.example")
    put(policies, "HKLM", "Server", "company.example")
    put(policies, "HKCU", "User", "%UserName%@corp", "REG_EXPAND_SZ")
    put(policies, "HKLM", "LinksDial", "yes")
    put(policies, "HKLM", "Autostart", "0", "REG_DWORD")
    file = policies.folder / "offhook.toml"
    file.write_text('[sscp]\nurl = "wss://own.example:7701"\n')
    found = check(policies, staged, "--config", windows_path(file))
    assert {one["finding"]: one["level"] for one in found} == {
        "Server sets sscp.url to 'wss://company.example:7701'": "OK",
        "User sets sscp.user to 'root@corp'": "OK",
        "Autostart: it does not start with the session": "OK",
        "LinksDial is not used: it is 'yes'": "FAIL",
    }
    assert [one["fix"] for one in found if one["level"] == "FAIL"] == ["make it a REG_DWORD, 1 or 0"]


def test_where_policy_forbids_it_the_session_does_not_start_it(policies: Site, staged: Path) -> None:
    put(policies, "HKLM", "Autostart", "0", "REG_DWORD")
    with policies.start(staged / "offhook-messenger.exe", "messenger", "--hidden") as run:
        run.communicate(timeout=150)
    assert run.returncode == 0

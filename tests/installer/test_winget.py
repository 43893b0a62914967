"""The manifest for winget, by the rules of its schema."""

import hashlib
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from installer.kits import BuildError
from installer.msitables import UNINSTALL_KEY
from installer.winget import ANSWERS, exit_codes, write_winget

HEAD = ("PackageIdentifier", "PackageVersion", "ManifestType", "ManifestVersion")

REQUIRED = {
    "version": (*HEAD, "DefaultLocale"),
    "installer": (*HEAD, "Installers"),
    "defaultLocale": (*HEAD, "PackageLocale", "Publisher", "PackageName", "License", "ShortDescription"),
    "locale": (*HEAD, "PackageLocale"),
}
"""What the schema wants of each file, by the file's own type."""

PATTERNS = {
    "PackageIdentifier": r"[^.\s]{1,32}(\.[^.\s]{1,32}){1,7}",
    "PackageVersion": r'[^\\/:*?"<>|]+',
    "ManifestVersion": r"1\.6\.0",
    "MinimumOSVersion": r"\d+(\.\d+){0,3}",
    "InstallerType": "nullsoft",
    "Scope": "machine",
    "Architecture": "x64",
    "InstallerUrl": "https://.+",
    "InstallerSha256": "[A-F0-9]{64}",
    "ReleaseDate": r"\d{4}-\d{2}-\d{2}",
    "PackageLocale": "[a-z]{2}-[A-Z]{2}",
    "ShortDescription": ".{3,256}",
    "Tag": ".{1,40}",
    "ReturnResponse": "packageInUse|installInProgress|diskFull|invalidParameter|alreadyInstalled|downgrade"
    "|systemNotSupported",
    "UpgradeBehavior": "install|uninstallPrevious",
    "ElevationRequirement": "elevationRequired|elevationProhibited|elevatesSelf",
}

URL = "https://downloads.example/offhook"


@pytest.fixture
def setup(tmp_path: Path) -> Path:
    file = tmp_path / "OffhookSetup-1.2.3-x64.exe"
    file.write_bytes(b"a setup")
    return file


def write(setup: Path, out: Path, url: str = URL) -> list[Path]:
    return write_winget(setup, out, version="1.2.3", url=url, windows="10", epoch=1_700_000_000)


@pytest.fixture
def manifests(setup: Path, tmp_path: Path) -> dict[str, dict[str, Any]]:
    return {path.name: msgspec.yaml.decode(path.read_bytes()) for path in write(setup, tmp_path)}


def test_there_is_a_file_for_the_version_the_installer_and_each_language(
    manifests: dict[str, dict[str, Any]],
) -> None:
    assert {name: one["ManifestType"] for name, one in manifests.items()} == {
        "Offhook.Offhook.yaml": "version",
        "Offhook.Offhook.installer.yaml": "installer",
        "Offhook.Offhook.locale.en-US.yaml": "defaultLocale",
        "Offhook.Offhook.locale.ko-KR.yaml": "locale",
        "Offhook.Offhook.locale.de-DE.yaml": "locale",
    }


def test_each_has_what_is_required_and_is_as_the_schema_wants_it(
    manifests: dict[str, dict[str, Any]],
) -> None:
    for one in manifests.values():
        assert set(REQUIRED[one["ManifestType"]]) <= one.keys()
        for name, value in _values(one):
            assert re.fullmatch(PATTERNS.get(name, ".*"), str(value)), (name, value)


def _values(value: object, name: str = "") -> list[tuple[str, object]]:
    if isinstance(value, dict):
        return [found for key, inner in value.items() for found in _values(inner, key)]
    if isinstance(value, list):
        return [found for inner in value for found in _values(inner, name.removesuffix("s"))]
    return [(name, value)]


def test_the_setup_is_named_with_its_sum_and_its_switches(
    manifests: dict[str, dict[str, Any]], setup: Path
) -> None:
    installer = manifests["Offhook.Offhook.installer.yaml"]
    (one,) = installer["Installers"]
    assert one["InstallerUrl"] == f"{URL}/OffhookSetup-1.2.3-x64.exe"
    assert one["InstallerSha256"].lower() == hashlib.sha256(setup.read_bytes()).hexdigest()
    assert installer["InstallerSwitches"]["Silent"] == "/S"
    assert installer["InstallerSwitches"]["Log"] == '/LOG="<LOGPATH>"'
    assert installer["ReleaseDate"] == "2023-11-14"
    (entry,) = installer["AppsAndFeaturesEntries"]
    assert UNINSTALL_KEY.endswith("\\" + entry["ProductCode"])


def test_exit_codes_are_those_of_the_setup(manifests: dict[str, dict[str, Any]]) -> None:
    assert ANSWERS.keys() <= exit_codes().keys()
    told = manifests["Offhook.Offhook.installer.yaml"]["ExpectedReturnCodes"]
    found = {one["InstallerReturnCode"]: one["ReturnResponse"] for one in told}
    assert found == {exit_codes()[name]: answer for name, answer in ANSWERS.items()}
    assert found[5] == "downgrade"


def test_the_same_setup_gives_the_same_files(setup: Path, tmp_path: Path) -> None:
    first = [path.read_bytes() for path in write(setup, tmp_path / "one")]
    assert first == [path.read_bytes() for path in write(setup, tmp_path / "two")]


@pytest.mark.parametrize(
    "url", ["http://plain.example", "downloads.example", "https://me:secret@downloads.example"]
)
def test_an_address_that_nobody_should_fetch_from_is_refused(setup: Path, tmp_path: Path, url: str) -> None:
    with pytest.raises(BuildError, match="--download-url"):
        write(setup, tmp_path, url)

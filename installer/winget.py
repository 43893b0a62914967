"""The manifest for winget: a version file, an installer file and a file for each language, in YAML.

The fields are those of winget's schema 1.6.0 (microsoft/winget-cli, schemas/JSON/manifests/v1.6.0). Exit
codes are read from common.nsh.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from installer.kits import BuildError

SCHEMA = "1.6.0"
PACKAGE = "Offhook.Offhook"
DEFAULT_LOCALE = "en-US"

TEXTS = {
    DEFAULT_LOCALE: (
        "Calls people from your desk phone",
        "Pick a contact in Outlook, or in any telephony (TAPI) application, a link, a script or a terminal,"
        " and dial: your desk phone goes off hook, and the callee rings.",
    ),
    "ko-KR": (
        "내 전화기로 전화 걸기",
        "Outlook, TAPI 응용 프로그램, 링크, 스크립트, 터미널에서 번호를 고르면"
        " 내 책상 전화기가 전화를 겁니다.",
    ),
    "de-DE": (
        "Ruft von Ihrem Tischtelefon aus an",
        "Wählen Sie einen Kontakt in Outlook oder in einem Telefonieprogramm (TAPI), einen Link, ein Skript"
        " oder das Terminal: Ihr Tischtelefon hebt ab, und der Angerufene hört es klingeln.",
    ),
}
"""By language: the short description and the long one."""

ANSWERS = {
    "OLD_WINDOWS": "systemNotSupported",
    "IS_NEWER": "downgrade",
    "IN_USE": "packageInUse",
    "RUNS_ALREADY": "installInProgress",
    "NO_SPACE": "diskFull",
    "BAD_OPTION": "invalidParameter",
    "IS_FROM_MSI": "alreadyInstalled",
}
"""Exit codes by their names in common.nsh, and what winget is to say. It has no words for the others."""

OLDEST = {"8.1": "6.3.9600.0", "10": "10.0.0.0"}
"""Windows as winget counts it."""


def write_winget(setup: Path, out: Path, *, version: str, url: str, windows: str, epoch: int) -> list[Path]:
    """Write the files for this setup, which will be at `url`/NAME. Raises `BuildError`."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.username is not None:
        raise BuildError(f"--download-url {url}: write it like https://downloads.example/offhook")
    head = {"PackageIdentifier": PACKAGE, "PackageVersion": version}
    where = f"{url.rstrip('/')}/{quote(setup.name)}"
    files = {
        PACKAGE: ("version", {**head, "DefaultLocale": DEFAULT_LOCALE}),
        f"{PACKAGE}.installer": ("installer", {**head, **_installer(setup, where, windows, epoch)}),
    }
    for language, (short, long) in TEXTS.items():
        kind = "defaultLocale" if language == DEFAULT_LOCALE else "locale"
        files[f"{PACKAGE}.locale.{language}"] = (kind, {**head, **_locale(language, short, long)})
    folder = out / "winget" / version
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for name, (kind, fields) in files.items():
        file = folder / f"{name}.yaml"
        text = "\n".join(_lines({**fields, "ManifestType": kind, "ManifestVersion": SCHEMA}))
        file.write_text(f"{text}\n", encoding="utf-8", newline="\n")
        made.append(file)
    return made


def _installer(setup: Path, where: str, windows: str, epoch: int) -> dict[str, Any]:
    return {
        "Platform": ["Windows.Desktop"],
        "MinimumOSVersion": OLDEST[windows],
        "InstallerType": "nullsoft",
        "Scope": "machine",
        "InstallModes": ["interactive", "silent"],
        "InstallerSwitches": {
            "Silent": "/S",
            "SilentWithProgress": "/S",
            "InstallLocation": "/D=<INSTALLPATH>",
            "Log": '/LOG="<LOGPATH>"',
        },
        "ExpectedReturnCodes": [
            {"InstallerReturnCode": code, "ReturnResponse": ANSWERS[name]}
            for name, code in exit_codes().items()
            if name in ANSWERS
        ],
        "UpgradeBehavior": "install",
        "Protocols": ["tel", "callto", "sip"],
        "ElevationRequirement": "elevatesSelf",
        "ReleaseDate": f"{datetime.fromtimestamp(epoch, UTC):%Y-%m-%d}",
        "AppsAndFeaturesEntries": [
            {"DisplayName": "Offhook", "Publisher": "Offhook", "ProductCode": "Offhook"}
        ],
        "Installers": [
            {
                "Architecture": "x64",
                "InstallerUrl": where,
                "InstallerSha256": hashlib.sha256(setup.read_bytes()).hexdigest().upper(),
            }
        ],
    }


def _locale(language: str, short: str, long: str) -> dict[str, Any]:
    return {
        "PackageLocale": language,
        "Publisher": "Offhook",
        "PackageName": "Offhook",
        "License": "Apache-2.0",
        "ShortDescription": short,
        "Description": long,
        "Tags": ["click-to-dial", "cti", "sip", "tapi", "telephony"],
    }


def exit_codes() -> dict[str, int]:
    """Those of the setup program, by their names in common.nsh."""
    text = Path(__file__).with_name("common.nsh").read_text(encoding="utf-8-sig")
    return {name: int(code) for name, code in re.findall(r"^!define ([A-Z_]+) (\d+)\b", text, re.MULTILINE)}


def _lines(fields: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """YAML in blocks; a text is quoted as in JSON, which YAML reads."""
    for name, value in fields.items():
        match value:
            case dict():
                yield f"{indent}{name}:"
                yield from _lines(value, indent + "  ")
            case list():
                yield f"{indent}{name}:"
                for one in value:
                    inner = list(_lines(one, "  ")) if isinstance(one, dict) else [f"  {_text(one)}"]
                    yield f"{indent}- {inner[0][2:]}"
                    yield from (indent + line for line in inner[1:])
            case _:
                yield f"{indent}{name}: {_text(value)}"


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)

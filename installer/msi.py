"""Offhook-VERSION-x64.msi, for who installs by group policy: the same folder as in the setup program.

wixl writes folders, components, files and registry values; `msitables` has what it cannot. It takes the times
and the package code from the clock and from chance; here they are set to what follows from the content: the
same folder gives the same bytes.
"""

from __future__ import annotations

import hashlib
import os
import re
import struct
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from installer.kits import BuildError
from installer.msitables import MESSENGER, SETTINGS_KEY, tables
from installer.signing import Signing

UPGRADE_CODE = "6B2C3D54-8A6F-4B52-9E0C-3C1F5A9B7E21"
"""Never another one: by it Windows knows that a package is a newer one of this program."""

NAMES = uuid.UUID("c0b1f0d2-6f5e-4a55-8f5e-2f7c7a1b9d10")
"""What all other codes are derived from, by what they are for."""

NAMESPACE = "http://schemas.microsoft.com/wix/2006/wi"
LINK_CLASS = "Offhook.Link"
CAPABILITIES = r"Software\Offhook\Capabilities"
RUN_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"

LINK_VALUES = (
    (rf"Software\Classes\{LINK_CLASS}", "", "Offhook call"),
    (rf"Software\Classes\{LINK_CLASS}", "URL Protocol", ""),
    (rf"Software\Classes\{LINK_CLASS}\DefaultIcon", "", f"{MESSENGER},0"),
    (rf"Software\Classes\{LINK_CLASS}\shell\open\command", "", f'"{MESSENGER}" open "%1"'),
    (CAPABILITIES, "ApplicationName", "Offhook"),
    (CAPABILITIES, "ApplicationIcon", f"{MESSENGER},0"),
    (CAPABILITIES, "ApplicationDescription", "Calls people from your desk phone"),
    *((rf"{CAPABILITIES}\URLAssociations", scheme, LINK_CLASS) for scheme in ("tel", "callto", "sip")),
    (r"Software\RegisteredApplications", "Offhook", CAPABILITIES),
)
"""As RegisterLinks in common.nsh; a test compares what both write."""

VALUES = {
    "Notes": (
        (SETTINGS_KEY, "Components", "[NOTED]"),
        (SETTINGS_KEY, "Folder", "[INSTALLDIR]"),
        (SETTINGS_KEY, "Msi", "[ProductCode]"),
    ),
    "Autostart": ((RUN_KEY, "Offhook", f'"{MESSENGER}" messenger --hidden'),),
    "Links": LINK_VALUES,
    "LineSettings": ((SETTINGS_KEY, "LineSettings", "1"),),
}
"""Components that have registry values, the first of which tells whether it is installed."""

CONDITIONS = {"Autostart": 'AUTOSTART="1"', "Links": 'LINKS="1"', "LineSettings": 'LINESETTINGS="1"'}

ICON, STAGE = "Offhook.ico", "stage"
"""What wixl finds them by."""

AGAIN = "offhook-again.exe"
"""Beside the program, whose folder is replaced while this waits: it starts the Smart Messenger afterwards.
So that it is never in the way, an upgrade does not touch it: its component has no code, by which Windows
would know what to remove, and is never written over. What removes it when all goes is in `msitables`."""

BITS_64, ASKED_AGAIN, KEY_IS_VALUE, NEVER_OVER = 256, 64, 4, 128
"""msidbComponentAttributes64bit, Transitive, RegistryKeyPath, NeverOverwrite."""

PROPERTIES = {
    "ARPNOMODIFY": "1",
    "ARPPRODUCTICON": ICON,
    # A file of the newer version replaces one of the older even if its number is lower: FileCost comes before
    # RemoveExistingProducts.
    "REINSTALLMODE": "amus",
    "Quote": '"',
    "Backslash": "\\",
}


def make_msi(
    stage: Path,
    out: Path,
    *,
    version: str,
    windows: str,
    epoch: int,
    icon: Path,
    signing: Signing | None = None,
) -> Path:
    """Pack the staged folder. `windows` is the oldest one that its Python runs on. Raises `BuildError`."""
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise BuildError(f"version {version}: an MSI's is three numbers, like 1.2.3")
    out.mkdir(parents=True, exist_ok=True)
    made = out / f"Offhook-{version}-x64.msi"
    made.unlink(missing_ok=True)
    source = _source(stage, version)
    archives = tables(windows, version)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        # wixl takes files from below the current folder only.
        (work / "offhook.wxs").write_bytes(source)
        (work / ICON).write_bytes(icon.read_bytes())
        (work / STAGE).symlink_to(stage.resolve())
        _run("wixl", "-a", "x64", "-o", str(made.resolve()), "offhook.wxs", folder=work)
        for name, text in archives.items():
            archive = work / f"{name}.idt"
            archive.write_text(text, encoding="utf-8", newline="")
            _run("msibuild", str(made), "-i", str(archive))
        updates = [
            f"UPDATE `Component` SET `Condition` = '{condition}', `Attributes` = "
            f"{BITS_64 | ASKED_AGAIN | KEY_IS_VALUE} WHERE `Component` = '{name}'"
            for name, condition in CONDITIONS.items()
        ]
        updates.append(
            f"UPDATE `Component` SET `ComponentId` = '', `Attributes` = {BITS_64 | NEVER_OVER}"
            " WHERE `Component` = 'Again'"
        )
        for update in updates:
            _run("msibuild", str(made), "-q", update)
    content = hashlib.sha256(source + "".join(archives.values()).encode())
    for path in _files(stage):
        content.update(hashlib.sha256(path.read_bytes()).digest())
    _stamp(made, _code(content.hexdigest()), epoch)
    if signing is not None:
        signing.sign(made)
    return made


def product_code(version: str) -> str:
    """Of this version, in braces: msiexec, winget and scripts name it so."""
    return "{" + _code(f"product {version}") + "}"


def _code(what: str) -> str:
    return str(uuid.uuid5(NAMES, what)).upper()


def _files(stage: Path) -> list[Path]:
    return sorted(path for path in stage.rglob("*") if path.is_file())


def _source(stage: Path, version: str) -> bytes:
    """What wixl reads."""
    root = Element("Wix", xmlns=NAMESPACE)
    product = SubElement(
        root, "Product", Id=product_code(version).strip("{}"), Name="Offhook", Language="1033",
        Codepage="65001", Version=version, Manufacturer="Offhook", UpgradeCode=UPGRADE_CODE,
    )  # fmt: skip
    SubElement(
        product, "Package", InstallerVersion="500", Compressed="yes", InstallScope="perMachine",
        Description=f"Offhook {version}", Comments="Calls people from your desk phone",
    )  # fmt: skip
    SubElement(product, "MajorUpgrade", DowngradeErrorMessage="-")  # the words are in LaunchCondition
    SubElement(product, "Media", Id="1", Cabinet="offhook.cab", EmbedCab="yes")
    SubElement(product, "Icon", Id=ICON, SourceFile=ICON)
    for name, value in PROPERTIES.items():
        SubElement(product, "Property", Id=name, Value=value)
    target = SubElement(product, "Directory", Id="TARGETDIR", Name="SourceDir")
    programs = SubElement(target, "Directory", Id="ProgramFiles64Folder")
    place = SubElement(programs, "Directory", Id="INSTALLDIR", Name="Offhook")
    menus = SubElement(target, "Directory", Id="ProgramMenuFolder")
    SubElement(menus, "Directory", Id="MENU", Name="Offhook")
    components = [*_components_of_values(place), "Again"]
    waiter = _component(place, "Again")
    SubElement(waiter, "File", Id="Again", Name=AGAIN, Source=f"{STAGE}/{AGAIN}")
    components += _add_folder(SubElement(place, "Directory", Id="APPDIR", Name="app"), stage, stage)
    feature = SubElement(product, "Feature", Id="Offhook", Level="1", Title="Offhook")
    for one in components:
        SubElement(feature, "ComponentRef", Id=one)
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _components_of_values(place: Element) -> Iterator[str]:
    for name, values in VALUES.items():
        component = _component(place, name)
        for key, value_name, value in values:
            given = {"Name": value_name} if value_name else {}
            attributes = {"Root": "HKLM", "Key": key, "Type": "string", "Value": value, **given}
            SubElement(component, "RegistryValue", attributes)
        yield name


def _add_folder(place: Element, folder: Path, stage: Path) -> Iterator[str]:
    """A component for each folder that has files: one each for thousands of files would only take time."""
    entries = sorted(folder.iterdir())
    files = [path for path in entries if path.is_file()]
    if files:
        name = _id("c", folder, stage)
        component = _component(place, name, str(folder.relative_to(stage)))
        for path in files:
            where = f"{STAGE}/{path.relative_to(stage).as_posix()}"
            SubElement(component, "File", Id=_id("f", path, stage), Name=path.name, Source=where)
        yield name
    for path in entries:
        if path.is_dir():
            inner = SubElement(place, "Directory", Id=_id("d", path, stage), Name=path.name)
            yield from _add_folder(inner, path, stage)


def _component(place: Element, name: str, what: str = "") -> Element:
    return SubElement(place, "Component", Id=name, Guid=_code(f"component {what or name}"), Win64="yes")


def _id(kind: str, path: Path, stage: Path) -> str:
    """Identifiers of the database take few characters; a path takes all."""
    return kind + hashlib.sha256(path.relative_to(stage).as_posix().encode()).hexdigest()[:20]


def _run(*command: str, folder: Path | None = None) -> None:
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=folder)
    # wixl goes on after most of what it complains about.
    if done.returncode != 0 or done.stderr.strip():
        raise BuildError(f"{command[0]} failed: {(done.stderr or done.stdout).strip()}")


SUMMARY = bytes.fromhex("e0859ff2f94f6810ab9108002b27b3d9")
"""FMTID_SummaryInformation, before where its properties are ("Property Set Format", [MS-OLEPS] 2.21)."""

PACKAGE_CODE, CREATED, SAVED = 9, 12, 13
"""PIDSI_REVNUMBER, PIDSI_CREATE_DTM, PIDSI_LASTSAVE_DTM."""
VT_LPSTR, VT_FILETIME = 30, 64

FILETIME_EPOCH = 11_644_473_600
"""Seconds from 1601 to 1970."""


def _stamp(file: Path, code: str, epoch: int) -> None:
    """Set the package code and the times, which wixl takes from chance and the clock."""
    data = bytearray(file.read_bytes())
    found = data.find(SUMMARY)
    if found < 0 or data.find(SUMMARY, found + 1) >= 0:
        raise BuildError(f"{file}: its summary is not where it was expected")
    section = found - 28 + struct.unpack_from("<I", data, found + len(SUMMARY))[0]
    count = struct.unpack_from("<I", data, section + 4)[0]
    wanted = {
        PACKAGE_CODE: (VT_LPSTR, struct.pack("<I", 39) + b"{" + code.encode() + b"}\0"),
        CREATED: (VT_FILETIME, struct.pack("<Q", (epoch + FILETIME_EPOCH) * 10_000_000)),
        SAVED: (VT_FILETIME, struct.pack("<Q", (epoch + FILETIME_EPOCH) * 10_000_000)),
    }
    for each in range(count):
        name, offset = struct.unpack_from("<II", data, section + 8 + 8 * each)
        if name in wanted:
            kind, value = wanted.pop(name)
            place = section + offset
            if struct.unpack_from("<I", data, place)[0] != kind:
                raise BuildError(f"{file}: property {name} of its summary is of another type")
            data[place + 4 : place + 4 + len(value)] = value
    if wanted:
        raise BuildError(f"{file}: its summary lacks the properties {', '.join(map(str, wanted))}")
    file.write_bytes(data)

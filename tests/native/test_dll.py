"""The built service providers as Windows' loader sees them."""

from collections import defaultdict
from pathlib import Path

import pytest

from tests.native.dll import ARCHITECTURES, NATIVE, Image, path_of, read

MACHINES = {"x64": "AMD64", "x86": "I386", "arm64": "ARM64"}
FIRST_WINDOWS = {"x64": (6, 1), "x86": (6, 1), "arm64": (10, 0)}
"""Windows 7, and the first one there is for arm64."""

NEEDED = {
    "TSPI_lineNegotiateTSPIVersion",
    "TSPI_providerEnumDevices",
    "TSPI_providerInit",
    "TSPI_providerShutdown",
    "TSPI_providerUIIdentify",
    "TSPI_providerGenericDialogData",
    "TSPI_providerInstall",
    "TSPI_providerRemove",
    "TSPI_providerConfig",
    "TSPI_providerCreateLineDevice",
    "TSPI_lineGetDevCaps",
    "TSPI_lineGetAddressCaps",
    "TSPI_lineOpen",
    "TSPI_lineClose",
    "TSPI_lineGetNumAddressIDs",
    "TSPI_lineGetAddressID",
    "TSPI_lineGetAddressStatus",
    "TSPI_lineGetLineDevStatus",
    "TSPI_lineMakeCall",
    "TSPI_lineDrop",
    "TSPI_lineCloseCall",
    "TSPI_lineGetCallInfo",
    "TSPI_lineGetCallStatus",
    "TSPI_lineGetCallAddressID",
    "TSPI_lineSetDefaultMediaDetection",
    "TSPI_lineConditionalMediaDetection",
    "TSPI_lineSetStatusMessages",
    "TSPI_lineGetID",
    "TSPI_lineGetExtensionID",
    "TSPI_phoneNegotiateTSPIVersion",
    "TSPI_lineSetAppSpecific",
    "TSPI_lineGetIcon",
    "TSPI_lineGetDevConfig",
    "TSPI_lineSetDevConfig",
    "TSPI_lineDial",
    "TSPI_lineAnswer",
    "TUISPI_providerInstall",
    "TUISPI_providerRemove",
    "TUISPI_providerConfig",
    "TUISPI_lineConfigDialog",
}
"""What the telephony service, the Control Panel, Phone Dialer and Outlook call, and what Microsoft's list of
basic telephony functions names; TSPI_providerCreateLineDevice since lines come without a restart."""

OBSOLETE = frozenset({"TSPI_lineDropOnClose", "TSPI_lineDropNoOwner", "TSPI_lineSetCurrentLocation"})

WINDOWS_7: dict[str, set[str]] = defaultdict(set)
"""The functions that may be imported, by library; see the file."""

for line in Path(__file__).with_name("windows_7.txt").read_text(encoding="utf-8").splitlines():
    if line and not line.startswith("#"):
        WINDOWS_7[line.split()[0]].update(line.split()[1:])


@pytest.fixture(scope="module", params=ARCHITECTURES)
def architecture(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def image(architecture: str) -> Image:
    return read(path_of(architecture))


def listed() -> list[str]:
    """The names of exports.def."""
    lines = (NATIVE / "tsp" / "exports.def").read_text(encoding="utf-8").split("EXPORTS", 1)[1].splitlines()
    return [line.split(";")[0].strip() for line in lines if line.split(";")[0].strip()]


def test_it_is_a_dll_for_its_machine(architecture: str, image: Image) -> None:
    assert (image.machine, image.dll) == (MACHINES[architecture], True)


def test_it_runs_on_the_oldest_windows(architecture: str, image: Image) -> None:
    assert image.subsystem in ("WINDOWS_GUI", "WINDOWS_CUI")
    assert (0, 0) < image.subsystem_version <= FIRST_WINDOWS[architecture]
    assert image.system_version <= FIRST_WINDOWS[architecture]


def test_it_exports_what_is_listed_without_decoration(image: Image) -> None:
    assert sorted(image.exports) == sorted(listed())


def test_what_the_telephony_service_needs_is_exported(image: Image) -> None:
    assert set(image.exports) >= NEEDED
    assert not OBSOLETE & set(image.exports)


def test_it_needs_only_what_windows_7_has(image: Image) -> None:
    for library, functions in image.imports.items():
        assert library in WINDOWS_7, f"{library} is not part of Windows 7, or new: see windows_7.txt"
        new = sorted(functions - WINDOWS_7[library])
        assert not new, f"{library}: see when Windows got {', '.join(new)}, and put it into windows_7.txt"


def test_nothing_is_imported_by_number(image: Image) -> None:
    assert not [library for library, functions in image.imports.items() if "" in functions]


def test_it_does_not_drag_telephony_in(image: Image) -> None:
    assert "tapi32.dll" not in image.imports


def test_it_may_be_loaded_anywhere_and_data_is_not_run(architecture: str, image: Image) -> None:
    assert {"DYNAMIC_BASE", "NX_COMPAT"} <= image.flags
    assert image.relocations > 0
    if architecture != "x86":
        assert "HIGH_ENTROPY_VA" in image.flags


def test_no_section_is_both_written_and_run(image: Image) -> None:
    assert [part.name for part in image.sections if part.executable] == [".text"]
    assert not [part.name for part in image.sections if part.writable and part.executable]


def test_it_tells_its_name_and_version(image: Image) -> None:
    assert image.version["ProductName"] == "Offhook"
    assert image.version["OriginalFilename"] == "offhook.tsp"
    assert image.version["FileDescription"]
    assert image.version["fixed"].startswith(image.version["FileVersion"])


def test_it_runs_nothing_before_dllmain(image: Image) -> None:
    assert "TLS" not in image.directories


def test_it_says_nothing_of_where_it_was_built(architecture: str, image: Image) -> None:
    assert set(image.debugging) <= {"REPRO"}
    data = path_of(architecture).read_bytes()
    for folder in (str(NATIVE.parent), str(Path.home())):
        assert folder.encode() not in data
        assert folder.encode("utf-16-le") not in data

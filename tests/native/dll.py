"""The built service providers and what their headers say."""

from dataclasses import dataclass
from pathlib import Path

import pefile  # type: ignore[import-untyped]

NATIVE = Path(__file__).parents[2] / "native"
BUILT = Path(__file__).parents[2] / "src" / "offhook" / "windows" / "dll"

ARCHITECTURES = ("x64", "x86", "arm64")


@dataclass(frozen=True)
class Section:
    """A part of the file as it is mapped."""

    name: str
    writable: bool
    executable: bool


@dataclass(frozen=True)
class Image:
    """What Windows' loader would read."""

    machine: str
    dll: bool
    subsystem: str
    subsystem_version: tuple[int, int]
    system_version: tuple[int, int]
    flags: frozenset[str]
    sections: tuple[Section, ...]
    exports: tuple[str, ...]
    imports: dict[str, frozenset[str]]
    relocations: int
    version: dict[str, str]
    directories: frozenset[str]
    debugging: tuple[str, ...]


def path_of(architecture: str) -> Path:
    """The DLL; one that was not built is a failure, never a reason to skip."""
    path = BUILT / architecture / "offhook.tsp"
    assert path.is_file(), f"{path} is missing; run: make tsp"
    return path


def read(path: Path) -> Image:
    """The headers and tables of a PE file."""
    with pefile.PE(str(path)) as pe:
        optional = pe.OPTIONAL_HEADER
        prefix = "IMAGE_DLLCHARACTERISTICS_"
        return Image(
            machine=pefile.MACHINE_TYPE[pe.FILE_HEADER.Machine].removeprefix("IMAGE_FILE_MACHINE_"),
            dll=bool(pe.FILE_HEADER.IMAGE_FILE_DLL),
            subsystem=pefile.SUBSYSTEM_TYPE[optional.Subsystem].removeprefix("IMAGE_SUBSYSTEM_"),
            subsystem_version=(optional.MajorSubsystemVersion, optional.MinorSubsystemVersion),
            system_version=(optional.MajorOperatingSystemVersion, optional.MinorOperatingSystemVersion),
            flags=frozenset(
                name.removeprefix(prefix)
                for name, value in pefile.dll_characteristics
                if name.startswith(prefix) and optional.DllCharacteristics & value
            ),
            sections=tuple(
                Section(
                    part.Name.rstrip(b"\0").decode(),
                    writable=bool(part.IMAGE_SCN_MEM_WRITE),
                    executable=bool(part.IMAGE_SCN_MEM_EXECUTE),
                )
                for part in pe.sections
            ),
            exports=tuple(_text(symbol.name) for symbol in pe.DIRECTORY_ENTRY_EXPORT.symbols),
            imports={
                entry.dll.decode().lower(): frozenset(_text(symbol.name) for symbol in entry.imports)
                for entry in pe.DIRECTORY_ENTRY_IMPORT
            },
            relocations=sum(len(block.entries) for block in getattr(pe, "DIRECTORY_ENTRY_BASERELOC", ())),
            version=_version(pe),
            directories=frozenset(
                entry.name.removeprefix("IMAGE_DIRECTORY_ENTRY_")
                for entry in optional.DATA_DIRECTORY
                if entry.Size
            ),
            debugging=tuple(
                pefile.DEBUG_TYPE[entry.struct.Type].removeprefix("IMAGE_DEBUG_TYPE_")
                for entry in getattr(pe, "DIRECTORY_ENTRY_DEBUG", ())
            ),
        )


def _text(name: bytes | None) -> str:
    """A symbol's name; one by number only has none."""
    return name.decode() if name else ""


def _version(pe: pefile.PE) -> dict[str, str]:
    """The version resource's strings, and its fixed file version as "fixed"."""
    found: dict[str, str] = {}
    for fixed in getattr(pe, "VS_FIXEDFILEINFO", ()):
        high, low = fixed.FileVersionMS, fixed.FileVersionLS
        found["fixed"] = f"{high >> 16}.{high & 0xFFFF}.{low >> 16}.{low & 0xFFFF}"
    for info in (entry for group in getattr(pe, "FileInfo", ()) for entry in group):
        for table in getattr(info, "StringTable", ()):
            found |= {key.decode(): value.decode() for key, value in table.entries.items()}
    return found

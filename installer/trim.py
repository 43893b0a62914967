"""What of the packages is left out of the installer, because Offhook never uses it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

QT_MODULES = ("Core", "Gui", "Network", "Svg", "Widgets")
"""The parts of Qt that `offhook.desktop` imports; a test compares."""

QT_PLUGINS = (
    "platforms/qwindows.dll",
    "styles/*.dll",
    "iconengines/qsvgicon.dll",
    "imageformats/qico.dll",
    "imageformats/qjpeg.dll",
    "imageformats/qsvg.dll",
    "tls/qschannelbackend.dll",
)
"""The window itself; its look; drawn icons; pictures of people."""

QT_OTHERS = (
    "__init__.py",
    "_*.py",
    "pyside6.abi3.dll",
    "msvcp140*.dll",
    "vcruntime140*.dll",
    "concrt140.dll",
)

UNUSED = (
    "bin",
    "phonenumbers/geodata",
    "phonenumbers/geocoder.py",
    "phonenumbers/carrierdata",
    "phonenumbers/carrier.py",
    "phonenumbers/tzdata",
    "phonenumbers/timezone.py",
    "**/__pycache__",
    "**/*.pyi",
    "**/py.typed",
    "**/*.c",
    "**/*.h",
    "**/*.pxd",
    "**/*.pyx",
    "**/tests",
    "**/*.dist-info/RECORD",
    "**/*.dist-info/INSTALLER",
    "**/*.dist-info/REQUESTED",
    "**/*.dist-info/direct_url.json",
    "**/*.dist-info/WHEEL",
)
"""Places of towns and networks by their numbers, sources, and what only installers read."""

LANGUAGES = ("de", "ko")
"""Besides English: those into which the window is translated."""


def trim(lib: Path) -> None:
    """Remove from the folder of packages what is not used."""
    for pattern in UNUSED:
        for path in list(lib.glob(pattern)):
            _remove(path)
    qt = lib / "PySide6"
    if qt.is_dir():
        kept = set(_kept_of_qt(qt))
        for path in qt.rglob("*"):
            if path.is_file() and path not in kept:
                path.unlink()
    for path in sorted(lib.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def _kept_of_qt(qt: Path) -> Iterator[Path]:
    for module in QT_MODULES:
        yield from (qt / f"Qt{module}.pyd", qt / f"Qt6{module}.dll")
    for pattern in QT_OTHERS:
        yield from qt.glob(pattern)
    for pattern in QT_PLUGINS:
        yield from qt.glob(f"plugins/{pattern}")
    for language in LANGUAGES:
        yield from qt.glob(f"translations/qtbase_{language}.qm")


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)

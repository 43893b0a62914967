"""The DLLs of the package and the folders of Windows. Portable but for `delay`."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from offhook.windows.ports import TelephonyError

FILE_NAME: Final = "offhook.tsp"
PACKAGED: Final = Path(__file__).with_name("dll")
"""Has a folder for each of x64, x86 and arm64."""


class DllFiles:
    """The DLLs for this machine. `folders` are architectures and where their DLL goes, the native one first.

    `delay` has Windows delete a file at its next start.
    """

    def __init__(
        self, folders: dict[str, Path], delay: Callable[[Path], None], packaged: Path = PACKAGED
    ) -> None:
        self._folders, self._delay, self._packaged = folders, delay, packaged

    def wanted(self) -> dict[Path, bytes]:
        """See `Files`."""
        files = {}
        for architecture, folder in self._folders.items():
            source = self._packaged / architecture / FILE_NAME
            try:
                files[folder / FILE_NAME] = source.read_bytes()
            except OSError:
                raise TelephonyError(
                    f"this Offhook was packaged without the provider ({source} is missing); "
                    "install a released package, or build it with `make tsp`"
                ) from None
        return files

    def installed(self, place: Path) -> bytes | None:
        """See `Files`."""
        try:
            return place.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise TelephonyError(f"{place} cannot be read ({error.strerror}); be an administrator") from None

    def put(self, place: Path, content: bytes) -> None:
        """See `Files`."""
        beside = _beside(place)
        try:
            beside.write_bytes(content)
            try:
                os.replace(beside, place)
            except PermissionError:  # a program has it loaded: Windows lets it be renamed, not replaced
                self._set_aside(place)
                os.replace(beside, place)
        except OSError as error:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
            raise TelephonyError(
                f"{place} cannot be written ({error.strerror}); be an administrator, and see that no virus "
                "scanner holds it"
            ) from None

    def remove(self, place: Path) -> bool:
        """See `Files`."""
        try:
            place.unlink(missing_ok=True)
        except PermissionError:
            try:
                self._set_aside(place)
            except OSError as error:
                raise TelephonyError(
                    f"{place} cannot be removed ({error.strerror}); close the programs that dial, or restart "
                    "Windows, and repeat it"
                ) from None
            return False
        return True

    def remove_logs(self, default: Path, chosen: str) -> None:
        """See `Files`."""
        for file in {default, Path(chosen)}:
            for name in (file, file.with_name(file.name + ".1")):
                with suppress(OSError):
                    name.unlink(missing_ok=True)
        with suppress(OSError):
            default.parent.rmdir()  # unless there is something else in it

    def _set_aside(self, place: Path) -> None:
        aside = _beside(place)
        os.rename(place, aside)
        self._delay(aside)


def _beside(place: Path) -> Path:
    return place.with_name(f"{place.name}.{os.urandom(4).hex()}")

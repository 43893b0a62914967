"""The parts of a Windows that installing needs, as protocols: the real ones are built by `this_windows`."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from offhook.errors import OffhookError

Value = str | int | bytes
"""A registry value: REG_SZ or REG_EXPAND_SZ, REG_DWORD, REG_BINARY."""


class TelephonyError(OffhookError):
    """Windows' telephony could not be changed as asked."""


class Registry(Protocol):
    """HKEY_LOCAL_MACHINE as 64-bit programs see it. Paths have backslashes. All raise `TelephonyError`."""

    def values(self, path: str) -> Mapping[str, Value] | None:
        """The values of a key, None when there is no such key, or when it may not be read."""

    def children(self, path: str) -> list[str]:
        """The names of the keys in a key."""

    def write(self, path: str, values: Mapping[str, Value]) -> None:
        """Set these values; makes the key."""

    def write_secret(self, path: str, name: str, secret: str) -> None:
        """A value for administrators, the system and the telephony service only, encrypted."""

    def delete_values(self, path: str, names: tuple[str, ...]) -> None:
        """What is not there is passed over."""

    def delete(self, path: str) -> None:
        """A key with all in it. What is not there is passed over."""


class Tapi(Protocol):
    """TAPI's list of providers. Raises `TelephonyError`."""

    def providers(self) -> dict[int, str]:
        """File names by permanent provider id."""

    def add(self, file_name: str) -> int:
        """Returns the permanent provider id."""

    def remove(self, provider: int) -> None: ...


class TelephonyService(Protocol):
    """The Windows service that hosts the provider. Raises `TelephonyError`."""

    def running(self) -> bool: ...

    def dependents(self) -> list[str]:
        """Names of the running services that would have to stop with it."""

    def stop(self) -> None:
        """Returns when it has stopped; its dependents have to be stopped before."""

    def start(self) -> None: ...

    def stop_other(self, name: str) -> None: ...

    def start_other(self, name: str) -> None: ...


class Files(Protocol):
    """The DLLs and where they belong. Raises `TelephonyError`."""

    def wanted(self) -> dict[Path, bytes]:
        """What is to be where: the native DLL first."""

    def installed(self, place: Path) -> bytes | None: ...

    def put(self, place: Path, content: bytes) -> None:
        """Replaces what is there, also while a program uses it."""

    def remove(self, place: Path) -> bool:
        """True when it is gone, False when a program uses it and it goes at the next start of Windows."""

    def remove_logs(self, default: Path, chosen: str) -> None:
        """The provider's log files."""


@dataclass(frozen=True)
class Windows:
    """One Windows."""

    registry: Registry
    tapi: Tapi
    service: TelephonyService
    files: Files
    log: Path
    """Where the provider logs unless told otherwise."""
    country: int
    """TAPI's number of the country that the system is set to."""
    is_administrator: bool

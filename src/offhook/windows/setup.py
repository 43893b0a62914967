"""Starting a downloaded setup as administrator: exactly the file that was checked."""

import ctypes
import hashlib
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from offhook.errors import OffhookError
from offhook.windows import win32
from offhook.windows.elevate import run_elevated
from offhook.windows.ports import Registry

GENERIC_READ: Final = 0x8000_0000
FILE_SHARE_READ: Final = 1
OPEN_EXISTING: Final = 3
INVALID_HANDLE: Final = ctypes.c_void_p(-1).value


SETTINGS_KEY: Final = r"SOFTWARE\Offhook\Setup"
"""Where the setup program and the MSI note what they have installed."""


class SetupChangedError(OffhookError):
    """It is not the file that was checked."""


def _elevated(command: Sequence[str]) -> int | None:
    return run_elevated(command, wait=False)


def start_setup(file: Path, sha256: str, run: Callable[[Sequence[str]], int | None] = _elevated) -> bool:
    """Start it if it is still the file with this sum; Windows asks the person. Has it been started?

    Nothing can write the file meanwhile: another program of the person could put one of its own there, which
    an administrator would then agree to. Raises `SetupChangedError`, `OSError`.
    """
    with _kept(file):
        if hashlib.sha256(file.read_bytes()).hexdigest() != sha256:
            raise SetupChangedError(f"{file} is not the one that was fetched", "look for a virus")
        return run([str(file)]) is not None


def setup_upgrades(registry: Registry) -> bool:
    """Is this Offhook one that the setup program upgrades? It refuses where the MSI was installed."""
    return "Msi" not in (registry.values(SETTINGS_KEY) or {})


@contextmanager
def _kept(file: Path) -> Iterator[None]:
    """Windows lets others only read it meanwhile; any other system has nothing of the kind."""
    if sys.platform != "win32":
        yield
        return
    kernel: Any = win32.load("kernel32")
    kernel.CreateFileW.restype = ctypes.c_void_p
    kernel.CloseHandle.argtypes = [ctypes.c_void_p]
    handle = kernel.CreateFileW(str(file), GENERIC_READ, FILE_SHARE_READ, None, OPEN_EXISTING, 0, None)
    if handle == INVALID_HANDLE:
        raise win32.last_error()
    try:
        yield
    finally:
        kernel.CloseHandle(handle)

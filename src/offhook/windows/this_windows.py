"""The Windows that we run on, behind the protocols of `ports`. On any other system `this_windows` says so."""

import ctypes
import os
import sys
from pathlib import Path
from typing import Any, Final

from offhook.windows.files import PACKAGED, DllFiles
from offhook.windows.ports import TelephonyError, Windows
from offhook.windows.registry import WinRegistry
from offhook.windows.service import TapiService
from offhook.windows.tapi import Tapi32, Tapi32Elsewhere
from offhook.windows.win32 import last_error, load

_MACHINES: Final = {0x014C: "x86", 0x8664: "x64", 0xAA64: "arm64"}
"""IMAGE_FILE_MACHINE_ values."""

PROVIDER_PROGRAM: Final = "offhook-provider.exe"
"""Beside the DLL of a machine whose programs may be of another kind."""

_LOCALE_SYSTEM_DEFAULT: Final = 0x0800
_LOCALE_IDIALINGCODE: Final = 5
_DELAY_UNTIL_REBOOT: Final = 4


def this_windows() -> Windows:
    """Everything that installing needs. Raises `TelephonyError` where there is no Windows."""
    if sys.platform != "win32":
        raise TelephonyError(
            "the TAPI service provider is for Windows only; run this command on the Windows computer that "
            "has the telephony programs"
        )
    kernel = load("kernel32")
    process, machine = _kinds(kernel)
    way = tapi_of(process, machine)
    return Windows(
        registry=WinRegistry(),
        tapi=Tapi32Elsewhere(way) if isinstance(way, Path) else way(),
        service=TapiService(),
        files=DllFiles(_folders(kernel, machine), _delete_at_start),
        log=Path(os.environ.get("ProgramData", r"C:\ProgramData")) / "Offhook" / "tsp.log",  # noqa: SIM112
        country=_country(kernel),
        is_administrator=bool(load("shell32").IsUserAnAdmin()),
    )


def _kinds(kernel: Any) -> tuple[str, str]:
    """Of this process, and of the machine."""
    process = "x64" if sys.maxsize > 2**32 else "x86"
    machine = _machine(kernel) or os.environ.get("PROCESSOR_ARCHITEW6432", process).lower()
    machine = {"amd64": "x64"}.get(machine, machine)
    if "ARM64" in sys.version and process == "x64":
        process = "arm64"
    return process, machine


def tapi_of(process: str, machine: str, packaged: Path = PACKAGED) -> type[Tapi32] | Path:
    """`Tapi32`, which loads the provider into this very process; or the program that does it for one of
    another kind. Raises `TelephonyError` where neither is possible."""
    if process == machine:
        return Tapi32
    program = packaged / machine / PROVIDER_PROGRAM
    # An emulated x64 process sees the folders and the registry as arm64 ones do; an x86 process does not.
    if (process, machine) == ("x64", "arm64") and program.is_file():
        return program
    raise TelephonyError(
        f"this is {process} Python on {machine} Windows, whose telephony needs the {machine} provider; "
        f"use Offhook with the {machine} Python"
    )


def _folders(kernel: Any, machine: str) -> dict[str, Path]:
    folders = {machine: _folder(kernel.GetSystemDirectoryW)}
    if machine != "x86":
        folders["x86"] = _folder(kernel.GetSystemWow64DirectoryW)
    return folders


def _machine(kernel: Any) -> str | None:
    """The machine's own kind; None where Windows is older than the question (before Windows 10 1511)."""
    if not hasattr(kernel, "IsWow64Process2"):
        return None
    process, native = ctypes.c_ushort(), ctypes.c_ushort()
    kernel.GetCurrentProcess.restype = ctypes.c_void_p
    if not kernel.IsWow64Process2(
        ctypes.c_void_p(kernel.GetCurrentProcess()), ctypes.byref(process), ctypes.byref(native)
    ):
        return None
    return _MACHINES.get(native.value)


def _folder(ask: Any) -> Path:
    room = ctypes.create_unicode_buffer(260)
    if not ask(room, len(room)):
        raise TelephonyError(f"Windows does not name its system folder ({last_error()}); repair Windows")
    return Path(room.value)


def _delete_at_start(file: Path) -> None:
    """Nothing depends on it: without, a file stays that nothing uses."""
    load("kernel32").MoveFileExW(str(file), None, _DELAY_UNTIL_REBOOT)


def _country(kernel: Any) -> int:
    """The system's country: TAPI numbers countries by their dialing codes, with few exceptions."""
    room = ctypes.create_unicode_buffer(16)
    kernel.GetLocaleInfoW(_LOCALE_SYSTEM_DEFAULT, _LOCALE_IDIALINGCODE, room, len(room))
    return int(room.value) if room.value.isdecimal() and int(room.value) else 1

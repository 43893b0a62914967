"""The Windows that we run on, behind the protocols of `ports`. On any other system `this_windows` says so."""

import ctypes
import os
import sys
from pathlib import Path
from typing import Any, Final

from offhook.windows.files import DllFiles
from offhook.windows.ports import TelephonyError, Windows
from offhook.windows.registry import WinRegistry
from offhook.windows.service import TapiService
from offhook.windows.tapi import Tapi32
from offhook.windows.win32 import last_error, load

_MACHINES: Final = {0x014C: "x86", 0x8664: "x64", 0xAA64: "arm64"}
"""IMAGE_FILE_MACHINE_ values."""

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
    return Windows(
        registry=WinRegistry(),
        tapi=Tapi32(),
        service=TapiService(),
        files=DllFiles(_folders(kernel), _delete_at_start),
        log=Path(os.environ.get("ProgramData", r"C:\ProgramData")) / "Offhook" / "tsp.log",  # noqa: SIM112
        country=_country(kernel),
        is_administrator=bool(load("shell32").IsUserAnAdmin()),
    )


def _folders(kernel: Any) -> dict[str, Path]:
    """TAPI loads the DLL into this very process: it must be of the machine's own kind."""
    process = "x64" if sys.maxsize > 2**32 else "x86"
    machine = _machine(kernel) or os.environ.get("PROCESSOR_ARCHITEW6432", process).lower()
    machine = {"amd64": "x64"}.get(machine, machine)
    if "ARM64" in sys.version and process == "x64":
        process = "arm64"
    if process != machine:
        raise TelephonyError(
            f"this is {process} Python on {machine} Windows, whose telephony needs the {machine} provider; "
            f"use Offhook with the {machine} Python"
        )
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

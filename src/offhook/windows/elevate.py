"""Running a command as administrator: Windows asks the person (ShellExecuteExW, verb "runas")."""

import ctypes
import subprocess
import sys
from collections.abc import Sequence

from offhook.windows import win32

SEE_MASK_NOCLOSEPROCESS = 0x40
SW_HIDE = 0
SW_SHOWNORMAL = 1
INFINITE = 0xFFFFFFFF


def run_elevated(command: Sequence[str], *, wait: bool = True) -> int | None:
    """Run the command and wait for it; its exit code, None when the person or Windows refused.

    Without `wait` it is a program with a window, which goes on by itself: 0 when it has started.
    """
    if sys.platform != "win32":
        return None
    from ctypes import wintypes

    class Execute(ctypes.Structure):
        """SHELLEXECUTEINFOW."""

        _fields_ = (
            ("size", wintypes.DWORD),
            ("mask", wintypes.ULONG),
            ("window", wintypes.HWND),
            ("verb", wintypes.LPCWSTR),
            ("file", wintypes.LPCWSTR),
            ("parameters", wintypes.LPCWSTR),
            ("directory", wintypes.LPCWSTR),
            ("show", ctypes.c_int),
            ("instance", wintypes.HINSTANCE),
            ("id_list", ctypes.c_void_p),
            ("class_name", wintypes.LPCWSTR),
            ("class_key", wintypes.HKEY),
            ("hot_key", wintypes.DWORD),
            ("icon", wintypes.HANDLE),
            ("process", wintypes.HANDLE),
        )

    file, *parameters = command
    info = Execute(
        size=ctypes.sizeof(Execute),
        mask=SEE_MASK_NOCLOSEPROCESS,
        verb="runas",
        file=file,
        parameters=subprocess.list2cmdline(parameters),
        show=SW_HIDE if wait else SW_SHOWNORMAL,
    )
    if not win32.load("shell32").ShellExecuteExW(ctypes.byref(info)) or not info.process:
        return None
    kernel = win32.load("kernel32")
    code = wintypes.DWORD()
    if wait:
        kernel.WaitForSingleObject(info.process, INFINITE)
        kernel.GetExitCodeProcess(info.process, ctypes.byref(code))
    kernel.CloseHandle(info.process)
    return int(code.value)

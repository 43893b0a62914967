"""Windows' own libraries, loaded with ctypes. Can be imported anywhere; `load` works on Windows only."""

import ctypes
import sys
from typing import Any, Final

from offhook.errors import OffhookError

_SEARCH_SYSTEM32: Final = 0x0800
"""LOAD_LIBRARY_SEARCH_SYSTEM32. Without it a DLL of the same name in the program's folder would be loaded
first, and an administrator may run this in any folder."""


class NotWindowsError(OffhookError):
    """Something that only Windows has."""


def load(name: str) -> Any:
    """The DLL with this name from Windows' system folder. Raises `NotWindowsError`, `OSError`."""
    if sys.platform != "win32":
        raise NotWindowsError(f"{name} is a library of Windows; this is another system")
    return ctypes.WinDLL(name, use_last_error=True, winmode=_SEARCH_SYSTEM32)


def last_error() -> OSError:
    """GetLastError of the function called last, if it belongs to a DLL that `load` returned."""
    if sys.platform != "win32":
        raise AssertionError("only after a call of a Windows function")
    return ctypes.WinError(ctypes.get_last_error())

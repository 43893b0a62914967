"""The service's folder, %ProgramData%\\Offhook: configuration with passwords, state and log.

Every user may make folders in %ProgramData%, so one that is there already may be somebody else's.
"""

import ctypes
import os
import stat
import sys
from pathlib import Path
from typing import Any, Final

from offhook.windows.ports import TelephonyError
from offhook.windows.win32 import last_error, load

SYSTEM, ADMINISTRATORS = "S-1-5-18", "S-1-5-32-544"

_FILE: Final = 1
"""SE_FILE_OBJECT."""
_OWNER: Final = 0x1
_DACL: Final = 0x4
_PROTECTED: Final = 0x80000000
_REVISION: Final = 1
_MODIFY: Final = "0x1301bf"
"""Read, write, delete: all but rights and owner."""


def rights(service: str) -> str:
    """Of the folder and all in it, as SDDL: system and administrators all, the service all but rights."""
    return f"D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;{_MODIFY};;;{service})"


def make(folder: Path, service: str) -> None:
    """Make it, and let nobody else in. Raises `TelephonyError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        found = os.lstat(folder)
    except OSError as error:
        raise TelephonyError(f"{folder} cannot be made ({error.strerror}); be an administrator") from None
    link = getattr(found, "st_file_attributes", 0) & stat.FILE_ATTRIBUTE_REPARSE_POINT
    owner = _owner(folder)
    if link or owner not in (SYSTEM, ADMINISTRATORS, service, _self()):
        raise TelephonyError(f"{folder} is somebody else's; see what is in it, and remove or rename it")
    _set_rights(folder, rights(service))


def _set_rights(folder: Path, sddl: str) -> None:
    api, kernel = _api(), load("kernel32")
    descriptor, acl = ctypes.c_void_p(), ctypes.c_void_p()
    present, default = ctypes.c_int(), ctypes.c_int()
    if not api.ConvertStringSecurityDescriptorToSecurityDescriptorW(
        ctypes.c_wchar_p(sddl), _REVISION, ctypes.byref(descriptor), None
    ):
        raise _refused(folder, last_error())
    try:
        api.GetSecurityDescriptorDacl(
            descriptor, ctypes.byref(present), ctypes.byref(acl), ctypes.byref(default)
        )
        wanted = ctypes.c_uint32(_DACL | _PROTECTED)
        error = api.SetNamedSecurityInfoW(ctypes.c_wchar_p(str(folder)), _FILE, wanted, None, None, acl, None)
        if error:
            raise _refused(folder, _error(error))
    finally:
        kernel.LocalFree(descriptor)


def _owner(folder: Path) -> str:
    api, kernel = _api(), load("kernel32")
    sid, descriptor = ctypes.c_void_p(), ctypes.c_void_p()
    error = api.GetNamedSecurityInfoW(
        *(ctypes.c_wchar_p(str(folder)), _FILE, _OWNER, ctypes.byref(sid)),
        *(None, None, None, ctypes.byref(descriptor)),
    )
    if error:
        raise _refused(folder, _error(error))
    try:
        return _text(sid)
    finally:
        kernel.LocalFree(descriptor)


def _self() -> str:
    """The account that runs this, an administrator."""
    api, kernel = _api(), load("kernel32")
    kernel.GetCurrentProcess.restype = ctypes.c_void_p
    token = ctypes.c_void_p()
    process = ctypes.c_void_p(kernel.GetCurrentProcess())
    if not api.OpenProcessToken(process, 0x8, ctypes.byref(token)):  # TOKEN_QUERY
        return ""
    try:
        needed = ctypes.c_uint32()
        api.GetTokenInformation(token, 1, None, 0, ctypes.byref(needed))  # TokenUser
        room = ctypes.create_string_buffer(needed.value)
        if not api.GetTokenInformation(token, 1, room, needed, ctypes.byref(needed)):
            return ""
        return _text(ctypes.cast(room, ctypes.POINTER(ctypes.c_void_p))[0])
    finally:
        kernel.CloseHandle(token)


def _text(sid: Any) -> str:
    api, kernel = _api(), load("kernel32")
    text = ctypes.c_wchar_p()
    sid = sid if isinstance(sid, ctypes.c_void_p) else ctypes.c_void_p(sid)
    if not api.ConvertSidToStringSidW(sid, ctypes.byref(text)):
        return ""
    try:
        return str(text.value)
    finally:
        kernel.LocalFree(text)


def _api() -> Any:
    return load("advapi32")


def _error(number: int) -> OSError:
    if sys.platform != "win32":
        raise AssertionError("only after a call of a Windows function")
    return ctypes.WinError(number)


def _refused(folder: Path, error: OSError) -> TelephonyError:
    return TelephonyError(
        f"the rights of {folder} cannot be read and set ({error.strerror or error}); be an administrator"
    )

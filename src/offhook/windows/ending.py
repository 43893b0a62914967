"""Ending the Smart Messengers of everybody on a Windows, for a setup that replaces the program.

Each that runs has two events that only administrators may set: one has it end, the other one end and be
started again, by who used it, when the setup has ended. Their names have its process id. Nobody can end the
one of somebody else, and an event that somebody made beforehand is not listened to.
"""

import ctypes
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import wintypes
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from offhook.windows.win32 import last_error, load

NAMES: Final = ("offhook-messenger.exe", "offhook.exe")
END_S: Final = 12.0
"""How long they may take in all: each says goodbye to the Call Manager, which takes ten seconds at most."""

_POLL_S: Final = 0.2
_RIGHTS: Final = "D:P(A;;GA;;;SY)(A;;0x100002;;;BA)"
"""System all, administrators EVENT_MODIFY_STATE and SYNCHRONIZE, nobody else. Who makes it has its handle."""
_MODIFY_STATE: Final = 0x0002
_EXISTS: Final = 183
_PROCESSES: Final = 0x2
_QUERY_LIMITED: Final = 0x1000
_DEBUG: Final = 20
"""SE_DEBUG_PRIVILEGE, which administrators have but do not use by themselves."""
_LONGEST: Final = 32768
_INFINITE: Final = 0xFFFF_FFFF


@dataclass(frozen=True)
class Running:
    """A process of the program. `session` is the number that the Task Manager shows of its user's session."""

    name: str
    process: int
    session: int

    def __str__(self) -> str:
        return f"{self.name} (process {self.process}, session {self.session})"


class _Rights(ctypes.Structure):
    """SECURITY_ATTRIBUTES."""

    _fields_ = (("size", wintypes.DWORD), ("descriptor", ctypes.c_void_p), ("inherited", wintypes.BOOL))


class _Process(ctypes.Structure):
    """PROCESSENTRY32W."""

    _fields_ = (
        ("size", wintypes.DWORD),
        ("usage", wintypes.DWORD),
        ("process", wintypes.DWORD),
        ("heap", ctypes.c_size_t),
        ("module", wintypes.DWORD),
        ("threads", wintypes.DWORD),
        ("parent", wintypes.DWORD),
        ("priority", wintypes.LONG),
        ("flags", wintypes.DWORD),
        ("name", wintypes.WCHAR * 260),
    )


def listen(end: Callable[[], object], again: Callable[[], object]) -> bool:
    """Call `end` when an administrator wants it; before that `again`, if it is to be started again.

    Both are called in a thread of their own. False where that is not possible: then it is not listened.
    """
    if sys.platform != "win32":
        return False
    kernel = _kernel()
    own = kernel.GetCurrentProcessId()
    events = [_made(kernel, _event(own, restart)) for restart in (False, True)]
    if None in events:
        for event in events:
            if event is not None:
                kernel.CloseHandle(event)
        return False
    handles = (wintypes.HANDLE * 2)(*events)

    def wait() -> None:
        if kernel.WaitForMultipleObjects(2, handles, False, _INFINITE) == 1:
            again()
        end()

    threading.Thread(target=wait, daemon=True, name="end").start()
    return True


def end_everybody(folder: Path, *, restart: bool, limit_s: float = END_S) -> list[Running]:
    """End those of the program in this folder that listen; returns what runs then. For administrators."""
    kernel = _kernel()
    own = kernel.GetCurrentProcessId()
    # To see where those of other people are from.
    load("ntdll").RtlAdjustPrivilege(_DEBUG, True, False, ctypes.byref(wintypes.BOOLEAN()))

    def running() -> list[Running]:
        return [
            one for one in _running() if one.process != own and _is_below(_image(kernel, one.process), folder)
        ]

    asked = {one.process for one in running() if _ask(kernel, one.process, restart)}
    end = time.monotonic() + limit_s
    while True:
        left = running()
        if not asked & {one.process for one in left} or time.monotonic() > end:
            return left
        time.sleep(_POLL_S)


def _image(kernel: Any, process: int) -> str:
    """The file that a process was started from, "" if it may not be known."""
    handle = kernel.OpenProcess(_QUERY_LIMITED, False, process)
    if not handle:
        return ""
    room = ctypes.create_unicode_buffer(_LONGEST)
    known = kernel.QueryFullProcessImageNameW(handle, 0, room, ctypes.byref(wintypes.DWORD(_LONGEST)))
    kernel.CloseHandle(handle)
    return room.value if known else ""


def _is_below(image: str, folder: Path) -> bool:
    return image.casefold().startswith(f"{folder}\\".casefold())


def _event(process: int, restart: bool) -> str:
    return rf"Global\Offhook-{'again' if restart else 'end'}-{process}"


def _ask(kernel: Any, process: int, restart: bool) -> bool:
    event = kernel.OpenEventW(_MODIFY_STATE, False, _event(process, restart))
    if not event:
        return False
    done = bool(kernel.SetEvent(event))
    kernel.CloseHandle(event)
    return done


def _made(kernel: Any, name: str) -> int | None:
    """The event, None if it is somebody else's."""
    with _rights() as rights:
        event: int | None = kernel.CreateEventW(ctypes.byref(rights), True, False, name)
        there = getattr(last_error(), "winerror", 0) == _EXISTS
    if event is not None and there:
        kernel.CloseHandle(event)
        return None
    return event


@contextmanager
def _rights() -> Iterator[_Rights]:
    descriptor = ctypes.c_void_p()
    made = load("advapi32").ConvertStringSecurityDescriptorToSecurityDescriptorW(
        _RIGHTS, 1, ctypes.byref(descriptor), None
    )
    if not made:
        raise last_error()
    try:
        yield _Rights(ctypes.sizeof(_Rights), descriptor, False)
    finally:
        _kernel().LocalFree(descriptor)


def _running() -> list[Running]:
    kernel = _kernel()
    shot = kernel.CreateToolhelp32Snapshot(_PROCESSES, 0)
    entry, session = _Process(ctypes.sizeof(_Process)), wintypes.DWORD()
    found = []
    more = kernel.Process32FirstW(shot, ctypes.byref(entry))
    while more:
        if entry.name.lower() in NAMES:
            kernel.ProcessIdToSessionId(entry.process, ctypes.byref(session))
            found.append(Running(entry.name, entry.process, session.value))
        more = kernel.Process32NextW(shot, ctypes.byref(entry))
    kernel.CloseHandle(shot)
    return found


def _kernel() -> Any:
    """With the types of handles, which are wider than numbers."""
    kernel = load("kernel32")
    kernel.CreateEventW.restype = kernel.OpenEventW.restype = wintypes.HANDLE
    kernel.CreateEventW.argtypes = (ctypes.c_void_p, wintypes.BOOL, wintypes.BOOL, wintypes.LPCWSTR)
    kernel.OpenEventW.argtypes = (wintypes.DWORD, wintypes.BOOL, wintypes.LPCWSTR)
    kernel.SetEvent.argtypes = kernel.CloseHandle.argtypes = (wintypes.HANDLE,)
    kernel.WaitForMultipleObjects.argtypes = (
        wintypes.DWORD, ctypes.c_void_p, wintypes.BOOL, wintypes.DWORD,
    )  # fmt: skip
    kernel.OpenProcess.restype = wintypes.HANDLE
    kernel.OpenProcess.argtypes = (wintypes.DWORD, wintypes.BOOL, wintypes.DWORD)
    kernel.QueryFullProcessImageNameW.argtypes = (
        wintypes.HANDLE, wintypes.DWORD, wintypes.LPWSTR, ctypes.c_void_p,
    )  # fmt: skip
    kernel.CreateToolhelp32Snapshot.restype = wintypes.HANDLE
    kernel.Process32FirstW.argtypes = kernel.Process32NextW.argtypes = (wintypes.HANDLE, ctypes.c_void_p)
    kernel.LocalFree.argtypes = (ctypes.c_void_p,)
    return kernel

"""What this process holds, as Windows counts it."""

import ctypes
import gc
from ctypes import byref, c_size_t, c_uint32, c_void_p
from dataclasses import dataclass

from tests.tspi_host.library import kernel32

psapi = ctypes.WinDLL("psapi")

SNAPSHOT_THREADS = 0x4


class ThreadEntry(ctypes.Structure):
    """THREADENTRY32."""

    _fields_ = (
        ("dwSize", c_uint32),
        ("cntUsage", c_uint32),
        ("th32ThreadID", c_uint32),
        ("th32OwnerProcessID", c_uint32),
        ("tpBasePri", c_uint32),
        ("tpDeltaPri", c_uint32),
        ("dwFlags", c_uint32),
    )


class MemoryCounters(ctypes.Structure):
    """PROCESS_MEMORY_COUNTERS_EX."""

    _fields_ = (
        ("cb", c_uint32),
        ("PageFaultCount", c_uint32),
        *(
            (name, c_size_t)
            for name in (
                "PeakWorkingSetSize",
                "WorkingSetSize",
                "QuotaPeakPagedPoolUsage",
                "QuotaPagedPoolUsage",
                "QuotaPeakNonPagedPoolUsage",
                "QuotaNonPagedPoolUsage",
                "PagefileUsage",
                "PeakPagefileUsage",
                "PrivateUsage",
            )
        ),
    )


kernel32.GetCurrentProcess.restype = c_void_p
kernel32.GetProcessHandleCount.argtypes = (c_void_p, c_void_p)
kernel32.CreateToolhelp32Snapshot.restype = c_void_p
kernel32.Thread32First.argtypes = kernel32.Thread32Next.argtypes = (c_void_p, c_void_p)
kernel32.CloseHandle.argtypes = (c_void_p,)
psapi.GetProcessMemoryInfo.argtypes = (c_void_p, c_void_p, c_uint32)


@dataclass(frozen=True)
class Holdings:
    """Handles, threads, and committed private memory in bytes."""

    handles: int
    threads: int
    memory: int


def holdings() -> Holdings:
    gc.collect()
    process = kernel32.GetCurrentProcess()
    handles, counters = c_uint32(0), MemoryCounters()
    counters.cb = ctypes.sizeof(counters)
    assert kernel32.GetProcessHandleCount(process, byref(handles))
    assert psapi.GetProcessMemoryInfo(process, byref(counters), counters.cb)
    return Holdings(handles.value, _threads(), counters.PrivateUsage)


def _threads() -> int:
    snapshot = kernel32.CreateToolhelp32Snapshot(SNAPSHOT_THREADS, 0)
    own = kernel32.GetCurrentProcessId()
    entry, found = ThreadEntry(), 0
    entry.dwSize = ctypes.sizeof(entry)
    more = kernel32.Thread32First(snapshot, byref(entry))
    while more:
        found += entry.th32OwnerProcessID == own
        more = kernel32.Thread32Next(snapshot, byref(entry))
    kernel32.CloseHandle(snapshot)
    return found

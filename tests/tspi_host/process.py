"""What this process holds, counted one by one: the sums that Windows keeps are not kept by every Wine."""

import ctypes
import gc
from ctypes import byref, c_size_t, c_uint8, c_uint16, c_uint32, c_void_p
from dataclasses import dataclass

from tests.tspi_host.library import kernel32

SNAPSHOT_THREADS = 0x4
HEAP_ENTRY_BUSY = 0x4

HANDLE_STEP = 4
MAX_HANDLES = 8192
"""So many are looked for. Those of a leak would be among them, as the lowest free one is taken."""


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


class HeapEntry(ctypes.Structure):
    """PROCESS_HEAP_ENTRY."""

    _fields_ = (
        ("lpData", c_void_p),
        ("cbData", c_uint32),
        ("cbOverhead", c_uint8),
        ("iRegionIndex", c_uint8),
        ("wFlags", c_uint16),
        ("block", c_void_p * 3),
    )


kernel32.CreateToolhelp32Snapshot.restype = c_void_p
kernel32.Thread32First.argtypes = kernel32.Thread32Next.argtypes = (c_void_p, c_void_p)
kernel32.CloseHandle.argtypes = (c_void_p,)
kernel32.GetHandleInformation.argtypes = (c_void_p, c_void_p)
kernel32.GetProcessHeap.restype = c_void_p
kernel32.HeapWalk.argtypes = (c_void_p, c_void_p)
kernel32.HeapAlloc.argtypes = (c_void_p, c_uint32, c_size_t)
kernel32.HeapAlloc.restype = c_void_p
kernel32.HeapFree.argtypes = (c_void_p, c_uint32, c_void_p)
kernel32.CreateEventW.argtypes = (c_void_p, c_uint32, c_uint32, c_void_p)
kernel32.CreateEventW.restype = c_void_p
kernel32.HeapLock.argtypes = kernel32.HeapUnlock.argtypes = (c_void_p,)


@dataclass(frozen=True)
class Holdings:
    """Handles, threads, and what is in use of the process' heap, where the
    provider has its memory: blocks, and bytes."""

    handles: int
    threads: int
    blocks: int
    memory: int


def holdings() -> Holdings:
    gc.collect()
    return Holdings(_handles(), _threads(), *_heap())


def _handles() -> int:
    """By looking at each: Wine's GetProcessHandleCount tells of none, whatever there is."""
    flags = c_uint32(0)
    return sum(
        kernel32.GetHandleInformation(value, byref(flags)) != 0
        for value in range(HANDLE_STEP, MAX_HANDLES * HANDLE_STEP, HANDLE_STEP)
    )


def _heap() -> tuple[int, int]:
    """Blocks and bytes. The counters of GetProcessMemoryInfo are pages, and PrivateUsage is 0 in Wine."""
    heap, entry = kernel32.GetProcessHeap(), HeapEntry()
    blocks = used = 0
    kernel32.HeapLock(heap)
    while kernel32.HeapWalk(heap, byref(entry)):
        if entry.wFlags & HEAP_ENTRY_BUSY:
            blocks += 1
            used += entry.cbData
    kernel32.HeapUnlock(heap)
    return blocks, used


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

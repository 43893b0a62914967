"""Finds the program on this machine that has a port or a file open, from /proc of Linux.

None on other systems, and for programs of other accounts.
"""

import ipaddress
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")

LISTENING = {"tcp": "0A", "udp": "07"}
"""The state of a listening socket in /proc/net/tcp and /proc/net/udp (proc(5))."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A running program. `own`: it is an Offhook."""

    pid: int
    name: str
    own: bool
    since: float | None

    def __str__(self) -> str:
        return f"{'Offhook' if self.own else self.name} (pid {self.pid}{self._when()})"

    def _when(self) -> str:
        if self.since is None:
            return ""
        today = time.localtime(self.since)[:3] == time.localtime()[:3]
        form = ", since %H:%M" if today else ", since %Y-%m-%d %H:%M"
        return time.strftime(form, time.localtime(self.since))


def holder_of_port(host: str, port: int) -> Holder | None:
    """The program listening on this address, or on one that conflicts
    with it (TCP or UDP); may be this one."""
    wanted = set(_sockets(host, port))
    return _holder(lambda target: target in wanted) if wanted else None


def holder_of_file(path: Path) -> Holder | None:
    """Another program that has this file open."""
    whole = str(path.resolve())
    return _holder(lambda target: target == whole, os.getpid())


def _holder(fits: Callable[[str], bool], but: int | None = None) -> Holder | None:
    for pid in _processes():
        if pid == but:
            continue
        if any(fits(target) for target in _open(PROC / str(pid) / "fd")):
            return _describe(pid)
    return None


def _open(folder: Path) -> Iterator[str]:
    """The open files of a process, if this account may see them."""
    with suppress(OSError):
        for name in os.listdir(folder):
            with suppress(OSError):
                yield os.readlink(folder / name)


def _processes() -> list[int]:
    try:
        return sorted(int(name) for name in os.listdir(PROC) if name.isdecimal())
    except OSError:
        return []


def _describe(pid: int) -> Holder:
    folder = PROC / str(pid)
    name, words, since = "another program", [], None
    with suppress(OSError):
        name = (folder / "comm").read_text(errors="replace").strip() or name
    with suppress(OSError):
        words = (folder / "cmdline").read_text(errors="replace").split("\0")
    with suppress(OSError, ValueError, IndexError):
        since = _started(folder) if sys.platform != "win32" else None
    return Holder(pid, name, any(_is_own(word) for word in words[:3]), since)


def _is_own(word: str) -> bool:
    """Is this word of a command line Offhook: `offhook`, `offhook.cli.main`, or a path to it?"""
    name = os.path.basename(word)
    return name in ("offhook", "offhook.exe") or word.startswith("offhook.")


def _started(folder: Path) -> float:
    """When the process started. Field 22 of stat is in ticks since boot;
    field 2, the name, may contain blanks."""
    ticks = int((folder / "stat").read_text(errors="replace").rpartition(")")[2].split()[19])
    lines = (PROC / "stat").read_text().splitlines()
    booted = next(int(line.split()[1]) for line in lines if line.startswith("btime "))
    return booted + ticks / _ticks_a_second()


def _ticks_a_second() -> int:
    if sys.platform == "win32":
        raise OSError("there is no /proc")
    return os.sysconf("SC_CLK_TCK")


def _sockets(host: str, port: int) -> Iterator[str]:
    """The conflicting sockets, in the form of /proc/PID/fd."""
    for table in ("tcp", "udp", "tcp6", "udp6"):
        try:
            lines = (PROC / "net" / table).read_text().splitlines()[1:]
        except OSError:
            continue
        for fields in map(str.split, lines):
            address, _, number = fields[1].partition(":")
            if (
                fields[3] == LISTENING[table[:3]]
                and int(number, 16) == port
                and _meet(host, _address(address))
            ):
                yield f"socket:[{fields[9]}]"


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Parse an address as the kernel prints it: 32-bit words in the machine's byte order."""
    raw = b"".join(int(text[at : at + 8], 16).to_bytes(4, sys.byteorder) for at in range(0, len(text), 8))
    address = ipaddress.ip_address(raw)
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _meet(host: str, other: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    try:
        own = ipaddress.ip_address(host)
    except ValueError:
        return True  # a host name may resolve to any address
    return own == other or own.is_unspecified or other.is_unspecified

"""Parts of a test bed in network namespaces of their own, on one bridge, and cuts between them.

Everything lives inside the network namespace of the process that makes it, and goes with it: nothing is left
on the machine, and nothing outside can be reached. Needs root, `ip` and `nft`.
"""

from __future__ import annotations

import ctypes
import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TypeVar

from tests.peers.program import find

BRIDGE = "site"
NETWORK = "192.0.2"
"""TEST-NET-1 (RFC 5737): belongs to nobody."""

CLONE_NEWNET = 0x40000000

FIREWALL = """\
table inet cut {
  set from { type ipv4_addr; }
  set from_machine { type ether_addr; }
  set to { type ipv4_addr; }
  chain in {
    type filter hook input priority 0;
    ip saddr @from drop;
    ether saddr @from_machine drop;
  }
  chain out { type filter hook output priority 0; ip daddr @to drop; }
}
"""

T = TypeVar("T")


class Part:
    """One namespace: a machine on the site's network."""

    def __init__(self, name: str, number: int) -> None:
        self.name, self.address = name, f"{NETWORK}.{number}"
        # It keeps the namespace until its input closes, that is until this process is gone.
        self._holder = subprocess.Popen(
            [find("unshare"), "-n", "sh", "-c", "echo; exec cat"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._holder.stdout is not None
        self._holder.stdout.readline()
        self._namespace = os.open(f"/proc/{self._holder.pid}/ns/net", os.O_RDONLY)
        ip(
            "link",
            "add",
            "name",
            name,
            "type",
            "veth",
            "peer",
            "name",
            "lan0",
            "netns",
            str(self._holder.pid),
        )
        ip("link", "set", "dev", name, "master", BRIDGE, "up")
        with self.inside():
            ip("link", "set", "lo", "up")
            ip("addr", "add", f"{self.address}/24", "dev", "lan0")
            ip("link", "set", "lan0", "up")
            nft(FIREWALL)
            self.mac = ip("-o", "link", "show", "dev", "lan0").partition("link/ether ")[2].split()[0]

    @contextmanager
    def inside(self) -> Iterator[None]:
        """What this thread does meanwhile it does from there: sockets and programs belong there from then on.

        Nothing may be awaited inside.
        """
        own = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        try:
            _enter(self._namespace)
            try:
                yield
            finally:
                _enter(own)
        finally:
            os.close(own)

    def run(self, what: Callable[[], T]) -> T:
        """Do it from there, in whichever thread."""
        with self.inside():
            return what()

    def connect(self, port: int) -> socket.socket:
        """A connection to what listens there on loopback: no cut is between."""
        with self.inside():
            return socket.create_connection(("127.0.0.1", port), 2)

    def start(
        self, command: list[str], log: Path, *, env: dict[str, str] | None = None, folder: Path | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a program there."""
        with self.inside(), log.open("ab") as file:
            return subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, env=env, cwd=folder
            )

    def talk(self, command: list[str], errors: IO[bytes]) -> subprocess.Popen[bytes]:
        """Start a program there whose input and output are pipes."""
        with self.inside():
            return subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, bufsize=0
            )

    def deafen(self, other: Part) -> None:
        """Nothing that the other one sends arrives here any more, nor from an address that moves, while it
        has that."""
        with self.inside():
            nft(
                f"add element inet cut from {{ {other.address} }}\n"
                f"add element inet cut from_machine {{ {other.mac} }}\n"
            )

    def mute(self, other: Part) -> None:
        """Nothing goes from here to the other one any more."""
        with self.inside():
            nft(f"add element inet cut to {{ {other.address} }}")

    def heal(self) -> None:
        """All cuts that were made here are over."""
        with self.inside():
            nft("flush set inet cut from\nflush set inet cut from_machine\nflush set inet cut to\n")

    def may_have(self, address: str) -> None:
        """The address is this machine's too, but it does not tell the network so."""
        with self.inside():
            Path("/proc/sys/net/ipv4/conf/all/arp_ignore").write_text("1")
            ip("addr", "add", f"{address}/32", "dev", "lo")

    def find_at(self, address: str, other: Part) -> None:
        """From now on this machine finds the address at the other one, as a move of it tells."""
        with self.inside():
            ip("neigh", "replace", address, "lladdr", other.mac, "dev", "lan0", "nud", "permanent")

    @property
    def path(self) -> str:
        """Its namespace, as a file."""
        return f"/proc/{self._holder.pid}/ns/net"

    def close(self) -> None:
        """Give the namespace back."""
        os.close(self._namespace)
        assert self._holder.stdin is not None
        self._holder.stdin.close()
        self._holder.wait()


class Network:
    """The bridge, and the parts on it."""

    def __init__(self) -> None:
        ip("link", "set", "lo", "up")
        ip("link", "add", BRIDGE, "type", "bridge")
        ip("link", "set", BRIDGE, "up")
        self.parts: dict[str, Part] = {}

    def add(self, name: str) -> Part:
        """One more machine."""
        part = self.parts[name] = Part(name, 10 + len(self.parts))
        return part

    def lose(self, one: Part, other: Part) -> None:
        """What the two send each other is lost on its way, whichever of its addresses it comes from."""
        one.deafen(other)
        other.deafen(one)

    def cut(self, one: Part, other: Part) -> None:
        """Nothing passes between the two, either way: who sends by UDP hears from its system so."""
        one.deafen(other)
        one.mute(other)

    def heal(self) -> None:
        """All cuts are over."""
        for part in self.parts.values():
            part.heal()

    def close(self) -> None:
        """Give all namespaces back."""
        for part in self.parts.values():
            part.close()


def alone(module: str, arguments: list[str]) -> int:
    """Run the module again in a network namespace of its own, and wait for it; its exit status."""
    import sys

    if os.geteuid() != 0:
        raise PermissionError("network namespaces with a telephone system inside need root")
    return subprocess.call([find("unshare"), "-n", sys.executable, "-m", module, *arguments])


def ip(*arguments: str) -> str:
    """`ip` of this thread's namespace, and what it says."""
    return subprocess.run([find("ip"), *arguments], check=True, capture_output=True, text=True).stdout


def nft(rules: str) -> None:
    """`nft` of this thread's namespace."""
    subprocess.run([find("nft"), "-f", "-"], input=rules.encode(), check=True, capture_output=True)


_libc = ctypes.CDLL(None, use_errno=True)


def _enter(namespace: int) -> None:
    if _libc.setns(namespace, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")

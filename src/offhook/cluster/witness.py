"""A process beside that of a node, which ends the node's lease at once when the node's process has died.

Other nodes cannot know whether a silent one has died or is cut off, and wait for its lease to end. But the
kernel of its own machine knows: when a process has become somebody else's child, all threads of its parent
have ended, and nothing is sent by them any more. That never happens to one that is only frozen.

If the machine dies, or whatever ends the node's process ends this one as well, the others wait as without it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from offhook.cluster.bus import Bus, tls_of
from offhook.cluster.entries import Entry, Get, NodeEntry, Put, Written, decode_node, encode, node_key
from offhook.cluster.lease import LEASE_S
from offhook.common import coredumps
from offhook.config import ClusterSettings
from offhook.errors import ConfigError, UnavailableError

logger = logging.getLogger(__name__)

AGAIN_S = 0.02
"""How often it is looked whether a process that has closed its files is gone, and NATS is tried again."""

DISMISS_S = 1.0
"""It gets so long to end by itself when the node has ended in order."""

IN_ORDER = b"."
"""What it hears of a node that ends in order, and has nothing to be said of it."""

FILES = ("tls_certificate", "tls_key", "ca_file")
MEMBERS = ("node", "site", "servers", "replicas", "token", *FILES)
"""How NATS is reached, of the settings."""

NEEDED = ("PATH", "LD_LIBRARY_PATH", "OPENSSL_CONF", "SSL_CERT_DIR", "SSL_CERT_FILE")
"""What it inherits of the environment, with what is Python's own (PYTHONPATH). There may be secrets in the
rest, which other processes of the account could read until it has forbidden that."""


class Witness:
    """The node's own end: starts the process, and lets it go when the node ends in order."""

    def __init__(self, settings: ClusterSettings) -> None:
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, run: str) -> None:
        """Have it know this run of the node. Blocks for some milliseconds; it does without where it cannot be
        started, and on Windows, where a process keeps its parent's number."""
        if sys.platform == "win32" or not sys.executable:
            return
        command = [sys.executable, "-P", "-m", __name__]
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                env=_needed(os.environ),
                start_new_session=True,
            )
        except OSError as error:
            logger.warning("no process looks whether this one dies (%s); others wait for its lease", error)
            return
        self._process = process
        _say(process.stdin, _Task.of(self._settings, run).encoded())

    def dismiss(self) -> None:
        """The node has ended in order. Blocks until the process has gone; one that is stopped is killed."""
        process, self._process = self._process, None
        if process is None:
            return
        _say(process.stdin, IN_ORDER)
        with suppress(OSError, subprocess.TimeoutExpired):
            process.communicate(timeout=DISMISS_S)
        process.kill()  # without effect on one that has ended
        process.wait()


def _needed(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if name in NEEDED or name.startswith("PYTHON")}


def _say(to: IO[bytes] | None, data: bytes) -> None:
    with suppress(OSError):  # it has been killed: it is done without
        if to is not None:
            to.write(data)
            to.flush()


@dataclass(frozen=True, slots=True)
class _Task:
    """The node's process, its run, and how NATS is reached."""

    pid: int
    run: str
    settings: ClusterSettings

    @classmethod
    def of(cls, settings: ClusterSettings, run: str) -> _Task:
        return cls(os.getpid(), run, settings)

    def encoded(self) -> bytes:
        """A line; it goes over a pipe alone, as the token is in it."""
        told = {"pid": self.pid, "run": self.run} | {name: getattr(self.settings, name) for name in MEMBERS}
        return json.dumps(told, default=str).encode() + b"\n"

    @classmethod
    def decoded(cls, line: bytes) -> _Task:
        told = json.loads(line)
        certificate, key, authority = (None if one is None else Path(one) for one in map(told.get, FILES))
        settings = ClusterSettings(
            node=told["node"],
            site=told["site"],
            servers=tuple(told["servers"]),
            replicas=told["replicas"],
            token=told["token"],
            tls_certificate=certificate,
            tls_key=key,
            ca_file=authority,
        )
        return cls(told["pid"], told["run"], settings)


def is_gone(pid: int, limit_s: float) -> bool:
    """Does the process that has started this one end, in so many seconds?"""
    end = time.monotonic() + limit_s
    while os.getppid() == pid:
        if time.monotonic() >= end:
            return False
        time.sleep(AGAIN_S)
    return True


def end_of(run: str, entry: Entry) -> Put | None:
    """What ends the lease of this run of a node, which is known to have died; None: it has none. It replaces
    exactly the node's `entry` that was read: where a renewal is still on its way, one of both fails."""
    found = decode_node(entry.value)
    if found is None or found.run != run or found.ended:
        return None
    ended = NodeEntry(found.run, found.epoch, found.beat, ended=True)
    return Put(entry.key, encode(ended), entry.revision)


async def testify(settings: ClusterSettings, run: str) -> bool:
    """Write that this run is over; False if it had no lease any more. Raises `UnavailableError`."""
    bus = await Bus.connect(settings, tls_of(settings))
    try:
        while True:
            found = await bus.ask(Get(node_key(settings.node)))
            if not isinstance(found, Entry):
                await asyncio.sleep(AGAIN_S)
                continue
            end = end_of(run, found)
            if end is None:
                return False
            if isinstance(await bus.ask(end), Written):
                return True
    finally:
        await bus.close()


async def _testify_again(settings: ClusterSettings, run: str) -> None:
    """Until that has been done."""
    with suppress(ConfigError):
        while True:
            with suppress(UnavailableError):
                await testify(settings, run)
                return
            await asyncio.sleep(AGAIN_S)


def main() -> None:
    """Wait for the end of the node whose process has started this one."""
    if sys.platform == "win32":
        return
    parent = os.getppid()
    coredumps.switch_off(private=True)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)  # whoever ends the node may mean all of its processes
    line = sys.stdin.buffer.readline()
    if not line.endswith(b"\n"):
        return  # it has died before it could say who it is
    task = _Task.decoded(line)
    if task.pid != parent:
        return  # something stands between, or the node died before this was asked: that is not to be known
    if sys.stdin.buffer.read(len(IN_ORDER)) or not is_gone(task.pid, LEASE_S):
        return
    # After a lease the others have ended it by themselves. The signal ends it whatever it waits for.
    signal.setitimer(signal.ITIMER_REAL, LEASE_S)
    asyncio.run(_testify_again(task.settings, task.run))


if __name__ == "__main__":
    main()

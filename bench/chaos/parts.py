"""What runs in the bed besides the telephone system: NATS, PostgreSQL and the Call Managers."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import trustme

from bench.chaos.kinds import SECRET, Kind, called, callers
from bench.chaos.network import Part
from tests.manager.stores.postgres import Postgres
from tests.peers.program import PeerProgramError, find

START_S = 60.0
"""So long each part has time to start on a busy machine."""

NATS_PORT, ROUTE_PORT = 4222, 6222
SSCP_PORT = 7701

FAKETIME = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
"""Debian's libfaketime: the clock of a program steps while it runs."""

TOKEN = "the-nodes-alone"


class Clock:
    """What a program takes for the wall clock, if it `steps`; its steady clocks go on.

    A program of Go, as NATS is, asks the kernel by itself, and is not deceived. Beneath libfaketime a Call
    Manager takes three times the processor time that it takes alone.
    """

    def __init__(self, folder: Path, *, steps: bool) -> None:
        self._file, self._steps = folder / "clock", steps

    def set(self, offset: str) -> None:
        """Let it be so far off, like `+3600`."""
        new = self._file.with_suffix(".new")
        new.write_text(f"{offset}\n")
        new.chmod(0o644)
        new.replace(self._file)

    @property
    def env(self) -> dict[str, str]:
        """What the program is started with."""
        if not self._steps:
            return {}
        return {
            "LD_PRELOAD": str(FAKETIME[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }


class Process:
    """One program of the bed: started, killed, stopped in its tracks, made to go on."""

    def __init__(self, part: Part, folder: Path) -> None:
        self.part, self.folder = part, folder
        self.log = folder / "log"
        self._process: subprocess.Popen[bytes] | None = None
        self.frozen = False
        folder.mkdir(exist_ok=True)

    @property
    def up(self) -> bool:
        """Does it run, and is not stopped in its tracks?"""
        return self._process is not None and self._process.poll() is None and not self.frozen

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process is not None
        return self._process.pid

    def begin(self, command: list[str], env: dict[str, str] | None = None) -> None:
        """Start it."""
        self._process = self.part.start(command, self.log, env=env, folder=self.folder)

    def kill(self) -> None:
        """As kill -9 does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self.frozen = False

    def freeze(self) -> None:
        """As a hypervisor does that stops a machine."""
        self.frozen = True
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        os.kill(self.pid, signal.SIGCONT)
        self.frozen = False

    def stop(self, limit: float = 15.0) -> None:
        """In order; killed if it does not go."""
        if self._process is None:
            return
        if self.frozen:
            self.thaw()
        self._process.terminate()
        try:
            self._process.wait(limit)
        except subprocess.TimeoutExpired:
            self.kill()

    def until(self, ready: Callable[[], object], what: str) -> None:
        """Wait for it. Raises `PeerProgramError`."""
        end = time.monotonic() + START_S
        while not ready():
            if self._process is not None and self._process.poll() is not None:
                raise PeerProgramError(f"{what} ended: {self.last_words()}")
            if time.monotonic() > end:
                raise PeerProgramError(f"{what} was waited for {START_S:g} s: {self.last_words()}")
            time.sleep(0.05)

    def last_words(self) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-2000:] if self.log.exists() else ""

    def listens(self, port: int) -> bool:
        """Does it take connections?"""
        try:
            self.part.connect(port).close()
        except OSError:
            return False
        return True


class Nats(Process):
    """One of three servers that are one."""

    def configure(self, all_parts: list[Part], authority: trustme.CA) -> None:
        """Write its configuration."""
        authority.issue_cert(self.part.address, "127.0.0.1").private_key_and_cert_chain_pem.write_to_path(
            self.folder / "nats.pem"
        )
        pem = self.folder / "nats.pem"
        routes = ", ".join(f'"nats://{one.address}:{ROUTE_PORT}"' for one in all_parts)
        (self.folder / "nats.conf").write_text(
            f"server_name: {self.part.name}\nlisten: 0.0.0.0:{NATS_PORT}\n"
            f'jetstream {{ store_dir: "{self.folder}/store", max_mem: 64MB, max_file: 256MB }}\n'
            f'authorization {{ token: "{TOKEN}" }}\n'
            f'tls {{ cert_file: "{pem}", key_file: "{pem}" }}\n'
            f"cluster {{ name: bed, listen: 0.0.0.0:{ROUTE_PORT}, routes: [{routes}] }}\n"
        )

    def start(self) -> None:
        """Start it, or start it again."""
        # On one processor of few it wakes up fewer threads for each message.
        env = {**os.environ, "GOMAXPROCS": "1"}
        self.begin([find("nats-server"), "-c", str(self.folder / "nats.conf")], env)
        self.until(lambda: self.listens(NATS_PORT), self.part.name)


class Database:
    """PostgreSQL, with TLS, as it is on a machine of its own."""

    def __init__(self, part: Part, folder: Path, authority: trustme.CA, *, clocks: bool) -> None:
        self.part = part
        hba = "host all all 127.0.0.1/32 trust\nhostssl all all all scram-sha-256\n"
        self._files = folder
        folder.mkdir(exist_ok=True)
        # It runs under an account of its own, which may not look into the bed's folder.
        self._clock_folder = Path(tempfile.mkdtemp(prefix="offhook-clock-"))
        self._clock_folder.chmod(0o755)
        self.clock = Clock(self._clock_folder, steps=clocks)
        self.clock.set("+0")
        self._server = Postgres(hba=hba, env=self.clock.env)
        pem = folder / "postgresql.pem"
        authority.issue_cert(part.address).private_key_and_cert_chain_pem.write_to_path(pem)

    @property
    def pid(self) -> int:
        """Its first process."""
        assert self._server._process is not None
        return self._server._process.pid

    def start(self) -> None:
        """Make it, with an empty database."""
        self.part.run(self._start)

    def _start(self) -> None:
        server = self._server
        server.__enter__()
        key = server.folder / "postgresql.pem"
        shutil.copy(self._files / "postgresql.pem", key)
        key.chmod(0o600)
        if server._account is not None:
            shutil.chown(key, server._account)
        server.stop()
        tls = {"ssl": "on", "ssl_cert_file": str(key), "ssl_key_file": str(key), "listen_addresses": "*"}
        server.start(tls)
        server._do(f"ALTER ROLE offhook PASSWORD '{TOKEN}'")

    def add(self, name: str) -> None:
        """An empty database."""
        self.part.run(lambda: self._server._do(f"CREATE DATABASE {name}"))

    def url(self, name: str) -> str:
        """Where the nodes find one."""
        return f"postgresql://offhook@{self.part.address}:{self._server.port}/{name}"

    def restart(self) -> None:
        """Everybody is cut off."""
        self.part.run(self._server.restart)

    def stop(self) -> None:
        """Away with it."""
        self.part.run(self._server.__exit__)
        shutil.rmtree(self._clock_folder, ignore_errors=True)

    def calls(self, name: str) -> list[tuple[str, str]]:
        """Of each row of a site's call log that has not ended: id and node."""
        with self.part.inside():
            connection = psycopg.connect(self._server.url(name))
        with connection:
            return [(row[0], row[1]) for row in connection.execute(UNENDED).fetchall()]


UNENDED = b"SELECT id, node FROM calls WHERE ended IS NULL"

CONFIG = """\
[cluster]
node = "{node}"
site = "{site}"
servers = [{servers}]
replicas = 3
token_file = "nats.token"
ca_file = "ca.pem"
[tsp]
listen = "127.0.0.1:0"
require_token = false
[sscp]
listen = "127.0.0.1:{sscp}"
[address]
extension_lengths = [4]
[log]
level = "info"
[state]
dir = "state"
{database}
[switch]
"""

DATABASE = """\
database = "{url}"
database_password_file = "nats.token"
database_ca_file = "ca.pem"
"""


class CallManager(Process):
    """A node: `offhook up --only manager`. `clocks`: its clock steps."""

    def __init__(self, part: Part, folder: Path, *, clocks: bool) -> None:
        super().__init__(part, folder)
        self.clock = Clock(folder, steps=clocks)

    def configure(
        self, kind: Kind, nats: list[Part], server: Part, database: str, authority: trustme.CA, pairs: int
    ) -> None:
        """Write its configuration. `server` is where the telephone system is, or its phones are."""
        authority.cert_pem.write_to_path(self.folder / "ca.pem")
        for name, text in (("nats.token", TOKEN), ("asterisk.secret", SECRET)):
            (self.folder / name).write_text(text)
            (self.folder / name).chmod(0o600)
        text = CONFIG.format(
            node=self.part.name,
            servers=", ".join(f'"tls://{one.address}:{NATS_PORT}"' for one in nats),
            sscp=SSCP_PORT,
            site=kind.name,
            database=DATABASE.format(url=database) if database else "",
        )
        text += kind.config.format(server=server.address, own=self.part.address)
        for caller in callers(pairs):
            for user in (caller, called(caller, pairs)):
                text += f'[[terminal]]\nid = "{user}"\nname = "Desk {user}"\npassword = "secret-{user}"\n'
        (self.folder / "offhook.toml").write_text(text)
        self.clock.set("+0")

    def start(self) -> None:
        """Start it, or start it again; returns at once."""
        env = {**os.environ, **self.clock.env}
        offhook = Path(sys.executable).with_name("offhook")
        config = str(self.folder / "offhook.toml")
        self.begin([str(offhook), "up", "--only", "manager", "--config", config], env)

    def ready(self) -> None:
        """Wait until people can log in."""
        self.until(lambda: self.token() and self.listens(SSCP_PORT), f"node {self.part.name}")

    def token(self) -> str:
        """What programs of its machine log in with; "" if it has none just now."""
        try:
            return (self.folder / "state" / "local.token").read_text().strip()
        except OSError:
            return ""

    def connection(self) -> socket.socket:
        """A connection to its SSCP port, from its own machine."""
        return self.part.connect(SSCP_PORT)

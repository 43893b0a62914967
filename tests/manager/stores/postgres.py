"""A real PostgreSQL for the tests: a server of its own with a database for each test."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Self

import psycopg

from offhook.manager.stores.postgresql.server import Address
from tests.peers.program import PeerProgramError, free_port

LIMIT_S = 60.0
"""How long it may take to start, on a machine that is busy with other tests."""

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "fsync": "off",  # what survives a power cut is PostgreSQL's to test
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "log_min_messages": "warning",
}


def program(name: str) -> str:
    """One of the server's own programs, the newest version's. A missing one is a failure."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    path = str(found[-1]) if found else shutil.which(name)
    if path is None:
        raise PeerProgramError(f"PostgreSQL's {name} is not installed; run: tools/install-peers")
    return path


def account() -> str | None:
    """Whom it runs as: it refuses to be root's. None: as whoever runs the tests."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise PeerProgramError("PostgreSQL cannot run as root, and there is no account postgres or nobody")


class Postgres:
    """A server with trust for everybody on this machine: `with Postgres() as server`."""

    def __init__(
        self,
        *,
        hba: str = "",
        settings: Mapping[str, str] | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        """`env`: what the server has in its environment besides ours."""
        self.port = free_port()
        self._settings = {**SETTINGS, **(settings or {}), "port": str(self.port)}
        self._hba, self._env = hba, env or {}
        self._account = account()
        self._process: subprocess.Popen[bytes] | None = None
        self._names = count()
        self._paused: list[int] = []

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="offhook-postgresql-"))
        self.data = self.folder / "data"
        try:
            if self._account is not None:
                shutil.chown(self.folder, self._account)
            self._run(
                *("initdb", "--pgdata", str(self.data), "--username", "offhook", "--auth", "trust"),
                *("--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"),
            )
            if self._hba:
                (self.data / "pg_hba.conf").write_text(self._hba)
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, settings: dict[str, str] | None = None) -> None:
        """Start it, from now on with these settings as well; returns once it answers."""
        self._settings |= settings or {}
        settings = self._settings | {"unix_socket_directories": str(self.folder)}
        options = [f"-c{name}={value}" for name, value in settings.items()]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [program("postgres"), "-D", str(self.data), *options],
                cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={**os.environ, **self._env},
                user=self._account, group=self._group, extra_groups=self._groups,
            )  # fmt: skip
        end = time.monotonic() + LIMIT_S
        while True:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=5).close()
                return
            except psycopg.OperationalError as error:
                if self._process.poll() is not None or time.monotonic() > end:
                    said = (self.folder / "log").read_text(errors="replace")[-2000:]
                    raise PeerProgramError(f"PostgreSQL does not start: {error}\n{said}") from error
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop it, whoever is connected."""
        if self._process is None:
            return
        self.go_on()
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(LIMIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def restart(self) -> None:
        """Stop and start it: everybody is cut off."""
        self.stop()
        self.start()

    def pause(self, pid: int) -> None:
        """Let one of its processes hang until `go_on`."""
        os.kill(pid, signal.SIGSTOP)
        self._paused.append(pid)

    def go_on(self) -> None:
        """Let all go on that hang."""
        while self._paused:
            os.kill(self._paused.pop(), signal.SIGCONT)

    def url(self, database: str) -> str:
        """The address of a database, over TCP."""
        return f"postgresql://offhook@127.0.0.1:{self.port}/{database}"

    @contextmanager
    def database(self) -> Iterator[Address]:
        """A new empty database, removed at the end."""
        name = f"test{next(self._names)}"
        self._do(f"CREATE DATABASE {name} STRATEGY file_copy")
        try:
            yield Address(self.url(name))
        finally:
            if self._process is not None:
                self._do(f"DROP DATABASE {name} WITH (FORCE)")

    def _do(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as own:
            own.execute(statement.encode())

    def _run(self, name: str, *arguments: str) -> None:
        done = subprocess.run(
            [program(name), *arguments], cwd=self.folder, capture_output=True, text=True, check=False,
            user=self._account, group=self._group, extra_groups=self._groups,
        )  # fmt: skip
        if done.returncode:
            raise PeerProgramError(f"{name} failed: {done.stdout[-1000:]}{done.stderr[-2000:]}")

    @property
    def _group(self) -> int | None:
        return None if self._account is None else pwd.getpwnam(self._account).pw_gid

    @property
    def _groups(self) -> list[int] | None:
        return None if self._account is None else []

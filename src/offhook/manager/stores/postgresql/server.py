"""Connections to a PostgreSQL server: a few that are shared, and no wait for it without an end."""

import logging
import select
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import psycopg
from psycopg import conninfo

from offhook.common.network import is_loopback
from offhook.errors import ConfigError, UnavailableError

logger = logging.getLogger(__name__)

Connection: TypeAlias = "psycopg.Connection[tuple[Any, ...]]"

OLDEST = 15
"""The oldest version of PostgreSQL that this is tried with: Debian 12's."""

MOST = 8
"""Connections of one Call Manager: as many statements at once keep a server of four cores busy."""

CONNECT_S = 5
"""How long one attempt to connect may take."""

BUSY_S = 5.0
"""How long is waited for one of the connections while all are in use."""

AGAIN_S = 1.0
"""After a failed attempt everybody else is refused at once for so long: threads that log people in must not
all hang at a server that is away."""

START_S = 30.0
"""How long a start waits for a server that is not there yet: both may start with the machine."""

STATEMENT_S = 10
"""After so long the server ends a statement. The slowest, a page of the call log, takes milliseconds."""

LIMIT_S = 15.0
"""After so long a connection is cut off: a server that hangs or a pulled cable ends no statement."""

KEEPALIVE = {"keepalives_idle": "10", "keepalives_interval": "5", "keepalives_count": "3"}
"""After 25 s both sides know that the other is gone. The server's own default is two hours: so long a lock of
a machine that lost its power would last."""

SCHEMA = "offhook"
"""The schema that holds all tables: nobody else's objects are ever found instead of them."""

PASSING = ("starting up", "shutting down", "too many", "remaining connection slots", "not yet accepting")
"""What a server refuses with for a while only. Other refusals, such as of a password, stay."""

SYSTEM_CA = 16_00_00
"""Since this version of libpq certificates can be judged by what the system trusts."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the database is. `url` is libpq's, without the password; `ca_file` judges its certificate.

    On a connection that leaves this machine TLS is wanted, with a certificate of the server's name.
    """

    url: str
    password: str = field(default="", repr=False)
    ca_file: Path | None = None

    def parameters(self) -> dict[str, Any]:
        """What libpq is told. Raises `ConfigError`."""
        try:
            given = conninfo.conninfo_to_dict(self.url)
        except psycopg.Error as error:
            raise _wrong(
                f"cannot be read ({_first_line(error)})",
                'write it like "postgresql://offhook@db.example/offhook"',
            ) from None
        found: dict[str, Any] = {name: str(value) for name, value in given.items() if value}
        if others := sorted(found.keys() - {"host", "port", "user", "dbname"}):
            raise _wrong(
                f"has {', '.join(others)} in it", "leave only host, port, user and name of the database"
            )
        if "host" not in found:
            raise _wrong("names no host", 'name it, or the folder of its socket: "?host=/run/postgresql"')
        options = {
            "search_path": SCHEMA,
            "statement_timeout": f"{STATEMENT_S}s",
            "lock_timeout": f"{STATEMENT_S}s",
            "idle_in_transaction_session_timeout": "60s",
            "TimeZone": "UTC",
            **{f"tcp_{name}": value for name, value in KEEPALIVE.items()},
        }
        found |= {
            "application_name": "offhook",
            "client_encoding": "UTF8",
            "connect_timeout": str(CONNECT_S),
            "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
            **KEEPALIVE,
        }
        if sys.platform == "linux":
            found["tcp_user_timeout"] = str(int(LIMIT_S * 1000))
        if self.password:
            found["password"] = self.password
        hosts = [one for one in found.get("host", "").split(",") if one]
        if len(hosts) > 1:
            found["target_session_attrs"] = "read-write"
        if all(one.startswith("/") or is_loopback(one) for one in hosts):
            return found
        if self.ca_file is None and psycopg.pq.version() < SYSTEM_CA:
            raise ConfigError(
                "configuration",
                "state.database_ca_file",
                "is missing: this PostgreSQL library does not know what the system trusts",
                "name the authority that has signed the server's certificate",
            )
        return found | {
            "sslmode": "verify-full",
            "sslrootcert": "system" if self.ca_file is None else str(self.ca_file),
        }


class Server:
    """The connections. `address` is looked at when the first one is made. Every method may be called from any
    thread."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._parameters = address.parameters()
        self._room = threading.Semaphore(MOST)
        self._lock = threading.Lock()
        self._idle: list[Connection] = []
        self._busy: dict[Connection, float] = {}
        self._refused_until, self._problem = 0.0, ""
        self._closed = threading.Event()
        self._watch = threading.Thread(target=self._cut_off_late, name="PostgreSQL", daemon=True)
        self._watch.start()

    @property
    def place(self) -> str:
        """Where it is, for people."""
        host = self._parameters.get("host") or "this machine"
        return f"the database {self._parameters.get('dbname', '')} at {host}"

    @contextmanager
    def using(self, limit_s: float = LIMIT_S, *, insist: bool = False) -> Iterator[Connection]:
        """A connection in autocommit mode, which is cut off after `limit_s`. Raises `UnavailableError`.

        `insist`: connect even if that has failed a moment ago, as who writes what would be lost.
        """
        if not self._room.acquire(timeout=BUSY_S):
            raise self.unavailable("all connections are in use")
        try:
            connection = self._taken(limit_s, insist)
            try:
                yield connection
            except psycopg.Error as error:
                raise self.unavailable(error) from error
            finally:
                self._give_back(connection)
        finally:
            self._room.release()

    def wait_for(self, limit_s: float = START_S) -> None:
        """Wait until it can be reached. Raises `ConfigError`."""
        end = time.monotonic() + limit_s
        told = limit_s < START_S  # who waits at a terminal is told at the end
        while True:
            try:
                with self.using() as connection:
                    _check(connection)
                return
            except UnavailableError as error:
                final = "FATAL" in error.what and not any(one in error.what for one in PASSING)
                if final or time.monotonic() >= end:
                    fix = "See that the server runs and lets this user in: docs/operations.md"
                    raise _wrong(error.what, fix) from error
                if not told:
                    logger.warning("%s; trying again for %.0f s", error.what, limit_s)
                told = True
            if self._closed.wait(AGAIN_S):
                raise _wrong("the start was ended", "start again")

    def unavailable(self, problem: Exception | str) -> UnavailableError:
        """The error for a database that cannot be used at the moment."""
        text = _first_line(problem) if isinstance(problem, Exception) else problem
        return UnavailableError(
            f"{self.place} cannot be used ({text})", "wait until it is back, or see why it is not"
        )

    def close(self) -> None:
        """Close what is not in use; the rest is closed as it is given back."""
        self._closed.set()
        with self._lock:
            idle, self._idle = self._idle, []
        for one in idle:
            shut(one)
        self._watch.join()

    def _taken(self, limit_s: float, insist: bool) -> Connection:
        while (found := self._idle_one(insist)) is not None and not lives(found):
            shut(found)
        connection = self.connect() if found is None else found
        with self._lock:
            self._busy[connection] = time.monotonic() + limit_s
        return connection

    def _idle_one(self, insist: bool) -> "Connection | None":
        """A connection that nobody uses; None if there is none and a new one is to be made. Raises
        `UnavailableError` if none is to be made either."""
        with self._lock:
            if self._idle:
                return self._idle.pop()
            if self._closed.is_set():
                raise self.unavailable("it is closed")
            if time.monotonic() < self._refused_until and not insist:
                raise self.unavailable(self._problem)
        return None

    def connect(self) -> Connection:
        """A connection that is nobody else's, and is to be closed. Raises `UnavailableError`."""
        try:
            connection = psycopg.connect("", autocommit=True, **self._parameters)
        except psycopg.Error as error:
            with self._lock:
                self._problem = _first_line(error)
                self._refused_until = time.monotonic() + AGAIN_S
            raise self.unavailable(error) from error
        return connection

    def _give_back(self, connection: Connection) -> None:
        with self._lock:
            del self._busy[connection]
            idle = connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
            if idle and not connection.closed and not self._closed.is_set():
                self._idle.append(connection)
                return
        shut(connection)

    def _cut_off_late(self) -> None:
        """Cut off what has taken too long: who waits for it gets an error."""
        while not self._closed.wait(AGAIN_S):
            now = time.monotonic()
            with self._lock:  # nobody closes one of these meanwhile, so the number is still its own
                for late in [one for one, end in self._busy.items() if now > end]:
                    _cut_off(late)


def _check(connection: Connection) -> None:
    """Raises `ConfigError` for a server that is too old, or keeps text in another encoding than UTF-8."""
    version = connection.info.server_version // 10_000
    if version < OLDEST:
        raise _wrong(f"is PostgreSQL {version}", f"use {OLDEST} or newer")
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise _wrong(
            f"keeps text as {encoding}", "make the database by: createdb --encoding UTF8 --template template0"
        )


def _wrong(what: str, fix: str) -> ConfigError:
    return ConfigError("configuration", "state.database", what, fix)


def lives(connection: Connection) -> bool:
    """Is it still open? Costs no question: from a server that has ended, the end can be read by now."""
    if connection.closed:
        return False
    try:
        number = connection.pgconn.socket
        if sys.platform != "win32":  # there select() takes any number, and there is no poll()
            poll = select.poll()
            poll.register(number, select.POLLIN)
            return not poll.poll(0)
        return not select.select([number], [], [], 0)[0]
    except (OSError, ValueError, psycopg.Error):
        return False


def _cut_off(connection: Connection) -> None:
    with (
        suppress(OSError, psycopg.Error),
        socket.fromfd(connection.pgconn.socket, socket.AF_INET, socket.SOCK_STREAM) as one,
    ):
        one.shutdown(socket.SHUT_RDWR)


def shut(connection: Connection) -> None:
    """Close it, in whatever state it is."""
    with suppress(psycopg.Error, OSError):
        connection.close()


def _first_line(error: Exception) -> str:
    """What it says of itself, in one line. libpq never repeats a password."""
    said = (str(error).strip() or type(error).__name__).partition("\n")[0]
    return said.removeprefix("connection failed: ")

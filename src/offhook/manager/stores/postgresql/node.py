"""One Call Manager of a name at a time: two of the same would close each other's calls as failed."""

from __future__ import annotations

import logging
import threading
import time

import psycopg

from offhook.errors import ConfigError, UnavailableError
from offhook.manager.stores.postgresql.server import AGAIN_S, Connection, Server, lives, shut
from offhook.manager.stores.postgresql.tables import sent

logger = logging.getLogger(__name__)

CLASS = 0x0FF0_0100
"""The first half of the advisory lock."""

LOOK_S = 5.0
"""How often it is looked whether the lock is still held: a restart of the server forgets it."""


class NodeClaim:
    """This process is the node, until `close`. The server gives the name free however the process ends, at
    the latest half a minute after its machine has lost its power.

    Raises `ConfigError` when another process is it.
    """

    def __init__(self, server: Server, node: str, *, wait_s: float) -> None:
        self._server, self._node = server, node
        self._closing = threading.Event()
        self._connection: Connection | None = self._claimed(wait_s)
        self._told = False
        self._thread = threading.Thread(target=self._keep, name="node", daemon=True)
        self._thread.start()

    @property
    def problem(self) -> str:
        """Why the database does not know this process as the node just now; "" if it does, as of some seconds
        ago."""
        if self._connection is not None:
            return ""
        if self._told:
            return f"another Offhook has taken the name {self._node!r} in {self._server.place}"
        return f"{self._server.place} does not answer"

    def close(self) -> None:
        """Give the name free."""
        self._closing.set()
        self._thread.join()
        if self._connection is not None:
            shut(self._connection)

    def _claimed(self, wait_s: float) -> Connection:
        end = time.monotonic() + wait_s
        while (found := self._tried()) is None:
            if time.monotonic() >= end:
                named = f"named {self._node}" if self._node else "without a name"
                raise ConfigError(
                    "configuration",
                    "state.node",
                    f"another Offhook {named} uses {self._server.place}",
                    "Stop it, or give each its own name",
                )
            self._closing.wait(AGAIN_S)
        return found

    def _tried(self) -> Connection | None:
        """A connection with the lock; None if another one has it. Raises `UnavailableError`."""
        connection = self._server.connect()
        try:
            row = connection.execute(
                "SELECT pg_try_advisory_lock(%s, hashtext(%s))", (CLASS, sent(self._node))
            ).fetchone()
        except psycopg.Error as error:
            shut(connection)
            raise self._server.unavailable(error) from error
        if row == (True,):
            return connection
        shut(connection)
        return None

    def _keep(self) -> None:
        while not self._closing.wait(LOOK_S):
            if self._connection is not None and lives(self._connection):
                continue
            if self._connection is not None:
                shut(self._connection)
            try:
                self._connection = self._tried()
            except UnavailableError:
                self._connection = None
                continue
            if self._connection is None and not self._told:
                logger.error("another Offhook has taken the name %r in %s", self._node, self._server.place)
            self._told = self._connection is None

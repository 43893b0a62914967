"""Limits connections, and decides which one to close when there are too many. No I/O, no clock.

A connection is a stranger's until its peer has authenticated. There are limits for strangers of one host and
of all hosts, and for the connections of one known peer; above them the oldest connection is closed. A phone
authenticates within a second, so an older stranger is probably not a phone.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

from offhook.common.network import rate_limit_key

MAX_STRANGERS = 10_000
"""Strangers in all, but never more than half of all connections. After a power cut all phones of a site
connect at once, and each is a stranger until it has registered."""

MAX_STRANGERS_HERE = 400
"""Strangers from one host that have been connected for longer than `GRACE_S`."""

GRACE_S = 5.0
"""How long a phone may take to authenticate: those of a branch office connect at once, through one router."""

MAX_OF_ONE = 16
"""Connections of one terminal: for each phone that may register, a new one beside a dead one."""

C = TypeVar("C", bound=Hashable)


class Crowd(Generic[C]):
    """The set of connections `C`. The caller closes what a method returns, and calls `gone` for it."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        """The limit of all connections."""
        self._hosts: dict[C, str] = {}
        self._strangers: OrderedDict[C, float] = OrderedDict()
        self._here: dict[str, OrderedDict[C, None]] = {}
        self._names: dict[C, str] = {}
        self._by_name: dict[str, OrderedDict[C, None]] = {}

    def __len__(self) -> int:
        return len(self._hosts)

    @property
    def strangers(self) -> int:
        """The number of strangers."""
        return len(self._strangers)

    def came(self, connection: C, host: str, now: float, *, trusted: bool = False) -> list[C]:
        """Add a connection from a host; `trusted`: we opened it. It may itself have to be closed."""
        host = rate_limit_key(host)
        over: list[C] = []
        if not trusted and len(self._strangers) >= min(MAX_STRANGERS, max(1, self.limit // 2)):
            here = self._here.get(host, OrderedDict())
            over.append(next(iter(here if len(here) >= MAX_STRANGERS_HERE else self._strangers)))
        elif len(self._hosts) >= self.limit:
            over.append(next(iter(self._strangers), connection))
        for one in over:
            self.gone(one)
        if connection in over:
            return over
        self._hosts[connection] = host
        if not trusted:
            self._strangers[connection] = now
            self._here.setdefault(host, OrderedDict())[connection] = None
        return over

    def too_long(self, now: float) -> list[C]:
        """Strangers past their grace time, if there are too many from one host."""
        over: list[C] = []
        leaving: Counter[str] = Counter()
        for connection, since in self._strangers.items():
            if now - since < GRACE_S:
                break
            host = self._hosts[connection]
            if len(self._here[host]) - leaving[host] > MAX_STRANGERS_HERE:
                leaving[host] += 1
                over.append(connection)
        for one in over:
            self.gone(one)
        return over

    def known(self, connection: C, name: str) -> list[C]:
        """Its peer has authenticated as this name."""
        if connection not in self._hosts:
            return []
        self._no_stranger(connection)
        self._no_name(connection)
        self._names[connection] = name
        named = self._by_name.setdefault(name, OrderedDict())
        named[connection] = None
        over = [next(iter(named))] if len(named) > MAX_OF_ONE else []
        for one in over:
            self.gone(one)
        return over

    def gone(self, connection: C) -> None:
        """Remove a connection; does nothing if it is not there."""
        self._no_stranger(connection)
        self._no_name(connection)
        self._hosts.pop(connection, None)

    def _no_stranger(self, connection: C) -> None:
        if connection in self._strangers:
            del self._strangers[connection]
            host = self._hosts[connection]
            del self._here[host][connection]
            if not self._here[host]:
                del self._here[host]

    def _no_name(self, connection: C) -> None:
        name = self._names.pop(connection, None)
        if name is not None:
            del self._by_name[name][connection]
            if not self._by_name[name]:
                del self._by_name[name]

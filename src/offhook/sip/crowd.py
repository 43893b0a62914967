"""Who has a connection, and who has to go when there are too many. No I/O, no clock.

A connection is a stranger's until its peer has shown a password. Of strangers there are few at a time from
one host, and not too many in all; the oldest goes first: a phone says who it is within a second, and whoever
has not by then is probably no phone. A peer that is known has few connections too, and its oldest goes first.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

from offhook.common.network import rate_limit_key

MAX_STRANGERS = 10_000
"""In all, and never more than half of what there is room for. After a power cut a site's phones come all at
once, and each is unknown until its turn."""

MAX_STRANGERS_HERE = 400
"""From one host, of those that have been there for longer than `GRACE_S`."""

GRACE_S = 5.0
"""How long a phone may take to say who it is: all of a branch office's come at once, by one router."""

MAX_OF_ONE = 16
"""Of one terminal: as many phones as may register for it, each with a new connection beside a dead one."""

C = TypeVar("C", bound=Hashable)


class Crowd(Generic[C]):
    """The connections `C`. What a method returns has to be closed; `gone` is called for it afterwards."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        """All connections, strangers and others."""
        self._hosts: dict[C, str] = {}
        self._strangers: OrderedDict[C, float] = OrderedDict()
        self._here: dict[str, OrderedDict[C, None]] = {}
        self._names: dict[C, str] = {}
        self._by_name: dict[str, OrderedDict[C, None]] = {}

    def __len__(self) -> int:
        return len(self._hosts)

    @property
    def strangers(self) -> int:
        """How many have not said who they are."""
        return len(self._strangers)

    def came(self, connection: C, host: str, now: float, *, trusted: bool = False) -> list[C]:
        """A connection from a host; `trusted`: it is our own doing. It may itself be what has to go."""
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
        """Strangers that have had their time, where there are too many from one host."""
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
        """Its peer has shown the password of that name."""
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
        """It is over; nothing happens when that is known already."""
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

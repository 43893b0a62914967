"""Calls and terminals as they are written here, with the names that the directory knows."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from msgspec import Struct

from offhook.call import NOTHING, Call, Features, Forwarding, Party, Terminal, with_members
from offhook.common.clock import Clock

MAX_NAMES = 20_000
"""Numbers whose name is remembered: two for each phone of the largest site, some 4 MiB."""

NAME_S = 30.0
"""How long a name, or that there is none, is remembered: the directory may be read anew."""

PARTIES = ("caller", "callee", "connected_party", "redirecting", "redirected_to")
"""The members of a call that are a party."""


class TerminalValue(Struct, frozen=True):
    """A terminal. `own`: the person who asks may use it, and not only watch it."""

    id: str
    name: str
    in_service: bool
    problem: str
    problem_at: float | None
    features: Features
    capabilities: Features
    forwardings: tuple[Forwarding, ...]
    do_not_disturb: bool
    missed: int
    own: bool


def terminal_value(one: Terminal, *, own: bool) -> TerminalValue:
    """The terminal as it is written."""
    return TerminalValue(
        one.id,
        one.name,
        one.in_service,
        one.problem,
        one.problem_at,
        NOTHING if one.features is None else one.features,
        NOTHING if one.capabilities is None else one.capabilities,
        one.forwardings,
        one.do_not_disturb,
        one.missed,
        own,
    )


class CallValues:
    """Puts the names of a directory into calls. `name_of` is asked for each number once in `NAME_S`."""

    def __init__(self, name_of: Callable[[str], str] | None = None, *, clock: Clock = time.monotonic) -> None:
        self._name_of, self._clock = name_of, clock
        self._names: OrderedDict[str, tuple[str, float]] = OrderedDict()

    def of(self, call: Call) -> Call:
        """The call as it is written: always with features, and with every name that is known."""
        members: dict[str, Any] = {}
        if call.features is None:
            members["features"] = NOTHING
        if self._name_of is not None:
            for member in PARTIES:
                party = getattr(call, member)
                if party is not None and party.id and not party.name and (name := self._name(party.id)):
                    members[member] = replace(party, name=name)
        return with_members(call, **members) if members else call

    def party(self, number: str) -> Party:
        """The number with its name."""
        return Party("" if self._name_of is None else self._name(number), number)

    def _name(self, number: str) -> str:
        assert self._name_of is not None
        now = self._clock()
        name, until = self._names.get(number, ("", 0.0))
        if until <= now:
            name = self._name_of(number)
            self._names.pop(number, None)
            self._names[number] = (name, now + NAME_S)
            if len(self._names) > MAX_NAMES:
                self._names.popitem(last=False)
        return name

"""Names from the directory for the parties of calls that the Call Manager knows no name of."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from offhook.call import Call, Party, with_members

MAX_CALLS = 20_000
"""Calls whose names are remembered: two for each phone of the largest site."""


PARTIES = ("caller", "callee", "connected_party", "redirecting", "redirected_to")
"""The members of a call that are a party."""


class Names:
    """Looks up the parties of calls, and puts the names it finds into every later value of the call.

    A name that was not found is looked up again when the call changes: the directory may just have been read.
    """

    def __init__(self, name_of: Callable[[str], str]) -> None:
        self._name_of = name_of
        self._found: OrderedDict[str, dict[str, str]] = OrderedDict()

    def into(self, call: Call) -> Call:
        """The call with the names that were found for it so far."""
        found = self._found.get(call.id)
        if not found:
            return call
        named: dict[str, Any] = {}
        for member in PARTIES:
            party = getattr(call, member)
            if party is not None and (with_name := _named(party, found)) is not party:
                named[member] = with_name
        return with_members(call, **named) if named else call

    def wanted(self, call: Call) -> bool:
        """Has the call a party without a name so far?"""
        found = self._found.get(call.id, {})
        return any(one.id and not one.name and one.id not in found for one in _parties(call))

    def look_up(self, call: Call) -> bool:
        """Ask the directory for the names that are missing. True if one was found."""
        found = self._found.setdefault(call.id, {})
        before = len(found)
        for one in _parties(call):
            if one.id and not one.name and one.id not in found and (name := self._name_of(one.id)):
                found[one.id] = name
        while len(self._found) > MAX_CALLS:
            self._found.popitem(last=False)
        return len(found) > before

    def forget(self, call: Call) -> None:
        """The call is over."""
        self._found.pop(call.id, None)


def _parties(call: Call) -> list[Party]:
    return [party for member in PARTIES if (party := getattr(call, member)) is not None]


def _named(party: Party, found: dict[str, str]) -> Party:
    name = "" if party.name else found.get(party.id, "")
    return replace(party, name=name) if name else party

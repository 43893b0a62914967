"""The terminals of the site, with their names and whether they are in service."""

import time
from collections.abc import Callable, Iterable
from dataclasses import replace

from offhook.call import NOTHING, Features, Forwarding, Party, Terminal


class TerminalBook:
    """The terminals by id."""

    def __init__(self, terminals: Iterable[Terminal]) -> None:
        self._terminals = {one.id: replace(one, features=NOTHING) for one in terminals}
        self._capabilities: Callable[[str], Features] = lambda _terminal: NOTHING
        self._places = {terminal: place for place, terminal in enumerate(self._terminals)}

    def __contains__(self, terminal: str) -> bool:
        return terminal in self._terminals

    def __len__(self) -> int:
        return len(self._terminals)

    def get(self, terminal: str) -> Terminal | None:
        """The current value of the terminal."""
        return self._terminals.get(terminal)

    def all(self) -> list[Terminal]:
        """Every terminal, in the order of the configuration."""
        return list(self._terminals.values())

    def some(self, terminals: Iterable[str]) -> list[Terminal]:
        """Those of these terminals that exist, in the order of the configuration."""
        there = sorted((one for one in terminals if one in self._places), key=self._places.__getitem__)
        return [self._terminals[one] for one in there]

    def set_capabilities(self, capabilities: Callable[[str], Features]) -> None:
        """Set what each terminal may allow at some time; equal sets become one object."""
        self._capabilities = capabilities
        sets: dict[Features, Features] = {}
        for one in self._terminals.values():
            own = capabilities(one.id)
            self._terminals[one.id] = replace(one, capabilities=sets.setdefault(own, own))

    def learn_capabilities(self, terminal: str) -> Terminal | None:
        """The new value of the terminal, with the capabilities that it has now; None if nothing has changed
        or the terminal is unknown."""
        before = self._terminals.get(terminal)
        own = self._capabilities(terminal)
        if before is None or before.capabilities == own:
            return None
        after = self._terminals[terminal] = replace(before, capabilities=own)
        return after

    def set_service(
        self, terminal: str, in_service: bool, problem: str = "", features: Features = NOTHING
    ) -> Terminal | None:
        """The new value of the terminal; None if nothing has changed or the terminal is unknown.

        `problem` is why it has just failed to come into service.
        """
        before = self._terminals.get(terminal)
        if before is None:
            return None
        if (before.in_service, before.features) == (in_service, features) and not problem:
            return None
        after = replace(
            before,
            in_service=in_service,
            problem=problem,
            problem_at=time.time() if problem else None,
            features=features,
        )
        self._terminals[terminal] = after
        return after

    def set_features(self, terminal: str, features: Features) -> Terminal | None:
        """The new value of the terminal; None if nothing has changed or the terminal is unknown."""
        before = self._terminals.get(terminal)
        if before is None or before.features == features:
            return None
        after = self._terminals[terminal] = replace(before, features=features)
        return after

    def set_forwarding(
        self, terminal: str, forwardings: tuple[Forwarding, ...], do_not_disturb: bool
    ) -> Terminal | None:
        """The new value of the terminal; None if nothing has changed or the terminal is unknown."""
        before = self._terminals.get(terminal)
        if before is None or (before.forwardings, before.do_not_disturb) == (forwardings, do_not_disturb):
            return None
        after = replace(before, forwardings=forwardings, do_not_disturb=do_not_disturb)
        self._terminals[terminal] = after
        return after

    def set_missed(self, terminal: str, missed: int) -> Terminal | None:
        """The new value of the terminal; None if nothing has changed or the terminal is unknown."""
        before = self._terminals.get(terminal)
        if before is None or before.missed == missed:
            return None
        after = self._terminals[terminal] = replace(before, missed=missed)
        return after

    def named(self, party: Party) -> Party:
        """The party, named after its terminal if it has no name and its id is a terminal's."""
        if party.name or party.id not in self._terminals:
            return party
        return replace(party, name=self._terminals[party.id].name)

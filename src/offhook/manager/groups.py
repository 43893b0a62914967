"""Groups: who works together, and so may watch each other's phones and pick up calls there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from offhook.manager.principal import EVERY_TERMINAL, Principal

NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Group:
    """Who may use one of its `terminals` belongs to it, and so do its `users`.

    They all may watch its terminals, and those of `watch`. `*` stands for every terminal.
    """

    name: str
    terminals: frozenset[str] = NOBODY
    users: frozenset[str] = NOBODY
    watch: frozenset[str] = NOBODY

    def includes(self, principal: Principal) -> bool:
        """Does the principal belong to it?"""
        if principal.name in self.users:
            return True
        if EVERY_TERMINAL in self.terminals:
            return bool(principal.terminals)
        return not self.terminals.isdisjoint(principal.terminals)


class Groups:
    """The site's groups."""

    def __init__(self, groups: Sequence[Group] = ()) -> None:
        self._groups = tuple(groups)

    def admitted(self, principal: Principal) -> Principal:
        """The principal with what its groups let it watch."""
        if principal.uses_all:
            return principal
        own = [group for group in self._groups if group.includes(principal)]
        found = principal.watches.union(*(group.terminals | group.watch for group in own))
        return replace(principal, watches=found) if found != principal.watches else principal

    def of(self, principal: Principal) -> list[Group]:
        """The groups that the principal belongs to; every one for an administrator."""
        return [group for group in self._groups if principal.administrator or group.includes(principal)]

    def beside(self, terminal: str) -> frozenset[str] | None:
        """The other terminals of the terminal's groups (with `*` all); None if it is in no group."""
        own = [
            group.terminals
            for group in self._groups
            if terminal in group.terminals or EVERY_TERMINAL in group.terminals
        ]
        return NOBODY.union(*own) - {terminal} if own else None

"""The state of this Call Manager and of the others of its cluster, for administrators."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from offhook import __version__
from offhook.call import NodeState
from offhook.errors import CallError, Refusal
from offhook.manager.principal import Principal
from offhook.switch.base import Switch

MAX_PROBLEM = 300
"""Characters of one problem: the others are told all of them every second."""


class NodeDesk:
    """The state of this node is put together here and told to the switch, which knows those of the others.

    `name` is its own, "" where it is alone. `sessions` and `problems` are asked each time.
    """

    def __init__(self, switch: Switch, calls: Callable[[], int]) -> None:
        self._switch, self._calls = switch, calls
        self._since = time.time()
        self.name = ""
        self.sessions: Callable[[], Mapping[str, int]] = dict
        self.problems: Callable[[], Mapping[str, str]] = self._trouble
        switch.know_node(self.own)

    def own(self) -> NodeState:
        """The present state of this node."""
        problems = {**self._switch.concerns(), **self.problems()}
        return NodeState(
            self.name,
            __version__,
            self._since,
            tuple(self._switch.works),
            dict(self.sessions()),
            self._calls(),
            tuple(f"{what}: {why}"[:MAX_PROBLEM] for what, why in problems.items()),
        )

    def all(self, principal: Principal) -> list[NodeState]:
        """Every node, by its name; one that was lost is among them for a day. Raises `CallError`."""
        if not principal.administrator:
            raise CallError(
                Refusal.NOT_ALLOWED,
                f"user {principal.name} is no administrator, and only they see the nodes; ask one of them",
            )
        found = [replace(self.own(), here=True), *self._switch.other_nodes()]
        return sorted(found, key=lambda one: one.name)

    def _trouble(self) -> Mapping[str, str]:
        trouble = self._switch.trouble()
        return {"telephone system": trouble} if trouble else {}
